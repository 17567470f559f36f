"""`communique backup` and `communique restore`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui.commands.options import Invocation, styles, verb
from tui.output import lines
from tui.progress import Progress

_FILE = click.Path(path_type=Path)


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
    from tracker.transfer.backup import back_up
    from tui.commands.copy import say_copied
    from tui.outputs import require_apart

    if not os.path.lexists(file):
        require_apart(file, invocation.where)

    with Progress() as progress:
        outcome = back_up(invocation.where, file, progress=progress.done)
    say_copied("backed up", outcome, str(file), style)
    if style != "json":
        lines(f"{name}={head}" for name, head in outcome.heads.items())
    return 0


@verb(
    "restore",
    examples=[
        ("Make the log anew that was lost", "communique restore negotiations-2024-05-11.db --log negotiations.db"),
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
    from tracker.transfer.backup import restore
    from tui.commands.copy import say_copied

    with Progress() as progress:
        outcome = restore(file, invocation.where, progress=progress.done)
    say_copied("restored", outcome, _shown(invocation.where), style)
    return 0


def _shown(where: str) -> str:
    """Return a place without a password."""
    from tracker.stores.where import is_shared, path_of

    if not is_shared(where):
        return str(path_of(where))
    from tracker.stores.postgres.place import read_place

    return read_place(where).location
