"""What writes to a log in an SQLite file: the transactions of one connection, and the library's recorders in them.

Reading does without this module, as it imports the library.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteApplicationRecorder, SQLiteDatastore

from tracker.codec import digest_of, head_of
from tracker.errors import DamageError, LogReadOnlyError
from tracker.stores.selecting import COLUMNS, SelectsEntries, SelectsSnapshots, ids_of
from tracker.stores.sqlite.file import LOCK_TIMEOUT, require_own_beside
from tracker.stores.sqlite.readers import CACHE_SIZE
from tracker.stores.sqlite.schema import SCHEMA
from tracker.stores.store import KEPT_OUT, IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from eventsourcing.persistence import StoredEvent
    from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor

    from tracker.stores.sqlite.file import PlainErrors
    from tracker.stores.sqlite.store import SQLiteStore
    from tracker.stores.store import Store

_LAST_AND_BEFORE: Final = (
    "SELECT last_insert_rowid(), (SELECT CAST(state AS BLOB) FROM stored_events WHERE rowid = last_insert_rowid() - ?)"
)
_BEFORE: Final = "SELECT CAST(state AS BLOB) FROM stored_events WHERE originator_id = ? AND originator_version = ?"
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
        self._connection: SQLiteConnection | None = None
        self._cursor: SQLiteCursor | None = None
        self._depth = 0

    @cached_property
    def datastore(self) -> SQLiteDatastore:
        """The library's datastore."""
        return SQLiteDatastore(self._path.as_uri(), lock_timeout=LOCK_TIMEOUT, pool_size=1, originator_id_type="text")

    def _connected(self) -> SQLiteConnection:
        """Return the connection, kept since taking it from the pool each time costs a fifth of a commit."""
        if self._connection is None:
            require_own_beside(self._path, str(self._path))
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

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
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
        datastore = self.__dict__.pop("datastore", None)
        if datastore is not None:
            if self._connection is not None:
                datastore.pool.put_connection(self._connection)
                self._connection = None
            datastore.close()


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


class SQLiteSnapshots(SelectsSnapshots, SQLiteAggregateRecorder):
    """The library's recorder of snapshots, in the same transaction as that of entries."""

    def __init__(self, transaction: Transaction, store: Store) -> None:
        super().__init__(transaction.datastore, events_table_name="stored_snapshots")
        self._transaction = transaction
        self.store = store

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401 - as the library's
        """Insert snapshots, in a transaction of their own or in the open one."""
        with self._transaction as cursor:
            self._insert_events(cursor, stored_events, **kwargs)


class SQLiteRecorder(SelectsEntries, SQLiteApplicationRecorder):
    """The library's recorder of entries, which inserts their ids, too."""

    snapshots: SQLiteSnapshots

    def __init__(self, transaction: Transaction, store: SQLiteStore) -> None:
        self.snapshots = SQLiteSnapshots(transaction, store)
        super().__init__(transaction.datastore)
        self._transaction = transaction
        self.store: SQLiteStore = store
        #: The bytes of the last entry that was inserted here: where they are the log's last, nobody has changed it.
        self._last: bytes | None = None

    def construct_create_table_statements(self) -> list[str]:
        """Return the library's tables, ours, and the triggers that keep them append-only."""
        return [*super().construct_create_table_statements(), *self.snapshots.create_table_statements, *SCHEMA]

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401 - as the library's
        """Insert entries and return their positions; `ids` are (negotiation, id, version), else read from bytes."""
        with self._transaction as cursor:
            return self._insert_events(cursor, stored_events, **kwargs)

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        ids: Sequence[tuple[str, str, int]] | None = None,
        **_: Any,  # noqa: ANN401 - as the library's
    ) -> Sequence[int]:
        if not stored_events:
            return ()
        cursor = c.sqlite_cursor
        try:
            cursor.executemany("INSERT INTO entry_ids VALUES (?,?,?)", ids_of(stored_events) if ids is None else ids)
            stored = cursor.rowcount
        except sqlite3.IntegrityError as error:
            raise IdTakenError(str(error)) from error
        try:
            # One call for all of them, where the library makes one for each.
            cursor.executemany(self.insert_events_statement, map(COLUMNS, stored_events))
            stored += cursor.rowcount
            # Under the write lock the rows of a batch have the positions that follow one another.
            last, before = cursor.execute(_LAST_AND_BEFORE, (len(stored_events),)).fetchone()
        except sqlite3.IntegrityError as error:
            raise VersionTakenError(str(error)) from error
        # A trigger of somebody else's can keep a row out without a word.
        if stored != 2 * len(stored_events):
            raise DamageError(KEPT_OUT)
        if before != self._last:
            self._require_chained(stored_events)
        self._last = stored_events[-1].state
        return range(last - len(stored_events) + 1, last + 1)

    def _require_chained(self, stored_events: Sequence[StoredEvent]) -> None:
        """Raise `VersionTakenError` where a negotiation holds something else before what was just inserted.

        Others have written, if not a copy was put back: then what is remembered is not what is there.
        """
        self.store.require_identity()
        first: dict[str, StoredEvent] = {}
        for event in stored_events:
            first.setdefault(str(event.originator_id), event)
        for name, event in first.items():
            version = event.originator_version
            if version > 1:
                rows = self._transaction.fetch(_BEFORE, (name, version - 1))
                before = digest_of(rows[0][0] or b"") if rows else ""
                if not event.state.startswith(head_of(event.topic, name, version, before)):
                    raise VersionTakenError(f"{name} holds something else before version {version}")
