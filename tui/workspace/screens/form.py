"""The form for one entry, made from its event type's own fields: checked while it is written, and previewed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from tracker.errors import EntryRejectedError, LogError, Problem
from tracker.events.knowledge import EntryCorrected
from tracker.events.references import registered_field
from tracker.events.registry import event_type
from tui.text import clean
from tui.workspace.actions import FORM, bindings_for
from tui.workspace.forms import (
    Preview,
    changed,
    event_of,
    fields_of,
    fields_of_correction,
    own_values,
    preview,
    values_of,
)
from tui.workspace.known import field_of, registration, taken, unknown
from tui.workspace.said import about, changes, differences
from tui.workspace.screens.base import ActingScreen
from tui.workspace.widgets.bars import Footer
from tui.workspace.widgets.cells import join
from tui.workspace.widgets.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from tracker.events.base import Event
    from tracker.recording import Receipt
    from tui.kept import Unfinished
    from tui.workspace.forms import FormField
    from tui.workspace.time.session import Session

#: Seconds without a key after which the preview is made.
_PAUSE: Final = 0.2
#: What stays for the next entry from the same report.
_STAYS: Final = frozenset({"source", "attributed_to", "role", "credibility", "language"})
#: In a form, other keys are letters; the palette has all that can be done.
_BOUND: Final = frozenset({"record", "record-next", "add-now", "more-evidence", "palette", "back"})


class FormScreen(ActingScreen):
    """A form over a session, for a draft that may be a correction.

    `another` is called with what stays for the next entry from the same report, `registered` with the id of what a form
    inside another one has registered.
    """

    PLACES: ClassVar[tuple[str, ...]] = (FORM,)
    PART = "#told"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in bindings_for(FORM) if binding.id in _BOUND),
        Binding("tab", "to_field(1)", "Next", show=False, priority=True),
        Binding("shift+tab", "to_field(-1)", "Previous", show=False, priority=True),
        Binding("down", "arrow(1)", "Next", show=False, priority=True),
        Binding("up", "arrow(-1)", "Previous", show=False, priority=True),
        Binding("enter", "enter", "Next", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        draft: Unfinished,
        *,
        another: Callable[[dict[str, str]], None] | None = None,
        registered: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        if not draft.number:
            draft = draft._replace(number=self.workspace.drafts.new_number())
        self.draft = draft
        self._another, self._registered = another, registered
        self._goes_on = False
        self.kind = event_type(draft.kind)
        self.values = dict(draft.values)
        #: What is in the form before anything is written.
        self._given = {path: text for path, text in draft.values.items() if text.strip()}
        self._evidence = 1 + max(
            (int(path.split(".")[1]) for path in self.values if path.startswith("evidence.")), default=0
        )
        #: What is recorded as it is given: the entry that is retracted.
        self._fixed = {path: draft.values[path] for path in self._fixed_paths()}
        #: The fields that there are, by their paths.
        self.fields: dict[str, FormField] = {}
        #: What was registered from here, by the register.
        self._new: dict[str, list[str]] = {}
        self._before = self._reading_before()
        self._timer: Timer | None = None
        #: What was found when the form was last looked at as a whole.
        self._found: Preview | tuple[Problem, ...] = ()
        self._is_recording = False
        self.lines = Fields(self.values)

    def compose(self) -> ComposeResult:
        """Make a line for each field, and a place beside them for what is wrong and what would change."""
        with Container(id="form"):
            with VerticalScroll(id="fields", classes="pane", can_focus=False) as pane:
                pane.border_title = Content(clean(self._title()))
                pane.border_subtitle = "* must be there · → takes what is offered · ^n adds a name"
                yield self.lines
            with VerticalScroll(id="preview", classes="pane", can_focus=False) as side:
                side.border_title = "What it would change"
                yield Static("", id="told", markup=False)
        yield Footer(FORM, first=("record", "record-next", "add-now", "more-evidence", "palette", "back"))

    def _title(self) -> str:
        if self.draft.corrects:
            return f"Correct {self.draft.corrects}  {self.draft.kind}"
        if self.draft.kind == "EntryRetracted" and self.draft.values.get("entry"):
            return f"Retract {self.draft.values['entry']}"
        return f"Add  {self.draft.kind}"

    def _fixed_paths(self) -> list[str]:
        is_retraction = self.draft.kind == "EntryRetracted" and self.draft.corrects is None
        return ["entry"] if is_retraction and self.draft.values.get("entry") else []

    def _reading_before(self) -> dict[str, str]:
        """Return how the corrected entry reads, as a form holds it."""
        reading = self.session.at_present(self.draft.corrects) if self.draft.corrects else None
        return values_of(reading.event) if reading is not None else {}

    def _wanted(self) -> list[FormField]:
        make = fields_of_correction if self.draft.corrects else fields_of
        wanted = (field for field in make(self.kind, self.session.status, self._evidence))
        return [
            replace(field, choices=(*field.choices, *self._new.get(field.register, ())))
            for field in wanted
            if field.path not in self._fixed
        ]

    def _show_fields(self) -> None:
        wanted = self._wanted()
        self.fields = {field.path: field for field in wanted}
        self.lines.show(wanted)

    def on_mount(self) -> None:
        """Give the first field the keys."""
        self._show_fields()
        self.lines.go_to(0)
        self.check()

    def action_to_field(self, count: int) -> None:
        """Go to the next field, or the one before."""
        self.lines.move(count)

    def action_arrow(self, count: int) -> None:
        """Go to the next field, or the one before; inside a text of several lines, to its next line."""
        box = self.lines.line
        if self.lines.leaves(count):
            self.lines.move(count)
        elif isinstance(box, TextArea):
            (box.action_cursor_down if count > 0 else box.action_cursor_up)()

    def action_enter(self) -> None:
        """Go to the next field; inside a text of several lines, begin a line."""
        box = self.lines.line
        if isinstance(box, TextArea):
            box.insert("\n")
        else:
            self.lines.move(1)

    # ── while it is written ──

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what was written, and look at it after a pause."""
        if event.input is self.lines.line:
            self._changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep what was written, and look at it after a pause."""
        if event.text_area is self.lines.line:
            self._changed()

    def _changed(self) -> None:
        self.lines.take()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.check)

    def on_cursor_moved(self) -> None:
        """Tell about the field that has the keys."""
        self.tell()

    def check(self) -> None:
        """Look at the whole of it, in the background: what is wrong, or what it would change; and keep a draft."""
        self._keep()
        values = self._written()
        self.workspace.do_job(
            "check",
            lambda _: self._preview(values),
            self._checked,
            failed=lambda problem: self._checked((Problem(problem),)),
        )

    def _keep(self) -> None:
        if self._is_begun():
            self.draft = self.draft._replace(values=dict(self.values))
            self.workspace.drafts.keep(self.session.negotiation, self.draft)

    def _checked(self, found: Preview | tuple[Problem, ...]) -> None:
        self._found = found
        self.tell()

    def _is_begun(self) -> bool:
        """Say whether anything was written that is not in the form by itself."""
        written = {path: text for path, text in self.values.items() if text.strip()}
        kept = self.workspace.drafts.get(self.session.negotiation, self.draft.number)
        return written != self._given or kept is not None

    def _written(self) -> dict[str, str]:
        fields = self.fields
        return {**self._fixed, **{path: text for path, text in self.values.items() if path in fields}}

    def made(self, values: dict[str, str]) -> Event:
        """Return the event to record; raises `EntryRejectedError`. Touches no widget."""
        negotiation, fields = self.session.negotiation, self.fields
        values = {path: taken(fields[path], text) if path in fields else text for path, text in values.items()}
        if self.draft.corrects is None:
            return event_of(self.kind, negotiation, values)
        reason = values.pop("reason", "")
        own = own_values(values)
        reading = self.session.at_present(self.draft.corrects)
        if reading is None:
            raise EntryRejectedError([Problem(f"there is no entry {self.draft.corrects!r} any more")])
        differing = changed(reading.event, event_of(self.kind, negotiation, values))
        if not differing:
            raise EntryRejectedError([Problem("nothing differs from how the entry reads; change a field")])
        said = {"entry": self.draft.corrects, "reason": reason, "changes": differing, **own}
        return event_of(EntryCorrected, negotiation, said)

    def _preview(self, values: dict[str, str]) -> Preview | tuple[Problem, ...]:
        try:
            event = self.made(values)
            return preview(self.workspace.log_book, self.session.history, event, today=self.session.today)
        except EntryRejectedError as error:
            return error.problems
        except LogError as error:
            return (Problem(str(error)),)

    def tell(self) -> None:
        """Show what is said of the field, and what is wrong or would change."""
        if not self.is_there:
            return
        lines = about(self.lines.here, self.lines.line.value)
        if self._is_recording:
            lines = [Content.styled("Recording … esc goes back; what comes of it is told.", "$text-muted")]
        found = () if self._is_recording else self._found
        problems = found.problems if isinstance(found, Preview) else found
        touched = {path for path, text in self.values.items() if text.strip()}
        for problem in problems:
            # What is only missing is no mistake yet.
            is_missing = problem.message == "is required" and problem.field not in touched
            style = "$text-muted" if is_missing else "$text-error"
            path = field_of(problem, self.fields, self.values)
            place = f"{self.fields[path].label} " if path else f"{clean(problem.field)} " if problem.field else ""
            lines.append(
                Content.assemble(("✗ " if not is_missing else "· ", style), (place, "bold"), clean(problem.message))
            )
        if self._before:
            lines += differences(self._before, self.values, self.fields)
        if isinstance(found, Preview) and not problems:
            lines += changes(found)
        self.query_one("#told", Static).update(join(lines))

    # ── what can be done ──

    def do_more_evidence(self) -> None:
        """Ask for another piece of evidence."""
        self._evidence += 1
        self.lines.take()
        before = set(self.fields)
        self._show_fields()
        self.lines.go_to(next(index for index, path in enumerate(self.fields) if path not in before))

    def do_record_next(self) -> None:
        """Record the entry, and begin another from the same report."""
        self._goes_on = True
        (self.focused or self).call_later(self._record)

    def do_add_now(self) -> None:
        """Register the first unknown name of the field, or of the first one that has any, in a form of its own."""
        self.lines.take()
        here = self.lines.here
        for field in (here, *self.lines.fields):
            for name in unknown(field, self.values.get(field.path, "")):
                self._register(field, name)
                return
        self.notify("Every party, matter and source in this form is known.")

    def _register(self, field: FormField, name: str) -> None:
        self._keep()
        kind, values = registration(field.register, name)

        def registered(made: str) -> None:
            self._new.setdefault(field.register, []).append(made)
            parts = [part.strip() for part in self.values[field.path].split(",")] if field.sort == "list" else [name]
            self.values[field.path] = ",".join(made if part == name else part for part in parts)
            self._show_fields()
            self.lines.go_to(list(self.fields).index(field.path))
            self.check()

        draft = type(self.draft)(kind, values)
        self.workspace.push_screen(FormScreen(self.session, draft, registered=registered))

    def do_record(self) -> None:
        """Record the entry once the field has taken the last letter; where that fails, everything stays as written."""
        self._goes_on = False
        (self.focused or self).call_later(self._record)

    def _record(self) -> None:
        if self._is_recording:
            return
        self.lines.take()
        if self._timer is not None:
            self._timer.stop()
        self.workspace.stop_jobs("check")
        # Until the receipt has come, what was written is a draft.
        self._keep()
        values = self._written()
        self._set_recording(is_so=True)
        self.send(values)

    def send(self, values: dict[str, str]) -> None:
        """Record what was written, in the background."""
        self.workspace.record(
            self.session.negotiation,
            lambda: self.made(values),
            self._recorded,
            self._refuse,
            self._not_recorded,
            self.draft.number,
        )

    def _set_recording(self, *, is_so: bool) -> None:
        """Let nothing be written while it is recorded, and say so."""
        self._is_recording = is_so
        if self.is_there:
            self.query_one("#fields").disabled = is_so
            if not is_so:
                self.lines.line.focus()
            self.tell()

    def _recorded(self, receipt: Receipt) -> None:
        done = f"Recorded {clean(receipt.recorded[0].id)}." if receipt.recorded else "It was there already."
        self.workspace.notify(f"{done} a adds another.")
        for warning in receipt.warnings:
            self.workspace.notify(clean(warning), severity="warning", timeout=10)
        if not self.is_current:
            return
        self.workspace.pop()
        register = registered_field(self.kind)
        name = self.values.get(register, "").strip() if register else ""
        if self._registered is not None and name:
            self._registered(name)
        elif self._goes_on and self._another is not None:
            self._another(self._staying(name if register == "source" else ""))

    def _staying(self, source: str) -> dict[str, str]:
        """Return what stays for the next entry from the same report; a source just registered is its report."""
        if source:
            return {"evidence.0.source": source}
        dates = () if "published" in self.kind.__annotations__ else ("occurred", "published")
        return {
            path: text
            for path, text in self.values.items()
            if text.strip() and (path in dates or (path.startswith("evidence.") and path.rpartition(".")[2] in _STAYS))
        }

    def _not_recorded(self, problem: str) -> None:
        self._set_recording(is_so=False)
        self.workspace.notify(f"Nothing was recorded, nothing is lost: {problem}", severity="error", timeout=10)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._found = problems
        self._set_recording(is_so=False)
        self.workspace.notify(clean(str(problems[0])), severity="error")
        path = field_of(problems[0], self.fields, self.values)
        if path is not None:
            self.lines.go_to(list(self.fields).index(path))

    def do_back(self) -> None:
        """Go back; what was written is kept."""
        self.workspace.stop_jobs("check")
        if not self._is_recording:
            self.lines.take()
            self._keep()
            if self._is_begun():
                self.notify("The draft is kept; a offers it again.")
        self.workspace.pop()
