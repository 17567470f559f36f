"""Citations: sources numbered in the order in which a brief first names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.exports.brief.contents import Backing, NumberedSource
from projections.judgement.voices import voices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading


class Citations:
    """Gives sources their numbers, and says what entries rest on."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def number(self, source: str) -> int:
        """Return a source's number, the next one where it is named for the first time."""
        if source not in self._numbers:
            self._names.append(source)
            self._numbers[source] = len(self._names)
        return self._numbers[source]

    def of(self, readings: Iterable[Reading]) -> tuple[int, ...]:
        """Return the numbers of the sources of entries, each once, in order."""
        return tuple(sorted({self.number(item.source) for reading in readings for item in reading.evidence}))

    def readings(self, entries: Iterable[str]) -> list[Reading]:
        """Return how entries read, each once."""
        return [reading for entry in dict.fromkeys(entries) if (reading := self.claims.get(entry)) is not None]

    def backing(self, entries: Iterable[str], mentions: Iterable[str] = ()) -> Backing:
        """Return what a conclusion from these entries rests on; those that only mention it may deny it."""
        readings, others = self.readings(entries), self.readings(mentions)
        found = voices(self.claims, readings, [reading for reading in others if reading.event.modality == "denied"])
        named = [*readings, *others]
        return Backing(tuple(reading.id for reading in named), self.of(named), found.for_, found.against)

    def sources(self) -> tuple[NumberedSource, ...]:
        """Return all sources named so far, and those that they repeat, by number."""
        registered = self.claims.registers.sources
        found: list[NumberedSource] = []
        # What a source repeats may be named here for the first time: the list grows while it is gone through.
        for name in self._names:
            source = registered.get(name)
            found.append(
                NumberedSource(
                    number=len(found) + 1,
                    id=name,
                    publisher=source.publisher if source else None,
                    title=source.title if source else None,
                    author=source.author if source else None,
                    published=source.published if source else None,
                    language=source.language if source else None,
                    reliability=source.reliability if source else "F",
                    relays=tuple(self.number(relayed) for relayed in source.relays) if source else (),
                    address=source.url if source else None,
                )
            )
        return tuple(found)
