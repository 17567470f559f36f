"""What every screen has: actions from the one list, a footer made from them, and a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tui.workspace.actions import BY_ID, EVERYWHERE, Action, actions_for

if TYPE_CHECKING:
    from tui.workspace.app import Workspace


class ActingScreen(Screen[Any]):
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
