"""Changing a log behind its back, as somebody may who owns the file or the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tracker.stores.where import is_shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.stores import Row

_TABLE = "stored_events"


def rewrite(place: str, rows: Sequence[Row]) -> None:
    """Put these entries in place of all that a log holds, with its guards switched off."""
    if is_shared(place):
        _rewrite_shared(place, rows)
        return
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (_TABLE,))
        for (name,) in guards.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("BEGIN")
        connection.execute("DELETE FROM stored_events")
        connection.executemany(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute("COMMIT")


def _rewrite_shared(place: str, rows: Sequence[Row]) -> None:
    import psycopg

    with psycopg.connect(place) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE communique.stored_events DISABLE TRIGGER ALL")
        cursor.execute("DELETE FROM communique.stored_events")
        cursor.executemany(
            "INSERT INTO communique.stored_events"
            " (notification_id, originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s, %s)",
            rows,
        )
