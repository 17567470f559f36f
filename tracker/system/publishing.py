"""Giving a file its name once it is whole: until then it is beside, under a name that ends in ``.part``."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes of a name that its part keeps, so that whoever looks into the folder knows what it was to become.
_KEPT: Final = 64
_PART: Final = re.compile(r"\..*\.[0-9a-f]{8}\.part", re.DOTALL)
#: What is in a file that has its name before it has its content.
_CLAIM: Final = b"communique was cut off while it made this file; delete it, and run the same again\n"


def part_of(path: Path) -> Path:
    """Return a name beside a file that nobody has, however long the file's own is."""
    kept = os.fsencode(path.name)[:_KEPT].decode("utf-8", "ignore")
    return path.with_name(f".{kept}.{secrets.token_hex(4)}.part")


def parts_with(path: Path, found: os.stat_result) -> int:
    """Return how many names of a file are parts: who is killed in `publish` may leave it both names."""
    try:
        with os.scandir(path.parent) as names:
            parts = [entry.stat(follow_symlinks=False) for entry in names if _PART.fullmatch(entry.name)]
    except OSError:
        return 0
    return sum(os.path.samestat(part, found) for part in parts)


def publish(part: Path, path: Path) -> None:
    """Give a finished file its name, all at once and durably; raises `FileExistsError` where somebody has taken that.

    The part may be left and is to be removed.
    """
    sync(part)
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links. What has the name for a moment is nothing of which a log could be made.
        with path.open("xb") as file:
            file.write(_CLAIM)
        part.replace(path)
    with suppress(OSError):
        sync(path.parent)


def sync(path: Path) -> None:
    """See that a file, or what a folder names, is on the disk; raises `OSError`."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
