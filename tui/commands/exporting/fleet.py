"""`communique fleet`: the statuses of very many negotiations, worked out where their tables are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui import environment
from tui.commands.exporting.tables import needing, told
from tui.commands.options import NamedPath, OneOf, query_options, verb
from tui.output import Progress, say
from tui.text import counted

if TYPE_CHECKING:
    from pathlib import Path

    from tui.commands.options import Query


@verb(
    "fleet",
    examples=[
        ("Where every negotiation of some tables stands", "communique fleet status tables-of-may"),
        ("The same on a cluster of this machine", "communique fleet status tables-of-may --on dask"),
        ("As known on a day, on a scheduler", "communique fleet status T --on dask://10.0.0.5:8786 --known-by 2024-05"),
    ],
)
@click.argument("action", metavar="status", type=OneOf(["status"]))
@click.argument("folder", metavar="DIR", type=NamedPath(file_okay=False))
@click.option("--on", metavar="ENGINE", help="dask, or dask://HOST:PORT.  [default: this process]")
@click.option("--output", metavar="OUT", type=NamedPath(file_okay=False), help="Write there.  [default: DIR]")
@query_options("json", hides_sources=True)
def fleet_command(query: Query, *, action: str, folder: Path, on: str | None, output: Path | None) -> None:
    """Work out the statuses of all negotiations in tables that `communique export tables` has written to DIR.

    Writes OUT/status and OUT/status_findings as Parquet, a file a partition, in place of what an earlier run wrote
    there; no log is read. Exits with 1 where a chain is broken, and with 3 where the scheduler is gone or a file cannot
    be read; each file that was written is whole.
    """
    from projections.fleet import is_engine, run

    del action
    if query.without:
        raise click.UsageError(
            "--without is for one negotiation, since sources belong to one; ask `communique status NEGOTIATION` so"
        )
    if on is not None and not is_engine(on):
        raise click.UsageError(f"--on: {on!r} is no engine; write dask, or dask://HOST:PORT")
    with needing("fleet", "fleet"), Progress() as progress:
        found = run(folder, output or folder, query.cut, environment.today(), on=on, progress=progress.done, tell=say)
    words = counted(found["negotiations"], "negotiation", "negotiations")
    states, findings = counted(found["states"], "state", "states"), counted(found["findings"], "finding", "findings")
    told(found, f"wrote {states} and {findings} of {words} to {output or folder}", query.style)
