"""Figures that cannot both be right: those of one line, of one time, whose ranges leave no room for each other."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from projections.judgement.findings import Finding, ids
from projections.wording.sentences import figure_text, listed
from tracker.dates import OPEN_PAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.figures import Measure
    from projections.claims.readings import Reading


class Figures:
    """The figures that cannot both be right: same quantity, unit and scope, overlapping in time, ranges apart.

    One finding for all figures that disagree with one another directly or through others; a figure that disagrees with
    none is not named.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._lines: dict[tuple[str, str | None, str | None], _Line] = {}

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        if reading.asserts:
            for measure in reading.measures:
                line = self._lines.get(measure[1:4])
                if line is None:
                    line = self._lines[measure[1:4]] = _Line()
                line.take(measure)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each group of figures that disagree."""
        for (quantity, unit, scope), line in self._lines.items():
            for group in line.several():
                if group.finding is None:
                    group.finding = self._finding(quantity, unit, scope, [line.known[index] for index in group.figures])
                yield group.finding

    def _finding(self, quantity: str, unit: str | None, scope: str | None, group: list[Measure]) -> Finding:
        values = listed([figure_text(*bounds) for bounds in dict.fromkeys(measure.bounds for measure in group)])
        of = (f" {unit}" if unit not in {None, "personnel"} else "") + (f" ({scope})" if scope else "")
        message = f"{self._subject.partition(':')[2]}: {quantity} is given as {values}{of} for one time."
        return Finding("figure-conflict", self._subject, ids(measure.reading for measure in group), message)


class _Line:
    """The figures of one quantity, unit and scope, in connected groups of those that disagree.

    Of each group it is enough to know, among its figures that are open still, the least high end and the greatest low
    end: a new figure that is above the one or below the other joins it. So each is looked at a few times, however many
    are open at once.
    """

    def __init__(self) -> None:
        self.known: list[Measure] = []
        self._groups: dict[int, _Group] = {}
        self._several: dict[int, _Group] = {}
        #: By the one end and by the other, which groups may have it: as heaps, where what has gone stays for a while.
        self._ends: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
        #: Up to when one may be open, and the only one that is, which is no group yet.
        self._until = OPEN_PAST
        self._alone: int | None = None
        #: Whether dates so far are clock times; and how many figures were compared one by one, in which groups.
        self._is_clock: bool | None = None
        self._compared = 0
        self._group_of: dict[int, _Group] = {}

    def take(self, measure: Measure) -> None:
        """Take in the next figure in fold order."""
        number = len(self.known)
        self.known.append(measure)
        reading = measure.reading
        if self._compared or not self._is_in_order(reading):
            self._compare_each()
            return
        if reading.lower > self._until:
            # In fold order beginnings ascend, so what ended before this one begins is open no more.
            self._groups, self._ends, self._alone, self._until = {}, ([], []), number, reading.upper
            return
        self._until = max(self._until, reading.upper)
        if self._alone is not None:
            self._join(self._alone)
            self._alone = None
        self._join(number)

    def _is_in_order(self, reading: Reading) -> bool:
        """Say whether a date is no other as evidence than it is in the fold order, and of the same kind as before."""
        occurred = reading.event.occurred
        is_clock = occurred is not None and occurred.is_clock_time
        if self._is_clock is None:
            self._is_clock = is_clock
        return reading.proves == (reading.order[0], reading.upper) and is_clock == self._is_clock

    def _compare_each(self) -> None:
        """Compare figures with each other one by one, since dates that leave more room are in no order."""
        for index in range(self._compared, len(self.known)):
            one = self.known[index]
            joined = _Group([index], ([], []))
            for number in range(index):
                other = self.known[number]
                if one.contradicts(other) and not one.reading.is_disjoint(other.reading):
                    group = self._group_of.get(number) or _Group([number], ([], []))
                    joined = joined.with_(group) if group is not joined else joined
                    self._group_of.update(dict.fromkeys(joined.figures, joined))
        self._compared = len(self.known)
        self._several = {group.figures[0]: group for group in self._group_of.values()}

    def _join(self, index: int) -> None:
        """Put a figure into one group with all that it disagrees with."""
        reading, low, high = self.known[index].reading, *self.known[index].room
        joined = _Group([index], ([(high, reading.upper)], [(-low, reading.upper)]))
        ends, groups = self._ends, self._groups
        for side, bound in enumerate((low, -high)):
            while ends[side] and ends[side][0][0] < bound:
                end, number = heappop(ends[side])
                group = groups.get(number)
                nearest = None if group is None else group.end(side, reading.lower)
                if group is None or nearest is None:
                    continue
                if nearest == end:
                    joined = joined.with_(group)
                    del groups[number]
                    self._several.pop(number, None)
                else:
                    heappush(ends[side], (nearest, number))
        for side in (0, 1):
            heappush(ends[side], (joined.open[side][0][0], index))
        if len(joined.figures) > 1:
            self._several[index] = joined
        groups[index] = joined

    def several(self) -> list[_Group]:
        """Return the groups of more than one figure, in the order of their first ones."""
        for group in self._several.values():
            if group.finding is None:
                group.figures.sort()
        return sorted(self._several.values(), key=lambda group: group.figures[0])


@dataclass(slots=True)
class _Group:
    """Figures that disagree, and on either side the ends of those that are open, as (end, until when), as heaps."""

    figures: list[int]
    open: tuple[list[tuple[float, int]], list[tuple[float, int]]]
    finding: Finding | None = None

    def end(self, side: int, since: int) -> float | None:
        """Return the outermost end on a side of those open at a time, None where none is; forget the others there."""
        ends = self.open[side]
        while ends and ends[0][1] < since:
            heappop(ends)
        return ends[0][0] if ends else None

    def with_(self, other: _Group) -> _Group:
        """Return one group of two, the smaller put into the larger."""
        small, large = sorted((self, other), key=lambda group: len(group.figures))
        large.figures.extend(small.figures)
        large.finding = None
        for ends, more in zip(large.open, small.open, strict=True):
            for end in more:
                heappush(ends, end)
        return large
