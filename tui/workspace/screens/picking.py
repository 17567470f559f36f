"""The picker of what to add: the drafts to go on with, and below them the event types, found by their names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from tracker.events.registry import event_types, find_event_type
from tui.text import clean, shorten
from tui.workspace.entry.forms import families
from tui.workspace.screens.dialogs import Over
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.line import TextLine
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tracker.events.base import Event
    from tui.drafts import Drafts
    from tui.kept import Unfinished

_NAME: Final = 30
#: Characters of a draft that tell which one it is.
_SAID: Final = 60
_KEPT: Final = 1024
#: Fields whose text tells which draft it is.
_TELLING: Final = frozenset({"text", "title", "name", "content", "terms", "reason", "party", "note"})
#: What stands before the last word of a type's name, which says what is done.
_LAST_WORD: Final = re.compile(r"^.*(?=[A-Z])")
#: What is done once a negotiation, by an action of its own.
_NOT_ADDED: Final = frozenset({"NegotiationOpened", "NegotiationRenamed"})
_GONE: Final = "This draft is gone: it was recorded or dropped elsewhere."


class Begun(NamedTuple):
    """The drafts of a negotiation, and what goes on with one."""

    drafts: Drafts
    negotiation: str
    go_on: Callable[[Unfinished], object]


class TypeChooser(Over[None]):
    """Lets an event type be chosen by its name, or a draft that was `begun`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
        # Before the line takes it, in which it would take a letter away.
        Binding("ctrl+d", "drop", "Drop", show=False, priority=True),
    ]

    def __init__(self, choose: Callable[[str], object], begun: Begun | None = None) -> None:
        super().__init__()
        self._choose = choose
        self._begun = begun
        #: The drafts by the number in their rows, and those that were dropped.
        self._drafts: dict[str, Unfinished] = {}
        self._dropped: frozenset[int] = frozenset()

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box tall") as box:
            box.border_title = "Add an entry"
            yield TextLine(placeholder="what happened? order, refuse, statement, deadline …", id="word")
            yield Report(id="types", nothing="No event type is called that. Another word?", is_led=True)

    def on_mount(self) -> None:
        """Show all drafts and types."""
        self.query_one(Input).focus()
        self._read()
        drops = "^d drops a draft · " if self._drafts else ""
        self.query_one(Vertical).border_subtitle = f"enter chooses · {drops}esc back"
        self._tell("")

    def _read(self) -> None:
        """Read which drafts there are, the one that was begun last first, and which were dropped."""
        if self._begun is None:
            return
        drafts, negotiation, _ = self._begun
        dropped = drafts.dropped(negotiation)
        found = sorted((*drafts.of(negotiation), *dropped), key=lambda draft: -draft.number)
        self._drafts = {str(draft.number): draft for draft in found}
        self._dropped = frozenset(draft.number for draft in dropped)

    def _items(self, word: str) -> Iterator[ReportItem]:
        found = [draft for draft in self._drafts.values() if _fits(draft, word)]
        if found:
            yield heading("Drafts, begun and not recorded")
        for draft in found:
            yield _row(draft, is_dropped=draft.number in self._dropped)
        yield from types(word)

    def _tell(self, word: str) -> None:
        report = self.query_one(Report)
        report.tell(self._items(word))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits, with the cursor on a type: a draft is gone on with only by who goes to it."""
        report = self.query_one(Report)
        self._tell(event.value)
        report.point_at_item(best(report.items, event.value) if event.value.strip() else 0)
        report.settle()

    def action_move(self, count: int) -> None:
        """Move the cursor, while the keys stay with the word."""
        self.query_one(Report).move(count)

    def action_drop(self) -> None:
        """Drop the draft under the cursor, or bring it back."""
        draft, begun = self._draft(), self._begun
        if begun is None or draft is None:
            self.notify("^d drops a draft, and brings it back. The cursor is on none.")
            return
        if draft.number in self._dropped:
            begun.drafts.bring_back(begun.negotiation, draft.number)
        else:
            begun.drafts.put_away(begun.negotiation, draft.number)
            self.notify(f"Dropped: {called(draft)}. ^d brings it back, until you leave.")
        self._read()
        self._tell(self.query_one(Input).value)

    def _draft(self) -> Unfinished | None:
        """Return the draft under the cursor."""
        item = self.query_one(Report).item
        return self._drafts.get(item.entry or "") if item is not None else None

    def on_input_submitted(self) -> None:
        """Choose the type under the cursor, or go on with the draft."""
        item, draft, begun = self.query_one(Report).item, self._draft(), self._begun
        if begun is not None and draft is not None:
            if draft.number in self._dropped:
                begun.drafts.bring_back(begun.negotiation, draft.number)
            # As another workspace may have left it meanwhile.
            now = begun.drafts.get(begun.negotiation, draft.number)
            if now is not None:
                begun.go_on(now)
            else:
                self.notify(_GONE)
            self._read()
            self._tell(self.query_one(Input).value)
        elif item is not None and item.subject is not None:
            self._choose(item.subject)

    def on_line_chosen(self) -> None:
        """Choose what was clicked twice."""
        self.on_input_submitted()


def called(draft: Unfinished) -> str:
    """Return what a draft is."""
    return clean(f"a correction of {draft.corrects}" if draft.corrects else draft.kind)


def begins(draft: Unfinished, most: int) -> str:
    """Return how what was written in a draft begins."""
    written = {path: text for path, text in draft.values.items() if text.strip()}
    telling = [text for path, text in written.items() if path in _TELLING] or written.values()
    return shorten(clean(" · ".join(telling)), most)


def _fits(draft: Unfinished, word: str) -> bool:
    """Say whether a draft is of a type that holds every word, as in `types`."""
    kind = find_event_type(draft.kind)
    family = next((name for name, names in families().items() if draft.kind in names), "")
    said = f"{called(draft)} {draft.kind} {family} {(kind.__doc__ or '') if kind is not None else ''}".casefold()
    return all(part in said for part in word.casefold().split())


def _row(draft: Unfinished, *, is_dropped: bool) -> ReportItem:
    """Return what tells of a draft."""
    text = Content.assemble(
        (f"  {fit(called(draft), _NAME)}", "strike" if is_dropped else ""),
        (begins(draft, _SAID), "$text-muted"),
        ("  dropped; ^d brings it back" if is_dropped else "", "$text-warning"),
    )
    return ReportItem(text, _NAME + 2, None, (str(draft.number),))


def types(word: str) -> Iterator[ReportItem]:
    """Yield the event types that hold every word in name, family or description, below the names of their families."""
    wanted = word.casefold().split()
    kinds = event_types()
    for family, names in families().items():
        said = {name: f"{name} {family} {kinds[name].__doc__ or ''}".casefold() for name in names}
        found = [name for name in names if name not in _NOT_ADDED and all(part in said[name] for part in wanted)]
        if found:
            yield heading(clean(family.title()))
        for name in found:
            yield _item(name, kinds[name])


@lru_cache(maxsize=_KEPT)
def _item(name: str, kind: type[Event]) -> ReportItem:
    """Return what tells of an event type; the same one each time, as it is broken into lines once."""
    said = clean((kind.__doc__ or "").strip().partition("\n")[0])
    return ReportItem(Content.assemble(f"  {fit(name, _NAME)}", (said, "$text-muted")), _NAME + 2, name)


def best(items: list[ReportItem], word: str) -> int:
    """Return the item that a word means first: a type of that name, what is done by it, its beginning, any of it.

    ``ratif`` means AgreementRatified, not RatificationRefused.
    """
    wanted = "".join(word.casefold().split())
    fits: tuple[Callable[[str], bool], ...] = (
        lambda name: name.casefold() == wanted,
        lambda name: _LAST_WORD.sub("", name).casefold().startswith(wanted),
        lambda name: name.casefold().startswith(wanted),
        lambda name: wanted in name.casefold(),
    )
    names = [item.subject or "" for item in items]
    found = (index for fit in fits for index, name in enumerate(names) if name and fit(name))
    return next(found, 0)
