"""`communique record`, `import` and `add`: scripts, what was exported elsewhere, and one entry, into the log."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, Final

import click

from tui.commands.options import (
    Invocation,
    NamedPath,
    OneOf,
    by_option,
    complete_event,
    complete_negotiation,
    styles,
    verb,
)
from tui.outcome import Outcome, say_outcome
from tui.output import Progress, answer, entry, is_terminal, json_document, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from tracker.codec import Recorded
    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tracker.scripts.assignments import Added

STANDARD_INPUT: Final = "-"
FORMATS: Final = ("jsonl", "yaml", "csv")
_ORDERS: Final = ("dmy", "mdy")
_BEGINNING: Final = 1 << 16
#: Bytes of a script that is tried out before a log is made for it.
_SHORT: Final = 1 << 20


@verb(
    "record",
    examples=[
        ("Record a script, whole or not at all", "communique record seeds/us-niger.jsonl"),
        ("See whether it is right, and record nothing", "communique record --dry-run notes.yaml"),
        ("Record what another program writes", "convert notes.ods | communique record - --format csv"),
        (
            "Record what is right of a long file, and go on after an interruption",
            "communique record --keep-going big.jsonl",
        ),
    ],
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=NamedPath(dash=True))
@click.option("--keep-going", is_flag=True, help="Record what is right, 1,000 entries a commit; run again, it goes on.")
@click.option("--format", "format_name", type=OneOf(FORMATS), help="The scripts' format.  [default: by their ending]")
@click.option("--dry-run", is_flag=True, help="Check everything and record nothing.")
@click.option(
    "--default",
    "defaults",
    metavar="FIELD=VALUE",
    multiple=True,
    help="A field of the claims that do not name it; repeatable.",
)
@click.option(
    "--dates", type=OneOf(_ORDERS), help="Take dates as people write them, in this order: 5/6/2024, 5-Jun-24."
)
@by_option
@styles("json")
@click.pass_obj
def record_command(
    invocation: Invocation,
    *,
    files: tuple[Path, ...],
    keep_going: bool,
    format_name: str | None,
    dry_run: bool,
    defaults: tuple[str, ...],
    dates: str | None,
    by: str | None,
    style: str | None,
) -> int:
    """Record scripts of entries, each FILE in one transaction, all of it or nothing; `-` is standard input.

    All that is wrong with a file is told at once, as `file:line: field: what is wrong; what to do`, and the log stays
    as it was. An entry that is there already is counted and not recorded again, so recording twice does no harm. The
    files after one that was rejected are still tried. Exits with 1 where anything was rejected.
    """
    outcome = record_files(
        invocation,
        files,
        keep_going=keep_going,
        format_name=format_name,
        dry_run=dry_run,
        by=by,
        defaults=_defaults(defaults),
        dates=dates,
    )
    return say_outcome(outcome, dry_run=dry_run, style=style)


def _defaults(given: Sequence[str]) -> dict[str, str]:
    """Return the fields that are given for all claims; raises `click.UsageError` for what is no assignment."""
    found = {}
    for assignment in given:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--default {assignment!r} is no FIELD=VALUE; write it as --default modality=done")
        found[name] = value
    from tracker.scripts.shorthands import unknown_defaults

    for problem in unknown_defaults(found):
        raise click.UsageError(f"--default {problem.field.partition('.')[2]}: {problem.message}")
    return found


def record_files(
    invocation: Invocation,
    files: Sequence[Path],
    *,
    keep_going: bool = False,
    format_name: str | None = None,
    dry_run: bool = False,
    by: str | None = None,
    defaults: Mapping[str, str] | None = None,
    dates: str | None = None,
) -> Outcome:
    """Record scripts, having said what is wrong with them, and return what came of it."""
    require_files(invocation, files)
    outcome = Outcome()
    if not dry_run and not keep_going and _would_make_a_log(invocation, files):
        # A log is not made for a script that is then rejected, and left there empty.
        trial = record_files(invocation, files, format_name=format_name, dry_run=True, defaults=defaults, dates=dates)
        if trial.rejected:
            return trial
    with invocation.trying() if dry_run else invocation.writing(by) as log:
        # What is tried rests on the files before it, as what is recorded does.
        together = dry_run and not log.read_only
        with log.transaction(commit=False) if together else nullcontext():
            for file in files:
                _record(
                    log,
                    file,
                    outcome,
                    keep_going=keep_going,
                    format_name=format_name,
                    dry_run=dry_run and not together,
                    defaults=defaults,
                    dates=dates,
                )
            outcome.tell_recorded(log, dry_run=dry_run)
    return outcome


def _would_make_a_log(invocation: Invocation, files: Sequence[Path]) -> bool:
    """Say whether there is no log yet, and one script that is read twice in no time."""
    from tracker.errors import LogMissingError

    if len(files) > 1 or not files[0].is_file() or files[0].stat().st_size > _SHORT:
        return False
    try:
        invocation.reading(None).close()
    except LogMissingError:
        return True
    return False


def require_files(invocation: Invocation, files: Sequence[Path]) -> None:
    """Refuse a file that cannot be read, or is the log itself, before anything is opened or recorded."""
    for file in files:
        if str(file) == STANDARD_INPUT:
            continue
        if file.is_dir():
            raise click.UsageError(f"{file} is a directory; name a script in it")
        if not file.exists():
            raise click.UsageError(f"there is no file {file}; check its name")
        if not os.access(file, os.R_OK):
            raise click.UsageError(f"{file} may not be read; check its permissions")
        invocation.require_apart(file)


def _record(
    log: EventLog,
    file: Path,
    outcome: Outcome,
    *,
    keep_going: bool,
    format_name: str | None,
    dry_run: bool,
    defaults: Mapping[str, str] | None,
    dates: str | None,
) -> None:
    from tracker.errors import EntryRejectedError
    from tracker.scripts.script import read_script, record_file, record_script
    from tracker.scripts.shorthands import Shorthands

    with Progress(_estimate(file)) as progress:
        try:
            if str(file) == STANDARD_INPUT:
                shorthands = Shorthands(log, defaults, dates)
                lines = read_script(standard_input(), format=format_name, shorthands=shorthands)
                receipt = record_script(log, lines, keep_going=keep_going, dry_run=dry_run, progress=progress.done)
            else:
                receipt = record_file(
                    log,
                    file,
                    format=format_name,
                    keep_going=keep_going,
                    dry_run=dry_run,
                    progress=progress.done,
                    defaults=defaults,
                    dates=dates,
                )
        except EntryRejectedError as error:
            progress.clear()
            outcome.reject(error.problems, error.rejected)
            return
        progress.clear()
        outcome.take(receipt)
        outcome.reject(receipt.all_problems(), receipt.rejected)


def standard_input() -> IO[bytes]:
    """Return standard input, having said on a terminal what is read; raises `click.UsageError` if it is closed."""
    if sys.stdin is None:
        raise click.UsageError("standard input is closed; name a file, or pipe entries in")
    if is_terminal(sys.stdin):
        say("reading entries from the terminal, one a line; Ctrl-D ends")
    return sys.stdin.buffer


def _estimate(file: Path) -> int:
    """Return about how many entries a script holds, by the lines at its beginning; 0 where that tells nothing."""
    if not file.is_file() or file.suffix in {".yaml", ".yml"}:
        return 0
    with file.open("rb") as stream:
        beginning = stream.read(_BEGINNING)
    return file.stat().st_size * beginning.count(b"\n") // max(1, len(beginning))


def complete_assignment(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Return the fields of the event type typed before that begin with what was typed, each ready for its value."""
    from click.shell_completion import CompletionItem

    from tracker.events.parsing import field_names
    from tracker.events.registry import find_event_type

    kind = find_event_type(str(ctx.params.get("event")))
    names = field_names(kind) if kind else []
    return [CompletionItem(f"{name}=") for name in names if name.startswith(incomplete) and name != "negotiation"]


