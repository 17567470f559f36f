"""Beginning: a new negotiation with its parties, the demonstration, a file to record, another log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tracker.errors import EntryRejectedError, Problem
from tracker.events.parsing import parse
from tracker.scripts.shorthands import name_of_country, slug_of
from tracker.scripts.tables.lookups import state_like
from tui.text import clean, clean_lines
from tui.workspace.entry.known import parties_of
from tui.workspace.screens.dialogs import Ask, Over
from tui.workspace.widgets.line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tracker.events.base import Event
    from tracker.log import EventLog
    from tui.workspace.screens.base import ActingScreen

_PARTIES: Final = "parties"
#: Under which is kept what was written for a new negotiation.
_NEW: Final = "new negotiation"


class Beginning:
    """Begins what a log is made for, from a screen without a negotiation; `known` are those that it shows."""

    def __init__(self, screen: ActingScreen, known: Callable[[], Iterable[str]] = tuple) -> None:
        self.screen, self._known = screen, known

    def new(self) -> None:
        """Ask for a negotiation, and open it."""
        written = self.screen.workspace.begun.setdefault(_NEW, {})
        self.screen.workspace.push_screen(NewNegotiation(frozenset(self._known()), written), self._made)

    def _made(self, events: list[Event] | None) -> None:
        written = self.screen.workspace.begun.setdefault(_NEW, {})
        if not events:
            return

        def fill(log: EventLog) -> str:
            # Somebody else may have begun it meanwhile; whoever opens one that is there would name it anew.
            if events[0].negotiation in log.negotiations():
                raise EntryRejectedError([_known_already(events[0].negotiation)])
            log.record(events)
            # Until then, what was written is there again.
            written.clear()
            return events[0].negotiation

        self.screen.workspace.enter_log(fill, create=True)

    def demo(self) -> None:
        """Make the log of the demonstration, and open it."""
        from tui.demonstration import HISTORY, fill, log_in

        def filled(log: EventLog) -> str:
            fill(log)
            return HISTORY

        self.screen.workspace.enter_log(filled, lambda: str(log_in()), create=True)

    def record_file(self) -> None:
        """Ask for a file, and record what it holds."""
        hint = "a file of entries: .jsonl, .yaml or .csv; a table of another kind: communique import"
        self.screen.workspace.push_screen(Ask("Record a file", hint, check=not_there), self._record_file)

    def _record_file(self, name: str | None) -> None:
        if name is None:
            return

        def fill(log: EventLog) -> str | None:
            from tracker.scripts.script import record_file

            before = log.negotiations()
            record_file(log, Path(name).expanduser())
            grown = [each for each, count in log.negotiations().items() if before.get(each) != count]
            return grown[0] if len(grown) == 1 else None

        self.screen.workspace.enter_log(fill, create=True)

    def open_log(self) -> None:
        """Ask for another log, and open it."""
        self.screen.workspace.push_screen(Ask("Open another log", "its file", check=not_there), self._open_log)

    def _open_log(self, name: str | None) -> None:
        if name is not None:
            where = str(Path(name).expanduser())
            self.screen.workspace.enter_log(lambda _: None, lambda: where, create=False)


def not_there(text: str) -> str:
    """Return what is wrong with the name of a file, empty if nothing is."""
    path = Path(text.strip()).expanduser()
    if path.is_dir():
        return "That is a folder; name a file in it."
    return "" if path.is_file() else "There is no such file."


class NewNegotiation(Over["list[Event] | None"]):
    """Asks for a title, an id and parties; gives back what is to be recorded, or None for escape.

    What is `written` is in its lines when it is opened, by their names, and keeps what is written in them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "to_line(1)", "Next", show=False, priority=True),
        Binding("shift+tab,up", "to_line(-1)", "Previous", show=False, priority=True),
    ]
    _LINES: ClassVar = ("title", "id", _PARTIES)

    def __init__(self, known: frozenset[str], written: dict[str, str]) -> None:
        super().__init__()
        self._known = known
        self._kept = written
        #: The id as it was made from the title last; what a person wrote themselves stays.
        self._slug = slug_of(written.get("title", ""), "")

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box") as box:
            box.border_title = "New negotiation"
            box.border_subtitle = "enter goes on, and begins it at the end · esc back"
            yield Static("Title", classes="said")
            yield TextLine(self._kept.get("title", ""), placeholder="what it is about, as you would say it", id="title")
            yield Static("Id", classes="said")
            yield TextLine(self._kept.get("id", ""), placeholder="made from the title", id="id")
            yield Static("Parties", classes="said")
            hint = "Niger, USA, Northern Front: names or ISO codes, with commas"
            yield TextLine(self._kept.get(_PARTIES, ""), placeholder=hint, id=_PARTIES)
            yield Static("", classes="said", id="told", markup=False)

    def on_mount(self) -> None:
        """Begin with the title."""
        self.query_one("#title", Input).focus()

    def action_to_line(self, count: int) -> None:
        """Go to the next line, or the one before."""
        self._go_to((self._here() + count) % len(self._LINES))

    def _here(self) -> int:
        return self._LINES.index(self.focused.id) if self.focused and self.focused.id in self._LINES else 0

    def _go_to(self, index: int) -> None:
        self.query_one(f"#{self._LINES[index]}", Input).focus()

    def _written(self, line: str) -> str:
        return self.query_one(f"#{line}", TextLine).written.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Make the id from the title, and say what the lines mean."""
        if event.input.id == "title" and self._written("id") == self._slug:
            self._slug = slug_of(event.value, "")
            self.query_one("#id", TextLine).hold(self._slug)
        self._kept.update({line: self._written(line) for line in self._LINES})
        try:
            events = self._events()
        except EntryRejectedError as error:
            self._tell("\n".join(problem.message for problem in error.problems), is_wrong=bool(self._written("title")))
        else:
            self._tell(told(events), is_wrong=False)

    def _tell(self, text: str, *, is_wrong: bool) -> None:
        said = self.query_one("#told", Static)
        said.update(Content(clean_lines(text)))
        said.set_class(is_wrong, "wrong")

    def _events(self) -> list[Event]:
        return events_of(self._written("title"), self._written("id"), self._written(_PARTIES), self._known)

    def on_input_submitted(self) -> None:
        """Go on to the next line; at the last one, give back what is to be recorded, once it is right."""
        here = self._here()
        if here + 1 < len(self._LINES):
            self._go_to(here + 1)
            return
        try:
            self.dismiss(self._events())
        except EntryRejectedError as error:
            self._tell("\n".join(problem.message for problem in error.problems), is_wrong=True)
            self._go_to(0 if not self._written("title") else 1)


def told(events: list[Event]) -> str:
    """Return what is about to be recorded, in words; of a party that is no state, which state may be meant."""
    parties = [_told(getattr(event, "party", ""), getattr(event, "name", None) or "") for event in events[1:]]
    return clean(f"{events[0].negotiation} with {', '.join(parties) or 'nobody yet'}")


def _told(party: str, name: str) -> str:
    like = None if name_of_country(party) else state_like(name)
    return f"{name} ({party}{f'; did you mean {like}?' if like else ''})"


def events_of(title: str, name: str, parties: str, known: frozenset[str] = frozenset()) -> list[Event]:
    """Return what begins a negotiation: its title, and a party for each name or ISO 3166-1 code between commas.

    Raises `EntryRejectedError`, also where `known` has a negotiation of that name.
    """
    name = name or slug_of(title, "")
    if not title or not name:
        raise EntryRejectedError([Problem("a title is needed, of which the id is made")])
    if name in known:
        raise EntryRejectedError([_known_already(name)])
    opened = {"event": "NegotiationOpened", "negotiation": name, "title": title}
    added = ({"event": "PartyAdded", "negotiation": name, "role": "principal", **each} for each in parties_of(parties))
    return [parse(opened), *map(parse, added)]


def _known_already(name: str) -> Problem:
    return Problem(f"there is a negotiation {name} already; write another id")
