"""Why: the claims behind a conclusion, in their sources' words, with voices and grades, and what argues against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from projections.views.why import why_of
from tracker.errors import NameUnknownError
from tui.rows.glyphs import grade_style
from tui.rows.words import shown_field
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.cells import some
from tui.workspace.widgets.report import ReportItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.views.why import Ground, Support, Why
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

_MOST = 2000


class WhyScreen(ReaderScreen):
    """Why a subject stands as it does; enter goes to the entry of a line."""

    NAME = "Why"
    NOTHING = "Nothing is said of this at the cut. esc goes back."

    def __init__(self, session: Session, subject: str) -> None:
        super().__init__(session)
        self.subject = subject

    def title_line(self) -> str:
        """Return the subject."""
        return f"Why  {clean(self.subject)}"

    def items(self) -> Iterator[ReportItem]:
        """Return the conclusion, the claims behind it, those against it, and what else bears on it."""
        try:
            found = why_of(self.session.status, self.subject)
        except NameUnknownError:
            return
        entries = tuple(line.entry for line in found.lines)
        yield ReportItem(_conclusion(found), 2, self.subject, entries, heading=True)
        for line in found.lines:
            yield from _ground(line)
        if found.against:
            yield ReportItem(Content.styled("Against it", "bold $text-error"), heading=True)
        for line in found.against:
            yield from _ground(line)
        if found.findings:
            yield ReportItem(Content.styled("Findings", "bold $text-accent"), heading=True)
        for finding in found.findings:
            text = Content.assemble(
                ("  ⚑ ", "$text-warning"), some(finding.message, _MOST), (f"  {finding.kind}", "$text-muted")
            )
            yield ReportItem(text, 4, finding.subject, finding.entries)
        others = [reading for reading in self.session.status.readings(self.subject) if reading.id not in entries]
        if others:
            yield ReportItem(Content.styled(f"Also said of it ({len(others)})", "bold $text-accent"), heading=True)
        for reading in others:
            when = f"  {short(reading.occurred):<12} " if reading.occurred else " " * 15
            text = Content.assemble(
                (when, "$text-muted"), reading.event.event, (f"  {clean(reading.id)}", "$text-muted")
            )
            yield ReportItem(text, 15, None, (reading.id,))
        if found.rests:
            yield ReportItem(Content.styled("What rests on it", "bold $text-accent"), heading=True)
            yield ReportItem(Content(f"  {clean(', '.join(found.rests))}"), 2, self.subject, entries)

    def sheet(self) -> Sheet | None:
        """Return one piece of evidence a row."""
        try:
            return sheets.why(self.session.status, self.subject)
        except NameUnknownError:
            return None


def _conclusion(found: Why) -> Content:
    is_weak = found.voices.against > 0 or found.voices.for_ <= 1
    return Content.assemble(
        (some(found.says, _MOST), "bold"),
        ("  ? may have happened after the cut" if found.uncertain else "", "$text-warning"),
        ("   voices ", "$text-muted"),
        (str(found.voices), "bold $text-warning" if is_weak else "bold"),
    )


def _ground(line: Ground) -> Iterator[ReportItem]:
    """Yield an entry, what was corrected in it, and its evidence."""
    text = Content.assemble(
        (f"  {short(line.occurred) or '·':<12} ", "$text-muted"),
        (some(line.says, _MOST), "strike" if line.retracted else ""),
        (f"  {clean(line.how)}" if line.how else "", "$text-error"),
        (f"  {clean(line.entry)}", "$text-muted"),
    )
    yield ReportItem(text, 15, None, (line.entry,))
    for correction in line.corrections:
        for name, before, after in correction.changes:
            words = f"{clean(name)}: {some(shown_field(before), _MOST)} → {some(shown_field(after), _MOST)}"
            text = Content.assemble(
                ("      ± ", "$text-accent"), words, (f"  {clean(correction.entry)}", "$text-muted")
            )
            yield ReportItem(text, 9, None, (correction.entry,))
    for support in line.support:
        yield ReportItem(_support(support), 9, None, (line.entry,))
    if not line.support:
        yield ReportItem(Content.styled("      ∅  without evidence", "$text-warning"), 9, None, (line.entry,))


def _support(support: Support) -> Content:
    who = ", ".join(clean(word) for word in (support.attributed_to, support.role) if word)
    words = some(support.words, _MOST) if support.words else ""
    said = f"“{words}”" if support.quote else words
    return Content.assemble(
        "      ",
        (f"{support.grade} ", grade_style(support.grade)),
        (clean(support.publisher or support.source), "bold"),
        f", {who}" if who else "",
        ": " if said else "",
        (said, "italic" if support.quote else ""),
        (f" ({clean(support.language)})" if support.language and support.quote else "", "$text-muted"),
        (f"  relays {clean(', '.join(support.relays))}" if support.relays else "", "$text-muted"),
    )
