"""`communique correct`: how an entry reads from now on, with what each field was and will be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from tui.commands.entering.mending import carried_out, dry_run_option, reason_option
from tui.commands.options import Invocation, by_option, complete_entry, negotiation_argument, styles, verb
from tui.output import answer, entry
from tui.text import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tracker.scripts.assignments import Added
    from tracker.scripts.formats import ScriptItem


_CHANGES: Final = "changes."


class FieldChange(NamedTuple):
    """A field that reads otherwise, before and after, as JSON holds it; None where it has no value."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field}: {in_words(self.before) or 'nothing'} → {in_words(self.after) or 'nothing'}"


@verb(
    "correct",
    examples=[
        (
            "A place that was misread",
            "communique correct us-niger campbell-zeine-held venue='Washington, D.C.' --reason 'as the report has it'",
        ),
        ("See what a figure would become", "communique correct us-niger strength-1100 strength=~1000 --dry-run"),
        ("Remove a field", "communique correct us-niger campbell-zeine-held note=null"),
    ],
)
@negotiation_argument()
@click.argument("name", metavar="ENTRY", shell_complete=complete_entry)
@click.argument("assignments", metavar="FIELD=VALUE…", nargs=-1, required=True)
@reason_option
@dry_run_option
@by_option
@styles("json")
@click.pass_obj
def correct_command(
    invocation: Invocation,
    *,
    negotiation: str,
    name: str,
    assignments: tuple[str, ...],
    reason: str | None,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Record that an ENTRY reads otherwise from now on, and print each field before and after.

    Fields are written as for `add`; `null` removes one, or a part of one. A list or a figure is replaced as a whole:
    what would be lost is told, and nothing recorded. Of an entry that is retracted, or was moved away, that is told,
    too.
    """
    changes: list[FieldChange] = []
    recorded: list[dict[str, Any]] = []

    def record(log: EventLog) -> Receipt:
        from tracker.errors import EntryRejectedError

        try:
            events, found = correction(log, negotiation, name, assignments, reason)
            changes.extend(found)
            if style != "json":
                for change in changes:
                    answer(str(change))
            receipt = log.record(events, by=by, places=[("", 0)] * len(events))
        except EntryRejectedError as error:
            # Whoever corrects writes fields of the entry, not those of a correction.
            own = [replace(problem, field=problem.field.removeprefix("changes.")) for problem in error.problems]
            raise EntryRejectedError(own) from None
        # What its evidence describes is registered before it.
        recorded.extend(map(entry, receipt.recorded[-1:]))
        retracted = told_of_retracted(log, negotiation, name)
        return receipt if retracted is None else replace(receipt, warnings=(*receipt.warnings, retracted))

    def told(receipt: Receipt) -> str:
        if not receipt.count:
            return f"{negotiation} {name} reads so already"
        return f"corrected {negotiation} {name} by {recorded[0]['id']}"

    return carried_out(
        invocation,
        record,
        told,
        by=by,
        dry_run=dry_run,
        style=style,
        already=lambda: int(not recorded),
        more=lambda: {
            "entry": recorded[0] if recorded and not dry_run else None,
            "changes": [change._asdict() for change in changes],
        },
    )


def correction(
    log: EventLog, negotiation: str, name: str, assignments: tuple[str, ...], reason: str | None
) -> tuple[list[Event], list[FieldChange]]:
    """Return what corrects an entry, with what registers its sources before it, and what changes; nothing if it is so.

    Raises `NameUnknownError` for an entry that is not there, `EntryRejectedError` for what does not fit it, or would
    lose a part of it.
    """
    from tracker.errors import EntryRejectedError
    from tracker.events.knowledge import EntryCorrected
    from tracker.negotiation import apply_changes
    from tracker.retractions import with_new_ids
    from tracker.scripts.corrections import changes_from, fields_as_written

    target = as_it_reads(log, negotiation, name)
    longer = _Longer(log, target)
    given, problems = changes_from(target, assignments, expand=longer.expand)
    problems += longer.problems
    if problems:
        raise EntryRejectedError(problems)
    after = apply_changes(target, given)
    before, now = fields_as_written(target), fields_as_written(after)
    changes = [
        FieldChange(field, before.get(field), now.get(field)) for field in given if before.get(field) != now.get(field)
    ]
    if not changes:
        # What is wrong with it is told all the same, as that there is no such field.
        return [], []
    whole = after.model_dump(mode="json", by_alias=True, round_trip=True) | now
    put = {field: None if given[field] is None else whole[field] for field in sorted(given)}
    event = EntryCorrected(negotiation=negotiation, entry=name, changes=put, reason=reason)
    # What was corrected so before, and otherwise since, is corrected so once more.
    return [*longer.events, *with_new_ids(log.store, [event])], changes


class _Longer:
    """Puts changed fields of an entry into their long form; `events` register what they describe."""

    def __init__(self, log: EventLog, target: Event) -> None:
        self._log, self._target = log, target
        self.events: list[Event] = []
        self.problems: list[Problem] = []

    def expand(self, data: dict[str, Any]) -> ScriptItem:
        """Return fields in their long form."""
        from tracker.scripts.assignments import in_long_form
        from tracker.scripts.reading import lines_of
        from tracker.scripts.shorthands import Shorthands

        item, before = in_long_form(type(self._target), data, Shorthands(self._log))
        for line in lines_of(before, ""):
            self.problems += line.problems
            if line.event is not None:
                self.events.append(line.event)
        return item


def told_of_retracted(log: EventLog, negotiation: str, name: str) -> str | None:
    """Return a sentence that says that an entry is retracted, for which reason, and how to bring it back; else None."""
    from tracker.events.knowledge import EntryRetracted
    from tracker.retractions import retractions

    standing = retractions(log.store, negotiation).get(name)
    if not standing:
        return None
    retraction = log.entry(negotiation, standing[0]).event
    reason = retraction.reason if isinstance(retraction, EntryRetracted) else None
    why = f" ({reason})" if reason else ""
    return f"{name} is retracted{why}; `communique retract {negotiation} {name} --restore` brings it back"


def as_it_reads(log: EventLog, negotiation: str, name: str) -> Event:
    """Return an entry as it reads; raises `NameUnknownError`."""
    from projections.claims.claims import claims

    recorded = log.entry(negotiation, name)
    reading = claims(log, negotiation).get(name)
    return recorded.event if reading is None else reading.event


def with_whole_changes(log: EventLog, negotiation: str, assignments: Sequence[str], added: Added) -> Added:
    """Return a correction as `add` takes it, with its changes as its target's type has them.

    Where they would lose a part of what the target holds, that is what is wrong with it.
    """
    from tracker.scripts.corrections import changes_from

    line = added.line
    pairs = [assignment.partition("=") for assignment in assignments]
    name = next((text for path, _, text in pairs if path == "entry"), "")
    if (negotiation, name) not in log.store.versions([(negotiation, name)]):
        return added
    own = [assignment.removeprefix(_CHANGES) for assignment in assignments if assignment.startswith(_CHANGES)]
    target = as_it_reads(log, negotiation, name)
    longer = _Longer(log, target)
    changes, problems = changes_from(target, own, _CHANGES, longer.expand)
    problems += longer.problems
    if problems:
        others = [problem for problem in line.problems if not problem.field.startswith(_CHANGES)]
        return added.with_line(line._replace(event=None, problems=(*others, *problems)))
    if line.event is None or not changes:
        return added
    added = added.with_line(line._replace(event=line.event.model_copy(update={"changes": changes})))
    return added.after(longer.events)
