"""`communique search` and `rebuild`: the entries that hold some words, and the tables in which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from tui.commands.options import (
    Invocation,
    Query,
    complete_negotiation,
    query_options,
    standing_option,
    styles,
    verb,
)
from tui.environment import today
from tui.output import Progress, answer, json_document, rows
from tui.output import entry as entry_of
from tui.rows.tables import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.claims import Claims
    from projections.readmodel.model import Hit
    from tracker.log import EventLog

_COLUMNS: Final = (
    Column("negotiation"),
    Column("entry", gives_way=True),
    Column("event", gives_way=True),
    Column("occurred"),
    Column("marks"),
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
@standing_option
@query_options("json", "jsonl", "csv", "plain")
def search_command(query: Query, *, text: tuple[str, ...], negotiation: str | None, limit: int, standing: bool) -> int:
    """Find the entries that hold all the words of TEXT in their titles, notes, quotes and names, the best first.

    Case, accents, vowel signs and the Arabic article do not matter. A word may end in `*` to stand for all that begin
    so. An entry is found by how it reads and by how it was recorded, and what a party did by any of its names; a row
    shows how it reads.
    """
    from projections.readmodel.model import ReadModel

    sought = " ".join(text)
    with query.reading() as log:
        if negotiation is not None:
            log.require(negotiation)
        with ReadModel.open(log, today=today()) as model:
            # What is retracted at a cut, only the cut tells.
            hits = model.search(sought, negotiation=negotiation, limit=limit, standing=standing and query.sees_all)
        if not query.sees_all:
            hits = [hit for hit in _admitted(log, hits, query, sought) if not (standing and hit.retracted)]
    from projections.wording.folding import excerpt

    rows(
        query.style,
        _COLUMNS,
        (
            [
                *(hit.negotiation, hit.entry, hit.event, hit.reads.occurred.text if hit.reads.occurred else None),
                ", ".join(mark for mark in ("retracted", "corrected") if getattr(hit, mark)) or None,
                excerpt(hit.reads, sought),
            ]
            for hit in hits
        ),
        records=lambda: map(_found, hits),
        document=lambda: {"text": sought, "cut": query.cut.to_json(), "entries": list(map(_found, hits))},
        empty="nothing found",
    )
    return 0


def _found(hit: Hit) -> dict[str, Any]:
    """Return an entry as `log` has it, whether it was corrected or retracted, and how it reads if that is otherwise."""
    from tracker.codec import as_written

    reads = as_written(hit.recorded._replace(event=hit.reads)) if hit.corrected else None
    return {**entry_of(hit.recorded), "corrected": hit.corrected, "retracted": hit.retracted, "reads": reads}


def _admitted(log: EventLog, hits: Iterable[Hit], query: Query, sought: str) -> Iterator[Hit]:
    """Yield what a cut admits, as it reads there, if it holds what is sought there."""
    from projections.claims.claims import claims
    from projections.wording.folding import bag, terms_of, words_of
    from tracker.events.references import doers

    cuts: dict[str, Claims] = {}
    terms = terms_of(sought)
    for hit in hits:
        found = cuts.get(hit.negotiation)
        if found is None:
            found = cuts[hit.negotiation] = claims(log, hit.negotiation, query.cut, without=query.without)
        reading = found.get(hit.entry)
        if reading is None or found.group(hit.entry) in {"pending", "dropped"}:
            continue
        acting = {*doers(hit.recorded.event), *doers(reading.event)}
        names = [name for party in acting for name in found.registers.called(party)]
        cited = {item.attributed_to for event in (hit.recorded.event, reading.event) for item in event.evidence}
        persons = found.registers.persons
        names += [name for person in cited for name in persons.spellings(persons.key(person))]
        if all(term.is_in(bag([*words_of(hit.recorded.event), *words_of(reading.event), *names])) for term in terms):
            yield hit._replace(
                reads=reading.event, corrected=bool(reading.corrected_by), retracted=bool(reading.retracted_by)
            )


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
