"""Adding, correcting and retracting: the type of an entry is chosen, and its form filled in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from projections.claims.cut import Cut
from projections.wording.sentences import summary_of
from tracker.events.registry import event_type, event_types, find_event_type
from tui.kept import Unfinished
from tui.text import clean, shorten
from tui.workspace.entry.forms import event_of, families
from tui.workspace.screens.dialogs import Choose, Over
from tui.workspace.screens.form import FormScreen
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.line import TextLine
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tracker.events.base import Event
    from tracker.recording import Receipt
    from tui.workspace.screens.workspace import WorkspaceScreen

_NAME: Final = 30
_KEPT: Final = 1024
#: Drafts that fit the keys 1 to 9.
_MOST: Final = 9
#: Fields whose text tells which draft it is.
_TELLING: Final = frozenset({"text", "title", "name", "content", "terms", "reason", "party", "note"})
#: What stands before the last word of a type's name, which says what is done.
_LAST_WORD: Final = re.compile(r"^.*(?=[A-Z])")
#: What is done once a negotiation, by an action of its own.
_NOT_ADDED: Final = frozenset({"NegotiationOpened", "NegotiationRenamed"})


class Writing:
    """Records entries from a screen over a session."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen

    def add(self) -> None:
        """Choose a type and fill in its form, or go on with the draft."""
        self._begin(None)

    def _begin(self, wanted: Unfinished | None) -> None:
        """Fill in a form, or choose which; drafts that were left are offered first, and dropped only when told to."""
        drafts = self.screen.workspace.drafts.of(self.screen.session.negotiation)
        if wanted is not None:
            drafts = tuple(each for each in drafts if _target(each) == _target(wanted))
        if not drafts:
            self._fill(wanted)
            return
        drafts = drafts[-_MOST:]
        ways = [("c", "go on with it")] if len(drafts) == 1 else []
        ways += [(str(number), f"go on with {_told(draft)}") for number, draft in enumerate(drafts, 1) if not ways]
        names = ", ".join(_name(draft) for draft in drafts)

        def go(choice: str | None) -> None:
            if choice == "n":
                self._fill(wanted)
            elif choice == "d":
                self._drop(drafts)
            elif choice is not None:
                self._fill(drafts[0 if choice == "c" else int(choice) - 1])

        choices = (*ways, ("n", "begin another; what is kept stays"), ("d", "drop a draft"))
        title = "A draft" if len(drafts) == 1 else f"{len(drafts)} drafts"
        self.screen.workspace.push_screen(Choose(title, f"Begun, and not recorded: {names}.", choices), go)

    def _drop(self, drafts: tuple[Unfinished, ...]) -> None:
        """Ask which draft to forget."""

        def go(choice: str | None) -> None:
            if choice is not None:
                draft = drafts[int(choice) - 1]
                self.screen.workspace.drafts.drop(self.screen.session.negotiation, draft.number)
                self.screen.notify(f"Dropped: {_name(draft)}.")

        choices = [(str(number), f"drop {_told(draft)}") for number, draft in enumerate(drafts, 1)]
        self.screen.workspace.push_screen(Choose("Drop a draft", "It cannot be had back.", choices), go)

    def _fill(self, draft: Unfinished | None, stays: dict[str, str] | None = None) -> None:
        if draft is None:
            chooser = TypeChooser(lambda name: self._fill(Unfinished(name, dict(stays or {}))))
            self.screen.workspace.push_screen(chooser)
        elif find_event_type(draft.kind) is None:
            name = clean(draft.kind)
            self.screen.notify(f"No {name} is known here: install the package that brings it, then try again.")
        elif draft.corrects and self.screen.session.at_present(draft.corrects) is None:
            self.screen.notify(f"There is no entry {clean(draft.corrects)} any more.")
        else:
            FormScreen(self.screen.session, draft, another=lambda values: self._fill(None, values)).open()

    def correct(self) -> None:
        """Correct the entry looked at."""
        reading = self.screen.entry()
        if reading is None:
            self.screen.notify("No entry to correct. 2 goes to the events.")
            return
        present = self.screen.session.at_present(reading.id)
        if present is not None:
            self._begin(Unfinished(present.event.event, {}, reading.id))

    def retract(self) -> None:
        """Retract the entry looked at, once its form is sent off."""
        reading = self.screen.entry()
        if reading is None:
            self.screen.notify("No entry to retract. 2 goes to the events.")
        else:
            self._begin(Unfinished("EntryRetracted", {"entry": reading.id}))

    def take_back(self) -> None:
        """Retract one's own last entry that still stands, once that is confirmed; the reason is made."""
        screen, session = self.screen, self.screen.session
        by = screen.workspace.log_book.by
        reason = f"Taken back by {by}, who recorded it."
        present = session.at(Cut()).claims
        for recorded in reversed(session.history.entries):
            reading = present.get(recorded.id) if recorded.recorded_by == by else None
            # What was taken back so stays; what another key retracted is brought back.
            is_so = reading is not None and getattr(reading.event, "reason", None) == reason
            if reading is not None and not reading.retracted_by and not is_so:
                break
        else:
            screen.notify("You have recorded no entry here that still stands.")
            return
        values = {"entry": recorded.id, "reason": reason}

        def done(_: Receipt) -> None:
            screen.notify(f"Taken back: {clean(recorded.id)}. It stays visible, struck through.")

        def go(choice: str | None) -> None:
            if choice is not None:
                screen.workspace.record(
                    session.negotiation,
                    lambda: event_of(event_type("EntryRetracted"), session.negotiation, values),
                    done,
                )

        text = f"{recorded.id}: {summary_of(reading.event)}"
        # Another key than that which asks: one that is held down would take back entry after entry.
        screen.workspace.push_screen(Choose("Take back", text, (("y", "retract it"),)), go)


def _target(draft: Unfinished) -> tuple[str | None, str | None]:
    """Return what a draft corrects, and what it retracts."""
    return draft.corrects, draft.values.get("entry") if draft.kind == "EntryRetracted" else None


def _name(draft: Unfinished) -> str:
    return clean(f"a correction of {draft.corrects}" if draft.corrects else draft.kind)


def _told(draft: Unfinished) -> str:
    """Return what a draft is, and how what was written begins."""
    written = next((text for path, text in draft.values.items() if text.strip() and path in _TELLING), "")
    return f"{_name(draft)}{': ' if written else ''}{shorten(clean(written), _NAME)}"


class TypeChooser(Over[None]):
    """Lets an event type be chosen, by its name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
    ]

    def __init__(self, choose: Callable[[str], object]) -> None:
        super().__init__()
        self._choose = choose

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box tall") as box:
            box.border_title = "Add an entry"
            box.border_subtitle = "enter chooses · esc back"
            yield TextLine(placeholder="what happened? order, refuse, statement, deadline …", id="word")
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
            self._choose(item.subject)

    def on_line_chosen(self) -> None:
        """Choose the type that was clicked twice."""
        self.on_input_submitted()


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
