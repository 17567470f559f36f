"""What the workspace can do over every screen: go from one to another, tell, ask, record, and end."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.screen import ModalScreen
from textual.worker import WorkerFailed

from tracker.errors import EntryRejectedError
from tui.text import clean
from tui.workspace.actions import BY_ID, bindings_for
from tui.workspace.jobs import Working
from tui.workspace.settings import NAMES
from tui.workspace.widgets.bars import Header

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tui.drafts import Drafts
    from tui.workspace.messages import Appended, DraftsWait, LogLost
    from tui.workspace.screens.workspace import WorkspaceScreen
    from tui.workspace.time.session import Session

_Result = TypeVar("_Result")


class Shell(Working):
    """An app whose screens lie on one another; `fault` is a mistake in the program that ended it.

    It records in its log, and keeps a draft of what is not recorded yet.

    Screens know of each other only what they open themselves; what leads back to one below, or from one report to
    another, is asked for here.
    """

    TITLE = "communiqué"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    #: Over every screen, also over a question or a form, in which other keys are letters.
    BINDINGS: ClassVar[list[Any]] = [binding for binding in bindings_for() if binding.id in {"suspend", "leave"}]

    #: What is written and not recorded, of the log that is open.
    drafts: Drafts

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        #: The entries recorded here, of which nobody need be told.
        self.own: set[str] = set()
        #: How many drafts wait for a review, by negotiation.
        self.waiting: dict[str, int] = {}
        #: How much is being recorded here, and what the follower told meanwhile.
        self._recording = 0
        self._appended: list[Appended] = []

    def action_do(self, name: str) -> None:
        """Take an action that is to be had everywhere."""
        attrgetter(BY_ID[name].runs)(self)()

    def notify(self, message: str, *, severity: SeverityLevel = "information", **how: Any) -> None:  # noqa: ANN401 - as Textual's
        """Say something in a corner, as it is, in place of what was said before; problems stay until they are read."""
        for said in list(self._notifications):
            if said.severity == "information":
                self._unnotify(said, refresh=False)
        super().notify(message, severity=severity, **{**how, "markup": False})

    def suspend_here(self) -> None:
        """Leave the terminal to the shell until it says `fg`."""
        if self._driver is not None and self._driver.can_suspend:
            self.action_suspend_process()
        else:
            self.notify("Only what runs in a terminal can be suspended.")

    def next_theme(self) -> None:
        """Go to the next theme."""
        index = NAMES.index(self.theme) if self.theme in NAMES else -1
        self.theme = NAMES[(index + 1) % len(NAMES)]
        self.notify(f"Theme: {self.theme}")

    def save_picture(self) -> None:
        """Save the screen as a picture."""
        from tui.workspace.screens.taking import hand_over

        hand_over(self, "communique.svg", self.export_screenshot(title=self.TITLE), "the screen as a picture")

    def open_help(self) -> None:
        """Open the help on the screen below it."""
        from tui.workspace.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def open_palette(self) -> None:
        """Open the finder over the screen that is seen."""
        from tui.workspace.screens.base import ActingScreen
        from tui.workspace.screens.palette import Palette

        def run(chosen: Callable[[], None] | None) -> None:
            if chosen is not None:
                chosen()

        if isinstance(self.screen, ActingScreen):
            self.push_screen(Palette(self.screen), run)

    def open_why(self, session: Session, subject: str) -> None:
        """Show what stands behind what is said of a subject."""
        from tui.workspace.screens.grounds import WhyScreen

        self.push_screen(WhyScreen(session, subject))

    def open_review(self) -> None:
        """Review the drafts of the negotiation that is open, or of all."""
        from tui.workspace.screens.review import ReviewScreen

        self.push_screen(ReviewScreen(getattr(self.screen, "session", None)))

    def on_drafts_wait(self, message: DraftsWait) -> None:
        """Tell every screen how many drafts wait now."""
        self.waiting = message.waiting
        for screen in self.screen_stack:
            for header in screen.query(Header):
                header.redraw()
            take = getattr(screen, "take_drafts", None)
            if take is not None:
                take()

    def leave_negotiation(self) -> None:
        """Go from a negotiation to the list of them, where there is one below."""
        from tui.workspace.screens.portfolio import PortfolioScreen

        if any(isinstance(screen, PortfolioScreen) for screen in self.screen_stack):
            self.pop_screen()
        else:
            self.notify("q leaves. P lists all negotiations of this log.")

    def open_portfolio(self, entries: dict[str, int] | None = None) -> None:
        """Go to the list of negotiations, with their numbers of entries where they have been counted."""
        from tui.workspace.screens.portfolio import PortfolioScreen

        for screen in self.screen_stack:
            if isinstance(screen, PortfolioScreen):
                self._pop_to(screen)
                return
        self.push_screen(PortfolioScreen(entries))

    def screen_of(self, negotiation: str) -> WorkspaceScreen | None:
        """Return the screen over a negotiation that is open below, None where it is not."""
        from tui.workspace.screens.workspace import WorkspaceScreen

        return next(
            (
                screen
                for screen in reversed(self.screen_stack)
                if isinstance(screen, WorkspaceScreen) and screen.session.negotiation == negotiation
            ),
            None,
        )

    def look_at(self, entry: str) -> None:
        """Go back to the workspace, to an entry."""
        from tui.workspace.screens.workspace import WorkspaceScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, WorkspaceScreen):
                self._pop_to(screen)
                screen.look_at(entry)
                return

    def _pop_to(self, screen: Screen[Any]) -> None:
        for _ in range(len(self.screen_stack) - self.screen_stack.index(screen) - 1):
            self.pop_screen()

    def lead_to(self, screen: Screen[Any]) -> None:
        """Open a screen, in place of the dialog that leads to it: what is below that is not drawn in between."""
        if isinstance(self.screen, ModalScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def pop(self) -> None:
        """Take the topmost screen away, unless it is the last one."""
        if len(self.screen_stack) > 2:  # noqa: PLR2004 - the app's own screen, and the one that stays
            self.pop_screen()

    def leave(self) -> None:
        """End."""
        self.exit(0)

    def action_help_quit(self) -> None:
        """Say how one leaves, as Textual asks for when somebody presses ^c and there is nothing to copy."""
        self.notify(f"{BY_ID['leave'].shown_keys} leaves, from anywhere; what is written is kept as a draft.")

    def keep_drafts(self) -> None:
        """Keep what is being written, wherever it is, as the program is about to end or to be stopped."""
        for screen in self.screen_stack:
            keep = getattr(screen, "keep_draft", None)
            if keep is not None:
                keep()

    def on_exit_app(self) -> None:
        """Keep what is being written, however the end was asked for."""
        self.keep_drafts()

    def _handle_exception(self, error: Exception) -> None:
        """Keep a mistake in the program, for whoever runs it to tell once the terminal is back."""
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's account of the mistake, which shows whatever the program held at that moment."""
        with suppress(Exception):
            # It may be there that the mistake is.
            self.keep_drafts()
        self._close_messages_no_wait()

    # ── recording ──

    @property
    def log_book(self) -> EventLog:
        """The log."""
        raise NotImplementedError

    def record(  # noqa: PLR0913 - what is recorded, and what follows from how that ends
        self,
        negotiation: str,
        make: Callable[[], Event],
        done: Callable[[Receipt], None],
        *,
        refused: Callable[[tuple[Problem, ...]], None] | None = None,
        failed: Callable[[str], None] | None = None,
        draft: int | None = None,
    ) -> None:
        """Record an entry in the background; what is typed meanwhile is for what comes then.

        Its draft, if it has one, is dropped once the entry is recorded. `refused` is told what is wrong with the
        entry, and `failed` why it could not be recorded; without them, the person is told.
        """

        def work() -> Receipt | tuple[Problem, ...]:
            try:
                return self.log_book.record([make()])
            except EntryRejectedError as error:
                return error.problems

        def over(found: Receipt | tuple[Problem, ...]) -> None:
            if isinstance(found, tuple):
                (refused or self._tell_refusal)(found)
            else:
                for recorded in found.recorded:
                    self.have_recorded(recorded.event.negotiation, recorded.id)
                if draft is not None:
                    self.drafts.drop(negotiation, draft)
                done(found)

        self.write(work, over, failed or self.tell_problem)

    def have_recorded(self, negotiation: str, entry: str) -> None:
        """Take in that an entry was recorded here: it is not new to the person, who looks at it next."""
        self.own.add(entry)
        screen = self.screen_of(negotiation)
        if screen is not None:
            screen.following.expect(entry)

    def _tell_refusal(self, problems: tuple[Problem, ...]) -> None:
        self.tell_problem("; ".join(clean(str(problem)) for problem in problems))

    def write(
        self, work: Callable[[], _Result], done: Callable[[_Result], None], failed: Callable[[str], None]
    ) -> None:
        """Let something be recorded in the background; what the follower tells meanwhile waits until it is `done`."""
        self._recording += 1

        def over(end: Callable[[], None]) -> None:
            self._recording -= 1
            end()
            waiting, self._appended = self._appended, []
            for message in waiting:
                self.on_appended(message)

        self.do_job(
            "record",
            lambda _: work(),
            lambda found: over(partial(done, found)),
            failed=lambda problem: over(partial(failed, problem)),
            leads=True,
            can_stop=False,
        )

    def tell_failure(self, problem: str) -> None:
        """Say what went wrong; where there is nothing else to see, leave with it."""
        if len(self.screen_stack) <= 1:
            self.exit(3, message=problem)
        else:
            self.tell_problem(problem)

    def on_log_lost(self, message: LogLost) -> None:
        """Say what is wrong with the log."""
        self.tell_failure(f"The log cannot be read, and is looked for until it is back: {clean(message.problem)}")

    def on_log_found(self) -> None:
        """Let every screen look again, as the log can be read again."""
        from tui.workspace.screens.portfolio import PortfolioScreen
        from tui.workspace.screens.workspace import WorkspaceScreen

        self.notify("The log can be read again.")
        for screen in self.screen_stack:
            if isinstance(screen, WorkspaceScreen):
                screen.following.look_again()
            elif isinstance(screen, PortfolioScreen):
                screen.do_look_again()

    def on_appended(self, message: Appended) -> None:
        """Hand what was recorded to every screen that shows entries, once it is known which of it is our own."""
        if self._recording:
            self._appended.append(message)
            return
        for screen in self.screen_stack:
            take = getattr(screen, "take", None)
            if take is not None:
                take(message)
