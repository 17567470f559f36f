"""`communique sources`: who says it, who repeats whom, and what would fall without each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, cut_options, negotiation_argument, styles, verb
from tui.environment import today
from tui.output import Cell, Column, rows, say
from tui.rows.views import SOURCES, falls_of, source_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.cut import Cut
    from projections.views.sources import Sources

_TREE = (
    Column("source"),
    Column("grade"),
    Column("published"),
    Column("entries", right=True),
    Column("alone", right=True),
    Column("publisher", gives_way=True),
    Column("falls", wraps=True),
)


@verb(
    "sources",
    examples=[
        ("The sources, each under those that it repeats", "communique sources us-niger"),
        ("As they were graded on a day", "communique sources us-niger --known-by 2024-05-11"),
        (
            "What would fall without one",
            "communique sources us-niger --json | jq '.sources[\"wapo-2024-04-19\"].falls'",
        ),
    ],
)
@negotiation_argument()
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def sources_command(
    invocation: Invocation, *, negotiation: str, cut: Cut, without: tuple[str, ...], style: str | None
) -> None:
    """Show the sources of a negotiation as a tree: under each one those that repeat it.

    `grade` is a source's reliability (Admiralty code, A to F), `entries` counts what it supports, `alone` what would be
    without evidence if it and what only repeats it were left out of account, and `falls` are the conclusions that would
    then be others. A source that repeats several stands under each of them; what hangs on it is shown once.
    """
    from projections.views.sources import sources

    with invocation.reading() as log:
        found = sources(log, negotiation, cut, without=without, today=today())
    rows(
        style or "table",
        _TREE if style is None else SOURCES,
        _tree(found) if style is None else (source_cells(name, reliant) for name, reliant in found.sources.items()),
        records=lambda: ({"source": name, **reliant.to_json()} for name, reliant in found.sources.items()),
        document=lambda: {"negotiation": negotiation, "cut": cut.to_json(), **found.to_json()},
        empty="no source is registered yet",
    )
    if style is None:
        for cycle in found.cycles:
            say(f"these are said to repeat one another, and count as one: {', '.join(cycle)}")


def _tree(found: Sources) -> Iterator[list[Cell]]:
    for branch in found.tree:
        name = f"{'  ' * branch.depth}{'└ ' if branch.depth else ''}{branch.source}"
        reliant = found.sources[branch.source]
        if branch.again:
            yield [f"{name} (see above)", reliant.source.reliability, reliant.source.published, None, None, None, None]
            continue
        yield [
            name,
            reliant.source.reliability,
            reliant.source.published,
            len(reliant.entries),
            len(reliant.alone),
            reliant.source.publisher,
            falls_of(reliant),
        ]
