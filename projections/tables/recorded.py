"""The rows of what was recorded, and of the registers as they are now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from projections.claims.claims import claims
from tracker.codec import as_written
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When, instant
from tracker.unseen import escape_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.history import History
    from tracker.codec import Recorded

#: The values of a row in the order of its table's columns; lists are tuples, instants microseconds since 1970.
Row: TypeAlias = tuple[Any, ...]


def entry_row(recorded: Recorded) -> Row:
    """Return the row of an entry."""
    event = recorded.event
    return (
        event.negotiation,
        recorded.position,
        recorded.version,
        recorded.id,
        event.event,
        instant(recorded.recorded_at),
        recorded.recorded_by,
        recorded.previous,
        recorded.digest,
        *dated(event.occurred),
        *dated(event.published),
        event.modality,
        event.note,
        content_of(recorded),
        recorded.state,
    )


def content_of(recorded: Recorded) -> str:
    """Return what an entry's author wrote, as JSON."""
    return escape_json(json.dumps(as_written(recorded), ensure_ascii=False))


def evidence_rows(recorded: Recorded) -> Iterator[Row]:
    """Yield the rows of an entry's evidence."""
    for number, item in enumerate(recorded.event.evidence, 1):
        yield (
            recorded.event.negotiation,
            recorded.position,
            recorded.id,
            number,
            item.source,
            item.attributed_to,
            item.role,
            item.quote,
            item.language,
            item.locator,
            item.paraphrase,
            item.credibility,
        )


def register_rows(history: History) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a negotiation and of its registers, each with the name of its table."""
    name = history.negotiation
    standing = claims(history, name)
    found = standing.registers
    yield "negotiations", (name, found.title, found.summary, found.lead, standing.entries, standing.head)
    for party in found.parties.values():
        told = (party.name, party.role, party.kind, party.of, party.wikidata)
        aliases = tuple(dict.fromkeys(alias for alias in found.called(party.id) if alias not in {party.id, party.name}))
        yield "parties", (name, party.id, *told, aliases, party.members, party.entry)
    for matter in found.matters.values():
        yield "matters", (name, matter.id, matter.title, matter.entry)
    for source in found.sources.values():
        about = (source.kind, source.publisher, source.title, source.url, source.author, source.language)
        published = dated(When(source.published) if source.published else None)
        yield "sources", (name, source.id, *about, *published, source.reliability, source.sha256, source.entry)
    for source in found.sources.values():
        for other in dict.fromkeys(source.relays):
            yield "relays", (name, source.id, other)


def dated(when: When | None) -> tuple[str | None, int | None, int | None]:
    """Return a date as written, and its first and last instant, None where it is open."""
    if when is None:
        return None, None, None
    return when.text, lower_of(when), upper_of(when)


def lower_of(when: When | None) -> int | None:
    """Return the first instant of a date, None where it is open."""
    return None if when is None or when.lower == OPEN_PAST else when.lower


def upper_of(when: When | None) -> int | None:
    """Return the last instant of a date, None where it is open."""
    return None if when is None or when.upper == OPEN_FUTURE else when.upper
