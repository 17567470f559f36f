"""The form for one entry, made from its event type's own fields: checked while it is written, and previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from projections.wording.sentences import aspect_text
from tracker.errors import EntryRejectedError, LogError, Problem
from tracker.events.knowledge import EntryCorrected
from tracker.events.registry import event_type
from tui.rows.words import shown_conclusion
from tui.text import clean
from tui.workspace.actions import FORM, bindings_for
from tui.workspace.forms import MORE_DATES, FormField, Preview, changed, event_of, fields_of, meaning, preview
from tui.workspace.screens.base import ActingScreen
from tui.workspace.widgets.bars import Footer
from tui.workspace.widgets.cells import join
from tui.workspace.widgets.line import Fields

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from tracker.events.base import Event
    from tracker.recording import Receipt
    from tui.kept import Unfinished
    from tui.workspace.time.session import Session

#: Seconds without a key after which the preview is made.
_PAUSE: Final = 0.2
_REASON: Final = FormField("reason", "text", hint="why it reads otherwise from now on")
#: In a form, other keys are letters; the palette has all that can be done.
_BOUND: Final = frozenset({"record", "more-evidence", "palette", "back"})


class FormScreen(ActingScreen):
    """A form over a session; `corrects` is the entry that the values are a correction of."""

    PLACES: ClassVar[tuple[str, ...]] = (FORM,)
    PART = "#told"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in bindings_for(FORM) if binding.id in _BOUND),
        Binding("down,tab,enter", "to_field(1)", "Next", show=False, priority=True),
        Binding("up,shift+tab", "to_field(-1)", "Previous", show=False, priority=True),
    ]

    def __init__(self, session: Session, draft: Unfinished) -> None:
        super().__init__()
        self.session = session
        self.draft = draft
        self.kind = event_type(draft.kind)
        self.values = dict(draft.values)
        #: What is in the form before anything is written.
        self._given = {path: text for path, text in draft.values.items() if text.strip()}
        self._evidence = 1 + max(
            (int(path.split(".")[1]) for path in self.values if path.startswith("evidence.")), default=0
        )
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
                pane.border_subtitle = "* must be there · → takes what is offered"
                yield self.lines
            with VerticalScroll(id="preview", classes="pane", can_focus=False) as side:
                side.border_title = "What it would change"
                yield Static("", id="told", markup=False)
        yield Footer(FORM, first=("record", "more-evidence", "palette", "back"))

    def _title(self) -> str:
        if self.draft.corrects:
            return f"Correct {self.draft.corrects}  {self.draft.kind}"
        if self.draft.kind == "EntryRetracted" and self.draft.values.get("entry"):
            return f"Retract {self.draft.values['entry']}"
        return f"Add  {self.draft.kind}"

    def _wanted(self) -> list[FormField]:
        seen = self.session.status
        wanted = fields_of(self.kind, seen, self._evidence)
        if self.draft.corrects:
            wanted = [field for field in wanted if field.path != "id"]
            wanted.insert(0, _REASON)
        return wanted

    def on_mount(self) -> None:
        """Give the first field the keys."""
        self.lines.add(self._wanted())
        self.lines.go_to(0)
        self.check()

    @property
    def fields(self) -> dict[str, FormField]:
        """The fields that there are, by their paths."""
        return {field.path: field for field in self.lines.fields}

    def action_to_field(self, count: int) -> None:
        """Go to the next field, or the one before."""
        self.lines.move(count)

    # ── while it is written ──

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what was written, and look at it after a pause."""
        if event.input is not self.lines.line:
            return
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
            self.workspace.drafts.keep(self.session.negotiation, self.draft._replace(values=dict(self.values)))

    def _checked(self, found: Preview | tuple[Problem, ...]) -> None:
        self._found = found
        self.tell()

    def _is_begun(self) -> bool:
        """Say whether anything was written that is not in the form by itself."""
        written = {path: text for path, text in self.values.items() if text.strip()}
        return written != self._given or self.workspace.drafts.get(self.session.negotiation) is not None

    def _written(self) -> dict[str, str]:
        fields = self.fields
        return {path: text for path, text in self.values.items() if path in fields}

    def made(self, values: dict[str, str]) -> Event:
        """Return the event to record; raises `EntryRejectedError`. Touches no widget."""
        negotiation = self.session.negotiation
        if self.draft.corrects is None:
            return event_of(self.kind, negotiation, values)
        values = dict(values)
        reason = values.pop("reason", "")
        reading = self.session.at_present(self.draft.corrects)
        if reading is None:
            raise EntryRejectedError([Problem(f"there is no entry {self.draft.corrects!r} any more")])
        differing = changed(reading.event, event_of(self.kind, negotiation, values))
        if not differing:
            raise EntryRejectedError([Problem("nothing differs from how the entry reads; change a field")])
        said = {"entry": self.draft.corrects, "reason": reason, "changes": differing}
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
            place = f"{clean(problem.field)} " if problem.field else ""
            lines.append(
                Content.assemble(("✗ " if not is_missing else "· ", style), (place, "bold"), clean(problem.message))
            )
        if isinstance(found, Preview) and not problems:
            lines += changes(found)
        self.query_one("#told", Static).update(join(lines))

    # ── what can be done ──

    def do_more_evidence(self) -> None:
        """Ask for another piece of evidence."""
        self._evidence += 1
        fields, before = self.fields, len(self.lines.fields)
        self.lines.take()
        self.lines.add([field for field in self._wanted() if field.path not in fields])
        self.lines.go_to(before)

    def do_record(self) -> None:
        """Record the entry once the field has taken the last letter; where that fails, everything stays as written."""
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
            self.session.negotiation, lambda: self.made(values), self._recorded, self._refuse, self._not_recorded
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
        if self.is_current:
            self.workspace.pop()

    def _not_recorded(self, problem: str) -> None:
        self._set_recording(is_so=False)
        self.workspace.notify(f"Nothing was recorded, nothing is lost: {problem}", severity="error", timeout=10)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._found = problems
        self._set_recording(is_so=False)
        self.workspace.notify(clean(str(problems[0])), severity="error")
        for index, path in enumerate(self.fields):
            if path == problems[0].field:
                self.lines.go_to(index)

    def do_back(self) -> None:
        """Go back; what was written is kept."""
        self.workspace.stop_jobs("check")
        if not self._is_recording:
            self.lines.take()
            self._keep()
            if self._is_begun():
                self.notify("The draft is kept; a offers it again.")
        self.workspace.pop()


