"""Reports on a whole negotiation: findings, agenda, sources, and what differs between two cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.views.agenda import agenda_of
from projections.views.diff import diff
from projections.views.sources import sources
from projections.wording.sentences import aspect_text, called, finding_text, subject_text, summary_of
from tui.rows.glyphs import grade_style
from tui.rows.views import otherwise
from tui.rows.words import shown_conclusion, words
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.cells import fit, some
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from projections.claims.cut import Cut
    from projections.judgement.findings import Finding
    from projections.views.diff import Difference
    from projections.views.sources import Branch, Reliant
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

#: Characters of a sentence that are shown.
_MOST: Final = 600
#: The kinds in the order in which a reader needs them, each with its sign and what it is called.
KINDS: Final = {
    "figure-conflict": ("≠", "Figures that disagree"),
    "date-conflict": ("≠", "Dates that disagree"),
    "state-conflict": ("≠", "States that exclude each other"),
    "value-conflict": ("≠", "Words that disagree"),
    "foretold": ("≠", "Told before it happened"),
    "denial": ("¬", "Denied or disputed"),
    "illegal-transition": ("↯", "Moves that nothing allows"),
    "order-conflict": ("↯", "Told in the wrong order"),
    "open-question": ("?", "Open questions"),
    "overdue": ("!", "Overdue"),
    "retracted-support": ("—", "Support that was retracted"),
    "unsourced": ("∅", "Without evidence"),
    "single-voice": ("1", "Resting on one voice"),
    "identity": ("=", "Who is who"),
    "alike": ("=", "Names that are nearly alike"),
}


class FindingsScreen(ReaderScreen):
    """Every finding at the session's cut, by kind."""

    NOTHING = "Nothing to find at this cut: no contradiction, no open question. esc goes back."

    def items(self) -> Iterator[ReportItem]:
        """Return the findings."""
        names = self.session.claims.names
        by_kind: dict[str, list[Finding]] = {}
        # Notes come last, whatever their kind.
        for finding in sorted(self.session.status.findings, key=lambda finding: finding.is_note):
            by_kind.setdefault(finding.kind, []).append(finding)
        for kind in sorted(by_kind, key=lambda kind: (by_kind[kind][0].is_note, [*KINDS, kind].index(kind))):
            sign, name = KINDS.get(kind, ("•", kind))
            found = by_kind[kind]
            yield heading(f"{name} ({len(found)})")
            for finding in found:
                text = Content.assemble(
                    (f"  {sign} ", "$text-warning"),
                    clean(finding_text(finding.subject, finding.message, names)),
                    (f"  {clean(', '.join(finding.entries))}", "$text-muted"),
                )
                yield ReportItem(text, 4, f"{finding.kind}:{finding.subject}", finding.entries)

    def sheet(self) -> Sheet:
        """Return one finding a row."""
        return sheets.findings(self.session.status)

    def title_line(self) -> str:
        """Return the frame's title."""
        return f"Findings ({len(self.session.status.findings)})  enter goes to the entry"


#: What is expected, in the order in which a reader asks for it: how it stands, and what that is called.
_STANDINGS: Final = {"ahead": "Ahead", "passed": "Passed without a word"}


class AgendaScreen(ReaderScreen):
    """What is to come at the session's cut, and what has passed without a word; enter goes to what says so."""

    NOTHING = "Nothing is expected at this cut, and nothing has passed without a word. esc goes back."

    def items(self) -> Iterator[ReportItem]:
        """Return what is expected, by how it stands."""
        for standing, name in _STANDINGS.items():
            found = agenda_of(self.session.status, standings=frozenset({standing}))
            if found:
                yield heading(f"{name} ({len(found)})")
            for coming in found:
                one = coming.expected
                text = Content.assemble(
                    (f"  {fit(short(one.date), 12)}", "" if standing == "ahead" else "$text-warning"),
                    clean(coming.says),
                    (f"  {clean(one.subject)}", "$text-muted"),
                )
                yield ReportItem(text, 14, one.subject, one.because)

    def sheet(self) -> Sheet:
        """Return what is expected, one a row."""
        return sheets.agenda(self.session.status, frozenset(_STANDINGS))

    def title_line(self) -> str:
        """Return the frame's title."""
        return "Agenda  what comes next, and what has passed without a word"


