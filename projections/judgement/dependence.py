"""Dependence: which sources would have nothing left to repeat if one of them were left out of account.

A source falls with another where every way by which it came to what it says leads through that one: its dominators in
the graph of relays (Lengauer and Tarjan, 1979), which make a tree. What falls with a source is all below it there, so
that one tree answers for every source.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class _Place(NamedTuple):
    """Where a source hangs in the tree: below which one, how deep, and one further up to jump to."""

    above: str
    depth: int
    jump: str


#: What all sources hang from that repeat none, or several that have nothing in common.
_TOP = ""


class Dependence:
    """The tree of what falls with what, for sources that repeat one another in no circle.

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
