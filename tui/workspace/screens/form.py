"""The form for one entry, made from its event type's own fields: checked while it is written, and previewed."""

from __future__ import annotations

from functools import partialmethod
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from tracker.errors import Problem
from tracker.events.references import REGISTERS, registered_field
from tracker.events.registry import event_type
from tui.text import clean
from tui.workspace.actions import DOCUMENT, FORM, LIST, bindings_for
from tui.workspace.entry.fields import compared, fields_of, fields_of_correction
from tui.workspace.entry.forms import Preview, begun_before, entry_of, fixed_paths, foretold, staying, values_of
from tui.workspace.entry.known import file_named, first_to_mend, registration, unknown
from tui.workspace.entry.said import about, changes, differences, doubtful, mistakes, said_of, title_of
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.beside import Beside
from tui.workspace.screens.keeping import Keeping
from tui.workspace.widgets.bars import Footer
from tui.workspace.widgets.cells import join
from tui.workspace.widgets.fields import Fields, FieldsPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from tracker.events.base import Event
    from tracker.recording import Receipt
    from tui.kept import Unfinished
    from tui.workspace.entry.fields import FormField
    from tui.workspace.jobs import IsOver
    from tui.workspace.messages import PassageChosen
    from tui.workspace.time.session import Session

#: Seconds without a key after which the preview is made.
_PAUSE: Final = 0.2
#: In a form, other keys are letters.
_BOUND: Final = frozenset({"record", "record-next", "add-now", "more-evidence", "document", "palette", "back"})


