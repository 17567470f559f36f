"""The palette: every action that the screen below has, found by typing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette, DiscoveryHit, Hit, Provider

from tui.workspace.screens.base import ActingScreen

if TYPE_CHECKING:
    from textual.app import App
    from textual.command import Hits

    from tui.workspace.actions import Action


class Actions(Provider):
    """The actions of the screen below the palette."""

    def _offered(self) -> list[Action]:
        screen = self.screen
        return (
            [action for action in screen.actions() if action.id != "palette"]
            if isinstance(screen, ActingScreen)
            else []
        )

    async def discover(self) -> Hits:
        """Offer everything before a word is written."""
        for action in self._offered():
            yield DiscoveryHit(_name(action), partial(self._run, action.id), help=action.help)

    async def search(self, query: str) -> Hits:
        """Offer what fits the words."""
        matcher = self.matcher(query)
        for action in self._offered():
            text = f"{_name(action)} {action.help}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, _name(action), partial(self._run, action.id), help=action.help)

    def _run(self, action: str) -> None:
        screen = self.screen
        if isinstance(screen, ActingScreen):
            screen.action_do(action)


def _name(action: Action) -> str:
    return f"{action.label}  {action.shown_keys}"


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    if not isinstance(app.screen, CommandPalette):
        app.push_screen(CommandPalette(providers=[Actions]))
