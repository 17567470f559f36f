"""Reading entries at a cut, by all that is said about them.

Entries about entries refer to earlier ones only, so they are resolved from the last to the first: by the time one is
looked at, all that is said about it has been settled.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

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
    from collections.abc import Iterable

    from projections.claims.history import History
    from tracker.events.base import Event, Evidence

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
        self.settle(history.tree(index))
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

    def settle(self, tree: list[int]) -> None:
        """Read an entry and all that is said about it, given in the order of recording."""
        # What is said about an entry was recorded after it: read from the last, all that one rests on is there already.
        for index in reversed(tree):
            if index < self._count and index in self._history.touched and index not in self._readings:
                self._readings[index] = self._resolve(index)

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
