"""Since: what differs from what a person saw last."""

from __future__ import annotations

from bisect import bisect_right
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.claims.cut import Cut
from projections.claims.history import History, history_of
from projections.views.diff import Difference, diff
from projections.views.status import status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tracker.log import EventLog


class Mark(NamedTuple):
    """How far a person has seen: up to which position of the log, with that entry's digest, and on which day."""

    position: int
    digest: str
    day: date


class Look(NamedTuple):
    """What there is to see since a mark.

    `mark` is that of before, None where the person looks for the first time; `now` is where this look has come to.
    `fits` is False where the log does not hold the marked entry, so that it is no later state of what the person saw;
    then, and at first, nothing counts as changed. `entries` is the number of those recorded since.
    """

    negotiation: str
    mark: Mark | None
    now: Mark
    fits: bool
    entries: int
    changes: Difference
    #: What parties, matters and agreements are called now, as `Claims.names` holds it.
    names: Mapping[str, str] = MappingProxyType({})

    def to_json(self) -> dict[str, Any]:
        """Return the look as JSON holds it."""
        mark = self.mark
        return {
            "negotiation": self.negotiation,
            "first": mark is None,
            "since": {"cut": f"#{mark.position}", "day": mark.day.isoformat()} if mark else None,
            "fits": self.fits,
            "entries": self.entries,
            **self.changes.to_json(),
        }


def since(  # noqa: PLR0913 - a mark, and what every view takes
    source: EventLog | History,
    negotiation: str,
    mark: Mark | None,
    cut: Cut | None = None,
    *,
    today: date,
    without: Iterable[str] = (),
    notes: bool = False,
) -> Look:
    """Return what differs between what a person saw at a mark and what there is now.

    Both are as the log stood: then up to the mark, with deadlines judged by the day of that look; now up to its end, or
    as far as the cut says, by today. What the cut says of the other axes holds for both. Raises `NameUnknownError` for
    a negotiation or source that does not exist.
    """
    history = history_of(source, negotiation)
    cut = cut or Cut()
    without = tuple(without)
    last = history.entries[-1]
    now = Mark(last.position, last.digest, today)
    seen = bisect_right(history.entries, mark.position, key=lambda recorded: recorded.position) if mark else 0
    if mark is None or not seen or history.entries[seen - 1].digest != mark.digest:
        return Look(history.negotiation, mark, now, mark is None, 0, Difference((), (), ()))
    # Not a cut by the mark's position: the day by which deadlines are judged would be that of its recording.
    then = History(history.negotiation, history.entries[:seen])
    before = status(then, negotiation, Cut(cut.happened_by, cut.known_by), without=without, today=mark.day)
    after = status(history, negotiation, cut, without=without, today=today)
    found = diff(before, after, notes=notes)
    return Look(history.negotiation, mark, now, True, len(history.entries) - seen, found, after.claims.names)  # noqa: FBT003 - by its place
