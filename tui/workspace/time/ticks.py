"""Ticks: where labels stand below a track, at calendar places, and the last moment at the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tracker.dates import DateError, from_instant, instant
from tui.workspace.time.stops import DAY, day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.workspace.time.stops import TimeScale

#: Columns between two labels at least.
_BETWEEN: Final = 2
#: Years within which months, and days, are tried as places of labels.
_MONTHS_WITHIN: Final = 60
_DAYS_WITHIN: Final = 4
#: Days of moments that are tried at most.
_MOST_DAYS: Final = 1000
#: Years and months from one label to the next, the coarsest first.
_YEARS: Final = (500, 100, 50, 10, 5, 1)
_MONTHS: Final = (6, 3, 1)
_YEAR: Final = 12


def ticks(scale: TimeScale) -> str:
    """Return the labels below a scale of instants: years where they have room, then months and days between them."""
    last = scale.moments[-1]
    end = f"{day_of(last)}╵"
    line = [" "] * scale.width
    if len(end) <= scale.width:
        line[scale.width - len(end) :] = end
    for at, text in _places(scale.moments[0], last, scale.moments):
        if scale.moments[0] <= at <= last:
            _put(line, scale.column(at), f"╵{text}")
    first = f"╵{day_of(scale.moments[0])}"
    _put(line, 0, first)
    return "".join(line)


def numbered(scale: TimeScale) -> str:
    """Return the labels below a scale of positions in the log, the last one at the end."""
    end = f"#{scale.moments[-1]}╵"
    line = [" "] * scale.width
    if len(end) <= scale.width:
        line[scale.width - len(end) :] = end
    step = len(end) + 2 * _BETWEEN
    for column in range(0, scale.width, step):
        _put(line, column, f"╵#{scale.moment(column)}")
    return "".join(line)


def _put(line: list[str], column: int, text: str) -> None:
    """Write a label where nothing else stands in its place or close beside it."""
    end = column + len(text)
    if end > len(line) or any(cell != " " for cell in line[max(column - _BETWEEN, 0) : end + _BETWEEN]):
        return
    line[column:end] = text


def _places(first: int, last: int, moments: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield calendar places between two instants with their labels, the coarsest first, and the days of moments last.

    Where years are left out, a few days may have most of the scale.
    """
    try:
        start, end = from_instant(first), from_instant(last)
    except (DateError, ValueError):
        # Before the year 1 or after 9999 there is no calendar to take places from.
        return
    years = end.year - start.year + 1
    for step in _YEARS:
        yield from _months(start.year // step * step * _YEAR, end.year, step * _YEAR)
    for step in _MONTHS if years <= _MONTHS_WITHIN else ():
        yield from _months(start.year * _YEAR, end.year, step)
    days = sorted({at // DAY * DAY for at in moments})[:_MOST_DAYS]
    for at in range(-(-first // DAY) * DAY, last, DAY) if years <= _DAYS_WITHIN else days:
        yield at, day_of(at)


def _months(first: int, year: int, step: int) -> Iterator[tuple[int, str]]:
    """Yield the beginnings of every so many months, counted from the year 0, to the end of a year."""
    for number in range(max(first, _YEAR), (year + 1) * _YEAR, step):
        at = instant(datetime(number // _YEAR, number % _YEAR + 1, 1, tzinfo=UTC))
        yield at, day_of(at)[: len("2024") if step % _YEAR == 0 else len("2024-05")]
