"""How a document is registered: the fields of its `SourceRegistered`, its id, and whether it is there already."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from tracker.documents import addresses
from tracker.documents.document import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tracker.documents.document import Document

_LONGEST: Final = 64
#: Characters of an id for the day, and for a number that tells it from others.
_REST: Final = 20
_DAY: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")
_RESOLVERS: Final = frozenset({"doi.org", "dx.doi.org"})
_FIELDS: Final = ("publisher", "title", "url", "author", "language")


class Already(NamedTuple):
    """The source as which a document is registered, and what tells that it is the same."""

    source: str
    by: Literal["digest", "address", "title"]


class Registered(NamedTuple):
    """A source of a negotiation, as far as it tells which document it is."""

    source: str
    url: str | None = None
    sha256: str | None = None
    title: str | None = None
    published: str | None = None


def fields_of(document: Document, saved: datetime) -> dict[str, Any]:
    """Return the fields of the entry that registers a document; `saved` is when the file was, at the latest.

    A document that tells no day of publication was published at the latest on the day of its capture.
    """
    captured_at = document.captured_at or (stamp(saved) if document.sha256 else None)
    day = _DAY.match(captured_at or stamp(saved))
    published = document.published or f"../{day[0] if day else stamp(saved)[:10]}"
    fields = {
        **{name: getattr(document, name) for name in _FIELDS},
        "published": published,
        "sha256": document.sha256,
        "captured_at": captured_at,
    }
    if not fields["publisher"] and document.url:
        fields["publisher"] = _publishing_host(document.url) or None
    return {name: value for name, value in fields.items() if value is not None}


def slug_of(fields: dict[str, Any]) -> str:
    """Return an id made from publisher and day: ``politico-2024-05-10``."""
    name = _slugged(str(fields.get("publisher") or "")) or _slugged(_publishing_host(str(fields.get("url") or "")))
    day = _DAY.match(str(fields.get("published") or "").removeprefix("../"))
    name = (name or "source")[: _LONGEST - _REST].strip("-")
    return f"{name}-{day[0]}" if day else name


def _publishing_host(url: str) -> str:
    """Return the host of an address, empty if it only leads on to that of a publisher."""
    found = addresses.host(url)
    return "" if found in _RESOLVERS else found


def _slugged(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


class Known:
    """The sources of a negotiation by digest and by address, so that no document is registered twice."""

    def __init__(self, known: Iterable[Registered] = (), taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: Counter[str] = Counter()
        self._by_digest: dict[str, str] = {}
        self._by_address: dict[str, str] = {}
        self._by_title: dict[tuple[str, str | None], str] = {}
        for source in known:
            self.add(source)

    def add(self, source: Registered) -> None:
        """Take in a source."""
        self._taken.add(source.source)
        if source.sha256:
            self._by_digest.setdefault(source.sha256, source.source)
        if source.url:
            self._by_address.setdefault(addresses.key(source.url), source.source)
        elif source.title and not source.sha256:
            self._by_title.setdefault((source.title, source.published), source.source)

    def free(self, slug: str) -> str:
        """Return an id that no source has: as given, or with a number, ``politico-2024-05-10-2``."""
        found = slug
        while found in self._taken:
            # Where many were given that number already, none is tried twice.
            self._numbers[slug] = max(self._numbers[slug], 1) + 1
            found = f"{slug}-{self._numbers[slug]}"
        return found

    def find(self, fields: dict[str, Any]) -> Already | None:
        """Return the source that has a document's digest, else the one that has its address; None if there is none."""
        if found := self._by_digest.get(fields.get("sha256", "")):
            return Already(found, "digest")
        found = self._by_address.get(addresses.key(fields["url"])) if fields.get("url") else None
        return Already(found, "address") if found else None

    def alike(self, fields: dict[str, Any]) -> str | None:
        """Return the source that has the title and the day of one without digest and address; None if there is none."""
        if fields.get("sha256") or fields.get("url"):
            return None
        return self._by_title.get((fields.get("title", ""), fields.get("published")))
