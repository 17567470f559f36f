"""Writing files whole: a reader finds the old content or the new one, and never half of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a text, UTF-8, to a file in place of what is there; raises `OSError` that names the file.

    It is written beside the file and takes its place once it is on the disk. What is no regular file, such as a pipe,
    is written to as it is.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:64]}.{secrets.token_hex(4)}.part")
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
            part.replace(target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
