"""A screen to read: a report over the whole screen, from which one goes on to the entries it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.content import Content

from projections.views.why import why_of
from tracker.errors import NameUnknownError
from tui.workspace.actions import LIST, READER, bindings_for
from tui.workspace.screens.base import SessionScreen
from tui.workspace.screens.find import Search
from tui.workspace.screens.taking import Taking
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.evidence import is_seen
from tui.workspace.widgets.report import Report, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.claims.history import History
    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.messages import LineChosen
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session
    from tui.workspace.widgets.report import Broken, ReportItem

#: Columns of the screen beside the text of a report: its frame, the scrollbar, and the pointer.
_BESIDE = 4


class ReaderScreen(SessionScreen):
    """A report on a session; enter goes to the entry of the item under the cursor."""

    PLACES: ClassVar[tuple[str, ...]] = (READER, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(READER)]
    IS_LEFT_WITH_JOB = True
    #: What stands there while there is nothing to tell.
    NOTHING: ClassVar[str] = ""
    #: What it tells of, if that is one subject.
    subject: str = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.taking = Taking(self)
        self.do_export = self.taking.export
        self.find = Search(self, "a word", self._step)
        #: The history and the cut of which is told.
        self._told: tuple[History, str] | None = None

    def items(self) -> Iterable[ReportItem]:
        """Return what to tell."""
        raise NotImplementedError

    def title_line(self) -> str:
        """Return what stands in the frame."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Make the report."""
        yield Header(id="header", waiting=self.drafts_waiting)
        yield Report(id="report", classes="pane", nothing="Reading …")
        yield Footer(*self.PLACES, allow=self.allows, first=("detail", "back"))

    def on_mount(self) -> None:
        """Tell."""
        self.show()
        self.query_one(Report).focus()

    def show(self, *, leads: bool = True) -> None:
        """Tell anew, unless it is all as it was told; what is typed waits for it where it `leads`."""
        if not self.is_there:
            return
        session = self.session
        self.query_one(Header).show(session.title, self.workspace.place, session)
        state = session.history, str(session.cut)
        if state == self._told:
            return
        self._told = state

        columns = self.app.size.width - _BESIDE

        def work(_: IsOver) -> tuple[str, list[ReportItem], Broken]:
            items = list(self.items())
            return self.title_line(), items, broken(items, columns)

        self.workspace.do_job(f"tell-{id(self)}", work, self._tell, leads=leads)

    def _tell(self, told: tuple[str, list[ReportItem], Broken]) -> None:
        if not self.is_there:
            return
        report = self.query_one(Report)
        title, items, lines = told
        # A title of somebody else may look like markup.
        report.border_title = Content(title)
        report.nothing = self.NOTHING
        report.tell(items, lines)
        report.settle()

    def on_line_chosen(self, message: LineChosen) -> None:
        """Go to the entry, in the workspace."""
        del message
        item = self.query_one(Report).item
        if item is not None and item.entry is not None:
            self.workspace.look_at(item.entry)

    def _step(self, step: int) -> None:
        """Go to the next place that holds the word, or to the previous one."""
        word = self.find.word
        if not word:
            self.notify("/ finds a word first.")
        elif not self.query_one(Report).find(word, forward=step > 0):
            self.notify(f"{word!r} is not here.")

    def entry(self) -> Reading | None:
        """Return the entry of the item under the cursor."""
        item = self.query_one(Report).item
        reading = self.session.claims.get(item.entry) if item is not None and item.entry is not None else None
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def text_here(self) -> str:
        """Return the item under the cursor."""
        item = self.query_one(Report).item
        return item.text.plain.strip() if item is not None else ""

    def sheet_maker(self) -> Callable[[], Sheet | None]:
        """Return what makes rows of what is shown, in whatever thread."""
        return self.sheet

    def sheet(self) -> Sheet | None:
        """Return what is shown as rows, or None if there are none; touches no widget."""
        raise NotImplementedError

    def do_why(self) -> None:
        """Show the claims behind what the item under the cursor is about."""
        item = self.query_one(Report).item
        about = (item.subject, f"entry:{item.entry}" if item.entry else None) if item is not None else ()

        def work(_: IsOver) -> str | None:
            return next((name for name in about if name is not None and is_known(self.session, name)), None)

        self.workspace.do_job("why", work, self._ask_why, leads=True)

    def _ask_why(self, subject: str | None) -> None:
        if subject is None or subject == self.subject:
            self.notify("Nothing more is behind this. enter goes to the entry.")
        else:
            self.workspace.open_why(self.session, subject)

    def renew(self) -> None:
        """Tell anew, as the session has taken in what was recorded."""
        if self.is_current:
            self.show(leads=False)

    def on_screen_resume(self, event: Any) -> None:  # noqa: ANN401 - Textual's event
        """Show where the session stands now."""
        del event
        if self.is_mounted:
            self.show()


def is_known(session: Session, subject: str) -> bool:
    """Say whether anything is said of a subject at the session's cut."""
    try:
        why_of(session.status, subject)
    except NameUnknownError:
        return False
    return True
