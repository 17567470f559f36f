"""The library's recorders for a log in PostgreSQL, whose writers take turns by an advisory lock.

Of the library's own statements none that takes a table lock is used, which one who may only insert could not take, and
none of its functions in the database, with which a subscriber misses what several writers add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresApplicationRecorder

from tracker.errors import DamageError
from tracker.stores.postgres.connections import columns
from tracker.stores.postgres.guards import CHANNEL, OUT_OF_ORDER, WRONG_SNAPSHOT
from tracker.stores.selecting import COLUMNS, SelectsEntries, SelectsSnapshots, ids_of
from tracker.stores.store import KEPT_OUT, IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsourcing.persistence import StoredEvent
    from psycopg import Cursor

    from tracker.stores.postgres.turn import Turn
    from tracker.stores.reader import Reader

_INSERT_IDS: Final = "INSERT INTO communique.entry_ids SELECT * FROM unnest(%b::text[], %b::text[], %b::int8[])"
_INSERT_EVENTS: Final = """INSERT INTO communique.stored_events
    (originator_id, originator_version, topic, state, notification_id)
    SELECT name, version, topic, state,
        number + (SELECT coalesce(max(notification_id), 0) FROM communique.stored_events)
    FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[]) WITH ORDINALITY
        AS added (name, version, topic, state, number)
    RETURNING notification_id"""
_INSERT_SNAPSHOTS: Final = """INSERT INTO communique.stored_snapshots
    SELECT * FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[])"""


class PostgresRecorder(SelectsEntries, PostgresApplicationRecorder):
    """The library's recorder of entries, which inserts their ids, too."""

    def __init__(self, turn: Turn, reader: Reader) -> None:
        super().__init__(turn.datastore)
        self.channel_name = CHANNEL
        self._turn = turn
        self.reader = reader

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401 - as the library's
        """Insert entries, in a transaction of their own or in the open one, through a failover; return their positions.

        `ids` are their (negotiation, id, version), read from their bytes where they are not given.
        """
        rows = list(map(COLUMNS, stored_events))
        return self._turn.insert(rows, lambda cursor: self._insert_events(cursor, stored_events, **kwargs))

    def _insert_events(  # type: ignore[override] # the library's own inserts nothing yet
        self,
        curs: Cursor[Any],
        stored_events: Sequence[StoredEvent],
        *,
        ids: Sequence[tuple[str, str, int]] | None = None,
        **_: Any,  # noqa: ANN401 - as the library's
    ) -> Sequence[int]:
        positions: list[int] = []
        try:
            with curs.connection.pipeline():
                curs.execute(_INSERT_IDS, columns(ids_of(stored_events) if ids is None else ids, 3))
                if stored_events:
                    curs.execute(_INSERT_EVENTS, columns(list(map(COLUMNS, stored_events))))
                    positions = [position for (position,) in curs.fetchall()]
        except psycopg.errors.UniqueViolation as error:
            if error.diag.table_name == "entry_ids":
                raise IdTakenError(str(error)) from error
            raise VersionTakenError(str(error)) from error
        except psycopg.DatabaseError as error:
            if error.sqlstate == OUT_OF_ORDER:
                raise VersionTakenError(str(error)) from error
            raise
        if len(positions) != len(stored_events):
            # A trigger of the owner's can keep a row out without a word.
            raise DamageError(KEPT_OUT)
        return positions


class PostgresSnapshots(SelectsSnapshots, PostgresAggregateRecorder):
    """The library's recorder of snapshots, in the same transaction as that of entries."""

    def __init__(self, turn: Turn, reader: Reader) -> None:
        super().__init__(turn.datastore, events_table_name="stored_snapshots")
        self._turn = turn
        self.reader = reader

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:  # noqa: ANN401 - as the library's
        """Insert snapshots, unless the database says that they are not those of their entries.

        It can only tell the names in entries from their bytes: of one that somebody has put in, and that does not fit
        its type, it counts the name, which we do not. A log does without a snapshot, only more slowly.
        """
        with self._turn.held() as cursor:
            try:
                with cursor.connection.transaction():
                    cursor.execute(_INSERT_SNAPSHOTS, columns(list(map(COLUMNS, stored_events))))
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            except psycopg.DatabaseError as error:
                if error.sqlstate != WRONG_SNAPSHOT:
                    raise
