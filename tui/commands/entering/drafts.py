"""`communique draft`, `drafts` and `review`: proposals, and what a person makes of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from tui.commands.entering.queues import captures_of, names_for, place, reading, says, stamp
from tui.commands.options import (
    Invocation,
    NamedPath,
    OneOf,
    by_option,
    complete_source,
    negotiation_argument,
    styles,
    verb,
)
from tui.commands.record import FORMATS, STANDARD_INPUT, require_files, standard_input
from tui.outcome import Outcome
from tui.output import answer, is_terminal, json_document, rows, say
from tui.rows.tables import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tracker.drafts.deciding import Decided
    from tracker.drafts.proposing import Proposed
    from tracker.drafts.queue import Draft, Filter, Queue
    from tracker.drafts.quotes import Captures, Quote
    from tracker.events.base import Event

STATES: Final = ("pending", "accepted", "rejected", "all")
_COLUMNS: Final = (
    Column("draft", right=True),
    Column("negotiation", gives_way=True),
    Column("state"),
    Column("drafted_by", gives_way=True),
    Column("drafted_at", gives_way=True),
    Column("event", gives_way=True),
    Column("quotes"),
    Column("says", wraps=True),
)
#: Why a draft is not accepted together with others.
INVENTED: Final = "a quote is not in the captured text of {sources}; look at it alone"


# ── draft ──


@verb(
    "draft",
    examples=[
        ("Propose the entries of a script", "communique draft seeds/us-niger.jsonl"),
        ("Propose what another program writes", "convert notes.ods | communique draft - --format jsonl --by converter"),
    ],
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=NamedPath(dash=True))
@click.option("--format", "format_name", type=OneOf(FORMATS), help="The scripts' format.  [default: by their ending]")
@by_option
@styles("json")
@click.pass_obj
def draft_command(
    invocation: Invocation, *, files: tuple[Path, ...], format_name: str | None, by: str | None, style: str | None
) -> int:
    """Propose the entries of scripts, which then wait beside the log until a person reviews them.

    A script is written as for `communique record`. Entries that are wrong are told as `record` tells them, and left
    out. What was proposed before with the same content, or is in the log, is not proposed again; what was rejected
    stays rejected. Exits with 1 if any entry is wrong.
    """
    from tracker.drafts.proposing import propose
    from tracker.drafts.queue import Queue
    from tracker.scripts.reading import read_script
    from tracker.scripts.shorthands import Shorthands

    require_files(invocation, files)
    with reading(invocation) as log, Queue(place(invocation, log)) as queue:
        shorthands = Shorthands(log)
        lines = (
            line
            for file in files
            for line in read_script(
                standard_input() if str(file) == STANDARD_INPUT else file, format=format_name, shorthands=shorthands
            )
        )
        proposed = propose(queue, log, lines, by=log.by if by is None else by, at=stamp())
    return say_proposed(proposed, style)


def say_proposed(proposed: Proposed, style: str | None) -> int:
    """Say what became of proposals, and return the exit code."""
    Outcome().reject(proposed.problems, proposed.invalid)
    if style == "json":
        json_document(proposed.to_json())
    else:
        answer(
            f"drafted {proposed.drafted}, already there {proposed.already}, "
            f"rejected before {proposed.rejected_before}, invalid {proposed.invalid}"
        )
    return 1 if proposed.invalid else 0


# ── drafts ──


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose among drafts."""
    for option in (
        click.option("--drafted-by", metavar="NAME", help="Only what this one proposed."),
        click.option("--source", metavar="SOURCE", shell_complete=complete_source, help="Only what cites this source."),
        click.option("--state", type=OneOf(STATES), default="pending", show_default=True, help="Only in this state."),
    ):
        function = option(function)
    return function


