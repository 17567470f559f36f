"""The tables of docs/reference/vocabulary.md, from the event types: `python -m tests.docs.vocabulary_reference`."""

from __future__ import annotations

import inspect
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tests.between import Part
from tracker.events.base import FINAL_SIDE, OPEN_SIDE, Event
from tracker.events.registry import EVENT_TYPES
from tui.commands.schema import field_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.events.base import Machine

PART: Final = Part("vocabulary.md", "tables", "tests.docs.vocabulary_reference")
#: Families under the headings that a reader looks for, with what they have in common.
_HEADINGS: Final = {
    "stage": ("Setting the stage", "Your own registers and no claims: only `--recorded-by` cuts them."),
    "agreements": ("Agreements", ""),
    "proposals": ("Demands and proposals", ""),
    "talks": ("Talks", ""),
    "votes": ("Votes", "A vote moves a proposal if it `decides`; it is told of whatever it is about."),
    "withdrawals": ("Withdrawals", ""),
    "commitments": ("Other commitments", ""),
    "positions": ("Positions", ""),
    "acts": ("Acts", ""),
    "knowledge": ("Knowing better", "Entries about entries, which count from their own publication on."),
}
_OF_EVERY_ENTRY: Final = frozenset(Event.model_fields)


@cache
def rendered() -> str:
    """Return the tables of all families as Markdown."""
    types = [kind for kind in EVENT_TYPES.values() if kind.__module__.startswith("tracker.")]
    return "\n".join(
        line for family, kinds in groupby(types, lambda kind: kind.family) for line in _family(family, list(kinds))
    )


def _family(family: str, kinds: Sequence[type[Event]]) -> Iterator[str]:
    heading, about = _HEADINGS[family]
    yield f"## {heading}"
    yield ""
    if about:
        yield about
        yield ""
    machine = next((kind.machine for kind in kinds if kind.machine), None)
    common = [] if machine is None else _common(kinds)
    if machine is not None:
        yield f"States: {_arrows(machine)}."
        yield ""
    if common:
        yield f"Every type here has {', '.join(_field(kinds[0], name) for name in common)}."
        yield ""
    yield "| type | what | fields | moves to | PLOVER | CAMEO |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for kind in kinds:
        # A source's date is declared anew, though every entry has a field of that name.
        left_out = {*_OF_EVERY_ENTRY - set(inspect.get_annotations(kind)), *common}
        fields = [_field(kind, name) for name in kind.model_fields if name not in left_out]
        cells = (
            f"`{kind.__name__}`",
            " ".join((kind.__doc__ or "").split()).partition(". ")[0].rstrip("."),
            ", ".join(fields),
            *(text or "" for text in (kind.moves_to, kind.plover, kind.cameo)),
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""


def _common(kinds: Sequence[type[Event]]) -> list[str]:
    """Return the fields that all types of a family have, but for those of every entry."""
    return [
        name
        for name in kinds[0].model_fields
        if name not in _OF_EVERY_ENTRY
        and all(name in kind.model_fields for kind in kinds)
        and len({_field(kind, name) for kind in kinds}) == 1
    ]


def _arrows(machine: Machine) -> str:
    """Return a machine's arrows as one line: each state with those that may follow it at once."""
    sides = [state for state in machine.states if state in OPEN_SIDE | FINAL_SIDE]
    return "; ".join(
        f"{state} → {' or '.join(targets)}"
        for state, targets in machine.arrows.items()
        if targets and state not in sides
    )


def _field(kind: type[Event], name: str) -> str:
    """Return a field as the tables show it: its name as scripts write it, `?` where optional, and what it holds."""
    field = field_of(kind, name)
    return f"`{field.name}`{'' if field.required else '?'} ({field.holds})"


def main() -> None:
    """Put the tables as they are now into the reference."""
    PART.put(rendered())


if __name__ == "__main__":
    main()
