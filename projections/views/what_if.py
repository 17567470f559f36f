"""Without a source: which entries would lose all their evidence, and which conclusions would fall or change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from projections.claims.claims import closure, require_sources
from projections.claims.history import history_of
from projections.claims.readings import MACHINES, split
from projections.claims.resolver import Resolver
from projections.judgement.conclusions import concluded, gathered
from projections.judgement.things import Thing
from projections.judgement.weighing import Weighing, weighing_of
from projections.views.status import status
from projections.wording.plain import Plain
from tracker.dates import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.status import Status
    from tracker.log import EventLog


#: The families whose state may follow from several entries together: who takes part, and who answers.
_DERIVED: Final = frozenset({"agreement", "proposal"})


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
        self._readings: dict[str, dict[str, Reading]] = {}
        self._before: dict[str, str | None] = {}
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
        claims = self._claims
        history = claims.history
        touched = (*_touched(self._bearing, sources), *_touched(self._later, sources))
        # What is said about an entry makes that read otherwise too, if it goes or is dated otherwise.
        roots = dict.fromkeys(
            history.root(history.index[reading.id])
            for reading in touched
            if _is_lost(reading, sources)
            or self._is_dated_by(reading, sources)
            or any(map(self._is_contested, reading.subjects))
        )
        if any(history.entries[root].event.kind_of_entry != "claim" for root in roots):
            # What is said of sources and names makes others read otherwise, in ways that only judging anew can tell.
            return tuple(self._anew(sources))
        resolver = Resolver(history, claims.reach.known, claims.reach.recorded, claims.left_out | sources)

        def get(entry: str) -> Reading | None:
            index = history.index.get(entry)
            return claims.get(entry) if index is None or history.root(index) not in roots else resolver.read(index)

        readings: dict[str, Reading | None] = {}
        subjects: dict[str, None] = {}
        for root in roots:
            group, itself = claims.placed.at(root)
            other = resolver.read(root)
            before = itself if group == "standing" else None
            after = other if claims.reach.group_of(other) == "standing" else None
            if after is not None or before is not None:
                readings[other.id] = after
                subjects.update(dict.fromkeys(one for each in (before, after) if each for one in each.subjects))
        return tuple(self._compare(subjects, readings, Weighing(claims.registers, get)))

    def _is_dated_by(self, reading: Reading, sources: frozenset[str]) -> bool:
        """Say whether an entry would be dated otherwise without some sources."""
        if reading.event.published is not None:
            return False
        found = self._dates.get(reading.id)
        if found is None:
            known = self._claims.registers.sources
            found = self._dates[reading.id] = sorted(
                (source.upper, source.lower, source.id)
                for name in {item.source for item in reading.evidence}
                if (source := known.get(name)) is not None and source.lower is not None and source.upper is not None
            )
        kept = next((one[:2] for one in found if one[2] not in sources), None)
        return bool(found) and kept != found[0][:2]

    def _compare(
        self, subjects: Iterable[str], readings: dict[str, Reading | None], weighing: Weighing
    ) -> Iterator[Fall]:
        """Yield what falls of some subjects, if these entries read so, or do not stand."""
        named: dict[str, list[Reading]] = {}
        for reading in filter(None, readings.values()):
            for subject in reading.subjects:
                named.setdefault(subject, []).append(reading)
        for subject in subjects:
            before, now = self._standing.readings(subject), named.get(subject, [])
            if not self._is_contested(subject):
                known = self._known(subject)
                alike = {one.id for one in now if one.id in known and _reads_alike(one, known[one.id])}
                if len(alike) == len(now) and self._deciding(subject).isdisjoint(readings.keys() - alike):
                    continue
            after = sorted(
                (*(one for one in before if one.id not in readings), *now), key=lambda reading: reading.order
            )
            was, left = self._concluded(subject), concluded(subject, after, weighing, self._standing.day)
            if was != left:
                yield Fall(subject, was, left)

    def _known(self, subject: str) -> dict[str, Reading]:
        """Return the entries about a subject by id."""
        found = self._readings.get(subject)
        if found is None:
            found = self._readings[subject] = {one.id: one for one in self._standing.readings(subject)}
        return found

    def _today(self) -> date | None:
        """Return the day by which the cut is judged, if it names none itself."""
        cut, day = self._claims.cut, self._standing.day
        return None if day is None or not cut.is_open else from_instant(day).date()

    def _concluded(self, subject: str) -> str | None:
        """Return what is concluded of a subject with all sources."""
        if subject not in self._before:
            readings = self._standing.readings(subject)
            self._before[subject] = concluded(subject, readings, weighing_of(self._claims), self._standing.day)
        return self._before[subject]

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
            elif family in MACHINES and family not in _DERIVED:
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
            was = self._concluded(subject)
            now = concluded(subject, other.readings(subject), weighing_of(other.claims), other.day)
            if was != now:
                yield Fall(subject, was, now)


def _touched(index: dict[str, list[Reading]], sources: frozenset[str]) -> Iterable[Reading]:
    """Return the entries that any of these sources supports, each once, in an order that is the same in every run."""
    # The smaller of the two is gone through: one source may take thousands with it.
    fewer, more = (index, sources) if len(index) < len(sources) else (sources, index)
    named = sorted(source for source in fewer if source in more)
    return {reading.id: reading for source in named for reading in index[source]}.values()


def _is_lost(reading: Reading, sources: frozenset[str]) -> bool:
    """Say whether an entry with evidence of its own would be left with none, what corroborates it included.

    One that only others corroborate is without them what it was before: recorded without evidence.
    """
    own = bool(reading.event.evidence)
    return own and sources.issuperset(item.source for item in reading.evidence)


def _reads_alike(one: Reading, other: Reading) -> bool:
    """Say whether nothing is concluded otherwise from one reading than from the other, if not by what supports them."""
    return one.event == other.event and _dates(one) == _dates(other)


def _dates(reading: Reading) -> tuple[object, ...]:
    return reading.order, reading.published_lower, reading.published_upper, reading.is_dated
