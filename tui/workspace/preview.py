"""What an entry would change, before it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projections.claims.history import History
from projections.views.diff import Difference, diff
from projections.views.status import status

if TYPE_CHECKING:
    from datetime import date

    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog


class Preview(NamedTuple):
    """What recording an entry would do: what is wrong with it, or what would be said otherwise at the present."""

    problems: tuple[Problem, ...]
    already: bool
    difference: Difference


def preview(log: EventLog, history: History, event: Event, *, today: date | None = None) -> Preview:
    """Return what recording an event would do; nothing is recorded.

    Raises `LogError` where the log cannot be read.
    """
    receipt = log.record([event], keep_going=True, dry_run=True)
    nothing = Difference((), (), ())
    if receipt.problems or not receipt.recorded:
        return Preview(receipt.problems, receipt.already > 0, nothing)
    last = history.entries[-1].position if history.entries else 0
    added = [recorded._replace(position=last + number) for number, recorded in enumerate(receipt.recorded, start=1)]
    before = status(history, history.negotiation, today=today)
    after = status(History(history.negotiation, [*history.entries, *added]), history.negotiation, today=today)
    return Preview((), already=False, difference=diff(before, after))
