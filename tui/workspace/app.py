"""The full-screen workspace: opens a log, follows it, and shows its negotiations."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import nullcontext, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker import system
from tracker.errors import CommuniqueError, LogError, LogMissingError
from tui.drafts import Drafts
from tui.environment import DEFAULT_LOG, keys_from_terminal
from tui.kept import View, Views
from tui.workspace.actions import choose_keys
from tui.workspace.lazylog import LazyLog
from tui.workspace.messages import Goal
from tui.workspace.screens.base import OpeningScreen
from tui.workspace.settings import NAMES, THEMES, Settings
from tui.workspace.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from textual.screen import Screen

    from tracker.log import EventLog
    from tui.workspace.jobs import IsOver
    from tui.workspace.time.session import Session

#: What a key opens, to be imported before one does.
_OPENED: Final = (
    "tui.workspace.screens.help",
    "tui.workspace.screens.palette",
    "tui.workspace.screens.grounds",
    "tui.workspace.screens.review",
)
#: Seconds that what is being recorded has to end when the person leaves.
_LAST_MOMENT: Final = 1.0
#: How often it is looked, after a signal, whether keys that were typed before have been taken, and after what seconds.
_LOOKS: Final = 50
_MOMENT: Final = 0.01
#: Signals that end it, like q.
_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Workspace(Shell):
    """The workspace over one log; `today` is the day by which deadlines are judged at the present.

    Without a log it says what can be done, and makes one at `where` once something is to be recorded.
    """

    CSS_PATH = "themes/opening.tcss"
    # Textual declares them as variables of an instance.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (120, "-broad"), (160, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall"), (48, "-high")]  # noqa: RUF012

    def __init__(  # noqa: PLR0913 - what a person may ask for
        self,
        log: EventLog | LazyLog | None,
        negotiation: str | None = None,
        *,
        where: str = DEFAULT_LOG,
        clock: Callable[[], datetime] | None = None,
        today: date | None = None,
        read_only: bool = False,
        settings: Settings | None = None,
        remember: bool = False,
    ) -> None:
        super().__init__()
        self._book: EventLog | LazyLog | None = None
        self._where, self._clock, self._remembers = where, clock, remember
        #: Where the person stood in each negotiation, where that is to be remembered.
        self.views: Views | None = None
        kept = self._take_log(log) if log is not None else None
        self.negotiation = negotiation
        self.today = today
        self.read_only = read_only
        #: What was written in a dialog and not recorded, by what it asks for, while the workspace runs.
        self.begun: dict[str, dict[str, str]] = {}
        self._stop = threading.Event()
        #: Whether what reading and following both need has been imported.
        self._imported = threading.Event()
        for theme in THEMES:
            self.register_theme(theme)
        settings = settings or Settings()
        self.theme = settings.theme or (kept if kept in NAMES else None) or NAMES[0]
        choose_keys(settings.keys)
        self.set_keymap({name: ",".join(keys) for name, keys in settings.keys.items()})

    @property
    def log_book(self) -> EventLog:
        """The log; what is only lazily there is imported now, which takes a while."""
        book = self._opened
        return book.log if isinstance(book, LazyLog) else book

    @property
    def _opened(self) -> EventLog | LazyLog:
        if self._book is None:
            raise LogMissingError(f"there is no log at {self._where} yet; a begins one")
        return self._book

    @property
    def place(self) -> str:
        """The log's name, short; of one that is not there yet where it would be."""
        return Path(self._book.location if self._book is not None else self._where).name

    def _take_log(self, log: EventLog | LazyLog) -> str | None:
        """Let everything be about a log; return the theme in which the person saw it last."""
        self._book = log
        self.drafts = Drafts(log.identity)
        self.views = Views(log.identity) if self._remembers else None
        return self.views.theme if self.views else None

    def enter_log(
        self, fill: Callable[[EventLog], str | None], where: Callable[[], str] | None = None, *, create: bool
    ) -> None:
        """Open a log, unless one is open, and record in it; then show what is in it.

        `where` says which, if not that which was asked for. `fill` records, and returns the negotiation to be shown, if
        that is one.
        """

        def work(_: IsOver) -> tuple[LazyLog | None, str | None]:
            if self._book is not None:
                return None, fill(self.log_book)
            log = LazyLog(where() if where else self._where, create=create, clock=self._clock)
            try:
                return log, fill(log.log)
            except Exception:
                log.close()
                raise

        def done(found: tuple[LazyLog | None, str | None]) -> None:
            log, self.negotiation = found
            if log is not None:
                self.pop_screen()
                self._take_log(log)
                self._read(self._open_first)
                self._begin_to_follow()
            elif self.negotiation is not None:
                self.open_negotiation(self.negotiation)
            else:
                self.notify("Recorded.")

        self.do_job("record", work, done, leads=True, can_stop=False)

    def close_log(self) -> None:
        """Let go of the log."""
        if isinstance(self._book, LazyLog):
            self._book.close()

    # ── beginning and end ──

    def on_mount(self) -> None:
        """Let the first screen be seen, and then go on."""
        self._heed_signals()
        # The shell has written over the terminal meanwhile.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())
        self.app_suspend_signal.subscribe(self, lambda _: self.keep_drafts())
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.stylesheet.read(Path(__file__).parent / "themes" / "workspace.tcss")
        self.refresh_css(animate=False)
        if self._book is None:
            self._read(self._welcome)
        else:
            self._read(self._open_first)
            self._begin_to_follow()
        self.has_begun = True

    def _begin_to_follow(self) -> None:
        self.run_worker(self._follow, thread=True, name="follow", exit_on_error=False, group="follow")

    def _welcome(self, _: IsOver) -> Callable[[], None]:
        from tui.workspace.screens.welcome import WelcomeScreen

        def show() -> None:
            self.push_screen(WelcomeScreen())

        return show

    def _heed_signals(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                # Not every platform and loop can tell.
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def _end(self, number: int, looks: int = _LOOKS) -> None:
        """End once what was typed before has been taken, and is kept."""
        self._stop.set()
        if self.has_typed and looks:
            self.set_timer(_MOMENT, partial(self._end, number, looks - 1))
            return
        self.keep_drafts()
        if number == getattr(signal, "SIGHUP", None):
            # The terminal is gone: there is nothing to put back, and Textual's reader of its keys would spin for ever.
            os._exit(128 + number)
        self.exit(128 + number)

    def _open_first(self, is_over: IsOver) -> Callable[[], None]:
        """Read the negotiation asked for, or the only one; else let all of them be listed."""
        try:
            import_module("tracker.log")
        finally:
            self._imported.set()
        name = self.negotiation
        if name is None:
            entries = dict(self._opened.store.negotiations())
            if len(entries) != 1:
                import_module("tui.workspace.screens.portfolio")
                return partial(self.open_portfolio, entries)
            (name,) = entries
        return self._load(name, is_over)

    @property
    def has_log(self) -> bool:
        """Whether a log is open."""
        return self._book is not None

    def open_negotiation(self, name: str, goal: Goal | None = None) -> None:
        """Read a negotiation in the background, and show it when that is done; what is typed meanwhile is for it."""
        self._read(lambda is_over: self._load(name, is_over, goal))

    def go_to(self, negotiation: str, entry: str | None = None, subject: str | None = None) -> None:
        """Go to an entry of any negotiation, or to what stands behind what is said of a subject."""
        goal = Goal(entry, subject)
        below = self.screen_of(negotiation)
        if below is None:
            self.open_negotiation(negotiation, goal)
        else:
            self._pop_to(below)
            below.arrive(goal)

    def _read(self, read: Callable[[IsOver], Callable[[], None]]) -> None:
        """Read in the background, and do what comes of it: show it, or end if it was a mistake in the program."""

        def work(is_over: IsOver) -> Callable[[], None]:
            try:
                return read(is_over)
            except CommuniqueError:
                raise
            except Exception as error:  # noqa: BLE001 - there is nothing else to see
                return partial(self._handle_exception, error)

        self.do_job("load", work, lambda show: show(), failed=self.tell_failure, leads=True)

    def _load(self, name: str, is_over: IsOver, goal: Goal | None = None) -> Callable[[], None]:
        # Imported in the background, too, so that the screen that is seen meanwhile can be left.
        import_module("tui.workspace.screens.workspace")
        from tui.workspace.loading import load
        from tui.workspace.looking import begin

        session = load(self._opened.location, name, today=self.today, is_over=lambda: is_over() or self._stop.is_set())
        if session is None:
            return lambda: None
        with suppress(LogError):
            # Where that cannot be kept, nothing is new.
            begin(self.log_book, session)
        if self.views is not None and goal is None:
            # What is shown first is computed here, where nobody waits for it.
            session.stand_at(self.views.views.get(name, View()))
        return partial(self._show, session, goal)

    def _show(self, session: Session, goal: Goal | None = None) -> None:
        """Show a negotiation that has been read, with what was recorded since."""
        from tui.workspace.screens.workspace import WorkspaceScreen

        for screen in self.screen_stack:
            if isinstance(screen, WorkspaceScreen):
                # Opened from a list above it: the list stays, and what was below it goes.
                self._pop_to(self.screen_stack[0])
                self.open_portfolio()
                break
        screen = WorkspaceScreen(session, goal)
        self.push_screen(screen)
        # What was recorded while it was read, the follower told to the screens that were there then.
        screen.following.look_again()
        screen.call_after_refresh(self._get_ready)

    def _get_ready(self) -> None:
        # What was read stays: the collector need not look at it again with every step.
        system.settle_collector()
        self.do_job("ready", lambda is_over: [import_module(name) for name in _OPENED if not is_over()], lambda _: None)

    def view_of(self, session: Session) -> View:
        """Let a session stand where the person left it, and return that view."""
        view = self.views.views.get(session.negotiation, View()) if self.views else View()
        session.stand_at(view)
        if not session.is_live:
            self.notify(f"Back at {session.cut}, where you left. L goes to the present.")
        return view

    def remember(self, session: Session, view: View) -> None:
        """Remember where a session stands."""
        if self.views is not None:
            self.views.keep(session.negotiation, view, self.theme)

    def leave(self) -> None:
        """End."""
        self._stop.set()
        super().leave()

    def on_unmount(self) -> None:
        """Let the follower stop."""
        self._stop.set()

    async def action_quit(self) -> None:
        """Leave."""
        self._stop.set()
        self.exit(0)

    # ── following ──

    def _follow(self) -> None:
        """Tell of what anybody records, until told to stop."""
        # Two threads that import the vocabulary from different ends would each find half of it.
        self._imported.wait()
        from tui.workspace.loading import Follower

        Follower(self, self._opened.location, self._opened.identity, self._stop).run()

    def renew_log(self) -> None:
        """Open the log anew, in whatever thread, if its file is another one than was open; raises `LogError`."""
        before = self._opened
        try:
            before.store.max_position()
        except LogError:
            self._book = LazyLog(before.location, read_only=self.read_only, clock=self._clock)
            before.close()

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen below all others, which is seen while a negotiation is read."""
        return OpeningScreen()


def run(where: str, negotiation: str | None = None, *, read_only: bool = False) -> int:
    """Open the workspace over a log in this terminal, and return the exit code when the person leaves.

    Where standard input is not a terminal, the keys are read from the controlling one. Where there is no log and
    nothing of it was asked for, a welcome says how to begin. Raises `LogError` where the log cannot be opened,
    `NameUnknownError` where it has no such negotiation, and `ContentError` for wrong settings.
    """
    from tui.environment import clock, is_in_browser, today
    from tui.workspace.settings import read_settings, settings_path

    settings = read_settings(settings_path())
    log: LazyLog | None = None
    try:
        log = LazyLog(where, read_only=read_only, clock=clock())
    except LogMissingError:
        if read_only or negotiation is not None:
            raise
    app = Workspace(
        log,
        negotiation,
        where=where,
        clock=clock(),
        today=today(),
        read_only=read_only,
        settings=settings,
        remember=True,
    )
    try:
        if log is not None and negotiation is not None:
            log.require(negotiation)
        with nullcontext() if is_in_browser() else keys_from_terminal(), system.collector_patient():
            code = app.run()
            if app.left is not None:
                app.left.join(_LAST_MOMENT)
                if app.left.is_alive():
                    # It waits for others who write. Nobody was told that it is recorded, and its draft is kept; to let
                    # go of the log would take as long.
                    os._exit(code or 0)
            if app.fault is not None:
                raise app.fault
            return code or app.return_code or 0
    finally:
        app.close_log()
