"""`communique positions`: who wants what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, cut_options, negotiation_argument, styles, verb
from tui.environment import today
from tui.output import Column, rows

if TYPE_CHECKING:
    from projections.claims.cut import Cut
    from projections.judgement.positions import Position
    from projections.views.status import Positions

_ROWS = ("party", "matter", "stance", "since", "count", "terms", "red_lines", "concessions", "because")


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
    columns, cells = _matrix(found) if style is None else as_list(found)
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


def _matrix(found: Positions) -> tuple[list[Column], list[list[str | None]]]:
    """Return matters as rows and parties as columns."""
    columns = [Column("matter"), *(Column(party) for party in found.parties), Column("title", wraps=True)]
    cells = [
        [matter, *(_short(found.cells.get((matter, party))) for party in found.parties), title]
        for matter, title in found.matters.items()
    ]
    return columns, cells if found.cells else []


def _short(position: Position | None) -> str:
    if position is None:
        return "·"
    count = f" ({position.count})" if position.count > 1 else ""
    return f"{position.stance or 'no stance'}{count}{'?' if position.uncertain else ''}"


def as_list(found: Positions) -> tuple[list[Column], list[list[str | int | None]]]:
    """Return one position a row."""
    cells: list[list[str | int | None]] = [
        [
            party,
            matter,
            position.stance,
            position.since,
            position.count,
            position.terms,
            ", ".join(position.red_lines),
            ", ".join(position.concessions),
            ", ".join(position.because),
        ]
        for (matter, party), position in found.cells.items()
    ]
    return [Column(name) for name in _ROWS], cells
