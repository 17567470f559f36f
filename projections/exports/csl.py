"""CSL-JSON: the sources of a negotiation, as Zotero and other reference managers read them (csl-data.json)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tracker.unseen import escape_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.claims import Claims
    from projections.claims.registers import Source
    from projections.exports import Tally

#: The type of an item by the kind of a source; the map `zotero` reads them back.
_TYPES: Final = {
    "press": "article-newspaper",
    "agency": "article-newspaper",
    "analysis": "report",
    "dataset": "dataset",
    "primary": "treaty",
}
_PLAIN: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LAST_MONTH: Final = 12


def write(claims: Claims, tally: Tally) -> Iterator[bytes]:
    """Return the sources that are registered at a cut, as one JSON document in UTF-8."""
    items = [_item(source) for source in claims.registers.sources.values()]
    tally.written += len(items)
    return iter([escape_json(json.dumps(items, ensure_ascii=False, indent=2)).encode() + b"\n"])


def _item(source: Source) -> dict[str, Any]:
    kind = _TYPES.get(source.kind or "", "document")
    item = {
        "id": source.id,
        "type": kind,
        "title": source.title,
        "container-title" if kind == "article-newspaper" else "publisher": source.publisher,
        "author": [{"literal": source.author}] if source.author else None,
        "URL": source.url,
        "language": source.language,
        "issued": _date(source.published),
        "accessed": _date(source.captured_at),
    }
    return {name: value for name, value in item.items() if value is not None}


def _date(text: str | None) -> dict[str, Any] | None:
    """Return a date as CSL has it; one that is more than a day, a month or a year stays as it is written."""
    if text is None:
        return None
    found = _PLAIN.fullmatch(text)
    parts = [int(part) for part in found.groups() if part] if found else []
    is_plain = parts and (len(parts) == 1 or parts[1] <= _LAST_MONTH)
    return {"date-parts": [parts]} if is_plain else {"raw": text}
