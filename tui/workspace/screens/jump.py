"""Jump mode: a letter on everything that can have the keys; the letter goes there."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import Static

from tui.workspace.screens.dialogs import Over
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.widget import Widget

_PANES: Final = "ABCDEFGH"


class Target(NamedTuple):
    """Where a letter stands, and what it leads to: a pane, and a line of it where it is a list."""

    letter: str
    place: Offset
    pane: str
    line: int | None


class JumpScreen(Over[Target | None]):
    """Gives back the target whose letter was pressed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "give_up", "Back", show=False)]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__(classes="jump")
        self._below = below

    def on_mount(self) -> None:
        """Put the letters on once everything below is where it belongs; keys that come earlier are not lost."""
        self._below.call_after_refresh(self._put_letters)

    async def _put_letters(self) -> None:
        if not self.is_attached:
            return
        labels = []
        for target in targets(self._below):
            label = Static(Content.styled(target.letter, "bold reverse"), markup=False, classes="letter")
            label.styles.offset = (target.place.x, target.place.y)
            labels.append(label)
        await self.mount(*labels)

    def on_key(self, event: events.Key) -> None:
        """Go to a letter's target; any other key leaves."""
        if event.key in {"escape", "ctrl+o"}:
            return
        event.stop()
        self.dismiss(next((target for target in targets(self._below) if target.letter == event.character), None))


def targets(screen: Screen[object]) -> list[Target]:
    """Return what can be jumped to: panes by capital letters, the lines in sight of the focused list by small ones."""
    found = []
    panes: list[Widget] = [pane for pane in screen.query(".pane") if pane.display and pane.region.area]
    for letter, pane in zip(_PANES, panes, strict=False):
        found.append(Target(letter, pane.region.offset + Offset(2, 0), pane.id or "", None))
    focused = screen.focused
    if isinstance(focused, LineList):
        region = focused.content_region
        first = focused.scroll_offset.y
        lines = [line for line in range(first, min(first + region.height, focused.count())) if focused.can_rest(line)]
        for letter, line in zip(ascii_lowercase, lines, strict=False):
            found.append(Target(letter, Offset(region.x, region.y + line - first), focused.id or "", line))
    return found
