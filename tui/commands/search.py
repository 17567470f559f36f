"""`communique search` and `rebuild`: the entries that hold some words, and the tables in which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from tui.commands.options import Invocation, Query, complete_negotiation, query_options, styles, verb
from tui.environment import today
from tui.output import Progress, answer, json_document, rows
from tui.output import entry as entry_of
from tui.rows.tables import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.readmodel.model import Hit
    from tracker.log import EventLog

_COLUMNS: Final = (
    Column("negotiation"),
    Column("entry", gives_way=True),
    Column("event", gives_way=True),
    Column("occurred"),
    Column("words", wraps=True),
)


@verb(
    "search",
    examples=[
        ("Whatever mentions uranium", "communique search uranium"),
        ("All these words, one of them by its beginning", "communique search 'air base negot*' -n us-niger"),
        ("What was known by a day", "communique search uranium --known-by 2024-05-11"),
    ],
)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "-n", "--negotiation", metavar="NEGOTIATION", shell_complete=complete_negotiation, help="Only in this negotiation."
)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many entries.")
@query_options("json", "jsonl", "csv", "plain")
def search_command(query: Query, *, text: tuple[str, ...], negotiation: str | None, limit: int) -> int:
    """Find the entries that hold all the words of TEXT in their titles, notes, quotes and names, the best first.

    Case, accents and vowel signs do not matter. A word may end in `*` to stand for all that begin so.
    """
    from projections.readmodel.model import ReadModel

    sought = " ".join(text)
    with query.reading() as log:
        if negotiation is not None:
            log.require(negotiation)
        with ReadModel.open(log, today=today()) as model:
            hits = model.search(sought, negotiation=negotiation, limit=limit)
        if not query.sees_all:
            hits = _admitted(log, hits, query)
    from projections.wording.folding import excerpt

    found = [hit.recorded for hit in hits]
    rows(
        query.style,
        _COLUMNS,
        ([hit.negotiation, hit.entry, hit.event, hit.occurred, excerpt(hit.recorded.event, sought)] for hit in hits),
        records=lambda: map(entry_of, found),
        document=lambda: {"text": sought, "cut": query.cut.to_json(), "entries": list(map(entry_of, found))},
        empty="nothing found",
    )
    return 0


def _admitted(log: EventLog, hits: Iterable[Hit], query: Query) -> list[Hit]:
    from projections.claims.claims import claims

    by_negotiation: dict[str, set[str]] = {}
    admitted = []
    for hit in hits:
        if hit.negotiation not in by_negotiation:
            standing = claims(log, hit.negotiation, query.cut, without=query.without)
            groups = (standing.standing, standing.retracted, standing.knowledge, standing.stage)
            by_negotiation[hit.negotiation] = {reading.id for group in groups for reading in group}
        if hit.entry in by_negotiation[hit.negotiation]:
            admitted.append(hit)
    return admitted


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
        answer(f"built {path} from {count:,} entries")
    return 0
