"""The lanes of a page that plays as a drawing: bars of states, expectations and figures, along each axis that plays.

Places across are in percent of the width, places down in pixels. A day is drawn where it lies between the first day
and the last, but in long times without any step the line is broken, as in the chart of the chronology.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from projections.exports.brief import words
from projections.exports.brief.chart import Scale, Tick
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.views.lanes import Lane

#: Pixels: from the top to the first lane, of a lane's name, of a row below it, between lanes, for the ticks.
_TOP: Final = 6
_NAME: Final = 16
_ROW: Final = 17
_AFTER: Final = 8
_TICKS: Final = 24
_MOST: Final = 24


class Stretch(NamedTuple):
    """A state from one place to another, or a figure from its place on; `told` is it in words, with its day."""

    x: float
    width: float
    text: str
    told: str
    uncertain: bool


class DueMark(NamedTuple):
    """A date that was expected, where it lies, and in words."""

    x: float
    told: str


class LaneRow(NamedTuple):
    """A row of a lane: of ``states`` or ``figures``, its place down, and what is drawn in it."""

    kind: str
    y: int
    name: str
    stretches: tuple[Stretch, ...]


class PlayLane(NamedTuple):
    """A lane: what it is called and where that is written, with its rows and the dates that were expected."""

    name: str
    y: int
    rows: tuple[LaneRow, ...]
    due: tuple[DueMark, ...]
    due_y: int


class PlayChart(NamedTuple):
    """The lanes along one axis, with the scale that they and the cut lie on."""

    axis: str
    height: int
    lanes: tuple[PlayLane, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    places: dict[str, float]
    told: str
    left_out: int


def play_chart(axis: str, lanes: Sequence[Lane], days: Sequence[str]) -> PlayChart | None:
    """Return the lanes along an axis as a drawing, on which these days have places; None if there is none."""
    kept = lanes[:_MOST]
    ends = [When(day).lower for day in days]
    scale = Scale.over([*(moment for lane in kept for moment in _moments(lane)), *ends])
    if scale is None or not kept or not days:
        return None
    drawn = []
    y = _TOP
    for lane in kept:
        one, y = _drawn(lane, scale, y, ends[-1])
        drawn.append(one)
    return PlayChart(
        axis=axis,
        height=y + _TICKS,
        lanes=tuple(drawn),
        ticks=scale.ticks(),
        breaks=scale.breaks,
        places={day: round(scale.x(end), 2) for day, end in zip(days, ends, strict=True)},
        told=f"{words.counted(len(drawn), 'lane')} of states, expected dates and figures, told below in words.",
        left_out=len(lanes) - len(kept),
    )


def _moments(lane: Lane) -> Iterator[int]:
    yield from (bar.start for bar in lane.bars if bar.state is not None)
    yield from (due.lower for due in lane.due)
    yield from (point.start for figures in lane.figures for point in figures.points)


def _drawn(lane: Lane, scale: Scale, top: int, last: int) -> tuple[PlayLane, int]:
    """Return a lane as it is drawn, and where the next one begins."""
    y = top + _NAME
    rows = []
    if lane.bars:
        states = [(bar.start, words.words(bar.state or ""), bar.uncertain) for bar in lane.bars]
        rows.append(LaneRow("states", y, "", tuple(_stretches(states, scale, last))))
        y += _ROW
    for figures in lane.figures:
        told = [(point.start, f"{point.text} {point.grade}".strip(), False) for point in figures.points]
        rows.append(LaneRow("figures", y, figures.name, tuple(_stretches(told, scale, last))))
        y += _ROW
    due = tuple(
        DueMark(round(scale.x(due.lower), 2), f"{words.words(due.kind)} {words.when(due.date)}: {due.standing}")
        for due in lane.due
        if OPEN_PAST < due.lower < OPEN_FUTURE
    )
    if not rows:
        y += _ROW
    return PlayLane(lane.name, top + _NAME - 5, tuple(rows), due, top + _NAME + _ROW // 2 - 1), y + _AFTER


def _stretches(told: Sequence[tuple[int, str, bool]], scale: Scale, last: int) -> Iterator[Stretch]:
    """Yield what is told from an instant on, and whether that is not sure, each to where the next begins."""
    ends = [*(start for start, _, _ in told[1:]), max(last, told[-1][0])]
    for (start, text, uncertain), end in zip(told, ends, strict=True):
        if text:
            left, right = scale.x(start), scale.x(end)
            day = from_instant(start).date().isoformat()
            yield Stretch(round(left, 2), round(max(right - left, 0.4), 2), text, f"{text}, from {day}", uncertain)
