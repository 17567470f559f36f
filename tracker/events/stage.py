"""Setting the stage: the negotiation, its parties, matters and sources."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tracker.dates import When
from tracker.events.base import (
    CounterpartId,
    Language,
    MatterId,
    Name,
    PartyId,
    Reliability,
    SourceId,
    Stage,
    SubjectId,
)


class NegotiationOpened(Stage):
    """A negotiation is given a title and followed from here on."""

    title: str | None = None
    summary: str | None = None
    lead: SubjectId | None = None


class PartyAdded(Stage):
    """A party that takes part in the negotiation or bears on it."""

    party: PartyId
    name: Name | None = None
    role: Literal["principal", "mediator", "guarantor", "observer", "third", "domestic"] | None = None
    wikidata: Annotated[str, Field(pattern=r"^Q[1-9][0-9]*$")] | None = None
    aliases: tuple[Name, ...] = ()
    members: tuple[CounterpartId, ...] = ()
    kind: Literal["state", "organisation", "armed-group", "body", "person"] | None = None
    of: CounterpartId | None = None


class AliasAdded(Stage):
    """Another name under which a party or a person appears in the sources."""

    party: PartyId | None = None
    person: Name | None = None
    alias: Name

    @model_validator(mode="after")
    def fit(self) -> Self:
        """Return it if it names a party or a person; raises `ValueError`."""
        if (self.party is None) == (self.person is None):
            raise ValueError("an alias is of a party or of a person; give one of party, person")
        return self


class MatterAdded(Stage):
    """A matter that is being negotiated about."""

    matter: MatterId
    title: str | None = None


class SourceRegistered(Stage):
    """A document that evidence can name, with its grade and the sources that it repeats."""

    source: SourceId
    publisher: str | None = None
    title: str | None = None
    url: Name | None = None
    author: str | None = None
    language: Language | None = None
    published: When | None = None
    reliability: Reliability = "F"
    relays: tuple[SourceId, ...] = ()
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    captured_at: When | None = None
    kind: Literal["primary", "agency", "press", "analysis", "dataset"] | None = None
