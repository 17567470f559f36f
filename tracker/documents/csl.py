"""CSL-JSON, as Zotero writes it: items that a person has described, each standing for a document."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tracker.dates import DateError, When
from tracker.documents import addresses
from tracker.documents.document import Candidate, Document, UnreadableError, squeezed
from tracker.documents.languages import language

MOST_ITEMS: Final = 100_000
_SHOWN: Final = 60
#: Of a DOI, written alone or as an address (ISO 26324).
_DOI: Final = re.compile(r"10\.[0-9]{4,9}/\S+")
_YEAR, _MONTH, _DAY = 1, 2, 3
_SEASON: Final = 20
_NAMES: Final = ("author", "editor", "director", "interviewer")
_PUBLISHERS: Final = ("container-title", "publisher", "authority", "event-title")


def _items(content: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError("is no JSON that can be read; export it again from the reference manager") from None
    if isinstance(found, dict):
        found = found["items"] if isinstance(found.get("items"), list) else [found]
    if not isinstance(found, list) or not found:
        raise UnreadableError("is no CSL-JSON, which is a list of items; export it again from the reference manager")
    for number, item in enumerate(found, 1):
        if not isinstance(item, dict) or "type" not in item:
            title = squeezed(item.get("title")) if isinstance(item, dict) else None
            named = f"item {number}{f' ({title[:_SHOWN]})' if title else ''}"
            raise UnreadableError(f"is no CSL-JSON: {named} has no type; export it again from the reference manager")
    if len(found) > MOST_ITEMS:
        raise UnreadableError(f"holds more than {MOST_ITEMS:,} items; divide it")
    return found


def read(content: bytes) -> list[Document]:
    """Return the documents that the items of a file stand for; raises `UnreadableError`."""
    return [_document(item) for item in _items(content)]


def text(content: bytes) -> str:
    """Return the titles and abstracts of the items, a line each; raises `UnreadableError`."""
    texts = (item.get(field) for item in _items(content) for field in ("title", "abstract"))
    return "\n".join(" ".join(one.split()) for one in texts if isinstance(one, str))


def _document(item: dict[str, Any]) -> Document:
    published = _date(item.get("issued"))
    candidates: tuple[Candidate, ...] = ()
    if published is None and (raw := _raw(item.get("issued"))):
        candidates = (Candidate("published", raw, "CSL issued"),)
    return Document(
        title=squeezed(item.get("title")),
        publisher=next((name for field in _PUBLISHERS if (name := squeezed(item.get(field)))), None),
        author=next((names for field in _NAMES if (names := _people(item.get(field)))), None),
        url=_address(item),
        language=language(item["language"]) if isinstance(item.get("language"), str) else None,
        published=published,
        captured_at=_date(item.get("accessed")),
        candidates=candidates,
    )


def _address(item: dict[str, Any]) -> str | None:
    """Return the address of an item, else that at which its DOI is resolved."""
    url, doi = item.get("URL"), item.get("DOI")
    found = addresses.whole(url) if isinstance(url, str) else None
    name = _DOI.search(doi) if isinstance(doi, str) else None
    return found or (addresses.whole(f"https://doi.org/{name[0]}") if name else None)


def _people(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    names = []
    for person in value if isinstance(value, list) else ():
        if isinstance(person, dict):
            parts = [person.get(part) for part in ("given", "non-dropping-particle", "family", "suffix")]
            name = squeezed(person.get("literal")) or squeezed(
                " ".join(part for part in parts if isinstance(part, str))
            )
            names += [name] if name else []
    return "; ".join(names) or None


def _raw(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return squeezed(value.get("raw")) or squeezed(value.get("literal"))
    return None


def _date(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    """Return a date of CSL as EDTF; None if it is no date, or only words that EDTF does not read."""
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and all(isinstance(part, list) and part for part in parts[:2]):
        ends = [_end(part, value.get("season")) for part in parts[:2]]
        if None in ends:
            return None
        text = "/".join(f"{end}~" if value.get("circa") else str(end) for end in ends)
    else:
        text = _raw(value) or ""
    try:
        return When(text).text
    except DateError:
        return None


def _end(parts: list[Any], season: Any) -> str | None:  # noqa: ANN401 - any JSON
    try:
        numbers = [int(part) for part in parts[:_DAY] if part not in (None, "")]
        if len(numbers) == _YEAR and str(season or "").isdigit() and 1 <= int(season) <= 4:  # noqa: PLR2004 - seasons
            numbers.append(_SEASON + int(season))
    except (ValueError, TypeError):
        return None
    return "-".join(f"{number:04}" if place == 0 else f"{number:02}" for place, number in enumerate(numbers)) or None
