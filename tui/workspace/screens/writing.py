"""Adding, correcting and retracting: the actions that record something."""

from __future__ import annotations

from tracker.events.registry import find_event_type
from tui.kept.drafts import Draft
from tui.text import clean
from tui.workspace.forms import values_of
from tui.workspace.screens.choose import Choose
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.items import ItemScreen
from tui.workspace.screens.types import TypeChooser


class WritingScreen(ItemScreen):
    """A screen over a session from which entries are recorded."""

    def do_add(self) -> None:
        """Choose a type and fill in its form, or go on with the draft."""
        self._begin(None)

    def _begin(self, wanted: Draft | None) -> None:
        """Fill in a form, or choose which; a draft that was left is offered first, and dropped only when told to."""
        draft = self.workspace.drafts.get(self.session.negotiation)
        if draft is None:
            self._fill(wanted)
            return

        def go(choice: str | None) -> None:
            if choice == "c":
                self._fill(draft)
            elif choice == "n":
                self.workspace.drafts.drop(self.session.negotiation)
                self._fill(wanted)

        choices = (("c", "go on with it"), ("n", "begin another; the draft is dropped"))
        what = f"a correction of {draft.corrects}" if draft.corrects else draft.kind
        self.workspace.push_screen(Choose("A draft", f"Begun, and not recorded: {clean(what)}.", choices), go)

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self._fill(Draft(name, {}))

    def _fill(self, draft: Draft | None) -> None:
        if draft is None:
            self.workspace.push_screen(TypeChooser(), self._chosen)
        elif find_event_type(draft.kind) is None:
            name = clean(draft.kind)
            self.notify(f"No {name} is known here: install the package that brings it, then try again.", markup=False)
        else:
            self.workspace.push_screen(FormScreen(self.session, draft))

    def do_correct(self) -> None:
        """Correct the entry looked at."""
        reading = self.entry()
        if reading is None:
            self.notify("No entry to correct. 2 goes to the events.", markup=False)
            return
        present = self.session.at_present(reading.id)
        if present is not None:
            self._begin(Draft(present.event.event, values_of(present.event), reading.id))

    def do_retract(self) -> None:
        """Retract the entry looked at, once its form is sent off."""
        reading = self.entry()
        if reading is None:
            self.notify("No entry to retract. 2 goes to the events.", markup=False)
        else:
            self._begin(Draft("EntryRetracted", {"entry": reading.id}))
