"""Pane 3: where each party stands on each matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.judgement.voices import voices
from projections.views.status import Positions, positions_in
from tui.rows.glyphs import NO_STANCE, STANCES
from tui.rows.words import words
from tui.text import clean
from tui.workspace.messages import CursorMoved
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from projections.claims.claims import Claims
    from projections.judgement.conclusions import Position
    from tui.workspace.time.session import Session

_LEAST_MATTER: Final = 14
_CELL: Final = 6
_MOST_CELL: Final = 14


class PositionMatrix(LineList):
    """The matrix of matters and parties, with a cursor on one cell; a star marks what a step changed."""

    BORDER_TITLE = "3 Positions  matter × party"
    FIRST = 1

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.nothing = "Nobody has taken a position yet. a adds a PositionTaken."
        self._view = Positions({}, {}, {})
        self._standing: Claims | None = None
        self.matters: list[str] = []
        self.parties: list[str] = []
        self.column = 0
        self._changed: frozenset[str] = frozenset()
        #: What stands on the border.
        self._told = ""

    def show(self, session: Session) -> None:
        """Show the positions at a session's cut; matters on which nobody has taken one come last."""
        self._standing = session.claims
        self._view = positions_in(session.status)
        taken = {matter for matter, _ in self._view.cells}
        self.matters = sorted(self._view.matters, key=lambda matter: matter not in taken)
        self.parties = list(self._view.parties)
        self.column = min(self.column, max(len(self.parties) - 1, 0))
        self._changed = frozenset(subject for subject in session.changes if subject.startswith("position:"))
        self.renew()
        self._spell_out()

    def _spell_out(self) -> None:
        """Say on the border what the cell under the cursor means; with the keys elsewhere, how many changed."""
        told = f"* {len(self._changed)} changed" if self._changed else ""
        if self.has_focus and self.cursor and self.matters and self.parties:
            matter, party = self.matters[self.cursor - 1], self.parties[self.column]
            cell = self.cell
            stance = (cell.stance or "only red lines or concessions") if cell is not None else "no position"
            lines = f" · {len(cell.red_lines)} red" if cell is not None and cell.red_lines else ""
            title = clean(self._view.matters[matter] or matter)
            told = f"{clean(self._view.parties[party] or party)}: {words(stance)}{lines} · {title}"
        if told != self._told:
            self._told = told
            self.border_subtitle = Content(told)

    def watch_cursor(self) -> None:
        """Tell of another cell."""
        self._spell_out()

    def on_blur(self) -> None:
        """Tell of no cell."""
        super().on_blur()
        self._spell_out()

    @property
    def cell(self) -> Position | None:
        """The position under the cursor."""
        if not self.parties or not self.matters or self.cursor == 0:
            return None
        return self._view.cells.get((self.matters[self.cursor - 1], self.parties[self.column]))

    @property
    def subject(self) -> str | None:
        """The subject under the cursor."""
        return self.cell.subject if self.cell else None

    @property
    def entry(self) -> str | None:
        """The entry that the position under the cursor rests on last, or that denies it where nothing else is said."""
        named = (self.cell.because or self.cell.mentions) if self.cell else ()
        return named[-1] if named else None

    def on_focus(self) -> None:
        """Begin with a matter."""
        if self.cursor == 0 and self.count():
            self.point_at(1)
        super().on_focus()
        self._spell_out()

    def count(self) -> int:
        """Return the number of lines: the heads, and a line a matter."""
        return len(self.matters) + 1 if self.parties else 0

    def sideways(self, count: int) -> None:
        """Go to the next party."""
        column = min(max(self.column + count, 0), max(len(self.parties) - 1, 0))
        if column != self.column:
            self.column = column
            self.refresh()
            self._spell_out()
            self.post_message(CursorMoved(self, self.cursor))

    def draw(self, index: int, columns: int) -> Content:
        """Draw a line of the matrix."""
        cell = self._cell_width(columns)
        width, first, last = self._window(columns, cell)
        if index == 0:
            heads = "".join(f"{fit(party, cell - 1)} " for party in self.parties[first:last])
            more = "…" if last < len(self.parties) else ""
            return Content.assemble((f"  {'matter':<{width}} {heads}{more}", "$text-muted"))
        matter = self.matters[index - 1]
        pointer = "▶" if index == self.cursor and self.has_focus else " "
        parts: list[tuple[str, str]] = [(f"{pointer} {fit(self._view.matters[matter] or matter, width)} ", "")]
        for number, party in enumerate(self.parties[first:last], start=first):
            is_here = index == self.cursor and number == self.column and self.has_focus
            parts += self._cell(matter, party, cell, " reverse" if is_here else "")
        return Content.assemble(*parts)

    def _cell(self, matter: str, party: str, width: int, extra: str) -> list[tuple[str, str]]:
        position = self._view.cells.get((matter, party))
        if position is None:
            return [(NO_STANCE, f"$text-disabled{extra}"), (" " * (width - 1), "")]
        glyph, style = STANCES.get(position.stance, STANCES[None])
        star = "*" if position.subject in self._changed else ""
        line = "!" if position.red_lines else ""
        text = f"{glyph}{min(self._voices(position), 99)}{line}"
        return [(text, f"{style}{extra}"), (fit(star, width - len(text)), "bold $text-accent")]

    def _voices(self, position: Position) -> int:
        standing = self._standing
        if standing is None:
            return 0
        return voices(standing, [reading for name in position.because if (reading := standing.get(name))]).for_

    def _cell_width(self, columns: int) -> int:
        """Return the columns of a cell: as many as the parties' names need, where they and the matters have room."""
        wanted = min(max(map(len, self.parties), default=0) + 1, _MOST_CELL)
        return max(wanted, _CELL) if columns - 4 - wanted * len(self.parties) >= self._titles() else _CELL

    def _titles(self) -> int:
        return max((len(clean(title or matter)) for matter, title in self._view.matters.items()), default=6)

    def _window(self, columns: int, cell: int) -> tuple[int, int, int]:
        """Return the width of a matter's title, and the first and last of the parties that there is room for."""
        room = max((columns - 3 - _LEAST_MATTER) // cell, 1)
        first = max(0, min(self.column - room + 1, len(self.parties) - room))
        last = min(first + room, len(self.parties))
        return min(columns - 4 - (last - first) * cell, max(self._titles(), _LEAST_MATTER)), first, last
