"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from projections.wording.pages import html_table
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.claims.restoring import Restored
    from projections.judgement.conclusions import Position
    from projections.judgement.states import Expected, State

#: How serious a finding is, the most serious first.
SEVERITIES: Final = ("conflict", "question", "note")
#: Every kind of finding, the most serious first.
KINDS: Final = (
    "figure-conflict",
    "date-conflict",
    "state-conflict",
    "value-conflict",
    "denial",
    "illegal-transition",
    "order-conflict",
    "foretold",
    "identity",
    "alike",
    "overdue",
    "open-question",
    "relay-cycle",
    "retracted-support",
    "unsourced",
    "single-voice",
)


#: The kinds that are open: what was owed and is overdue, and questions.
OPEN: Final = ("overdue", "open-question")
#: The severity of those that are no conflict.
_SEVERITY: Final = {
    "alike": "question",
    "overdue": "question",
    "open-question": "question",
    "relay-cycle": "note",
    "retracted-support": "note",
    "unsourced": "note",
    "single-voice": "note",
}


@dataclass(frozen=True, slots=True)
class Finding(Plain):
    """One thing to look at: its kind, the subject it concerns, the entries it comes from, and a sentence.

    `severity` is ``conflict``, ``question`` or ``note``, by its kind unless it is given.
    """

    kind: str
    subject: str
    entries: tuple[str, ...]
    message: str
    severity: str = ""

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", _SEVERITY.get(self.kind, "conflict"))

    @property
    def is_note(self) -> bool:
        """Whether it is no more than a note."""
        return self.severity == "note"


class Findings(tuple[Finding, ...]):
    """Findings in a row, which a notebook shows as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        columns = ("severity", "kind", "subject", "message", "entries")
        return html_table(columns, ([getattr(one, name) for name in columns] for one in self))


@dataclass(frozen=True, slots=True)
class Case:
    """All that the findings about one subject depend on.

    `view` is what can be said of it, None where nothing stands or its family has no states; `readings` are its standing
    entries in fold order; `restored` are those that would stand, stand otherwise, or not stand, had nothing been
    retracted, by id;
    `objections` are the standing entries that deny or dispute an entry, by its id; `day` is the last instant of the
    cut's day, None where there is none; `expected` is what is to come of the subject.
    """

    subject: str
    view: State | Position | None
    readings: Sequence[Reading]
    restored: Mapping[str, Restored]
    objections: Mapping[str, Sequence[Reading]]
    registers: Registers
    day: int | None
    expected: Sequence[Expected] = ()

    @property
    def name(self) -> str:
        """The subject without its family, as sentences call it."""
        return self.subject.partition(":")[2]


def ids(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Return the ids of entries, each once."""
    return tuple(dict.fromkeys(reading.id for reading in readings))
