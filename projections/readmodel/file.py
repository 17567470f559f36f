"""The read model's file: where it is, whether it is ours, and how a new one takes the place of an old one.

What this program did not make for that purpose is never read as a read model, written to or replaced: another file, a
link, a folder, a pipe. Nor is what SQLite keeps beside a file ever played into one that it does not belong to.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.errors import LogBusyError, LogError, LogReadOnlyError
from tracker.system import sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.log import EventLog

#: ``PRAGMA application_id`` of a read model ("cmnr"), which is another one than a log's.
APPLICATION_ID: Final = 0x636D6E72
#: Seconds for which a process waits while another one writes the tables.
LOCK_TIMEOUT: Final = 30
#: Seconds between two tries to replace what the file holds.
_PAUSE: Final = 0.01
#: What earlier versions made, which had no application id: these tables, no others, and these properties.
_EARLIER_TABLES: Final = frozenset(
    {
        *("properties", "entries", "negotiations", "things", "positions", "findings"),
        *("words", "words_data", "words_idx", "words_docsize", "words_config"),
    }
)
_EARLIER_PROPERTIES: Final = frozenset({"log", "version", "position"})
#: How the folders are called in which new files are built, and the files in them.
_PREFIX: Final = ".communique-"
_SUFFIX: Final = ".tables"
_BUILT: Final = "readmodel"
#: What SQLite says of a file's surroundings; anything else that it says is of what the file holds.
_SURROUNDINGS: Final = frozenset(
    {
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH),
    }
)
#: Device and inode of a file, by which it is known again under whatever name.
Inode = tuple[int, int]


class TablesDamagedError(LogError):
    """The file is a read model, but what it holds cannot be read: it has to be made anew."""


class TablesMovedError(LogError):
    """Another file has taken the place of the one that is open: open it anew."""


def beside(log: EventLog) -> Path:
    """Return where the read model of a log is kept: beside a file that may be written, else in the user's cache.

    That of a log called through a link is beside the file, so that a log has one.
    """
    path = Path(log.location)
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    if path.is_file() and os.access(path.parent, os.W_OK):
        name = f"{path.name}.readmodel"
        # SQLite makes a file of a longer name beside it.
        if len(os.fsencode(f"{name}-journal")) <= os.pathconf(path.parent, "PC_NAME_MAX"):
            return path.with_name(name)
    from platformdirs import user_cache_path

    return user_cache_path("communique") / f"{log.identity}.readmodel"


def inode_of_ours(path: Path, known: Inode | None = None) -> Inode | None:
    """Return the inode of the read model at a path, None if nothing is there.

    `known` is one that was recognised before, however it looks now. Raises `LogError` for anything else, and for files
    beside it that SQLite would take for a part of it.
    """
    found = _stat(path)
    if found is None:
        try:
            _refuse_beside(path, "-journal", "-wal", "-shm")
        except LogError:
            # Another process may have made it since, and be writing to it.
            found = _stat(path)
            if found is None:
                raise
        else:
            return None
    inode = (found.st_dev, found.st_ino)
    if inode != known and (what := _foreign(path, found)):
        raise LogError(
            f"{path} is {what}, so it is left alone; move it away, or delete it if it was the read model, which is "
            "then made anew"
        )
    # A read model has a journal while it is written, and never the other two.
    _refuse_beside(path, "-wal", "-shm")
    return inode


def _stat(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogError(f"the read model {path} cannot be opened: {error.strerror}; check its permissions") from error


def _foreign(path: Path, found: os.stat_result) -> str:
    """Return what is at a path in the place of a read model of ours, an empty text if it is one."""
    if not stat.S_ISREG(found.st_mode):
        kind = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a directory"}.get(stat.S_IFMT(found.st_mode))
        return f"{kind or 'no regular file'} and no read model"
    if not found.st_size:
        return "an empty file and no read model"
    if not os.access(path, os.R_OK):
        return "a file that may not be read"
    try:
        # As a file that never changes, so that nothing appears beside it, and nothing beside it is played into it. By
        # SQLite, since closing a log in any other way lets go of the locks that this process has on it.
        with closing(sqlite3.connect(_uri(path, "ro&immutable=1"), uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            if application == APPLICATION_ID or (application == 0 and _is_of_an_earlier_version(connection)):
                return ""
    except (sqlite3.Error, UnicodeDecodeError, MemoryError):
        pass
    return "no read model of communique"


def _is_of_an_earlier_version(connection: sqlite3.Connection) -> bool:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    if tables - {"numbered_entries"} != _EARLIER_TABLES:
        return False
    return {name for (name,) in connection.execute("SELECT name FROM properties")} == _EARLIER_PROPERTIES


def _refuse_beside(path: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        other = path.with_name(path.name + suffix)
        if os.path.lexists(other):
            raise LogError(
                f"{other} is there and does not belong to the read model {path}, into which SQLite would play it; "
                "move it away, or delete it if it was left of an earlier read model"
            )


def _uri(path: Path, mode: str) -> str:
    """Return the address by which SQLite opens a path, whatever is in its name."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Return a connection to the file, which must be there; with ``rwc`` it is made, with ``ro`` only read."""
    with plain_errors(path):
        return sqlite3.connect(_uri(path, mode), uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into one of our errors, and tell damage from all else."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        raise _plain(error, path) from error


def _plain(error: Exception, path: Path) -> LogError:
    if isinstance(error, OSError):
        why = error.strerror or error
        return LogError(f"the read model {path} cannot be written: {why}; check the disk and its permissions")
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    said = " ".join(str(error).split())
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return TablesMovedError(f"the read model {path} was replaced meanwhile; try again")
    primary = code & 0xFF
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LogBusyError(f"the read model {path} is held by another for more than {LOCK_TIMEOUT} s; try again")
    # A header that says so makes a file read-only that may well be written.
    if primary == sqlite3.SQLITE_READONLY and not (code == primary and os.access(path, os.W_OK)):
        return LogReadOnlyError(f"the read model {path} may not be written ({said}); check its permissions")
    if primary in _SURROUNDINGS:
        return LogError(f"the read model {path} cannot be read or written: {said}; check the disk and its permissions")
    return TablesDamagedError(f"the read model {path} is damaged ({said}); delete it, and it is made anew")


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path, kind: str) -> Iterator[None]:
    """Commit what is done inside, or nothing of it; ``DEFERRED`` for reading of one moment, ``IMMEDIATE`` to write."""
    with plain_errors(path):
        connection.execute(f"BEGIN {kind}")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give the name of a file to build, in a folder of its own beside the path, where nobody else has anything.

    The folder is removed at the end; what a killed process left of others is removed, too.
    """
    with plain_errors(path), ExitStack() as stack:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{_PREFIX}*{_SUFFIX}"):
            _remove_abandoned(left)
        folder = _new_folder(path.parent, stack)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder / _BUILT


def _new_folder(parent: Path, stack: ExitStack) -> Path:
    """Make a folder and keep its lock as long as the stack lasts."""
    while True:
        folder = Path(tempfile.mkdtemp(_SUFFIX, _PREFIX, parent))
        try:
            handle = _lock(folder)
        except (FileNotFoundError, BlockingIOError):
            # Another process has just taken it for abandoned.
            continue
        except OSError:
            # A file system without locks.
            return folder
        stack.callback(os.close, handle)
        if folder.exists():
            return folder


def _lock(folder: Path) -> int:
    """Take the lock of a folder, which ends with the process, and return what holds it; raises `OSError`."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _remove_abandoned(folder: Path) -> None:
    """Remove a folder of a process that was killed while it built; one that holds anything else stays."""
    with suppress(OSError):
        handle = _lock(folder)
        try:
            (folder / _BUILT).unlink(missing_ok=True)
            (folder / f"{_BUILT}-journal").unlink(missing_ok=True)
            folder.rmdir()
        finally:
            os.close(handle)


