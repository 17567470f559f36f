"""`communique show`: one entry with all that bears on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.errors import NameUnknownError, nearest
from tracker.events.registry import UnknownEvent
from tui.commands.options import Invocation, complete_entry, cut_options, negotiation_argument, styles, verb
from tui.environment import today
from tui.output import entry, json_document, lines, styled
from tui.rows.words import ABOUT
from tui.text import clean, clean_lines, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.status import Status


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
@cut_options
@styles("json", "plain")
@click.pass_obj
def show_command(
    invocation: Invocation, *, negotiation: str, entry_id: str, cut: Cut, without: tuple[str, ...], style: str | None
) -> None:
    """Show one entry: what it says, its evidence and grades, what is said about it, and what rests on it."""
    from projections.claims.history import History
    from projections.views.status import status

    with invocation.reading() as log:
        history = History.load(log, negotiation)
    document = to_json(history, status(history, negotiation, cut, without=without, today=today()), entry_id)
    if style == "json":
        json_document(document)
    else:
        lines(_report(document))


def to_json(history: History, standing: Status, entry_id: str) -> dict[str, Any]:
    """Return everything about an entry at the cut of a status; raises `NameUnknownError`."""
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
        "supports": list(_supports(standing, entry_id)),
    }


def _stands(claims: Claims, reading: Reading) -> str:
    """Return whether an entry counts at the cut, in one word."""
    for word, readings in (
        ("retracted", claims.retracted),
        ("pending", claims.pending),
        ("dropped", claims.dropped),
    ):
        if any(each.id == reading.id for each in readings):
            return word
    return "retracted" if reading.retracted_by else "uncertain" if reading.uncertain else "standing"


def _evidence(claims: Claims, reading: Reading, index: int) -> dict[str, Any]:
    item = reading.evidence[index]
    source = claims.registers.sources.get(item.source)
    return {
        **item.model_dump(mode="json", exclude_none=True),
        "grade": claims.registers.grade(item.source, reading.credibility_of(item)),
        "publisher": source.publisher if source else None,
        "title": source.title if source else None,
        "url": source.url if source else None,
        "published": source.published if source else None,
        "relays": list(source.relays) if source else [],
    }


def _supports(standing: Status, entry_id: str) -> Iterator[str]:
    """Yield the subjects of which something is said because of an entry."""
    for family in standing.things.values():
        yield from (thing.subject for thing in family.values() if entry_id in thing.because)
    for positions in standing.positions.values():
        yield from (position.subject for position in positions.values() if entry_id in position.because)
    for party, partners in standing.partnerships.items():
        if entry_id in partners.because:
            yield f"party:{party}"


def _report(document: dict[str, Any]) -> Iterator[str]:
    recorded = document["entry"]
    yield styled(f"{clean(recorded['event'])}  {clean(recorded['id'])}", bold=True)
    yield f"#{recorded['position']} of the log, {recorded['version']} of {clean(recorded['negotiation'])}"
    yield f"recorded {clean(recorded['recorded_at'])} by {clean(recorded['recorded_by'])}"
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
    {
        "event",
        "negotiation",
        "id",
        "evidence",
        "position",
        "version",
        "recorded_at",
        "recorded_by",
        "previous",
        "digest",
        "event_version",
    }
)


def _fields(recorded: dict[str, Any], reads: dict[str, Any] | None) -> Iterator[str]:
    """Yield the fields that are an entry's own, and where one was corrected, both readings."""
    now = reads or recorded
    for name in dict.fromkeys((*recorded, *now)):
        if name in _NOT_FIELDS:
            continue
        before, after = _text(recorded.get(name)), _text(now.get(name))
        yield (
            f"{name}: {after}"
            if before == after
            else f"{name}: {after or 'removed'}  (recorded: {before or 'nothing'})"
        )


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{clean(name)} {_text(item)}" for name, item in value.items())
    return clean(value)


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
