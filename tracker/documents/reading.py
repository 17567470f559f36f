"""Reading a document of any kind, within bounds of size, nesting and time."""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from tracker.documents import containers, csl, pdf
from tracker.documents.bounded import Worker
from tracker.documents.document import MAX_BYTES, Document, UnreadableError
from tracker.documents.pages import markup, page

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Sort = Literal["html", "mhtml", "warc", "pdf", "csl"]
#: Bytes of markup from which a page is read by a worker, since a hostile one may take very long.
SMALL: Final = 200_000
_HEAD: Final = 4096
_MHTML: Final = re.compile(rb"^(?:MIME-Version|Snapshot-Content-Location|Content-Type):", re.IGNORECASE | re.MULTILINE)
_MARKUP: Final = re.compile(rb"<(?:!doctype|html|head|body|meta|title|article|main|div|p|!--)\b", re.IGNORECASE)
#: The control codes that no text has but by accident, ESC aside, by which ISO 2022 changes its letters.
_CONTROLS: Final = tuple(bytes([code]) for code in range(32) if code not in b"\t\n\v\f\r\x1b")
#: Of so many bytes of a text one may be such a code.
_MOST_CONTROLS: Final = 100
_GZIP: Final = b"\x1f\x8b"


def sort_of(content: bytes, name: str) -> Sort:
    """Return of which kind a document is, by how it begins, else by its name; raises `UnreadableError`."""
    if not content.strip():
        raise UnreadableError("is empty; save the document again")
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"WARC/") or (content.startswith(_GZIP) and _unpacked_head(content).startswith(b"WARC/")):
        return "warc"
    if head.startswith((b"[", b"{")) and name.lower().endswith((".json", ".csljson")):
        return "csl"
    if _MHTML.search(head) and not head.startswith(b"<"):
        return "mhtml"
    if _MARKUP.search(head) or (name.lower().endswith((".html", ".htm", ".xhtml")) and _is_text(content[:_HEAD])):
        return "html"
    if head.startswith((b"[", b"{")):
        return "csl"
    raise UnreadableError("is no document that is read; save it as HTML, MHTML, WARC, PDF or CSL-JSON")


def _is_text(head: bytes) -> bool:
    """Say whether bytes may be text, in UTF-16 if its mark stands first: there is hardly a control code in it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return sum(map(head.count, _CONTROLS)) * _MOST_CONTROLS <= len(head)


def _unpacked_head(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(content[:_HEAD], 64)
    except zlib.error:
        return b""


def load(path: Path) -> bytes:
    """Return the bytes of a document; raises `UnreadableError` where there are too many, or none to be had."""
    try:
        if not path.is_file():
            what = "is no file; name a document" if path.exists() else "there is no such file; check its name"
            raise UnreadableError(what)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}; check its permissions") from None
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            f"is larger than {MAX_BYTES >> 20} MB, which is the most that is read; save it without its pictures"
        )
    return content


def read_document(path: Path, today: date, worker: Worker) -> list[Document]:
    """Return the documents that a file holds, one but for CSL-JSON; `today` is the last day on which it was saved.

    Raises `UnreadableError`.
    """
    content = load(path)
    sort = sort_of(content, path.name)
    if sort == "csl":
        return csl.read(content)
    digest = hashlib.sha256(content).hexdigest()
    content = markup.lean(content) if sort == "html" else content
    is_small = sort == "html" and len(content) < SMALL
    ask = partial(read_content, content, sort, today)
    document = ask() if is_small else worker.call(ask)
    return [replace(document, sha256=digest)]


def read_content(content: bytes, sort: Sort, today: date) -> Document:
    """Return what the bytes of a document, but for CSL-JSON, tell of themselves; raises `UnreadableError`."""
    if sort == "html":
        return page.read(content, today)
    if sort == "pdf":
        return pdf.read(content, today)
    held = containers.from_mhtml(content) if sort == "mhtml" else containers.from_warc(content)
    if held.is_pdf:
        return pdf.read(held.content, today, url=held.url).at(held.url, held.captured_at)
    found = page.read(held.content, today, charset=held.charset, url=held.url, captured_at=held.captured_at)
    return replace(found, title=found.title or held.title)


def captured_text(path: Path) -> str:
    """Return the text of a kept document as a reader sees it, a block a line, for finding quotes in it.

    HTML and MHTML, WARC (its first page), and PDF (a page after another); of CSL-JSON the titles and abstracts.
    Nothing is folded: spaces are single, but letters, hyphens and quotation marks are as they stand. Raises
    `UnreadableError`, a `ContentError`, where the file cannot be read or its library is not installed.
    """
    content = load(path)
    sort = sort_of(content, path.name)
    if sort == "csl":
        return csl.text(content)
    content = markup.lean(content) if sort == "html" else content
    ask = partial(text_of, content, sort)
    if sort == "html" and len(content) < SMALL:
        return ask()
    with Worker() as worker:
        return worker.call(ask)


def text_of(content: bytes, sort: Sort) -> str:
    """Return the text of such bytes; raises `UnreadableError`."""
    charset = None
    if sort in {"mhtml", "warc"}:
        held = containers.from_mhtml(content) if sort == "mhtml" else containers.from_warc(content)
        content, charset, sort = held.content, held.charset, "pdf" if held.is_pdf else "html"
    if sort == "pdf":
        return pdf.text(content)
    return markup.seen_text(markup.tree_of(markup.decoded(markup.lean(content), charset)))
