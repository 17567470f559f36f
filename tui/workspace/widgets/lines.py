"""A list that draws the lines on the screen and no others, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.workspace.actions import LIST, bindings_for
from tui.workspace.messages import CursorMoved, LineChosen
from tui.workspace.widgets.cells import pad

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

_KEPT: Final = 1024


class _Drawn(NamedTuple):
    """A line as it was drawn."""

    line: Content
    is_marked: bool
    strip: Strip


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling list with a cursor; a subclass says how many lines there are and what each one holds.

    Posts `CursorMoved` when the person moves the cursor and `LineChosen` for enter or a click on the cursor's line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(LIST, everywhere=False)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--empty"}
    auto_links = False
    #: The first line that is no head of those below.
    FIRST: ClassVar[int] = 0

    cursor: reactive[int] = reactive(0, repaint=False)
    #: What stands there while there are no lines.
    nothing: reactive[str] = reactive("")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._drawn: dict[tuple[int, int], _Drawn] = {}
        #: Lines that were drawn to be compared, and are asked for next.
        self._ahead: dict[int, Content] = {}
        self._lines_before = 0
        #: What stands there while there are no lines, as it was drawn for some text and columns.
        self._empty: tuple[tuple[str, int], list[Strip]] | None = None

    # ── what a subclass says ──

    def count(self) -> int:
        """Return the number of lines."""
        raise NotImplementedError

    def draw(self, index: int, columns: int) -> Content:
        """Return a line for so many columns."""
        raise NotImplementedError

    def can_rest(self, index: int) -> bool:
        """Say whether the cursor may rest on a line; headings let it pass."""
        return index >= self.FIRST

    def is_marked(self, index: int) -> bool:
        """Say whether a line belongs to what the cursor is on."""
        return index == self.cursor and index >= self.FIRST

    # ── what the screen asks ──

    def renew(self, cursor: int | None = None) -> None:
        """Draw what has changed of what is shown, with the cursor where it was or on another line, in sight."""
        count = self.count()
        set_height(self, count)
        wanted = self.cursor if cursor is None else cursor
        self.set_reactive(LineList.cursor, min(max(wanted, 0), max(count - 1, 0)))
        if cursor is not None:
            self._bring_into_sight()
        if self._lines_before != count:
            self._lines_before = count
            self.refresh()
        self._redraw()

    def entitle(self, *, title: str | None = None, subtitle: str | None = None) -> None:
        """Write on the border; what stands there already is not written again, as that would draw everything anew."""
        for name, text in (("border_title", title), ("border_subtitle", subtitle)):
            if text is not None and getattr(self, name) != text:
                setattr(self, name, text)

    def point_at(self, index: int) -> None:
        """Put the cursor on a line, without a message, and bring it into sight."""
        with self.prevent(CursorMoved):
            self._put(index)

    def action_do(self, action: str) -> None:
        """Carry out one of the actions of a list."""
        page = max(self.scrollable_content_region.height - 1, 1)
        last = self.count() - 1
        moves = {"up": -1, "down": 1, "page-up": -page, "page-down": page, "top": -last - 1, "bottom": last + 1}
        if action in moves:
            self.move(moves[action])
        elif action == "detail" and self.count():
            self.post_message(LineChosen(self, self.cursor))
        elif action in {"left", "right"}:
            self.sideways(1 if action == "right" else -1)

    def move(self, count: int) -> None:
        """Move the cursor by so many lines, past those on which it may not rest."""
        last = self.count() - 1
        wanted = min(max(self.cursor + count, 0), last)
        step = 1 if count > 0 else -1
        index = wanted
        while 0 <= index <= last and not self.can_rest(index):
            index += step
        if not 0 <= index <= last:
            index = wanted
            while 0 <= index <= last and not self.can_rest(index):
                index -= step
        if 0 <= index <= last:
            self._put(index)
            if index < self.scrollable_content_region.height and not any(map(self.can_rest, range(index))):
                self.scroll_to(y=0, animate=False)

    def sideways(self, count: int) -> None:
        """Move left or right, where that means something."""

    # ── inside ──

    def _put(self, index: int) -> None:
        index = min(max(index, 0), max(self.count() - 1, 0))
        before, self.cursor = self.cursor, index
        self._bring_into_sight()
        if before != index:
            self._redraw()
            self.post_message(CursorMoved(self, index))

    def _bring_into_sight(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height and not top <= self.cursor < top + height:
            self.scroll_to(y=_top(self.cursor, top, height), animate=False)

    def _redraw(self) -> None:
        """Ask for those lines in sight to be drawn that look otherwise now."""
        self._ahead.clear()
        region = self.scrollable_content_region
        top, columns = self.scroll_offset.y, region.width
        for index in range(top, min(top + region.height, self.count())):
            line = self._ahead[index] = pad(self.draw(index, columns), columns)
            found = self._drawn.get((index, columns))
            if found is None or found.is_marked != self.is_marked(index) or not found.line.is_same(line):
                self.refresh(Region(0, index - top, columns, 1))

    def render_line(self, y: int) -> Strip:
        """Draw the line at a row of the screen."""
        columns = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        if index >= self.count():
            return self._beyond(index, columns)
        is_marked = self.is_marked(index)
        line = self._ahead.pop(index, None)
        if line is None or line.cell_length != columns:
            line = pad(self.draw(index, columns), columns)
        key = (index, columns)
        found = self._drawn.get(key)
        if found is None or is_marked or found.is_marked or not found.line.is_same(line):
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            found = self._drawn[key] = _Drawn(line, is_marked, self._strip(line, columns, cursor=is_marked))
        return found.strip

    def _beyond(self, index: int, columns: int) -> Strip:
        if self.count() or not self.nothing or not columns:
            return Strip.blank(columns, self.visual_style.rich_style)
        key = (self.nothing, columns)
        if self._empty is None or self._empty[0] != key:
            style = self.visual_style + self.get_visual_style("lines--empty")
            self._empty = key, Visual.to_strips(self, Content(self.nothing), columns, None, style)
        strips = self._empty[1]
        if index < len(strips):
            return strips[index].extend_cell_length(columns, self.visual_style.rich_style)
        return Strip.blank(columns, self.visual_style.rich_style)

    def _strip(self, line: Content, columns: int, *, cursor: bool) -> Strip:
        style = self.visual_style
        if cursor:
            style += self.get_visual_style("lines--cursor", partial=True)
        strips = Visual.to_strips(self, line, columns, 1, style, apply_selection=False)
        strip = strips[0] if strips else Strip.blank(columns, style.rich_style)
        strip = strip.adjust_cell_length(columns, style.rich_style)
        # Nobody knows how one of a terminal's own colours is read on another: there, the line is turned around whole.
        return _turned(strip) if cursor and self.has_focus and self.app.native_ansi_color else strip

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self._drawn.clear()
        self._ahead.clear()
        self._empty = None

    def on_focus(self) -> None:
        """Show the cursor as one that keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as one that stays."""
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        del event
        self._drawn.clear()
        self._ahead.clear()
        self._put(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse, or choose it."""
        offset: Any = event.get_content_offset(self)
        if offset is None:
            return
        index = self.scroll_offset.y + offset.y
        if not (0 <= index < self.count() and self.can_rest(index)):
            return
        if index == self.cursor and event.chain > 1:
            self.post_message(LineChosen(self, index))
        else:
            self._put(index)


def set_height(view: ScrollView, lines: int) -> None:
    """Let a view have so many lines; everything else is arranged anew only where its scrollbar comes or goes."""
    size = Size(0, lines)
    if view.virtual_size != size:
        view.set_reactive(ScrollView.virtual_size, size)
        view._scroll_update(size)  # noqa: SLF001 - what Textual does for views as it lays them out


def _turned(strip: Strip) -> Strip:
    """Return a line in two colours, turned around but for what was so before."""
    plain = RichStyle()
    styled = [(segment.text, segment.style or plain) for segment in strip]
    turned = [Segment(text, style.without_color + RichStyle(reverse=not style.reverse)) for text, style in styled]
    return Strip(turned, strip.cell_length)


def _top(index: int, top: int, height: int) -> int:
    """Return the line to begin with, so that another is in sight: at the edge where it is next, else in the middle."""
    if index == top - 1:
        return index
    if index == top + height:
        return top + 1
    return max(index - height // 2, 0)
