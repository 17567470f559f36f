"""`communique timeline`: what happened, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, cut_options, negotiation_argument, styles, verb
from tui.output import rows
from tui.rows.views import TIMELINE, timeline_cells

if TYPE_CHECKING:
    from projections.claims.cut import Cut

_NOT_IN_TABLES = frozenset({"published", "entry"})


@verb(
    "timeline",
    examples=[
        ("What happened", "communique timeline us-niger"),
        ("What happened in one spring", "communique timeline us-niger --since 2024-03 --until 2024-05"),
        ("What was public by a day", "communique timeline us-niger --known-by 2024-05-11"),
        ("What is recorded beyond the cut, too", "communique timeline us-niger --known-by 2024-05-11 --pending"),
        ("For a spreadsheet", "communique timeline us-niger --csv > timeline.csv"),
    ],
)
@negotiation_argument()
@click.option("--since", metavar="DATE", help="Only what may have happened on or after the date's beginning.")
@click.option("--until", metavar="DATE", help="Only what may have happened on or before the date's end.")
@click.option("--pending", is_flag=True, help="Also what is recorded but lies beyond the cut.")
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def timeline_command(
    invocation: Invocation,
    *,
    negotiation: str,
    since: str | None,
    until: str | None,
    pending: bool,
    cut: Cut,
    without: tuple[str, ...],
    style: str | None,
) -> None:
    """List the claims of a negotiation in the order in which things happened.

    `lag` is the days between happening and becoming public, `~` where one of the two is no certain day; `grade` is the
    best of the evidence, reliability of the source before credibility of the claim (STANAG 2511). An entry without a
    date of its own is placed by when it became public.
    """
    from projections.views.timeline import timeline
    from tui.selection import read_date

    first, last = read_date("--since", since), read_date("--until", until)
    with invocation.reading() as log:
        found = timeline(
            log,
            negotiation,
            cut,
            without=without,
            pending=pending,
            since=None if first is None else first.lower,
            until=None if last is None else last.upper,
        )
    shown = [index for index, column in enumerate(TIMELINE) if style is not None or column.name not in _NOT_IN_TABLES]
    rows(
        style or "table",
        [TIMELINE[index] for index in shown],
        ([cells[index] for index in shown] for cells in map(timeline_cells, found)),
        records=lambda: (line.to_json() for line in found),
        document=lambda: {
            "negotiation": negotiation,
            "cut": cut.to_json(),
            "lines": [line.to_json() for line in found],
        },
        empty="nothing had happened, or was known, at that time",
    )
