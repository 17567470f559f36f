"""Everything about one entry: what it says, how it read before, what is said about it, and what rests on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.screens.taking import as_text
from tui.workspace.widgets.evidence import hidden, is_seen, lines
from tui.workspace.widgets.report import ReportItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

_MOST: Final = 5000


class DetailScreen(ReaderScreen):
    """One entry."""

    NAME = "Entry"
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
            yield ReportItem(hidden(reading, self.session.claims), 0, None, (self.shown,))
            return
        for line in lines(reading, self.session, _MOST):
            yield ReportItem(line, 10, None, (self.shown,))
        if reading.corrected_by:
            yield ReportItem(Content.styled("As it was recorded", "bold $text-accent"), heading=True)
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
            yield ReportItem(Content.styled("What it bears on", "bold $text-accent"), heading=True)
            for subject in rests:
                view = self.session.status.view(subject)
                state = getattr(view, "state", None) or getattr(view, "stance", None) or ""
                holds = self.shown in tuple(getattr(view, "because", ()))
                yield ReportItem(
                    Content.assemble(
                        f"  {clean(subject)}  ",
                        (clean(state), "bold"),
                        ("  rests on it" if holds else "", "$text-warning"),
                    ),
                    4,
                    subject,
                    (self.shown,),
                )
        yield ReportItem(Content.styled("In the log", "bold $text-accent"), heading=True)
        for name, text in (
            ("position", f"#{recorded.position}, the negotiation's {recorded.version}."),
            ("digest", recorded.digest),
            ("previous", recorded.previous),
        ):
            yield ReportItem(Content.assemble((f"  {name}  ", "$text-muted"), text), 12, None, (self.shown,))