class SourcesScreen(ReaderScreen):
    """The sources as a tree: below each one, those that repeat it; enter goes to an entry that rests on it."""

    NOTHING = "No source is registered yet. esc goes back, a adds a SourceRegistered."

    def items(self) -> Iterator[ReportItem]:
        """Return the tree; a source that repeats several stands below each of them."""
        session = self.session
        found = sources(session.history, session.negotiation, session.cut, today=session.today)
        for cycle in found.cycles:
            text = f"A circle of relays, which is not followed: {clean(' → '.join(cycle))}"
            yield ReportItem(Content.styled(text, "$text-warning"), heading=True)
        for branch in found.tree:
            yield _line(branch, found.sources[branch.source], session.claims.names)

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


def _line(branch: Branch, reliant: Reliant, names: Mapping[str, str]) -> ReportItem:
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
            falls = ", ".join(
                f"{called(fall.subject, names)}: {words(fall.before or '')} → {words(fall.after or 'nothing')}"
                for fall in reliant.falls[:3]
            )
            more = f" and {len(reliant.falls) - 3} more" if len(reliant.falls) > 3 else ""  # noqa: PLR2004 - those named
            parts.append((f"; without it: {clean(falls)}{more}", "$text-warning"))
    return ReportItem(
        Content.assemble(*parts), 14 + len(lead), f"source:{source.id}", (source.entry, *reliant.entries[-1:])
    )


class DiffScreen(ReaderScreen):
    """What changed from one cut to another."""

    NOTHING = "No conclusion differs between the two. m marks a moment, [ ] steps, d compares again."

    def __init__(self, session: Session, before: Cut, after: Cut) -> None:
        super().__init__(session)
        self.before, self.after = before, after

    def difference(self) -> Difference:
        """Return what differs."""
        return diff(self.session.at(self.before), self.session.at(self.after))

    def title_line(self) -> str:
        """Return the two cuts."""
        return f"What changed  {told(self.before)} → {told(self.after)}"

    def items(self) -> Iterator[ReportItem]:
        """Return the changes, then the findings that appeared, went, and say otherwise now."""
        found, names = self.difference(), self.session.at(self.after).claims.names
        subject = ""
        for change in found.changes:
            if change.subject != subject:
                subject = change.subject
                yield heading(clean(subject_text(subject, names)))
            text = Content.assemble(
                (f"  {clean(aspect_text(change.aspect))}  ", "$text-muted"),
                (shown_conclusion(change.before) if change.before else "—", "$text-muted"),
                "  →  ",
                (shown_conclusion(change.after) if change.after else "—", "bold"),
            )
            yield ReportItem(text, 4, change.subject, change.because)
            for entry in change.because:
                yield self._cause(entry, names)
        for name, findings in (("Findings that appeared", found.appeared), ("Findings that went", found.gone)):
            if findings:
                yield heading(f"{name} ({len(findings)})")
            for finding in findings:
                yield _finding(finding, names)
        if found.changed:
            yield heading(f"Findings that changed ({len(found.changed)})")
        for older, newer in found.changed:
            yield _finding(newer, names, f"  {otherwise(older, newer)}")

    def sheet(self) -> Sheet:
        """Return one change a row."""
        return sheets.changes(self.session.at(self.before), self.session.at(self.after))

    def _cause(self, entry: str, names: Mapping[str, str]) -> ReportItem:
        recorded = self.session.history.get(entry)
        when = short(recorded.event.occurred.text) if recorded and recorded.event.occurred else ""
        said = summary_of(recorded.event, names) if recorded else ""
        return ReportItem(
            Content.assemble(
                ("    because ", "$text-muted"),
                f"{when}  " if when else "",
                some(said, _MOST),
                (f"  {clean(entry)}", "$text-muted"),
            ),
            12,
            None,
            (entry,),
        )


def _finding(finding: Finding, names: Mapping[str, str], more: str = "") -> ReportItem:
    said = clean(finding_text(finding.subject, finding.message, names))
    text = Content.assemble("  ", (f"{finding.kind}  ", "$text-muted"), said, (more, "$text-muted"))
    return ReportItem(text, 4, finding.subject, finding.entries)


def told(cut: Cut) -> str:
    """Return a cut in words."""
    return "now" if cut.is_open else str(cut).replace(":", " ≤ ").replace(",", ", ")
