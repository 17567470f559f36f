"""The workspace: one negotiation in five panes."""

from __future__ import annotations

from contextlib import suppress
from functools import partial, partialmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.containers import Container
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from tui.filters import FilterError
from tui.kept import View
from tui.workspace import sheets
from tui.workspace.actions import WORKSPACE, bindings_for
from tui.workspace.loading import Following
from tui.workspace.messages import CursorMoved
from tui.workspace.screens.base import SessionScreen
from tui.workspace.screens.find import Finder
from tui.workspace.screens.findings import FindingsScreen
from tui.workspace.screens.grounds import DetailScreen
from tui.workspace.screens.jump import JumpScreen
from tui.workspace.screens.register import RegisterScreen
from tui.workspace.screens.renaming import Renaming
from tui.workspace.screens.reports import AgendaScreen, SourcesScreen
from tui.workspace.screens.since import SinceScreen
from tui.workspace.screens.taking import Taking, as_text
from tui.workspace.screens.travel import Travel
from tui.workspace.screens.writing import Writing
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.events import SORTS, EventList
from tui.workspace.widgets.evidence import EvidencePane, is_seen
from tui.workspace.widgets.lines import LineList
from tui.workspace.widgets.positions import PositionMatrix
from tui.workspace.widgets.status import StatusList
from tui.workspace.widgets.time import TimePane

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.messages import ActionPicked, Appended, Goal, LineChosen, TimePicked
    from tui.workspace.screens.jump import Target
    from tui.workspace.screens.reader import ReaderScreen
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

#: Columns below which there is one pane at a time, as in the style sheet.
NARROW: Final = 100
PANES: Final = ("status", "events", "positions", "evidence", "time")
#: What is said of a cell of the positions that holds none.
_NO_POSITION: Final = "Nobody has taken a position here. a adds one."


