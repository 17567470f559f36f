"""What is derived from the stored bytes is made anew from them, and they are never touched."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.fault.tampering import unguarded
from tests.lengths import one_in
from tests.tracker.given import NEGOTIATION, entry, stage, statement, statements
from tests.tracker.printed import fill, printed
from tracker.errors import DamageError, LogError, LogReadOnlyError
from tracker.log import EventLog
from tracker.negotiation import SNAPSHOT_INTERVAL
from tracker.stores.sqlite.recorder import SQLiteRecorder
from tracker.stores.sqlite.schema import LIBRARY_TABLES

if TYPE_CHECKING:
    from pathlib import Path

#: An index that takes one row only, and gets a name of those that SQLite makes by itself.
_CREATE_DISGUISED = "CREATE UNIQUE INDEX more ON {} ((1))"
_DISGUISE = """PRAGMA writable_schema=ON; UPDATE sqlite_master SET name = 'sqlite_autoindex_stored_events_7',
    sql = replace(sql, 'more', 'sqlite_autoindex_stored_events_7') WHERE name = 'more'"""
#: What is done to a log with its guards down, and what `verify` says of it.
_DERIVED = [
    ("UPDATE entry_ids SET entry = 'z-' || entry", "index of ids"),
    ("UPDATE entry_ids SET negotiation = 'other' WHERE negotiation = 'us-niger'", "index of ids"),
    ("UPDATE entry_ids SET version = version + 1", "index of ids"),
    ("UPDATE entry_ids SET entry = CAST(entry AS BLOB) WHERE entry = 'late'", "what is no id"),
    ("UPDATE entry_ids SET version = 3 WHERE entry = 'late'", "'late' of us-niger is at version 19, and it says 3"),
    ("DELETE FROM entry_ids", "its index has 0 ids for 37 entries"),
    ("INSERT INTO entry_ids VALUES ('us-niger', 'more', 7)", "no entry of us-niger is 'more'"),
    ("UPDATE stored_snapshots SET state = x'7b7d'", "the snapshot of us-niger at version 16"),
    ("UPDATE stored_snapshots SET state = CAST(state AS TEXT)", "the snapshot of us-niger"),
    ("UPDATE stored_snapshots SET topic = 'x' WHERE originator_version = 20", "the snapshot of us-niger at version 20"),
    ("UPDATE stored_snapshots SET originator_version = 99 WHERE originator_version = 20", "at version 99"),
    ("UPDATE stored_snapshots SET originator_id = 'x' WHERE originator_version = 20", "a snapshot is of 'x'"),
    ("DROP TABLE entry_ids; CREATE TABLE entry_ids (negotiation, entry, version)", "table entry_ids"),
    ("CREATE INDEX more ON stored_events (topic)", "the index more on stored_events"),
    (
        f"{_CREATE_DISGUISED.format('stored_events')} WHERE originator_version > 37; {_DISGUISE}",
        "the index sqlite_autoindex_stored_events_7 on stored_events",
    ),
    (
        f"{_CREATE_DISGUISED.format('entry_ids')} WHERE version > 37; {_DISGUISE}",
        "the index sqlite_autoindex_stored_events_7 on entry_ids",
    ),
]
_SAYS_OTHERWISE = (
    "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), '{}', 'number 3') AS BLOB) WHERE rowid = {}"
)
_REFUSES_SOME = """DROP TRIGGER stored_events_refuses_update;
    CREATE TRIGGER stored_events_refuses_update BEFORE UPDATE ON stored_events WHEN OLD.rowid > 99
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
#: What is done to the guards.
_GUARDS = [
    ("DROP TRIGGER entry_ids_refuses_delete", "its guard entry_ids_refuses_delete is missing"),
    (
        _REFUSES_SOME,
        "its guard stored_events_refuses_update is not as communique makes it",
    ),
    (
        "CREATE TRIGGER more AFTER INSERT ON stored_events BEGIN DELETE FROM entry_ids WHERE 0; END",
        "the trigger more on stored_events is none of communique's",
    ),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """Return a log of three negotiations, with two snapshots, and all that is printed of it."""
    path = tmp_path_factory.mktemp("whole") / "log.db"
    fill(str(path))
    return path, printed(str(path))


@pytest.fixture
def filled(whole: tuple[Path, list[Any]], log_path: Path) -> str:
    """Return the place of a copy of it, to do anything with."""
    return str(shutil.copy(whole[0], log_path))


def test_the_library_makes_its_tables_in_these_words(staged: EventLog) -> None:
    recorder = staged.store.recorder
    assert isinstance(recorder, SQLiteRecorder)
    made = {" ".join(statement.split()) for statement in recorder.create_table_statements}
    assert {" ".join(statement.split()) for statement in LIBRARY_TABLES} <= made


@pytest.mark.long
@pytest.mark.parametrize(("sql", "said"), one_in(2, _DERIVED))
def test_what_is_derived_is_told_and_made_anew(whole: tuple[Path, list[Any]], filled: str, sql: str, said: str) -> None:
    with unguarded(filled) as connection:
        connection.executescript(sql)
    is_told_and_mended(filled, said)
    assert printed(filled) == whole[1]


@pytest.mark.parametrize(("sql", "said"), _GUARDS)
def test_guards_that_are_not_there_are_told_and_put_back(filled: str, sql: str, said: str) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.executescript(sql)
    is_told_and_mended(filled, said)
    with closing(sqlite3.connect(filled)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE stored_events SET state = 'x'")


def is_told_and_mended(place: str, said: str) -> None:
    with EventLog.open(place, by="ada") as log:
        found = log.verify()
        assert not found.ok
        assert said in str(found.reason)
        assert all(chain.ok for chain in found.chains.values())
        rows = list(log.store.scan())
        after, repair = log.repair_derived([found.head])
        assert after.ok
        assert repair is not None
        assert said in "; ".join(repair.was)
        assert (repair.ids, repair.snapshots) == (37, 0)
        assert list(log.store.scan()) == rows
        assert log.verify([found.head]).ok
        assert log.record([statement(9)]).already == 1
        assert log.repair_derived()[1] is None
        assert log.verify().ok


@pytest.mark.parametrize("table", ["stored_events", "entry_ids"])
def test_what_refuses_an_entry_that_nobody_has_taken_is_told(table: str, filled: str) -> None:
    version = "version" if table == "entry_ids" else "originator_version"
    with closing(sqlite3.connect(filled)) as connection:
        connection.executescript(f"{_CREATE_DISGUISED.format(table)} WHERE {version} > 37; {_DISGUISE}")
    with EventLog.open(filled) as log, pytest.raises(DamageError, match=r"nobody has taken \(.*autoindex.*; `commu"):
        log.record([statement(number) for number in range(50, 90)])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'number 3', 'number 4') AS BLOB)",
        "DELETE FROM stored_events WHERE rowid = 5",
        "UPDATE stored_events SET rowid = 100 WHERE rowid = 37",
    ],
)
def test_nothing_is_made_anew_from_bytes_that_are_damaged(filled: str, sql: str) -> None:
    with unguarded(filled) as connection:
        connection.execute(sql)
        connection.execute("DELETE FROM entry_ids WHERE entry = 'late'")
    with EventLog.open(filled) as log:
        after, repair = log.repair_derived()
        assert (after.ok, repair) == (False, None)
        assert "late" not in log.store.ids(NEGOTIATION, 1000)


