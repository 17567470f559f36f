"""What is behind one thing: everything about an entry, and the claims behind a conclusion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.views.why import why_of
from projections.wording.sentences import finding_text, subject_text, summary_of
from tracker.errors import NameUnknownError
from tui.rows.glyphs import grade_style
from tui.rows.words import shown_field
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.screens.taking import as_text
from tui.workspace.time.intervals import short
from tui.workspace.widgets.cells import some
from tui.workspace.widgets.evidence import hidden, is_seen, lines
from tui.workspace.widgets.report import ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from projections.views.why import Ground, Support, Why
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

_MOST_OF_ENTRY: Final = 5000


class DetailScreen(ReaderScreen):
    """One entry."""

    NOTHING = "There is no such entry."

    def __init__(self, session: Session, entry: str) -> None:
        super().__init__(session)
        self.shown = entry

    def title_line(self) -> str:
        """Return the entry's id."""
        return f"Entry  {clean(self.shown)}"

    def entry(self) -> Reading | None:
        """Return the entry, wherever the cursor is."""
        reading = self.session.claims.get(self.shown)
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def text_here(self) -> str:
        """Return everything that it says."""
        reading = self.entry()
        return as_text(reading, self.session) if reading is not None else ""

    def sheet(self) -> Sheet | None:
        """Return the evidence, a piece a row."""
        reading = self.entry()
        return sheets.evidence(self.session, reading) if reading is not None else None

    def items(self) -> Iterator[ReportItem]:
        """Return what there is to tell of the entry."""
        reading = self.session.claims.get(self.shown)
        recorded = self.session.history.get(self.shown)
        if reading is None or recorded is None:
            return
        if not is_seen(reading, self.session.claims):
            yield ReportItem(hidden(reading, self.session), 0, None, (self.shown,))
            return
        for line in lines(reading, self.session, _MOST_OF_ENTRY):
            yield ReportItem(line, 10, None, (self.shown,))
        if reading.corrected_by:
            yield heading("As it was recorded")
            for name, value in json.loads(recorded.event.canonical()).items():
                if name != "evidence":
                    yield ReportItem(
                        Content.assemble(
                            (f"  {clean(name)}  ", "$text-muted"), clean(json.dumps(value, ensure_ascii=False))
                        ),
                        4,
                    )
        rests = [
            subject
            for subject, readings in self.session.status.subjects.items()
            if any(other.id == self.shown for other in readings)
        ]
        if rests:
            yield heading("What it bears on")
            names = self.session.claims.names
            for subject in rests:
                view = self.session.status.view(subject)
                state = getattr(view, "state", None) or getattr(view, "stance", None) or ""
                holds = self.shown in tuple(getattr(view, "because", ()))
                yield ReportItem(
                    Content.assemble(
                        f"  {clean(subject_text(subject, names))}  ",
                        (clean(state), "bold"),
                        ("  rests on it" if holds else "", "$text-warning"),
                    ),
                    4,
                    subject,
                    (self.shown,),
                )
        yield heading("In the log")
        for name, text in (
            ("position", f"#{recorded.position}, the negotiation's {recorded.version}."),
            ("digest", recorded.digest),
            ("previous", recorded.previous),
        ):
            yield ReportItem(Content.assemble((f"  {name}  ", "$text-muted"), text), 12, None, (self.shown,))


_MOST = 2000


class WhyScreen(ReaderScreen):
    """Why a subject stands as it does; enter goes to the entry of a line."""

    NOTHING = "Nothing is said of this at the cut. esc goes back."

    def __init__(self, session: Session, subject: str) -> None:
        super().__init__(session)
        self.subject = subject

    def title_line(self) -> str:
        """Return the subject."""
        return f"Why  {clean(subject_text(self.subject, self.session.claims.names))}"

    def items(self) -> Iterator[ReportItem]:
        """Return the conclusion, the claims behind it, those against it, and what else bears on it."""
        try:
            found = why_of(self.session.status, self.subject)
        except NameUnknownError:
            return
        entries, names = tuple(line.entry for line in found.lines), self.session.claims.names
        yield ReportItem(_conclusion(found), 2, self.subject, entries, heading=True)
        for line in found.lines:
            yield from _ground(line)
        if found.against:
            yield ReportItem(Content.styled("Against it", "bold $text-error"), heading=True)
        for line in found.against:
            yield from _ground(line)
        if found.findings:
            yield heading("Findings")
        for finding in found.findings:
            said = some(finding_text(finding.subject, finding.message, names), _MOST)
            text = Content.assemble(("  ⚑ ", "$text-warning"), said, (f"  {finding.kind}", "$text-muted"))
            yield ReportItem(text, 4, finding.subject, finding.entries)
        others = [reading for reading in self.session.status.readings(self.subject) if reading.id not in entries]
        if others:
            yield heading(f"Also said of it ({len(others)})")
        for reading in others:
            when = f"  {short(reading.occurred):<12} " if reading.occurred else " " * 15
            said = summary_of(reading.event, names)
            text = Content.assemble((when, "$text-muted"), some(said, _MOST), (f"  {clean(reading.id)}", "$text-muted"))
            yield ReportItem(text, 15, None, (reading.id,))
        if found.rests:
            yield heading("What rests on it")
            rests = ", ".join(subject_text(one, names) for one in found.rests)
            yield ReportItem(Content(f"  {clean(rests)}"), 2, self.subject, entries)

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
