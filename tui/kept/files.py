"""Writing files whole: a reader finds the old content or the new one, and never half of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tracker.system.publishing import part_of, publish


def write_whole(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text, UTF-8, to a file in place of what is there; raises `OSError` that names the file.

    It is written beside the file and takes its place once it is on the disk; if the file is to be `new`, only where
    there is still none. What is no regular file, such as a pipe, is written to as it is.
    """
    target = Path(os.path.realpath(path))
    part = part_of(target)
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, "utf-8", newline="")
            return
        try:
            with part.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            if new:
                publish(part, target)
            else:
                part.replace(target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
