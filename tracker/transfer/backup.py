"""Backups: a log in one file that nobody writes to, and back.

Neither ever overwrites anything, and what is not whole never gets its name: the work is done in a file beside, ending
in ``.part``, that is verified first. What an interrupted run leaves of it can be deleted.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from tracker.errors import LogError, LogMissingError
from tracker.log import EventLog
from tracker.stores.sqlite.place import COMPANIONS, require_new, require_nothing_left, resolve
from tracker.stores.sqlite.readers import Readers
from tracker.stores.where import is_shared, path_of
from tracker.system.publishing import part_of, publish
from tracker.transfer.copy import Copy, copy_log, require_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def back_up(where: str, file: Path, *, progress: Callable[[int], object] | None = None) -> Copy:
    """Back up a log, while others may write to it, into a file of SQLite that must not exist yet.

    Raises `LogError` where it exists, or where what was written does not verify.
    """
    with EventLog.open(where, create=False, read_only=True) as log, _new_file(file) as part:
        if is_shared(where):
            return _copy_into(part, log, progress)
        path = resolve(path_of(where))
        _snapshot(path, log.location, part)
        shutil.copymode(path, part)
        with EventLog.open(part, create=False, read_only=True) as copied:
            verification = copied.verify()
        require_whole(verification, f"the backup of {log.location} is damaged, as the log may be, and was not kept")
        heads = {name: chain.head for name, chain in verification.chains.items()}
        return Copy(verification.entries, 0, heads)


def restore(file: Path, where: str, *, progress: Callable[[int], object] | None = None) -> Copy:
    """Make a log anew from a backup, or from any other log, where there is none yet.

    The log gets an identity of its own, so that nothing which was computed from a lost one is taken for this one's.
    Raises `LogError` where the backup does not verify, or a log is there already.
    """
    with _open(file) as backup:
        if not is_shared(where):
            with _new_file(path_of(where)) as part:
                return _copy_into(part, backup, progress)
        with EventLog.open(where) as log:
            if log.store.max_position():
                raise LogError(
                    f"there is a log with entries in {log.location} already, and a backup never overwrites one; name "
                    "an empty database (an interrupted restore goes on with `communique copy`)"
                )
            return copy_log(backup, log, progress=progress)


def _open(file: Path) -> EventLog:
    try:
        return EventLog.open(file, create=False, read_only=True)
    except LogMissingError:
        raise LogMissingError(f"there is no backup {file}; check its name") from None


def _copy_into(part: Path, log: EventLog, progress: Callable[[int], object] | None) -> Copy:
    with EventLog.open(part) as target:
        copied = copy_log(log, target, progress=progress)
    with _plain_errors(part), closing(sqlite3.connect(part.absolute().as_uri(), uri=True)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return copied


def _snapshot(path: Path, location: str, part: Path) -> None:
    """Copy an SQLite file as it is at one moment, and leave one file that needs none beside it."""
    with (
        _plain_errors(part),
        closing(Readers(path, location)) as readers,
        closing(sqlite3.connect(part.absolute().as_uri(), uri=True)) as target,
    ):
        readers.use(lambda source: source.backup(target))
        target.execute("PRAGMA journal_mode=DELETE")
        found = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise LogError(f"{location} is damaged and was not backed up: {' '.join(str(found).split())}")


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give the name of a file to fill, which gets its own name when all went well; raises `LogError`."""
    require_new(path)
    part = part_of(path)
    try:
        # Made here, so that its permissions are as for any new file, and that nobody else has it.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        try:
            yield part
            require_nothing_left(path)
            publish(part, path)
        finally:
            for ending in ("", *COMPANIONS):
                part.with_name(part.name + ending).unlink(missing_ok=True)
    except FileExistsError:
        raise LogError(f"{path} is there already and is never overwritten; name another file") from None
    except OSError as error:
        raise LogError(f"{path} cannot be written: {error.strerror}; nothing was kept") from error


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LogError(f"{path} cannot be written: {error}; nothing was kept") from error
