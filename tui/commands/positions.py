"""`communique positions`: who wants what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, cut_options, negotiation_argument, styles, verb
from tui.environment import today
from tui.output import Cell, Column, rows
from tui.rows.views import POSITIONS, position_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.claims.cut import Cut
    from projections.judgement.conclusions import Position
    from projections.views.status import Positions


@verb(
    "positions",
    examples=[
        ("Matters by parties", "communique positions us-niger"),
        ("As they were known on a day", "communique positions us-niger --known-by 2024-04-30"),
        ("One position a row, with the entries behind it", "communique positions us-niger --csv"),
    ],
)
@negotiation_argument()
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def positions_command(
    invocation: Invocation, *, negotiation: str, cut: Cut, without: tuple[str, ...], style: str | None
) -> None:
    """Show where each party stands on each matter; in brackets, how often it has taken a position so far."""
    from projections.views.status import positions

    with invocation.reading() as log:
        found = positions(log, negotiation, cut, without=without, today=today())
    columns, cells = _matrix(found) if style is None else (POSITIONS, position_rows(found))
    rows(
        style or "table",
        columns,
        cells,
        records=lambda: (
            {"party": party, "matter": matter, **position.to_json()}
            for (matter, party), position in found.cells.items()
        ),
        document=lambda: {"negotiation": negotiation, "cut": cut.to_json(), **found.to_json()},
        empty="no party had taken a position by then",
    )


def _matrix(found: Positions) -> tuple[Sequence[Column], list[list[Cell]]]:
    """Return matters as rows and parties as columns."""
    columns = [Column("matter"), *(Column(party) for party in found.parties), Column("title", wraps=True)]
    cells: list[list[Cell]] = [
        [matter, *(_short(found.cells.get((matter, party))) for party in found.parties), title]
        for matter, title in found.matters.items()
    ]
    return columns, cells if found.cells else []


def _short(position: Position | None) -> str:
    if position is None:
        return "·"
    count = f" ({position.count})" if position.count > 1 else ""
    return f"{position.stance or 'no stance'}{count}{'?' if position.uncertain else ''}"
