"""`communique copy`: a log from one place to another."""

from __future__ import annotations

import click

from tracker.log import EventLog
from tracker.transfer.copy import Copy, copy_log
from tui import environment
from tui.commands.options import Invocation, styles, verb
from tui.output import json_document
from tui.progress import Progress
from tui.text import counted


@verb(
    "copy",
    examples=[
        ("Move a log to a server, for a team", "communique copy negotiations.db postgresql://db.example.org/desk"),
        ("Take a shared log along", "communique copy postgresql://db.example.org/desk desk.db"),
    ],
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@styles("json")
@click.pass_obj
def copy_command(invocation: Invocation, *, source: str, target: str, style: str | None) -> int:
    """Copy a log from one place to another, a file or a database; the bytes, the chains and the order stay the same.

    FROM is verified before and TO afterwards. TO must be empty, or hold the beginning of FROM, as after an
    interruption: then copying goes on where it stopped.
    """
    if invocation.given:
        raise click.UsageError("copy takes both places as arguments: communique copy FROM TO")
    clock = environment.clock()
    with (
        EventLog.open(source, create=False, read_only=True, clock=clock, by="") as original,
        EventLog.open(target, clock=clock, by="") as log,
        Progress(original.store.max_position()) as progress,
    ):
        outcome = copy_log(original, log, progress=progress.done)
        location = log.location
    say_copied("copied", outcome, location, style)
    return 0


def say_copied(done: str, outcome: Copy, location: str, style: str | None) -> None:
    """Print what was copied to where."""
    if style == "json":
        json_document(
            {"copied": outcome.count, "already": outcome.already, "location": location, "head": outcome.heads}
        )
        return
    before = f", {counted(outcome.already, 'entry', 'entries')} were there already" if outcome.already else ""
    click.echo(
        f"{done} {counted(outcome.count, 'entry', 'entries')} of {counted(len(outcome.heads), 'negotiation')} "
        f"to {location}{before}"
    )
