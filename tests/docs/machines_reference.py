"""The tables of docs/reference/machines.md, from the machines: `python -m tests.docs.machines_reference`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from projections.claims.readings import MACHINES
from tests.between import Part
from tracker.events.base import OPEN_SIDE
from tracker.events.registry import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.events.base import Event, Machine

PART: Final = Part("machines.md", "machines", "tests.docs.machines_reference")
_HEADINGS: Final = {
    "agreement": "Agreements",
    "proposal": "Demands and proposals",
    "round": "Rounds of talks",
    "withdrawal": "Withdrawals",
    "commitment": "Commitments",
    "sanction": "Sanctions",
}
#: By which states that no event type moves to by itself come about.
_DERIVED: Final = {
    ("agreement", "open-for-consent"): "nothing but consents is known",
    ("proposal", "divided"): "parties answer differently",
    ("proposal", "countered"): "`ProposalCountered` in reply to it",
    ("proposal", "superseded"): "`ProposalTabled` that supersedes it",
    ("round", "held"): "the days of its `RoundHeld` are over",
}
#: What else moves a thing to a state.
_ALSO: Final = {
    ("agreement", "terminated"): "`ParticipationEnded` of one of two parties, or of all but one",
    ("proposal", "accepted"): "`VoteHeld` that decides",
    ("proposal", "refused"): "`VoteHeld` that decides",
}


@cache
def rendered() -> str:
    """Return what is known of all machines as Markdown."""
    return "\n".join(line for machine in MACHINES.values() for line in _machine(machine))


def states_of(machine: Machine) -> list[str]:
    """Return every state that a thing may be in: those of the arrows, then the side states that events move it to."""
    moved = (kind.moves_to for kind in _types(machine) if kind.moves_to is not None)
    return list(dict.fromkeys((*machine.states, *moved)))


def movers(machine: Machine, state: str) -> list[str]:
    """Return the event types that move a thing to a state."""
    return [kind.__name__ for kind in _types(machine) if kind.moves_to == state]


def _types(machine: Machine) -> list[type[Event]]:
    return [kind for kind in EVENT_TYPES.values() if kind.machine is machine and kind.__module__.startswith("tracker.")]


def _machine(machine: Machine) -> Iterator[str]:
    yield from (f"## {_HEADINGS[machine.subject]}", "", *_drawn(machine), "")
    yield "| state | moved to it by | may be followed at once by |"
    yield "| --- | --- | --- |"
    for state in states_of(machine):
        yield f"| {state} | {'; '.join(_by(machine, state))} | {_next(machine, state)} |"
    yield ""
    if machine.exclude:
        # States of one set agree with one another.
        sets = (" or ".join(sorted(states)) for states in machine.exclude)
        yield f"Of one time only one of these is true: {' · '.join(sets)}."
        yield ""


def _drawn(machine: Machine) -> Iterator[str]:
    """Yield the arrows as a diagram; side states are left out, since almost everything leads to them."""
    yield from ("```mermaid", "stateDiagram-v2")
    for state, targets in machine.arrows.items():
        yield from (f"    {_name(state)} --> {_name(target)}" for target in targets)
    for (start, end), events in machine.back.items():
        yield f"    {_name(start)} --> {_name(end)}: {' or '.join(events)}"
    yield "```"


def _name(state: str) -> str:
    return state.replace("-", "_")


def _by(machine: Machine, state: str) -> Iterable[str]:
    place = (machine.subject, state)
    yield from (f"`{name}`" for name in movers(machine, state))
    yield from (table[place] for table in (_ALSO, _DERIVED) if place in table)


def _next(machine: Machine, state: str) -> str:
    """Return what may follow a state at once, the side states in a word."""
    found = list(machine.arrows.get(state, ()))
    found += [
        f"{end} by {' or '.join(f'`{name}`' for name in events)}"
        for (start, end), events in machine.back.items()
        if start == state
    ]
    if state in OPEN_SIDE:
        found.append("any state")
    elif not machine.is_final(state):
        found.append("a side state")
    return ", ".join(found) or "– (final)"


def main() -> None:
    """Put the tables as they are now into the reference."""
    PART.put(rendered())


if __name__ == "__main__":
    main()
