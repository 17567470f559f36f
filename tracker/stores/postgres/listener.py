"""Listening for commits: a connection of its own that the server tells of each one."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import errors

from tracker.stores.postgres.guards import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.stores.postgres.connections import Connections

#: Seconds after which a look is taken without a word from the server: something between may have swallowed it.
HEARTBEAT: Final = 10.0


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
