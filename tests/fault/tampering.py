"""Changing a log behind its back, as somebody may who owns the file or the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from tracker.stores.where import is_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import psycopg

    from tracker.stores.store import Row

_TABLES = ("stored_events", "stored_snapshots", "entry_ids", "log_properties")


@contextmanager
def unguarded(path: Path | str) -> Iterator[sqlite3.Connection]:
    """Give a connection to a log in a file whose guards are down, as its owner could; they are put back afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in guards:
            connection.execute(sql)


@contextmanager
def unguarded_shared(address: str) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Give a cursor on a shared log whose guards are off, as a superuser could; they are on again afterwards."""
    import psycopg

    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE communique.{table} DISABLE TRIGGER ALL")
        yield cursor
        guards = cursor.execute(
            "SELECT relname::text, tgname::text FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid"
            " WHERE relnamespace = 'communique'::regnamespace AND NOT tgisinternal"
        ).fetchall()
        for table, name in guards:
            cursor.execute(f"ALTER TABLE communique.{table} ENABLE ALWAYS TRIGGER {name}")


def rewrite(place: str, rows: Sequence[Row]) -> None:
    """Put these entries in place of all that a log holds, with its guards switched off and on again."""
    if is_shared(place):
        with unguarded_shared(place) as cursor:
            cursor.execute("DELETE FROM communique.stored_events")
            cursor.executemany(
                "INSERT INTO communique.stored_events"
                " (notification_id, originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s, %s)",
                rows,
            )
        return
    with unguarded(place) as connection:
        connection.execute("BEGIN")
        connection.execute("DELETE FROM stored_events")
        connection.executemany(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute("COMMIT")
