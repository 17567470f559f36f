"""A line to be written, in which nothing is unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.text import clean

if TYPE_CHECKING:
    from typing import Any

    from textual import events


class Line(Input):
    """An input that shows what is unseen in a text, and gives it back as it was."""

    def __init__(self, text: str = "", **how: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(clean(text), **how)
        self._text = text

    @property
    def written(self) -> str:
        """What was written, with the characters of the first text in place of what showed them."""
        return restored(self.value, self._text)

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted, as one."""
        event.stop()
        event.prevent_default()
        text = clean(" ".join(line.strip() for line in event.text.splitlines() if line.strip()))
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)


def restored(shown: str, text: str) -> str:
    """Return a text as it was shown and perhaps changed, with what showed the unseen characters of `text` put back.

    What stands in `text` as such stays, though it looks like what shows a character.
    """
    if shown == clean(text):
        return text
    for character in dict.fromkeys(text):
        seen = clean(character)
        if seen != character and seen not in text:
            shown = shown.replace(seen, character)
    return shown