def test_what_cannot_be_mended_is_left_as_it_was(filled: str) -> None:
    with unguarded(filled) as connection:
        connection.execute("UPDATE log_properties SET value = 'x' WHERE name = 'identity'")
        connection.execute("DELETE FROM entry_ids WHERE entry = 'late'")
    with EventLog.open(filled) as log:
        with pytest.raises(
            LogError, match=r"did not mend .*: its identity is none: it was changed; nothing was changed"
        ):
            log.repair_derived()
        assert "late" not in log.store.ids(NEGOTIATION, 1000)


def test_a_log_for_reading_is_not_mended(filled: str) -> None:
    with unguarded(filled) as connection:
        connection.execute("DELETE FROM entry_ids WHERE entry = 'late'")
    with EventLog.open(filled, read_only=True) as log, pytest.raises(LogReadOnlyError):
        log.repair_derived()


def test_a_long_negotiation_gets_its_snapshot_back(log: EventLog, log_path: Path) -> None:
    log.record([*stage(), *statements(SNAPSHOT_INTERVAL)])
    with unguarded(log_path) as connection:
        connection.execute("UPDATE stored_snapshots SET state = CAST('[]' AS BLOB)")
    with EventLog.open(log_path) as fresh:
        with pytest.raises(
            DamageError, match=r"the snapshot of us-niger at version 1012 was changed; .* makes it anew"
        ):
            fresh.record([statement(5000)])
        _, repair = fresh.repair_derived()
        assert repair is not None
        assert repair.snapshots == 1
        assert fresh.record([statement(5000)]).count == 1
        assert fresh.verify().ok


