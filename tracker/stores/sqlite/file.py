"""A log's file: the one that a name leads to, what SQLite keeps beside it, whether it is a log, and errors about it."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.errors import (
    LogBusyError,
    LogError,
    LogMissingError,
    LogReadOnlyError,
    NameUnknownError,
    NotALogError,
)
from tracker.stores.store import is_of_library, require_known
from tracker.system import parts_with

if TYPE_CHECKING:
    from tracker.stores.sqlite.readers import Readers

#: Seconds for which another process may hold the log.
LOCK_TIMEOUT: Final = 30
#: What SQLite puts beside a file: the latest entries, where they are, and what undoes a change that was cut off.
COMPANIONS: Final = ("-wal", "-shm", "-journal")
#: Letters of a name that is too long that are told.
_TOLD: Final = 64
_LONGEST: Final = max(map(len, COMPANIONS))
#: Bytes of a path with a companion's ending that SQLite takes (MAX_PATHNAME of its Unix files).
_LONGEST_PATH: Final = 512
#: The bytes in which a journal says how many pages the file had that it belongs to.
_PAGES_BEFORE: Final = slice(16, 20)
#: The first bytes of a journal and of a write-ahead log (of either order); zeros until there is something in it.
_JOURNAL: Final = b"\xd9\xd5\x05\xf9 \xa1c\xd7"
_BEGINNINGS: Final = {
    "-journal": (_JOURNAL, bytes(8)),
    "-wal": (b"7\x7f\x06\x82\0-\xe2\x18", b"7\x7f\x06\x83\0-\xe2\x18", bytes(8)),
}
#: Where the latest entries are is kept in pages, and cut down to so few bytes by the first who opens a log.
_SHARED_PAGE: Final = 4096
_SHARED_LEAST: Final = 3
#: ``PRAGMA application_id`` of a log ("cmnq"), and the version of its tables in ``PRAGMA user_version``.
APPLICATION_ID: Final = 0x636D6E71
FORMAT_VERSION: Final = 1
#: The least bytes of an SQLite file, a page of the smallest size; it takes less for an empty one of its own.
_LEAST: Final = 512


def resolve(path: str | Path) -> Path:
    """Return the file that a name leads to: absolute, and without symbolic links, as SQLite itself finds it.

    What SQLite keeps beside a log is beside this one; whoever looks beside a link looks in vain. A link to nothing
    leads to the file that can be made there. Raises `LogError` for what cannot be a name.
    """
    try:
        found = Path(os.path.realpath(path))
        is_circle = found.is_symlink()
    except ValueError as error:
        raise LogError(f"{str(path)!r} is no name of a file: {error}; name another with --log") from error
    except OSError as error:
        raise LogError(f"{path} cannot be opened: {error.strerror}; name another place with --log") from error
    if is_circle:
        raise NotALogError(f"{path} is a link that leads round in a circle; name a file with --log")
    return found


def companions(path: Path) -> list[Path]:
    """Return what is there under the names that SQLite uses beside a file, be it a directory or a link to nothing."""
    names = [path.with_name(path.name + ending) for ending in COMPANIONS]
    return [name for name in names if os.path.lexists(name)]


def is_same(path: Path, other: Path) -> bool:
    """Say whether two names are one file's, be it by links of any kind."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def require_apart(path: Path, log: Path) -> None:
    """Raise `NameUnknownError` where a file is a log's, or SQLite's beside it, and may not be opened by others.

    `log` is its file without links in its path; see `_properties`.
    """
    for ending in ("", *COMPANIONS):
        own = log.with_name(log.name + ending)
        if is_same(path, own):
            what = f"is what SQLite keeps beside {log.name}" if ending else "is the log itself"
            raise NameUnknownError(f"{path} {what}; name another file")


def require_name(path: Path) -> None:
    """Raise `LogError` where SQLite could not put its files beside a file of that name."""
    try:
        most = os.pathconf(path.parent, "PC_NAME_MAX")
    except (OSError, ValueError, AttributeError):
        most = 255
    told = f"{path.name[:_TOLD]}…"
    if len(os.fsencode(path.name)) + _LONGEST > most > 0:
        raise LogError(
            f"{told} is too long a name: SQLite puts files beside it whose names are longer; choose one of "
            f"at most {most - _LONGEST} bytes"
        )
    if len(os.fsencode(path)) + _LONGEST > _LONGEST_PATH:
        raise LogError(
            f"{told} is at too long a path: SQLite takes {_LONGEST_PATH - _LONGEST} bytes in all; put it "
            "into another folder"
        )


def require_new(path: Path) -> None:
    """Raise `LogError` where a new file would take another's name, or SQLite would play into it what another left."""
    if os.path.lexists(path):
        raise LogError(f"{path} is there already and is never overwritten; name another file")
    place = resolve(path.parent) / path.name
    require_own_name(place)
    require_nothing_left(path)


