"""What every screen has: actions from the one list, a footer made from them, and a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.screen import Screen

from tui.workspace.actions import BY_ID, EVERYWHERE, Action, actions_for

if TYPE_CHECKING:
    from tui.workspace.app import Workspace

_Result = TypeVar("_Result")


class StyledOnce(Screen[_Result]):
    """A screen that is styled and laid out when it is made, and again only for another theme or size.

    Textual does both twice more before a screen is seen, and each time that it is seen again.
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._styled_for = self.app.theme
        #: Grows with whatever may make it look otherwise.
        self.changes = 0
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

    @on(events.Resize)
    def keep_layout(self, event: events.Resize) -> None:
        """Let all be laid out anew only if it was not for this size."""
        self.changes += 1
        if event.size == self.size:
            event.stop()
            event.prevent_default()

    def on_update(self) -> None:
        """Count a change of a part of it."""
        self.changes += 1

    on_layout = on_update_scroll = on_update


class ActingScreen(StyledOnce[Any]):
    """A screen whose keys come from the list of actions: ``event-next`` is its method ``do_event_next``."""

    #: The places of `tui.workspace.actions` whose actions this screen has.
    PLACES: ClassVar[tuple[str, ...]] = ()
    #: Whether esc leaves it, too, while a job is stopped by it: there is nothing to see on it yet.
    IS_LEFT_WITH_JOB: ClassVar[bool] = False

    @property
    def workspace(self) -> Workspace:
        """The app, by its own type."""
        from tui.workspace.app import Workspace

        app = self.app
        assert isinstance(app, Workspace)  # noqa: S101 - no other app has these screens
        return app

    @property
    def is_there(self) -> bool:
        """Whether its parts are there to be told something: not before they are made, nor once they are taken away."""
        return bool(self.query("#header"))

    def allows(self, action: Action) -> bool:
        """Say whether an action can be taken here: nothing is recorded through a log opened for reading only."""
        return not (action.writes and self.workspace.read_only)

    def actions(self) -> list[Action]:
        """Return the actions that can be taken here."""
        return [action for action in actions_for(*self.PLACES) if self.allows(action)]

    def action_do(self, name: str) -> None:
        """Take an action by its id: here, or in the list that has the keys."""
        action = BY_ID[name]
        if not self.allows(action):
            self.notify("This log was opened for reading only; start without --read-only to record.", markup=False)
            return
        if name == "back" and self.workspace.stop_jobs() and not self.IS_LEFT_WITH_JOB:
            return
        method = getattr(self, "do_" + name.replace("-", "_"), None)
        if method is not None:
            method()
        elif EVERYWHERE in action.where:
            self.workspace.do(name)
        elif self.focused is not None and hasattr(self.focused, "action_do"):
            self.focused.action_do(name)

    def do_back(self) -> None:
        """Go back to the screen below."""
        self.workspace.pop()
