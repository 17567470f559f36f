"""From instants to places on a line of time: what lies far off is drawn closer, behind a break."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.dates import OPEN_FUTURE, OPEN_PAST, DateError, from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAY: Final = 86_400_000_000
#: Percent of the width: left free at both ends, and given to what lies behind a break.
_MARGIN: Final = 1.5
_GUTTER: Final = 9.0
#: A break comes where a gap is this part of all, with at most this part of the instants beyond it.
_GAP: Final = 0.4
_FEW: Final = 0.25
#: An edge this part of the line beyond its end is on the line still.
_NEAR: Final = 0.2
_FEWEST: Final = 4
_MOST_TICKS: Final = 7
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000)
_DAYS: Final = (1, 2, 7, 14)
_YEAR: Final = 12


class Tick(NamedTuple):
    """A mark on the line of time, at a percentage of the width."""

    x: float
    text: str


class Scale:
    """Places instants between 0 and 100 percent.

    The line runs evenly from `start` to `end`; what is earlier or later shares a narrow strip beyond a break.
    """

    def __init__(self, first: int, start: int, end: int, last: int) -> None:
        self.first, self.start, self.end, self.last = first, start, end, last
        self.left = _MARGIN + (_GUTTER if first < start else 0)
        self.right = 100 - _MARGIN - (_GUTTER if last > end else 0)

    @classmethod
    def over(cls, instants: Iterable[int], edges: Iterable[int] = ()) -> Scale | None:
        """Return the scale for what is to be shown, None where there is nothing with a date.

        Where an edge lies a little after the end, there is room for it, too.
        """
        known = sorted(moment for moment in instants if OPEN_PAST < moment < OPEN_FUTURE)
        if not known:
            return None
        first, last = known[0], known[-1]
        start, end = _break(known, last - first), last
        if len(known) >= _FEWEST:
            end = -_break([-moment for moment in reversed(known) if moment >= start], last - start)
        if end - start < DAY:
            start, end = start - 3 * DAY, end + 3 * DAY
            first, last = min(first, start), max(last, end)
        near = [edge for edge in edges if end < edge <= end + _NEAR * (end - start)]
        end = max((end, *near))
        return cls(first, start, end, max(end, last))

    def x(self, moment: int) -> float:
        """Return where an instant is, in percent."""
        if moment < self.start:
            return _between(moment, self.first, self.start, _MARGIN, self.left - 1)
        if moment > self.end:
            return _between(moment, self.end, self.last, self.right + 1, 100 - _MARGIN)
        return _between(moment, self.start, self.end, self.left, self.right)

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where the line is broken, in percent."""
        return ((self.left - 0.5,) if self.first < self.start else ()) + (
            (self.right + 0.5,) if self.last > self.end else ()
        )

    def ticks(self) -> tuple[Tick, ...]:
        """Return ISO days, months or years along the even part of the line, and the years beyond its breaks."""
        try:
            start, end = from_instant(self.start), from_instant(self.end)
            ticks = [Tick(self.x(moment), text) for moment, text in _ticks(start, end)]
            if self.first < self.start:
                ticks.insert(0, Tick(_MARGIN, f"{from_instant(self.first).year:04}"))
            if self.last > self.end:
                ticks.append(Tick(100 - _MARGIN, f"{from_instant(self.last).year:04}"))
        except (DateError, ValueError):
            # Before the year 1 or after 9999 the calendar of the library ends; the line does without words.
            return ()
        return tuple(ticks)


def _break(known: Sequence[int], span: int) -> int:
    """Return where the even part of a line begins: after the widest gap, where little lies before it."""
    if len(known) < _FEWEST or span <= 0:
        return known[0]
    few = max(1, int(len(known) * _FEW))
    gap, after = max((known[index] - known[index - 1], known[index]) for index in range(1, few + 1))
    return after if gap > _GAP * span else known[0]


def _between(moment: int, start: int, end: int, left: float, right: float) -> float:
    part = (moment - start) / (end - start) if end > start else 0.5
    return left + (right - left) * min(1.0, max(0.0, part))


def _ticks(start: datetime, end: datetime) -> list[tuple[int, str]]:
    days = (end - start).days + 1
    for step in _DAYS:
        if days / step <= _MOST_TICKS:
            first = -(-instant(start) // DAY)
            return [
                (number * DAY, from_instant(number * DAY).date().isoformat())
                for number in range(first, instant(end) // DAY + 1, step)
            ]
    months = (end.year - start.year) * _YEAR + end.month - start.month + 1
    step = next((step for step in _MONTHS if months / step <= _MOST_TICKS), _MONTHS[-1])
    first = start.year * _YEAR + start.month - 1
    found = []
    for number in range(-(-first // step) * step, end.year * _YEAR + end.month, step):
        moment = instant(datetime(number // _YEAR, number % _YEAR + 1, 1, tzinfo=UTC))
        if instant(start) <= moment <= instant(end):
            found.append(
                (moment, f"{number // _YEAR:04}" if step >= _YEAR else f"{number // _YEAR:04}-{number % _YEAR + 1:02}")
            )
    return found
