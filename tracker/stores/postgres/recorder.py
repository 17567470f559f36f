"""The recorder that fills a log in PostgreSQL, and the connections that it uses.

Of the library's own statements none that takes a table lock is used, which one who may only insert could not take, and
none of its functions in the database, with which a subscriber misses what several writers add.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Composed

from tracker.errors import DamageError
from tracker.stores.postgres.errors import UnconfirmedError
from tracker.stores.postgres.guards import CHANNEL, OUT_OF_ORDER, WRITE_LOCK, WRONG_SNAPSHOT
from tracker.stores.postgres.schema import SCHEMA, TABLES, guards
from tracker.stores.store import KEPT_OUT, Batch, IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eventsourcing.persistence import StoredEvent
    from psycopg import Connection, Cursor
    from psycopg.errors import Diagnostic
    from psycopg.rows import DictRow

    from tracker.stores.store import Stored

    Rows = Cursor[tuple[Any, ...]]

#: Seconds for which a writer waits for its turn.
LOCK_TIMEOUT: Final = 60
_KEPT: Final = 4

#: What a server, a database or a role has set otherwise must change nothing. The first counts from the next one on, and
#: none of them needs a snapshot, which a standby would refuse where serializable is the default. A plan is made while a
#: table is small, and kept. A writer that has vanished, or does not move, lets go of its turn.
_SESSION: Final = (
    "SET statement_timeout TO 0",
    "SET default_transaction_isolation TO 'read committed'",
    "SET default_transaction_deferrable TO off",
    "SET client_min_messages TO warning",
    f"SET lock_timeout TO '{LOCK_TIMEOUT}s'",
    "SET idle_session_timeout TO 0",
    "SET idle_in_transaction_session_timeout TO '300s'",
    "SET search_path TO pg_catalog, pg_temp",
    "SET standard_conforming_strings TO on",
    *(f"SET enable_{way} TO off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin")),
)
_SESSION_OF_READER: Final = "SET default_transaction_read_only TO on"
_SESSION_OF_WRITER: Final = "SET default_transaction_read_only TO off"
_TIMEOUT_SINCE: Final = 17_00_00
#: A commit is durable, and on the standby where there is one, whatever the default is.
_DURABLY: Final = """SELECT set_config(name, value, false) FROM (VALUES
    ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
    ('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('on', 'remote_apply')
        THEN current_setting('synchronous_commit') ELSE 'on' END)) AS wanted (name, value)"""
#: The server's function that waits for a standby; its warning is in the server's language.
_WAITS_FOR_STANDBY: Final = "SyncRepWaitForLSN"
_TAKE_TURN: Final = f"SELECT set_config('lock_timeout', '{LOCK_TIMEOUT}s', true), pg_advisory_xact_lock({WRITE_LOCK})"
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
_FIND: Final = """SELECT found.notification_id, added.state = found.state
    FROM unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[]) WITH ORDINALITY
        AS added (name, version, topic, state, number)
    JOIN communique.stored_events AS found ON originator_id = name AND originator_version = version
    ORDER BY number"""


class Datastore(PostgresDatastore):
    """The library's datastore over connections of our own, with text ids of negotiations.

    The library's pool connects in the background and waits for a server that is not there without a word about why;
    here who asks for a connection is told at once.
    """

    def __init__(self, conninfo: str, *, read_only: bool) -> None:
        self.conninfo = conninfo
        self.read_only = read_only
        self._idle: deque[Connection[DictRow]] = deque()
        self.schema = SCHEMA
        self.originator_id_type = "text"
        self.single_row_tracking = True
        self.enable_db_functions = False
        self.lock_timeout = LOCK_TIMEOUT
        self.db_type_names: set[str] = set()

    def connect(self) -> Connection[DictRow]:
        """Return a new connection; raises `psycopg.OperationalError`."""
        connection = psycopg.connect(self.conninfo, autocommit=True, row_factory=dict_row)
        try:
            settings = [*_SESSION, _SESSION_OF_READER if self.read_only else _SESSION_OF_WRITER]
            if connection.info.server_version >= _TIMEOUT_SINCE:
                settings.append("SET transaction_timeout TO 0")
            connection.execute("; ".join(settings))
            if not self.read_only:
                connection.execute(_DURABLY)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Give a connection, which is kept for the next one who asks where nothing went wrong with it."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self.connect()
        try:
            yield connection
        except psycopg.OperationalError:
            # What ended this connection has most likely ended the others, too.
            self.close()
            raise
        finally:
            if len(self._idle) < _KEPT and connection.info.transaction_status == TransactionStatus.IDLE:
                self._idle.append(connection)
            else:
                connection.close()

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays of columns, without the library's composite type."""

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


