"""Reading entries at a cut, by all that is said about them.

Entries about entries refer to earlier ones only, so they are resolved from the last to the first: by the time one is
looked at, all that is said about it has been settled. Along an axis, an entry is read anew only where one of those
begins to read otherwise.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from projections.claims.readings import Reading
from projections.claims.same import Names
from tracker.dates import instant
from tracker.errors import EntryRejectedError
from tracker.events.knowledge import (
    AssessmentChanged,
    EntryCorrected,
    EntryCorroborated,
    EntryDisputed,
    EntryRetracted,
    SameAs,
)
from tracker.events.references import registered_field
from tracker.events.registry import UnknownEvent
from tracker.events.restoring import replaced
from tracker.events.stage import SourceRegistered
from tracker.negotiation import apply_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.claims.claims import Reach
    from projections.claims.history import History
    from tracker.events.base import Event, Evidence

#: A place on an axis: (earliest, latest, told, id), (instant of becoming known, id), or a number of entries.
Place: TypeAlias = Any
#: Before every instant and every position.
START: Final = -(2**63)
#: The place before all others on each axis.
FIRST: Final[dict[str, Place]] = {"happened": (START, START, START, ""), "known": (START, ""), "recorded": 0}
#: By entry, how it reads from which place on.
_Carried: TypeAlias = "dict[int, list[tuple[Place, Reading]]]"
_since = itemgetter(0)
_known_order = attrgetter("known_order")


class Resolver:
    """Reads the entries of a history's first `count` entries as known up to some entry, each when it is asked for.

    `known` is the (instant of becoming known, id) of that entry; evidence of the sources `without` is left out.
    Where retractions are not `heeded`, entries read as if none had been made but those of sources' registrations and of
    what says which ids are one.

    What says which ids are one, and what is said about that, reads as written: else an entry about two sources could
    date itself. Another resolver reads it.
    """

    def __init__(
        self,
        history: History,
        known: tuple[int, str],
        count: int,
        without: frozenset[str] = frozenset(),
        *,
        heeded: bool = True,
    ) -> None:
        self._history = history
        self._known = known
        self._count = count
        self._without = without
        self._heeded = heeded
        self._readings: dict[int, Reading] = {}
        self._published: dict[str, tuple[int, int] | None] = {}
        self._as_written: Resolver | None = None
        self._names: Names | None = None
        if history.merging is not None and not isinstance(self, _AsWritten):
            self._as_written = _AsWritten(history, known, count, without)
            self._names = Names(history.merging, self._as_written.merging)
            self._without |= {self._names.kept("source", name) for name in without}

    def read(self, index: int) -> Reading:
        """Return how the entry at an index of the history reads."""
        history = self._history
        plain = index not in history.touched
        if plain and (reading := history.plain[index]) is not None and not self._without:
            return reading
        if self._as_written is not None and isinstance(history.entries[history.root(index)].event, SameAs):
            return self._as_written.read(index)
        reading = self._readings.get(index)
        if reading is not None:
            return reading
        if plain:
            reading = self._reading(index, history.entries[index].event, ())
            if self._without:
                self._readings[index] = reading
            else:
                history.plain[index] = reading
            return reading
        self.settle(index)
        return self._readings.get(index) or self._resolve(index)

    def corrected(self, event: Event, correction: EntryCorrected) -> Event:
        """Return an event as one correction leaves it, with the ids in it as they read."""
        found = self._history.corrected(event, correction)
        return found if self._names is None else self._names.read(found)

    def kept(self, family: str, name: str) -> tuple[str, tuple[str, ...]]:
        """Return as which id one of a family reads, and the entries that say so if that is another."""
        kept = name if self._names is None else self._names.kept(family, name)
        return kept, () if self._names is None or kept == name else self._names.said_of(family, name)

    def merging(self, said: Iterable[int]) -> list[SameAs]:
        """Return those of the entries that say which ids are one that are in force, in the order of becoming known."""
        readings = sorted((self.read(index) for index in said if self.in_force(index)), key=_known_order)
        return [reading.event for reading in readings if isinstance(reading.event, SameAs)]

    def settle(self, index: int) -> None:
        """Read an entry and all that is said about it."""
        # What is said about an entry was recorded after it: read from the last, all that one rests on is there already.
        for here in reversed(self._history.tree(index)):
            if here < self._count and here in self._history.touched and here not in self._readings:
                self._readings[here] = self._resolve(here)

    def in_force(self, index: int) -> bool:
        """Say whether an entry about another one was recorded and known at the cut, and stands."""
        if index >= self._count:
            return False
        reading = self.read(index)
        if reading.retracted_by or reading.lost:
            return False
        return reading.known_order <= self._known

    def _about(self, entry: str) -> list[Reading]:
        """Return what stands about an entry, in the order in which it became known."""
        readings = [self.read(index) for index in self._history.about.get(entry, ()) if self.in_force(index)]
        readings.sort(key=_known_order)
        return readings

    def _resolve(self, index: int) -> Reading:
        recorded = self._history.entries[index]
        event = recorded.event
        about = self._about(recorded.id)
        extra: list[Evidence] = []
        found: dict[type[Event], list[str]] = {}
        credibility = None
        for later in about:
            said = later.event
            found.setdefault(type(said), []).append(later.id)
            if isinstance(said, EntryCorrected):
                event = self._history.corrected(event, said)
            elif isinstance(said, EntryCorroborated):
                extra += later.evidence
            elif isinstance(said, AssessmentChanged):
                credibility = said.credibility
        reading = self._reading(index, event, tuple(extra))
        reading.credibility = credibility
        reading.corrected_by = tuple(found.get(EntryCorrected, ()))
        reading.retracted_by = tuple(found.get(EntryRetracted, ())) if self._heeded else ()
        reading.disputed_by = tuple(found.get(EntryDisputed, ()))
        reading.corroborated_by = tuple(found.get(EntryCorroborated, ()))
        reading.assessed_by = tuple(found.get(AssessmentChanged, ()))
        return reading

    def _reading(self, index: int, event: Event, extra: tuple[Evidence, ...]) -> Reading:
        known_as = None
        merged_by: tuple[str, ...] = ()
        if self._names is not None:
            written, event = event, self._names.read(event)
            if written is not event:
                merged_by = self._names.saying(written)
            field = registered_field(type(event))
            if field is not None and getattr(event, field) != (name := getattr(written, field)):
                known_as = name
        own = event.evidence
        had_evidence = bool(own or extra)
        if self._without:
            own = tuple(item for item in own if item.source not in self._without)
            extra = tuple(item for item in extra if item.source not in self._without)
        evidence = own + extra if extra else own
        lower, upper, is_dated = self._publication(index, event, evidence)
        occurred = event.occurred
        return Reading(
            recorded=self._history.entries[index],
            event=event,
            evidence=evidence,
            lower=occurred.lower if occurred else lower,
            upper=occurred.upper if occurred else upper,
            published_lower=lower,
            published_upper=upper,
            is_dated=is_dated,
            lost=had_evidence and not evidence,
            known_as=known_as,
            merged_by=merged_by,
        )

    def _publication(self, index: int, event: Event, evidence: tuple[Evidence, ...]) -> tuple[int, int, bool]:
        """Return the bounds of when an entry was published: as given, else by its earliest source.

        If nothing says when, it is dated by when it was first recorded, and False comes with that.
        """
        if event.published is not None:
            return event.published.lower, event.published.upper, True
        dates = self._dates(index, evidence)
        if dates:
            upper, lower = min(dates)
            return lower, upper, True
        moment = instant(self._history.entries[index].first_recorded_at)
        return moment, moment, False

    def _dates(self, index: int, evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
        dates = []
        for item in evidence:
            bounds = self._source_published(item.source, index)
            if bounds is not None:
                dates.append((bounds[1], bounds[0]))
        return dates

    def _source_published(self, source: str, index: int) -> tuple[int, int] | None:
        """Return the bounds of a source's publication, as corrected at the cut, for an entry that it dates."""
        history = self._history
        if source not in history.unsettled:
            registrations = history.registrations.get(source)
            return _bounds(history.entries[registrations[0]].event) if registrations else None
        root = history.entries[history.root(index)].event
        if isinstance(root, SourceRegistered) and source in history.circle(root.source):
            # What is said about a source that dates it in turn takes it as it was registered.
            last = next((i for i in reversed(self._lines(source)) if i < self._count), None)
            return None if last is None else _bounds(history.entries[last].event)
        if source not in self._published:
            # Those that it rests on come first: asked for one by the other, a long row of them would go too deep.
            for resting in history.resting(source, self._published):
                name = resting if self._names is None else self._names.kept("source", resting)
                if name not in self._published:
                    self._published[name] = self._registered(name)
        return self._published[source]

    def _lines(self, source: str) -> list[int]:
        """Return the indexes of a source's registrations, after those of the ids that read as it."""
        registrations = self._history.registrations
        names = (source,) if self._names is None else self._names.of("source", source)
        own = registrations.get(source, [])
        if len(names) == 1:
            return own
        return [*sorted(index for name in names[:-1] for index in registrations.get(name, ())), *own]

    def _registered(self, source: str) -> tuple[int, int] | None:
        """Return the bounds of a source's publication, by its last registration that stands.

        A registration is not read for that: its own publication may be that of this very source, which corroborates it.
        """
        history = self._history
        for index in reversed(self._lines(source)):
            if index < self._count:
                event = history.entries[index].event
                about = [reading.event for reading in self._about(history.entries[index].id)]
                if not any(isinstance(said, EntryRetracted) for said in about):
                    for said in about:
                        if isinstance(said, EntryCorrected):
                            event = history.corrected(event, said)
                    return _bounds(event)
        return None


