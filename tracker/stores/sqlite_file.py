"""A log's file: whether it is one, how it is read, and what SQLite's errors say about it."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import (
    LogBusyError,
    LogError,
    LogMissingError,
    LogReadOnlyError,
    LogTooNewError,
    NotALogError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

#: ``PRAGMA application_id`` of a log ("cmnq"), and the version of its tables in ``PRAGMA user_version``.
APPLICATION_ID: Final = 0x636D6E71
FORMAT_VERSION: Final = 1
LOCK_TIMEOUT: Final = 30
#: The first bytes of every SQLite file.
#: The least bytes of an SQLite file, a page of the smallest size; it takes less for an empty one of its own.
_LEAST: Final = 512
#: Pages that a connection keeps, in KiB with a minus sign as SQLite counts them.
CACHE_SIZE: Final = -16384


class Readers:
    """Connections that only read: one a thread at a time, kept for the next one.

    They do without the library, whose import takes longer than reading a negotiation.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: list[sqlite3.Connection] = []

    def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self.connect()
            connection.execute(f"PRAGMA cache_size={CACHE_SIZE}")
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            self._free.append(connection)

    def connect(self) -> sqlite3.Connection:
        """Return a connection of one's own."""
        connection = sqlite3.connect(
            reading_uri(self._path), uri=True, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only=ON")
        return connection

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._free:
            self._free.pop().close()


def reading_uri(path: Path) -> str:
    """Return the address by which SQLite opens a file for reading.

    Whoever reads a log puts files beside it. Where the folder takes none, and nobody has the log open, it is read as a
    file that never changes: a log on a medium that cannot be written, or in somebody else's folder.
    """
    is_frozen = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    return path.absolute().as_uri() + ("?mode=ro&immutable=1" if is_frozen else "?mode=ro")


def holds_log(path: Path, *, create: bool) -> bool:
    """Say whether a file holds a log, or is one to be made.

    Refuses what is no log, another program's, or a newer version's, before anything is written to it or beside it.
    """
    if path.is_dir():
        raise NotALogError(f"{path} is a directory; name a file, as in --log {path / 'negotiations.db'}")
    exists = path.exists() and (path.stat().st_size > 0 or not path.is_file())
    if not exists and not create:
        raise LogMissingError(
            f"there is no log at {path}; `communique record FILE` makes one, or name another with --log"
        )
    if not exists and not path.parent.is_dir():
        raise LogMissingError(f"there is no directory {path.parent}; make it first, or name another place with --log")
    if not exists:
        return False
    if not path.is_file() or path.stat().st_size < _LEAST:
        raise NotALogError(f"{path} is not an SQLite file; name another with --log")
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    application, version, tables = _properties(path)
    # A file without tables may be a log that another process is making at this moment.
    if tables == 0 and application in {0, APPLICATION_ID} and create:
        return False
    if application != APPLICATION_ID or tables == 0:
        what = "an SQLite file of another program" if tables else "an empty SQLite file"
        raise NotALogError(f"{path} is {what}, not a log of communique; name another with --log")
    if version > FORMAT_VERSION:
        raise LogTooNewError(
            f"{path} has format {version}, made by a newer communique; this one reads up to {FORMAT_VERSION}: "
            "upgrade communique"
        )
    return True


def _properties(path: Path) -> tuple[int, int, int]:
    """Return the application id, the version and the number of tables of an SQLite file.

    Nothing but SQLite may open a log's file: on POSIX, closing a file lets go of every lock that this process has on
    it, those of other connections too, and who closes the log elsewhere would take itself for the last one (sqlite.org,
    "How To Corrupt An SQLite Database File", 2.2).
    """
    # Where nobody has it open, it is read as a file that never changes, so that nothing appears beside it.
    is_open = path.with_name(path.name + "-wal").exists()
    uri = path.absolute().as_uri() + ("?mode=ro" if is_open else "?mode=ro&immutable=1")
    with closing(sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
        # All three of one moment: another process may be making the log between two.
        connection.execute("BEGIN")
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    return application, version, tables


def _library_error() -> type[Exception]:
    """Return what the library raises; asked for when something was raised, since reading does without the library."""
    from eventsourcing.persistence import PersistenceError

    return PersistenceError


class PlainErrors:
    """Turns what SQLite and the library raise into one of our errors, in words a person can act on.

    A context manager, which may be entered as often as wanted, and by several threads.
    """

    def __init__(self, location: str) -> None:
        self._location = location

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, UnicodeDecodeError | OSError | sqlite3.Error) or (
            isinstance(error, Exception) and isinstance(error, _library_error())
        ):
            raise _plain(error, self._location) from error


def _plain(error: Exception, location: str) -> LogError:
    """Return what SQLite and the library raise as one of our errors."""
    text = " ".join(str(error).split())
    if isinstance(error, UnicodeDecodeError):
        # Of a damaged file not even what SQLite says about it has to be text.
        found = LogError(f"{location} is damaged: it holds no text where there was some")
    elif isinstance(error, OSError):
        found = LogError(f"{location} cannot be opened: {error.strerror}; name another place with --log")
    elif "locked" in text or "busy" in text:
        found = LogBusyError(f"{location} is held by another process for more than {LOCK_TIMEOUT} s; try again")
    elif "readonly" in text:
        found = LogReadOnlyError(f"{location} may not be written ({text}); check its permissions")
    elif "not a database" in text:
        found = NotALogError(f"{location} is not an SQLite file; name another with --log")
    elif "unable to open" in text:
        found = LogMissingError(f"{location} cannot be opened; check the path and its permissions")
    else:
        found = LogError(f"{location}: {text}")
    return found