class PostgresRecorder(PostgresApplicationRecorder):
    """The library's recorder, with writers taking turns by an advisory lock that ends with their transaction."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore)
        self.channel_name = CHANNEL
        self.sql_create_statements = [Composed([SQL(statement)]) for statement in (*TABLES, *guards())]
        self.lock_table_statements = [_TAKE_TURN]

    def _insert_stored_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401 - as the library passes it on
    ) -> None:
        self._lock_table(curs)
        rows = [(str(one.originator_id), one.originator_version, one.topic, one.state) for one in stored_events]
        curs.execute(_INSERT_EVENTS, columns(rows))

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """Give a cursor in a transaction in which it is our turn to write, and commit at the end, durably.

        Raises `UnconfirmedError` where the server has committed without its standby.
        """
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
                    cursor.execute(_TAKE_TURN)
                    yield cursor
            finally:
                connection.remove_notice_handler(keep)
            if warnings:
                raise UnconfirmedError(
                    f"the server committed without waiting for its standby ({warnings[0]}): record the same again, "
                    "which does no harm, once the standby is back"
                )

    def make_tables(self, cursor: Rows) -> None:
        """Make the tables, indexes and guards that are not there, inside such a transaction."""
        for statement in self.sql_create_statements:
            cursor.execute(statement)

    def insert_batch(self, cursor: Rows, batch: Batch) -> Sequence[int]:
        """Insert a batch inside such a transaction, and return its positions."""
        positions: list[int] = []
        try:
            with cursor.connection.pipeline():
                cursor.execute(_INSERT_IDS, columns(batch.ids, 3))
                if batch.events:
                    cursor.execute(_INSERT_EVENTS, columns(batch.events))
                    positions = [position for (position,) in cursor.fetchall()]
            if len(positions) != len(batch.events):
                # A trigger of the owner's can keep a row out without a word.
                raise DamageError(KEPT_OUT)
            if batch.snapshots:
                self._insert_snapshots(cursor, batch.snapshots)
        except psycopg.errors.UniqueViolation as error:
            if error.diag.table_name == "entry_ids":
                raise IdTakenError(str(error)) from error
            raise VersionTakenError(str(error)) from error
        except psycopg.DatabaseError as error:
            if error.sqlstate == OUT_OF_ORDER:
                raise VersionTakenError(str(error)) from error
            raise
        return positions

    def _insert_snapshots(self, cursor: Rows, snapshots: Sequence[Stored]) -> None:
        """Insert snapshots, unless the database says that they are not those of their entries.

        It can only tell the names in entries from their bytes: of one that somebody has put in, and that does not fit
        its type, it counts the name, which we do not. A log does without a snapshot, only more slowly.
        """
        try:
            with cursor.connection.transaction():
                cursor.execute(_INSERT_SNAPSHOTS, columns(snapshots))
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except psycopg.DatabaseError as error:
            if error.sqlstate != WRONG_SNAPSHOT:
                raise

    def find(self, cursor: Rows, events: Sequence[Stored]) -> Sequence[int] | None:
        """Return the positions of entries that are there with these very bytes, or None where any of them is not."""
        rows = cursor.execute(_FIND, columns(events)).fetchall()
        return [position for position, _ in rows] if [same for _, same in rows] == [True] * len(events) else None


def columns(rows: Sequence[tuple[Any, ...]], count: int = 4) -> list[list[Any]]:
    """Return rows as the arrays of their columns, of which there are `count`."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
