"""Sources: their grades, who repeats whom, what rests on each, and what would fall without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from projections.views.sources import sources
from tui.rows.glyphs import grade_style
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.report import Report, ReportItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.views.sources import Branch, Reliant
    from tui.workspace.sheets import Sheet


class SourcesScreen(ReaderScreen):
    """The sources as a tree: below each one, those that repeat it; enter goes to an entry that rests on it."""

    NAME = "Sources"
    NOTHING = "No source is registered yet. esc goes back, a adds a SourceRegistered."

    def items(self) -> Iterator[ReportItem]:
        """Return the tree; a source that repeats several stands below each of them."""
        session = self.session
        found = sources(session.history, session.negotiation, session.cut, today=session.today)
        for cycle in found.cycles:
            text = f"A circle of relays, which is not followed: {clean(' → '.join(cycle))}"
            yield ReportItem(Content.styled(text, "$text-warning"), heading=True)
        for branch in found.tree:
            yield _line(branch, found.sources[branch.source])

    def sheet(self) -> Sheet:
        """Return one source a row."""
        return sheets.sources(self.session)

    def addresses(self) -> list[str]:
        """Return the address of the source under the cursor."""
        item = self.query_one(Report).item
        kind, _, name = (item.subject or "").partition(":") if item is not None else ("", "", "")
        source = self.session.claims.registers.sources.get(name) if kind == "source" else None
        return [source.url] if source is not None and source.url else []

    def title_line(self) -> str:
        """Return the frame's title."""
        return f"Sources ({len(self.session.claims.registers.sources)})  indented: who repeats it"


def _line(branch: Branch, reliant: Reliant) -> ReportItem:
    source = reliant.source
    lead = "  " * (branch.depth - 1) + "└ " if branch.depth else ""
    count = len(reliant.entries)
    parts = [
        (f"{source.reliability} ", f"bold {grade_style(source.reliability)}"),
        (fit(short(source.published), 12), "$text-muted"),
        (lead, "$text-muted"),
        (clean(source.publisher or source.id), "bold"),
        (f"  {clean(source.title)}" if source.title else "", ""),
        (f"  {clean(source.id)}", "$text-muted"),
    ]
    if branch.again:
        parts.append(("  see above", "$text-muted"))
    else:
        parts.append((f"  {count} {'entry' if count == 1 else 'entries'}", "" if count else "$text-muted"))
        if reliant.alone:
            parts.append((f", {len(reliant.alone)} on it alone", "$text-warning"))
        if reliant.falls:
            falls = ", ".join(f"{fall.subject} {fall.before} → {fall.after or 'nothing'}" for fall in reliant.falls[:3])
            more = f" and {len(reliant.falls) - 3} more" if len(reliant.falls) > 3 else ""  # noqa: PLR2004 - those named
            parts.append((f"; without it: {clean(falls)}{more}", "$text-warning"))
    return ReportItem(
        Content.assemble(*parts), 14 + len(lead), f"source:{source.id}", (source.entry, *reliant.entries[-1:])
    )
