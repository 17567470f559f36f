"""The chooser of an event type: by family, found by typing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from tracker.events.registry import event_types
from tui.text import clean
from tui.workspace.forms import families
from tui.workspace.screens.over import Over
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.line import Line
from tui.workspace.widgets.report import Item, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tracker.events.base import Event

_NAME = 30
_KEPT = 1024


class TypeChooser(Over[str | None]):
    """Gives back the name of an event type, or None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box tall") as box:
            box.border_title = "Add an entry"
            box.border_subtitle = "enter chooses · esc back"
            yield Line(placeholder="what happened? order, refuse, statement, deadline …", id="word")
            yield Report(id="types", nothing="No event type is called that. Another word?", is_led=True)

    def on_mount(self) -> None:
        """Show all types."""
        self.query_one(Input).focus()
        self.query_one(Report).tell(types(""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the types that fit."""
        report = self.query_one(Report)
        report.tell(types(event.value))
        report.point_at_item(best(report.items, event.value))
        report.settle()

    def action_move(self, count: int) -> None:
        """Move the cursor, while the keys stay with the word."""
        self.query_one(Report).move(count)

    def on_input_submitted(self) -> None:
        """Choose the type under the cursor."""
        item = self.query_one(Report).item
        if item is not None and item.subject is not None:
            self.dismiss(item.subject)

    def on_line_chosen(self) -> None:
        """Choose the type that was clicked twice."""
        self.on_input_submitted()

    def action_give_up(self) -> None:
        """Leave without a type."""
        self.dismiss(None)


def types(word: str) -> Iterator[Item]:
    """Yield the event types that hold every word in name, family or description, below the names of their families."""
    wanted = word.casefold().split()
    kinds = event_types()
    for family, names in families().items():
        found = [name for name in names if all(part in _said(name, family, kinds[name]) for part in wanted)]
        if found:
            yield Item(Content.styled(clean(family.title()), "bold $text-accent"), heading=True)
        for name in found:
            yield _item(name, kinds[name])


@lru_cache(maxsize=_KEPT)
def _item(name: str, kind: type[Event]) -> Item:
    """Return what tells of an event type; the same one each time, as it is broken into lines once."""
    said = clean((kind.__doc__ or "").strip().partition("\n")[0])
    return Item(Content.assemble(f"  {fit(name, _NAME)}", (said, "$text-muted")), _NAME + 2, name)


def _said(name: str, family: str, kind: type[Event]) -> str:
    return f"{name} {family} {kind.__doc__ or ''}".casefold()


def best(items: list[Item], word: str) -> int:
    """Return the item that a word means first: a type of that name, one whose name begins or goes on with it, any."""
    wanted = "".join(word.casefold().split())
    names = [(item.subject or "").casefold() for item in items]
    for fits in (wanted.__eq__, lambda name: name.startswith(wanted), lambda name: wanted in name):
        for index, name in enumerate(names):
            if name and fits(name):
                return index
    return 0