_OFFERED: Final = 12


def about(field: FormField, text: str) -> list[Content]:
    """Return what is said of a field: what it takes, what is known, and what was written means."""
    lines = [
        Content.assemble((field.path, "bold $text-accent"), (f"  {field.hint}" if field.hint else "", "$text-muted"))
    ]
    if field.sort == "date" and not text.strip():
        lines.append(Content.styled(f"  {MORE_DATES}", "$text-muted"))
    said = meaning(field, text)
    if said:
        lines.append(Content(f"  {said}"))
    last = text.rpartition(",")[2].strip().casefold()
    offered = [choice for choice in field.choices if last in choice.casefold()]
    if offered and offered != [text]:
        more = f" … {len(offered) - _OFFERED} more" if len(offered) > _OFFERED else ""
        lines.append(Content.assemble("  ", (clean(", ".join(offered[:_OFFERED])) + more, "$text-muted")))
    return [*lines, Content("")]


def changes(found: Preview, records: str = "^s records it") -> list[Content]:
    """Return what recording would change; `records` says which key does that."""
    if found.already:
        return [Content("This entry is recorded already.")]
    difference = found.difference
    lines = [Content.styled(f"✓ right; {records}", "$text-success")]
    lines += [
        Content.assemble(
            (f"{clean(change.subject)} ", "bold"),
            (f"{clean(aspect_text(change.aspect))}  ", "$text-muted"),
            shown_conclusion(change.before) if change.before else "—",
            " → ",
            (shown_conclusion(change.after) if change.after else "—", "bold"),
        )
        for change in difference.changes
    ]
    lines += [Content.assemble(("+ ", "$text-warning"), clean(finding.message)) for finding in difference.appeared]
    lines += [Content.assemble(("− ", "$text-success"), clean(finding.message)) for finding in difference.gone]
    if not difference:
        lines.append(Content.styled("It changes no conclusion.", "$text-muted"))
    return lines