def require_own_name(path: Path) -> None:
    """Raise `LogError` where a new file would have a name that SQLite can use for itself, or that is too long."""
    require_name(path)
    if path.name.endswith(COMPANIONS):
        raise LogError(
            f"{path} cannot be made: SQLite keeps files of its own under such names; choose one that does not end in "
            f"{', '.join(COMPANIONS[:-1])} or {COMPANIONS[-1]}"
        )


def require_nothing_left(path: Path) -> None:
    """Raise `LogError` where something is left beside a file that is not there yet, or empty, and no link."""
    left = companions(path)
    # Whoever made the file since we saw that there is none keeps these beside it.
    if left and not (path.is_file() and path.stat().st_size):
        raise LogError(
            f"{left[0]} is left of a log that was at {path}, and may hold its last entries: move it to where that log "
            "is now, under that log's name with the same ending, or away if there is none"
        )


def require_own_beside(path: Path, location: str) -> None:
    """Raise `LogError` where something lies beside a file that SQLite would write to, or remove, and has not made."""
    for name in companions(path):
        try:
            why = _is_not_own(name)
        except OSError:
            # Gone meanwhile, or not for us to read, which whoever needs it tells.
            continue
        if why:
            raise LogError(f"{name} is no file of SQLite, and in the way of {location}: {why}; move it away")


def _is_not_own(name: Path) -> str:
    """Return why a file cannot be SQLite's own, empty if it can be."""
    found = name.lstat()
    if stat.S_ISLNK(found.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISREG(found.st_mode):
        return "it is a directory" if stat.S_ISDIR(found.st_mode) else "it is not a regular file"
    if found.st_nlink > 1:
        return "it has another name as well (a hard link), under which it would be changed"
    if name.name.endswith("-shm"):
        # Not opened: on POSIX, closing it would let go of this process's locks on it.
        is_own = not found.st_size % _SHARED_PAGE or found.st_size == _SHARED_LEAST
    else:
        with name.open("rb") as file:
            start = file.read(len(_JOURNAL))
        is_own = any(known.startswith(start) for known in _BEGINNINGS[name.name[name.name.rindex("-") :]])
    return "" if is_own else "it holds something else"


def is_being_made(path: Path) -> bool:
    """Say whether all that is beside an empty file is the journal of whoever makes a log of it, or was killed then."""
    left = companions(path)
    if [name.name for name in left] != [path.name + "-journal"]:
        return not left
    try:
        if not stat.S_ISREG(left[0].lstat().st_mode):
            return False
        with left[0].open("rb") as file:
            return not any(file.read(_PAGES_BEFORE.stop)[_PAGES_BEFORE])
    except FileNotFoundError:
        return True
    except OSError:
        return False


def require_single(path: Path, location: str) -> None:
    """Raise `LogError` where a file has hard links: SQLite keeps the latest entries beside one name only."""
    found = path.stat()
    if found.st_nlink > 1 and found.st_nlink - parts_with(path, found) > 1:
        raise LogError(
            f"{location} has another name as well (a hard link), and what is recorded under the one is missing under "
            "the other; remove the other (find -samefile tells it), or make this a file of its own (cp, then mv)"
        )


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
    _require_no_companion(path, location)
    require_own_beside(path, location)
    application, version, tables = readers.use(_properties)
    # A file without tables may be a log that another process is making at this moment, or was cut off while it did.
    if tables == 0 and (application, version) in {(0, 0), (APPLICATION_ID, FORMAT_VERSION)}:
        if create:
            return False
        raise LogMissingError(
            f"{location} is an empty SQLite file, as is left where making a log was cut off; `communique record FILE` "
            "makes a log of it, or name another with --log"
        )
    if application != APPLICATION_ID or tables == 0:
        what = "an SQLite file of another program" if tables else "an empty SQLite file"
        raise NotALogError(f"{location} is {what}, not a log of communique; name another with --log")
    require_known(version, FORMAT_VERSION, location)
    return True


def _require_no_companion(path: Path, location: str) -> None:
    """Raise `NotALogError` for what SQLite may keep beside another file: opening it here would let go of its locks."""
    for ending in COMPANIONS:
        owner = Path(str(path).removesuffix(ending))
        if owner != path and owner.is_file():
            raise NotALogError(f"{location} is what SQLite keeps beside {owner.name}; name another with --log")


def _has_content(path: Path) -> bool:
    """Say whether a file is there, and is not an empty one, of which a log can be made."""
    return path.exists() and (path.stat().st_size > 0 or not path.is_file())


def _is_free(path: Path, named: Path) -> bool:
    """Say whether a log can be made of a file that is not there or empty; raises `LogError` for what is left beside."""
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


class PlainErrors:
    """Turns what SQLite and the library raise into our errors; entered as often as wanted, by several threads."""

    def __init__(self, location: str) -> None:
        self._location = location

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, UnicodeDecodeError | OSError | sqlite3.Error) or (
            isinstance(error, Exception) and is_of_library(error)
        ):
            raise _plain(error, self._location) from error


def _plain(error: Exception, location: str) -> LogError:
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
