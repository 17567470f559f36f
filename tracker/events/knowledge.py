"""Knowing better: entries about entries, since nothing is ever edited."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from tracker.events.base import Credibility, EntryId, Knowledge, Name, PartyId, Reliability, SourceId


class EntryCorrected(Knowledge):
    """An entry reads otherwise from now on: whole fields are replaced, null removes one."""

    entry: EntryId
    changes: dict[str, JsonValue] = Field(min_length=1)
    reason: str | None = None


class EntryRetracted(Knowledge):
    """An entry no longer counts; it stays visible."""

    entry: EntryId
    reason: str | None = None


class EntryDisputed(Knowledge):
    """Somebody disputes an entry."""

    entry: EntryId
    party: PartyId | None = None
    ground: str | None = None


class EntryCorroborated(Knowledge):
    """Further evidence joins that of an entry."""

    entry: EntryId


class AssessmentChanged(Knowledge):
    """The credibility of an entry, or the reliability of a source, is graded anew."""

    entry: EntryId | None = None
    source: SourceId | None = None
    credibility: Credibility | None = None
    reliability: Reliability | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def fit(self) -> Self:
        """Return it if it grades one thing; raises `ValueError`."""
        of_entry = (self.entry is not None, self.credibility is not None)
        of_source = (self.source is not None, self.reliability is not None)
        if (of_entry, of_source) not in (((True, True), (False, False)), ((False, False), (True, True))):
            raise ValueError("give entry and credibility, or source and reliability")
        return self


class SameAs(Knowledge):
    """Several ids, or names of a person, mean one and the same; all of them read as the one to keep."""

    kind: Literal[
        "party", "matter", "source", "agreement", "proposal", "round", "withdrawal", "commitment", "sanction", "person"
    ]
    keep: Name
    same: Annotated[tuple[Name, ...], Field(min_length=1)]
    reason: str | None = None


class NegotiationRenamed(Knowledge):
    """The negotiation has another title from now on."""

    title: Name
