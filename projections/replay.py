"""Replay: a negotiation step by step, in the order of the world, of the public, or of the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from projections.changes import Difference, diff
from projections.claims import claims
from projections.cut import AXES, Cut, CutError
from projections.status import Status, status, status_of
from tracker.dates import from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.changes import Change
    from projections.findings import Finding
    from projections.history import History


@dataclass(frozen=True, slots=True)
class Step:
    """What admitting one entry changed.

    `step` counts the admitted entries from one, `at` is when on the axis, as written, and `entry` the entry admitted.
    """

    step: int
    at: str
    entry: str
    changes: tuple[Change, ...]
    appeared: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the step as scripts rely on it."""
        return {
            "step": self.step,
            "at": self.at,
            "entry": self.entry,
            "changes": [change.to_json() for change in self.changes],
            "findings": {
                "appeared": [finding.to_json() for finding in self.appeared],
                "gone": [finding.to_json() for finding in self.gone],
            },
        }


class Replay:
    """A loaded negotiation that can be seen at any cut and stepped through on any axis."""

    def __init__(
        self, history: History, *, base: Cut | None = None, without: Iterable[str] = (), today: date | None = None
    ) -> None:
        self.history = history
        self.base = base or Cut()
        self.without = tuple(without)
        self.today = today

    def at(self, cut: Cut) -> Status:
        """Return where the negotiation stands at a cut."""
        return status(self.history, self.history.negotiation, cut, without=self.without, today=self.today)

    def steps(
        self, axis: str, start: str | None = None, end: str | None = None, *, all: bool = False
    ) -> Iterator[Step]:
        """Yield a step for each entry admitted on an axis, in order, that changes a conclusion, or for all of them."""
        if axis not in AXES:
            raise CutError(f"{axis!r} is no axis; write happened, known or recorded")
        standing = claims(self.history, self.history.negotiation, self.base, without=self.without)
        first = Cut(**{f"{axis}_by": start}) if start else None
        last = Cut(**{f"{axis}_by": end}) if end else None
        readings = [r for r in (*standing.standing, *standing.retracted, *standing.knowledge, *standing.stage)]
        if axis == "happened":
            readings = sorted(standing.standing, key=lambda r: r.order)
        elif axis == "known":
            readings = sorted(
                (r for r in readings if r.event.kind_of_entry != "stage"), key=lambda r: (r.published_upper, r.position)
            )
        else:
            readings.sort(key=lambda r: r.position)
        before = status_of(replace(standing, standing=()), today=self.today)
        for number, reading in enumerate(readings, 1):
            if axis == "happened":
                after = status_of(replace(standing, standing=tuple(readings[:number])), today=self.today)
                key, at = reading.lower, reading.occurred or from_instant(reading.lower).isoformat()
            elif axis == "known":
                key = reading.published_upper
                at = from_instant(key).isoformat()
                after = self.at(replace(self.base, known_by=at.replace("+00:00", "Z")))
                at = at[:10]
            else:
                key = instant(reading.recorded.recorded_at)
                after = self.at(replace(self.base, recorded_by=f"#{reading.position}"))
                at = reading.recorded.recorded_at.isoformat()
            found = diff(before, after)
            before = after
            if first is not None and (bound := getattr(first, axis)) is not None and key <= bound - 86_400_000_000:
                continue
            if last is not None and (bound := getattr(last, axis)) is not None and key > bound:
                return
            if found or all:
                yield Step(number, at, reading.id, found.changes, found.appeared, found.gone)

    def diff(self, before: Cut, after: Cut) -> Difference:
        """Return what differs between two cuts."""
        return diff(self.at(before), self.at(after))
