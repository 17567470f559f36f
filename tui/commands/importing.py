"""`communique import`: what was exported elsewhere, into the log."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from tui.commands.options import Invocation, OneOf, styles, verb
from tui.commands.record import STANDARD_INPUT, Outcome, record_files, say_outcome
from tui.progress import Progress

#: What can be taken in of what can be exported: the forms that hold all that an entry needs.
FORMATS: Final = ("bundle", "script")


@verb(
    "import",
    examples=[
        ("Take in a negotiation that somebody has handed on", "communique import bundle us-niger.bundle"),
        ("See what that would do, and do nothing", "communique import bundle us-niger.bundle --dry-run"),
        ("Record an exported script under your own name", "communique import script us-niger.jsonl"),
    ],
)
@click.argument("format_name", metavar="FORMAT", type=OneOf(FORMATS))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Check everything and take in nothing.")
@styles("json")
@click.pass_obj
def import_command(invocation: Invocation, *, format_name: str, file: Path, dry_run: bool, style: str | None) -> int:
    """Take in what `communique export` has written in FORMAT, all of it or nothing.

    A bundle keeps its bytes: when and by whom each entry was recorded, its digest, and its chain. The log must hold
    nothing of its negotiations yet, or what the bundle begins with. A script is recorded as by `communique record`,
    now and by you; `-` is standard input.
    """
    if format_name == "script":
        outcome = record_files(invocation, (file,), format_name="jsonl", dry_run=dry_run)
    else:
        outcome = _take_in(invocation, file, dry_run=dry_run)
    return say_outcome(outcome, dry_run=dry_run, style=style)


def _take_in(invocation: Invocation, file: Path, *, dry_run: bool) -> Outcome:
    from tracker.errors import EntryRejectedError
    from tracker.transfer.bundle import heads, take_in

    if str(file) == STANDARD_INPUT:
        raise click.UsageError("a bundle is read twice, which standard input cannot be; name a file")
    outcome = Outcome()
    with Progress() as progress:
        try:
            # Looked through before a log is made for it.
            heads(file)
            with invocation.trying() if dry_run else invocation.writing() as log:
                taken = take_in(log, file, dry_run=dry_run, progress=progress.done)
        except EntryRejectedError as error:
            progress.clear()
            outcome.reject(error.problems, error.rejected)
        else:
            progress.clear()
            outcome = Outcome(taken.count, taken.already, heads=taken.heads, warnings=[*taken.warnings])
    return outcome
