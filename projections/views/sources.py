"""Sources: their grades, which of them repeat which, and what would fall without each."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.claims import closure
from projections.claims.registers import Source
from projections.views.status import status
from projections.views.what_if import Fall, Reliance
from projections.wording.plain import Plain, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.graphs import Relays
    from projections.claims.history import History
    from tracker.log import EventLog


class _Place(NamedTuple):
    """Where a source hangs in the tree: below which one, how deep, and one further up to jump to."""

    above: str
    depth: int
    jump: str


#: What all sources hang from that repeat none, or several that have nothing in common.
_TOP = ""


class Dependence:
    """The tree of what falls with what, for sources that repeat one another in no circle.

    A source falls with another where every way by which it came to what it says leads through that one: its dominators
    in the graph of relays (Lengauer and Tarjan, 1979), which make a tree. What falls with a source is all below it.
    `relays` gives for each source those that it repeats. Raises `CycleError` where some repeat one another in a circle.
    """

    def __init__(self, names: Iterable[str], relays: Mapping[str, tuple[str, ...]]) -> None:
        self._places: dict[str, _Place] = {_TOP: _Place(_TOP, 0, _TOP)}
        below: dict[str, list[str]] = {}
        graph = {name: relays.get(name, ()) for name in names}
        for name in TopologicalSorter(graph).static_order():
            above = self.shared(relays.get(name, ()))
            place = self._places[above]
            further = self._places[place.jump]
            is_even = place.depth - further.depth == further.depth - self._places[further.jump].depth
            jump = further.jump if is_even else above
            self._places[name] = _Place(above, place.depth + 1, jump)
            below.setdefault(above, []).append(name)
        #: The sources, each before all that fall with it; where each is, and where those end that fall with it.
        self._order: list[str] = []
        self._first: dict[str, int] = {}
        self._end: dict[str, int] = {}
        stack = [(name, False) for name in reversed(below.get(_TOP, ()))]
        while stack:
            name, is_done = stack.pop()
            if is_done:
                self._end[name] = len(self._order)
                continue
            self._first[name] = len(self._order)
            self._order.append(name)
            stack.append((name, True))
            stack += [(other, False) for other in below.get(name, ())]

    def falls_with(self, name: str) -> frozenset[str]:
        """Return a source and all that fall with it."""
        return frozenset(self._order[self._first[name] : self._end[name]])

    def span(self, name: str) -> tuple[int, int]:
        """Return the numbers of a source and of those that fall with it: from the first, up to the second."""
        return self._first[name], self._end[name]

    def number(self, names: Iterable[str]) -> int | None:
        """Return the number of the last source with which all of some fall; None where there is none."""
        shared = self.shared(names)
        return None if shared == _TOP else self._first[shared]

    def shared(self, names: Iterable[str]) -> str:
        """Return the source furthest down with which all of some fall, an empty name where there is none."""
        names = iter(names)
        found = next(names, _TOP)
        for name in names:
            found = self._meet(found, name)
        return found

    def _meet(self, one: str, other: str) -> str:
        places = self._places
        if places[one].depth < places[other].depth:
            one, other = other, one
        depth = places[other].depth
        while places[one].depth > depth:
            one = places[one].jump if places[places[one].jump].depth >= depth else places[one].above
        while one != other:
            # The jumps of two sources of one depth go equally far.
            further = places[one].jump != places[other].jump
            one, other = (places[one].jump, places[other].jump) if further else (places[one].above, places[other].above)
        return one


#: What JSON holds of a source as it was registered.
_OF_SOURCE: Final = (
    *("publisher", "title", "url", "author", "language", "published", "reliability", "assessed_by", "relays"),
)


class Branch(NamedTuple):
    """A line of the tree of relays: how deep it stands, which source, and whether it was told above already."""

    depth: int
    source: str
    again: bool


@dataclass(frozen=True, slots=True)
class Reliant:
    """A source with what relies on it.

    `source` is as registered, graded as at the cut; `roots` are the sources from which it has what it says, itself
    where it repeats none; `relayed_by` those that repeat it. `entries` are those in force that it supports, `alone`
    those that would lose all evidence without it and the sources that relay nothing else, and `falls` the conclusions
    that would then be others.
    """

    source: Source
    roots: tuple[str, ...]
    relayed_by: tuple[str, ...]
    entries: tuple[str, ...]
    alone: tuple[str, ...]
    falls: tuple[Fall, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the source as JSON holds it."""
        return {
            **{name: plain(getattr(self.source, name)) for name in _OF_SOURCE},
            "relayed_by": list(self.relayed_by),
            "roots": list(self.roots),
            "entry": self.source.entry,
            "entries": list(self.entries),
            "alone": list(self.alone),
            "falls": plain(self.falls),
        }


