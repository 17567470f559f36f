"""The findings, of which one decides: each with its entries, by severity and kind; notes are folded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content

from projections.judgement.findings import SEVERITIES
from projections.judgement.findings.settled import settled_by
from projections.wording.sentences import finding_text
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.actions import FINDINGS, LIST, bindings_for
from tui.workspace.screens.deciding import Deciding
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.evidence import TextPane, is_seen, text_of
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.claims.readings import Reading
    from projections.judgement.findings import Finding
    from tui.workspace.messages import LineChosen
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session
    from tui.workspace.widgets.report import Broken

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
#: What the line is about that stands for the notes.
_NOTES: Final = "notes"


class FindingsScreen(ReaderScreen, inherit_bindings=False):
    """Every finding at the session's cut, by kind, and below one of the entries from which it comes."""

    PLACES: ClassVar[tuple[str, ...]] = (FINDINGS, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(FINDINGS)]
    NOTHING = "Nothing to find at this cut: no contradiction, no open question. esc goes back."

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.deciding = Deciding(self)
        #: The severity and the kind that are shown; empty for all.
        self.severity = self.kind = ""
        self._is_unfolded = False
        #: Which of the finding's entries is looked at.
        self._number = 0
        self._found: dict[tuple[str | None, tuple[str, ...]], Finding] = {}

    def compose(self) -> ComposeResult:
        """Make the report, and a place for an entry below it."""
        yield Header(id="header", waiting=self.drafts_waiting)
        yield Report(id="report", classes="pane", nothing="Reading …")
        pane = TextPane(id="entry", classes="pane")
        pane.can_focus = False
        yield pane
        yield Footer(*self.PLACES, allow=self.allows, first=("detail", "back"))

    # ── what is told ──

    def items(self) -> Iterator[ReportItem]:
        """Return the findings: what is open, what has been settled, and the notes."""
        found = self._kept()
        self._found = {(_key(finding), finding.entries): finding for finding in found}
        claims = self.session.claims
        settled = [(finding, said) for finding in found if (said := settled_by(finding, claims)) is not None]
        gone = {id(finding) for finding, _ in settled}
        is_open = [finding for finding in found if not finding.is_note and id(finding) not in gone]
        yield from self._by_kind(is_open)
        if settled:
            yield heading(f"Settled ({len(settled)})")
        for finding, said in settled:
            yield self._item(finding, "✓", f"  {said.reason or ''}")
        notes = [finding for finding in found if finding.is_note and id(finding) not in gone]
        if notes and not self._shows_notes:
            kinds = Counter(finding.kind for finding in notes)
            told = ", ".join(f"{count} {_name(kind).lower()}" for kind, count in kinds.items())
            text = Content.assemble((f"+ {len(notes)} notes: ", "bold"), (told, "$text-muted"))
            yield ReportItem(text, 2, _NOTES)
        else:
            yield from self._by_kind(notes)

    @property
    def _shows_notes(self) -> bool:
        return self._is_unfolded or self.severity == "note" or bool(self.kind)

    def _kept(self) -> list[Finding]:
        found = self.session.status.findings
        return [
            finding for finding in found if self.severity in {"", finding.severity} and self.kind in {"", finding.kind}
        ]

    def _by_kind(self, findings: list[Finding]) -> Iterator[ReportItem]:
        by_kind: dict[str, list[Finding]] = {}
        for finding in findings:
            by_kind.setdefault(finding.kind, []).append(finding)
        for kind in sorted(by_kind, key=_rank):
            yield heading(f"{_name(kind)} ({len(by_kind[kind])})")
            for finding in by_kind[kind]:
                yield self._item(finding, KINDS.get(kind, ("•", kind))[0])

    def _item(self, finding: Finding, sign: str, more: str = "") -> ReportItem:
        said = finding_text(finding.subject, finding.message, self.session.claims.names)
        text = Content.assemble(
            (f"  {sign} ", "$text-warning"),
            clean(said),
            (clean(more), "bold"),
            (f"  {clean(', '.join(finding.entries))}", "$text-muted"),
        )
        return ReportItem(text, 4, _key(finding), finding.entries)

    def sheet(self) -> Sheet:
        """Return one finding a row."""
        return sheets.findings(self.session.status)

    def title_line(self) -> str:
        """Return the frame's title, with what is shown of them."""
        every, shown = len(self.session.status.findings), len(self._kept())
        only = " · ".join(filter(None, (self.severity, self.kind)))
        return f"Findings ({shown} of {every})  only {only}" if only else f"Findings ({every})"

    # ── the entry that is looked at ──

    @property
    def finding(self) -> Finding | None:
        """The finding under the cursor."""
        item = self.query_one(Report).item
        return self._found.get((item.subject, item.entries)) if item is not None else None

    def entry(self) -> Reading | None:
        """Return the entry of the finding that is looked at, if the cut lets it be read."""
        finding = self.finding
        if finding is None or not finding.entries:
            return None
        reading = self.session.claims.get(finding.entries[self._number % len(finding.entries)])
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def on_cursor_moved(self) -> None:
        """Look at the first entry of another finding."""
        self._number = 0
        self._show_entry()

    def _tell(self, told: tuple[str, list[ReportItem], Broken]) -> None:
        before = self.finding if self.is_there else None
        super()._tell(told)
        if self.is_there:
            if self.finding != before:
                self._number = 0
            self._show_entry()

    def _show_entry(self) -> None:
        pane, finding = self.query_one("#entry", TextPane), self.finding
        entries = finding.entries if finding is not None else ()
        if not entries:
            pane.border_title = "Entry"
            pane.tell(Content("enter shows the notes one by one." if self.query_one(Report).items else ""))
            return
        number = self._number % len(entries)
        pane.border_title = Content(f"Entry {number + 1} of {len(entries)}  {clean(entries[number])}")
        reading = self.session.claims.get(entries[number])
        pane.tell(Content("It is not read at this cut.") if reading is None else text_of(reading, self.session))
        pane.scroll_home(animate=False)

    # ── what can be done ──

    def do_entry_next(self) -> None:
        """Look at the next entry of the finding."""
        self._number += 1
        self._show_entry()

    def do_entry_back(self) -> None:
        """Look at the previous entry of the finding."""
        self._number -= 1
        self._show_entry()

    def do_severity(self) -> None:
        """Show the findings of the next severity that there is, or all."""
        self.kind = ""
        self.severity = _next(self.severity, [name for name in SEVERITIES if name in self._all("severity")])
        self._tell_anew()

    def do_kind(self) -> None:
        """Show the next kind of finding that there is, or all."""
        self.kind = _next(self.kind, sorted(self._all("kind"), key=_rank))
        self._tell_anew()

    def _all(self, name: str) -> set[str]:
        """Return the severities that there are, or the kinds of the severity that is shown."""
        return {
            getattr(finding, name)
            for finding in self.session.status.findings
            if name == "severity" or self.severity in {"", finding.severity}
        }

    def _tell_anew(self) -> None:
        self._told = None
        self.show()

    def on_line_chosen(self, message: LineChosen) -> None:
        """Show the notes, or go to the entry that is looked at, in the workspace."""
        del message
        item, reading = self.query_one(Report).item, self.entry()
        if item is not None and item.subject == _NOTES:
            self._is_unfolded = True
            self._tell_anew()
        elif reading is not None:
            self.workspace.look_at(reading.id)


def _key(finding: Finding) -> str:
    return f"{finding.kind}:{finding.subject}"


def _name(kind: str) -> str:
    return KINDS.get(kind, ("", kind))[1]


def _rank(kind: str) -> int:
    return [*KINDS, kind].index(kind)


def _next(name: str, names: list[str]) -> str:
    """Return the name after one, in a circle in which all of them together stand last, as an empty one."""
    circle = ["", *names]
    return circle[(circle.index(name) + 1) % len(circle)] if name in circle else ""
