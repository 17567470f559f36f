"""Lanes drawn: each thing as a bar of its states, with what is expected and its figures, and the cut through all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from textual.content import Content

from tui.rows.words import words
from tui.text import clean
from tui.workspace.time.stops import TimeScale
from tui.workspace.widgets.cells import cell_len, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.views.lanes import Bar, FigureTrack, Lane
    from tui.workspace.time.session import Session


class _Begun(Protocol):
    """Something that holds from an instant on."""

    @property
    def start(self) -> int: ...


_Begins = TypeVar("_Begins", bound=_Begun)
_GOOD: Final = frozenset({"accepted", "signed", "in-force", "completed", "fulfilled", "concluded", "agreed"})
_BAD: Final = frozenset({"refused", "breached", "reversed", "suspended", "deadlocked", "cancelled", "terminated"})
#: What an expectation looks like, by how it stands, and its style.
_DUE: Final = {
    "ahead": ("○", "bold $text-accent"),
    "met": ("●", "$text-success"),
    "passed": ("!", "bold $text-warning"),
    "void": ("×", "$text-muted"),
}
#: What a legend says below the lanes.
LEGEND: Final = "○ expected  ● met  ! passed  ┄ not sure when"
#: The least columns of a state's word that is cut.
_LEAST: Final = 6
#: Columns of the names of lanes, by those that there are.
_NAMES: Final = ((150, 34), (100, 26), (60, 20), (0, 14))
_FAMILIES: Final = {
    "agreement": "AGREEMENTS",
    "round": "TALKS",
    "withdrawal": "WITHDRAWALS",
    "commitment": "COMMITMENTS",
    "party": "FIGURES",
    "matter": "FIGURES",
}


def names_for(columns: int) -> int:
    """Return how many of some columns the names of lanes take."""
    return next(names for least, names in _NAMES if columns >= least)


def scale_of(session: Session, columns: int) -> TimeScale:
    """Return the scale of the lanes: that of all entries, and of what is expected; it is made once."""
    stops, lanes = session.stops, session.lanes()
    kept = stops.lane_scale
    if kept is None or kept[0] is not lanes or kept[1].width != columns:
        due = [due.upper for lane in lanes or () for due in lane.due if due.upper < _END]
        kept = stops.lane_scale = lanes, TimeScale([*stops.at("happened"), *stops.at("known"), *due], columns)
    return kept[1]


#: Instants from which on nothing has a place on a scale: the year 9999.
_END: Final = 253_370_764_800_000_000


def drawn(session: Session, scale: TimeScale, names: int, rows: int) -> list[Content]:
    """Return the lines of the lanes, so many at most; of more lanes, those that moved last before the cut."""
    lanes = session.lanes()
    if lanes is None:
        return [Content.styled("Reading the lanes …", "$text-muted")]
    if not lanes:
        return [Content.styled("No agreement, talks, withdrawal or commitment yet.", "$text-muted")]
    here = session.now(session.along)
    cut = scale.width - 1 if here is None else scale.column(here)
    kept, left = _kept(lanes, here, rows - 1)
    lines: list[Content] = []
    family = ""
    room = rows - 1 - len(kept) - sum(figures for _, figures in kept) - bool(left)

    def add(name: str, style: str, row: LaneCells) -> None:
        lines.append(_line(Content.styled(fit(name, names - 1), style), row, names, cut, is_now=here is None))

    for lane, count in kept:
        heading = _FAMILIES[lane.family]
        if heading != family and room > 0:
            add(heading, "$text-muted", LaneCells(scale.width))
            room -= 1
        family = heading
        row = LaneCells(scale.width)
        _draw_bars(row, lane.bars, scale)
        for due in lane.due:
            row.put(scale.column(min(due.upper, _END)), *_DUE[due.standing])
        add(_called(lane, names), "bold", row)
        for figures in lane.figures[:count]:
            row = LaneCells(scale.width)
            _draw_figures(row, figures, scale)
            add(f"  {figures.name}", "$text-muted", row)
    if left:
        lines.append(Content.styled(f"+ {left} more, of what moved earlier", "$text-muted"))
    lines.append(Content.styled(LEGEND, "$text-muted"))
    return [line.truncate(names + scale.width) for line in lines]


def _called(lane: Lane, columns: int) -> str:
    """Return what a lane is called, by its id where its title has no room."""
    name = clean(lane.name)
    return name if cell_len(name) < columns else clean(lane.id)


def _kept(lanes: Sequence[Lane], here: int | None, rows: int) -> tuple[list[tuple[Lane, int]], int]:
    """Return the lanes for which there are rows, in their order, each with how many of its figures, and what is left.

    What moved last before the cut has room first, and every lane before any figure.
    """
    order = sorted(range(len(lanes)), key=lambda number: _moved(lanes[number], here), reverse=True)
    if sum(1 + len(lane.figures) for lane in lanes) > rows:
        # A line says how many are left out.
        rows -= 1
    kept = order[: max(rows, 0)]
    room = rows - len(kept)
    figures: dict[int, int] = {}
    for number in kept:
        figures[number] = min(len(lanes[number].figures), room)
        room -= figures[number]
    every = sum(1 + len(lane.figures) for lane in lanes)
    return [(lanes[number], figures[number]) for number in sorted(kept)], every - len(kept) - sum(figures.values())


def _moved(lane: Lane, here: int | None) -> int:
    """Return when a lane moved last up to a moment."""
    starts = [bar.start for bar in lane.bars]
    starts += [point.start for figures in lane.figures for point in figures.points]
    return max((start for start in starts if here is None or start <= here), default=-_END)


class LaneCells:
    """The cells of one line, each with its style."""

    def __init__(self, width: int) -> None:
        self.cells: list[tuple[str, str]] = [(" ", "")] * width

    def put(self, column: int, text: str, style: str) -> None:
        """Write a text from a column on, as far as there is room; a wide character takes two cells."""
        for character in text:
            width = cell_len(character)
            if width == 0 or column + width > len(self.cells):
                continue
            self.cells[column] = (character, style)
            for beside in range(column + 1, column + width):
                self.cells[beside] = ("", style)
            column += width

    def mark(self, column: int, character: str, style: str) -> None:
        """Draw one narrow character, without tearing a wide one in two."""
        if column and not self.cells[column][0]:
            self.cells[column - 1] = (" ", "")
        if column + 1 < len(self.cells) and not self.cells[column + 1][0]:
            self.cells[column + 1] = (" ", "")
        self.cells[column] = (character, style)


def _draw_bars(row: LaneCells, bars: Sequence[Bar], scale: TimeScale) -> None:
    """Draw the states: each begins with its word, if that has room."""
    for start, end, bar in _spans(bars, scale):
        if bar.state is None:
            continue
        style = "$text-error" if bar.state in _BAD else "$text-success" if bar.state in _GOOD else "$text-primary"
        line = "┄" if bar.uncertain else "━"
        row.put(start, line * (end - start), style)
        row.put(start, "▐", style)
        _word(row, start + 1, end, words(bar.state), style)


def _draw_figures(row: LaneCells, figures: FigureTrack, scale: TimeScale) -> None:
    for start, end, point in _spans(figures.points, scale):
        if point.text:
            row.put(start, "─" * (end - start), "$text-muted")
            row.put(start, "╷", "$text-muted")
            # A figure that is cut may read as another one.
            texts = (f"{clean(point.text)} {point.grade}".strip(), clean(point.text))
            text = next((text for text in texts if cell_len(text) <= end - start - 1), "")
            row.put(start + 1, text, "bold")


def _spans(items: Sequence[_Begins], scale: TimeScale) -> Iterable[tuple[int, int, _Begins]]:
    """Yield each item with the columns from which and up to which it is drawn; the last of one column has that."""
    columns = [scale.column(item.start) for item in items]
    for number, item in enumerate(items):
        end = columns[number + 1] if number + 1 < len(items) else scale.width
        if end > columns[number]:
            yield columns[number], end, item


def _word(row: LaneCells, start: int, end: int, text: str, style: str) -> None:
    """Write a word within some columns, cut where it must be; nothing where hardly a letter has room."""
    room = end - start
    if room >= min(cell_len(text), _LEAST):
        row.put(start, fit(text, room).rstrip(), f"bold {style}".strip())


def _line(name: Content, row: LaneCells, names: int, cut: int, *, is_now: bool) -> Content:
    """Return a line; what lies after the cut is faint."""
    if not is_now:
        row.mark(cut, "┃", "bold $text-accent")
    parts: list[tuple[str, str]] = []
    for number, (character, style) in enumerate(row.cells):
        shown = "$text-disabled" if number > cut else style
        if parts and parts[-1][1] == shown:
            parts[-1] = (parts[-1][0] + character, shown)
        else:
            parts.append((character, shown))
    return Content.assemble(name.pad_right(max(names - name.cell_length, 0)), *parts)