class _AsWritten(Resolver):
    """Reads entries with the ids that were written, whichever are one."""


def _bounds(event: Event) -> tuple[int, int] | None:
    published = event.published
    return None if published is None else (published.lower, published.upper)


def as_corrected(event: Event, correction: EntryCorrected) -> Event:
    """Return an event as corrected; a correction that no longer fits changes nothing."""
    if isinstance(event, UnknownEvent):
        return event
    quickly = replaced(event, correction.changes)
    if quickly is not None:
        return quickly
    try:
        return apply_changes(event, correction.changes)
    except EntryRejectedError:
        return event


class Carrying:
    """How the entries of a history read along an axis, the others cut at a base.

    `count` is the number of entries on the way, `left_out` from where on which sources are left out of account.
    """

    def __init__(
        self, history: History, axis: str, base: Reach, count: int, left_out: list[tuple[Place, frozenset[str]]]
    ) -> None:
        self._history = history
        self._axis = axis
        self._base = base
        self._count = count
        self._left_out = left_out
        self._resolvers: dict[tuple[Place, bool], Resolver] = {}
        #: How entries read that were carried, if retractions are heeded and if they are not.
        self._carried: dict[bool, _Carried] = {True: {}, False: {}}

    def resolver(self, place: Place, *, heeded: bool = True) -> Resolver:
        """Return what reads entries at a place."""
        key = (place, heeded)
        found = self._resolvers.get(key)
        if found is None:
            reach = self._base._replace(**{self._axis: place})
            found = self._resolvers[key] = _Looking(
                self._history, reach.known, reach.recorded, left_out_at(self._left_out, place), heeded=heeded
            )
            found.look(place, self._carried[heeded])
        return found

    def carry(self, tree: list[int], *, heeded: bool = True) -> None:
        """Read an entry and what is said about it wherever what bears on it changes, each from what was read already.

        What is said about an entry was recorded after it: from the last to the first, all that one rests on is there.
        """
        carried = self._carried[heeded]
        of_all = frozenset(places_of(self._history, self._axis, tree))
        for index in reversed(tree):
            if index < self._count:
                places = set(of_all)
                for later in self._history.about.get(self._history.entries[index].id, ()):
                    if later < self._count:
                        places.update(self._turns(carried[later]))
                carried[index] = self._read(index, places, heeded=heeded)

    def readings(self, index: int, *, heeded: bool = True) -> list[tuple[Place, Reading]]:
        """Return how an entry reads from where on."""
        found = self._carried[heeded].get(index)
        return self._read(index, (), heeded=heeded) if found is None else found

    def _turns(self, reads: list[tuple[Place, Reading]]) -> Iterator[Place]:
        """Yield the places at which an entry about another one begins to read otherwise, or becomes known."""
        for number, (place, reading) in enumerate(reads):
            yield place
            known = reading.known_order
            if self._axis == "known" and known > place and (number + 1 == len(reads) or known < reads[number + 1][0]):
                yield known

    def _read(self, index: int, places: Iterable[Place], *, heeded: bool = True) -> list[tuple[Place, Reading]]:
        """Return how an entry reads from where on, given the places at which that may change."""
        first = index + 1 if self._axis == "recorded" else FIRST[self._axis]
        among = {first, *places}
        if len(self._left_out) > 1:
            among.update(place for place, _ in self._left_out)
        found: list[tuple[Place, Reading]] = []
        for place in sorted(among):
            if place >= first:
                reading = self.resolver(place, heeded=heeded).read(index)
                if not found or not (found[-1][1] is reading or found[-1][1] == reading):
                    found.append((place, reading))
        return found


