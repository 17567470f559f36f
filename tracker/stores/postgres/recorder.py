"""What writes to a log in PostgreSQL: the transactions in which it is our turn, and the library's recorders in them.

Of the library's own statements none that takes a table lock is used, which one who may only insert could not take, and
none of its functions in the database, with which a subscriber misses what several writers add.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar

import psycopg
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import dict_row, tuple_row
from psycopg_pool import PoolTimeout

from tracker.errors import DamageError, LogReadOnlyError, LogUnreachableError
from tracker.stores.postgres.connections import (
    LOCK_TIMEOUT,
    WORDS,
    UnconfirmedError,
    UndoneError,
    plain_errors,
    set_session,
)
from tracker.stores.postgres.schema import (
    CHANNEL,
    INSERT_IDS,
    OUT_OF_ORDER,
    SCHEMA,
    WRITE_LOCK,
    WRONG_SNAPSHOT,
    columns,
)
from tracker.stores.selecting import COLUMNS, SelectsEntries, SelectsSnapshots, ids_of
from tracker.stores.store import KEPT_OUT, IdTakenError, TurnLostError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eventsourcing.persistence import StoredEvent
    from psycopg import Connection, Cursor
    from psycopg.errors import Diagnostic

    from tracker.stores.postgres.connections import Connections, Rows
    from tracker.stores.store import Store, Stored

Result = TypeVar("Result")
#: Seconds for which a connection of the pool is waited for, before it is asked why there is none.
_WAIT: Final = 2.0
#: The server's function that waits for a standby; its warning is in the server's language.
_WAITS_FOR_STANDBY: Final = "SyncRepWaitForLSN"
#: Besides, whether one may not write: some servers refuse no sooner than when there is something to write.
_TAKE_TURN: Final = f"""SELECT current_setting('transaction_read_only') = 'on',
    has_table_privilege(to_regclass('communique.stored_events'), 'INSERT') IS FALSE,
    set_config('lock_timeout', '{LOCK_TIMEOUT}s', true), pg_advisory_xact_lock({WRITE_LOCK})"""
_FIND: Final = """SELECT found.notification_id, added.state = found.state
    FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[]) WITH ORDINALITY
        AS added (name, version, topic, state, number)
    JOIN communique.stored_events AS found ON originator_id = name AND originator_version = version
    ORDER BY number"""
_INSERT_EVENTS: Final = """INSERT INTO communique.stored_events
    (originator_id, originator_version, topic, state, notification_id)
    SELECT name, version, topic, state,
        number + (SELECT coalesce(max(notification_id), 0) FROM communique.stored_events)
    FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[]) WITH ORDINALITY
        AS added (name, version, topic, state, number)
    RETURNING notification_id"""
_INSERT_SNAPSHOTS: Final = """INSERT INTO communique.stored_snapshots
    SELECT * FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[])"""


class Datastore(PostgresDatastore):
    """The library's datastore, whose pool connects to an address that libpq reads, in sessions as a log needs them."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(
            *("",) * 5,  # what the address below says
            pool_size=1,
            connect_timeout=_WAIT,
            schema=SCHEMA,
            originator_id_type="text",
        )
        self.pool.conninfo = conninfo
        self.pool.kwargs = {"autocommit": True, "row_factory": dict_row}
        # Who waits asks again; a pause that grows would outlast a failover.
        self.pool.reconnect_timeout = 0.0

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Return what sets the session of a new connection."""
        return partial(set_session, read_only=False)

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays of columns, without the library's composite type."""


