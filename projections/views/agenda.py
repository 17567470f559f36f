"""The agenda: what is still to come, and what has passed without a word, of one negotiation or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projections.claims.readings import split
from projections.views.status import status
from projections.wording.expected import expected_text
from tracker.dates import When
from tracker.edtf import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from projections.claims.cut import Cut
    from projections.judgement.states import Expected
    from projections.views.status import Status
    from tracker.log import EventLog


@dataclass(frozen=True, slots=True)
class Coming:
    """An expectation with its negotiation, and what it says in a few words, titles and names before ids."""

    negotiation: str
    expected: Expected
    says: str

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"negotiation": self.negotiation, **self.expected.to_json()}


def agenda(  # noqa: PLR0913 - what every view takes, and which expectations
    log: EventLog,
    negotiations: Iterable[str],
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
    days: int | None = None,
    standings: frozenset[str] = frozenset({"ahead"}),
) -> list[Coming]:
    """Return what is expected in some negotiations, the earliest first.

    Of those with one of the `standings` (``ahead``, ``met``, ``passed``, ``void``), those that begin at most so many
    `days` after the cut's day. Raises `NameUnknownError` for a negotiation or source that does not exist.
    """
    without = tuple(without)
    seen = (status(log, name, cut, without=without, today=today) for name in negotiations)
    found = [coming for each in seen for coming in agenda_of(each, days=days, standings=standings)]
    return sorted(found, key=_place)


def agenda_of(
    seen: Status, *, days: int | None = None, standings: frozenset[str] = frozenset({"ahead"})
) -> list[Coming]:
    """Return what is expected in a status, the earliest first; see `agenda`."""
    last = None if days is None or seen.day is None else seen.day + days * DAY
    return [
        Coming(seen.negotiation, one, saying(seen, one))
        for one in seen.expected
        if one.standing in standings and (last is None or When(one.date).lower <= last)
    ]


def saying(seen: Status, expected: Expected) -> str:
    """Return what is expected in a few words, with the title of its thing where it has one."""
    reading = seen.reading(expected.because[0]) if expected.because else None
    view = seen.view(expected.subject)
    name = getattr(view, "title", None) or split(expected.subject)[1]
    return expected_text(expected.kind, name, reading.event if reading else None, seen.claims.names)


def _place(one: Coming) -> tuple[int, int, str, str]:
    date = When(one.expected.date)
    return date.lower, date.upper, one.negotiation, one.expected.subject
