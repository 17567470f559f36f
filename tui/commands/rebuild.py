"""`communique rebuild`: the read model built anew."""

from __future__ import annotations

import click

from tui.commands.options import Invocation, styles, verb
from tui.environment import today
from tui.output import json_document
from tui.progress import Progress


@verb(
    "rebuild",
    examples=[
        ("Build the tables for search and the portfolio anew", "communique rebuild"),
        (
            "Look into them with SQL",
            "sqlite-utils negotiations.db.readmodel 'select negotiation, headline from negotiations'",
        ),
    ],
)
@styles("json")
@click.pass_obj
def rebuild_command(invocation: Invocation, *, style: str | None) -> int:
    """Build the read model anew: the tables behind search and the portfolio, in a file beside the log.

    It is never needed for the answers to be right: the file is disposable, and is built anew by itself where it does
    not fit the log or this version.
    """
    from projections.readmodel.model import ReadModel, beside

    with invocation.reading() as log, Progress(log.store.max_position()) as progress:
        path = beside(log)
        with ReadModel(log, path) as model:
            count = model.rebuild(today=today(), progress=progress.done)
        progress.clear()
    if style == "json":
        json_document({"entries": count, "file": str(path)})
    else:
        click.echo(f"built {path} from {count:,} entries")
    return 0
