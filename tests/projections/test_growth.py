"""Reading grows with what there is to read: at n, 2n and 4n the operations are counted, never the seconds.

``pytest -s tests/projections/test_growth.py`` prints the table.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import pytest

from benchmarks.growing import NAME, WORLDS, script
from projections import History, sources, status, timeline
from projections.views.status import positions_in
from projections.views.why import why_of
from tests.counting import MOST, growth, operations, row
from tests.projections.telling import history, party, recorded, tell
from tracker.events import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections import Status

SIZE: Final = 24


def _why(history: History, standing: Status) -> object:
    subject = next(iter(standing.subjects), f"entry:{history.entries[-1].id}")
    return why_of(standing, subject).to_json()


#: What is read, given the status that it starts from, which is counted by itself.
READERS: Final[dict[str, Callable[[History, Status], Any]]] = {
    "status": lambda history, _: status(history, NAME).to_json(),
    "timeline": lambda history, _: [line.to_json() for line in timeline(history, NAME)],
    "sources": lambda history, standing: (positions_in(standing), sources(history, NAME)),
    "why": _why,
}
#: What grows faster, with the reason: here the answer itself does.
FASTER: Final = {
    # Each source of a circle stands for all others, which all fall with it.
    ("relays in a circle", "sources"): "each of n sources has n that fall with it",
    # What corroborates a corroboration joins the evidence of both.
    **dict.fromkeys((("corroborations in a row", name) for name in READERS), "n entries have up to n sources each"),
    # Which of two answers is shown rests on the evidence of all of them.
    ("answers at once", "sources"): "n times one of rivals is chosen among n entries",
    # What would be without one of them is judged anew, since dates and corrections then are others.
    ("sources corrected", "sources"): "n times all is judged anew",
}


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_reading_grows_with_the_entries(world: str) -> None:
    sizes = [list(recorded(map(parse, script(world, factor * SIZE)))) for factor in (1, 2, 4)]
    standings = [status(History(NAME, entries), NAME) for entries in sizes]
    steep = []
    for name, read in READERS.items():
        if (world, name) in FASTER:
            sys.stdout.write(f"{world:<28} {name:<14} not counted: {FASTER[world, name]}\n")
            continue
        # What is kept from one reading to the next, such as names that were folded, is there from the start.
        read(History(NAME, sizes[-1]), standings[-1])
        first, second, third = (
            operations(read, History(NAME, entries), standing)
            for entries, standing in zip(sizes, standings, strict=True)
        )
        counts = (first, second, third)
        sys.stdout.write(row(world, name, counts))
        if growth(counts) > MOST:
            steep.append(name)
    assert not steep, f"{world}: {steep} grow faster than what there is to read"


def test_rival_dates_of_one_time_are_held_against_each_other_once() -> None:
    def world(count: int) -> History:
        told = [
            tell(
                "WithdrawalTimetableSet",
                f"e{number}",
                "2024-05-01",
                withdrawal="w",
                deadline=f"2025-{month:02}-{day:02}",
            )
            for number, (month, day) in enumerate(product(range(1, 13), range(1, 28)))
        ]
        return history(party("USA"), *told[:count])

    few, many = (operations(lambda count=count: status(world(count), "n")) for count in (40, 80))
    assert many < 5 * few
