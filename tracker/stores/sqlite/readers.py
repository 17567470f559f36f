"""Reading a log's file so that everybody sees the same entries, whoever may write beside it and whoever may not.

While somebody has a log open, SQLite keeps its latest entries in a file beside it; a reader takes part in that. While
nobody has, all of it is in the one file, and a reader that took part would leave files beside it, or could not where
the folder takes none. So it is read as a file that does not change, and whether that was so is looked at afterwards: if
not, it is read again.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from tracker.errors import LogBusyError, LogError, LogMissingError
from tracker.stores.sqlite.file import LOCK_TIMEOUT, companions, require_own_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")
#: Pages that a connection keeps, in KiB with a minus sign as SQLite counts them.
CACHE_SIZE: Final = -16384
#: Times that a read is done again because the file was changed beneath it, or somebody is just opening it.
_TRIES: Final = 200
#: Seconds between two tries while somebody opens or closes it.
_A_MOMENT: Final = 0.01
#: Tries after which a file that may not be read is none that is just being made, and gets its permissions.
_MAKING: Final = 10
_SECOND: Final = 1_000_000_000
#: Nanoseconds after which a change can be told from the one before by the file's time: where the file system keeps
#: parts of a second (the system's clock moves every 10 ms at least), and where it may not (FAT keeps every other one).
_SETTLED: Final = _SECOND // 20, 2 * _SECOND


class _Alone(NamedTuple):
    """A file that nobody has open, as it was when looked at; `is_settled` if any change to it will show in its time."""

    inode: int
    size: int
    modified: int
    changed: int
    is_settled: bool


class Readers:
    """Connections that only read, without the library: one a thread at a time, kept for the next one."""

    def __init__(self, path: Path, location: str) -> None:
        self._path = path
        self._location = location
        self._beside = [str(path) + ending for ending in ("-wal", "-journal")]
        self._uri = path.as_uri()
        self._file: tuple[int, int] | None = None
        #: Connections with what they were made for: a file as it was, or None for one that others may have open.
        self._free: list[tuple[_Alone | None, sqlite3.Connection]] = []
        self._watching = threading.Lock()
        self._watcher: tuple[int, sqlite3.Connection] | None = None
        self._watchers = 0
        self._seen: object = None
        self._mark = 0

    def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        return self.use(lambda connection: connection.execute(sql, parameters).fetchall())

    def use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what some work finds by a connection, which is done again if the file was changed meanwhile.

        Raises what SQLite raises, and `LogError` where the file is another one than at first.
        """
        for attempt in range(1, _TRIES + 1):
            state = self._look()
            connection: sqlite3.Connection | None = None
            try:
                connection = self._take(state)
                found = work(connection)
            except BaseException as error:
                if connection is not None:
                    connection.close()
                # Half of a change may look like damage.
                if not isinstance(error, sqlite3.Error | UnicodeDecodeError):
                    raise
                if _same(state, self._look()) and not self._put_in_order(error):
                    if state is not None:
                        raise
                    self._wait_or_raise(error, attempt)
                continue
            if state is None:
                self._free.append((state, connection))
                return found
            is_same = _same(state, self._look())
            if is_same and state.is_settled:
                self._free.append((state, connection))
            else:
                # What it keeps in memory may be older than the file, without the file's time telling so.
                connection.close()
            if is_same:
                return found
        raise LogBusyError(f"{self._location} is changed all the time by others; try again")

    def require_same(self) -> None:
        """Raise `LogError` where the file was moved away or replaced since it was first looked at (some 3 µs)."""
        self._stat()

    def mark(self) -> int:
        """Return a number that is another one after each change by others (some 10 µs)."""
        with self._watching:
            for attempt in range(1, _TRIES + 1):
                state: object = self._look()
                if state is None:
                    try:
                        state = self._watched()
                    except sqlite3.Error as error:
                        self._stop_watching()
                        if self._look() is None:
                            self._wait_or_raise(error, attempt)
                        continue
                else:
                    self._stop_watching()
                if state != self._seen:
                    self._seen = state
                    self._mark += 1
                return self._mark
        raise LogBusyError(f"{self._location} is opened and closed all the time by others; try again")

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._stop_watching()
        while self._free:
            self._free.pop()[1].close()

    def _stat(self) -> os.stat_result:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - Path.stat takes twice as long
        except FileNotFoundError:
            raise LogMissingError(f"{self._location} is not there any more; open the log again") from None
        file = found.st_dev, found.st_ino
        if self._file is None:
            self._file = file
        elif file != self._file:
            raise LogError(f"{self._location} is another file than it was before; open the log again")
        return found

    def _look(self) -> _Alone | None:
        """Return the file as it is, None if somebody may have it open; raises `LogError` if it is another one."""
        found = self._stat()
        wal, journal = self._beside
        if os.access(wal, os.F_OK) or os.access(journal, os.F_OK):  # half as long as lexists
            return None
        return _Alone(
            found.st_ino,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
            time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _SETTLED[not found.st_mtime_ns % _SECOND],
        )

    def _take(self, state: _Alone | None) -> sqlite3.Connection:
        while self._free:
            try:
                made_for, connection = self._free.pop()
            except IndexError:  # another thread was first
                break
            if made_for == state:
                return connection
            connection.close()
        return self._connect(is_alone=state is not None)

    def _connect(self, *, is_alone: bool) -> sqlite3.Connection:
        if not is_alone:
            require_own_beside(self._path, self._location)
        connection = sqlite3.connect(
            f"{self._uri}?mode=ro{'&immutable=1' if is_alone else ''}",
            uri=True,
            timeout=LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA query_only=ON")
        connection.execute(f"PRAGMA cache_size={CACHE_SIZE}")
        return connection

    def _watched(self) -> tuple[int, int]:
        """Return what a connection that never writes says of changes by others, with its own number."""
        if self._watcher is None:
            self._watchers += 1
            self._watcher = self._watchers, self._connect(is_alone=False)
        number, connection = self._watcher
        return number, connection.execute("PRAGMA data_version").fetchone()[0]

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher[1].close()
            self._watcher = None

    def _put_in_order(self, error: Exception) -> bool:
        """Let SQLite undo a change that was cut off, which it does for those only who may write."""
        if "readonly" not in str(error) or not os.access(self._path, os.W_OK):
            return False
        require_own_beside(self._path, self._location)
        try:
            with closing(sqlite3.connect(f"{self._uri}?mode=rw", uri=True, timeout=LOCK_TIMEOUT)) as connection:
                connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            return False
        return True

    def _wait_or_raise(self, error: Exception, attempt: int) -> None:
        """Wait a moment if somebody may just be opening or closing the log, whose files come and go one by one.

        If not, or after all tries, raises an error that says what beside the log is in the way of reading, or the error
        as it is.
        """
        if not isinstance(error, sqlite3.OperationalError):
            raise error
        for name in companions(self._path):
            if attempt > _MAKING and not os.access(name, os.R_OK) and os.path.lexists(name):
                raise LogError(
                    f"{name}, which SQLite needs to read {self._location}, may not be read by you; ask its owner for "
                    "the right to"
                ) from error
        if not any(said in str(error) for said in ("unable to open", "readonly")):
            raise error
        if attempt == _TRIES:
            raise LogError(
                f"{self._location} was left by a writer that was cut off, and cannot be put in order by who may not "
                "write it; let somebody who may look into it once, as by `communique verify`"
            ) from error
        time.sleep(_A_MOMENT)


def _same(state: _Alone | None, now: _Alone | None) -> bool:
    return (state and state[:-1]) == (now and now[:-1])
