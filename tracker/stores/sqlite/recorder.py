"""The recorder that fills the tables of a log in SQLite, and the connections that it uses."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Final

from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from tracker.errors import DamageError
from tracker.stores.sqlite.readers import CACHE_SIZE, LOCK_TIMEOUT
from tracker.stores.sqlite.schema import SCHEMA
from tracker.stores.store import KEPT_OUT, Batch, IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds between two tries.
_A_MOMENT: Final = 0.01
#: One entry with its id by one statement, a transaction by itself: between two syncs each call is felt. Both are the
#: connection's own and leave the file as it is.
_ALONE: Final = (
    """CREATE TEMP VIEW entry_alone AS
    SELECT NULL AS negotiation, NULL AS version, NULL AS topic, NULL AS state, NULL AS entry""",
    """CREATE TEMP TRIGGER entry_alone_is_stored INSTEAD OF INSERT ON entry_alone BEGIN
    INSERT INTO entry_ids VALUES (NEW.negotiation, NEW.entry, NEW.version);
    INSERT INTO stored_events VALUES (NEW.negotiation, NEW.version, NEW.topic, NEW.state);
    END""",
)


class _Pool(SQLiteConnectionPool):
    """Connections that sync at each commit, and that cannot write where the log was opened for reading."""

    def __init__(self, *, db_name: str, read_only: bool) -> None:
        self.read_only = read_only
        super().__init__(db_name=db_name, lock_timeout=LOCK_TIMEOUT)

    def _create_connection(self) -> SQLiteConnection:
        # The library's own connection keeps one prepared statement, and an append needs five.
        raw = sqlite3.connect(
            self.db_name, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        if self.read_only:
            raw.execute("PRAGMA query_only=ON")
        else:
            # A backup is one file without a write-ahead log beside it, and who only reads may not give it one.
            _write_ahead(raw)
            for statement in _ALONE:
                raw.execute(statement)
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute(f"PRAGMA cache_size={CACHE_SIZE}")
        raw.row_factory = sqlite3.Row  # as the library's queries take it
        return SQLiteConnection(raw, max_age=None)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, which SQLite does not wait for where others open the same new file."""
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_A_MOMENT)
        else:
            return


class Datastore(SQLiteDatastore):
    """The library's datastore over our connections to an absolute path, with text ids of negotiations."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.pool = _Pool(db_name=path.as_uri() + ("?mode=ro" if read_only else ""), read_only=read_only)
        self.single_row_tracking = True
        self.originator_id_type = "text"


class SQLiteRecorder(SQLiteApplicationRecorder):
    """The library's recorder, writing a batch with one statement a table and taking the write lock at once."""

    #: Takes (negotiation, version, topic, state, id).
    insert_alone_statement: Final = "INSERT INTO entry_alone VALUES (?,?,?,?,?)"
    #: Takes (negotiation, version, id), and gives the position of an entry that has its id.
    find_alone_statement: Final = """SELECT stored_events.rowid FROM stored_events, entry_ids
        WHERE originator_id = ?1 AND originator_version = ?2 AND negotiation = ?1 AND entry = ?3 AND version = ?2"""

    def construct_create_table_statements(self) -> list[str]:
        """Return the library's tables, ours, and the triggers that keep them append-only."""
        snapshots = SQLiteAggregateRecorder(self.datastore, events_table_name="stored_snapshots")
        return [*super().construct_create_table_statements(), *snapshots.create_table_statements, *SCHEMA]

    def insert_batch(self, cursor: sqlite3.Cursor, batch: Batch) -> range:
        """Insert a batch inside a transaction that holds the write lock, and return its positions."""
        try:
            cursor.executemany("INSERT INTO entry_ids VALUES (?,?,?)", batch.ids)
            stored = max(cursor.rowcount, 0)
        except sqlite3.IntegrityError as error:
            raise IdTakenError(str(error)) from error
        try:
            cursor.executemany(self.insert_events_statement, batch.events)
            stored += max(cursor.rowcount, 0)
            # Under the write lock the rows of a batch have the positions that follow one another.
            last: int = cursor.execute("SELECT last_insert_rowid()").fetchone()[0]
        except sqlite3.IntegrityError as error:
            raise VersionTakenError(str(error)) from error
        # A trigger of somebody else's can keep a row out without a word.
        if stored != len(batch.ids) + len(batch.events):
            raise DamageError(KEPT_OUT)
        if batch.snapshots:
            cursor.executemany("INSERT INTO stored_snapshots VALUES (?,?,?,?)", batch.snapshots)
        return range(last - len(batch.events) + 1, last + 1)
