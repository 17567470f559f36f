"""`communique move` and `merge`: entries to another negotiation, and another log into this one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.entering.mending import carried_out, dry_run_option, entries_meant, told_of_unregistered
from tui.commands.options import (
    Invocation,
    by_option,
    complete_entry,
    complete_negotiation,
    negotiation_argument,
    styles,
    verb,
)
from tui.outcome import Outcome
from tui.output import Progress, answer, json_document, say
from tui.text import counted

if TYPE_CHECKING:
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tracker.transfer.merge import Merged


@verb(
    "move",
    examples=[
        ("A statement that belongs to other talks", "communique move us-niger setback-assessed --to panama-canal"),
    ],
)
@negotiation_argument()
@click.argument("entries", metavar="ENTRY…", nargs=-1, required=True, shell_complete=complete_entry)
@click.option(
    "--to",
    required=True,
    metavar="NEGOTIATION",
    shell_complete=complete_negotiation,
    help="The negotiation that they belong to.",
)
@dry_run_option
@by_option
@styles("json")
@click.pass_obj
def move_command(
    invocation: Invocation,
    *,
    negotiation: str,
    entries: tuple[str, ...],
    to: str,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Move entries, or a batch given as '#101..#600', to another negotiation of the log, in one transaction.

    They are retracted here and recorded there, each naming the other. What is said about them goes with them, denials
    too, and the parties, matters and sources that they name are registered there if they are not. Entries are not
    parted from those that they are about, nor ultimatums from what settles them.
    """
    if to == negotiation:
        raise click.UsageError(f"they are in {to} already; name another negotiation")
    more: dict[str, Any] = {}

    def record(log: EventLog) -> Receipt:
        from tracker.transfer.move import move

        found = entries_meant(log, negotiation, entries)
        log.require(to)
        moved = move(log, negotiation, found, to, by=by)
        more.update({"moved": moved.entries, "to": to, "registered": moved.registered})
        return told_of_unregistered(log, negotiation, moved.entries, moved.receipt)

    def told(_: Receipt) -> str:
        also = f", with {', '.join(more['registered'])}" if more["registered"] else ""
        return f"moved {counted(len(more['moved']), 'entry', 'entries')} to {to}{also}"

    return carried_out(invocation, record, told, by=by, dry_run=dry_run, style=style, more=lambda: more)


_SUFFIX = re.compile(r"-?[a-z0-9][a-z0-9-]{0,31}")


@verb(
    "merge",
    examples=[
        ("What a colleague recorded on the way", "communique merge colleague.db"),
        ("See what would come of it", "communique merge colleague.db --dry-run"),
        ("Keep both of two entries that have one id", "communique merge colleague.db --rename -b"),
    ],
)
@click.argument("other", metavar="LOG")
@click.option("--rename", "suffix", metavar="SUFFIX", help="Put it behind the ids that are another entry's here.")
@dry_run_option
@by_option
@styles("json")
@click.pass_obj
def merge_command(
    invocation: Invocation, *, other: str, suffix: str | None, dry_run: bool, by: str | None, style: str | None
) -> int:
    """Join another LOG to this one, in one transaction: what is there and not here is recorded here.

    Each entry keeps its origin: which log, where, when, by whom and with which digest it was first recorded. The same
    id with other content is reported and left out, with what rests on it, or gets a suffix. The other log is only read.
    Exits with 1 where anything was left out.
    """
    from tracker.log import EventLog
    from tracker.stores.where import is_shared, path_of
    from tracker.transfer.merge import merge

    if suffix is not None and not _SUFFIX.fullmatch(suffix):
        raise click.UsageError(f"--rename {suffix!r} cannot end an id; write small letters, digits and -, as in -b")
    if not is_shared(other):
        invocation.require_apart(Path(path_of(other)))
    with (
        EventLog.open(other, create=False, read_only=True) as theirs,
        invocation.trying(create=False) if dry_run else invocation.mending(by) as log,
        Progress(theirs.store.max_position()) as progress,
    ):
        merged = merge(log, theirs, suffix=suffix, by=by, dry_run=dry_run, progress=progress.done)
        progress.clear()
    return _say_merged(merged, dry_run=dry_run, style=style)


def _say_merged(merged: Merged, *, dry_run: bool, style: str | None) -> int:
    outcome = Outcome(
        merged.count, merged.already, heads=merged.heads, warnings=[*merged.warnings], range=merged.positions
    )
    outcome.reject(merged.problems, len(merged.left))
    outcome.warn()
    if style == "json":
        left = [one._asdict() for one in merged.left]
        json_document({**outcome.to_json(dry_run=dry_run), "left": left, "renamed": merged.renamed})
    else:
        for name, ids in merged.renamed.items():
            for old, new in ids.items():
                say(f"{name}: {old} of the other log is {new} here")
        done = "would record" if dry_run else "recorded"
        answer(f"{done} {outcome.recorded}, already there {outcome.already}, left out {outcome.rejected}")
        if outcome.range and not dry_run:
            say("entries #{}..#{} of the log".format(*outcome.range))
    return 1 if outcome.rejected else 0
