"""The lines of a form in their groups, of which one at a time is written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset, Region
from textual.suggester import Suggester
from textual.visual import Visual
from textual.widget import Widget

from tui.text import clean, clean_lines, wrap
from tui.workspace.entry.known import completed
from tui.workspace.messages import CursorMoved
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.line import TextBox, TextLine

if TYPE_CHECKING:
    from typing import Any

    from textual import events
    from textual.app import ComposeResult
    from textual.strip import Strip

    from tui.workspace.entry.fields import FormField

#: Columns of the names of fields.
_NAME: Final = 27
#: Names that an empty field shows, and what stands before one that the key → takes.
_SHOWN: Final = 4
_TAKES: Final = "→"
#: Lines of a box that is written, at least.
_BOX: Final = 3
#: Characters of a text that are broken into lines, which are more than a screen holds.
_MOST: Final = 20_000


class _Row(NamedTuple):
    """A line of the form: a part of a field, or the heading of a group where there is none."""

    field: int | None
    part: int = 0
    heading: str = ""


class Completion(Suggester):
    """Completes the name that is being written, in every item of a list."""

    def __init__(self, field: FormField) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._field = field

    async def get_suggestion(self, value: str) -> str | None:
        """Return a text with the name that its last one goes on to behind it, or None."""
        found = completed(self._field, value)
        return None if found is None else f"{value} {_TAKES} {clean(found.rpartition(',')[2].strip())}"


class EntryLine(TextLine):
    """The line of a field: → takes the name that is offered, which an arrow tells apart from what is written."""

    def __init__(self) -> None:
        super().__init__()
        self._field: FormField | None = None

    def ask_for(self, field: FormField) -> None:
        """Ask for a field from now on."""
        self._field = field
        self.placeholder = _placeholder(field)
        self.suggester = Completion(field) if field.choices else None

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as Textual has it
        """Take what is offered behind the text, or go a character on."""
        field, text = self._field, self.written
        found = None
        if field is not None and not select and self.cursor_at_end:
            found = completed(field, text) if text else _only(field)
        if found is None:
            super().action_cursor_right(select)
        else:
            self.put(found)


@lru_cache(maxsize=256)
def _lines(text: str, columns: int) -> tuple[str, ...]:
    cleaned = clean_lines(text[:_MOST])
    return tuple(line for paragraph in cleaned.split("\n") for line in wrap(paragraph, columns))


class FieldsPane(VerticalScroll):
    """What the lines of a form are scrolled in."""

    def on_resize(self) -> None:
        """Let the field that is written be seen in another size, too."""
        self.call_after_refresh(self.query_one(Fields).reveal)


class Fields(Widget):
    """The lines of a form; posts `CursorMoved` when another one has the keys.

    They are all drawn here, and one `TextLine` or `TextBox` lies on that which is written: a widget for each of some
    thirty took Textual a fifth of a second to make.
    """

    auto_links = False

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(id="lines")
        self.fields: list[FormField] = []
        #: What was written, by the path of its field.
        self.values = values
        self._here = 0
        self._rows: list[_Row] = []
        self._one = EntryLine()
        self._box = TextBox()
        self._box.display = False

    def compose(self) -> ComposeResult:
        """Make the line and the box, of which one is seen."""
        yield self._one
        yield self._box

    @property
    def here(self) -> FormField:
        """The field that has the keys."""
        return self.fields[self._here]

    @property
    def line(self) -> EntryLine | TextBox:
        """What is written in."""
        return self._box if self.here.is_long else self._one

    def show(self, fields: list[FormField]) -> None:
        """Show these fields, in their order; the one that has the keys keeps them."""
        path = self.here.path if self.fields else None
        self.fields = fields
        self._here = next((index for index, field in enumerate(fields) if field.path == path), 0)
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Let what is written have the room beside the names."""
        for line in (self._one, self._box):
            line.styles.width = max(event.size.width - _NAME, 1)
        self._lay_out()

    def _room(self) -> int:
        return max(self.size.width - _NAME, 2)

    def _height(self, index: int) -> int:
        field = self.fields[index]
        if not field.is_long:
            return 1
        if index != self._here:
            return len(_lines(self.values.get(field.path, ""), self._room() - 1))
        seen = self.parent.size.height if isinstance(self.parent, Widget) else 0
        # More than there is room for need not be broken with every key.
        lines = len(_lines(self._box.text[: seen * self._room()], self._room() - 1))
        return max(min(lines + 1, seen - 1), _BOX)

    def _lay_out(self) -> None:
        """Give every field its lines below the heading of its group, and lay what is written on its own."""
        rows: list[_Row] = []
        group = ""
        for index, field in enumerate(self.fields):
            if field.group != group:
                group = field.group
                rows.append(_Row(None, heading=group))
            rows += [_Row(index, part) for part in range(self._height(index))]
        if rows != self._rows:
            self._rows = rows
            self.styles.height = len(rows)
        self.refresh()
        if not self.fields:
            return
        top, height = self._place()
        self.line.styles.offset = Offset(_NAME, top)
        if self.here.is_long:
            self._box.styles.height = height

    def _place(self) -> tuple[int, int]:
        """Return the first line of the field that has the keys, and how many it has."""
        rows = [y for y, row in enumerate(self._rows) if row.field == self._here]
        return rows[0], len(rows)

    def on_text_area_changed(self) -> None:
        """Let a box grow with what is written in it."""
        if self.here.is_long:
            self._lay_out()

    def take(self) -> None:
        """Take what is written just now."""
        self.values[self.here.path] = self.line.written

    def move(self, count: int) -> None:
        """Go on by so many fields, from the last to the first."""
        self.take()
        self.go_to((self._here + count) % len(self.fields))

    def go_to(self, index: int) -> None:
        """Give a field the keys."""
        self._here = index
        field, line = self.here, self.line
        self._one.display, self._box.display = not field.is_long, field.is_long
        if isinstance(line, EntryLine):
            line.ask_for(field)
        line.hold(self.values.get(field.path, ""))
        self._lay_out()
        line.focus(scroll_visible=False)
        self.reveal()
        self.post_message(CursorMoved(self, index))

    def reveal(self) -> None:
        """Let the field that has the keys be seen, the heading of its group too if it is the first of it."""
        if isinstance(self.parent, Widget) and self.fields:
            top, height = self._place()
            above = 1 if top and self._rows[top - 1].field is None else 0
            self.parent.scroll_to_region(Region(0, top - above, 1, height + above), animate=False)

    def arrow(self, count: int) -> None:
        """Go to the next field or the one before; inside a box, to its next line, as long as there is one."""
        box = self._box
        if not self.here.is_long or (box.cursor_at_first_line if count < 0 else box.cursor_at_last_line):
            self.move(count)
        else:
            (box.action_cursor_down if count > 0 else box.action_cursor_up)()

    def enter(self) -> None:
        """Go to the next field; inside a box, begin a line."""
        if self.here.is_long:
            self._box.insert("\n")
        else:
            self.move(1)

    def render_line(self, y: int) -> Strip:
        """Draw the name of a field, and what was written in it or what it takes; or the heading of a group."""
        columns = self.size.width
        if y >= len(self._rows):
            return Visual.to_strips(self, Content(" "), columns, 1, self.visual_style, apply_selection=False)[0]
        row = self._rows[y]
        if row.field is None:
            heading = Content.styled(f"── {row.heading} ".ljust(columns, "─"), "bold $text-muted")
            return Visual.to_strips(self, heading, columns, 1, self.visual_style, apply_selection=False)[0]
        field = self.fields[row.field]
        is_here = row.field == self._here and not self.disabled
        text = self.values.get(field.path, "")
        label = f"{'* ' if field.required else '  '}{field.label}" if row.part == 0 else ""
        name = Content.styled(fit(label, _NAME), "bold $text-accent" if is_here else "$text-muted")
        room = columns - _NAME
        lines = _lines(text, self._room() - 1) if field.is_long else (text,)
        shown = (lines[row.part] if row.part < len(lines) else "") if text else _placeholder(field)
        value = Content.styled(fit(shown, room + 1)[:room], f"{'' if text else '$text-disabled'} on $panel")
        return Visual.to_strips(self, name + value, columns, 1, self.visual_style, apply_selection=False)[0]

    def on_click(self, event: events.Click) -> None:
        """Give the field under the mouse the keys."""
        offset: Any = event.get_content_offset(self)
        if offset is None or event.widget is not self or offset.y >= len(self._rows):
            return
        index = self._rows[offset.y].field
        if index is not None:
            self.take()
            self.go_to(index)


def _only(field: FormField) -> str | None:
    """Return the only name that is known in a field that says nothing else; None if there is none, or several."""
    return field.choices[0] if len(field.choices) == 1 and not field.hint else None


def _placeholder(field: FormField) -> str:
    """Return what stands in an empty field: in brackets, or behind an arrow, so that it is not taken for a value."""
    if only := _only(field):
        return f"{_TAKES} {clean(only)}"
    said = clean(field.hint or ", ".join(field.choices[:_SHOWN]) + (" …" if len(field.choices) > _SHOWN else ""))
    return f"({said})" if said else ""
