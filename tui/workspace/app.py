"""The full-screen workspace: opens a log, follows it, and shows its negotiations."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.events import Key
from textual.worker import Worker, get_current_worker

from tracker import system
from tracker.errors import CommuniqueError, LogError
from tui.environment import keys_from_terminal
from tui.kept.drafts import Drafts
from tui.kept.views import View, Views
from tui.workspace.actions import choose_keys
from tui.workspace.lazylog import LazyLog
from tui.workspace.messages import Appended, Failed, Listed, Loaded
from tui.workspace.recording import Recorder
from tui.workspace.screens.base import OpeningScreen
from tui.workspace.settings import Settings
from tui.workspace.themes import NAMES, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from textual.screen import Screen

    from tracker.log import EventLog
    from tui.workspace.time.session import Session
    from tui.workspace.typed import Typed

#: What is done though a negotiation is still being read.
_AT_ONCE: Final = frozenset({"quit", "do('quit')", "do('suspend')", "do('back')"})
#: What a key opens, to be imported before one does.
_OPENED: Final = ("tui.workspace.screens.help", "tui.workspace.screens.why")
#: Seconds that what is being recorded has to end when the person leaves.
_LAST_MOMENT: Final = 1.0
#: Signals that end it, like q.
_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Workspace(Recorder):
    """The workspace over one log; `today` is the day by which deadlines are judged at the present."""

    CSS_PATH = "themes/opening.tcss"
    # Textual declares them as variables of an instance.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012

    def __init__(  # noqa: PLR0913 - what a person may ask for
        self,
        log: EventLog | LazyLog,
        negotiation: str | None = None,
        *,
        today: date | None = None,
        read_only: bool = False,
        settings: Settings | None = None,
        remember: bool = False,
    ) -> None:
        super().__init__(Drafts(log.identity))
        self._book = log
        self.negotiation = negotiation
        self.today = today
        self.read_only = read_only
        self._stop = threading.Event()
        #: Whether what reading and following both need has been imported.
        self._imported = threading.Event()
        #: Who reads what is to be shown next. Until it is there, keys wait.
        self._reader: Worker[None] | None = None
        self._is_reading = True
        for theme in THEMES:
            self.register_theme(theme)
        settings = settings or Settings()
        #: Where the person stood in each negotiation, where that is to be remembered.
        self.views = Views(log.identity) if remember else None
        kept = self.views.theme if self.views else None
        self.theme = settings.theme or (kept if kept in NAMES else None) or NAMES[0]
        choose_keys(settings.keys)
        self.set_keymap({name: ",".join(keys) for name, keys in settings.keys.items()})

    @property
    def log_book(self) -> EventLog:
        """The log; what is only lazily there is imported now, which takes a while."""
        return self._book.log if isinstance(self._book, LazyLog) else self._book

    @property
    def place(self) -> str:
        """The log's name, short."""
        return Path(self._book.location).name

    # ── beginning and end ──

    def on_mount(self) -> None:
        """Let the first screen be seen, and then go on."""
        self._heed_signals()
        # The shell has written over the terminal meanwhile.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Follow the log, and open what is asked for."""
        self.stylesheet.read(Path(__file__).parent / "themes" / "workspace.tcss")
        self.refresh_css(animate=False)
        self._read(self._open_first)
        self.run_worker(self._follow, thread=True, name="follow", exit_on_error=False, group="follow")

    def _heed_signals(self) -> None:
        """Leave the terminal as it was when told to end."""
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                # Not every platform and loop can tell.
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def _end(self, number: int) -> None:
        self._stop.set()
        if number == getattr(signal, "SIGHUP", None):
            # The terminal is gone: there is nothing to put back, and Textual's reader of its keys would spin for ever.
            os._exit(128 + number)
        self.exit(128 + number)

    def _open_first(self) -> None:
        """Read the negotiation asked for, or the only one; else let all of them be listed."""
        try:
            import_module("tracker.log")
        finally:
            self._imported.set()
        name = self.negotiation
        if name is None:
            entries = dict(self._book.store.negotiations())
            if len(entries) != 1:
                import_module("tui.workspace.screens.portfolio")
                self.post_message(Listed(entries))
                return
            (name,) = entries
        self._load(name)

    def on_listed(self, message: Listed) -> None:
        """List the negotiations."""
        self.open_portfolio(message.entries)

    def open_negotiation(self, name: str) -> None:
        """Read a negotiation in the background, and show it when that is done; what is typed meanwhile is for it."""
        self._read(lambda: self._load(name))

    def _read(self, work: Callable[[], None]) -> None:
        self._is_reading = True
        self._reader = self.run_worker(work, thread=True, name="load", group="load", exclusive=True)

    def stop_reading(self) -> bool:
        """Leave what is being read, and say whether anything was."""
        was_reading = self._reader is not None and self._reader.is_running
        if self._reader is not None:
            self._reader.cancel()
        return was_reading

    async def on_worker_state_changed(self, message: Worker.StateChanged) -> None:
        """Let the keys go on once a reader has told what it read, or has failed."""
        if message.worker is self._reader and message.worker.is_finished:
            self._is_reading = False
            await self.hand_over()

    def holds_keys(self) -> bool:
        """Let keys wait for the negotiation that they are for."""
        return self._is_reading or super().holds_keys()

    def cannot_wait(self, event: Typed) -> bool:
        """Let a person leave while something is read, unless they have typed something before that."""
        found = self.screen.active_bindings.get(event.key) if isinstance(event, Key) else None
        if found is None or found.binding.action not in _AT_ONCE or self.has_typed:
            return False
        return found.binding.action != "do('back')" or self._is_reading or self.can_leave_jobs

    def _load(self, name: str) -> None:
        worker = get_current_worker()

        def is_over() -> bool:
            return worker.is_cancelled or self._stop.is_set()

        # Imported in the background, too, so that the screen that is seen meanwhile can be left.
        import_module("tui.workspace.screens.workspace")
        from tui.workspace.loading import load

        try:
            session = load(self._book.location, name, today=self.today, is_over=is_over)
        except CommuniqueError as error:
            if not is_over():
                self.post_message(Failed(str(error)))
        else:
            if session is not None and self.views is not None:
                # What is shown first is computed here, where nobody waits for it.
                session.stand_at(self.views.views.get(name, View()))
            if session is not None and not is_over():
                self.post_message(Loaded(session))

    def on_loaded(self, message: Loaded) -> None:
        """Show a negotiation that has been read, with what was recorded since."""
        from tui.workspace.screens.workspace import WorkspaceScreen

        session = message.session
        for screen in self.screen_stack:
            if isinstance(screen, WorkspaceScreen):
                # Opened from a list above it: the list stays, and what was below it goes.
                self._pop_to(self.screen_stack[0])
                self.open_portfolio()
                break
        screen = WorkspaceScreen(session)
        self.push_screen(screen)
        # What was recorded while it was read, the follower told to the screens that were there then.
        last = session.history.entries[-1].position
        self.do_job(
            "since", lambda _: tuple(self.log_book.read(session.negotiation, after=last)), screen.following.take
        )
        screen.call_after_refresh(self._get_ready)

    def _get_ready(self) -> None:
        """Get ready for the first key, once the negotiation is seen."""
        # What was read stays: the collector need not look at it again with every step.
        system.settle_collector()
        self.do_job("ready", lambda is_over: [import_module(name) for name in _OPENED if not is_over()], lambda _: None)

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong; where there is nothing else to see, leave with it."""
        if len(self.screen_stack) <= 1:
            self.exit(3, message=message.problem)
        else:
            self.notify(message.problem, severity="error", markup=False, timeout=10)

    def view_of(self, session: Session) -> View:
        """Let a session stand where the person left it, and return that view."""
        view = self.views.views.get(session.negotiation, View()) if self.views else View()
        session.stand_at(view)
        if not session.is_live:
            self.notify(f"Back at {session.cut}, where you left. L goes to the present.", markup=False)
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
        from tui.workspace.loading import follow

        try:
            follow(self._book.location, lambda entries: self.post_message(Appended(entries)), self._stop)
        except LogError as error:
            if not self._stop.is_set():
                self.post_message(Failed(f"Other people's entries are no longer followed: {error}"))

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen below all others, which is seen while a negotiation is read."""
        return OpeningScreen()


def run(where: str, negotiation: str | None = None, *, read_only: bool = False) -> int:
    """Open the workspace over a log in this terminal, and return the exit code when the person leaves.

    Where standard input is not a terminal, the keys are read from the controlling one. Raises `LogError` where the log
    cannot be opened, `NameUnknownError` where it has no such negotiation, and `ContentError` for wrong settings.
    """
    from tui.environment import clock, is_in_browser, today
    from tui.workspace.settings import read_settings, settings_path

    settings = read_settings(settings_path())
    with LazyLog.open(where, read_only=read_only, clock=clock()) as log:
        if negotiation is not None:
            log.require(negotiation)
        with nullcontext() if is_in_browser() else keys_from_terminal(), system.collector_patient():
            app = Workspace(log, negotiation, today=today(), read_only=read_only, settings=settings, remember=True)
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
