"""The library's recorders for a log in SQLite: ids and guards in the same transaction, and the write lock at once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteApplicationRecorder

from tracker.errors import DamageError
from tracker.stores.selecting import COLUMNS, SelectsEntries, SelectsSnapshots, ids_of
from tracker.stores.sqlite.schema import SCHEMA
from tracker.stores.store import KEPT_OUT, IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsourcing.persistence import StoredEvent
    from eventsourcing.sqlite import SQLiteCursor

    from tracker.stores.reader import Reader
    from tracker.stores.sqlite.transaction import Transaction

_INSERT_ID: Final = "INSERT INTO entry_ids VALUES (?,?,?)"


class SQLiteRecorder(SelectsEntries, SQLiteApplicationRecorder):
    """The library's recorder of entries, which inserts their ids, too."""

    def __init__(self, transaction: Transaction, reader: Reader) -> None:
        super().__init__(transaction.datastore)
        self._transaction = transaction
        self.reader = reader

    def construct_create_table_statements(self) -> list[str]:
        """Return the library's tables, ours, and the triggers that keep them append-only."""
        snapshots = SQLiteAggregateRecorder(self.datastore, events_table_name="stored_snapshots")
        return [*super().construct_create_table_statements(), *snapshots.create_table_statements, *SCHEMA]

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401 - as the library's
        """Insert entries, in a transaction of their own or in the open one; return their positions.

        `ids` are their (negotiation, id, version), read from their bytes where they are not given.
        """
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
            cursor.executemany(_INSERT_ID, ids_of(stored_events) if ids is None else ids)
            stored = cursor.rowcount
        except sqlite3.IntegrityError as error:
            raise IdTakenError(str(error)) from error
        try:
            # One call for all of them, where the library makes one for each.
            cursor.executemany(self.insert_events_statement, map(COLUMNS, stored_events))
            stored += cursor.rowcount
            # Under the write lock the rows of a batch have the positions that follow one another.
            last: int = cursor.execute("SELECT last_insert_rowid()").fetchone()[0]
        except sqlite3.IntegrityError as error:
            raise VersionTakenError(str(error)) from error
        # A trigger of somebody else's can keep a row out without a word.
        if stored != 2 * len(stored_events):
            raise DamageError(KEPT_OUT)
        return range(last - len(stored_events) + 1, last + 1)


class SQLiteSnapshots(SelectsSnapshots, SQLiteAggregateRecorder):
    """The library's recorder of snapshots, in the same transaction as that of entries."""

    def __init__(self, transaction: Transaction, reader: Reader) -> None:
        super().__init__(transaction.datastore, events_table_name="stored_snapshots")
        self._transaction = transaction
        self.reader = reader

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401 - as the library's
        """Insert snapshots, in a transaction of their own or in the open one."""
        with self._transaction as cursor:
            self._insert_events(cursor, stored_events, **kwargs)