class WorkspaceScreen(SessionScreen):
    """A session in five panes, and what moves it, finds in it, takes out of it, records in it and lets it grow."""

    PLACES = (WORKSPACE, "list")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(WORKSPACE)]

    def __init__(self, session: Session, goal: Goal | None = None) -> None:
        super().__init__()
        self.session = session
        #: Where to go at first, in place of where the person stood the last time.
        self._goal = goal
        self.pane = "events"
        self.order = SORTS[0]
        self._positions_most: int | None = None
        self.travel = Travel(self)
        self.find = Finder(self)
        self.do_sort = self.find.sort
        self.taking = Taking(self)
        self.do_export = self.taking.export
        self.writing = Writing(self)
        self.renaming = Renaming(self)
        self.following = Following(self)

    def compose(self) -> ComposeResult:
        """Make the panes, once."""
        yield Header(id="header", waiting=self.drafts_waiting)
        yield Static("", id="tabs", markup=False)
        with Container(id="body"):
            with Container(id="left"):
                yield StatusList(id="status", classes="pane one-of-four")
                yield PositionMatrix(id="positions", classes="pane one-of-four")
            with Container(id="right"):
                yield EventList(id="events", classes="pane one-of-four")
                yield EvidencePane(id="evidence", classes="pane one-of-four")
        yield TimePane(id="time", classes="pane")
        yield Footer(*self.PLACES, allow=self.allows)

    def on_mount(self) -> None:
        """Show the session, with the keys in the events; where one pane has room, in the status."""
        view = self.workspace.view_of(self.session) if self._goal is None else View()
        self.order = self.query_one(EventList).sort = view.sort if view.sort in SORTS else SORTS[0]
        self.show()
        begin = "status" if self._is_narrow else "events"
        self.to_pane(view.pane if view.pane in PANES else begin)
        if view.zoomed:
            self.do_zoom()
        with suppress(FilterError):
            # What it names may not be known at the cut, or not any more.
            self.find.keep_only(view.filter)
        if self._goal is not None:
            # Before any key: it goes to the present, and keys go on from there.
            self.call_next(self.arrive, self._goal)

    def arrive(self, goal: Goal) -> None:
        """Go to the present, to an entry, and to what stands behind what is said of a subject."""

        def done() -> None:
            if goal.entry is not None:
                self.look_at(goal.entry)
            if goal.subject is not None:
                self.workspace.open_why(self.session, goal.subject)

        self.find.keep_only("", lambda: self.travel.go(self.session.live, then=done))

    def on_unmount(self) -> None:
        """Remember where the person stood."""
        session = self.session
        self.workspace.remember(
            session,
            View(
                cut=str(session.cut),
                axis=session.axis,
                selected=session.selected,
                marks=tuple(map(str, session.marks)),
                pane=self.pane,
                sort=self.order,
                zoomed=self.has_class("-zoomed"),
                filter=self.find.kept,
            ),
        )

    # ── showing ──

    def show(self, rows: list[Reading] | None = None) -> None:
        """Show the session in every pane; `rows` are the events, where they have been arranged before."""
        if not self.is_there:
            return
        session = self.session
        self.query_one(Header).show(session.title, self.workspace.place, session)
        self.query_one(StatusList).show(session)
        self.query_one(EventList).show(session, rows)
        self.query_one(PositionMatrix).show(session)
        self.query_one(EvidencePane).show(session)
        self.query_one(TimePane).show(session)
        self._make_lanes()
        self._share()

    def _share(self) -> None:
        """Let the status have what room the positions do not need, where they stand below each other."""
        if not self.is_there:
            return
        matrix = self.query_one(PositionMatrix)
        is_below = not (self._is_narrow or self.has_class("-zoomed"))
        most = max(matrix.count(), 2) + 2 if is_below else None
        if most != self._positions_most:
            self._positions_most = most
            matrix.styles.max_height = most

    @property
    def _is_narrow(self) -> bool:
        """Whether only one of four panes is seen."""
        return self.app.size.width < NARROW

    def on_screen_resume(self, event: Any) -> None:  # noqa: ANN401 - Textual's event
        """Draw the events that were seen meanwhile, in a report, as seen."""
        del event
        if self.is_there:
            self.query_one(EventList).renew()

    def on_resize(self) -> None:
        """Share the room anew."""
        self.call_after_refresh(self._share)
        self.call_after_refresh(self.show_time)

    def show_entry(self) -> None:
        """Show another entry of the same cut."""
        self.query_one(EvidencePane).show(self.session)

    def show_time(self) -> None:
        """Show what is not a matter of the cut: the axis, the speed, the marks."""
        self.query_one(Header).redraw()
        self.query_one(TimePane).redraw()
        self._make_lanes()

    def _make_lanes(self) -> None:
        """Make the lanes in the background, where they are seen and have not been made."""
        session, pane = self.session, self.query_one(TimePane)
        if not pane.has_lanes or session.lanes() is not None:
            return
        prepare = pane.prepare()

        def work(is_over: IsOver) -> None:
            session.make_lanes(is_over)
            prepare(session)

        self.workspace.do_job("lanes", work, lambda _: self._show_lanes())

    def _show_lanes(self) -> None:
        if self.is_there:
            self.query_one(TimePane).redraw()

    def to_pane(self, name: str) -> None:
        """Give a pane the keys; where only one of four has room, it is the one seen."""
        self.pane = name
        widget: Widget = self.query_one(f"#{name}")
        if name != "time":
            for other in self.query(".one-of-four"):
                other.set_class(other is widget, "-shown")
            for side in ("#left", "#right"):
                self.query_one(side).set_class(widget in self.query_one(side).children, "-shown")
        self.set_class(name == "time", "-zoomed-time")
        widget.focus()
        parts = []
        for number, pane in enumerate(PANES[:-1], start=1):
            here = pane == name or (name == "time" and self.query_one(f"#{pane}").has_class("-shown"))
            link = Style.from_meta({"@click": f"screen.do('pane-{number}')"})
            parts.append(Content.styled(f" {number} {pane.title()} ", "reverse bold" if here else "").stylize(link))
        self.query_one("#tabs", Static).update(Content(" ").join(parts))

    def action_do(self, name: str) -> None:
        """Take an action; who does anything has seen what came in."""
        self._see()
        super().action_do(name)

    def _see(self) -> None:
        if self.session.see():
            self.query_one(Header).redraw()

    # ── panes ──

    do_pane_1 = partialmethod(to_pane, PANES[0])
    do_pane_2 = partialmethod(to_pane, PANES[1])
    do_pane_3 = partialmethod(to_pane, PANES[2])
    do_pane_4 = partialmethod(to_pane, PANES[3])
    do_pane_5 = partialmethod(to_pane, PANES[4])

    def do_zoom(self) -> None:
        """Zoom in or out."""
        self.toggle_class("-zoomed")
        self.call_after_refresh(self.show)

    def do_jump_to(self) -> None:
        """Put a letter on everything that can be jumped to."""
        self.workspace.push_screen(JumpScreen(self), self._jumped)

    def _jumped(self, target: Target | None) -> None:
        if target is None:
            return
        if target.pane in PANES and target.pane != self.pane:
            self.to_pane(target.pane)
        if target.line is not None:
            pane = self.query_one(f"#{target.pane}", LineList)
            pane.move(target.line - pane.cursor)

    def do_back(self) -> None:
        """Step back: out of the zoom, the filter, the play, or to the present."""
        events = self.query_one(EventList)
        if self.has_class("-zoomed"):
            self.do_zoom()
        elif self.session.playing:
            self.travel.play()
        elif events.keep is not None or events.matches:
            events.matches = frozenset()
            self.find.keep_only("")
        elif not self.session.is_live:
            self.travel.live()
        else:
            self.workspace.leave_negotiation()

    # ── the entry and the conclusion under the cursor ──

    def entry(self) -> Reading | None:
        """Return the entry looked at, or what the thing under the cursor rests on, if the cut lets it be read."""
        focused = self.focused
        reading = self.session.reading
        if isinstance(focused, StatusList | PositionMatrix):
            reading = self.session.claims.get(focused.entry or "")
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def do_why(self) -> None:
        """Show the claims behind what the cursor is on."""
        focused = self.focused
        subject = focused.subject if isinstance(focused, StatusList | PositionMatrix) else None
        reading = None if isinstance(focused, StatusList | PositionMatrix) else self.entry()
        if reading is not None:
            status = self.session.status

            def work(_: IsOver) -> str:
                subjects = (name for name, found in status.subjects.items() if reading in found)
                return next(subjects, f"entry:{reading.id}")

            self.workspace.do_job("why", work, partial(self.workspace.open_why, self.session), leads=True)
        elif subject is None and isinstance(focused, PositionMatrix):
            self.notify(_NO_POSITION)
        elif subject == "findings":
            self.do_findings()
        elif subject is not None:
            self.workspace.open_why(self.session, subject)
        else:
            self.notify("Nothing here to ask about. 1 goes to the status, 3 to the positions.")

    # ── reports ──

    def _open(self, report: type[ReaderScreen]) -> None:
        """Open a report on the session."""
        self.workspace.push_screen(report(self.session))

    do_since = partialmethod(_open, SinceScreen)
    do_findings = partialmethod(_open, FindingsScreen)
    do_agenda = partialmethod(_open, AgendaScreen)
    do_register = partialmethod(_open, RegisterScreen)
    do_sources = partialmethod(_open, SourcesScreen)

    def text_here(self) -> str:
        """Return the entry that the cursor is on as text."""
        reading = self.entry()
        return "" if reading is None else as_text(reading, self.session)

    def sheet_maker(self) -> Callable[[], Sheet | None]:
        """Return what makes rows of what the pane with the keys shows."""
        session, reading = self.session, self.entry()
        rows, status = self.query_one(EventList).rows, session.status
        made: dict[str, Callable[[], Sheet | None]] = {
            "events": lambda: sheets.events(session, rows),
            "evidence": lambda: sheets.evidence(session, reading) if reading is not None else None,
            "time": lambda: sheets.moments(session),
            "positions": lambda: sheets.positions(status),
        }
        return made.get(self.pane, lambda: sheets.status(status))

    # ── what the panes and the log tell ──

    def take(self, message: Appended) -> None:
        """Take in what was recorded."""
        self.following.take(message.entries)

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Look at the entry under the cursor."""
        self._see()
        events = self.query_one(EventList)
        if message.sender is events and events.rows:
            self.session.new.discard(self.session.selected or "")
            self.session.selected = events.reading(message.index).id
            self.show_entry()

    def on_line_chosen(self, message: LineChosen) -> None:
        """Open what was chosen."""
        if isinstance(message.sender, EventList):
            if message.sender.unfold():
                self.on_cursor_moved(CursorMoved(message.sender, message.sender.cursor))
            elif self.session.selected is not None:
                self.workspace.push_screen(DetailScreen(self.session, self.session.selected))
        elif isinstance(message.sender, StatusList) and message.sender.unfold():
            return
        elif isinstance(message.sender, StatusList | PositionMatrix):
            entry = message.sender.entry
            if entry is not None:
                self.look_at(entry)
            elif isinstance(message.sender, PositionMatrix):
                self.notify(_NO_POSITION)

    def look_at(self, entry: str) -> None:
        """Look at an entry."""
        self.session.selected = entry
        self.query_one(EventList).point_at_entry(entry)
        self.show_entry()
        self.bring_events()

    def bring_events(self) -> None:
        """Bring the events into sight, where they and the evidence are not."""
        if (self._is_narrow or self.has_class("-zoomed")) and self.pane not in {"events", "evidence"}:
            self.to_pane("events")

    def on_action_picked(self, message: ActionPicked) -> None:
        """Do what a pane stands for."""
        self.action_do(message.action)

    def on_time_picked(self, message: TimePicked) -> None:
        """Go to where the mouse points."""
        self.travel.go(lambda: self.session.move_to(message.at, axis=message.axis))
