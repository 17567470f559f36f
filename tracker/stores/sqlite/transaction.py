"""The transactions of the one connection that writes to a log in an SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from tracker.stores.sqlite.file import PlainErrors

#: How often a transaction was entered by who inserts a batch of several.
_NESTED: Final = 2
#: Ours by their names, those of a log's first days included; a trigger of somebody else's goes on looking.
_GUARDS: Final = """SELECT name, sql FROM sqlite_master WHERE type = 'trigger'
    AND (name LIKE '%\\_refuses\\_replace' ESCAPE '\\' OR name = 'stored_events_refuses_position')"""


class Transaction:
    """The transaction of the one connection that writes, holding the write lock; nested, the one already open.

    A class, since a generator takes thrice as long to enter, which one entry a commit would feel.
    """

    def __init__(self, errors: PlainErrors, connection: Callable[[], sqlite3.Connection]) -> None:
        self._errors = errors
        self._connection = connection
        self._lock = threading.RLock()
        self._idle: sqlite3.Cursor | None = None
        self._cursor: sqlite3.Cursor | None = None
        self._depth = 0
        #: How the guards are made that this transaction does without.
        self._lifted: list[str] = []

    def _kept(self) -> sqlite3.Cursor:
        """Return the one cursor that writes, made when it is first wanted."""
        if self._idle is None:
            self._idle = self._connection().cursor()
            self._idle.row_factory = None
        return self._idle

    def __enter__(self) -> sqlite3.Cursor:
        self._lock.acquire()
        try:
            if self._cursor is None:
                with self._errors:
                    cursor = self._kept()
                    cursor.execute("BEGIN IMMEDIATE")
                    self._cursor = cursor
        except BaseException:
            self._lock.release()
            raise
        self._depth += 1
        return self._cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._depth -= 1
            if self._depth or self._cursor is None:
                return
            with self._errors:
                self._end(self._cursor, error)
                if error is not None:
                    # Here, so that it comes out in our words.
                    raise error
        finally:
            self._lock.release()

    def _end(self, cursor: sqlite3.Cursor, error: BaseException | None) -> None:
        """Commit, or undo all where there was an error."""
        self._cursor = None
        lifted, self._lifted = self._lifted, []
        try:
            if error is None:
                for guard in lifted:
                    cursor.execute(guard)
                cursor.execute("COMMIT")
        finally:
            if cursor.connection.in_transaction:
                cursor.execute("ROLLBACK")

    def lift_guards(self) -> None:
        """Do without the triggers that look at each INSERT, up to the end of a transaction that holds several batches.

        They are against other hands, and cost a fifth of inserting. Nobody else can write now, or sees the file without
        them: taking them away and putting them back are part of the transaction, and undone with it.
        """
        if self._depth < _NESTED or self._cursor is None or self._lifted:
            return
        found = self._cursor.execute(_GUARDS).fetchall()
        for name, _ in found:
            self._cursor.execute(f"DROP TRIGGER {name}")
        self._lifted = [sql for _, sql in found]

    def execute_alone(
        self, statement: str, parameters: Sequence[Any], find: str, wanted: Sequence[Any]
    ) -> list[tuple[int, ...]] | None:
        """Run a statement as a transaction of its own, and return the rows that a query finds then.

        None if this thread is in a transaction, or SQLite refuses the rows. What was refused has changed nothing, so
        that it may be tried in a transaction that tells why.
        """
        with self._lock, self._errors:
            if self._cursor is not None:
                return None
            cursor = self._kept()
            try:
                cursor.execute(statement, parameters)
            except sqlite3.IntegrityError:
                return None
            return cursor.execute(find, wanted).fetchall()

    def let_go(self) -> None:
        """Forget the connection, which is being closed."""
        if self._idle is not None:
            self._idle.close()
            self._idle = None

    def fetch(self, sql: str, parameters: Sequence[Any]) -> list[Any] | None:
        """Return the rows of a query inside the transaction, None where this thread is in none."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return None if self._cursor is None else self._cursor.execute(sql, parameters).fetchall()
        finally:
            self._lock.release()