@pytest.fixture
def recorded(staged: EventLog) -> EventLog:
    """Return a log whose last entry is a statement."""
    staged.record([statement(1), statement(2)])
    return staged


@pytest.mark.parametrize(
    "sql",
    [
        _SAYS_OTHERWISE.format("number 2", 14),
        "UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 14",
        "UPDATE stored_events SET state = NULL WHERE rowid = 14",
        "UPDATE stored_events SET topic = 'DenialIssued.v1' WHERE rowid = 14",
        "UPDATE stored_events SET topic = NULL WHERE rowid = 14",
        "UPDATE stored_events SET originator_version = 15 WHERE rowid = 14",
        "UPDATE stored_events SET originator_version = 'x' WHERE rowid = 14",
        _SAYS_OTHERWISE.format("number 1", 13),
        "DELETE FROM stored_events WHERE rowid = 13",
        "UPDATE entry_ids SET version = 13 WHERE entry = 'statement-2'",
        "DELETE FROM entry_ids WHERE entry = 'statement-2'",
        "INSERT INTO stored_events SELECT originator_id, 15, topic, state FROM stored_events WHERE rowid = 14",
    ],
)
def test_nobody_records_behind_an_entry_that_is_not_as_it_was(recorded: EventLog, log_path: Path, sql: str) -> None:
    with unguarded(log_path) as connection:
        connection.execute(sql)
    before = list(recorded.store.blocks(None))
    with EventLog.open(log_path) as fresh:
        for new in ([statement(3)], [statement(3), entry("EntryRetracted", entry="statement-1")]):
            with pytest.raises(DamageError, match=r"is not (as it was recorded|of the kind that a log holds)"):
                fresh.record(new)
        assert list(fresh.store.blocks(None)) == before
        assert not fresh.verify().ok
    # Who has recorded before remembers the digest, so that the next entry does not vouch for what was changed.
    with suppress(LogError):
        recorded.record([statement(3)])
    assert not recorded.verify().ok


def test_what_tells_of_entries_that_were_cut_off_is_not_made_anew(recorded: EventLog, log_path: Path) -> None:
    recorded.close()
    with unguarded(log_path) as connection:
        connection.execute("DELETE FROM stored_events WHERE rowid = (SELECT MAX(rowid) FROM stored_events)")
    with EventLog.open(log_path) as log:
        for _ in range(2):
            found, repair = log.repair_derived()
            assert repair is None
            assert not found.ok
            assert "'statement-2'): entries were cut off at the end" in (found.reason or "")


def test_an_id_of_no_entry_is_taken_out(recorded: EventLog, log_path: Path) -> None:
    recorded.close()
    with unguarded(log_path) as connection:
        connection.execute("INSERT INTO entry_ids VALUES ('us-niger', 'squat', 99)")
    with EventLog.open(log_path) as log:
        _, repair = log.repair_derived()
        assert repair is not None
        assert log.verify().ok
