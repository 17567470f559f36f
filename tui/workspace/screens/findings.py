"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.widgets.report import ReportItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.judgement.findings import Finding
    from tui.workspace.sheets import Sheet

#: The kinds in the order in which a reader needs them, each with its sign and what it is called.
KINDS: Final = {
    "figure-conflict": ("≠", "Figures that disagree"),
    "date-conflict": ("≠", "Dates that disagree"),
    "denial": ("¬", "Denied or disputed"),
    "illegal-transition": ("↯", "Moves that nothing allows"),
    "order-conflict": ("↯", "Told in the wrong order"),
    "open-question": ("?", "Open questions"),
    "overdue": ("!", "Overdue"),
    "retracted-support": ("—", "Support that was retracted"),
    "unsourced": ("∅", "Without evidence"),
    "single-voice": ("1", "Resting on one voice"),
    "identity": ("=", "Who is who"),
}


class FindingsScreen(ReaderScreen):
    """Every finding at the session's cut, by kind."""

    NAME = "Findings"
    NOTHING = "Nothing to find at this cut: no contradiction, no open question. esc goes back."

    def items(self) -> Iterator[ReportItem]:
        """Return the findings."""
        by_kind: dict[str, list[Finding]] = {}
        for finding in self.session.status.findings:
            by_kind.setdefault(finding.kind, []).append(finding)
        for kind in sorted(by_kind, key=lambda kind: [*KINDS, kind].index(kind)):
            sign, name = KINDS.get(kind, ("•", kind))
            found = by_kind[kind]
            yield ReportItem(Content.styled(f"{name} ({len(found)})", "bold $text-accent"), heading=True)
            for finding in found:
                text = Content.assemble(
                    (f"  {sign} ", "$text-warning"),
                    clean(finding.message),
                    (f"  {clean(', '.join(finding.entries))}", "$text-muted"),
                )
                yield ReportItem(text, 4, f"{finding.kind}:{finding.subject}", finding.entries)

    def sheet(self) -> Sheet:
        """Return one finding a row."""
        return sheets.findings(self.session.status)

    def title_line(self) -> str:
        """Return the frame's title."""
        return f"Findings ({len(self.session.status.findings)})  enter goes to the entry"
