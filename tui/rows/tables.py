"""Rows with their columns one under the other, as wide as they are or made to fit a screen, and as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.unseen import is_formula
from tui.text import clean, clean_lines, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None
#: Characters of CSV handed over at once.
_BLOCK: Final = 262_144
_GAP: Final = "  "
_BELOW: Final = "    "
#: The least that a column is narrowed to, and the least room for sentences beside other columns.
_LEAST: Final = 8
_ROOM: Final = 36


class Column(NamedTuple):
    """A column: its name, as CSV heads it too, and what becomes of it where the screen is narrow.

    One that `gives_way` is shortened. The last one may hold sentences and `wraps`, beside the others or below them.
    """

    name: str
    gives_way: bool = False
    right: bool = False
    wraps: bool = False


def heads(names: str) -> tuple[Column, ...]:
    """Return columns with nothing but their names, which are written with blanks between."""
    return tuple(map(Column, names.split()))


def cells_of(thing: object, names: str) -> list[Cell]:
    """Return what a thing holds under some names, written with blanks between; None for what it has not."""
    return [getattr(thing, name, None) for name in names.split()]


class Layout:
    """How wide each column of some rows is on a screen of so many columns, None for one without an end."""

    def __init__(self, columns: Sequence[Column], cells: Sequence[Sequence[Cell]], screen: int | None = None) -> None:
        self.columns = columns
        self.screen = screen
        self.widths = [max((width(_shown(row[index])) for row in cells), default=0) for index in range(len(columns))]
        self.is_below = False
        if screen is not None and self._total() > screen:
            if columns[-1].wraps:
                self._make_room(screen)
            self._fit(screen)

    def lines(self, row: Sequence[Cell]) -> Iterator[str]:
        """Yield the lines of one row."""
        shown = [_shown(cell) for cell in row]
        if self.is_below:
            yield self._line(shown[:-1])
            sentences = wrap(shown[-1], (self.screen or 0) - len(_BELOW))
            yield from (f"{_BELOW}{sentence}" for sentence in sentences if sentence)
        elif self.columns[-1].wraps:
            first, *more = wrap(shown[-1], self.widths[-1])
            yield self._line([*shown[:-1], first])
            margin = " " * (self._total() - self.widths[-1])
            yield from (f"{margin}{sentence}" for sentence in more)
        else:
            yield self._line(shown)

    def _total(self) -> int:
        return sum(self.widths) + len(_GAP) * (len(self.widths) - 1)

    def _make_room(self, screen: int) -> None:
        """Let the last column wrap in what room the others leave, or else below them."""
        room = screen - (self._total() - self.widths[-1])
        if room >= _ROOM:
            self.widths[-1] = room
        else:
            self.is_below = True
            del self.widths[-1]

    def _fit(self, screen: int) -> None:
        """Make the columns that give way narrower, always the widest of them, until a row fits the screen."""
        over = self._total() - screen
        giving = [index for index, _ in enumerate(self.widths) if self.columns[index].gives_way]
        while over > 0 and giving:
            widest = max(giving, key=lambda index: self.widths[index])
            if self.widths[widest] <= _LEAST:
                return
            self.widths[widest] -= 1
            over -= 1

    def _line(self, shown: Sequence[str]) -> str:
        padded = []
        for column, columns_wide, text in zip(self.columns, self.widths, shown, strict=False):
            fitted = shorten(text, columns_wide)
            space = " " * (columns_wide - width(fitted))
            padded.append(space + fitted if column.right else fitted + space)
        return _GAP.join(padded).rstrip()


def aligned(columns: Sequence[Column], cells: Sequence[Sequence[Cell]], screen: int | None = None) -> Iterator[str]:
    """Yield rows without a header as lines."""
    layout = Layout(columns, cells, screen)
    for row in cells:
        yield from layout.lines(row)


def _shown(cell: Cell) -> str:
    return "" if cell is None else clean(cell)


def csv_blocks(columns: Sequence[Column], cells: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield rows below their heads as CSV (RFC 4180) that no spreadsheet takes for formulas, some lines at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_csv_cell(column.name) for column in columns])
    for row in cells:
        writer.writerow([_csv_cell(cell) for cell in row])
        if buffer.tell() > _BLOCK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_cell(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula, and no terminal for a command."""
    if not isinstance(cell, str):
        return cell
    return f"'{clean_lines(cell)}" if is_formula(cell) else clean_lines(cell)
