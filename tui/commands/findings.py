"""`communique findings`: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from projections.judgement.findings import KINDS
from tui.commands.options import Invocation, OneOf, cut_options, negotiation_argument, styles, verb
from tui.environment import today
from tui.output import rows
from tui.rows.views import FINDINGS, finding_cells

if TYPE_CHECKING:
    from projections.claims.cut import Cut


@verb(
    "findings",
    examples=[
        ("Everything that is worth a second look", "communique findings us-niger"),
        ("The open questions of a day", "communique findings us-niger --kind open-question --known-by 2024-05-11"),
        ("Stop a pipeline where something is overdue", "communique findings us-niger --kind overdue --fail"),
    ],
)
@negotiation_argument()
@click.option(
    "--kind",
    "kinds",
    type=OneOf(KINDS),
    metavar="KIND",
    multiple=True,
    help=f"Only this kind; repeatable: {', '.join(KINDS)}.",
)
@click.option("--fail", is_flag=True, help="Exit with 1 where there is any.")
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def findings_command(
    invocation: Invocation,
    *,
    negotiation: str,
    kinds: tuple[str, ...],
    fail: bool,
    cut: Cut,
    without: tuple[str, ...],
    style: str | None,
) -> int:
    """List what does not fit, what is open, what is overdue, and what rests on little."""
    from projections.views.status import findings

    with invocation.reading() as log:
        found = findings(log, negotiation, cut, without=without, today=today())
    found = tuple(finding for finding in found if not kinds or finding.kind in kinds)
    cells = [finding_cells(finding) for finding in found]
    if style is None:
        # People read the entries behind the sentence.
        cells = [[kind, subject, f"{message} [{entries}]"] for kind, subject, message, entries in cells]
    rows(
        style or "table",
        FINDINGS if style else FINDINGS[:3],
        cells,
        records=lambda: (finding.to_json() for finding in found),
        document=lambda: {
            "negotiation": negotiation,
            "cut": cut.to_json(),
            "findings": [finding.to_json() for finding in found],
        },
        empty="nothing found",
    )
    return 1 if fail and found else 0
