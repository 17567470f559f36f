"""What one call costs in SQLite: figures that are no noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tracker.stores.given import Writer
from tracker.stores.sqlite import SQLiteStore

if TYPE_CHECKING:
    from pathlib import Path


def test_an_entry_alone_is_one_statement_and_many_are_one_a_table(log_path: Path) -> None:
    store = SQLiteStore(log_path, create=True, read_only=False)
    writer = Writer()
    store.insert(writer.batch("a"))
    said: list[str] = []
    store._writer().set_trace_callback(lambda text: said.append(" ".join(text.split()[:3])))  # noqa: SLF001 - to listen
    store.insert(writer.batch("a"))
    # What triggers do is told under the name of the statement that set them off.
    assert set(said) == {"INSERT INTO entry_alone"}
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
