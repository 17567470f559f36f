"""What one call costs in SQLite: figures that are no noise."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

import pytest

from tests.tracker.stores.given import Writer, insert
from tracker.stores.sqlite.store import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: A guard that logs were made with at first, and a trigger that is none of ours.
EARLIER: Final = """CREATE TRIGGER stored_events_refuses_position BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only'); END"""
SOMEBODY_ELSES: Final = """CREATE TRIGGER mine BEFORE INSERT ON stored_events WHEN NEW.originator_id = 'forbidden'
    BEGIN SELECT RAISE(ABORT, 'not here'); END"""


def listen(store: SQLiteStore, told: Callable[[str], object]) -> None:
    """Have each statement told that the connection runs which writes."""
    with store.writing as cursor:
        cursor.sqlite_cursor.connection.set_trace_callback(told)


def test_an_entry_alone_and_many_are_one_statement_a_table(log_path: Path) -> None:
    store = SQLiteStore(log_path, create=True, read_only=False)
    writer = Writer()
    insert(store, writer.batch("a"))
    said: list[str] = []
    listen(store, lambda text: said.append(" ".join(text.split()[:3])))
    for names in ("a", "ab"):
        said.clear()
        insert(store, writer.batch(*names))
        # What triggers do is told under the name of the statement that set them off.
        assert list(dict.fromkeys(said)) == [
            "BEGIN IMMEDIATE",
            "INSERT INTO entry_ids",
            "INSERT INTO stored_events",
            "SELECT last_insert_rowid(), (SELECT",
            "COMMIT",
        ]
    store.close()


@pytest.mark.parametrize("ends_well", [True, False])
def test_the_guards_stay_while_many_are_inserted(log_path: Path, ends_well: bool) -> None:
    store = SQLiteStore(log_path, create=True, read_only=False)
    writer = Writer()
    insert(store, writer.batch("a"))
    with closing(sqlite3.connect(log_path)) as connection:
        connection.execute(EARLIER)
        connection.execute(SOMEBODY_ELSES)
        connection.commit()
    before = guards(log_path)
    assert "stored_events_refuses_replace" in before
    said: list[str] = []
    listen(store, said.append)
    with suppress(KeyError), store.exclusive():
        insert(store, writer.batch(*["a", "b"] * 300))
        insert(store, writer.batch("a", "b"))
        assert guards(log_path) == before
        if not ends_well:
            raise KeyError
    assert not [text for text in said if "DROP" in text]
    assert guards(log_path) == before
    assert store.max_position() == (603 if ends_well else 1)
    with closing(sqlite3.connect(log_path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("INSERT OR REPLACE INTO stored_events VALUES ('a', 1, 'x', 'y')")
    store.close()


def guards(path: Path) -> dict[str, str]:
    """Return the triggers of a log as another process sees them."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
