"""Going from screen to screen: back, to an entry, and to the list of negotiations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.workspace.shell import Shell

if TYPE_CHECKING:
    from textual.screen import Screen


class Stack(Shell):
    """An app whose screens lie on one another: the list of negotiations, one of them, and what is read of it."""

    def leave_negotiation(self) -> None:
        """Go from a negotiation to the list of them, where there is one below."""
        from tui.workspace.screens.portfolio import PortfolioScreen

        if any(isinstance(screen, PortfolioScreen) for screen in self.screen_stack):
            self.pop_screen()
        else:
            self.notify("q leaves. P lists all negotiations of this log.", markup=False)

    def open_portfolio(self, entries: dict[str, int] | None = None) -> None:
        """Go to the list of negotiations, with their numbers of entries where they have been counted."""
        from tui.workspace.screens.portfolio import PortfolioScreen

        for screen in self.screen_stack:
            if isinstance(screen, PortfolioScreen):
                self._pop_to(screen)
                return
        self.push_screen(PortfolioScreen(entries))

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

    def pop(self) -> None:
        """Take the topmost screen away, unless it is the last one."""
        if len(self.screen_stack) > 2:  # noqa: PLR2004 - the app's own screen, and the one that stays
            self.pop_screen()
