"""Connections to a log in PostgreSQL: how each session is set, those that only read, and patience in a failover.

Reading does without the library and its pool, which connects in the background and waits for a server that is not there
without a word about why; here who asks for a connection is told at once.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from tracker.errors import LogUnreachableError
from tracker.stores.postgres.errors import UndoneError, plain_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Rows = psycopg.Cursor[tuple[Any, ...]]

Result = TypeVar("Result")
#: Seconds for which a writer waits for its turn.
LOCK_TIMEOUT: Final = 60
#: Seconds between two tries.
_PAUSE: Final = 0.25
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


def set_session(connection: psycopg.Connection[Any], *, read_only: bool) -> None:
    """Set what a log needs of a session, whatever the server, the database or the role has set."""
    settings = [*_SESSION, _SESSION_OF_READER if read_only else _SESSION_OF_WRITER]
    if connection.info.server_version >= _TIMEOUT_SINCE:
        settings.append("SET transaction_timeout TO 0")
    connection.execute("; ".join(settings))
    if not read_only:
        connection.execute(_DURABLY)


class Failover:
    """Does what may be done again, until neither connection nor server undoes it, or patience ends.

    `patience` is in seconds, and none at first: who opens a log is told at once that there is no server, or that the
    password is wrong.
    """

    def __init__(self, location: str, pause: Callable[[float], object]) -> None:
        self.location = location
        self.patience = 0.0
        self._pause = pause

    def through(self, action: Callable[[], Result]) -> Result:
        """Return what an action returns; raises `LogError`."""
        until = time.monotonic() + self.patience
        tries = 0
        while True:
            try:
                with plain_errors(self.location):
                    return action()
            except (LogUnreachableError, UndoneError):
                tries += 1
                if time.monotonic() >= until:
                    raise
            # Where only a connection that was kept had died, a new one is all that is needed.
            if tries > 1:
                self._pause(_PAUSE)


class Connections:
    """Connections that only read, kept for the next one who asks where nothing went wrong with them."""

    def __init__(self, conninfo: str, *, read_only: bool) -> None:
        self.conninfo = conninfo
        self.read_only = read_only
        self._idle: deque[psycopg.Connection[tuple[Any, ...]]] = deque()

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a new connection; raises `psycopg.OperationalError`."""
        connection = psycopg.connect(self.conninfo, autocommit=True, row_factory=tuple_row)
        try:
            set_session(connection, read_only=self.read_only)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _given(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
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

    def fetch(self, sql: LiteralString, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        with self._given() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def columns(rows: Sequence[tuple[Any, ...]], count: int = 4) -> list[list[Any]]:
    """Return rows as the arrays of their columns, of which there are `count`."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
