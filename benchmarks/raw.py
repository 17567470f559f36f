"""The reference that we are measured against: SQLite itself, with the same pragmas and the same bytes."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Stored = tuple[str, int, str, bytes]
INSERT = "INSERT INTO stored_events VALUES (?,?,?,?)"


def empty(path: Path) -> sqlite3.Connection:
    """Return a database with a table of stored events, written ahead and synced at each commit, as a log is."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-16384")
    connection.execute(
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
    )
    return connection


def stored(path: Path, limit: int = -1) -> Iterable[Stored]:
    """Yield the rows of a log in its order."""
    connection = sqlite3.connect(path)
    try:
        yield from connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid LIMIT ?", (limit,)
        )
    finally:
        connection.close()


def insert_one_by_one(connection: sqlite3.Connection, rows: Iterable[Stored]) -> None:
    """Insert rows, one a commit."""
    for row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(INSERT, row)
        connection.execute("COMMIT")


def insert_many(connection: sqlite3.Connection, rows: Iterable[Stored], batch: int = 1000) -> None:
    """Insert rows, so many a commit."""
    remaining = iter(rows)
    while part := list(islice(remaining, batch)):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, part)
        connection.execute("COMMIT")
