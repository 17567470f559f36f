"""What the tests of the tracker start from: a negotiation with its stage set, and claims to record in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tracker.errors import EntryRejectedError
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

    from tracker.log import EventLog

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


def require_savepoints(log: EventLog) -> None:
    """See that what is recorded in a transaction inside another one is kept, or undone, by itself."""

    def fail() -> None:
        with log.transaction():
            log.record([statement(100), entry("PartyAdded", party="TCD")])
            with log.transaction():
                log.record([statement(104)])
            raise KeyboardInterrupt

    before = [recorded.id for recorded in log.read()]
    with log.transaction():
        log.record([statement(101)])
        with pytest.raises(KeyboardInterrupt):
            fail()
        with pytest.raises(EntryRejectedError, match="unknown party 'TCD'"):
            log.record([entry("StatementMade", party="TCD")])
        with log.transaction(commit=False):
            log.record([statement(100)])
        with log.transaction():
            assert log.record([statement(100), statement(102)]).count == 2
    added = [f"statement-{number}" for number in (101, 100, 102)]
    assert [recorded.id for recorded in log.read()] == before + added
    assert log.verify().ok
    with log.transaction(commit=False), log.transaction():
        log.record([statement(103)])
    assert [recorded.id for recorded in log.read()] == before + added
