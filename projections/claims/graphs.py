"""Graphs: what hangs together and comes before what, and which sources repeat which."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping


def components(
    starts: Iterable[str], leads: Callable[[str], Iterable[str]], known: Container[str] = ()
) -> Iterator[list[str]]:
    """Yield the strongly connected components of what is reached from some names, each after all that it leads to.

    `leads` gives the names that one leads to; those that are `known` are not gone to. Where all leads hold both ways,
    these are the connected components. Without recursion, since a row of names may be long (Tarjan, 1972).
    """
    numbers: dict[str, int] = {}
    lows: dict[str, int] = {}
    settled: set[str] = set()
    for start in starts:
        if start in numbers or start in known:
            continue
        open_ = [start]
        numbers[start] = lows[start] = len(numbers)
        path = [(start, iter(leads(start)))]
        while path:
            name, targets = path[-1]
            for target in targets:
                if target in settled or target in known:
                    continue
                if target not in numbers:
                    numbers[target] = lows[target] = len(numbers)
                    open_.append(target)
                    path.append((target, iter(leads(target))))
                    break
                lows[name] = min(lows[name], numbers[target])
            else:
                path.pop()
                if path:
                    lows[path[-1][0]] = min(lows[path[-1][0]], lows[name])
                if lows[name] == numbers[name]:
                    members: list[str] = []
                    while not members or members[-1] != name:
                        members.append(open_.pop())
                    settled.update(members)
                    yield members


class Relays:
    """The graph of sources that repeat others.

    `relays` gives for each source those that it repeats. A source need not be registered to be repeated. Sources that
    repeat one another in a circle count as one: the circle is told by `cycles` and not gone round.
    """

    def __init__(self, relays: Mapping[str, tuple[str, ...]]) -> None:
        self._relays = {source: targets for source, targets in relays.items() if targets}
        self._roots: dict[str, frozenset[str]] = {}
        self._cycles: list[tuple[str, ...]] = []

    def roots(self, source: str) -> frozenset[str]:
        """Return the sources from which what a source says first came: itself, where it repeats none.

        Of sources that repeat one another in a circle, and nothing outside it, the first by name stands for all.
        """
        found = self._roots.get(source)
        if found is None:
            if source not in self._relays:
                return frozenset((source,))
            self._walk((source,))
            found = self._roots[source]
        return found

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The circles of sources that repeat one another, each sorted by name."""
        self._walk(self._relays)
        return tuple(sorted(self._cycles))

    @cached_property
    def relayed_by(self) -> dict[str, tuple[str, ...]]:
        """The sources that repeat a source directly, in the order of registration."""
        found: dict[str, list[str]] = {}
        for source, targets in self._relays.items():
            for target in dict.fromkeys(targets):
                if target != source:
                    found.setdefault(target, []).append(source)
        return {target: tuple(sources) for target, sources in found.items()}

    def _walk(self, starts: Iterable[str]) -> None:
        """Find the roots of all that is reached from some sources."""
        for members in components(starts, lambda source: self._relays.get(source, ()), self._roots):
            targets = {target for member in members for target in self._relays.get(member, ())}
            outside = targets.difference(members)
            roots = frozenset(root for target in outside for root in self._roots[target])
            if not targets.isdisjoint(members):
                self._cycles.append(tuple(sorted(members)))
            self._roots.update(dict.fromkeys(members, roots or frozenset((min(members),))))
