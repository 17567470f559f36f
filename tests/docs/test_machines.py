"""The states in the reference are those of the program's machines, and every kind of expectation is told of."""

from __future__ import annotations

import re

import pytest

from projections.claims.readings import MACHINES
from projections.judgement.findings import questions
from tests.docs.machines_reference import PART, movers, rendered, states_of
from tracker.events.registry import EVENT_TYPES


def test_the_reference_has_every_machine_as_it_is() -> None:
    PART.require(rendered())


@pytest.mark.parametrize("family", MACHINES)
def test_every_state_of_a_machine_has_a_row_that_tells_how_one_comes_there(family: str) -> None:
    machine = MACHINES[family]
    part = rendered().split("## ")[1 + list(MACHINES).index(family)]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines() if line.startswith("| ")][2:]
    assert [row[0] for row in rows] == states_of(machine)
    for state, by, follows in rows:
        assert by
        assert follows
        assert all(f"`{name}`" in by for name in movers(machine, state))


def test_every_type_that_moves_something_stands_in_a_row() -> None:
    moving = [kind for kind in EVENT_TYPES.values() if kind.moves_to and kind.__module__.startswith("tracker.")]
    assert len(moving) > 40
    assert [kind.__name__ for kind in moving if f"`{kind.__name__}`" not in rendered()] == []


def test_every_kind_of_expectation_has_a_row() -> None:
    _, _, after = PART.split()
    told = set(re.findall(r"^\| `([a-z]+)` \|", after, re.MULTILINE))
    assert told == set(questions._PASSED)  # noqa: SLF001 - the kinds are written down nowhere else
