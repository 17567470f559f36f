"""A line to be written, in which keys count in the order in which they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events


class Line(Input):
    """An input that takes enter where it stands among the letters.

    Textual looks for what enter is bound to once the key has gone through all widgets, and by then a letter that was
    typed after it may have been written.
    """

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()
