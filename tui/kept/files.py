"""A person's small files, and all that are written whole: a reader finds the old content or the new, never half."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

_Kept = TypeVar("_Kept")


def read_kept(path: Path, kind: type[_Kept]) -> _Kept | None:
    """Return what a file of ours holds, JSON of a kind that pydantic knows; None if it is missing or of no use.

    What is kept so is a convenience: it is done without, and written anew.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return None
    # Most have no such file when the first screen is to be seen.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(data, strict=True)
    except ValidationError:
        return None


def write_kept(path: Path, value: object) -> None:
    """Keep a value for `read_kept`; if that cannot be done, it is forgotten."""
    from pydantic_core import to_json

    new = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new.write_bytes(to_json(value))
        new.replace(path)
    except (OSError, ValueError):
        # A full disk, or what is no text, half of a character for one.
        with suppress(OSError):
            new.unlink()


def write_whole(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text, UTF-8, to a file in place of what is there; raises `OSError` that names the file.

    It is written beside the file and takes its place once it is on the disk; if the file is to be `new`, only where
    there is still none. What is no regular file, such as a pipe, is written to as it is.
    """
    # Who only reads what is kept, before the first screen, need not wait for what this is made of.
    from tracker.system import part_of, publish

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
