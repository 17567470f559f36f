"""Stops: the moments at which a negotiation's history changes, on each of the three axes of time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.claims import claims
from projections.claims.cut import AXES
from tracker.dates import OPEN_FUTURE, OPEN_PAST, DateError, from_instant, instant
from tui.workspace.time.scale import TimeScale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading

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

    def __init__(self, history: History, standing: Claims | None = None) -> None:
        standing = standing or claims(history, history.negotiation)
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
        self._history = history

    def _add(self, reading: Reading) -> None:
        kind = reading.event.kind_of_entry
        happened = reading.lower if kind == "claim" and reading.lower > OPEN_PAST else None
        known = reading.published_upper if kind != "stage" and reading.published_upper < OPEN_FUTURE else None
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