def publish(fresh: Path, path: Path, known: Inode | None) -> None:
    """Put what was built at its path, all at once, if there is nothing or a read model of ours; raises `LogError`.

    `known` is the inode of one that was recognised before. A file that is there keeps its inode, and SQLite itself
    copies the new pages into it, in one transaction: whoever has it open goes on with them. A file that took its name
    would have its journal played into the old one by whoever still reads that.
    """
    with plain_errors(path):
        while True:
            found = inode_of_ours(path, known)
            if found is None:
                sync(fresh)
                if _link(fresh, path):
                    return
                continue
            try:
                _fill(path, fresh, found)
            except TablesMovedError:
                # Another file is there now.
                continue
            except TablesDamagedError:
                # Nobody can read it or write to it.
                sync(fresh)
                if inode_of_ours(path, known) != found:
                    continue
                path.with_name(path.name + "-journal").unlink(missing_ok=True)
                fresh.replace(path)
            return


def _fill(path: Path, fresh: Path, found: Inode) -> None:
    """Replace all that the file at a path holds, known by its inode, by what another file holds."""
    tries = count(1)

    def wait(*_: int) -> None:
        if next(tries) * _PAUSE > LOCK_TIMEOUT:
            raise LogBusyError(f"the read model {path} is held by another for more than {LOCK_TIMEOUT} s; try again")

    with closing(connect(fresh, "ro")) as source, closing(connect(path)) as target, plain_errors(path):
        there = os.lstat(path)
        if (there.st_dev, there.st_ino) != found:
            raise TablesMovedError(f"the read model {path} was replaced meanwhile; try again")
        target.execute("PRAGMA journal_mode=DELETE").fetchone()
        source.backup(target, progress=wait, sleep=_PAUSE)


def _link(fresh: Path, path: Path) -> bool:
    """Give a file a name that is free; False if it is not free any more."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links.
        if os.path.lexists(path):
            return False
        fresh.replace(path)
    return True
