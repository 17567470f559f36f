"""A few things to choose from, each by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.text import clean_lines
from tui.workspace.screens.over import Over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType


class Choose(Over[str | None]):
    """Shows a text and what may be chosen, as (key, words); gives back the key, or None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Back", show=False)]

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._choices = title, text, choices

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            if self._text:
                yield Static(Content(clean_lines(self._text)), markup=False)
            lines = [
                Content.assemble((f" {key} ", "bold reverse"), f"  {words}")
                for key, words in (*self._choices, ("esc", "back"))
            ]
            yield Static(Content("\n").join([Content(""), *lines]), markup=False, id="choices")

    def on_key(self, event: events.Key) -> None:
        """Take the choice of a key."""
        for key, _ in self._choices:
            if key in (event.character, event.key):
                event.stop()
                self.dismiss(key)
                return

    def action_give_up(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
