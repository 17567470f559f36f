"""A captured document to be read: outside text that scrolls, with passages marked in it, of which one can be chosen."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.content import Content
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.workspace.actions import DOCUMENT, LIST, bindings_for
from tui.workspace.jobs import Working
from tui.workspace.messages import PassageChosen
from tui.workspace.passages import Passage, broken, columns_of, seen
from tui.workspace.widgets.cells import pad
from tui.workspace.widgets.lines import set_height

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.style import Style

#: Columns before each line, in which a bar stands beside what is marked.
GUTTER: Final = 2
#: Texts with more characters are broken into lines in the background.
_LARGE: Final = 50_000
_LEAST: Final = 4


class DocumentView(ScrollView, can_focus=True, inherit_bindings=False):
    """A text from outside, of any length; `nothing` is what stands there while there is none.

    A cursor moves through it, a passage is selected with shift and the arrows or the mouse, and enter posts it as
    `PassageChosen`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(LIST, everywhere=False),
        *bindings_for(DOCUMENT, everywhere=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "document--mark",
        "document--here",
        "document--selection",
        "document--cursor",
    }
    ALLOW_SELECT = False
    auto_links = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.nothing = ""
        self.text = ""
        self.marks: list[Passage] = []
        #: The mark that is looked at, by its number.
        self.here = 0
        self._lines: list[Passage] = []
        #: The text and the columns for which there are lines.
        self._laid: tuple[str, int] = "", 0
        self._cursor = 0
        #: Where the selection began; it ends at the cursor. And whether the arrows select, with shift or without.
        self._anchor: int | None = None
        self._is_selecting = False

    # ── what is shown ──

    def show(self, text: str, marks: Sequence[tuple[int, int]] = (), *, here: int = 0) -> None:
        """Show a text with passages marked in it, each as where it begins and ends; one of them is brought in sight."""
        self.text = text
        self.marks = sorted(Passage(*mark) for mark in marks)
        self.here = here
        self._anchor, self._is_selecting = None, False
        self._cursor = self.marks[here].start if here < len(self.marks) else 0
        self._lay_out()

    def find(self, word: str, *, forward: bool = True) -> bool:
        """Select the next place that holds some words, in whatever case, or the previous one; say whether there is."""
        pattern, text = re.compile(r"\s+".join(map(re.escape, word.split())), re.IGNORECASE), self.text
        here = self.selection or Passage(self._cursor, self._cursor)
        if forward:
            match = pattern.search(text, here.end) or pattern.search(text)
        else:
            found = list(pattern.finditer(text, 0, here.start)) or list(pattern.finditer(text))
            match = found[-1] if found else None
        if match is None or not match[0]:
            return False
        self._anchor, self._cursor = match.span()
        self._bring_in_sight(in_middle=True)
        self.refresh()
        return True

    @property
    def selection(self) -> Passage | None:
        """The passage that is selected, if any."""
        if self._anchor is None or self._anchor == self._cursor:
            return None
        return Passage(min(self._anchor, self._cursor), max(self._anchor, self._cursor))

    def _lay_out(self) -> None:
        """Break the text into lines as wide as the widget, a long one in the background."""
        columns = self._columns
        if not columns:
            return
        if self._laid == (self.text, columns):
            self._have_lines(self._lines)
            return
        text, app = self.text, self.app
        if len(text) <= _LARGE or not isinstance(app, Working):
            self._have_lines(list(broken(text, columns)) if text else [])
            return
        self._have_lines([])
        # The text may be another one, and the columns others, once the lines are there.
        app.do_job(
            f"document-{id(self)}",
            lambda is_over: list(broken(text, columns, is_over)),
            lambda found: self._have_lines(found) if (text, columns) == (self.text, self._columns) else None,
        )

    def _have_lines(self, lines: list[Passage]) -> None:
        self._lines = lines
        if lines:
            self._laid = self.text, self._columns
        set_height(self, len(lines))
        self._bring_in_sight(in_middle=True)
        self.refresh()

    @property
    def _columns(self) -> int:
        """The columns that a line has, with the scrollbar there: whether it comes is known only from the lines."""
        inside = self.container_size.width - self.styles.scrollbar_size_vertical - GUTTER
        return max(inside, _LEAST) if self.container_size.width else 0

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Draw in the new colours."""
        super().notify_style_update()
        self.refresh()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    # ── drawing ──

    def render_line(self, y: int) -> Strip:
        """Draw the line at a row of the widget."""
        columns, style = self.scrollable_content_region.width, self.visual_style
        index = self.scroll_offset.y + y
        if index < len(self._lines):
            line = pad(self._line(self._lines[index]), columns)
            strips = Visual.to_strips(self, line, columns, 1, style, apply_selection=False)
        else:
            # A long text has no lines for a moment.
            said = Content.styled("reading …" if self.text else self.nothing, "$text-muted")
            strips = Visual.to_strips(self, said, columns, None, style, apply_selection=False)[y : y + 1]
        blank = Strip.blank(columns, style.rich_style)
        return strips[0].adjust_cell_length(columns, style.rich_style) if strips else blank

    def _line(self, line: Passage) -> Content:
        """Return a line with a bar before it where something in it is marked."""
        is_marked = [self.here == number for number, mark in enumerate(self.marks) if mark.meets(line)]
        bar = "▌ " if any(is_marked) else "│ " if is_marked else "  "
        styles = list(self._styles(line))
        cuts = sorted({line.start, line.end, *(edge for passage, _ in styles for edge in passage)})
        parts: list[tuple[str, str | Style]] = [(bar, "$text-warning")]
        for start, end in pairwise(cuts):
            style = next((style for passage, style in styles if passage.meets(Passage(start, end))), "")
            parts.append((seen(self.text, start, end), style))
        if self.has_focus and self._cursor == line.end and self._lines[self._line_of(self._cursor)] is line:
            parts.append((" ", self.get_visual_style("document--cursor")))
        return Content.assemble(*parts)

    def _styles(self, line: Passage) -> Iterator[tuple[Passage, Style]]:
        """Yield the styles of parts of a line, what counts most first."""
        found: list[tuple[Passage, str]] = []
        if self.has_focus:
            found.append((Passage(self._cursor, self._cursor + 1), "cursor"))
        if self.selection is not None:
            found.append((self.selection, "selection"))
        found += [(mark, "here") for mark in self.marks[self.here : self.here + 1]]
        found += [(mark, "mark") for mark in self.marks]
        for passage, name in found:
            if passage.meets(line):
                inside = Passage(max(passage.start, line.start), min(passage.end, line.end))
                yield inside, self.get_visual_style(f"document--{name}")

    # ── moving and selecting ──

    def action_do(self, action: str) -> None:
        """Move the cursor, or select."""
        if action == "passage-begin":
            self._is_selecting = not self._is_selecting
            self._anchor = self._cursor if self._is_selecting else None
            self.refresh()
        elif action == "detail":
            self._choose()
        else:
            self._move(action.removeprefix("select-"), is_selecting=action.startswith("select-"))

    def _choose(self) -> None:
        chosen = self.selection
        if chosen is not None:
            self.post_message(PassageChosen(self, *chosen, self.text[chosen.start : chosen.end]))

    def _move(self, where: str, *, is_selecting: bool) -> None:
        """Move the cursor; what is between it and where the selecting began is selected."""
        if not self._lines:
            return
        index, page = self._line_of(self._cursor), max(self.scrollable_content_region.height - 1, 1)
        lines = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        if where in lines:
            line = self._lines[min(max(index + lines[where], 0), len(self._lines) - 1)]
            cursor = min(line.start + self._cursor - self._lines[index].start, line.end)
        else:
            ends = {"left": self._cursor - 1, "right": self._cursor + 1, "top": 0, "bottom": len(self.text)}
            if where not in ends:
                return
            cursor = min(max(ends[where], 0), len(self.text))
        self._put(cursor, is_selecting=is_selecting)

    def _put(self, cursor: int, *, is_selecting: bool) -> None:
        if not (is_selecting or self._is_selecting):
            self._anchor = None
        elif self._anchor is None:
            self._anchor = self._cursor
        self._cursor = cursor
        self._bring_in_sight()
        self.refresh()

    def _line_of(self, place: int) -> int:
        """Return the number of the line in which a character stands."""
        return max(bisect_right(self._lines, (place, len(self.text) + 1)) - 1, 0)

    def _bring_in_sight(self, *, in_middle: bool = False) -> None:
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        line = self._line_of(self._cursor)
        if in_middle:
            self.scroll_to(y=max(line - height // 2, 0), animate=False)
        elif not top <= line < top + height:
            self.scroll_to(y=line if line < top else line - height + 1, animate=False)

    # ── the mouse ──

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to select."""
        place = self._place_at(event)
        if place is not None:
            self._anchor = None
            self._put(place, is_selecting=False)
            self._anchor = place
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on selecting."""
        place = self._place_at(event) if self.app.mouse_captured is self else None
        if place is not None:
            self._put(place, is_selecting=True)

    def on_mouse_up(self) -> None:
        """End selecting."""
        if self.app.mouse_captured is self:
            self.release_mouse()

    def _place_at(self, event: events.MouseEvent) -> int | None:
        """Return the place in the text under the mouse."""
        offset: Any = event.get_content_offset_capture(self)
        if not self._lines:
            return None
        row, room = int(self.scroll_offset.y + offset.y), int(offset.x - GUTTER)
        line = self._lines[min(max(row, 0), len(self._lines) - 1)]
        for place in range(line.start, line.end):
            room -= columns_of(self.text, place)
            if room < 0:
                return place
        return line.end
