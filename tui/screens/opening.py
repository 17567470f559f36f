"""What is seen while a negotiation is being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from tui.actions import bindings_for
from tui.screens.base import ActingScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class OpeningScreen(ActingScreen):
    """The screen below all others."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for()]

    def compose(self) -> ComposeResult:
        """Say what is going on."""
        yield Static(" communiqué  reading the log …", markup=False)
