"""The transactions of the one connection that writes to a log in an SQLite file: one of the library's pool."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import LogReadOnlyError
from tracker.stores.sqlite.readers import CACHE_SIZE, LOCK_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor, SQLiteDatastore

    from tracker.stores.sqlite.file import PlainErrors

#: Seconds between two tries.
_A_MOMENT: Final = 0.01


class Transaction:
    """The transaction of the one connection that writes, holding the write lock; nested, the one already open.

    A class, since a generator takes thrice as long to enter, which one entry a commit would feel.
    """

    def __init__(self, path: Path, errors: PlainErrors, look: Callable[[], object], *, read_only: bool) -> None:
        self._path = path
        self._errors = errors
        #: Raises `LogError` where the file is another one by now.
        self._look = look
        self._read_only = read_only
        self._lock = threading.RLock()
        self._datastore: SQLiteDatastore | None = None
        self._connection: SQLiteConnection | None = None
        self._cursor: SQLiteCursor | None = None
        self._depth = 0

    @property
    def datastore(self) -> SQLiteDatastore:
        """The library's datastore, whose import reading does without."""
        if self._datastore is None:
            from eventsourcing.sqlite import SQLiteDatastore

            self._datastore = SQLiteDatastore(
                self._path.as_uri(), lock_timeout=LOCK_TIMEOUT, pool_size=1, originator_id_type="text"
            )
        return self._datastore

    def _connected(self) -> SQLiteConnection:
        """Return the connection, kept since taking it from the pool each time costs a fifth of a commit."""
        if self._connection is None:
            with closing(sqlite3.connect(self._path.as_uri(), uri=True, timeout=LOCK_TIMEOUT)) as first:
                # A backup is one file without a write-ahead log beside it.
                _write_ahead(first)
                self._connection = self.datastore.pool.get_connection()
            cursor = self._connection.cursor()
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute(f"PRAGMA cache_size={CACHE_SIZE}")
        return self._connection

    def __enter__(self) -> SQLiteCursor:
        if self._read_only:
            raise LogReadOnlyError(f"{self._path} was opened for reading only")
        self._lock.acquire()
        try:
            if self._cursor is None:
                with self._errors:
                    cursor = self._connected().cursor()
                    # The library begins without the write lock.
                    cursor.execute("BEGIN IMMEDIATE")
                    cursor.sqlite_cursor.row_factory = None
                    self._cursor = cursor
                    self._look()
        except BaseException:
            self._end(None)
            self._lock.release()
            raise
        self._depth += 1
        return self._cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._depth -= 1
            if self._depth or self._connection is None:
                return
            with self._errors:
                self._end(self._connection if error is None else None)
                if error is not None:
                    # Here, so that it comes out in our words.
                    raise error
        finally:
            self._lock.release()

    def _end(self, committing: SQLiteConnection | None) -> None:
        """Commit, or undo all where there is nothing to commit; not the transaction that one is nested in."""
        if self._depth:
            return
        cursor, self._cursor = self._cursor, None
        if cursor is None or self._connection is None:
            return
        try:
            if committing is not None:
                committing.commit()
        finally:
            # An error that somebody keeps must not keep the connection open.
            cursor.sqlite_cursor.close()
            self._connection.rollback()

    def fetch(self, sql: str, parameters: Sequence[Any]) -> list[Any] | None:
        """Return the rows of a query inside the transaction, None where this thread is in none."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return None if self._cursor is None else self._cursor.sqlite_cursor.execute(sql, parameters).fetchall()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the connection and the pool."""
        if self._datastore is not None:
            if self._connection is not None:
                self._datastore.pool.put_connection(self._connection)
                self._connection = None
            self._datastore.close()
            self._datastore = None


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