class Turn:
    """The transaction in which it is our turn; nested, the open one. A failover undoes it (`TurnLostError`)."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = threading.RLock()
        self._cursor: Rows | None = None
        self._last_added: Sequence[Stored] = []

    @cached_property
    def datastore(self) -> Datastore:
        """The library's datastore."""
        return Datastore(self._connections.conninfo)

    @contextmanager
    def _turn(self) -> Iterator[Rows]:
        """Give a cursor in a transaction in which it is our turn; raises `UnconfirmedError` if no standby has it."""
        if self._connections.read_only:
            raise LogReadOnlyError(f"{self._connections.location} was opened for reading only")
        with self.datastore.get_connection() as connection:
            warnings: list[str] = []

            def keep(diagnostic: Diagnostic) -> None:
                # A server that is about to go may say so behind a commit that it has done; cut short, it says no more.
                going = (diagnostic.sqlstate or "").startswith("57P")
                if diagnostic.source_function == _WAITS_FOR_STANDBY and not going:
                    warnings.append(diagnostic.message_primary or "a warning")

            connection.add_notice_handler(keep)
            try:
                with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                    is_read_only, may_not, *_ = cursor.execute(_TAKE_TURN).fetchone() or (False, False)
                    if is_read_only or may_not:
                        said = WORDS["25006" if is_read_only else "42501"][1]
                        raise LogReadOnlyError(f"{self._connections.location}: {said}")
                    yield cursor
            finally:
                connection.remove_notice_handler(keep)
            if warnings:
                raise UnconfirmedError(
                    f"the server committed without waiting for its standby ({warnings[0]}): record the same again, "
                    "which does no harm, once the standby is back"
                )

    def _begun(self, stack: ExitStack) -> Rows:
        """Begin; the pool does not say why it has no connection, but who connects without it is told."""
        try:
            return stack.enter_context(self._turn())
        except Exception as error:
            if not isinstance(error.__cause__, PoolTimeout):
                raise
        self._connections.connect().close()
        return stack.enter_context(self._turn())

    def run(self, work: Callable[[Rows], Result]) -> Result:
        """Return what some work does that may be done again, in a transaction of its own."""

        def begin_and_work() -> Result:
            with ExitStack() as stack:
                return work(self._begun(stack))

        return self._connections.through_failover(begin_and_work)

    def insert(self, events: Sequence[Stored], insert: Callable[[Rows], Sequence[int]]) -> Sequence[int]:
        """Insert entries in a transaction of their own, or in the open one."""
        with self._lock:
            if self._cursor is not None:
                with plain_errors(self._connections.location):
                    positions = insert(self._cursor)
                self._last_added = events[-1:] or self._last_added
                return positions
            tries = 0

            def insert_or_find(cursor: Rows) -> Sequence[int]:
                nonlocal tries
                tries += 1
                # The commit may have been done though nobody could tell us.
                found = _find(cursor, events) if tries > 1 else None
                return insert(cursor) if found is None else found

            return self.run(insert_or_find)

    @contextmanager
    def held(self) -> Iterator[Rows]:
        """Give the cursor of the open transaction, or of one that is opened for it."""
        with self._lock:
            if self._cursor is not None:
                yield self._cursor
                return
            self._last_added, is_committing = [], False
            stack = ExitStack()
            self._cursor = self._connections.through_failover(lambda: self._begun(stack))
            try:
                with plain_errors(self._connections.location), stack:
                    yield self._cursor
                    is_committing = True
            except (LogUnreachableError, UndoneError) as error:
                self._cursor = None
                # Lost while committing, it may have been done though nobody could tell us.
                may_be_done = is_committing and self._last_added and not isinstance(error, UndoneError)
                if not may_be_done or self.run(lambda cursor: _find(cursor, self._last_added)) is None:
                    raise TurnLostError(f"{error}; nothing was recorded: run the same again") from error
            finally:
                self._cursor = None

    def fetch(self, sql: LiteralString, parameters: Sequence[Any]) -> list[Any] | None:
        """Return the rows of a query inside the transaction, None where this thread is in none."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            with plain_errors(self._connections.location):
                return None if self._cursor is None else self._cursor.execute(sql, parameters).fetchall()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the pool."""
        if "datastore" in self.__dict__:
            self.datastore.close()


def _find(cursor: Rows, events: Sequence[Stored]) -> Sequence[int] | None:
    """Return the positions of entries that are there with these very bytes, or None where any of them is not."""
    rows = cursor.execute(_FIND, columns(events)).fetchall()
    return [position for position, _ in rows] if [same for _, same in rows] == [True] * len(events) else None


class PostgresSnapshots(SelectsSnapshots, PostgresAggregateRecorder):
    """The library's recorder of snapshots, in the same transaction as that of entries."""

    def __init__(self, turn: Turn, store: Store) -> None:
        super().__init__(turn.datastore, events_table_name="stored_snapshots")
        self._turn = turn
        self.store = store

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


class PostgresRecorder(SelectsEntries, PostgresApplicationRecorder):
    """The library's recorder of entries, which inserts their ids, too."""

    def __init__(self, turn: Turn, store: Store) -> None:
        super().__init__(turn.datastore)
        self.channel_name = CHANNEL
        self._turn = turn
        self.store = store
        self.snapshots = PostgresSnapshots(turn, store)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401 - as the library's
        """Insert entries, through a failover, and return their positions; `ids` as (negotiation, id, version)."""
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
                curs.execute(INSERT_IDS, columns(ids_of(stored_events) if ids is None else ids, 3))
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
            if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
                # The server has gone between its two answers, and what there is to fetch from is the first one.
                raise psycopg.OperationalError(str(error)) from error
            raise
        if len(positions) != len(stored_events):
            # A trigger of the owner's can keep a row out without a word.
            raise DamageError(KEPT_OUT)
        return positions
