"""`communique backup`, `restore` and `copy`: a log, or a part of one, in another place; and taking in a bundle."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from tracker.log import EventLog
from tracker.transfer.copy import Copy, copy_log
from tui import environment
from tui.commands.options import Invocation, NamedPath, styles, verb
from tui.commands.record import STANDARD_INPUT
from tui.outcome import Outcome
from tui.output import Progress, answer, json_document, lines
from tui.text import clean, counted

if TYPE_CHECKING:
    from pathlib import Path

_FILE = NamedPath()


@verb(
    "backup",
    examples=[
        ("Back up a log that others are writing to", "communique backup negotiations-2024-05-11.db"),
        ("The same of a shared log", "communique backup desk.db --log postgresql://db.example.org/desk"),
    ],
)
@click.argument("file", metavar="FILE", type=_FILE)
@styles("json")
@click.pass_obj
def backup_command(invocation: Invocation, *, file: Path, style: str | None) -> int:
    """Back up the log, as it is at this moment, into a file that must not exist yet; others may go on writing.

    The backup is verified before it gets its name. It is a log itself: every verb reads it with --log FILE. Keep the
    heads that it prints somewhere else, and `verify --head` tells whether the backup holds them.
    """
    from tracker.transfer.copy import back_up
    from tui.commands.export import require_apart

    if not os.path.lexists(file):
        require_apart(file, invocation)

    with Progress() as progress:
        outcome = back_up(invocation.where, file, progress=progress.done)
    _say_copied("backed up", outcome, str(file), style)
    if style != "json":
        lines(f"{clean(name)}={head}" for name, head in outcome.heads.items())
    return 0


@verb(
    "restore",
    examples=[
        ("Make the log anew that was lost", "communique restore negotiations-2024-05-11.db --log negotiations.db")
    ],
)
@click.argument("file", metavar="FILE", type=_FILE)
@styles("json")
@click.pass_obj
def restore_command(invocation: Invocation, *, file: Path, style: str | None) -> int:
    """Make the log anew from a backup, where there is none; a log that is there is never overwritten.

    The backup is verified first. The log gets an identity of its own, so that tables and marks which belong to the
    lost one are made anew, too.
    """
    from tracker.transfer.copy import restore

    with Progress() as progress:
        outcome = restore(file, invocation.where, progress=progress.done)
    _say_copied("restored", outcome, _shown(invocation.where), style)
    return 0


def _shown(where: str) -> str:
    """Return a place without a password."""
    from tracker.stores.where import is_shared, path_of

    if not is_shared(where):
        return str(path_of(where))
    from tracker.stores.where import read_place

    return read_place(where).location


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
    _say_copied("copied", outcome, location, style)
    return 0


def _say_copied(done: str, outcome: Copy, location: str, style: str | None) -> None:
    if style == "json":
        json_document(
            {"copied": outcome.count, "already": outcome.already, "location": location, "head": outcome.heads}
        )
        return
    before = f", {counted(outcome.already, 'entry', 'entries')} were there already" if outcome.already else ""
    answer(
        f"{done} {counted(outcome.count, 'entry', 'entries')} of {counted(len(outcome.heads), 'negotiation')} "
        f"to {location}{before}"
    )


def take_in_bundle(invocation: Invocation, file: Path, *, dry_run: bool) -> Outcome:
    """Take in a bundle, having said what is wrong with it, and return what came of it."""
    from tracker.errors import EntryRejectedError
    from tracker.transfer.bundle import heads, take_in

    if str(file) == STANDARD_INPUT:
        raise click.UsageError("a bundle is read twice, which standard input cannot be; name a file")
    invocation.require_apart(file)
    outcome = Outcome()
    with Progress() as progress:
        try:
            # Looked through before a log is made for it.
            heads(file)
            with invocation.trying() if dry_run else invocation.writing() as log:
                before = log.store.max_position()
                taken = take_in(log, file, dry_run=dry_run, progress=progress.done)
                last = log.store.max_position()
        except EntryRejectedError as error:
            progress.clear()
            outcome.reject(error.problems, error.rejected)
        else:
            progress.clear()
            outcome = Outcome(taken.count, taken.already, heads=taken.heads, warnings=[*taken.warnings])
            # Where others recorded meanwhile, nobody can say which entries were theirs.
            if taken.count and last - before == taken.count:
                outcome.range = before + 1, last
    return outcome
