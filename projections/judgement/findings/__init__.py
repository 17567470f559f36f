"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.claims.restoring import Restored
    from projections.judgement.conclusions import Position
    from projections.judgement.states import State

#: Every kind of finding, the most serious first.
KINDS: Final = (
    "figure-conflict",
    "date-conflict",
    "denial",
    "illegal-transition",
    "order-conflict",
    "identity",
    "relay-cycle",
    "retracted-support",
    "overdue",
    "open-question",
    "unsourced",
    "single-voice",
)


@dataclass(frozen=True, slots=True)
class Finding(Plain):
    """One thing to look at: its kind, the subject it concerns, the entries it comes from, and a sentence."""

    kind: str
    subject: str
    entries: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that the findings about one subject depend on.

    `view` is what can be said of it, None where nothing stands or its family has no states; `readings` are its standing
    entries in fold order; `restored` are those that would stand, stand otherwise, or not stand, had nothing been
    retracted, by id;
    `objections` are the standing entries that deny or dispute an entry, by its id; `day` is the last instant of the
    cut's day, None where there is none.
    """

    subject: str
    view: State | Position | None
    readings: Sequence[Reading]
    restored: Mapping[str, Restored]
    objections: Mapping[str, Sequence[Reading]]
    registers: Registers
    day: int | None

    @property
    def name(self) -> str:
        """The subject without its family, as sentences call it."""
        return self.subject.partition(":")[2]


def ids(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Return the ids of entries, each once."""
    return tuple(dict.fromkeys(reading.id for reading in readings))
