"""Tables grow with the entries: at n, 2n and 4n the operations are counted, never the seconds."""

from __future__ import annotations

import sys
from typing import Final

import pytest

from benchmarks.growing import NAME, script
from projections import History
from projections.claims.cut import AXES
from projections.tables.judged import spans_along
from tests.counting import MOST, growth, operations, row
from tests.projections.telling import recorded
from tracker.events import parse

SIZE: Final = 20
#: Worlds in which much happens day by day; where one thing is corrected or denied ever again, each answer grows.
_WORLDS: Final = (
    *("statements", "states of one", "figures of one", "figures at once", "agreements", "proposals", "withdrawals"),
    *("denied", "partners", "assessments", "relays in a row"),
)


@pytest.mark.long
@pytest.mark.parametrize("world", _WORLDS)
def test_the_days_of_a_negotiation_grow_with_its_entries(world: str) -> None:
    sizes = [list(recorded([parse(dict(entry)) for entry in script(world, factor * SIZE)])) for factor in (1, 2, 4)]
    for axis in AXES:
        list(spans_along(History(NAME, sizes[-1]), axis))
        first, second, third = (
            operations(lambda made, axis: list(spans_along(History(NAME, made), axis)), entries, axis)
            for entries in sizes
        )
        sys.stdout.write(row(world, axis, (first, second, third)))
        assert growth((first, second, third)) <= MOST, axis
