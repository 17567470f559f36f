"""Graphs: what hangs together, and what comes before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator


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
