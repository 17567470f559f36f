"""The agenda: what is still to come, and what has passed without a word, of one negotiation or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projections.views.status import status
from tracker.dates import When
from tracker.edtf import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.cut import Cut
    from projections.judgement.states import Expected
    from tracker.log import EventLog


@dataclass(frozen=True, slots=True)
class Coming:
    """An expectation with its negotiation."""

    negotiation: str
    expected: Expected

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
    found = [one for name in negotiations for one in _of(log, name, cut, tuple(without), today, days)]
    chosen = [one for one in found if one.expected.standing in standings]
    return sorted(chosen, key=_place)


def _of(  # noqa: PLR0913, PLR0917 - as above
    log: EventLog, name: str, cut: Cut | None, without: tuple[str, ...], today: date | None, days: int | None
) -> Iterator[Coming]:
    seen = status(log, name, cut, without=without, today=today)
    for expected in seen.expected:
        if days is None or seen.day is None or When(expected.date).lower <= seen.day + days * DAY:
            yield Coming(name, expected)


def _place(one: Coming) -> tuple[int, int, str, str]:
    date = When(one.expected.date)
    return date.lower, date.upper, one.negotiation, one.expected.subject
