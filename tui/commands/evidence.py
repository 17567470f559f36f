"""`communique show`, `why` and `sources`: what is behind an entry, a conclusion, and all that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from projections.wording.provenance import origin_words, recorded_words
from projections.wording.sentences import finding_text
from tracker.errors import NameUnknownError, nearest
from tracker.events.registry import UnknownEvent
from tui.commands.options import Query, complete_entry, complete_subject, negotiation_argument, query_options, verb
from tui.environment import today
from tui.output import entry, json_document, lines, rows, say, styled
from tui.rows.tables import Cell, Column
from tui.rows.views import SOURCES, WHY, falls_of, source_cells, why_rows
from tui.rows.words import ABOUT, shown_field
from tui.text import clean, clean_lines, in_words, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from projections.claims.claims import Claims
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.voices import Voice
    from projections.views.sources import Sources
    from projections.views.status import Status
    from projections.views.why import Ground, Why


@verb(
    "show",
    examples=[
        ("What is behind an order", "communique show us-niger order-this-week"),
        ("How an entry read before it was corrected", "communique show us-niger order-this-week --known-by 2024-05-11"),
        (
            "Its digest and the one before it",
            "communique show us-niger opened --json | jq .entry.digest,.entry.previous",
        ),
    ],
)
@negotiation_argument()
@click.argument("entry_id", metavar="ENTRY", shell_complete=complete_entry)
@query_options("json", "plain")
def show_command(query: Query, *, negotiation: str, entry_id: str) -> None:
    """Show one entry: what it says, its evidence and grades, what is said about it, and what rests on it."""
    from projections.claims.history import History
    from projections.views.status import status

    with query.reading() as log:
        history = History.load(log, negotiation)
    document = to_json(history, status(history, negotiation, query.cut, without=query.without, today=today()), entry_id)
    if query.style == "json":
        json_document(document)
    else:
        lines(_entry_lines(document))


def to_json(history: History, standing: Status, entry_id: str) -> dict[str, Any]:
    """Return everything about an entry at the cut of a status; raises `NameUnknownError`."""
    from projections.views.answers.parts import resting
    from tracker.codec import as_written

    claims = standing.claims
    reading = claims.get(entry_id)
    if reading is None:
        known = [recorded.id for recorded in history.entries[: claims.entries]]
        hint = nearest(entry_id, known) or "; `communique log` lists them"
        raise NameUnknownError(f"{history.negotiation} has no entry {entry_id!r} at this cut{hint}")
    written = as_written(reading.recorded)
    corrected = as_written(reading.recorded._replace(event=reading.event))
    return {
        "entry": entry(reading.recorded),
        "reads": corrected if corrected != written else None,
        "known": not isinstance(reading.event, UnknownEvent),
        "stands": _stands(claims, reading),
        "evidence": [_evidence(claims, reading, index) for index in range(len(reading.evidence))],
        **{name: list(getattr(reading, name)) for name in ABOUT},
        "supports": list(resting(standing, entry_id)),
    }


def _stands(claims: Claims, reading: Reading) -> str:
    for word, readings in (("retracted", claims.retracted), ("pending", claims.pending), ("dropped", claims.dropped)):
        if any(each.id == reading.id for each in readings):
            return word
    return "retracted" if reading.retracted_by else "uncertain" if reading.uncertain else "standing"


def _evidence(claims: Claims, reading: Reading, index: int) -> dict[str, Any]:
    item = reading.evidence[index]
    source = claims.registers.sources.get(item.source)
    return {
        **item.model_dump(mode="json", exclude_none=True),
        "grade": claims.registers.grade(item.source, reading.credibility_of(item)),
        **{name: getattr(source, name, None) for name in ("publisher", "title", "url", "published")},
        "relays": list(source.relays) if source else [],
    }


def _entry_lines(document: dict[str, Any]) -> Iterator[str]:
    recorded = document["entry"]
    yield styled(f"{clean(recorded['event'])}  {clean(recorded['id'])}", bold=True)
    yield f"#{recorded['position']} of the log, {recorded['version']} of {clean(recorded['negotiation'])}"
    yield clean(recorded_words(recorded["recorded_at"], recorded["recorded_by"], recorded.get("drafted_by")))
    if origin := recorded.get("origin"):
        yield clean(origin_words(origin))
    if not document["known"]:
        yield styled(
            "an event type that is not known here: shown as it is stored, and left out of every state", fg="yellow"
        )
    if document["stands"] != "standing":
        yield styled(document["stands"], fg="yellow")
    yield ""
    yield from _fields(recorded, document["reads"])
    for item in document["evidence"]:
        yield ""
        yield from evidence_lines(item)
    yield ""
    if not document["evidence"]:
        yield "no evidence"
    for name, words in ABOUT.items():
        if document[name]:
            yield f"{words} {listed(document[name])}"
    yield f"rests on it: {listed(document['supports']) or 'nothing that is shown'}"
    yield f"digest   {recorded['digest']}"
    yield f"previous {recorded['previous']}"


_NOT_FIELDS = frozenset(
    (
        *("event", "negotiation", "id", "evidence", "position", "version"),
        *("recorded_at", "recorded_by", "drafted_by", "previous", "digest", "event_version", "origin"),
    )
)


def _fields(recorded: dict[str, Any], reads: dict[str, Any] | None) -> Iterator[str]:
    """Yield the fields that are an entry's own, and where one was corrected, both readings."""
    now = reads or recorded
    for name in dict.fromkeys((*recorded, *now)):
        if name in _NOT_FIELDS:
            continue
        before, after = in_words(recorded.get(name)), in_words(now.get(name))
        yield (
            f"{name}: {after}"
            if before == after
            else f"{name}: {after or 'removed'}  (recorded: {before or 'nothing'})"
        )


