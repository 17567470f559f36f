"""What every screen has: the actions of the one list, a footer made from them, and a way back; and the first screen."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.text import clean
from tui.workspace.actions import BY_ID, Action, actions_for, bindings_for
from tui.workspace.widgets.bars import Footer

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.claims.readings import Reading
    from tui.workspace.app import Workspace
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

_Result = TypeVar("_Result")


class StyledOnce(Screen[_Result]):
    """A screen that is styled, laid out and drawn when it is made, and again only for another theme or size.

    Textual styles and lays out twice more before a screen is seen, and each time that it is seen again; and it draws
    all as it lays it out, and a moment later again.
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._styled_for = self.app.theme
        #: Grows with whatever may make it look otherwise.
        self.changes = 0
        #: Its own size is that of the terminal, whether it was laid out for that or not.
        self._laid_out_for = self.app.size
        width, height = self.app.size
        for size, points, own in (
            (width, self.app.HORIZONTAL_BREAKPOINTS, self.HORIZONTAL_BREAKPOINTS),
            (height, self.app.VERTICAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS),
        ):
            reached = [name for least, name in (points if own is None else own) or () if size >= least]
            self.add_class(*reached[-1:], update=False)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Let all be styled anew only if there are other colours now."""
        event.refresh_styles = self._styled_for != self.app.theme
        self._styled_for = self.app.theme
        # Textual asks for this only once it has laid all out, and drawn it.
        self.refresh()

    def _compositor_refresh(self) -> None:
        """Draw what has changed; where all is about to be drawn, nothing before that."""
        if not (self._repaint_required and self.is_current):
            super()._compositor_refresh()

    @on(events.Resize)
    def keep_layout(self, event: events.Resize) -> None:
        """Let all be laid out anew only if it was not for this size."""
        self.changes += 1
        if event.size == self._laid_out_for:
            event.stop()
            event.prevent_default()
        self._laid_out_for = event.size

    def on_update(self) -> None:
        """Count a change of a part of it."""
        self.changes += 1

    on_layout = on_update_scroll = on_update


class ActingScreen(StyledOnce[Any]):
    """A screen whose keys come from the list of actions, which says for each place the method that a key runs."""

    #: The places of `tui.workspace.actions` whose actions this screen has.
    PLACES: ClassVar[tuple[str, ...]] = ()
    #: Whether esc leaves it, too, while a job is stopped by it: there is nothing to see on it yet.
    IS_LEFT_WITH_JOB: ClassVar[bool] = False
    #: What is there once its parts are made.
    PART: ClassVar[str] = "#header"

    @property
    def workspace(self) -> Workspace:
        """The app, by its own type: no other has these screens."""
        return cast("Workspace", self.app)

    @property
    def is_there(self) -> bool:
        """Whether its parts are there to be told something: not before they are made, nor once they are taken away."""
        return bool(self.query(self.PART))

    def drafts_waiting(self) -> int:
        """Return how many drafts wait that can be reviewed from here."""
        return sum(self.workspace.waiting.values())

    def allows(self, action: Action) -> bool:
        """Say whether an action can be taken here: nothing is recorded through a log opened for reading only."""
        return not (action.writes and self.workspace.read_only)

    def actions(self) -> list[Action]:
        """Return the actions that can be taken here."""
        return [action for action in actions_for(*self.PLACES) if self.allows(action)]

    def action_do(self, name: str) -> None:
        """Take an action by its id: run the method that the list of actions names, or leave it to what has the keys."""
        action = BY_ID[name]
        if not self.allows(action):
            self.notify("This log was opened for reading only; start without --read-only to record.")
            return
        if name == "back" and self.workspace.stop_jobs() and not self.IS_LEFT_WITH_JOB:
            return
        if action.runs:
            attrgetter(action.runs)(self)()
        elif self.focused is not None and hasattr(self.focused, "action_do"):
            self.focused.action_do(name)

    def do_back(self) -> None:
        """Go back to the screen below."""
        self.workspace.pop()


class SessionScreen(ActingScreen):
    """A screen over a session, with a cursor on something that can be taken out of it."""

    session: Session

    def drafts_waiting(self) -> int:
        """Return how many drafts of the negotiation wait."""
        return self.workspace.waiting.get(self.session.negotiation, 0)

    def entry(self) -> Reading | None:
        """Return the entry that the cursor is on, if the cut lets it be read."""
        raise NotImplementedError

    def text_here(self) -> str:
        """Return what the cursor is on as text; empty if there is nothing."""
        raise NotImplementedError

    def sheet_maker(self) -> Callable[[], Sheet | None]:
        """Return what makes rows of what is shown, in whatever thread; it gives None if there are none."""
        raise NotImplementedError

    def addresses(self) -> list[str]:
        """Return the addresses of the sources of what the cursor is on."""
        reading = self.entry()
        sources = self.session.claims.registers.sources
        found = [sources[item.source].url for item in reading.evidence if item.source in sources] if reading else []
        return [address for address in found if address]


class OpeningScreen(ActingScreen):
    """The screen below all others: seen first, while what the others need is imported and a negotiation is read."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for()]

    def compose(self) -> ComposeResult:
        """Say what is going on."""
        yield Static(
            Content.assemble((" communiqué  ", "bold $text-accent"), clean(self.workspace.place)),
            id="header",
            markup=False,
        )
        yield Static(" reading the log …", classes="pane", id="opening", markup=False)
        yield Footer()
