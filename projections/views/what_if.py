"""Without a source: which entries would lose all their evidence, and which conclusions would fall or change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from projections.claims.claims import closure, require_sources
from projections.claims.history import history_of
from projections.claims.readings import MACHINES, split, subjects_of
from projections.judgement.conclusions import concluded, gathered
from projections.judgement.things import Thing
from projections.judgement.weighing import weighing_of
from projections.views.status import status
from projections.wording.plain import Plain
from tracker.dates import from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.status import Status
    from tracker.log import EventLog

#: Entries about entries whose loss makes others read otherwise, beyond the evidence that they add.
_CHANGING: Final = frozenset({"EntryCorrected", "EntryRetracted"})


@dataclass(frozen=True, slots=True)
class Fall(Plain):
    """A conclusion that would be another without a source: a state, stance or partners; None where nothing is left."""

    subject: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Fallen(Plain):
    """What falls at a cut without some sources: entries that lose all their evidence, and conclusions."""

    entries: tuple[str, ...]
    falls: tuple[Fall, ...]


def fallen(
    source: EventLog | History,
    negotiation: str,
    without: Iterable[str],
    cut: Cut | None = None,
    *,
    today: date | None = None,
) -> Fallen:
    """Return what falls at a cut without some sources, and those that relay nothing but them.

    Raises `NameUnknownError` for a negotiation or source that does not exist.
    """
    history = history_of(source, negotiation)
    standing = status(history, negotiation, cut, today=today)
    without = tuple(without)
    require_sources(history, without)
    gone = closure(standing.claims.registers, without)
    reliance = Reliance(standing)
    return Fallen(tuple(reading.id for reading in reliance.lost(gone)), reliance.falls(gone))


class Reliance:
    """What at a cut relies on which sources; it answers for one set of sources after another."""

    def __init__(self, standing: Status) -> None:
        self._standing = standing
        self._claims = claims = standing.claims
        self.by_source: dict[str, list[Reading]] = {}
        self._later: dict[str, list[Reading]] = {}
        #: The dates that an entry's sources give it, the earliest first, each with its source; by entry.
        self._dates: dict[str, list[tuple[int, int, str]]] = {}
        self._decided: dict[str, frozenset[str]] = {}
        self._contested: dict[str, bool] = {}
        for readings, index in (
            ((*claims.standing, *claims.knowledge), self.by_source),
            (claims.pending, self._later),
        ):
            for reading in readings:
                for source in dict.fromkeys(item.source for item in reading.evidence):
                    index.setdefault(source, []).append(reading)
        #: Those on which a conclusion may rest: a statement about nothing that has a state is passed over.
        self._bearing = {
            source: bearing
            for source, readings in self.by_source.items()
            if (bearing := [one for one in readings if one.subjects or one.event.kind_of_entry == "knowledge"])
        }

    def lost(self, sources: frozenset[str]) -> list[Reading]:
        """Return the entries in force that have evidence of their own, and none at all but that of these sources."""
        return [reading for reading in _touched(self.by_source, sources) if _is_lost(reading, sources)]

    def falls(self, sources: frozenset[str]) -> tuple[Fall, ...]:
        """Return the conclusions that would be others without these sources: what ``--without`` would answer."""
        readings: dict[str, Reading | None] = {}
        subjects: dict[str, None] = {}
        for reading in _touched(self._bearing, sources):
            other = self._read(reading, sources)
            if other is reading:
                continue
            kind = reading.event.event
            if kind in _CHANGING or (kind == "EntryCorroborated" and other is None and not _is_lost(reading, sources)):
                # Other entries then read otherwise, in ways that only folding anew can tell.
                return tuple(self._anew(sources))
            readings[reading.id] = other
            subjects.update(dict.fromkeys(subjects_of(reading.event)))
        for reading in _touched(self._later, sources):
            if not _is_lost(reading, sources) and self._published(reading, sources).known < reading.known:
                return tuple(self._anew(sources))
        if any(map(self._is_contested, subjects)):
            return tuple(self._anew(sources))
        return tuple(self._compare(subjects, readings))

    def _read(self, reading: Reading, sources: frozenset[str]) -> Reading | None:
        """Return how an entry would read without its evidence from these sources, None if it would not stand."""
        if _is_lost(reading, sources):
            return None
        other, cut = self._published(reading, sources), self._claims.cut
        if other is reading:
            return reading
        if cut.known is not None and other.known > cut.known:
            return None
        is_claim = other.event.kind_of_entry == "claim"
        return None if is_claim and cut.happened is not None and other.order[0] > cut.happened else other

    def _published(self, reading: Reading, sources: frozenset[str]) -> Reading:
        """Return how an entry would read as it would have been published without these sources."""
        if reading.event.published is not None:
            return reading
        moment = instant(reading.recorded.recorded_at)
        kept = ((lower, upper, True) for upper, lower, source in self._dated(reading) if source not in sources)
        lower, upper, is_dated = next(kept, (moment, moment, False))
        if (lower, upper) == (reading.published_lower, reading.published_upper):
            return reading
        other = replace(reading, published_lower=lower, published_upper=upper, is_dated=is_dated)
        return other if reading.event.occurred is not None else replace(other, lower=lower, upper=upper)

    def _dated(self, reading: Reading) -> list[tuple[int, int, str]]:
        """Return the dates that an entry's sources give it, the earliest first."""
        found = self._dates.get(reading.id)
        if found is None:
            known = self._claims.registers.sources
            found = self._dates[reading.id] = sorted(
                (source.upper, source.lower, source.id)
                for name in {item.source for item in reading.evidence}
                if (source := known.get(name)) is not None and source.lower is not None and source.upper is not None
            )
        return found

    def _compare(self, subjects: Iterable[str], readings: dict[str, Reading | None]) -> Iterator[Fall]:
        gone = {name for name, reading in readings.items() if reading is None}
        for subject in subjects:
            before = self._standing.readings(subject)
            if len(gone) == len(readings) and gone.isdisjoint(self._deciding(subject)):
                continue
            after = [readings.get(reading.id, reading) for reading in before]
            left = sorted((reading for reading in after if reading is not None), key=lambda reading: reading.order)
            was, now = self._concluded(subject, before), self._concluded(subject, left)
            if was != now:
                yield Fall(subject, was, now)

    def _today(self) -> date | None:
        """Return the day by which the cut is judged, if it names none itself."""
        cut, day = self._claims.cut, self._standing.day
        return None if day is None or not cut.is_open else from_instant(day).date()

    def _concluded(self, subject: str, readings: list[Reading]) -> str | None:
        return concluded(subject, readings, weighing_of(self._claims), self._standing.day)

    def _is_contested(self, subject: str) -> bool:
        """Say whether what is said of a subject was chosen among rivals, by all of their evidence."""
        found = self._contested.get(subject)
        if found is None:
            weighing = weighing_of(self._claims)
            gathered(subject, self._standing.readings(subject), weighing, self._standing.day)
            found = self._contested[subject] = weighing.has_chosen
        return found

    def _deciding(self, subject: str) -> frozenset[str]:
        """Return the entries about a subject without which another one may be concluded of it, if any goes."""
        found = self._decided.get(subject)
        if found is None:
            family, _ = split(subject)
            before = self._standing.readings(subject)
            if family == "position":
                # The last stance is the one that counts.
                deciding = [one.id for one in before if one.asserts and one.event.__dict__.get("stance") is not None][
                    -1:
                ]
            elif family in MACHINES:
                # What repeats a state, or moves nothing, leaves the way as it is.
                found_of_it = gathered(subject, before, weighing_of(self._claims), self._standing.day)
                history = found_of_it.life.history if isinstance(found_of_it, Thing) else []
                deciding = [entered.because[0].id for entered in history]
            else:
                deciding = [one.id for one in before]
            found = self._decided[subject] = frozenset(deciding)
        return found

    def _anew(self, sources: frozenset[str]) -> Iterator[Fall]:
        claims = self._claims
        without = (*claims.without, *sorted(sources))
        other = status(claims.history, claims.negotiation, claims.cut, without=without, today=self._today())
        for subject in dict.fromkeys((*self._standing.subjects, *other.subjects)):
            was = self._concluded(subject, self._standing.readings(subject))
            now = concluded(subject, other.readings(subject), weighing_of(other.claims), other.day)
            if was != now:
                yield Fall(subject, was, now)


def _touched(index: dict[str, list[Reading]], sources: frozenset[str]) -> Iterable[Reading]:
    """Return the entries that any of these sources supports, each once, in an order that is the same in every run."""
    return {reading.id: reading for source in sorted(sources & index.keys()) for reading in index[source]}.values()


def _is_lost(reading: Reading, sources: frozenset[str]) -> bool:
    """Say whether an entry with evidence of its own would be left with none, what corroborates it included.

    One that only others corroborate is without them what it was before: recorded without evidence.
    """
    own = bool(reading.event.evidence)
    return own and sources.issuperset(item.source for item in reading.evidence)
