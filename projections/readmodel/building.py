"""Making the tables of the read model, and filling them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.readmodel.file import APPLICATION_ID
from projections.readmodel.rows import all_rows
from projections.readmodel.tables import ENTRIES, INSERT_ENTRY, INSERT_WORDS, NUMBERED, SHOW_ENTRIES, VIEWS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from projections.readmodel.tables import EntryRow, ViewRows
    from tracker.log import EventLog

#: Negotiations whose rows are written at once.
_BATCH: Final = 500
#: Bytes of words that are held until they are written, sixteen times what is usual, while the tables are built.
_HOLD_WORDS: Final = "INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)"


def build(  # noqa: PLR0913 - what is built, and up to where
    connection: sqlite3.Connection,
    log: EventLog,
    version: int,
    *,
    until: int,
    today: date | None,
    progress: Callable[[int], object] | None,
) -> int:
    """Make and fill every table in an empty file, and return the number of entries; raises `sqlite3.Error`.

    The file needs no safety: should anything go wrong, it is thrown away.
    """
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={version}")
    _create(connection)
    properties = [("log", log.identity), ("version", str(version)), ("position", str(until))]
    connection.executemany("INSERT INTO properties VALUES (?, ?)", properties)
    connection.execute(_HOLD_WORDS)
    count = 0
    found: list[ViewRows] = []
    connection.execute("BEGIN")
    for rows in all_rows(log, until=until, today=today):
        insert(connection, rows.entries, rows.words)
        count += len(rows.entries)
        if rows.views is not None:
            found.append(rows.views)
        if len(found) >= _BATCH:
            put(connection, found)
            found.clear()
        if progress is not None:
            progress(count)
    put(connection, found)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=DELETE")
    return count


def _create(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    database = Database(connection)
    database.table("properties").create({"name": str, "value": str}, pk="name")
    database.table(NUMBERED).create({"number": int, **ENTRIES}, pk="number")
    connection.execute(SHOW_ENTRIES)
    for name, columns, key in VIEWS:
        database.table(name).create(columns, pk=key)
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
    )


def insert(connection: sqlite3.Connection, entries: Iterable[EntryRow], words: Sequence[str]) -> None:
    """Add rows of entries and their words by a statement each; with sqlite-utils, as all rows, thrice as long."""
    number = connection.execute(f"SELECT MAX(number) FROM {NUMBERED}").fetchone()[0] or 0  # noqa: S608 - a constant
    connection.executemany(INSERT_ENTRY, entries)
    numbered = ((number, text) for number, text in enumerate(words, number + 1) if text)
    connection.executemany(INSERT_WORDS, numbered)


def put(connection: sqlite3.Connection, found: Sequence[ViewRows]) -> None:
    """Replace the rows of some negotiations in every table of views."""
    names = [(row["negotiation"],) for rows in found for row in rows["negotiations"]]
    for table, columns, _ in VIEWS:
        connection.executemany(f"DELETE FROM {table} WHERE negotiation = ?", names)  # noqa: S608 - from VIEWS
        values = ",".join(f":{column}" for column in columns)
        rows_of_table = (row for rows in found for row in rows[table])
        connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows_of_table)  # noqa: S608 - VIEWS
