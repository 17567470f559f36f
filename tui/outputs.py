"""Files that verbs write for others: none of them takes the place, or the name, of anything that is not ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from tracker.stores.sqlite.place import COMPANIONS, resolve
from tracker.stores.where import is_shared, path_of

if TYPE_CHECKING:
    import re
    from pathlib import Path

#: Endings of what is kept beside a log and belongs to it.
_BESIDE: Final = (*COMPANIONS, ".readmodel", *(f".readmodel{ending}" for ending in COMPANIONS))
_SQLITE: Final = b"SQLite format 3\0"
#: Bytes at the end of a file that tell whether we have written it.
_END: Final = 1000


def require_apart(output: Path, where: str) -> None:
    """Raise `click.UsageError` where a file to be written is the log, or has a name that belongs to a log beside it."""
    log = None if is_shared(where) else resolve(path_of(where))
    place = resolve(output)
    if _is_same(place, log):
        raise click.UsageError(f"--output: {output} is the log itself; name another file")
    for ending in _BESIDE:
        owner = place.parent / place.name.removesuffix(ending)
        if owner not in {place, place.parent} and (_is_same(owner, log) or _is_sqlite(owner)):
            raise click.UsageError(f"{output} has a name for what is kept beside {owner.name}; name another file")


def is_new(output: Path, ours: re.Pattern[bytes]) -> bool:
    """Say whether a file is not there yet; raises `click.UsageError` where it is there and was not written by us.

    An empty file, or what is no regular one, may be written to; of another, what is found at its end tells.
    """
    if not os.path.lexists(output):
        return True
    size = output.stat().st_size if output.is_file() else 0
    if size:
        with output.open("rb") as file:
            file.seek(max(0, size - _END))
            if not ours.search(file.read()):
                raise click.UsageError(
                    f"{output} is there already and was not written by this verb; name another file, or remove it first"
                )
    return False


def _is_same(path: Path, log: Path | None) -> bool:
    """Say whether a path leads to the log's file, by whatever name."""
    try:
        return log is not None and (path == log or path.samefile(log))
    except OSError:
        return False


def _is_sqlite(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False