@verb(
    "add",
    examples=[
        (
            "A refusal, some time in April",
            "communique add BaseRequestRefused -n us-niger occurred=2024-04~ proposal=keep-air-base party=NER",
        ),
        (
            "With its evidence",
            "communique add StatementMade -n us-niger party='United States' evidence=politico-2024-05-10",
        ),
        ("A list", "communique add PartnershipOpennessDeclared -n us-niger party=NER toward=RUS,CHN,IRN"),
    ],
)
@click.argument("event", shell_complete=complete_event)
@click.option(
    "-n",
    "--negotiation",
    required=True,
    metavar="NEGOTIATION",
    shell_complete=complete_negotiation,
    help="The negotiation it belongs to.",
)
@click.argument("assignments", metavar="FIELD=VALUE…", nargs=-1, shell_complete=complete_assignment)
@click.option("--dry-run", is_flag=True, help="Check the entry and record nothing.")
@by_option
@styles("json")
@click.pass_obj
def add_command(
    invocation: Invocation,
    *,
    event: str,
    negotiation: str,
    assignments: tuple[str, ...],
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Record one entry of an EVENT type; `communique schema EVENT --fields` lists its fields.

    A list is written with commas or by index, and a field inside another with a dot: `evidence.0.source=…`. As in a
    script, parties may be named, evidence may be a source's id, and a source may be described where it is cited, which
    then is registered, too.
    """
    from tracker.errors import EntryRejectedError, nearest
    from tracker.scripts.assignments import entries_from_assignments
    from tracker.scripts.shorthands import Shorthands
    from tui.commands.entering.queues import reading

    with reading(invocation) as known:
        added = entries_from_assignments(event, negotiation, assignments, Shorthands(known))
    # What is no event needs no log to be made for it.
    with invocation.trying() if dry_run or not added.is_right else invocation.writing(by) as log:
        if event == "EntryCorrected":
            from tui.commands.entering.correcting import with_whole_changes

            added = with_whole_changes(log, negotiation, assignments, added)
        receipt, problems = _record_added(log, added, by, dry_run=dry_run)
        outcome = Outcome() if receipt is None else Outcome.of(receipt)
        if receipt is not None and receipt.recorded:
            before = None if dry_run else receipt.recorded[0].position - 1
            outcome.tell_new(log, [one.event for one in receipt.recorded], before, dry_run=dry_run)
        outcome.warnings += _of_retracted(log, added.line.event)
        if receipt is None:
            names = log.negotiations()
            if negotiation not in names and (hint := nearest(negotiation, names)):
                say(f"{negotiation} is a new negotiation{hint}")
    if receipt is None:
        if style != "json":
            raise EntryRejectedError(problems)
        outcome.reject(problems, 1)
        json_document({**outcome.to_json(dry_run=dry_run), "entry": None})
        return 1
    outcome.warn()
    recorded = receipt.recorded
    described = added.among(recorded)
    if style == "json":
        shown = None if described is None or dry_run else entry(described)
        json_document({**outcome.to_json(dry_run=dry_run), "entry": shown})
    else:
        answer(_told(negotiation, described, recorded, dry_run=dry_run))
    return 0


def _told(negotiation: str, described: Recorded | None, recorded: Sequence[Recorded], *, dry_run: bool) -> str:
    """Return what a person is told of an entry that was added, None if it was there, and of what was registered."""
    from tracker.entry import prepare

    names = [prepare(one.event).registers for one in recorded if one is not described]
    also = ", ".join(" ".join(name) for name in names if name is not None)
    told = f", with {also}" if also else ""
    if described is None:
        return f"{negotiation} has this entry already{told}"
    if dry_run:
        return f"would record {negotiation} {described.id}{told}"
    return f"recorded {negotiation} {described.id} as #{described.position}{told}"


def _of_retracted(log: EventLog, event: Event | None) -> list[str]:
    """Return a warning of an entry that is corrected though it is retracted."""
    from tracker.events.knowledge import EntryCorrected
    from tui.commands.entering.correcting import told_of_retracted

    told = isinstance(event, EntryCorrected) and told_of_retracted(log, event.negotiation, event.entry)
    return [told] if told else []


def _record_added(
    log: EventLog, added: Added, by: str | None, *, dry_run: bool
) -> tuple[Receipt | None, Sequence[Problem]]:
    from tracker.errors import EntryRejectedError

    if not added.is_right:
        return None, added.problems(log)
    try:
        return log.record(added.events, by=by, places=[("", 0)] * len(added.lines), dry_run=dry_run), ()
    except EntryRejectedError as error:
        return None, error.problems
