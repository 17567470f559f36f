"""`communique tui`: the workspace."""

from __future__ import annotations

import sys

import click

from tui.commands.options import Invocation, negotiation_argument, verb
from tui.environment import is_in_browser
from tui.output import is_terminal


@verb(
    "tui",
    examples=[
        ("The log's negotiations", "communique tui"),
        ("One of them", "communique tui us-niger"),
        ("A log that must not be written", "communique --log shared.db tui --read-only"),
    ],
)
@negotiation_argument(required=False)
@click.option("--read-only", is_flag=True, help="Look, and record nothing.")
@click.pass_obj
def tui_command(invocation: Invocation, *, negotiation: str | None, read_only: bool) -> int:
    """Open the workspace, which plays through history and follows what others record. Without a verb it opens, too."""
    return open_workspace(invocation, negotiation, read_only=read_only)


def open_workspace(invocation: Invocation, negotiation: str | None, *, read_only: bool = False) -> int:
    """Open the workspace on a log that exists, and return its exit code; a terminal or a browser is needed."""
    if not (is_terminal(sys.stdout) or is_in_browser()):
        raise click.UsageError("the workspace needs a terminal; `communique status` prints where things stand")
    from tui.workspace.app import run

    return run(invocation.where, negotiation, read_only=read_only)
