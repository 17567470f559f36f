"""The line at the top: which negotiation, which log, and whether one looks at the present or at the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui.text import clean
from tui.workspace.widgets.cells import cell_len, fit

if TYPE_CHECKING:
    from tui.workspace.time.session import Session


class Header(Static):
    """One line; what came in since one last did something is a pill in it, in the past until one is back."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, markup=False)
        self._title = ""
        self._where = ""
        self._session: Session | None = None

    def show(self, title: str, where: str, session: Session | None = None) -> None:
        """Show a title, the log's place, and where a session stands."""
        self._title, self._where, self._session = title, where, session
        self.redraw()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the line."""
        columns = self.size.width
        if not columns:
            return
        right = self._right()
        room = columns - right.cell_length - 1
        name = " communiqué  "
        where = f" · {clean(self._where)}"
        title = clean(self._title)
        if cell_len(name) + cell_len(title) + cell_len(where) > room:
            where = ""
        left = fit(title + where, max(room - cell_len(name) - 1, 0)) + " "
        self.update(Content.assemble((name, "bold $text-accent"), left, right, " "), layout=False)

    def _right(self) -> Content:
        session = self._session
        if session is None:
            return Content("")
        pill = (f" {session.unseen} new ", "reverse bold $text-accent") if session.unseen else ("", "")
        if session.is_live:
            return Content.assemble(pill, " " if session.unseen else "", ("● LIVE", "bold $text-success"))
        cut = " · ".join(
            f"{axis} ≤ {value}"
            for axis in ("happened", "known", "recorded")
            if (value := getattr(session.cut, f"{axis}_by")) is not None
        )
        return Content.assemble(
            pill, " " if session.unseen else "", ("REPLAY", "reverse bold $text-warning"), f" · {cut}"
        )
