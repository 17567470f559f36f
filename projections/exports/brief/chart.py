"""The chronology as a drawing: a line for each thing and each party, with dates drawn as sure as they are.

Places across are in percent of the width and places down in pixels, so that a page can give the drawing any width and
the words in it keep their size. What lies far off is drawn closer, behind a break.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import MACHINES, split, subjects_of
from projections.exports.brief import words
from projections.views.timeline import is_certain, publication_of
from projections.wording.sentences import summary_of
from tracker.dates import OPEN_FUTURE, OPEN_PAST, DateError, When, from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.views.status import Status

#: Pixels: from the top to the first line, for the name of a line, between rows of marks, after a line, for the ticks.
_TOP: Final = 6
_NAME: Final = 19
_ROW: Final = 13
_AFTER: Final = 9
_TICKS: Final = 24
#: Percent: how wide a day is drawn, and the least width of a range.
_DOT: Final = 1.4
_RANGE: Final = 1.8
_SOFT: Final = 1.2
_MOST_ROWS: Final = 5
_MOST_LINES: Final = 24
_MOST_TOLD: Final = 6
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


class ChartMark(NamedTuple):
    """What is drawn for the entries of one date on one line.

    `shape` is ``dot`` for a day, ``range`` for a longer time, ``due`` for a date that lies ahead of what was said.
    `fill` is ``full``, or ``soft``, ``soft-left`` or ``soft-right`` where an end is not sure or open.
    """

    shape: str
    fill: str
    x: float
    width: float
    y: int
    rests: bool
    doubtful: bool
    retracted: bool
    told: str


class ChartLane(NamedTuple):
    """One line of the drawing: its name, how it stands, and where its name is."""

    name: str
    state: str
    y: int
    marks: tuple[ChartMark, ...]


class Edge(NamedTuple):
    """Where a cut falls, in percent, and which."""

    x: float
    text: str


class Chart(NamedTuple):
    """The whole drawing; `told` is it in a sentence, `left_out` the number of lines that it has no room for."""

    height: int
    lanes: tuple[ChartLane, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    edges: tuple[Edge, ...]
    told: str
    left_out: int


class _Item(NamedTuple):
    """Something to draw, before its place is known."""

    when: When
    rests: bool
    retracted: bool
    shape: str
    text: str


def chart_of(standing: Status) -> Chart | None:
    """Return the drawing of what stands or is retracted; None where nothing has a date."""
    claims = standing.claims
    lanes = [(name, state, items) for name, state, items in _lanes(standing) if items]
    kept = lanes[:_MOST_LINES]
    cuts = [moment for moment in (claims.cut.happened, claims.cut.known) if moment is not None]
    scale = Scale.over((moment for _, _, items in kept for item in items for moment in _bounds(item.when)), cuts)
    if scale is None:
        return None
    drawn = []
    y = _TOP
    for name, state, items in kept:
        marks, rows = _draw(items, scale, y + _NAME)
        drawn.append(ChartLane(name, state, y + _NAME - 7, marks))
        y += _NAME + rows * _ROW + _AFTER
    return Chart(
        height=y + _TICKS,
        lanes=tuple(drawn),
        ticks=scale.ticks(),
        breaks=scale.breaks,
        edges=tuple(_edges(claims, scale)),
        told=_told([item for _, _, items in kept for item in items], len(kept)),
        left_out=len(lanes) - len(kept),
    )


def _lanes(standing: Status) -> Iterator[tuple[str, str, list[_Item]]]:
    """Yield each thing with its entries, then each party with the rest."""
    claims = standing.claims
    names = claims.names
    things: dict[str, list[_Item]] = {}
    parties: dict[str, list[_Item]] = {}
    resting = _resting(standing)
    for reading in sorted((*claims.standing, *claims.retracted), key=lambda reading: reading.order):
        item = _item(claims, reading, resting, names)
        if item is None:
            continue
        found = [subject for subject in subjects_of(reading.event) if split(subject)[0] in MACHINES]
        for subject in found:
            things.setdefault(subject, []).append(item)
        if not found:
            parties.setdefault(reading.party or "", []).append(item)
    for family, by_name in standing.things.items():
        for name, thing in by_name.items():
            subject = f"{family}:{name}"
            things.setdefault(subject, []).extend(_ahead(thing))
            yield name, words.words(thing.state or "no state known"), things.pop(subject)
    for subject, items in things.items():
        yield split(subject)[1], "retracted", items
    for party, items in parties.items():
        yield names.get(party, party) or "Others", "positions and acts", items


def _resting(standing: Status) -> frozenset[str]:
    """Return the entries on which what is said of anything rests."""
    views = (standing.view(subject) for subject in standing.subjects)
    return frozenset(entry for view in views if view is not None for entry in view.because)


def _item(claims: Claims, reading: Reading, resting: frozenset[str], names: dict[str, str]) -> _Item | None:
    """Return what is drawn for an entry: when it happened, else when it was published; None without either."""
    occurred = reading.event.occurred
    when = occurred or publication_of(reading, claims.registers)
    if when is None:
        return None
    said = summary_of(reading.event, names)
    text = f"{words.when(when.text)}{'' if occurred else ' (published)'}: {said}"
    retracted = bool(reading.retracted_by)
    return _Item(
        when, reading.id in resting and not retracted, retracted, "", f"Retracted. {text}" if retracted else text
    )


def _ahead(thing: object) -> Iterator[_Item]:
    """Yield the dates that are set for a thing."""
    for name, label in (("scheduled", "Scheduled for"), ("deadline", "Deadline"), ("due", "Due")):
        text = getattr(thing, name, None)
        if text:
            when = When(text)
            yield _Item(when, rests=False, retracted=False, shape="due", text=f"{label} {words.when(text)}")


def _bounds(when: When) -> tuple[int, ...]:
    """Return the instants of a date that the line must have room for."""
    return (when.lower, when.upper) if not is_certain(when) else (when.lower,)


def _draw(items: Iterable[_Item], scale: Scale, top: int) -> tuple[tuple[ChartMark, ...], int]:
    """Return the marks of one line, those that would cover each other in rows, and the number of rows."""
    same: dict[tuple[str, str, bool, bool], list[_Item]] = {}
    for item in items:
        same.setdefault((item.when.text, item.shape, item.retracted, item.rests), []).append(item)
    marks = [_mark(found, scale, top) for found in same.values()]
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: (mark.x, mark.width)):
        row = next((row for row, end in enumerate(ends) if end <= mark.x), len(ends))
        if row == len(ends) and row < _MOST_ROWS:
            ends.append(0)
        row = min(row, len(ends) - 1)
        ends[row] = max(ends[row], mark.x + mark.width)
        placed.append(mark._replace(y=top + row * _ROW + _ROW // 2))
    # Ranges first: a day is drawn over them.
    return tuple(sorted(placed, key=lambda mark: (mark.shape != "range", mark.x, mark.y))), len(ends)


def _mark(items: list[_Item], scale: Scale, top: int) -> ChartMark:
    item, when = items[0], items[0].when
    told = [each.text for each in items[:_MOST_TOLD]]
    if len(items) > len(told):
        told.append(f"and {len(items) - len(told)} more")
    if item.shape == "due":
        x, width, shape, fill = scale.x(when.upper) - _DOT / 2, _DOT, "due", "full"
    elif is_certain(when):
        x, width, shape, fill = scale.x(when.lower) - _DOT / 2, _DOT, "dot", "full"
    else:
        x, width, fill = _range(when, scale)
        shape = "range"
    return ChartMark(
        shape=shape,
        fill=fill,
        x=round(max(0.0, min(x, 100 - width)), 2),
        width=round(width, 2),
        y=top,
        rests=item.rests,
        doubtful=when.uncertain,
        retracted=item.retracted,
        told="\n".join(told),
    )


def _range(when: When, scale: Scale) -> tuple[float, float, str]:
    """Return from where and how wide a date that is no sure day is drawn, and which of its ends are soft."""
    soft_left = when.is_open_start or when.approximate
    soft_right = when.is_open_end or when.approximate
    left = 0.0 if when.lower == OPEN_PAST else scale.x(when.lower) - (_SOFT if soft_left else 0)
    right = 100.0 if when.upper == OPEN_FUTURE else scale.x(when.upper) + (_SOFT if soft_right else 0)
    if right - left < _RANGE:
        middle = (left + right) / 2
        left, right = middle - _RANGE / 2, middle + _RANGE / 2
    fill = {(True, True): "soft", (True, False): "soft-left", (False, True): "soft-right"}
    return left, right - left, fill.get((soft_left, soft_right), "full")


def _edges(claims: Claims, scale: Scale) -> Iterator[Edge]:
    cut = claims.cut
    for moment, text in ((cut.happened, f"happened by {cut.happened_by}"), (cut.known, f"known by {cut.known_by}")):
        if moment is not None and scale.start <= moment <= scale.end:
            yield Edge(round(scale.x(moment), 2), text)


def _told(items: list[_Item], lanes: int) -> str:
    unsure = sum(not is_certain(item.when) for item in items)
    return (
        f"{words.counted(len(items), 'date')} on {words.counted(lanes, 'line')}, one for each thing and each party; "
        f"{unsure:,} of them no certain day. The chronology tells all of it in words."
    )


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
