"""What is written in: a line, or a box for several, in which nothing is unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.widgets import Input, TextArea
from textual.widgets.input import Selection

from tui.text import clean, clean_lines, counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual import events
    from textual.widget import Widget

#: Characters, as they are shown, that a paste may hold in all and without a line break: each key draws them anew.
_MOST: Final = 100_000
_MOST_IN_LINE: Final = 10_000


class TextLine(Input):
    """An input that shows what is unseen in a text, and gives it back as it was."""

    def __init__(self, text: str = "", **how: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(clean(text), **how)
        self._text = text
        self._pasted = ""

    def hold(self, text: str) -> None:
        """Take another text, as if this was another line that has been given the keys."""
        self._text, self._pasted = text, ""
        with self.prevent(Input.Changed):
            self.value = clean(text)
        self.selection = Selection(0, len(self.value))

    def put(self, text: str) -> None:
        """Take another text as if it was typed."""
        self._text, self._pasted = text, ""
        self.value = clean(text)
        self.cursor_position = len(self.value)

    @property
    def written(self) -> str:
        """What was written, with the characters of the first text and of what was pasted in place of their signs."""
        return restored(self.value, self._text, self._pasted)

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted, as one."""
        event.stop()
        event.prevent_default()
        pasted = " ".join(line.strip() for line in event.text.splitlines() if line.strip())
        text = clean(pasted)
        if not _has_room(self, text):
            return
        self._pasted += pasted
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)


class TextBox(TextArea):
    """A box for a text of several lines that shows what is unseen in it, and gives it back as it was."""

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(soft_wrap=True, compact=True, highlight_cursor_line=False, **how)
        self._text = self._pasted = ""

    @property
    def value(self) -> str:
        """What it shows."""
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        self.text = text

    def hold(self, text: str) -> None:
        """Take another text, as if this was another box that has been given the keys."""
        self._text, self._pasted = text, ""
        with self.prevent(TextArea.Changed):
            self.load_text(clean_lines(text))
        self.move_cursor(self.document.end)

    @property
    def written(self) -> str:
        """What was written, with the characters of the first text and of what was pasted in place of their signs."""
        return restored(self.text, self._text, self._pasted, clean_lines)

    async def _on_paste(self, event: events.Paste) -> None:
        """Take what is pasted with its lines."""
        event.stop()
        event.prevent_default()
        pasted = event.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
        text = clean_lines(pasted)
        if not _has_room(self, text):
            return
        self._pasted += pasted
        self.replace(text, *self.selection, maintain_selection_offset=False)


def _has_room(widget: Widget, text: str) -> bool:
    """Say whether a text can be pasted; tell if it cannot, as nothing of it is taken then."""
    if len(text) <= _MOST and max(map(len, text.split("\n"))) <= _MOST_IN_LINE:
        return True
    widget.notify(
        f"Nothing is pasted: {counted(len(text), 'character')} are too many here, of {_MOST:,} at most and"
        f" {_MOST_IN_LINE:,} without a line break. `communique record` takes longer ones.",
        severity="error",
    )
    return False


def restored(shown: str, text: str, pasted: str = "", show: Callable[[str], str] = clean) -> str:
    """Return a text as it was shown and perhaps changed, with what showed the unseen characters put back.

    Those are the characters of `text` and of what was `pasted`. What stands in them as such stays, though it looks like
    what shows a character.
    """
    if shown == show(text):
        return text
    given = text + pasted
    for character in dict.fromkeys(given):
        seen = show(character)
        if seen != character and seen not in given and seen.strip():
            shown = shown.replace(seen, character)
    return shown
