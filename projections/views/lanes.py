"""Lanes: each agreement, round of talks, withdrawal and commitment as a bar of the states that it was in, over time.

With them go what was expected by which date, and the figures of each quantity, unit and scope with their grade; the
figures told of parties and matters have lanes of their own. All comes from what is judged on each day of an axis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import split
from projections.judgement.conclusions import Partners, Topic
from projections.judgement.states import Agreement, State
from projections.views.days import Days
from projections.views.timeline import grade_of
from projections.wording.sentences import aspect_text, called, figure_text
from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from projections.claims.cut import Cut
    from projections.claims.figures import Counted
    from projections.claims.history import History
    from projections.claims.versions import Versions
    from projections.judgement.judge import Judged
    from projections.judgement.states import Expected
    from projections.views.days import Day

#: The families that have lanes of states, in the order in which they are told.
FAMILIES: Final = ("agreement", "round", "withdrawal", "commitment")
#: The families of which only figures are told.
_COUNTED: Final = ("party", "matter")


class Bar(NamedTuple):
    """A state from an instant on, to where the next one begins; ``None`` if nothing is said any more.

    `uncertain` says that what asserts it may have happened later; `start` is in microseconds since 1970.
    """

    start: int
    state: str | None
    uncertain: bool = False


class Due(NamedTuple):
    """What was expected: of what kind, by which date as written, between which instants, and how that stood last.

    `since` is the instant from which on it was said.
    """

    since: int
    kind: str
    date: str
    lower: int
    upper: int
    standing: str


class Point(NamedTuple):
    """A figure in words from an instant on, with the best grade of the evidence for it; empty if it is not said."""

    start: int
    text: str
    grade: str


@dataclass(slots=True)
class FigureTrack:
    """One quantity in one unit and scope: its name, and what was told of it in order."""

    name: str
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Lane:
    """One subject over time: `name` is what it is called, by its title where it has one."""

    subject: str
    name: str = ""
    bars: list[Bar] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    figures: list[FigureTrack] = field(default_factory=list)

    @property
    def family(self) -> str:
        """The family of the subject."""
        return split(self.subject)[0]

    @property
    def id(self) -> str:
        """The id, without the family."""
        return split(self.subject)[1]


class _Making:
    """A lane while it is made, from one day to the next."""

    def __init__(self, subject: str) -> None:
        self.lane = Lane(subject)
        self._due: dict[tuple[str, str], Due] = {}
        self._figures: dict[tuple[str, str | None, str | None], FigureTrack] = {}

    def take(self, start: int, judged: Judged, grade: Callable[[Iterable[str]], str]) -> None:
        """Take in what is judged from an instant on."""
        view = judged.view
        if isinstance(view, Agreement) and view.title:
            self.lane.name = view.title
        if isinstance(view, State):
            self._move(Bar(start, view.state, view.uncertain))
        elif self.lane.bars:
            self._move(Bar(start, None))
        self._expect(start, judged.expected)
        self._count(start, view.figures if isinstance(view, State | Partners | Topic) else (), grade)

    def _move(self, bar: Bar) -> None:
        bars = self.lane.bars
        if bars and bars[-1][1:] == bar[1:]:
            return
        if bars and bars[-1].start == bar.start:
            bars.pop()
        bars.append(bar)

    def _expect(self, start: int, expected: Iterable[Expected]) -> None:
        for one in expected:
            key = one.kind, one.date
            known = self._due.get(key)
            when = When(one.date)
            since = start if known is None else known.since
            self._due[key] = Due(since, one.kind, one.date, when.lower, when.upper, one.standing)

    def _count(self, start: int, counted: Iterable[Counted], grade: Callable[[Iterable[str]], str]) -> None:
        gone = dict(self._figures)
        for one in counted:
            key = one.quantity, one.unit, one.scope
            gone.pop(key, None)
            told = self._figures.get(key)
            if told is None:
                scope = f"/{one.scope}" if one.scope else ""
                told = self._figures[key] = FigureTrack(aspect_text(f"figures.{one.quantity}{scope}"))
            text = figure_text(one.low, one.high, one.unit, approximate=one.approximate)
            _point(told, Point(start, text, grade(one.because)))
        for told in gone.values():
            _point(told, Point(start, "", ""))

    def made(self, names: Mapping[str, str]) -> Lane:
        """Return the lane."""
        lane = self.lane
        lane.name = lane.name or called(lane.subject, names)
        lane.due = sorted(self._due.values(), key=lambda due: (due.lower, due.upper, due.kind))
        lane.figures = list(self._figures.values())
        return lane


def _point(told: FigureTrack, point: Point) -> None:
    if told.points and told.points[-1][1:] == point[1:]:
        return
    if told.points and told.points[-1].start == point.start:
        told.points.pop()
    told.points.append(point)


class Lanes:
    """The lanes of a negotiation, made while one goes along its days."""

    def __init__(self, along: Days) -> None:
        self._versions = along.course.versions
        self._making: dict[str, _Making] = {}
        self._step = 0

    def take(self, day: Day) -> None:
        """Take in what is judged on the next day."""
        self._step, start = day.where.step, When(day.day).lower
        grade = partial(_grade, self._versions, self._step)
        for subject, judged in day.subjects.items():
            if split(subject)[0] in (*FAMILIES, *_COUNTED):
                self._making.setdefault(subject, _Making(subject)).take(start, judged, grade)

    def made(self) -> tuple[Lane, ...]:
        """Return those of which anything is told, by family and then in the order in which they begin."""
        registers = self._versions.registers(self._step)
        matters = {f"matter:{one.id}": one.title for one in registers.matters.values() if one.title}
        names = {**registers.names, **matters}
        return tuple(_in_order(one.made(names) for one in self._making.values()))


def lanes_of(
    history: History, axis: str, base: Cut | None = None, *, is_over: Callable[[], bool] = lambda: False
) -> tuple[Lane, ...]:
    """Return the lanes of a negotiation along an axis, as `Lanes` makes them.

    `base` cuts the other axes, and ends this one; once it `is_over`, nothing more is judged, and what is returned is of
    no use. Raises `CutError` for an axis that there is not.
    """
    along = Days(history, axis, base)
    lanes = Lanes(along)
    for day in along:
        if is_over():
            break
        lanes.take(day)
    return lanes.made()


def _grade(versions: Versions, step: int, because: Iterable[str]) -> str:
    """Return the best grade of the evidence of some entries; empty where there is none."""
    readings = (versions.get(entry, step) for entry in because)
    grades = (grade_of(reading, versions.registers(step)) for reading in readings if reading is not None)
    return min(filter(None, grades), default="")


def _in_order(lanes: Iterable[Lane]) -> Iterator[Lane]:
    families = (*FAMILIES, *_COUNTED)
    told = [lane for lane in lanes if any(bar.state for bar in lane.bars) or lane.due or lane.figures]
    yield from sorted(told, key=lambda lane: (families.index(lane.family), _begin(lane), lane.id))


def _begin(lane: Lane) -> int:
    starts = (
        *(bar.start for bar in lane.bars),
        *(due.since for due in lane.due),
        *(figures.points[0].start for figures in lane.figures),
    )
    return min(starts)