class FormScreen(ActingScreen):
    """A form over a session, for a draft that may be a correction.

    `another` is called with what stays for the next entry from the same report, `registered` with the id of what a form
    inside another one has registered. What is `held` is recorded as the draft has it and not asked for, and `begin` is
    the field that has the keys first.
    """

    PLACES: ClassVar[tuple[str, ...]] = (FORM, DOCUMENT, LIST)
    #: From `-broad` on, a captured text has room beside the form.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (120, "-broad")]  # noqa: RUF012 - as Textual has them
    PART = "#told"
    AGAIN: ClassVar[str] = "a offers it again"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in bindings_for(FORM) if binding.id in _BOUND),
        Binding("tab", "to_field(1)", "Next", show=False, priority=True),
        Binding("shift+tab", "to_field(-1)", "Previous", show=False, priority=True),
        Binding("down", "arrow(1)", "Next", show=False, priority=True),
        Binding("up", "arrow(-1)", "Previous", show=False, priority=True),
        Binding("enter", "enter", "Next", show=False, priority=True),
    ]

    def __init__(  # noqa: PLR0913 - what it is over, what is in it, and what follows from it
        self,
        session: Session,
        draft: Unfinished,
        *,
        another: Callable[[dict[str, str]], None] | None = None,
        registered: Callable[[str], None] | None = None,
        held: frozenset[str] = frozenset(),
        begin: str = "",
    ) -> None:
        super().__init__()
        self.session = session
        self.draft = draft if draft.number else draft._replace(number=self.workspace.drafts.new_number())
        self._another, self._registered, self._held, self._begin = another, registered, held, begin
        self.kept_for = session.negotiation
        self.kind = event_type(draft.kind)
        #: The entry that is corrected, as it reads when the form is opened.
        self._corrected = session.at_present(draft.corrects) if draft.corrects else None
        self._before = values_of(self._corrected.event) if self._corrected is not None else {}
        self.values = {**self._before, **draft.values}
        self._keeping = Keeping(self, self._before)
        given = (int(path.split(".")[1]) for path in self.values if path.startswith("evidence."))
        self._evidence = 1 + max(given, default=0)
        #: What is recorded as it is given: the entry that is retracted.
        self._fixed = {path: draft.values.get(path, "") for path in held or fixed_paths(draft)}
        self.fields: dict[str, FormField] = {}
        #: What was registered from here, by the register.
        self._new: dict[str, tuple[str, ...]] = {}
        self._timer: Timer | None = None
        #: What was found when the form was last looked at as a whole.
        self._found: Preview | tuple[Problem, ...] = ()
        self._goes_on, self._is_recording = False, False
        self.lines = Fields(self.values)
        self.beside = Beside(self)

    def compose(self) -> ComposeResult:
        """Make a line for each field, and a place beside them for what is wrong and what would change."""
        with Container(id="form"):
            with FieldsPane(id="fields", classes="pane", can_focus=False) as pane:
                pane.border_title = Content(clean(self._title()))
                pane.border_subtitle = "* must be there · → takes what is offered · ^n adds a name"
                yield self.lines
            with Container(id="aside"):
                yield self.beside.view
                with VerticalScroll(id="preview", classes="pane", can_focus=False) as side:
                    side.border_title = "What it would change"
                    yield Static("", id="told", markup=False)
        yield Footer(FORM, first=("record", "record-next", "add-now", "document", "more-evidence", "palette", "back"))

    def _title(self) -> str:
        title = title_of(self.draft, about="entry" in self._held)
        return title if self._registered is None else f"{title}  and back to the form"

    def open(self) -> None:
        """Open it once its fields are made, in place of the dialog that led to it."""
        self._make_fields(lambda: self.workspace.lead_to(self))

    def _make_fields(self, then: Callable[[], object]) -> None:
        """Make the fields in the background, as every entry may be a name in them; what is typed waits, esc too."""
        make = fields_of_correction if self.draft.corrects else fields_of
        seen, evidence, new, older = self.session.status, self._evidence, dict(self._new), self.fields

        def done(found: dict[str, FormField]) -> None:
            self.fields = {path: field for path, field in found.items() if path not in self._fixed}
            then()

        def work(_: IsOver) -> dict[str, FormField]:
            return compared(make(self.kind, seen, evidence), new, older)

        self.workspace.do_job("fields", work, done, leads=True, can_stop=False, can_leave=False)

    def _renew_fields(self, go_to: Callable[[], object]) -> None:
        """Show the fields anew, and go to one of them."""

        def then() -> None:
            if self.is_there:
                self.lines.show(list(self.fields.values()))
                go_to()

        self._make_fields(then)

    def on_mount(self) -> None:
        """Give the first field the keys."""
        self.lines.show(list(self.fields.values()))
        self.lines.go_to(list(self.fields).index(self._begin) if self._begin in self.fields else 0)
        self.check()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the arrows and enter to the captured text while that has the keys."""
        if action in {"arrow", "enter"} and self.beside.has_keys:
            return False
        return super().check_action(action, parameters)

    def action_to_field(self, count: int) -> None:
        """Go to the next field, or the one before; from the captured text, back to the form."""
        if self.beside.has_keys:
            self.beside.leave()
        else:
            self.lines.move(count)

    def action_arrow(self, count: int) -> None:
        """Go to the next field, or the one before; inside a text of several lines, to its next line."""
        self.lines.arrow(count)

    def action_enter(self) -> None:
        """Go to the next field; inside a text of several lines, begin a line."""
        self.lines.enter()

    # ── while it is written ──

    @on(Input.Changed)
    @on(TextArea.Changed)
    def keep_written(self, event: Input.Changed | TextArea.Changed) -> None:
        """Keep what was written, and look at it after a pause."""
        if event.control is not self.lines.line:
            return
        self.lines.take()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.check)
        self._keeping.note()

    def on_cursor_moved(self) -> None:
        """Tell about the field that has the keys."""
        self.tell()
        self.beside.look()

    def on_passage_chosen(self, message: PassageChosen) -> None:
        """Take a passage of the captured text as the quote."""
        self.beside.quote(message.text)

    def put(self, path: str, text: str) -> None:
        """Put a text in a field, and give that the keys."""
        self.values[path] = text
        self.lines.go_to(list(self.fields).index(path))
        self.check()

    def check(self) -> None:
        """Look at the whole of it, in the background: what is wrong, or what it would change; and keep a draft."""
        self._keeping.soon()
        self.beside.look()
        values = self._written()
        self.workspace.do_job(
            "check",
            lambda _: foretold(self.workspace.log_book, self.session, lambda: self.made(values)),
            self._checked,
            failed=lambda problem: self._checked((Problem(problem),)),
        )

    renew = check

    def keep_draft(self) -> bool:
        """Keep what is written as a draft, to the last letter; say whether there is one."""
        if self.lines.fields and not self._is_recording:
            self.lines.take()
        return self._keeping.now()

    def _checked(self, found: Preview | tuple[Problem, ...]) -> None:
        self._found = found
        self.tell()

    def _written(self) -> dict[str, str]:
        return {**self._fixed, **{path: text for path, text in self.values.items() if path in self.fields}}

    def made(self, values: dict[str, str]) -> Event:
        """Return the event to record; raises `EntryRejectedError`. Touches no widget."""
        return entry_of(self.kind, self.session, self.fields, values, self._corrected)

    def tell(self) -> None:
        """Show what is said of the field, and what is wrong or would change."""
        if not self.is_there:
            return
        lines = [*about(self.lines.here, self.lines.line.value), *doubtful(self.fields, self.values, self.lines.here)]
        if self._is_recording:
            lines = [Content.styled("Recording … esc goes back; what comes of it is told.", "$text-muted")]
        found = () if self._is_recording else self._found
        problems = found.problems if isinstance(found, Preview) else found
        lines += mistakes(problems, self.fields, self.values)
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
        self._renew_fields(
            lambda: self.lines.go_to(next(index for index, path in enumerate(self.fields) if path not in before))
        )

    def do_add_now(self) -> None:
        """Register the first unknown name of the field, or of the first one that has any, in a form of its own.

        A file is registered as `source add` does. A person need not be known: it is added last, from its own field.
        """
        self.lines.take()
        here = self.lines.here
        wanted = [field for field in (here, *self.lines.fields) if field.register in REGISTERS]
        for field in (*wanted, here):
            for name in unknown(field, self.values.get(field.path, ""))[:1]:
                path = file_named(name) if field.register == "source" else None
                self.keep_draft()
                if path is not None:
                    self.beside.register(field, path)
                else:
                    self._register(field, name)
                return
        self.notify("Every party, matter and source in this form is known.")

    def do_document(self) -> None:
        """Give the captured text of the source the keys, and back."""
        self.lines.take()
        self.beside.go()

    def _register(self, field: FormField, name: str) -> None:
        FormScreen(
            self.session,
            begun_before(self.workspace.drafts.of(self.session.negotiation), *registration(field.register, name)),
            registered=lambda made: self.has_new(field, name, made),
            another=self._another,
        ).open()

    def has_new(self, field: FormField, name: str, made: str) -> None:
        """Take what was registered from here in place of the name that was not known."""
        self._new[field.register] = (*self._new.get(field.register, ()), made)
        parts = [part.strip() for part in self.values[field.path].split(",")] if field.sort == "list" else [name]
        self.values[field.path] = ",".join(made if part == name else part for part in parts)
        self._renew_fields(lambda: self.put(field.path, self.values[field.path]))

    def do_record(self, *, goes_on: bool = False) -> None:
        """Record the entry once the field has taken the last letter; where that fails, everything stays as written.

        With `goes_on`, another from the same report is begun then.
        """
        self._goes_on = goes_on
        (self.focused or self).call_later(self._record)

    do_record_next = partialmethod(do_record, goes_on=True)

    def _record(self) -> None:
        if self._is_recording or self._keeping.holds_back():
            return
        self.lines.take()
        if self._timer is not None:
            self._timer.stop()
        self.workspace.stop_jobs("check")
        # Until the receipt has come, what was written is a draft.
        self._keeping.soon()
        self._set_recording(is_so=True)
        self.send(self._written())

    def send(self, values: dict[str, str]) -> None:
        """Record what was written, in the background."""
        self.workspace.record(
            self.session.negotiation,
            lambda: self.made(values),
            self._recorded,
            refused=self._refuse,
            failed=self._not_recorded,
            draft=self.draft.number,
        )

    def _set_recording(self, *, is_so: bool) -> None:
        """Let nothing be written while it is recorded, and say so, if that takes a moment."""
        self._is_recording = is_so
        if is_so:
            self._timer = self.set_timer(_PAUSE, self._show_recording)
        else:
            self._show_recording()

    def _show_recording(self) -> None:
        if self.is_there:
            self.query_one("#fields").disabled = self._is_recording
            if not self._is_recording:
                self.lines.line.focus()
            self.tell()

    def _recorded(self, receipt: Receipt) -> None:
        self._keeping.end()
        done = f"Recorded {clean(receipt.recorded[0].id)}." if receipt.recorded else "It was there already."
        self.workspace.notify(done + ("" if self._goes_on else self.further("add", "a adds another.")))
        for warning in receipt.warnings:
            self.workspace.notify(clean(warning), severity="warning", timeout=10)
        if not self.is_current:
            return
        self.workspace.pop()
        register = registered_field(self.kind)
        name = self.values.get(register or "alias", "").strip()
        if self._registered is not None and name:
            self._registered(name)
        if self._goes_on and self._another is not None:
            self._another(staying(self.kind, self.values, name if register == "source" else ""))

    def _not_recorded(self, problem: str) -> None:
        self._set_recording(is_so=False)
        self.workspace.notify(f"Nothing was recorded, nothing is lost: {problem}", severity="error", timeout=10)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._found = problems
        self._set_recording(is_so=False)
        self.workspace.notify(": ".join(filter(None, said_of(problems[0], self.fields, self.values))), severity="error")
        path = first_to_mend(problems, self.fields, self.values)
        if path is not None:
            self.lines.go_to(list(self.fields).index(path))

    def do_back(self) -> None:
        """Go back, from the captured text to the form; what was written is kept."""
        if self.beside.has_keys:
            self.beside.leave()
            return
        self.workspace.stop_jobs("check")
        if not self._is_recording and self.keep_draft():
            self.notify(f"The draft is kept{'' if self._keeping.is_written else ' until you leave'}; {self.AGAIN}.")
        self.workspace.pop()