def evidence_lines(item: dict[str, Any]) -> Iterator[str]:
    """Yield a piece of evidence, as JSON holds it, in lines for a person."""
    about = " · ".join(clean(item[name]) for name in ("publisher", "title", "published") if item[name])
    yield f"{styled(item['grade'], bold=True)}  {clean(item['source'])}{f'  {about}' if about else ''}"
    if item["relays"]:
        yield f"    repeats {listed(item['relays'])}"
    if item.get("attributed_to"):
        role = f", {clean(item['role'])}" if item.get("role") else ""
        yield f"    citing {clean(item['attributed_to'])}{role}"
    for name, before, after in (("quote", "“", "”"), ("paraphrase", "", "")):
        if item.get(name):
            language = f" ({clean(item['language'])})" if name == "quote" and item.get("language") else ""
            yield from (f"    {line}" for line in clean_lines(f"{before}{item[name]}{after}{language}").split("\n"))
    if item["url"] or item.get("locator"):
        yield f"    {' '.join(clean(text) for text in (item['url'], item.get('locator')) if text)}"


@verb(
    "why",
    examples=[
        ("What a state rests on", "communique why us-niger agreement:sofa-2012"),
        ("A figure, or another part of what is said", "communique why us-niger withdrawal:all-forces/strength"),
        ("Where a party stands", "communique why us-niger position:NER/air-bases --known-by 2024-05-11"),
        ("A finding, by its kind and subject", "communique why us-niger date-conflict:withdrawal:all-forces"),
        ("What rests on a source", "communique why us-niger source:politico-2024-05-10"),
    ],
)
@negotiation_argument()
@click.argument("subject", shell_complete=complete_subject)
@query_options("json", "jsonl", "csv", "plain")
def why_command(query: Query, *, negotiation: str, subject: str) -> None:
    """Show the claims, words, voices and grades behind what is said of a SUBJECT, and what argues against it.

    A subject is written agreement:ID, proposal:ID, round:ID, withdrawal:ID, commitment:ID, sanction:ID, matter:ID,
    position:PARTY/MATTER, party:ID, source:ID or entry:ID; a part of what is said of it withdrawal:ID/strength,
    agreement:ID/PARTY, proposal:ID/PARTY, party:ID/QUANTITY or position:PARTY/MATTER/stance; a finding KIND:SUBJECT.
    """
    from projections.views.status import status
    from projections.views.why import why_of

    with query.reading() as log:
        standing = status(log, negotiation, query.cut, without=query.without, today=today())
    found = why_of(standing, subject)
    if query.style is None:
        lines(_why_lines(found, standing.claims.names))
        return
    sides = (("for", found.lines), ("against", found.against))
    rows(
        query.style,
        WHY,
        why_rows(found),
        records=lambda: ({"side": side, **ground.to_json()} for side, grounds in sides for ground in grounds),
        document=lambda: query.document(negotiation, found.to_json()),
    )


