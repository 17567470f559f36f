"""Without a source: which entries would lose all their evidence, and which conclusions would fall or change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from projections.conclusions import conclusion
from projections.status import partners_of, status
from projections.subjects import split, subjects_of
from tracker.dates import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.claims import Claims
    from projections.history import History
    from projections.readings import Reading
    from projections.status import Status
    from tracker.events.base import Evidence

#: Entries about entries whose loss makes others read otherwise, beyond the evidence that they add.
_CHANGING: Final = frozenset({"EntryCorrected", "EntryRetracted"})


@dataclass(frozen=True, slots=True)
class Fall:
    """A conclusion that would be another without a source: a state, stance or partners; None where nothing is left."""

    subject: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the fall as JSON holds it."""
        return {"subject": self.subject, "before": self.before, "after": self.after}


class Reliance:
    """What at a cut relies on which sources; it answers for one set of sources after another."""

    def __init__(self, history: History, standing: Status, claims: Claims) -> None:
        self._history = history
        self._standing = standing
        self._claims = claims
        self.by_source: dict[str, list[Reading]] = {}
        for reading in (*claims.standing, *claims.knowledge):
            for source in dict.fromkeys(item.source for item in reading.evidence):
                self.by_source.setdefault(source, []).append(reading)

    def lost(self, sources: frozenset[str]) -> list[Reading]:
        """Return the entries in force that have evidence, and none but that of these sources."""
        return [
            reading
            for reading in self._touched(sources)
            if sources.issuperset(item.source for item in reading.evidence)
        ]

    def falls(self, sources: frozenset[str]) -> tuple[Fall, ...]:
        """Return the conclusions that would be others without these sources: what ``--without`` would answer."""
        readings: dict[str, Reading | None] = {}
        for reading in self._touched(sources):
            other = self._read(reading, sources)
            if other is not reading:
                readings[reading.id] = other
                if reading.event.event in _CHANGING:
                    # Other entries then read otherwise, in ways that only folding anew can tell.
                    return tuple(self._anew(sources))
        subjects: dict[str, None] = {}
        for name in readings:
            known = self._claims.get(name)
            subjects.update(dict.fromkeys(subjects_of(known.event) if known else ()))
        return tuple(self._compare(subjects, readings))

    def _touched(self, sources: Iterable[str]) -> Iterable[Reading]:
        return {reading.id: reading for source in sources for reading in self.by_source.get(source, ())}.values()

    def _read(self, reading: Reading, sources: frozenset[str]) -> Reading | None:
        """Return how an entry would read without its evidence from these sources, None if it would not stand."""
        left = [item for item in reading.evidence if item.source not in sources]
        if not left:
            return None
        event, cut = reading.event, self._claims.cut
        if event.published is not None:
            return reading
        own = [item for item in event.evidence if item.source not in sources]
        lower, upper = self._published(own) or self._published(left) or self._recorded(reading)
        if (lower, upper) == (reading.published_lower, reading.published_upper):
            return reading
        if cut.known is not None and upper > cut.known:
            return None
        other = replace(reading, published_lower=lower, published_upper=upper)
        if event.occurred is None:
            if cut.happened is not None and lower > cut.happened and event.kind_of_entry == "claim":
                return None
            other = replace(other, lower=lower, upper=upper)
        return other

    def _published(self, evidence: Iterable[Evidence]) -> tuple[int, int] | None:
        known = self._claims.registers.sources
        dates = [
            (source.upper, source.lower)
            for item in evidence
            if (source := known.get(item.source)) is not None and source.lower is not None and source.upper is not None
        ]
        if not dates:
            return None
        upper, lower = min(dates)
        return lower, upper

    @staticmethod
    def _recorded(reading: Reading) -> tuple[int, int]:
        moment = instant(reading.recorded.recorded_at)
        return moment, moment

    def _compare(self, subjects: Iterable[str], readings: dict[str, Reading | None]) -> Iterator[Fall]:
        for subject in subjects:
            before = self._standing.readings(subject)
            after = [readings.get(reading.id, reading) for reading in before]
            left = sorted((reading for reading in after if reading is not None), key=lambda reading: reading.order)
            was, now = concluded(subject, before), concluded(subject, left)
            if was != now:
                yield Fall(subject, was, now)

    def _anew(self, sources: frozenset[str]) -> Iterator[Fall]:
        claims = self._claims
        other = status(self._history, claims.negotiation, claims.cut, without=(*claims.without, *sorted(sources)))
        for subject in dict.fromkeys((*self._standing.subjects, *other.subjects)):
            was, now = concluded(subject, self._standing.readings(subject)), concluded(subject, other.readings(subject))
            if was != now:
                yield Fall(subject, was, now)


def concluded(subject: str, readings: Sequence[Reading]) -> str | None:
    """Return in one word what is concluded of a subject: its state, a stance, or partners; None where nothing is."""
    family, name = split(subject)
    if family == "party":
        found = partners_of(name, readings)
        return ", ".join(found.partners) if found else None
    return conclusion(subject, readings)[0]
