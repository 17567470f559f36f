"""Connections to a log in PostgreSQL: how sessions are set, what goes wrong in words, and listening for commits.

Reading does without the library and its pool, which connects in the background and waits for a server that is not there
without a word about why; here who asks for a connection is told at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from tracker.errors import LogBusyError, LogError, LogReadOnlyError, LogUnreachableError
from tracker.stores.postgres.schema import CHANNEL
from tracker.stores.store import is_of_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.stores.where import Address

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
_TIMEOUT_SINCE: Final = 17_00_00
#: A commit is durable, and on the standby where there is one, whatever the default is.
_DURABLY: Final = """SELECT set_config(name, value, false) FROM (VALUES
    ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
    ('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('on', 'remote_apply')
        THEN current_setting('synchronous_commit') ELSE 'on' END)) AS wanted (name, value)"""
#: Seconds after which a look is taken without a word from the server: something between may have swallowed it.
HEARTBEAT: Final = 10.0
#: SQLSTATE, or its first letters, of a connection that is gone: class 08, the server's shutdown, crash and start
#: (57P01 to 57P03), sessions that it ended for being idle, or at a limit that was set for every one.
_GONE: Final = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
#: SQLSTATE of a transaction, or a standby's query, that the server has undone for another's sake: it may go again.
_UNDONE: Final = ("40001", "40P01")
#: What there is to say of an SQLSTATE.
WORDS: Final[dict[str, tuple[type[LogError], str]]] = {
    "42501": (
        LogReadOnlyError,
        "you may not do that; the owner lets people write with GRANT communique_writers, read with communique_readers",
    ),
    "25006": (LogReadOnlyError, "it can only be read there, being a standby or set so; name the primary, or all hosts"),
    "55P03": (LogBusyError, "another writer holds it; try again"),
    "57014": (LogBusyError, "the server gave up, being told to by a time limit or a person; try again"),
    "53100": (LogError, "the server's disk is full; nothing was recorded"),
    "53300": (LogUnreachableError, "the server has no connection to spare; try again"),
}
#: How libpq's lines of advice begin.
_ADVICE: Final = ("\t", " ", "Is the server", "This probably means", "before or while")


class UnconfirmedError(LogError):
    """The server has committed, but gave up waiting for its standby: a failover might lose the entries."""


class UndoneError(LogBusyError):
    """The server has undone a transaction that stood in the way of another; nothing was recorded, and it may go now."""


@contextmanager
def plain_errors(location: str) -> Iterator[None]:
    """Turn what psycopg raises, or the library for it, into one of our errors, in one line."""
    try:
        yield
    except psycopg.Error as error:
        raise _plain(error, location) from error
    except Exception as error:
        if isinstance(error.__cause__, psycopg.Error) and is_of_library(error):
            raise _plain(error.__cause__, location) from error
        raise


def _plain(error: psycopg.Error, location: str) -> LogError:
    said = _said(error)
    lost = isinstance(error, psycopg.OperationalError) and (error.sqlstate is None or error.sqlstate.startswith(_GONE))
    if lost or isinstance(error, psycopg.InterfaceError):
        return LogUnreachableError(f"{location} cannot be reached: {said}; check the address, the server and your name")
    if error.sqlstate in _UNDONE:
        return UndoneError(f"{location}: the server undid it for another's sake; try again ({said})")
    kind, words = WORDS.get(error.sqlstate or "", (LogError, ""))
    return kind(f"{location}: {words} ({said})" if words else f"{location}: {said}")


def _said(error: psycopg.Error) -> str:
    """Return what the server or libpq said, in one line: of several hosts each one's reason, without libpq's advice."""
    if error.diag.message_primary:
        return " ".join(error.diag.message_primary.split())
    lines = str(error).splitlines() or [type(error).__name__]
    each = [line.partition(": connection failed: ")[2] for line in lines if line.startswith("- host: ")]
    kept = each or [line.removeprefix("connection failed: ") for line in lines if not line.startswith(_ADVICE)]
    return "; ".join(dict.fromkeys(" ".join(line.split()).rstrip("?") for line in kept if line))


def set_session(connection: psycopg.Connection[Any], *, read_only: bool) -> None:
    """Set what a log needs of a session, whatever the server, the database or the role has set."""
    settings = [*_SESSION, f"SET default_transaction_read_only TO {'on' if read_only else 'off'}"]
    if connection.info.server_version >= _TIMEOUT_SINCE:
        settings.append("SET transaction_timeout TO 0")
    connection.execute("; ".join(settings))
    if not read_only:
        connection.execute(_DURABLY)


class Connections:
    """Connections that only read, kept for the next one who asks where nothing went wrong with them.

    `patience` is how many seconds a failover may last, and none at first: who opens a log is told at once that there is
    no server, or that the password is wrong.
    """

    def __init__(self, place: Address, *, read_only: bool, pause: Callable[[float], object] = time.sleep) -> None:
        self.conninfo, self.location = place
        self.read_only = read_only
        self.patience = 0.0
        self._pause = pause
        self._idle: deque[psycopg.Connection[tuple[Any, ...]]] = deque()

    def through_failover(self, action: Callable[[], Result]) -> Result:
        """Return what an action returns, done again until nothing undoes it or patience ends; raises `LogError`."""
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


class Listener:
    """Gives a number that is another one whenever anything may have been added, without asking the server each time.

    A connection that dies is made anew, for up to `patience` seconds, and what was told in between counts as a change:
    a follower reads on from where it is. A standby takes no listeners and is asked for its last position instead.
    """

    def __init__(
        self, connections: Connections, max_position: Callable[[], int], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connections = connections
        self._max_position = max_position
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._asks = False
        self._mark = 0
        self._next_look = 0.0
        self._lost_at: float | None = None

    def mark(self, patience: float) -> int:
        """Return the number as it is now; raises `psycopg.Error`."""
        with self._lock:
            if self._asks:
                return self._max_position()
            now = self._clock()
            if self._connection is not None and self._is_lost(self._connection):
                self._drop()
                self._lost_at = now
            if self._connection is None:
                self._listen(now, patience)
            elif now >= self._next_look:
                self._changed(now)
            return self._mark

    def _changed(self, now: float) -> None:
        self._mark += 1
        self._next_look = now + HEARTBEAT

    def _is_lost(self, connection: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Take in what the server has sent, without waiting, and say whether the connection is at its end."""
        try:
            connection.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        while connection.pgconn.notifies() is not None:
            self._next_look = 0.0
        return False

    def _listen(self, now: float, patience: float) -> None:
        """Begin to listen, if that is possible by now; what came before has to be looked for once."""
        try:
            connection = self._connections.connect()
        except psycopg.OperationalError:
            if self._lost_at is None or now - self._lost_at > patience:
                raise
            return
        try:
            connection.execute(f"LISTEN {CHANNEL}")
        except errors.ReadOnlySqlTransaction:
            connection.close()
            self._asks = True
            return
        except psycopg.OperationalError:
            connection.close()
            return
        self._connection, self._lost_at = connection, None
        self._changed(now)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
            self._drop()
