"""Adding, correcting and retracting: what is begun, what is gone on with, and the form in which that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.cut import Cut
from projections.wording.sentences import summary_of
from tracker.events.registry import event_type, find_event_type
from tui.kept import Unfinished
from tui.text import clean
from tui.workspace.entry.forms import event_of
from tui.workspace.screens.dialogs import Choose
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.picking import Begun, TypeChooser, begins, called

if TYPE_CHECKING:
    from tracker.recording import Receipt
    from tui.drafts import Drafts
    from tui.workspace.screens.workspace import WorkspaceScreen

#: Characters of a draft that tell which one it is.
_SAID: Final = 30
#: Drafts that fit the keys 1 to 9.
_MOST: Final = 9


class Writing:
    """Records entries from a screen over a session."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen

    def add(self) -> None:
        """Choose a type and fill in its form, or go on with a draft."""
        self._choose({}, Begun(self._drafts, self.screen.session.negotiation, self._fill))

    @property
    def _drafts(self) -> Drafts:
        return self.screen.workspace.drafts

    def _choose(self, stays: dict[str, str], begun: Begun | None = None) -> None:
        """Choose a type, or a draft that was begun, and fill in its form, with what stays from the report before."""
        chooser = TypeChooser(lambda name: self._fill(Unfinished(name, dict(stays))), begun)
        self.screen.workspace.push_screen(chooser)

    def _begin(self, wanted: Unfinished) -> None:
        """Fill in a form about an entry; drafts of the same are offered first, and dropped only when told to."""
        drafts = self._drafts.of(self.screen.session.negotiation)
        drafts = tuple(each for each in drafts if _target(each) == _target(wanted))[-_MOST:]
        if not drafts:
            self._fill(wanted)
            return
        ways = [("c", "go on with it")] if len(drafts) == 1 else []
        ways += [(str(number), f"go on with {_told(draft)}") for number, draft in enumerate(drafts, 1) if not ways]
        names = ", ".join(called(draft) for draft in drafts)

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
                self._drafts.put_away(self.screen.session.negotiation, draft.number)
                self.screen.notify(f"Dropped: {called(draft)}. a lists it until you leave, and ^d brings it back.")

        choices = [(str(number), f"drop {_told(draft)}") for number, draft in enumerate(drafts, 1)]
        self.screen.workspace.push_screen(Choose("Drop a draft", "", choices), go)

    def _fill(self, draft: Unfinished) -> None:
        if find_event_type(draft.kind) is None:
            name = clean(draft.kind)
            self.screen.notify(f"No {name} is known here: install the package that brings it, then try again.")
        elif draft.corrects and self.screen.session.at_present(draft.corrects) is None:
            self.screen.notify(f"There is no entry {clean(draft.corrects)} any more.")
        else:
            FormScreen(self.screen.session, draft, another=self._choose).open()

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


def _told(draft: Unfinished) -> str:
    """Return what a draft is, and how what was written begins."""
    written = begins(draft, _SAID)
    return f"{called(draft)}{': ' if written else ''}{written}"
