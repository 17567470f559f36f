"""What is written in: a line, or a box for several, in which nothing is unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea
from textual.widgets.input import Selection

from tui.text import clean, clean_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual import events


class TextLine(Input):
    """An input that shows what is unseen in a text, and gives it back as it was."""

    def __init__(self, text: str = "", **how: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(clean(text), **how)
        self._text = text

    def hold(self, text: str) -> None:
        """Take another text, as if this was another line that has been given the keys."""
        self._text = text
        with self.prevent(Input.Changed):
            self.value = clean(text)
        self.selection = Selection(0, len(self.value))

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


class TextBox(TextArea):
    """A box for a text of several lines that shows what is unseen in it, and gives it back as it was."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(soft_wrap=True, compact=True, highlight_cursor_line=False, **how)
        self._text = ""

    @property
    def value(self) -> str:
        """What it shows."""
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        self.text = text

    def hold(self, text: str) -> None:
        """Take another text, as if this was another box that has been given the keys."""
        self._text = text
        with self.prevent(TextArea.Changed):
            self.load_text(clean_lines(text))
        self.move_cursor(self.document.end)

    @property
    def written(self) -> str:
        """What was written, with the characters of the first text in place of what showed them."""
        return restored(self.text, self._text, clean_lines)

    async def _on_paste(self, event: events.Paste) -> None:
        """Take what is pasted with its lines."""
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        self.replace(clean_lines(text).rstrip("\n"), *self.selection, maintain_selection_offset=False)


def restored(shown: str, text: str, show: Callable[[str], str] = clean) -> str:
    """Return a text as it was shown and perhaps changed, with what showed the unseen characters of `text` put back.

    What stands in `text` as such stays, though it looks like what shows a character.
    """
    if shown == show(text):
        return text
    for character in dict.fromkeys(text):
        seen = show(character)
        if seen != character and seen not in text and seen.strip():
            shown = shown.replace(seen, character)
    return shown
