"""A log's file: whether it is one, and what SQLite's errors say about it."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.errors import (
    LogBusyError,
    LogError,
    LogMissingError,
    LogReadOnlyError,
    LogTooNewError,
    NotALogError,
)
from tracker.stores.sqlite.place import (
    companions,
    is_being_made,
    require_name,
    require_nothing_left,
    require_own_name,
    require_single,
)
from tracker.stores.sqlite.readers import LOCK_TIMEOUT

if TYPE_CHECKING:
    from types import TracebackType

    from tracker.stores.sqlite.readers import Readers

#: ``PRAGMA application_id`` of a log ("cmnq"), and the version of its tables in ``PRAGMA user_version``.
APPLICATION_ID: Final = 0x636D6E71
FORMAT_VERSION: Final = 1
#: The least bytes of an SQLite file, a page of the smallest size; it takes less for an empty one of its own.
_LEAST: Final = 512


def holds_log(path: Path, readers: Readers, location: str, *, create: bool) -> bool:
    """Say whether a file, without links in its path, holds a log, or is one to be made; `location` is as it was named.

    Refuses what is no log, another program's, a newer version's, or what would be mixed with what others have left or
    call by another name, before anything is written to it or beside it.
    """
    if path.is_dir():
        raise NotALogError(f"{location} is a directory; name a file, as in --log {Path(location) / 'negotiations.db'}")
    exists = _has_content(path)
    if not exists and not create:
        left = [found.name for found in companions(path) if os.path.lexists(found)]
        beside = f", though {' and '.join(left)} of one lies beside its name" if left else ""
        raise LogMissingError(
            f"there is no log at {location}{beside}; `communique record FILE` makes one, or name another with --log"
        )
    if not exists and not path.parent.is_dir():
        parent = path.parent if Path(location).is_symlink() else Path(location).parent
        raise LogMissingError(f"there is no directory {parent}; make it first, or name another place with --log")
    if not exists and _is_free(path, Path(location)):
        return False
    if not path.is_file() or path.stat().st_size < _LEAST:
        raise NotALogError(f"{location} is not an SQLite file; name another with --log")
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    require_name(path)
    require_single(path, location)
    application, version, tables = readers.use(_properties)
    # A file without tables may be a log that another process is making at this moment.
    if tables == 0 and (application, version) in {(0, 0), (APPLICATION_ID, FORMAT_VERSION)} and create:
        return False
    if application != APPLICATION_ID or tables == 0:
        what = "an SQLite file of another program" if tables else "an empty SQLite file"
        raise NotALogError(f"{location} is {what}, not a log of communique; name another with --log")
    if version > FORMAT_VERSION:
        raise LogTooNewError(
            f"{location} has format {version}, made by a newer communique; this one reads up to {FORMAT_VERSION}: "
            "upgrade communique"
        )
    return True


def _has_content(path: Path) -> bool:
    """Say whether a file is there, and is not an empty one, of which a log can be made."""
    return path.exists() and (path.stat().st_size > 0 or not path.is_file())


def _is_free(path: Path, named: Path) -> bool:
    """Say whether a log can be made of a file that is not there or empty; False if somebody has just made one.

    Raises `LogError` where something is left beside it, which SQLite would take for the new log's, or remove.
    """
    require_own_name(path)
    if path.exists():
        require_single(path, str(named))
    if not companions(path):
        return True
    # Whoever makes a log at this moment has files beside it; before it has a write-ahead log, it is no longer empty.
    if _has_content(path):
        return False
    if not (path.exists() and is_being_made(path)):
        require_nothing_left(path if named.is_symlink() else named)
    # Somebody may have made one while we looked.
    return not _has_content(path)


def _properties(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Return the application id, the version and the number of tables of an SQLite file.

    Nothing but SQLite may open a log's file: on POSIX, closing a file lets go of every lock that this process has on
    it, those of other connections too, and who closes the log elsewhere would take itself for the last one (sqlite.org,
    "How To Corrupt An SQLite Database File", 2.2).
    """
    # All three of one moment: another process may be making the log between two.
    connection.execute("BEGIN")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    connection.execute("COMMIT")
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
        found = LogReadOnlyError(f"{location} may not be written ({text}); check its permissions and its folder's")
    elif "not a database" in text:
        found = NotALogError(f"{location} is not an SQLite file; name another with --log")
    elif "unable to open" in text:
        found = LogMissingError(f"{location} cannot be opened; check the path and its permissions")
    elif "disk I/O" in text or "disk is full" in text:
        found = LogError(f"{location}: {text}; the disk may be full: make room, and try again")
    elif "malformed" in text or "corrupt" in text:
        found = LogError(f"{location} is damaged ({text}); restore it from a backup, and keep what is left of it")
    else:
        found = LogError(f"{location}: {text}")
    return found
