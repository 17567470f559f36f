"""Dates as a screen shows them: short, and as the intervals that they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.dates import OPEN_FUTURE, OPEN_PAST, When
from tui.workspace.time.stops import DAY, day_of

if TYPE_CHECKING:
    from projections.claims.readings import Reading
    from tui.workspace.time.stops import TimeScale

_RANGE: Final = re.compile(r"\[?([^/.\[\]]+)(?:/|\.\.)([^/.\[\]]+)\]?")
_YEAR: Final = 366
_MONTHS: Final = 99


def short(text: str | None) -> str:
    """Return a date in few columns; the end of an interval keeps only what differs.

    >>> short("2024-05-06/2024-05-10")
    '2024-05-06/10'
    """
    if text is None:
        return ""
    match = _RANGE.fullmatch(text)
    if match:
        start, end = match.groups()
        one_of = "[" if text.startswith("[") else ""
        return f"{one_of}{start}/{_rest(start, end)}{']' if one_of else ''}"
    return text


def _rest(start: str, end: str) -> str:
    """Return what of an interval's end is not in its start already."""
    if len(start) == len(end):
        parts, others = start.split("-"), end.split("-")
        for index, (left, right) in enumerate(zip(parts, others, strict=False)):
            if left != right:
                return "-".join(others[index:])
    return end


def learned(reading: Reading) -> tuple[int, int]:
    """Return the bounds of when an entry was learned; what is told as a fact, not before it happened."""
    if reading.known > reading.published_upper:
        return reading.known, reading.known
    return reading.published_lower, reading.published_upper


def lag(reading: Reading) -> str:
    """Return how long after it happened an entry was learned: ``+5d``, ``−3d``, ``+~20d`` for open dates."""
    occurred = reading.event.occurred
    lower, upper = learned(reading)
    if occurred is None or occurred.lower == OPEN_PAST or OPEN_FUTURE in (occurred.upper, upper):
        return ""
    least = lower // DAY - occurred.upper // DAY
    most = upper // DAY - occurred.lower // DAY
    if least <= 0 <= most:
        return ""
    middle = (least + most) // 2
    exact = least == most and not (occurred.approximate or occurred.uncertain)
    return f"{'+' if middle >= 0 else '−'}{'' if exact else '~'}{_days(abs(middle))}"


def _days(days: int) -> str:
    if days <= _MONTHS:
        return f"{days}d"
    return f"{round(days / 30.44)}mo" if days < 2 * _YEAR else f"{round(days / 365.25)}y"


def bar(when: When | None, scale: TimeScale) -> str:
    """Return a date drawn on a scale: █ for a day, ▒ for an interval, ░ where it is approximate or uncertain."""
    if when is None:
        return " " * scale.width
    start = scale.column(when.lower)
    end = max(scale.column(when.upper), start)
    certain = "█" if when.upper - when.lower <= DAY else "▒"
    ink = "░" if when.approximate or when.uncertain else certain
    return " " * start + ink * (end - start + 1) + " " * (scale.width - end - 1)


def between(lower: int, upper: int) -> str:
    """Return the bounds of a period in few characters: ``2024``, ``2024-05``, ``2024-05-11``, ``2024-05-06/10``."""
    start, end = day_of(lower), day_of(upper)
    if not start or not end:
        return f"{start or '..'}/{end or '..'}"
    if (lower % DAY, upper % DAY) != (0, DAY - 1) and start == end:
        return start
    year, month = start[:4], start[:7]
    if (start, end) == (f"{year}-01-01", f"{year}-12-31"):
        return year
    if start == f"{month}-01" and end[:7] == month and day_of(upper + 1)[:7] != month:
        return month
    return start if start == end else short(f"{start}/{end}")
