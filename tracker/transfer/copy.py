"""Copies of a log: from one store to another, into a backup, and back.

The bytes, the chains and the order of the entries stay as they are. A log that is copied or restored has an identity
of its own, so that nothing which was computed from the one is taken for the other's. Nothing is ever overwritten, and
what is not whole never gets its name: the work is done in a file beside, ending in ``.part``, that is verified first.
What an interrupted run leaves of it can be deleted.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json

from tracker.errors import LogConflictError, LogError, LogMissingError
from tracker.log import EventLog
from tracker.negotiation import NewEntry
from tracker.stores.sqlite.file import COMPANIONS, require_new, require_nothing_left, resolve
from tracker.stores.sqlite.readers import Readers
from tracker.stores.store import IdTakenError, VersionTakenError
from tracker.stores.where import is_shared, path_of
from tracker.system import part_of, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.stores.store import Row
    from tracker.verify import Verification

_BATCH: Final = 1000


@dataclass(frozen=True)
class Copy:
    """What copying came to: entries copied or there already, each head, and warnings of a clock that was far ahead."""

    count: int
    already: int
    heads: dict[str, str]
    warnings: tuple[str, ...] = ()


def copy_log(source: EventLog, target: EventLog, *, progress: Callable[[int], object] | None = None) -> Copy:
    """Copy a whole log into an empty one, or go on where an earlier copying stopped.

    Both are verified: the source before, the target afterwards. `progress` is called with the number of entries done.
    Raises `LogError` where the source is damaged, or the target holds anything else than the source's first entries.
    """
    require_whole(source.verify(), f"{source.location} is damaged and was not copied")
    rows = source.store.scan()
    already, position = _skip_common(rows, source, target)
    count = already
    while batch := list(islice(rows, _BATCH)):
        position = _append(target, batch, position)
        count += len(batch)
        if progress is not None:
            progress(count)
    copied = target.verify()
    require_whole(copied, f"the copy in {target.location} is damaged")
    return Copy(count - already, already, {name: chain.head for name, chain in copied.chains.items()})


def require_whole(verification: Verification, otherwise: str) -> None:
    """Raise `LogError` with the first thing that a verification has found."""
    if verification.ok:
        return
    found = next(
        (f"{name}: {chain.reason} (#{chain.broken_at})" for name, chain in verification.chains.items() if chain.reason),
        verification.reason,
    )
    raise LogError(f"{otherwise}: {found}; `communique verify` tells more")


def _skip_common(rows: Iterator[Row], source: EventLog, target: EventLog) -> tuple[int, int]:
    """Move on in the source past what the target holds already; return how much that is, and its last position."""
    count = position = 0
    for there in target.store.scan():
        here = next(rows, None)
        if here is None or here[1:] != there[1:]:
            raise LogError(
                f"{target.location} holds other entries than {source.location} begins with (from #{there.position}); "
                "copy into an empty log, or into an earlier copy of the same"
            )
        count, position = count + 1, there.position
    return count, position


def _append(target: EventLog, rows: Sequence[Row], position: int) -> int:
    """Add rows in one transaction after a position, which must be the last still, and return that of the last row."""
    entries = [NewEntry(*row[1:], from_json(row.state)["id"]) for row in rows]
    with suppress(VersionTakenError, IdTakenError), target.transaction():
        if target.store.max_position() == position:
            return target.application.insert(entries)[-1]
    raise LogConflictError(
        f"somebody else records in {target.location}; what was copied stays: run the same again once nobody does"
    )


def back_up(where: str, file: Path, *, progress: Callable[[int], object] | None = None) -> Copy:
    """Back up a log, while others may write to it, into a file that must not exist; raises `LogError`."""
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
    """Make a log from a backup that verifies, or any other log, where there is none yet; raises `LogError`."""
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
