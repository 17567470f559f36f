"""`communique demo`: the bundled history, ready to look at."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tui.commands.options import Invocation, styles, verb
from tui.output import is_terminal, say

if TYPE_CHECKING:
    from tracker.log import EventLog

HISTORY: Final = "us-niger"
_FILE: Final = "us-niger.db"


@verb(
    "demo",
    examples=[
        ("Look at it", "communique demo"),
        ("In a folder of your choice, and in words", "communique demo --dir /tmp/demo --plain"),
    ],
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to make the log.  [default: your folder for data]",
)
@styles("json", "plain")
@click.pass_context
def demo_command(ctx: click.Context, *, folder: Path | None, style: str | None) -> int:
    """Make a log of the bundled history of Washington and Niamey, 2023-24, and open the workspace on it.

    Without a terminal, or where --json or --plain asks for it, print where things stand. The log is made once and used
    again; what you add to it stays.
    """
    from tui.commands.status import print_status

    invocation = ctx.ensure_object(Invocation)
    if folder is not None and invocation.given:
        raise click.UsageError("--log and --dir both say where the log is; give one of them", ctx)
    if not invocation.given:
        invocation.given = str(_make_folder(folder) / _FILE)
    with invocation.writing() as log:
        _fill(log)
        say(f"the log of this demonstration is {log.location}")
    if style is None and is_terminal(sys.stdin) and is_terminal(sys.stdout):
        from tui.commands.workspace import open_workspace

        return open_workspace(invocation, HISTORY)
    with invocation.reading() as log:
        print_status(log, HISTORY, style=style)
    return 0


def _make_folder(folder: Path | None) -> Path:
    """Return the folder of the demonstration's log, made where it was not there."""
    from tracker.errors import LogError
    from tui.environment import data_folder

    folder = folder if folder is not None else data_folder() / "demo"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError(f"{folder} cannot be made: {error.strerror}; name another folder with --dir") from error
    return folder


def _fill(log: EventLog) -> None:
    """Record the bundled history; where the log holds another form of it already, leave that alone."""
    from tracker.errors import EntryRejectedError
    from tracker.scripts.script import read_script, record_script
    from tracker.scripts.seeds import seed_path

    try:
        record_script(log, read_script(seed_path(HISTORY)))
    except EntryRejectedError:
        say(f"{log.location} holds an earlier form of this history, which stays as it is; --dir makes a new log")
