"""What the workspace can do over every screen, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.worker import WorkerFailed

from tui.workspace.actions import bindings_for
from tui.workspace.jobs import Working
from tui.workspace.themes import NAMES

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel


class Shell(Working):
    """An app with the actions that are to be had everywhere; `fault` is a mistake in the program that ended it."""

    TITLE = "communiqué"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    #: Over every screen, also over a question or a form, in which other keys are letters.
    BINDINGS: ClassVar[list[Any]] = [binding for binding in bindings_for() if binding.id == "suspend"]

    fault: Exception | None = None

    def do(self, action: str) -> None:
        """Take an action that is to be had everywhere."""
        if action == "quit":
            self.leave()
        elif action == "theme":
            self.next_theme()
        elif action == "help":
            from tui.workspace.screens.help import HelpScreen

            if not isinstance(self.screen, HelpScreen):
                self.push_screen(HelpScreen(self.screen))
        elif action == "palette":
            self.open_palette()
        elif action == "suspend":
            self.suspend_here()
        elif action == "screenshot":
            from tui.workspace.screens.taking import hand_over

            hand_over(self, "communique.svg", self.export_screenshot(title=self.TITLE), "the screen as a picture")

    def notify(self, message: str, *, severity: SeverityLevel = "information", **how: Any) -> None:  # noqa: ANN401 - as Textual's
        """Say something in a corner, in place of what was said there before; problems stay until they are read."""
        for said in list(self._notifications):
            if said.severity == "information":
                self._unnotify(said, refresh=False)
        super().notify(message, severity=severity, **how)

    def action_do(self, action: str) -> None:
        """Textual's way in."""
        self.do(action)

    def suspend_here(self) -> None:
        """Leave the terminal to the shell until it says `fg`."""
        if self._driver is not None and self._driver.can_suspend:
            self.action_suspend_process()
        else:
            self.notify("Only what runs in a terminal can be suspended.", markup=False)

    def next_theme(self) -> None:
        """Go to the next theme."""
        index = NAMES.index(self.theme) if self.theme in NAMES else -1
        self.theme = NAMES[(index + 1) % len(NAMES)]
        self.notify(f"Theme: {self.theme}", markup=False)

    def open_palette(self) -> None:
        """Open the palette with the actions of the screen below it."""
        from tui.workspace.screens.palette import open_palette

        open_palette(self)

    def leave(self) -> None:
        """End."""
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """Keep a mistake in the program, for whoever runs it to tell once the terminal is back."""
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's account of the mistake, which shows whatever the program held at that moment."""
        self._close_messages_no_wait()