def captures_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--captures DIR`."""
    return click.option(
        "--captures",
        metavar="DIR",
        type=NamedPath(exists=True, file_okay=False),
        help="The folder of captured documents, in which quotes are looked for.  [default: COMMUNIQUE_CAPTURES]",
    )(function)


@verb(
    "drafts",
    examples=[
        ("What waits for a review", "communique drafts"),
        ("What an assistant has proposed for a negotiation", "communique drafts us-niger --drafted-by mcp:assistant"),
        ("Why something was rejected", "communique drafts --state rejected --json | jq .drafts[].reason"),
    ],
)
@negotiation_argument(required=False)
@filter_options
@captures_option
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def drafts_command(
    invocation: Invocation,
    *,
    negotiation: str | None,
    state: str,
    source: str | None,
    drafted_by: str | None,
    captures: Path | None,
    style: str | None,
) -> None:
    """List the drafts of a negotiation, or of all: what was proposed, by whom, and what became of it.

    `quotes` tells whether the words that a draft quotes are in the captured text of their source: found, NOT FOUND, or
    nothing if no text is captured.
    """
    from tracker.drafts.deciding import as_settled
    from tracker.drafts.queue import Filter, Queue

    wanted = Filter(negotiation, state, source, drafted_by)
    with reading(invocation) as log:
        queue = Queue.existing(place(invocation, log))
        drafted: list[Draft] = []
        if queue is not None:
            with queue:
                drafted = [as_settled(log, draft) for draft in queue.drafts(Filter(state="all"))]
        if negotiation is not None and all(draft.negotiation != negotiation for draft in drafted):
            log.require(negotiation)
        found = [draft for draft in drafted if wanted.admits(draft)]
        looked = captures_of(log, drafted, captures, found)
        names = {} if style in {"json", "jsonl"} else names_for(log, drafted, found)
    quotes = {draft.number: looked.quotes(draft.entry) for draft in found}

    def records() -> Iterator[dict[str, Any]]:
        for draft in found:
            yield {**draft.to_json(), "quotes": [quote._asdict() for quote in quotes[draft.number]]}

    rows(
        style,
        _COLUMNS,
        (_cells(draft, quotes[draft.number], names.get(draft.negotiation, {})) for draft in found),
        records=records,
        document=lambda: {"drafts": list(records())},
        empty="no draft is like that",
    )


def _cells(draft: Draft, quotes: Sequence[Quote], names: Mapping[str, str]) -> list[Cell]:
    marks = ("NOT FOUND", "found") if quotes else ()
    mark = next((mark for mark, found in zip(marks, (False, True), strict=False) if _has(quotes, found=found)), None)
    event = draft.entry["event"]
    when = draft.drafted_at[:16]
    return [draft.number, draft.negotiation, draft.state, draft.drafted_by, when, event, mark, says(draft.event, names)]


def _has(quotes: Sequence[Quote], *, found: bool) -> bool:
    return any(quote.found is found for quote in quotes)


# ── review ──


@verb(
    "review",
    examples=[
        ("Go through what waits, one by one", "communique review"),
        ("Accept a draft, with another grade", "communique review 3 --accept --set evidence.0.credibility=2"),
        ("Reject some", "communique review 4 5 --reject --reason 'The paper says it of 2019.'"),
        ("Accept all that a script has proposed", "communique review --all --drafted-by converter --accept"),
    ],
)
@click.argument("drafts", metavar="[DRAFT]…", nargs=-1)
@click.option("--accept", is_flag=True, help="Record them under your name.")
@click.option("--reject", is_flag=True, help="Reject them; --reason tells why.")
@click.option("--set", "changes", metavar="FIELD=VALUE", multiple=True, help="With another value; repeatable.")
@click.option("--reason", metavar="TEXT", help="Why they are rejected.")
@click.option("--all", "every", is_flag=True, help="All that the filters admit, of [DRAFT] as a negotiation if given.")
@filter_options
@by_option
@captures_option
@styles("json")
@click.pass_obj
def review_command(
    invocation: Invocation,
    *,
    drafts: tuple[str, ...],
    accept: bool,
    reject: bool,
    changes: tuple[str, ...],
    reason: str | None,
    every: bool,
    state: str,
    source: str | None,
    drafted_by: str | None,
    by: str | None,
    captures: Path | None,
    style: str | None,
) -> int:
    """Accept drafts, which records them under your name, or reject them; on a terminal, asks one by one.

    `--all` takes a negotiation in the place of DRAFT, and the filters. A draft whose quote is not in the captured text
    of its source is never accepted together with others: look at it, and accept it alone. Exits with 1 if a draft is
    left undecided.
    """
    from tracker.drafts.deciding import Review
    from tracker.drafts.queue import Filter, Queue

    if accept and reject:
        raise click.UsageError("--accept and --reject do not go together; leave one out")
    decision = "accept" if accept else "reject" if reject else None
    _require(drafts, decision, changes, reason, every=every)
    negotiation = drafts[0] if every and drafts else None
    wanted = Filter(negotiation, state, source, drafted_by)
    with invocation.writing(by) as log, Queue(place(invocation, log)) as queue:
        if negotiation is not None and not queue.drafts(Filter(negotiation, "all")):
            log.require(negotiation)
        review = Review(queue, log, log.by, stamp, tells_decided=not every)
        if decision is None:
            from tui.commands.entering.asking import ask

            return say_decided(ask(review, _chosen(queue, drafts, wanted, every=not drafts), captures), style)
        chosen = _chosen(queue, drafts, wanted, every=every)
        numbers = [draft.number for draft in chosen]
        if decision == "reject":
            return say_decided(review.reject(numbers, reason=reason or ""), style)
        looked = captures_of(log, queue.drafts(Filter(state="all")), captures, chosen)
        doubt = _doubt(looked) if every or len(numbers) > 1 else _nothing
        return say_decided(review.accept(numbers, changes=changes, doubt=doubt), style)


def _require(
    drafts: Sequence[str], decision: str | None, changes: Sequence[str], reason: str | None, *, every: bool
) -> None:
    """Refuse what does not go together."""
    if decision is None and not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise click.UsageError("a review asks on a terminal; elsewhere say which drafts, and --accept or --reject")
    if decision is not None and not drafts and not every:
        raise click.UsageError("say which drafts by their numbers, or --all; `communique drafts` lists them")
    if every and len(drafts) > 1:
        raise click.UsageError("--all takes one negotiation at most; leave it out to name drafts by their numbers")
    if decision == "reject" and not (reason or "").strip():
        raise click.UsageError("say why with --reason, as the same content will not be proposed again")
    if decision != "reject" and reason is not None:
        raise click.UsageError("--reason belongs to --reject")
    if decision != "accept" and changes:
        raise click.UsageError("--set belongs to --accept")


def _chosen(queue: Queue, drafts: Sequence[str], wanted: Filter, *, every: bool) -> list[Draft]:
    """Return the drafts that are meant; raises `click.UsageError` for what is no number."""
    if every:
        return queue.drafts(wanted)
    for text in drafts:
        if not (text.isascii() and text.isdecimal()):
            raise click.UsageError(f"{text!r} is no draft's number; `communique drafts` lists them")
    return queue.get([int(text) for text in drafts])


def _doubt(looked: Captures) -> Callable[[Event], str | None]:
    """Return what says why a draft is not accepted together with others."""
    from tracker.codec import written

    def doubt(event: Event) -> str | None:
        invented = [quote.source for quote in looked.quotes(written(event)) if quote.found is False]
        return INVENTED.format(sources=", ".join(dict.fromkeys(invented))) if invented else None

    return doubt


def _nothing(_: Event) -> None:
    return None


def say_decided(decided: Decided, style: str | None) -> int:
    """Print what came of a review, and return the exit code."""
    for left in decided.left:
        say(f"draft {left.draft}: {left.why}")
    if style == "json":
        json_document(decided.to_json())
    else:
        answer(f"accepted {decided.accepted}, rejected {decided.rejected}, left {len(decided.left)}")
    return 1 if decided.left else 0
