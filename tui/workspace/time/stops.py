"""Stops: the moments at which a history changes, on each axis of time, and the scale on which they are drawn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.cut import AXES
from tracker.dates import OPEN_FUTURE, OPEN_PAST, DateError, from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.lanes import Lane

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


DAY: Final = 86_400_000_000
_SECOND: Final = 1_000_000


class Stop(NamedTuple):
    """The moment from which an entry counts on one axis.

    `at` is in microseconds since 1970, on the recorded axis a position in the log; `happened` and `known` are the
    entry's moments on the other axes, None where it is not cut there.
    """

    at: int
    position: int
    entry: str
    happened: int | None
    known: int | None
    is_round: bool


class Stops:
    """The stops of a history in order, by axis."""

    def __init__(self, history: History, standing: Claims) -> None:
        self.by_axis: dict[str, list[Stop]] = {axis: [] for axis in AXES}
        for recorded in history.entries:
            reading = standing.get(recorded.id)
            if reading is not None:
                self._add(reading)
        for stops in self.by_axis.values():
            stops.sort()
        self._at = {axis: [stop.at for stop in stops] for axis, stops in self.by_axis.items()}
        self._scales: dict[tuple[str, int], TimeScale] = {}
        #: What the time pane has drawn of them last: for how many columns, the scales and the bars.
        self.tracks: tuple[int, dict[str, TimeScale], dict[str, str]] | None = None
        #: The lanes that were made last, by the axis along which and the cut.
        self.lanes: dict[str, tuple[Lane, ...]] = {}
        self._history = history

    def _add(self, reading: Reading) -> None:
        kind = reading.event.kind_of_entry
        happened = reading.lower if kind == "claim" and reading.lower > OPEN_PAST else None
        known = reading.known if kind != "stage" and reading.known < OPEN_FUTURE else None
        is_round = getattr(reading.event, "round", None) is not None
        for axis, at in (("happened", happened), ("known", known), ("recorded", reading.position)):
            if at is not None:
                self.by_axis[axis].append(Stop(at, reading.position, reading.id, happened, known, is_round))

    def __getitem__(self, axis: str) -> list[Stop]:
        return self.by_axis[axis]

    def span(self, axis: str) -> tuple[int, int] | None:
        """Return the first and the last moment of an axis, or None where it has none."""
        moments = self._at[axis]
        return (moments[0], moments[-1]) if moments else None

    def at(self, axis: str) -> list[int]:
        """Return the moments of an axis in order."""
        return self._at[axis]

    @cached_property
    def recorded_at(self) -> list[int]:
        """The instants at which the entries were recorded, in order."""
        return [instant(recorded.recorded_at) for recorded in self._history.entries]

    @cached_property
    def day_ends(self) -> list[int]:
        """The position of the last entry of each day on which entries were recorded."""
        entries, moments = self._history.entries, self.recorded_at
        return [
            recorded.position
            for index, recorded in enumerate(entries)
            if index + 1 == len(entries) or moments[index] // DAY != moments[index + 1] // DAY
        ]

    def position_at(self, moment: int) -> int:
        """Return the position of the last entry recorded by a moment; 0 where there is none."""
        count = bisect_right(self.recorded_at, moment)
        return self._history.entries[count - 1].position if count else 0

    def scale(self, axis: str, width: int) -> TimeScale:
        """Return the scale on which an axis takes so many columns; it is made once."""
        found = self._scales.get((axis, width))
        if found is None:
            found = self._scales[axis, width] = TimeScale(self._at[axis], width)
        return found

    def after(self, axis: str, key: tuple[int, int]) -> Iterator[Stop]:
        """Yield the stops after a moment and position, nearest first."""
        stops = self.by_axis[axis]
        for index in range(bisect_right(stops, key, key=lambda stop: stop[:2]), len(stops)):
            yield stops[index]

    def up_to(self, axis: str, here: int | None) -> Iterator[Stop]:
        """Yield the stops up to a moment, or all, the last one first."""
        stops = self.by_axis[axis]
        end = len(stops) if here is None else bisect_right(self._at[axis], here)
        for index in range(end - 1, -1, -1):
            yield stops[index]

    def before(self, axis: str, key: tuple[int, int]) -> Iterator[Stop]:
        """Yield the stops before a moment and position, nearest first."""
        stops = self.by_axis[axis]
        for index in range(bisect_left(stops, key, key=lambda stop: stop[:2]) - 1, -1, -1):
            yield stops[index]


def admits(cut: Cut, axis: str, stop: Stop) -> bool:
    """Say whether the other two axes of a cut admit the entry of a stop."""
    if axis != "happened" and cut.happened is not None and stop.happened is not None and stop.happened > cut.happened:
        return False
    if axis != "known" and cut.known is not None and stop.known is not None and stop.known > cut.known:
        return False
    return axis == "recorded" or cut.position is None or stop.position <= cut.position


def text_of(axis: str, at: int) -> str:
    """Return a moment as a cut takes it: a day, a clock time where it is no day's edge, or a position, ``#412``."""
    if axis == "recorded":
        return f"#{at}"
    moment = from_instant(at)
    if axis == "known" and (at + 1) % DAY == 0:
        return moment.date().isoformat()
    if axis == "happened" and at % DAY == 0:
        return moment.date().isoformat()
    whole = at % _SECOND == 0
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if whole else f".{at % _SECOND:06}Z")


def day_of(at: int) -> str:
    """Return the day of a moment in ISO 8601, or an empty text outside the years 1 to 9999."""
    try:
        return from_instant(at).date().isoformat()
    except DateError:
        return ""
