"""A scale: which column of the time pane stands for which moment.

Years in which nothing happens would push everything else into a corner, so a long gap is drawn as a break of the scale.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BARS: Final = "▁▂▃▄▅▆▇█"
#: A gap is a break where it takes more than this part of what is left when longer ones are broken,
_LONGEST: Final = 0.15
#: and is longer than so many usual ones,
_UNUSUAL: Final = 10
#: where there are so many at least.
_FEWEST: Final = 4
#: What a break takes of the width of all that is not broken.
_BREAK: Final = 0.025


class TimeScale:
    """A monotonous mapping between moments (any integers, in order) and columns from 0 to `width` - 1."""

    def __init__(self, moments: Sequence[int], width: int) -> None:
        self.width = max(width, 1)
        self.moments = sorted(set(moments)) or [0]
        gaps = [later - earlier for earlier, later in zip(self.moments, self.moments[1:], strict=False)]
        longest = _longest(gaps)
        self.broken = [gap > longest for gap in gaps]
        short = max(round(sum(gap for gap in gaps if gap <= longest) * _BREAK), 1)
        self._marks = [0]
        for gap in gaps:
            self._marks.append(self._marks[-1] + (gap if gap <= longest else short))

    def column(self, at: int) -> int:
        """Return the column of a moment; those outside the scale fall on its ends."""
        return round(self._place(at) * (self.width - 1))

    def moment(self, column: int) -> int:
        """Return the moment at which a column begins."""
        if len(self.moments) == 1 or self.width == 1:
            return self.moments[0]
        wanted = min(max(column, 0), self.width - 1) / (self.width - 1) * self._marks[-1]
        index = min(max(bisect_right(self._marks, wanted) - 1, 0), len(self.moments) - 2)
        start, end = self._marks[index], self._marks[index + 1]
        part = (wanted - start) / (end - start) if end > start else 0.0
        return self.moments[index] + round(part * (self.moments[index + 1] - self.moments[index]))

    def breaks(self) -> set[int]:
        """Return the columns inside gaps that are drawn shorter than they were."""
        columns: set[int] = set()
        for index, broken in enumerate(self.broken):
            if broken:
                columns.update(range(self.column(self.moments[index]) + 1, self.column(self.moments[index + 1])))
        return columns

    def counts(self, moments: Sequence[int]) -> list[int]:
        """Return how many of the moments fall on each column."""
        counts = [0] * self.width
        for at in moments:
            counts[self.column(at)] += 1
        return counts

    def _place(self, at: int) -> float:
        if at <= self.moments[0] or self._marks[-1] == 0:
            return 0.0
        if at >= self.moments[-1]:
            return 1.0
        index = bisect_left(self.moments, at)
        before, after = self.moments[index - 1], self.moments[index]
        start, end = self._marks[index - 1], self._marks[index]
        return (start + (at - before) / (after - before) * (end - start)) / self._marks[-1]


def _longest(gaps: Sequence[int]) -> int:
    """Return the length beyond which a gap is a break."""
    if len(gaps) < _FEWEST:
        return max(gaps, default=0)
    ordered = sorted(gaps, reverse=True)
    usual = ordered[len(ordered) // 2]
    left = sum(gaps)
    for gap in ordered:
        if gap <= left * _LONGEST or gap <= usual * _UNUSUAL:
            return gap
        left -= gap
    return ordered[-1]


def sparkline(counts: Sequence[int]) -> str:
    """Return counts as bars of eight heights, the lowest of which is nothing.

    >>> sparkline([0, 1, 4])
    '▁▃█'
    """
    most = max(counts, default=0)
    top = len(BARS) - 1
    return "".join(BARS[max(round(count / most * top), 1)] if count else BARS[0] for count in counts)