def left_out_at(left_out: Sequence[tuple[Place, frozenset[str]]], place: Place) -> frozenset[str]:
    """Return the sources that are left out of account at a place."""
    return left_out[max(bisect_right(left_out, place, key=_since) - 1, 0)][1]


def places_of(history: History, axis: str, tree: list[int], of: Iterable[int] = ()) -> Iterator[Place]:
    """Yield the places at which what is said of the sources and names of some entries changes, or some others."""
    if axis == "happened":
        return
    said = dict.fromkeys((*of, *history.about_sources(tree)))
    said.update(dict.fromkeys(history.about_names((*tree, *said))))
    if axis == "known":
        for index in said:
            yield from history.publications(index)
    else:
        yield from (index + 1 for index in said)


class _Looking(Resolver):
    """Reads entries at a place; those that were read at all places already are looked up."""

    def look(self, place: Place, carried: _Carried) -> None:
        """Take what was read already, which is added to as one goes."""
        self._place = place
        self._carried = carried

    def read(self, index: int) -> Reading:
        """Return how the entry at an index of the history reads."""
        own = self._carried.get(index, ())
        number = bisect_right(own, self._place, key=_since)
        return own[number - 1][1] if number else super().read(index)

    def settle(self, index: int) -> None:
        """Read an entry and all that is said about it, as far as it was not read already."""
        about = self._history.about.get(self._history.entries[index].id, ())
        if not all(later in self._carried or later >= self._count for later in about):
            super().settle(index)
