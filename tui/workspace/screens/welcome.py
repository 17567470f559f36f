"""The welcome: where there is no log yet, what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content

from tui.text import clean
from tui.workspace.actions import BY_ID, LIST, WELCOME, bindings_for
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.beginning import Beginning
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

_KEY: Final = 5
_LABEL: Final = 20
#: What can be done, each with what is said of it here.
_OFFERED: Final = {
    "new-negotiation": ("New negotiation", "a title and the parties; the log is made then"),
    "demo": ("Demonstration", "Washington and Niamey 2023-24, in a log of its own"),
    "record-file": ("Record a file", "entries as JSON Lines, YAML or CSV; the log is made then"),
    "open-log": ("Open another log", "a file that is there already"),
}


class WelcomeScreen(ActingScreen):
    """What can be done without a log; enter does what the cursor is on."""

    PLACES: ClassVar[tuple[str, ...]] = (WELCOME, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(WELCOME)]

    def __init__(self) -> None:
        super().__init__()
        self.beginning = Beginning(self)

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Header(id="header")
        yield Report(id="report", classes="pane")
        yield Footer(*self.PLACES, allow=self.allows, first=("detail",))

    def on_mount(self) -> None:
        """Tell what can be done."""
        self.query_one(Header).show("where a negotiation stands, and how we know", self.workspace.place)
        report = self.query_one(Report)
        report.border_title = "Welcome"
        report.tell(self._items())
        report.focus()

    def _items(self) -> Iterator[ReportItem]:
        yield ReportItem(Content(f"There is no log at {clean(self.workspace.place)} yet."), heading=True)
        yield heading("")
        for name, (label, told) in _OFFERED.items():
            text = Content.assemble(
                (fit(BY_ID[name].shown_keys, _KEY), "bold $text-accent"), (fit(label, _LABEL), "bold"), told
            )
            yield ReportItem(text, _KEY + _LABEL, name)

    def on_line_chosen(self) -> None:
        """Do what the cursor is on."""
        item = self.query_one(Report).item
        if item is not None and item.subject is not None:
            self.action_do(item.subject)

    def do_back(self) -> None:
        """Stay: there is nothing to go back to."""
        self.notify("q leaves. a begins a negotiation.")
