"""JSON-LD in a page: what it says of the article that the page is about (schema.org)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tracker.documents.document import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Nodes that are looked at: what a page says of itself stands near its beginning.
_MOST_NODES: Final = 20_000
_LONGEST: Final = 4 << 20
_AROUND: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)?[\s;]*$"
)
_DATE: Final = re.compile(r'"(datePublished|dateCreated|uploadDate)"\s*:\s*"([^"]{6,60})"')
_DATES: Final = ("datePublished", "dateCreated", "uploadDate")
_ARTICLES: Final = ("article", "posting", "report")
_PAGES: Final = (
    "webpage",
    "creativework",
    "review",
    "recipe",
    "videoobject",
    "collectionpage",
    "book",
    "dataset",
    "event",
    "itempage",
)


class JsonLd:
    """What all JSON-LD of a page says, the node of the article first."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        self._nodes: list[dict[str, Any]] = []
        #: Dates in what is no JSON, as a page with a stray comma has it.
        self._loose: list[tuple[str, str]] = []
        for text in texts:
            self._take(_AROUND.sub("", text[:_LONGEST]))
        self._nodes.sort(key=_rank)

    def _take(self, text: str) -> None:
        try:
            document = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            self._loose += _DATE.findall(text)
            return
        stack = [document]
        while stack and len(self._nodes) < _MOST_NODES:
            value = stack.pop()
            if isinstance(value, dict):
                self._nodes.append(value)
                if isinstance(name := value.get("@id"), str) and len(value) > 1:
                    self._by_id.setdefault(name, value)
                stack.extend(reversed(value.values()))
            elif isinstance(value, list):
                stack.extend(reversed(value))

    def dates(self) -> Iterator[tuple[str, str, bool]]:
        """Yield the names and texts of days of publication, those of the article first, and if they may be others'."""
        for name in _DATES:
            for node in self._nodes:
                for value in _listed(node.get(name)):
                    if isinstance(value, str | int):
                        yield name, str(value), _rank(node) >= _OTHER
        yield from ((name, text, False) for name, text in self._loose)

    def text(self, *fields: str) -> str | None:
        """Return the first of some fields that the article, or the page, gives as a text or by its name."""
        for node in self._nodes:
            if _rank(node) >= _OTHER:
                break
            for field in fields:
                if found := self._names(node.get(field)):
                    return found
        return None

    def _names(self, value: Any) -> str | None:  # noqa: ANN401 - any JSON
        names = []
        for one in _listed(value)[:20]:
            found = one
            if isinstance(found, dict):
                found = self._by_id.get(str(found.get("@id")), found) if "name" not in found else found
                found = next(iter(_listed(found.get("name") or found.get("@value"))), None)
            if (name := squeezed(found)) and not name.startswith(("http:", "https:")):
                names.append(name)
        return "; ".join(dict.fromkeys(names)) or None

    def address(self) -> str | None:
        """Return the address that the article gives of itself."""
        for node in self._nodes:
            if _rank(node) >= _OTHER:
                break
            for field in ("url", "mainEntityOfPage", "@id"):
                for value in _listed(node.get(field)):
                    found = value.get("@id") or value.get("url") if isinstance(value, dict) else value
                    if isinstance(found, str) and found.startswith(("http:", "https:")):
                        return found
        return None


_OTHER: Final = 2


def _rank(node: dict[str, Any]) -> int:
    """Return 0 for an article, 1 for the page, 2 for anything else."""
    kinds = [kind.rpartition("/")[2].lower() for kind in _listed(node.get("@type")) if isinstance(kind, str)]
    if any(kind.endswith(_ARTICLES) for kind in kinds):
        return 0
    return 1 if any(kind in _PAGES for kind in kinds) else _OTHER


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
