"""Kept documents: files in one folder, each named by its digest and its ending, so that what was cited can be shown."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from tracker.documents.document import UnreadableError

State = Literal["same", "changed", "missing"]
_LONGEST_ENDING: Final = 12


def keep(path: Path, sha256: str, folder: Path) -> Path:
    """Put a copy of a document into a folder, which is made if needed, and return where; one that is there stays.

    Raises `UnreadableError` where it cannot be kept there, or is another document by now.
    """
    try:
        return _kept(path, sha256, folder)
    except OSError as error:
        why = "that is no folder" if os.path.lexists(folder) and not folder.is_dir() else error.strerror or error
        advice = "name another folder with --keep or COMMUNIQUE_CAPTURES"
        raise UnreadableError(f"cannot be kept in {folder}: {why}; {advice}") from None


def _kept(path: Path, sha256: str, folder: Path) -> Path:
    from tracker import system

    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{sha256}{_ending(path)}"
    if os.path.lexists(kept):
        if not kept.is_file():
            raise UnreadableError(f"cannot be kept: {kept} is there, and no file; move it away")
        if _digest(kept) == sha256:
            return kept
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnreadableError("was changed while it was read; try again")
    part = system.part_of(kept)
    try:
        part.write_bytes(content)
        system.sync(part)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    return kept


def _ending(path: Path) -> str:
    name = path.name.lower()
    ending = ".warc.gz" if name.endswith(".warc.gz") else path.suffix.lower()
    return ending if ending.isascii() and len(ending) <= _LONGEST_ENDING else ""


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def find(folder: Path, sha256: str) -> Path | None:
    """Return the file that is kept under a digest, whatever its ending; None if there is none."""
    with suppress(OSError), os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.name.partition(".")[0] == sha256 and entry.is_file())
        return folder / names[0] if names else None
    return None


def kept_in(folder: Path) -> dict[str, Path]:
    """Return the files that a folder keeps, by the digest that each is named by; raises `OSError`."""
    with os.scandir(folder) as entries:
        return {entry.name.partition(".")[0]: Path(entry.path) for entry in entries if entry.is_file()}


def state_of(path: Path | None, sha256: str) -> State:
    """Say whether a kept document is the one that was registered; None stands for one that is not there."""
    if path is None:
        return "missing"
    try:
        return "same" if _digest(path) == sha256 else "changed"
    except OSError:
        return "missing"
