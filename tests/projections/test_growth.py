"""Reading grows with what there is to read: at n, 2n and 4n the operations are counted, never the seconds.

``pytest -s tests/projections/test_growth.py`` prints the table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from benchmarks.growing import NAME, WORLDS, script
from projections import History, History as _History, sources, status, timeline
from projections.positions import positions_in
from projections.without import fallen
from projections.why import why_of
from tests.counting import growth, operations
from tests.projections.telling import recorded
from tracker.events import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections import Status

SIZE: Final = 48
#: Twice the work for twice the size, and a bit more, as sorting takes.
MOST: Final = 2.6


def load(world: str, size: int) -> History:
    return History(NAME, list(recorded(map(parse, script(world, size)))))


def first_subject(standing: Status) -> str:
    return standing.findings[0].subject if standing.findings else "source:wire"


READERS: Final[dict[str, Callable[[History], Any]]] = {
    "status": lambda history: status(history, NAME).to_json(),
    "timeline": lambda history: [line.to_json() for line in timeline(history, NAME)],
    "positions": lambda history: positions_in(status(history, NAME)).to_json(),
    "sources": lambda history: sources(history, NAME),
    "why": lambda history: why_of(status(history, NAME), next(iter(status(history, NAME).subjects), "party:NER")).to_json(),
}


def count(world: str, read: Callable[[History], Any]) -> tuple[int, ...]:
    histories = [load(world, SIZE * factor) for factor in (1, 2, 4)]
    read(load(world, 4))
    counts = tuple(operations(lambda history=history: read(history)) for history in histories)
    return counts


@pytest.mark.parametrize("world", WORLDS)
def test_reading(world: str) -> None:
    row = [f"{world:28}"]
    bad = []
    for name, read in READERS.items():
        counts = count(world, read)
        row.append(f"{name} {counts[2]:>8} {growth(counts):5.2f}{'!' if growth(counts) > MOST else ' '}")
    print("  ".join(row))
