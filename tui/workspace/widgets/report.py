"""A list of things told in one line or several: they are wrapped, and the cursor goes from thing to thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.content import Content

from tui.workspace.actions import LIST, bindings_for
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.binding import BindingType

#: Longer texts are cut.
_MOST: Final = 6_000


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One thing told.

    `indent` is where the lines after the first begin; `subject` what it is about (``withdrawal:all-forces``) and
    `entries` what it comes from. A `heading` only divides; the cursor passes it.
    """

    text: Content
    indent: int = 0
    subject: str | None = None
    entries: tuple[str, ...] = ()
    heading: bool = False
    #: Whether all of it is to be read even where room is scarce.
    whole: bool = False
    #: Makes what is told in so many columns, where there is one line for it and the text needs more.
    brief: Callable[[int], Content] | None = None

    @property
    def entry(self) -> str | None:
        """The entry to look at for it."""
        return self.entries[-1] if self.entries else None


#: How items are broken into lines of so many columns, by the identity of the item and the columns.
Broken: TypeAlias = "dict[tuple[int, int], tuple[ReportItem, list[Content]]]"


class Report(LineList):
    """A list of items; `nothing` is what stands there while there are none."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(LIST, everywhere=False)]
    #: Whether an item is cut to one line where there is no room left for the whole of it.
    COMPACT: ClassVar[bool] = False

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
        nothing: str = "",
        is_led: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        #: Whether the keys that move the cursor come from elsewhere, such as a line to be written.
        self.is_led = is_led
        self.items: list[ReportItem] = []
        self.nothing = nothing
        #: For each line its item, and what it holds of that; None for an item cut to one line.
        self._lines: list[tuple[int, Content | None]] = []
        #: How items were broken into lines of so many columns; by their identity, as they are told again and again.
        self._broken: Broken = {}

    def tell(self, items: Iterable[ReportItem], broken: Broken | None = None) -> None:
        """Show items, perhaps broken into lines before; leave the cursor on the subject or entry on which it was."""
        self._broken.update(broken or {})
        before = self.item
        self.items = list(items)
        here = None
        if before is not None:
            for index, item in enumerate(self.items):
                if not item.heading and (item.subject, item.entries) == (before.subject, before.entries):
                    here = index
                    break
        self._arrange(here)
        if here is None:
            self.settle()

    def settle(self) -> None:
        """Put the cursor on the first item that it may rest on, from where it is."""
        if self._lines and not self.can_rest(self.cursor):
            for index in (*range(self.cursor, len(self._lines)), *range(self.cursor, -1, -1)):
                if self.can_rest(index):
                    self.point_at(index)
                    return

    @property
    def item(self) -> ReportItem | None:
        """The item under the cursor."""
        return self.items[self._lines[self.cursor][0]] if self.cursor < len(self._lines) else None

    def point_at_item(self, index: int) -> None:
        """Put the cursor on an item."""
        for line, (number, _) in enumerate(self._lines):
            if number == index:
                self.point_at(line)
                return

    def find(self, word: str, *, forward: bool = True) -> bool:
        """Go to the next item that holds a word, from the cursor on and around."""
        here = self._lines[self.cursor][0] if self.cursor < len(self._lines) else 0
        folded = word.casefold()
        order = [(here + step) % len(self.items) for step in range(1, len(self.items) + 1)] if self.items else []
        for index in order if forward else reversed(order[:-1] if len(order) > 1 else order):
            item = self.items[index]
            if not item.heading and folded in item.text.plain.casefold():
                self.point_at_item(index)
                return True
        return False

    # ── what the list asks ──

    def count(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def can_rest(self, index: int) -> bool:
        """Rest on the first line of whatever is no heading."""
        number = self._lines[index][0]
        is_first = index == 0 or self._lines[index - 1][0] != number
        return is_first and not self.items[number].heading

    def is_marked(self, index: int) -> bool:
        """Mark every line of the item under the cursor."""
        item = self._lines[self.cursor][0]
        return self._lines[index][0] == item and not self.items[item].heading

    def draw(self, index: int, columns: int) -> Content:
        """Draw one line of an item."""
        number, line = self._lines[index]
        item = self.items[number]
        if line is None:
            columns = max(columns - 1, 8)
            is_long = item.text.cell_length > columns
            line = (item.brief(columns) if item.brief and is_long else item.text).truncate(columns, ellipsis=True)
        is_pointed = index == self.cursor and (self.has_focus or self.is_led) and not item.heading
        pointer = "▶" if is_pointed else " "
        return Content.assemble(pointer, line)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        here = self._lines[self.cursor][0] if self.cursor < len(self._lines) else 0
        self._arrange()
        self.point_at_item(here)
        self.settle()
        super().on_resize(event)

    def _arrange(self, here: int | None = None) -> None:
        """Break the items into lines, and put the cursor on one of them."""
        columns = max(self.scrollable_content_region.width - 1, 8)
        room = self.scrollable_content_region.height - len(self.items)
        if not self.scrollable_content_region.width or (self.COMPACT and room <= 0):
            # A line for each: what is out of sight, or has no width yet, need not be broken.
            self._lines = [(number, None) for number in range(len(self.items))]
            self.renew(here)
            return
        older, self._broken = self._broken, {}
        told: list[Sequence[Content | None]] = []
        for item in self.items:
            key = (id(item), columns)
            known = self._broken[key] = older.get(key) or broken([item], columns)[key]
            told.append(known[1])
        if self.COMPACT:
            # What is to be read whole has the room first.
            for number in sorted(range(len(told)), key=lambda number: not self.items[number].whole):
                more = len(told[number]) - 1
                if more > room and not self.items[number].whole:
                    told[number] = (None,)
                else:
                    room -= more
        self._lines = [(number, line) for number, lines in enumerate(told) for line in lines]
        self.renew(None if here is None else sum(map(len, told[:here])))


def heading(text: str) -> ReportItem:
    """Return an item that divides what comes after from what came before."""
    return ReportItem(Content.styled(text, "bold $text-accent"), heading=True)


def broken(items: Iterable[ReportItem], columns: int) -> Broken:
    """Return items broken into lines of so many columns, in whatever thread."""
    return {(id(item), columns): (item, wrapped(item.text, columns, item.indent)) for item in items}


def wrapped(text: Content, columns: int, indent: int = 0) -> list[Content]:
    """Return a text in lines of so many columns, those after the first indented."""
    if text.cell_length <= columns and "\n" not in text.plain:
        return [text]
    if len(text.plain) > _MOST:
        text = text[:_MOST].append(f"… ({len(text.plain) - _MOST:,} more characters)")
    indent = min(indent, columns // 2)
    lines: list[Content] = []
    for paragraph in text.split(allow_blank=True):
        start = 0
        if not lines:
            first = paragraph.wrap(columns)[0]
            lines.append(first)
            start = len(first.plain)
            while start < len(paragraph.plain) and paragraph.plain[start] == " ":
                start += 1
            if start >= len(paragraph.plain):
                continue
        lines += [Content(" " * indent).append(line) for line in paragraph[start:].wrap(columns - indent)]
    return lines
