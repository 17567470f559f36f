"""The difference of two cuts: what a person would answer otherwise, and because of which entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from projections.claims.readings import MACHINES
from projections.views.diff import diff
from tui.commands.changes import otherwise
from tui.rows import sheets
from tui.text import clean
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.report import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.cut import Cut
    from projections.judgement.findings import Finding
    from tui.rows.sheets import Sheet
    from tui.workspace.time.model import Session

#: Words of ours, which are read more easily without their hyphens.
_STATES: Final = frozenset(state for machine in MACHINES.values() for state in machine.states)


class DiffScreen(ReaderScreen):
    """What changed from one cut to another."""

    NAME = "What changed"
    NOTHING = "No conclusion differs between the two. m marks a moment, [ ] steps, d compares again."

    def __init__(self, session: Session, before: Cut, after: Cut) -> None:
        super().__init__(session)
        self.before, self.after = before, after

    def title_line(self) -> str:
        """Return the two cuts."""
        return f"What changed  {told(self.before)} → {told(self.after)}"

    def items(self) -> Iterator[Item]:
        """Return the changes, then the findings that appeared, went, and say otherwise now."""
        session = self.session
        found = diff(session.at(self.before), session.at(self.after))
        subject = ""
        for change in found.changes:
            if change.subject != subject:
                subject = change.subject
                yield Item(Content.styled(clean(subject), "bold $text-accent"), heading=True)
            text = Content.assemble(
                (f"  {clean(change.aspect)}  ", "$text-muted"),
                (worded(change.before) if change.before else "—", "$text-muted"),
                "  →  ",
                (worded(change.after) if change.after else "—", "bold"),
            )
            yield Item(text, 4, change.subject, change.because)
            for entry in change.because:
                yield self._cause(entry)
        for name, findings in (("Findings that appeared", found.appeared), ("Findings that went", found.gone)):
            if findings:
                yield Item(Content.styled(f"{name} ({len(findings)})", "bold $text-accent"), heading=True)
            for finding in findings:
                yield _finding(finding)
        if found.changed:
            yield Item(
                Content.styled(f"Findings that changed ({len(found.changed)})", "bold $text-accent"), heading=True
            )
        for older, newer in found.changed:
            yield _finding(newer, f"  {otherwise(older, newer)}")

    def sheet(self) -> Sheet:
        """Return one change a row."""
        return sheets.changes(self.session.at(self.before), self.session.at(self.after))

    def _cause(self, entry: str) -> Item:
        recorded = self.session.history.get(entry)
        when = short(recorded.event.occurred.text) if recorded and recorded.event.occurred else ""
        name = recorded.event.event if recorded else ""
        return Item(
            Content.assemble(
                ("    because ", "$text-muted"),
                f"{when}  " if when else "",
                clean(name),
                (f"  {clean(entry)}", "$text-muted"),
            ),
            12,
            None,
            (entry,),
        )


def _finding(finding: Finding, more: str = "") -> Item:
    text = Content.assemble("  ", (f"{finding.kind}  ", "$text-muted"), clean(finding.message), (more, "$text-muted"))
    return Item(text, 4, finding.subject, finding.entries)


def told(cut: Cut) -> str:
    """Return a cut in words."""
    return "now" if cut.is_open else str(cut).replace(":", " ≤ ").replace(",", ", ")


def worded(value: Any) -> str:  # noqa: ANN401 - whatever a view holds
    """Return one side of a change in words."""
    if isinstance(value, dict):
        low, high = value.get("low"), value.get("high")
        if low == high and low is not None:
            return f"{low:,}"
        return f"{'' if low is None else f'{low:,}'}–{'' if high is None else f'{high:,}'}"
    if isinstance(value, list | tuple):
        return clean(", ".join(str(item) for item in value))
    if value is True:
        return "yes"
    return clean(str(value).replace("-", " ") if isinstance(value, str) and value in _STATES else str(value))
