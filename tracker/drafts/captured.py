"""Captured documents: which file holds what a source said, named by its SHA-256 in the folder of captures."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from tracker.events.knowledge import EntryCorrected
from tracker.events.stage import SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tracker.events.base import Event
    from tracker.log import EventLog

#: Bytes of a document that are read.
_MOST: Final = 64 << 20
_HTML: Final = re.compile(rb"\s*(<!doctype html|<html|<!--)", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "td", "th", "title", "tr", "ul"),
    }
)
_UNREAD: Final = frozenset({"script", "style", "template", "noscript", "svg"})


def digests(log: EventLog, drafted: Iterable[Event] = ()) -> dict[tuple[str, str], str]:
    """Return the digests of the documents that sources were captured in, by (negotiation, source).

    They are those that the log holds, as corrected, and those of sources that are only drafted.
    """
    found: dict[tuple[str, str], str] = {}
    entries: dict[tuple[str, str], tuple[str, str]] = {}
    recorded = (one.event for one in log.read())
    for event in (*drafted, *recorded):
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


def captured_file(folder: Path, digest: str) -> Path | None:
    """Return the file of a digest in the folder of captures, None if there is none, or its bytes are others by now."""
    for path in sorted(folder.glob(f"{digest}*")) if digest else ():
        if path.is_file() and _digest_of(path) == digest:
            return path
    return None


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=16)
def captured_text(path: Path) -> str:
    """Return the text of a captured document, plain text or HTML, empty if it is neither."""
    with path.open("rb") as file:
        data = file.read(_MOST)
    is_html = path.suffix.lower() in {".html", ".htm", ".xhtml"} or _HTML.match(data) is not None
    charset = _CHARSET.search(data[:4096]) if is_html else None
    text = _decoded(data, charset[1].decode() if charset else "utf-8")
    if not is_html:
        return "" if "\0" in text else text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts)


def _decoded(data: bytes, encoding: str) -> str:
    for name in (encoding, "utf-8-sig"):
        try:
            return data.decode(name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


class _Reader(HTMLParser):
    """Gathers the text of a page, with a line break where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as the library calls it
        """Begin a block, or what is not read."""
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a block, or what is not read."""
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._unread:
            self.parts.append(data)
