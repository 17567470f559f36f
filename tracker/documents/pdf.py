"""PDF files: what their information says, and their text (extra `capture`)."""

from __future__ import annotations

import io
import itertools
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from tracker.documents import addresses
from tracker.documents.dating import GivenDay, agreed, candidates
from tracker.documents.days import day_in_address, day_text
from tracker.documents.document import Document, UnreadableError, require_extra, squeezed
from tracker.documents.languages import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from pypdf import PdfReader

MOST_PAGES: Final = 2000
_TIME: Final = re.compile(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")


def _reader(content: bytes) -> PdfReader:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise require_extra(error, "a PDF") from None
    # What it mends by itself is nobody's concern.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader: PdfReader | None = _tried(lambda: PdfReader(io.BytesIO(content)))
    if reader is None:
        raise UnreadableError("is no PDF that can be read; save it again")
    if reader.is_encrypted and not _tried(lambda: reader.decrypt("")):
        raise UnreadableError("is locked with a password; save it without one")
    return reader


def _tried(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever a file holds
    """Return what is asked of a file, None where the library fails on it in whatever way."""
    try:
        return ask()
    except Exception:  # noqa: BLE001 - a broken file makes it raise anything
        return None


def read(content: bytes, today: date, *, url: str | None = None) -> Document:
    """Return what a PDF tells of itself; raises `UnreadableError`."""
    reader = _reader(content)
    info = _tried(lambda: dict(reader.metadata or {})) or {}
    root = _tried(lambda: reader.trailer["/Root"]) or {}
    xmp = _tried(lambda: reader.xmp_metadata)
    readings = [one for one in _readings(info, xmp, url) if one.day <= today.isoformat()]
    published = agreed(readings)
    tag = _tried(lambda: str(root.get("/Lang") or "")) or next(iter(_tried(lambda: list(xmp.dc_language)) or []), "")
    return Document(
        title=squeezed(_tried(lambda: str(info.get("/Title") or ""))) or _dublin(_tried(lambda: xmp.dc_title)),
        publisher=_dublin(_tried(lambda: xmp.dc_publisher)),
        author=squeezed(_tried(lambda: str(info.get("/Author") or ""))) or _dublin(_tried(lambda: xmp.dc_creator)),
        url=addresses.whole(url),
        language=language(str(tag)),
        published=published,
        candidates=tuple(one for one in candidates(readings) if one.value != published),
    )


def _dublin(value: Any) -> str | None:  # noqa: ANN401 - lists, or texts by language
    values = list(value.values()) if isinstance(value, dict) else value
    texts = [text for one in values or () if (text := squeezed(str(one)))] if isinstance(values, list) else []
    return "; ".join(texts[:20]) or None


def _readings(info: dict[str, Any], xmp: Any, url: str | None) -> Iterator[GivenDay]:  # noqa: ANN401 - as the library has it
    """Yield the days that a PDF gives; when it was made is one reading however often it is told."""
    for name in ("/CreationDate", "/ModDate"):
        found = _TIME.match(str(info.get(name) or ""))
        if found and (day := day_text(*found.groups())):
            yield GivenDay("meta", day, f"PDF {name}")
    for moment in _tried(lambda: list(xmp.dc_date)) or []:
        found = _TIME.match(str(moment))
        if found and (day := day_text(*found.groups())):
            yield GivenDay("meta", day, "PDF dc:date")
    if url and (day := day_in_address(url)):
        yield GivenDay("address", day, "address")


def text(content: bytes) -> str:
    """Return the text of a PDF, a page after another; raises `UnreadableError`."""
    reader = _reader(content)
    pages = itertools.islice(_tried(lambda: list(reader.pages)) or (), MOST_PAGES)
    texts = [_tried(page.extract_text) for page in pages]
    return "\n".join(text for text in texts if text)
