"""When a document was published: readings of one kind each, and the day on which two of them agree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tracker.documents.document import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["JSON-LD", "meta", "time", "address", "text"]
_ENOUGH: Final = 2
_HEADS: Final = ("JSON-LD", "meta")
#: What readers see may be a day of change as well, and counts only if the page's head says no other.
_BODY: Final = frozenset(("time", "text"))
_MONTH: Final = len("2024-05")


class GivenDay(NamedTuple):
    """A day, or the month in an address, that a document gives for its publication.

    `kind` tells what two readings must differ in to be two; `where` says where it stands. A `weak` one may be about
    something else on the page.
    """

    kind: Kind
    day: str
    where: str
    weak: bool = False


def agreed(readings: Iterable[GivenDay]) -> str | None:
    """Return the day on which readings of two kinds agree, that of most kinds first; None if there is none.

    A month in the address agrees with each of its days.
    """
    kinds: defaultdict[str, dict[Kind, bool]] = defaultdict(dict)
    months = set()
    for reading in readings:
        if len(reading.day) == _MONTH:
            months.add(reading.day)
        else:
            of_day = kinds[reading.day]
            of_day[reading.kind] = of_day.get(reading.kind, True) and reading.weak
    for day, of_day in kinds.items():
        if day[:_MONTH] in months and "address" not in of_day:
            # A month makes nothing sure of times that may be about something else.
            of_day["address"] = of_day.keys() == {"time"} and of_day["time"]
    heads = {day for day, of_day in kinds.items() if any(not of_day.get(kind, True) for kind in _HEADS)}
    sure = {
        day: (len(of_day), sum(not weak for weak in of_day.values()))
        for day, of_day in kinds.items()
        if len(of_day) >= _ENOUGH and not all(of_day.values()) and (not heads or of_day.keys() != _BODY)
    }
    return max(sure, key=sure.__getitem__, default=None)


def candidates(readings: Iterable[GivenDay]) -> tuple[Candidate, ...]:
    """Return readings as candidates, each day once a kind."""
    found = {(reading.kind, reading.day): reading for reading in reversed(list(readings))}
    return tuple(Candidate("published", one.day, one.where) for one in reversed(found.values()))
