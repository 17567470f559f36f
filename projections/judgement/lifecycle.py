"""Lifecycles: which state a thing is in, since when, because of which entries, and what did not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.readings import Reading
    from tracker.events.machines import Machine


@dataclass(slots=True)
class Lifecycle:
    """The outcome of folding a thing's entries through its state machine.

    `because` are the entries that assert the present state since it was last entered, in fold order; `illegal` and
    `backward` are moves that the machine does not allow, as (entry that set the state before, entry that moved);
    `entered` are the entries that set a state, one after another.
    """

    state: str | None = None
    because: list[Reading] = field(default_factory=list)
    illegal: list[tuple[Reading, Reading]] = field(default_factory=list)
    backward: list[tuple[Reading, Reading]] = field(default_factory=list)
    entered: list[Reading] = field(default_factory=list)


def state_of(reading: Reading, thing: str) -> str | None:
    """Return the state to which an entry moves a thing (its id), or None where it moves nothing."""
    if len(reading.subjects) > 1 and reading.asserts and reading.event.__dict__.get("proposal") != thing:
        return "superseded"
    return reading.moves_to


def fold(machine: Machine, thing: str, readings: Iterable[Reading]) -> Lifecycle:
    """Return the lifecycle of a thing from its standing entries, given in fold order.

    Where a move is not legal, dates so coarse that they prove no order excuse it; a step back moves nothing; anything
    else moves the state and is held against it.
    """
    life = Lifecycle()
    state, because = life.state, life.because
    for reading in readings:
        new = reading.moves_to if len(reading.subjects) == 1 else state_of(reading, thing)
        if new is None:
            continue
        if new == state:
            because.append(reading)
            continue
        if state is not None:
            legal, back = _rule(machine, state, new)
            if not legal:
                entered = because[0]
                if reading.overlaps(entered):
                    continue
                if back:
                    life.backward.append((entered, reading))
                    continue
                life.illegal.append((entered, reading))
        state, because = new, [reading]
        life.entered.append(reading)
    life.state, life.because = state, because
    return life


_RULES: dict[tuple[str, str, str], tuple[bool, bool]] = {}


def _rule(machine: Machine, state: str, new: str) -> tuple[bool, bool]:
    """Return whether a move is legal, and whether it is a step back; kept, since a long history asks very often."""
    key = (machine.subject, state, new)
    found = _RULES.get(key)
    if found is None:
        found = _RULES[key] = (machine.is_legal(state, new), machine.is_step_back(state, new))
    return found
