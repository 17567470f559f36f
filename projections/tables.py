"""The rows of the read model's tables, and what they hold of each view."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.status import Status
    from tracker.codec import Recorded

#: The columns of the table of entries; instants in microseconds since 1970.
ENTRIES: Final = {
    "position": int,
    "negotiation": str,
    "version": int,
    "entry": str,
    "event": str,
    "family": str,
    "subject": str,
    "party": str,
    "occurred": str,
    "occurred_from": int,
    "occurred_to": int,
    "published": str,
}
#: The tables of views: name, columns and primary key. Lists and details are JSON.
VIEWS: Final[tuple[tuple[str, dict[str, type], tuple[str, ...]], ...]] = (
    (
        "negotiations",
        {
            **dict.fromkeys(
                ("negotiation", "title", "head", "headline", "last_entry", "last_event", "last_occurred"), str
            ),
            **dict.fromkeys(("entries", "last_day", "open_questions", "findings"), int),
        },
        ("negotiation",),
    ),
    (
        "things",
        dict.fromkeys(("negotiation", "subject", "family", "state", "since", "because", "detail"), str),
        ("negotiation", "subject"),
    ),
    (
        "positions",
        dict.fromkeys(("negotiation", "party", "matter", "stance", "since", "because"), str),
        ("negotiation", "party", "matter"),
    ),
    (
        "findings",
        {**dict.fromkeys(("negotiation", "kind", "subject", "entries", "message"), str), "number": int},
        ("negotiation", "number"),
    ),
)
INSERT_ENTRY: Final = f"INSERT INTO entries VALUES ({','.join('?' * len(ENTRIES))})"  # noqa: S608 - marks only
INSERT_WORDS: Final = "INSERT INTO words(rowid, text) VALUES (?, ?)"


def entry_row(recorded: Recorded) -> tuple[Any, ...]:
    """Return the row of an entry."""
    event = recorded.event
    occurred, published = event.occurred, event.published
    return (
        recorded.position,
        event.negotiation,
        recorded.version,
        recorded.id,
        event.event,
        event.family,
        event.subject,
        event.__dict__.get("party"),
        occurred.text if occurred else None,
        occurred.lower if occurred else None,
        occurred.upper if occurred else None,
        published.text if published else None,
    )


def portfolio_row(found: Status) -> dict[str, Any]:
    """Return the row of a negotiation."""
    last = found.claims.standing[-1] if found.claims and found.claims.standing else None
    return {
        "negotiation": found.negotiation,
        "title": found.title,
        "entries": found.entries,
        "head": found.head,
        "headline": headline(found),
        "last_entry": found.last.entry if found.last else None,
        "last_event": found.last.event if found.last else None,
        "last_occurred": found.last.occurred if found.last else None,
        "last_day": last.lower if last else None,
        "open_questions": len(found.questions),
        "findings": len(found.findings),
    }


def headline(found: Status) -> str | None:
    """Return the state of the thing that moved last, in words: ``withdrawal all-forces completed``."""
    if found.claims is None:
        return None
    for reading in reversed(found.claims.standing):
        subject = reading.event.subject
        family, _, name = (subject or "").partition(":")
        state = found.things.get(family, {}).get(name)
        if state is not None and state.state is not None:
            return f"{family} {name} {state.state.replace('-', ' ')}"
    return None


def thing_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each thing that has states."""
    for family, things in found.things.items():
        for state in things.values():
            yield {
                "negotiation": found.negotiation,
                "subject": state.subject,
                "family": family,
                "state": state.state,
                "since": state.since,
                "because": json.dumps(state.because),
                "detail": json.dumps(state.to_json(), ensure_ascii=False),
            }


def position_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each position."""
    for party, matters in found.positions.items():
        for matter, position in matters.items():
            yield {
                "negotiation": found.negotiation,
                "party": party,
                "matter": matter,
                "stance": position.stance,
                "since": position.since,
                "because": json.dumps(position.because),
            }


def finding_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each finding, numbered in their order."""
    for number, finding in enumerate(found.findings):
        yield {
            "negotiation": found.negotiation,
            "number": number,
            "kind": finding.kind,
            "subject": finding.subject,
            "entries": json.dumps(finding.entries),
            "message": finding.message,
        }
