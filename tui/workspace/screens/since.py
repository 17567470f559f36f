"""Since you last looked: what was recorded, by whom, and what is said otherwise now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from projections.claims.cut import Cut
from projections.views.diff import Difference
from projections.views.since import since
from projections.wording.sentences import summary_of
from tui.rows.glyphs import glyph_of
from tui.text import clean
from tui.workspace.looking import look, recorded_since
from tui.workspace.screens.reports import DiffScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.report import ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.workspace.time.session import Session


class SinceScreen(DiffScreen):
    """What is new since the person last looked, the latest entry first, and then what that changed."""

    NOTHING = "Nothing was recorded, and nothing has changed, since you last looked. esc goes back."

    def __init__(self, session: Session) -> None:
        super().__init__(session, Cut(), Cut())

    def title_line(self) -> str:
        """Return since when."""
        mark = self.session.looked
        return f"Since you last looked  {mark.day.isoformat()}, at #{mark.position}" if mark else "You look at it now"

    def difference(self) -> Difference:
        """Return what differs between what the person saw then and what there is now."""
        session = self.session
        if session.looked is None or session.today is None:
            return Difference((), (), ())
        return since(session.history, session.negotiation, session.looked, today=session.today).changes

    def items(self) -> Iterator[ReportItem]:
        """Return the entries, then the changes; from here on the person has seen them."""
        session = self.session
        names = session.claims.registers.names
        found = recorded_since(session)
        if found:
            own = sum(recorded.recorded_by == self.workspace.log_book.by for recorded in found)
            told = f": {len(found) - own} by others, {own} by you" if own else ""
            yield heading(f"New entries ({len(found)}){told}")
        for recorded in found:
            event = recorded.event
            glyph, style = glyph_of(event)
            by = f"{clean(event.event)} by {clean(recorded.recorded_by)}, {recorded.recorded_at:%Y-%m-%d}"
            text = Content.assemble(
                (f"  {fit(short(event.occurred.text) if event.occurred else '', 12)}", "$text-muted"),
                (f"{glyph} ", style),
                clean(summary_of(event, names)),
                (f"  {by}", "$text-muted"),
            )
            yield ReportItem(text, 16, None, (recorded.id,))
        yield from super().items()
        look(self.workspace.log_book, session)
        session.new.clear()
