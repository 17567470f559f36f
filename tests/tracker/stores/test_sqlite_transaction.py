"""What one call costs in SQLite: figures that are no noise."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

import pytest

from tests.tracker.stores.given import Writer
from tracker.stores.sqlite.store import SQLiteStore

if TYPE_CHECKING:
    from pathlib import Path

#: A guard that logs were made with at first, and a trigger that is none of ours.
EARLIER: Final = """CREATE TRIGGER stored_events_refuses_position BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only'); END"""
SOMEBODY_ELSES: Final = """CREATE TRIGGER mine BEFORE INSERT ON stored_events WHEN NEW.originator_id = 'forbidden'
    BEGIN SELECT RAISE(ABORT, 'not here'); END"""


def test_an_entry_alone_is_one_statement_and_looked_for_and_many_are_one_a_table(log_path: Path) -> None:
    store = SQLiteStore(log_path, create=True, read_only=False)
    writer = Writer()
    store.insert(writer.batch("a"))
    said: list[str] = []
    store._writer().set_trace_callback(lambda text: said.append(" ".join(text.split()[:3])))  # noqa: SLF001 - to listen
    store.insert_one(writer.batch("a").events[0], "e2")
    # What triggers do is told under the name of the statement that set them off.
    assert list(dict.fromkeys(said)) == ["INSERT INTO entry_alone", "SELECT stored_events.rowid FROM"]
    said.clear()
    store.insert(writer.batch("a", "b"))
    assert list(dict.fromkeys(said)) == [
        "BEGIN IMMEDIATE",
        "INSERT INTO entry_ids",
        "INSERT INTO stored_events",
        "SELECT last_insert_rowid()",
        "COMMIT",
    ]
    store.close()


@pytest.mark.parametrize("ends_well", [True, False])
def test_nobody_sees_a_log_without_its_guards(log_path: Path, monkeypatch: pytest.MonkeyPatch, ends_well: bool) -> None:
    monkeypatch.setattr("tracker.stores.sqlite.store._MANY", 2)
    store = SQLiteStore(log_path, create=True, read_only=False)
    writer = Writer()
    store.insert(writer.batch("a"))
    with closing(sqlite3.connect(log_path)) as connection:
        connection.execute(EARLIER)
        connection.execute(SOMEBODY_ELSES)
        connection.commit()
    before = guards(log_path)
    assert "stored_events_refuses_replace" in before
    said: list[str] = []
    with suppress(KeyError), store.exclusive():
        store._writer().set_trace_callback(said.append)  # noqa: SLF001 - to listen
        store.insert(writer.batch("a", "b"))
        store.insert(writer.batch("a", "b"))
        assert guards(log_path) == before
        if not ends_well:
            raise KeyError
    lifted = {text.removeprefix("DROP TRIGGER ") for text in said if text.startswith("DROP TRIGGER")}
    assert lifted == {name for name in before if "replace" in name or "position" in name}
    assert guards(log_path) == before
    assert store.max_position() == (5 if ends_well else 1)
    with closing(sqlite3.connect(log_path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("INSERT OR REPLACE INTO stored_events VALUES ('a', 1, 'x', 'y')")
    store.close()


def guards(path: Path) -> dict[str, str]:
    """Return the triggers of a log as another process sees them."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
