"""Renaming: another title for a negotiation, which everybody who reads it sees."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tracker.events.parsing import parse
from tui.text import clean
from tui.workspace.screens.dialogs import Ask, Choose

if TYPE_CHECKING:
    from tracker.recording import Receipt
    from tui.workspace.screens.workspace import WorkspaceScreen


class Renaming:
    """Renames the negotiation of a screen, once it was asked whether that is meant."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen

    @property
    def written(self) -> dict[str, str]:
        """What was written for it, and not recorded yet."""
        return self.screen.workspace.begun.setdefault(f"rename {self.screen.session.negotiation}", {})

    def _keep(self, title: str) -> None:
        """Keep a title that is none yet."""
        self.written.clear()
        if title != self.screen.session.title:
            self.written["title"] = title

    def rename(self) -> None:
        """Ask for the title."""
        title = self.written.get("title") or self.screen.session.title
        ask = Ask("Rename the negotiation", "its title from now on; the id stays", value=title, keep=self._keep)
        self.screen.workspace.push_screen(ask, self._ask_whether)

    def _ask_whether(self, title: str | None) -> None:
        session = self.screen.session
        if not title or title == session.title:
            return
        text = f"{session.title}\nbecomes {title} for everybody who reads this log. The older title stays in it."
        choose = Choose("Rename", text, (("r", "rename it"),))
        self.screen.workspace.push_screen(choose, partial(self._record, title))

    def _record(self, title: str, choice: str | None) -> None:
        if choice is None:
            return
        screen, name = self.screen, self.screen.session.negotiation
        renamed = {"event": "NegotiationRenamed", "negotiation": name, "title": title}

        written = self.written

        def done(_: Receipt) -> None:
            written.clear()
            screen.notify(f"It is called {clean(title)} now.")

        screen.workspace.record(name, lambda: parse(renamed), done)
