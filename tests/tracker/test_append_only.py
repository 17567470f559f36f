"""The file itself refuses to be changed, whoever opens it with SQL."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import NEGOTIATION, statement
from tracker.negotiation import Negotiation
from tracker.stores.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.log import EventLog


@pytest.fixture
def raw(staged: EventLog, log_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a plain connection to a log with entries in it."""
    staged.record([statement(1)])
    connection = sqlite3.connect(log_path, isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stored_events SET state = 'x' WHERE originator_version = 3",
        "UPDATE stored_events SET originator_id = 'x'",
        "UPDATE stored_events SET rowid = rowid + 100",
        "DELETE FROM stored_events",
        "DELETE FROM stored_events WHERE originator_version = 13",
        "INSERT OR REPLACE INTO stored_events SELECT originator_id, originator_version, topic, 'x' FROM stored_events",
        "REPLACE INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (3, '', 1, '', '')",
        "UPDATE OR REPLACE stored_events SET originator_version = 1 WHERE originator_version = 2",
        "UPDATE entry_ids SET version = 1",
        "UPDATE OR IGNORE entry_ids SET version = 1",
        "DELETE FROM entry_ids WHERE entry = 'party-ner'",
        "INSERT OR REPLACE INTO entry_ids VALUES ('us-niger', 'party-ner', 99)",
        "UPDATE stored_snapshots SET state = 'x'",
        "DELETE FROM stored_snapshots",
        "UPDATE log_properties SET value = 'x'",
        "DELETE FROM log_properties",
        "INSERT OR REPLACE INTO log_properties VALUES ('identity', 'x')",
    ],
)
def test_sql_that_changes_or_deletes_is_refused(raw: sqlite3.Connection, staged: EventLog, sql: str) -> None:
    registers = Negotiation(NEGOTIATION).snapshot()
    raw.execute("INSERT INTO stored_snapshots VALUES ('us-niger', 1, 'Negotiation.v1', ?)", (registers,))
    before = list(raw.iterdump())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(sql)
    assert list(raw.iterdump()) == before
    assert staged.verify().ok
    assert staged.entry(NEGOTIATION, "party-ner").version == 3


def test_every_table_has_its_guards(raw: sqlite3.Connection) -> None:
    tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    guarded = raw.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for verb in ("UPDATE", "DELETE", "INSERT"):
        assert {table for table, sql in guarded if f"BEFORE {verb}" in sql} == tables, verb


def test_the_library_still_knows_its_own_tables(staged: EventLog) -> None:
    recorder = staged.store.recorder
    assert isinstance(recorder, SQLiteRecorder)
    (first, *_) = recorder.select_notifications(1, 10)
    assert (first.id, first.originator_id, first.originator_version) == (1, NEGOTIATION, 1)
    assert recorder.max_notification_id() == 12
    assert len(recorder.select_events(NEGOTIATION)) == 12
