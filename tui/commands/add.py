"""`communique add`: one entry from the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, by_option, complete_event, complete_negotiation, styles, verb
from tui.commands.record import Outcome
from tui.output import entry, json_document, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from tracker.errors import Problem
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tracker.scripts.reading import ScriptLine


def complete_assignment(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Return the fields of the event type typed before that begin with what was typed, each ready for its value."""
    from click.shell_completion import CompletionItem

    from tracker.events.parsing import field_names
    from tracker.events.registry import find_event_type

    kind = find_event_type(str(ctx.params.get("event")))
    names = field_names(kind) if kind else []
    return [CompletionItem(f"{name}=") for name in names if name.startswith(incomplete) and name != "negotiation"]


@verb(
    "add",
    examples=[
        (
            "A refusal, some time in April",
            "communique add BaseRequestRefused -n us-niger occurred=2024-04~ proposal=keep-air-base party=NER",
        ),
        (
            "With its evidence",
            "communique add StatementMade -n us-niger party=USA evidence.0.source=politico-2024-05-10",
        ),
        ("A list", "communique add PartnershipOpennessDeclared -n us-niger party=NER toward=RUS,CHN,IRN"),
    ],
)
@click.argument("event", shell_complete=complete_event)
@click.option(
    "-n",
    "--negotiation",
    required=True,
    metavar="NEGOTIATION",
    shell_complete=complete_negotiation,
    help="The negotiation it belongs to.",
)
@click.argument("assignments", metavar="FIELD=VALUE…", nargs=-1, shell_complete=complete_assignment)
@click.option("--dry-run", is_flag=True, help="Check the entry and record nothing.")
@by_option
@styles("json")
@click.pass_obj
def add_command(
    invocation: Invocation,
    *,
    event: str,
    negotiation: str,
    assignments: tuple[str, ...],
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Record one entry of an EVENT type; `communique schema EVENT --fields` lists its fields.

    A list is written with commas or by index, and a field inside another with a dot: `evidence.0.source=…`.
    """
    from tracker.errors import EntryRejectedError, nearest
    from tracker.scripts.script import line_from_assignments

    line = line_from_assignments(event, negotiation, assignments)
    # What is no event needs no log to be made for it.
    with invocation.trying() if dry_run or line.event is None else invocation.writing(by) as log:
        receipt, problems = _record(log, line, by, dry_run=dry_run)
        if receipt is None:
            known = log.negotiations()
            if negotiation not in known and (hint := nearest(negotiation, known)):
                say(f"{negotiation} is a new negotiation{hint}")
    if receipt is None:
        if style != "json":
            raise EntryRejectedError(problems)
        outcome = Outcome()
        outcome.reject(problems, 1)
        json_document({**outcome.to_json(), "entry": None})
        return 1
    outcome = Outcome(receipt.count, receipt.already, heads=receipt.heads, warnings=[*receipt.warnings])
    outcome.warn()
    if style == "json":
        recorded = entry(receipt.recorded[0]) if receipt.recorded and not dry_run else None
        json_document({**outcome.to_json(), "entry": recorded})
    elif not receipt.recorded:
        click.echo(f"{negotiation} has this entry already")
    elif dry_run:
        click.echo(f"would record {negotiation} {receipt.recorded[0].id}")
    else:
        click.echo(f"recorded {negotiation} {receipt.recorded[0].id} as #{receipt.recorded[0].position}")
    return 0


def _record(
    log: EventLog, line: ScriptLine, by: str | None, *, dry_run: bool
) -> tuple[Receipt | None, Sequence[Problem]]:
    """Record an entry, or return all that is wrong with it."""
    from tracker.errors import EntryRejectedError
    from tracker.scripts.script import problems_of

    if line.event is None:
        return None, problems_of(log, line)
    try:
        return log.record([line.event], by=by, places=[("", 0)], dry_run=dry_run), ()
    except EntryRejectedError as error:
        return None, error.problems