@dataclass(frozen=True, slots=True)
class Sources(Plain):
    """The sources of a negotiation by id, in the order of registration; the tree of their relays, roots first.

    `cycles` are circles of sources that are said to repeat one another, which no tree can show.
    """

    sources: dict[str, Reliant]
    tree: tuple[Branch, ...]
    cycles: tuple[tuple[str, ...], ...]


def sources(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Sources:
    """Return the sources of a negotiation at a cut, what each supports, and what would fall without it.

    Sources that are named as evidence though their registration is retracted are there too, graded F. Raises
    `NameUnknownError` for a negotiation or source that does not exist.
    """
    standing = status(source, negotiation, cut, without=without, today=today)
    claims = standing.claims
    relays = claims.registers.relays
    reliance = Reliance(standing)
    known = dict(claims.registers.sources)
    for name in (*reliance.by_source, *relays.relayed_by):
        known.setdefault(name, Source(name))
    found = {}
    losses = _losses(claims, reliance, known)
    for name, registered in known.items():
        gone, alone = losses(name)
        found[name] = Reliant(
            source=registered,
            roots=tuple(sorted(relays.roots(name))),
            relayed_by=relays.relayed_by.get(name, ()),
            entries=tuple(reading.id for reading in reliance.by_source.get(name, ())),
            alone=alone,
            falls=reliance.falls(gone),
        )
    return Sources(found, tuple(tree_of(relays, known)), relays.cycles)


def _losses(
    claims: Claims, reliance: Reliance, known: Iterable[str]
) -> Callable[[str], tuple[frozenset[str], tuple[str, ...]]]:
    """Return what gives for a source those that fall with it, itself included, and the entries that are lost then."""
    try:
        dependence = Dependence(known, {name: source.relays for name, source in claims.registers.sources.items()})
    except CycleError:
        # A circle falls as a whole or not at all, as one finds by leaving out one source after another.
        def one_by_one(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
            gone = closure(claims.registers, (name,))
            return gone, tuple(reading.id for reading in reliance.lost(gone))

        return one_by_one
    # In the order in which `Reliance.lost` gives them.
    entries = {reading.id: reading for name in sorted(reliance.by_source) for reading in reliance.by_source[name]}
    placed = sorted(
        (number, place, entry)
        for place, (entry, reading) in enumerate(entries.items())
        if reading.event.evidence
        and (number := dependence.number({item.source for item in reading.evidence})) is not None
    )
    numbers = [number for number, _, _ in placed]
    named = [(place, entry) for _, place, entry in placed]

    def at_once(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
        first, end = dependence.span(name)
        lost = sorted(named[bisect_left(numbers, first) : bisect_left(numbers, end)])
        return dependence.falls_with(name), tuple(map(itemgetter(1), lost))

    return at_once


def tree_of(relays: Relays, names: Iterable[str]) -> Iterator[Branch]:
    """Yield the tree of relays, depth first: each source under all that it repeats, what hangs on it told once."""
    names = list(names)
    # A circle has no root: the one that stands for it is taken for one.
    tops = [name for name in names if name in relays.roots(name)]
    told: set[str] = set()
    stack = [Branch(0, name, again=False) for name in reversed(tops)]
    while stack:
        branch = stack.pop()
        again = branch.source in told
        yield branch._replace(again=again)
        if not again:
            told.add(branch.source)
            below = relays.relayed_by.get(branch.source, ())
            stack += [Branch(branch.depth + 1, name, again=False) for name in reversed(below)]
