"""Captured documents: which file holds what a source said, named by its SHA-256 in the folder of captures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tracker.documents.captures import find, state_of
from tracker.documents.reading import captured_text
from tracker.errors import ContentError
from tracker.events.knowledge import EntryCorrected
from tracker.events.stage import SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tracker.events.base import Event

#: Endings of files that are nothing but text.
_PLAIN: Final = frozenset({"", ".txt", ".text", ".md"})


def digests(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """Return the digests of the documents that sources were captured in, as corrected, by (negotiation, source).

    The events are those that are only drafted, and then what the log holds.
    """
    found: dict[tuple[str, str], str] = {}
    entries: dict[tuple[str, str], tuple[str, str]] = {}
    for event in events:
        if isinstance(event, SourceRegistered):
            key = event.negotiation, event.source
            entries[event.negotiation, event.id or ""] = key
            if event.sha256 is not None:
                found[key] = event.sha256
        elif isinstance(event, EntryCorrected) and "sha256" in event.changes:
            corrected = entries.get((event.negotiation, event.entry))
            if corrected is not None:
                found[corrected] = str(event.changes["sha256"] or "")
    return found


@lru_cache(maxsize=16)
def text_of(folder: Path, digest: str) -> str | None:
    """Return the text of the document of a digest in the folder of captures.

    None if there is none, its bytes are others by now, or it cannot be read.
    """
    path = find(folder, digest)
    if path is None or state_of(path, digest) != "same":
        return None
    try:
        return captured_text(path)
    except ContentError:
        return _plain(path) if path.suffix.lower() in _PLAIN else None


def _plain(path: Path) -> str | None:
    """Return what is nothing but text, as somebody has typed or copied it, of which no source is made."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
