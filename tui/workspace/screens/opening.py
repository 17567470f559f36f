"""What is seen first, while what the other screens need is imported and a negotiation is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from tui.text import clean
from tui.workspace.actions import bindings_for
from tui.workspace.screens.base import ActingScreen
from tui.workspace.widgets.footer import Footer

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class OpeningScreen(ActingScreen):
    """The screen below all others."""

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
