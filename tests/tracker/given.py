"""What the tests of the tracker start from: a negotiation with its stage set, and claims to record in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.events import (
    Event,
    MatterAdded,
    NegotiationOpened,
    PartyAdded,
    SourceRegistered,
    StatementMade,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NEGOTIATION: Final = "us-niger"
PARTIES: Final = ("USA", "NER", "RUS", "CHN", "IRN", "us-congress")
MATTERS: Final = ("combat-presence", "air-bases")
SOURCES: Final = ("wire", "daily", "gazette")


def stage(negotiation: str = NEGOTIATION) -> list[Event]:
    """Return the entries that open a negotiation with its parties, matters and sources."""
    return [
        NegotiationOpened(negotiation=negotiation, id="opened", title="The American military presence in Niger"),
        *(PartyAdded(negotiation=negotiation, id=f"party-{party.lower()}", party=party) for party in PARTIES),
        *(MatterAdded(negotiation=negotiation, id=f"matter-{matter}", matter=matter) for matter in MATTERS),
        *(SourceRegistered(negotiation=negotiation, id=f"source-{source}", source=source) for source in SOURCES),
    ]


def entry(event: str, negotiation: str = NEGOTIATION, /, **fields: object) -> Event:
    """Return an event from its fields as a script writes them."""
    return parse({"event": event, "negotiation": negotiation, **fields})


def statement(number: int, negotiation: str = NEGOTIATION, /, **fields: object) -> StatementMade:
    """Return one of many statements, each with an id of its own."""
    return StatementMade(
        **{
            "negotiation": negotiation,
            "id": f"statement-{number}",
            "party": "NER",
            "text": f"Statement number {number}",
            **fields,
        }
    )


def statements(count: int, negotiation: str = NEGOTIATION) -> Sequence[StatementMade]:
    """Return that many statements."""
    return [statement(number, negotiation) for number in range(1, count + 1)]
