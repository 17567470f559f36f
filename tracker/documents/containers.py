"""Files that hold a page as it came from the web: MHTML (RFC 2557) and WARC (ISO 28500)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.documents import addresses
from tracker.documents.document import MAX_BYTES, UnreadableError, require_extra, squeezed, stamp

if TYPE_CHECKING:
    from email.message import Message

_MOST_PARTS: Final = 10_000
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_PDF: Final = "application/pdf"
_OK: Final = "200"


class Held(NamedTuple):
    """A page or a PDF in a container: its bytes, its type and encoding as sent, its address and time of capture."""

    content: bytes
    is_pdf: bool = False
    charset: str | None = None
    url: str | None = None
    captured_at: str | None = None
    title: str | None = None


def from_mhtml(content: bytes) -> Held:
    """Return the page that an MHTML file holds; raises `UnreadableError`."""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        root = _root(message)
        body, charset = root.get_payload(decode=True), root.get_content_charset()
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        raise UnreadableError("is no MHTML that can be read; save the page again") from None
    if not isinstance(body, bytes) or not body.strip():
        raise UnreadableError("holds no page; save it again as one file")
    places = [_header(message, "Snapshot-Content-Location"), _header(message, "Content-Location")]
    places.append(_header(root, "Content-Location"))
    return Held(
        body,
        charset=charset,
        url=next(filter(None, map(addresses.whole, places)), None),
        captured_at=_mail_time(_header(message, "Date")),
        title=_mail_text(_header(message, "Subject")),
    )


def _header(message: Message, name: str) -> str | None:
    """Return a header as text; the library has an object of its own for one that is not ASCII."""
    value = message[name]
    return None if value is None else str(value)


def _root(message: Message) -> Message:
    """Return the part that is the page: the one named as the start, else the first page."""
    start = message.get_param("start")
    pages = []
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            raise UnreadableError(f"holds more than {_MOST_PARTS:,} parts; save its page alone")
        if start and part["Content-ID"] == start and not part.is_multipart():
            return part
        if part.get_content_type() in _PAGES:
            pages.append(part)
    if not pages:
        raise UnreadableError("holds no HTML page; save the page again")
    return pages[0]


def _mail_time(text: str | None) -> str | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, OverflowError):
        return None


def _mail_text(text: str | None) -> str | None:
    try:
        return squeezed(str(make_header(decode_header(text or ""))))
    except (ValueError, LookupError):
        return squeezed(text)


def from_warc(content: bytes) -> Held:
    """Return the first page, else the first PDF, that a WARC file holds as it was sent; raises `UnreadableError`."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise require_extra(error, "a WARC file") from None
    pdf: Held | None = None
    try:
        for record in ArchiveIterator(io.BytesIO(content)):
            held = _answered(record)
            if held is not None and not held.is_pdf:
                return held
            pdf = pdf or held
    except (ArchiveLoadFailed, ValueError, OSError, EOFError, AttributeError):
        if pdf is None:
            raise UnreadableError("is no WARC file that can be read; make it again") from None
    if pdf is None:
        raise UnreadableError("holds no page that was answered, and no PDF; capture the page again")
    return pdf


def _answered(record: Any) -> Held | None:  # noqa: ANN401 - the library ships no types
    """Return the page or PDF of a record; None where it holds none, or was no answer."""
    sent = record.http_headers
    if record.rec_type not in {"response", "resource"} or (sent is not None and sent.get_statuscode() != _OK):
        return None
    said = (sent.get_header("Content-Type") if sent else record.content_type) or ""
    kind, _, rest = said.partition(";")
    kind = kind.strip().lower()
    if kind not in _PAGES and kind != _PDF:
        return None
    body = record.content_stream().read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UnreadableError(f"holds a page of more than {MAX_BYTES >> 20} MB; save it without its pictures")
    charset = rest.partition("charset=")[2].partition(";")[0].strip("\"' ") or None
    url = addresses.whole(record.rec_headers.get_header("WARC-Target-URI"))
    day = _warc_time(record.rec_headers.get_header("WARC-Date"))
    return Held(body, is_pdf=kind == _PDF, charset=charset, url=url, captured_at=day)


def _warc_time(text: str | None) -> str | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
