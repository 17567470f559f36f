"""What judgement asks for of a value of which one is true at a time, worked out the slow way.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from tracker.dates import When

if TYPE_CHECKING:
    from tests.projections.oracle import Oracle
    from tracker.codec import Recorded

#: What was said of one value: the entry, the value, and the one that it names as replaced.
Said = tuple["Recorded", Any, Any]


def shown(oracle: Oracle, said: list[Said]) -> str | None:
    """Return the value that is shown of what is said: of those of the latest time, the weightiest."""
    if not said:
        return None
    told = beside(oracle, said)
    by_value: dict[str, list[Recorded]] = {}
    for entry, value, _ in [one for one in told if one[1] is not None] or told:
        by_value.setdefault(str(value), []).append(entry)
    chosen = oracle.chosen(by_value)
    return None if chosen == "None" else chosen


def is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - dates or texts
    """Say whether two values may be one: dates unless they are apart, texts by their letters."""
    if one is None or other is None:
        return False
    if isinstance(one, When) and isinstance(other, When):
        return not one.is_disjoint(other)
    return bool(str(one).casefold() == str(other).casefold())


def beside(oracle: Oracle, said: list[Said]) -> list[Said]:
    """Return what is said of the latest time, without what a revision of that time replaces."""
    latest = max(said, key=lambda one: oracle.place(one[0]))
    found = [one for one in said if one is latest or not oracle.are_apart(one[0], latest[0])]
    replaced = [prior for *_, prior in found if prior]
    return [one for one in found if one[2] or not any(is_same(prior, one[1]) for prior in replaced)] or found


def stands(oracle: Oracle, said: list[Said], date: str) -> bool:
    """Say whether a date is the one that is shown, or a rival of it: another one, of the same time."""
    value = shown(oracle, said)
    if value is None or date == value:
        return date == value
    return date in {str(given) for _, given, _ in beside(oracle, said) if given and not is_same(given, When(value))}


def contradicting(oracle: Oracle, said: list[Said]) -> set[str]:
    """Return the entries that give different values at one time, unless one of them revises the other."""
    found: set[str] = set()
    for (one, value, prior), (other, its, replaced) in combinations(said, 2):
        is_other = value is not None and its is not None and not is_same(value, its)
        if is_other and not oracle.are_apart(one, other) and not is_same(prior, its) and not is_same(replaced, value):
            found |= {one.id, other.id}
    return found
