"""A line to be written, in which nothing is unseen, and the lines of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.geometry import Offset, Region
from textual.suggester import SuggestFromList
from textual.visual import Visual
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.text import clean
from tui.workspace.messages import CursorMoved
from tui.workspace.widgets.cells import fit

if TYPE_CHECKING:
    from typing import Any

    from textual import events
    from textual.app import ComposeResult
    from textual.strip import Strip

    from tui.workspace.forms import FormField

#: Columns of the names of fields.
_NAME: Final = 27


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


class Fields(Widget):
    """The lines of a form; posts `CursorMoved` when another one has the keys.

    They are all drawn here, and one `TextLine` lies on that which is written: a widget for each of some thirty took
    Textual a fifth of a second to make.
    """

    auto_links = False

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(id="lines")
        self.fields: list[FormField] = []
        #: What was written, by the path of its field.
        self.values = values
        self._here = 0
        self.line = TextLine()

    def compose(self) -> ComposeResult:
        """Make the one line that can be written."""
        yield self.line

    @property
    def here(self) -> FormField:
        """The field that has the keys."""
        return self.fields[self._here]

    def add(self, fields: list[FormField]) -> None:
        """Show more fields."""
        self.fields += fields
        self.styles.height = len(self.fields)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Let what is written have the room beside the names."""
        self.line.styles.width = max(event.size.width - _NAME, 1)

    def take(self) -> None:
        """Take what is written just now."""
        self.values[self.here.path] = self.line.written

    def move(self, count: int) -> None:
        """Go on by so many fields, from the last to the first."""
        self.take()
        self.go_to((self._here + count) % len(self.fields))

    def go_to(self, index: int) -> None:
        """Give a field the keys."""
        width = self.size.width
        for number in (self._here, index):
            self.refresh(Region(0, number, width, 1))
        self._here = index
        field, line = self.here, self.line
        line.placeholder = _placeholder(field)
        line.suggester = SuggestFromList(field.choices, case_sensitive=False) if field.choices else None
        line.hold(self.values.get(field.path, ""))
        line.styles.offset = Offset(_NAME, index)
        line.focus(scroll_visible=False)
        if self.parent is not None and isinstance(self.parent, Widget):
            self.parent.scroll_to_region(Region(0, index, 1, 1), animate=False)
        self.post_message(CursorMoved(self, index))

    def render_line(self, y: int) -> Strip:
        """Draw the name of a field, and what was written in it or what it takes."""
        columns, field = self.size.width, self.fields[y]
        is_here = y == self._here and not self.disabled
        text = self.values.get(field.path, "")
        name = Content.styled(
            f"{'* ' if field.required else '  '}{field.path}"[:_NAME].ljust(_NAME),
            "bold $text-accent" if is_here else "$text-muted",
        )
        room = columns - _NAME
        shown = fit(text or _placeholder(field), room + 1)[:room]
        value = Content.styled(shown, f"{'' if text else '$text-disabled'} on $panel")
        return Visual.to_strips(self, name + value, columns, 1, self.visual_style, apply_selection=False)[0]

    def on_click(self, event: events.Click) -> None:
        """Give the field under the mouse the keys."""
        offset: Any = event.get_content_offset(self)
        if offset is not None and event.widget is self and offset.y < len(self.fields):
            self.take()
            self.go_to(offset.y)


def _placeholder(field: FormField) -> str:
    return clean(field.hint or ", ".join(field.choices[:4]))


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