def _why_lines(found: Why, names: Mapping[str, str]) -> Iterator[str]:
    yield styled(clean(found.says), bold=True)
    since = [f"since {clean(found.since)}"] if found.since else []
    uncertain = ["uncertain: it may have happened after the cut"] if found.uncertain else []
    yield " · ".join([clean(found.subject), *since, *uncertain, str(found.voices)])
    for heading, grounds in (("Because", found.lines), ("Against", found.against)):
        if grounds:
            yield ""
            yield styled(heading, bold=True)
            for ground in grounds:
                yield from _ground(ground)
    yield from _voices(found)
    if found.findings:
        yield ""
        yield styled("Findings", bold=True)
        told = ((one.kind, finding_text(one.subject, one.message, names)) for one in found.findings)
        yield from (f"  {clean(kind)}: {clean(message)}" for kind, message in told)
    if found.rests:
        yield ""
        yield f"{styled('Rests on it', bold=True)}  {listed(found.rests)}"


def _ground(ground: Ground) -> Iterator[str]:
    marks = [word for word, given in (("uncertain", ground.uncertain), ("retracted", ground.retracted)) if given]
    how = [ground.how] if ground.how and ground.how != "retracted" else []
    about = f"  ({', '.join(map(clean, [*how, *marks]))})" if how or marks else ""
    when = clean(ground.occurred or (f"published {ground.published}" if ground.published else "no date"))
    yield f"  {styled(clean(ground.entry), bold=True)}  {when}  {clean(ground.says)}{about}"
    for item in ground.support:
        yield from (f"    {line}" for line in evidence_lines(item.to_json()))
        if item.entry != ground.entry:
            yield f"        by {clean(item.entry)}"
    if not ground.support:
        yield "    no evidence"
    for correction in ground.corrections:
        changes = ", ".join(
            f"{clean(name)}: {clean(shown_field(before))} → {clean(shown_field(after))}"
            for name, before, after in correction.changes
        )
        reason = f" ({clean(correction.reason)})" if correction.reason else ""
        yield f"    corrected by {clean(correction.entry)}: {changes}{reason}"


def _voices(found: Why) -> Iterator[str]:
    for heading, voices in (("Voices for", found.voices.groups), ("Voices against", found.voices.opposed)):
        if voices:
            yield ""
            yield styled(heading, bold=True)
            yield from (f"  {number}. {_voice(voice)}" for number, voice in enumerate(voices, 1))


def _voice(voice: Voice) -> str:
    """Return who is one voice: its sources, where they have it from, and whom they cite."""
    roots = [root for root in voice.roots if root not in voice.sources]
    parts = [listed(voice.sources)]
    if roots:
        parts.append(f"from {listed(roots)}")
    if voice.persons:
        parts.append(f"citing {listed(voice.persons)}")
    return ", ".join(parts)


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
@query_options("json", "jsonl", "csv", "plain")
def sources_command(query: Query, *, negotiation: str) -> None:
    """Show the sources of a negotiation as a tree: under each one those that repeat it.

    `grade` is a source's reliability (Admiralty code, A to F), `entries` counts what it supports, `alone` what would be
    without evidence if it and what only repeats it were left out of account, and `falls` are the conclusions that would
    then be others. A source that repeats several stands under each of them; what hangs on it is shown once.
    """
    from projections.views.sources import sources

    with query.reading() as log:
        found = sources(log, negotiation, query.cut, without=query.without, today=today())
    cells = (source_cells(name, reliant) for name, reliant in found.sources.items())
    rows(
        query.style,
        _TREE if query.style is None else SOURCES,
        _tree(found) if query.style is None else cells,
        records=lambda: ({"source": name, **reliant.to_json()} for name, reliant in found.sources.items()),
        document=lambda: query.document(negotiation, found.to_json()),
        empty="no source is registered yet",
    )
    if query.style is None:
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
