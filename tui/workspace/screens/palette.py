"""The finder: one line that finds an action of the screen below it, or whatever the log holds."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from tui.workspace.actions import Action, keys_of, shown
from tui.workspace.screens.dialogs import Over
from tui.workspace.screens.everywhere import go_to, look_for, told
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.line import TextLine
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.readmodel.model import Place
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.base import ActingScreen

    #: What is done with what was chosen.
    Chosen: TypeAlias = Callable[[], None]

#: Characters from which on a word is looked for everywhere.
_LEAST: Final = 3
#: How many of a kind are offered.
_OFFERED: Final = 12
_LABEL: Final = 16
_KEYS: Final = 10


class Palette(Over["Chosen | None"]):
    """Gives back what to do, or None for escape: an action of the screen `below`, or a way to what the log holds.

    Actions are found at once, what the log holds by a job; enter and the arrows wait for it, letters do not.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
    ]

    def __init__(self, below: ActingScreen) -> None:
        super().__init__()
        self._below = below
        #: What was looked for everywhere last, and what was found.
        self._looked: tuple[str, list[Place]] = "", []

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box tall") as box:
            box.border_title = "Finder"
            box.border_subtitle = "enter chooses · esc back"
            yield TextLine(placeholder="an action, a negotiation, a thing, a party, a source, an entry …", id="word")
            yield Report(id="found", nothing="Nothing here is called that. Another word?", is_led=True)

    def on_mount(self) -> None:
        """Offer every action."""
        self.query_one(Input).focus()
        self._tell()

    @property
    def _word(self) -> str:
        return self.query_one(Input).value.strip()

    def on_input_changed(self) -> None:
        """Offer the actions that fit, and then what the log holds."""
        self._tell(anew=True)
        self._when_found(lambda: None, leads=False)

    def _tell(self, *, anew: bool = False) -> None:
        report = self.query_one(Report)
        report.tell(self._items())
        if anew:
            report.point_at_item(0)
            report.settle()

    def _items(self) -> Iterator[ReportItem]:
        word, (looked, places) = self._word, self._looked
        actions = offered(self._below.actions(), word)
        for group, of_group in groupby(actions, attrgetter("group")) if not word else [("", iter(actions))]:
            if group:
                yield heading(group)
            yield from map(_item, of_group)
        for number, place in enumerate(places if looked == word else ()):
            yield ReportItem(Content("  ").append(told(place, word)), 4, f"place:{number}")

    def _when_found(self, then: Chosen, *, leads: bool) -> None:
        """Do something once what the log holds under the words has been looked for; keys wait if it `leads`."""
        word, workspace = self._word, self._below.workspace
        if len(word) < _LEAST or word == self._looked[0] or not workspace.has_log:
            then()
            return

        def work(_: IsOver) -> list[Place]:
            return look_for(workspace, word, _OFFERED)

        def done(places: list[Place]) -> None:
            self._looked = word, places
            if self.is_current:
                self._tell()
                then()

        workspace.do_job("everywhere", work, done, failed=lambda _: done([]), leads=leads)

    def action_move(self, count: int) -> None:
        """Move the cursor, while the keys stay with the words."""
        self._when_found(lambda: self.query_one(Report).move(count), leads=True)

    def on_input_submitted(self) -> None:
        """Choose what the cursor is on."""
        self._when_found(self._choose, leads=True)

    def on_line_chosen(self) -> None:
        """Choose what was clicked twice."""
        self._choose()

    def _choose(self) -> None:
        item = self.query_one(Report).item
        kind, _, name = ((item.subject if item is not None else None) or "").partition(":")
        if kind == "place":
            self.dismiss(partial(go_to, self._below.workspace, self._looked[1][int(name)]))
        elif kind:
            self.dismiss(partial(self._below.action_do, name))


def offered(actions: Iterable[Action], words: str) -> list[Action]:
    """Return the actions that have every word in what is said of them, or that key; first those that are called so."""
    wanted = words.casefold().split()
    found = [
        action for action in actions if action.id != "palette" and (words in _keys(action) or _fits(action, wanted))
    ]
    return sorted(found, key=lambda action: not action.label.casefold().startswith(words.casefold()))


def _fits(action: Action, wanted: list[str]) -> bool:
    said = f"{action.label} {action.group} {action.help} {action.id}".casefold()
    return all(word in said for word in wanted)


def _keys(action: Action) -> set[str]:
    return {*keys_of(action), *map(shown, keys_of(action))}


def _item(action: Action) -> ReportItem:
    text = Content.assemble(
        (f"  {fit(action.label, _LABEL)}", "bold"),
        (fit(action.shown_keys, _KEYS), "$text-accent"),
        (action.help, "$text-muted"),
    )
    return ReportItem(text, 2 + _LABEL + _KEYS, f"action:{action.id}")
