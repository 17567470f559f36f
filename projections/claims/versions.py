"""Versions: how each entry reads, and where it belongs, between one moment of an axis and the next.

The two axes that are not gone along are cut at a base. What an entry is changes at few places: where it is let in, and
where what is said about it, or about a source that dates it, becomes known or is recorded. Between two of them it stays
as it is, so that any cut on the axis is a look-up.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import compress
from operator import and_, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from projections.claims.claims import (
    COUNTING,
    GROUPS,
    Claims,
    Reach,
    closure,
    reach_of,
    registers_of,
    require_sources,
)
from projections.claims.cut import END
from projections.claims.resolver import FIRST, START, Carrying, Resolver, left_out_at, places_of
from projections.claims.restoring import restored
from tracker.events.knowledge import AssessmentChanged, EntryRetracted, NegotiationRenamed, SameAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.claims.resolver import Place
    from projections.claims.restoring import Restored
    from tracker.events.base import Event

#: By entry, from where on it is in which group and how it then reads.
_Found: TypeAlias = "list[list[tuple[Place, str, Reading]]]"
_since = itemgetter(0)
_reading = itemgetter(3)
#: Registers that are kept, so that going back and forth makes none twice.
_KEPT: Final = 8


class Version(NamedTuple):
    """How an entry reads and the group it is in, from one step of an axis up to another, which is not part of it.

    Steps are the numbers of the places at which anything changes, from 1; 0 is before all of them.
    """

    since: int
    until: int
    group: str
    reading: Reading


class Versions:
    """The spans of all entries along an axis; what the sources `without` say is left out, as at a cut.

    Raises `NameUnknownError` for a source that does not exist.
    """

    def __init__(self, history: History, axis: str, base: Reach, without: tuple[str, ...] = ()) -> None:
        require_sources(history, without)
        self.history = history
        self.axis = axis
        self.base = base
        self.without = without
        self._first: Place = FIRST[axis]
        self._count = len(history.entries) if axis == "recorded" else base.recorded
        roots = dict.fromkeys(history.root(index) for index in sorted(history.touched))
        self._trees = {root: history.tree(root) for root in roots if root < self._count}
        self._left_out: list[tuple[Place, frozenset[str]]] = [(self._first, frozenset())]
        if without:
            self._left_out = self._dropping()
        carrying = Carrying(history, axis, base, self._count, self._left_out)
        found = self._found(carrying)
        restorations = list(self._restorations(found, carrying))
        #: The places at which anything changes.
        places = {place for own in found for place, _, _ in own}.union(place for place, _ in restorations)
        self.places: list[Place] = sorted(places - {self._first, None})
        step = {place: number for number, place in enumerate(self.places, 1)}
        step[self._first] = 0
        step[None] = self.end = len(self.places) + 1
        #: By entry, in the order of recording, its spans in their order.
        self.spans: list[list[Version]] = []
        for own in found:
            sinces = [step[place] for place, _, _ in own]
            untils = (*sinces[1:], self.end)
            self.spans.append(
                [Version(since, until, *what[1:]) for since, until, what in zip(sinces, untils, own, strict=True)]
            )
        #: What would read otherwise had nothing been retracted, as (since, until, what).
        self.restored: list[tuple[int, int, Restored]] = []
        for number, (place, one) in enumerate(restorations):
            if one is not None:
                # They come tree by tree, each closed by one that is None.
                self.restored.append((step[place], step[restorations[number + 1][0]], one))
        self._columns = {name: self._column(name) for name in GROUPS}
        registering = (
            span
            for own in self.spans
            for span in own
            if span.group == "stage" or (span.group == "knowledge" and _is_of_registers(span.reading.event))
        )
        self._registering = sorted({at for span in registering for at in span[:2]})
        self._registers: dict[int, Registers] = {}
        self._edges: dict[int, Reading] = {}

    # ── looking up ──

    def step(self, reach: Reach) -> int:
        """Return the number of the last place that a reach takes in."""
        return bisect_right(self.places, getattr(reach, self.axis))

    def at(self, index: int, step: int) -> Version | None:
        """Return the span of an entry at a step; None where it is not recorded yet."""
        own = self.spans[index]
        number = bisect_right(own, step, key=_since)
        return own[number - 1] if number else None

    def group(self, index: int, step: int) -> str:
        """Return the group that an entry is in at a step, empty where it is not recorded yet."""
        span = self.at(index, step)
        return span.group if span is not None else ""

    def count(self, groups: Iterable[str], step: int) -> int:
        """Return how many entries some groups have at a step."""
        return sum(1 for name in groups for _ in self._in(name, step))

    def is_within(self, span: Version, place: Place) -> bool:
        """Say whether a place lies after the beginning of a span, and not after its end."""
        begins = span.since == 0 or self.places[span.since - 1] < place
        return begins and (span.until == self.end or place <= self.places[span.until - 1])

    def get(self, entry: str, step: int) -> Reading | None:
        """Return how an entry reads at a step; None where it is not recorded yet."""
        index = self.history.index.get(entry)
        span = None if index is None or index >= self._count else self.at(index, step)
        return None if span is None else span.reading

    def counts(self, entry: str | None, step: int) -> bool:
        """Say whether an entry counts at a step, as `Claims.counts` does."""
        index = self.history.index.get(entry or "")
        span = None if index is None or index >= self._count else self.at(index, step)
        return span is not None and span.group in COUNTING and not span.reading.retracted_by

    def registers(self, step: int) -> Registers:
        """Return the registers at a step; the same ones until one of their lines changes."""
        number = bisect_right(self._registering, step)
        found = self._registers.get(number)
        if found is None:
            while len(self._registers) >= _KEPT:
                del self._registers[next(iter(self._registers))]
            found = self._registers[number] = registers_of(self._in("stage", step), self._in("knowledge", step))
        return found

    def resolver(self, step: int) -> Resolver:
        """Return what reads entries at a step."""
        place = self.places[step - 1] if step else self._first
        reach = self._reach(place)
        return Resolver(self.history, reach.known, reach.recorded, self._left_out_at(place))

    def claims(self, cut: Cut, reach: Reach | None = None) -> Claims:
        """Return the claims at a cut, as `projections.claims.claims` does, or at a reach on the way to it."""
        reach = reach_of(self.history, cut) if reach is None else reach
        return Claims(
            self.history,
            cut,
            reach,
            _Looked(self, reach),
            self.registers(self.step(reach)),
            self._left_out_at(getattr(reach, self.axis)),
            self.without,
        )

    def seen(self, reading: Reading, group: str, reach: Reach) -> Reading:
        """Return a reading as it is at the edge of a reach; the same one for the same reading."""
        if not reach.is_beyond(reading, group):
            return reading
        kept = self._edges.get(id(reading))
        if kept is None:
            kept = self._edges[id(reading)] = reading.at_edge()
        return kept

    def grouped(self, group: str, reach: Reach) -> list[Reading]:
        """Return the entries in a group at a reach, in its order."""
        step = self.step(reach)
        sinces, untils, readings, uppers = self._columns[group]
        chosen = list(map(and_, map(step.__ge__, sinces), map(step.__lt__, untils)))
        found = list(compress(readings, chosen))
        if reach.edge != END:
            # Of many entries, few may have happened after the edge.
            beyond = map(reach.edge.__lt__, compress(uppers, chosen))
            for number in compress(range(len(found)), beyond):
                found[number] = self.seen(found[number], group, reach)
        return found

    def last(self, group: str, reach: Reach) -> Reading | None:
        """Return the last entry in a group at a reach."""
        step = self.step(reach)
        sinces, untils, readings, _ = self._columns[group]
        chosen = map(and_, map(step.__ge__, reversed(sinces)), map(step.__lt__, reversed(untils)))
        found = next(compress(reversed(readings), chosen), None)
        return None if found is None else self.seen(found, group, reach)

    def _in(self, group: str, step: int) -> Iterator[Reading]:
        sinces, untils, readings, _ = self._columns[group]
        return compress(readings, map(and_, map(step.__ge__, sinces), map(step.__lt__, untils)))

    def _column(self, group: str) -> tuple[list[int], list[int], list[Reading], list[int]]:
        key = GROUPS[group]
        found = [span for own in self.spans for span in own if span.group == group]
        found.sort(key=lambda span: key(span.reading))
        return (
            [span.since for span in found],
            [span.until for span in found],
            list(map(_reading, found)),
            [span.reading.upper for span in found],
        )

    # ── finding the spans ──

    def _reach(self, place: Place) -> Reach:
        return self.base._replace(**{self.axis: place})

    def _left_out_at(self, place: Place) -> frozenset[str]:
        return left_out_at(self._left_out, place)

    def _found(self, carrying: Carrying) -> _Found:
        """Return for each entry from where on it is in which group and how it then reads."""
        entries = self.history.entries
        # What registers sources comes first, since it dates others.
        for root in sorted(self._trees, key=lambda root: entries[root].event.kind_of_entry == "claim"):
            carrying.carry(self._trees[root])
        return [self._spans_of(carrying.readings(index)) for index in range(self._count)]

    def _spans_of(self, reads: list[tuple[Place, Reading]]) -> list[tuple[Place, str, Reading]]:
        axis = self.axis
        own: list[tuple[Place, str, Reading]] = []
        for number, (place, reading) in enumerate(reads):
            kind = reading.event.kind_of_entry
            where = [place]
            if axis == "known" and kind != "stage":
                where.append(reading.known_order)
            elif axis == "happened" and kind == "claim":
                where.append(reading.order)
            end = reads[number + 1][0] if number + 1 < len(reads) else None
            for at in where:
                if at < place or (end is not None and at >= end):
                    continue
                group = self._reach(at).group_of(reading)
                last = own[-1] if own else None
                if last is None or last[1] != group or not (last[2] is reading or last[2] == reading):
                    own.append((at, group, reading))
        return own

    def _restorations(
        self, found: list[list[tuple[Place, str, Reading]]], carrying: Carrying
    ) -> Iterator[tuple[Place, Restored | None]]:
        """Yield for each tree with retractions from where on its root would read otherwise without any, and how.

        Where nothing would be otherwise comes None; at the end of a tree that is left otherwise, at no place.
        """
        history = self.history
        for root, tree in self._trees.items():
            tree = [index for index in tree if index < self._count]  # noqa: PLW2901 - what is there
            if not any(isinstance(history.entries[index].event, EntryRetracted) for index in tree):
                continue
            carrying.carry(self._trees[root], heeded=False)
            places = {self._first, *(place for index in tree for place, _, _ in found[index])}
            places.update(place for place, _ in carrying.readings(root, heeded=False))
            for place in tuple(places):
                other = carrying.resolver(place, heeded=False).read(root)
                if self.axis == "happened":
                    places.add((other.order[0], START, START, ""))
                elif self.axis == "known":
                    places.add((other.known, ""))
            last = None
            for place in sorted(places):
                one = self._restored_at(root, place, found, carrying)
                if one != last:
                    yield place, one
                    last = one
            if last is not None:
                yield None, None

    def _restored_at(
        self, root: int, place: Place, found: list[list[tuple[Place, str, Reading]]], carrying: Carrying
    ) -> Restored | None:
        def placed(index: int) -> tuple[str, Reading | None]:
            own = found[index] if index < len(found) else []
            number = bisect_right(own, place, key=_since)
            return own[number - 1][1:] if number else ("", None)

        return restored(self.history, root, placed, carrying.resolver(place, heeded=False), self._reach(place))

    def _dropping(self) -> list[tuple[Place, frozenset[str]]]:
        """Return from where on which sources are left out: those named, and those that relay nothing else there."""
        history = self.history
        stage = [index for index in range(self._count) if history.entries[index].event.kind_of_entry == "stage"]
        places = {self._first}
        if self.axis != "happened":
            for index in stage:
                if index in self._trees:
                    tree = self._trees[index]
                    places.update(places_of(history, self.axis, tree, tree[1:]))
                if self.axis == "recorded":
                    places.add(index + 1)
        found: list[tuple[Place, frozenset[str]]] = []
        for place in sorted(places):
            reach = self._reach(place)
            resolver = Resolver(history, reach.known, reach.recorded)
            lines = (resolver.read(index) for index in stage if index < reach.recorded)
            dropped = closure(registers_of(lines, ()), self.without)
            if not found or found[-1][1] != dropped:
                found.append((place, dropped))
        return found


def _is_of_registers(event: Event) -> bool:
    """Say whether the registers hold what an entry makes known; that ids are one changes their lines themselves."""
    is_of_persons = isinstance(event, SameAs) and event.kind == "person"
    return is_of_persons or isinstance(event, AssessmentChanged | NegotiationRenamed)


class _Looked:
    """The entries of a reach, each looked up when it is asked for."""

    def __init__(self, versions: Versions, reach: Reach) -> None:
        self._versions = versions
        self._reach = reach
        self._step = versions.step(reach)

    def at(self, index: int) -> tuple[str, Reading | None]:
        span = self._versions.at(index, self._step)
        return ("", None) if span is None else (span.group, self._versions.seen(span.reading, span.group, self._reach))

    def grouped(self, name: str) -> list[Reading]:
        return self._versions.grouped(name, self._reach)

    def last(self, name: str) -> Reading | None:
        return self._versions.last(name, self._reach)
