"""`communique export`: a negotiation in a form for others."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from tui.commands.options import Invocation, OneOf, complete_negotiation, verb
from tui.output import counted, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from tracker.log import EventLog

FORMATS: Final = ("bundle", "script")


@verb(
    "export",
    examples=[
        (
            "The stored bytes, to hold the log against later",
            "communique export bundle us-niger --output us-niger.bundle",
        ),
        ("What the authors wrote, to record elsewhere", "communique export script us-niger --output us-niger.jsonl"),
    ],
)
@click.argument("format_name", metavar="FORMAT", type=OneOf(FORMATS))
@click.argument("negotiation", shell_complete=complete_negotiation)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write there, not on stdout."
)
@click.pass_obj
def export_command(invocation: Invocation, *, format_name: str, negotiation: str, output: Path | None) -> int:
    """Write a negotiation as FORMAT: a bundle of its stored bytes, or a script in JSON Lines.

    `communique verify --bundle FILE` checks a bundle, and holds the log against it; `communique import` takes either
    into another log. A file that is there already is not written over.
    """
    with invocation.reading() as log:
        log.require(negotiation)
        parts = _bundle(log, negotiation) if format_name == "bundle" else _script(log, negotiation)
        with _target(output) as out:
            count = 0
            for part in parts:
                out.write(part)
                count += 1
            out.flush()
    if output is not None:
        say(f"wrote {counted(count, 'entry', 'entries')} to {output}")
    return 0


def _target(output: Path | None) -> AbstractContextManager[IO[bytes]]:
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return output.open("xb")
    except FileExistsError:
        raise click.UsageError(f"{output} is there already; name another file, or remove it first") from None


def _bundle(log: EventLog, negotiation: str) -> Iterator[bytes]:
    from tracker.bundle import lines

    return lines(log, negotiation)


def _script(log: EventLog, negotiation: str) -> Iterator[bytes]:
    import json

    from tui.output import as_written

    for recorded in log.read(negotiation):
        yield json.dumps(as_written(recorded), ensure_ascii=False).encode() + b"\n"
