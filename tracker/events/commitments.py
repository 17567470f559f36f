"""Commitments of any other kind, undertaken and then kept or not; and positions: where a party stands on a matter."""

from typing import ClassVar, Final, Literal, Self

from pydantic import model_validator

from tracker.dates import When
from tracker.events.base import AmountField, Claim, CounterpartId, Machine, MatterId, PartyId, Slug, one_of, require_one

COMMITMENT: Final = Machine(
    subject="commitment",
    arrows={"undertaken": ("fulfilled", "breached", "released", "suspended"), "suspended": ("undertaken",)},
    back={("breached", "undertaken"): ("CommitmentResumed",)},
    exclude=(frozenset({"fulfilled"}), frozenset({"breached"})),
)


class CommitmentEvent(Claim):
    """What is claimed about a commitment."""

    family: ClassVar[str] = "commitments"
    machine: ClassVar[Machine | None] = COMMITMENT

    commitment: Slug


class CommitmentUndertaken(CommitmentEvent, moves_to="undertaken", plover="AGREE", cameo="030"):
    """A party, perhaps with others, undertakes to do something by a date, or to keep to something for a time."""

    party: PartyId
    terms: str | None = None
    due: When | None = None
    by: tuple[PartyId, ...] = ()
    begins: When | None = None
    until: When | None = None
    limit: AmountField | None = None
    agreement: Slug | None = None


class CommitmentFulfilled(CommitmentEvent, moves_to="fulfilled", plover="COOPERATE", cameo="060"):
    """A commitment is kept."""

    party: PartyId | None = None


class CommitmentBreached(CommitmentEvent, moves_to="breached", plover="REJECT", cameo="120"):
    """A commitment is broken, perhaps by how much."""

    party: PartyId | None = None
    level: AmountField | None = None


class CommitmentReleased(CommitmentEvent, moves_to="released"):
    """A party is let off its commitment."""

    party: PartyId | None = None


class CommitmentSuspended(CommitmentEvent, moves_to="suspended", plover="REJECT", cameo="120"):
    """A party keeps its commitment no longer for a time."""

    party: PartyId | None = None
    until: When | None = None


class CommitmentResumed(CommitmentEvent, moves_to="undertaken", plover="COOPERATE", cameo="030"):
    """A commitment that was suspended or broken is kept again."""

    party: PartyId | None = None


class CommitmentAmended(CommitmentEvent):
    """What was undertaken is changed."""

    terms: str | None = None
    due: When | None = None
    until: When | None = None
    limit: AmountField | None = None


class CommitmentExpired(CommitmentEvent, moves_to="expired"):
    """The term of a commitment has run out."""


class IncidentReported(Claim, plover="ACCUSE", cameo="112"):
    """A violation of a commitment or an agreement is claimed; it moves no state, and is counted."""

    family: ClassVar[str] = "commitments"

    commitment: Slug | None = None
    agreement: Slug | None = None
    party: PartyId | None = None
    against: CounterpartId | None = None
    text: str | None = None
    figure: AmountField | None = None

    @property
    def subject(self) -> str | None:
        """What is said to be violated, ``commitment:truce``."""
        return one_of(self, "commitment", "agreement")

    @model_validator(mode="after")
    def fit(self) -> Self:
        """Return it if it names one thing that is violated; raises `ValueError`."""
        require_one(self, "commitment", "agreement")
        return self


class PositionEvent(Claim):
    """What is claimed about where a party stands on a matter."""

    family: ClassVar[str] = "positions"

    party: PartyId
    matter: MatterId
    terms: str | None = None

    @property
    def subject(self) -> str | None:
        """The position, ``position:NER/combat-presence``."""
        return f"position:{self.party}/{self.matter}"


class PositionTaken(PositionEvent, cameo="010"):
    """A party takes a stance on a matter."""

    stance: Literal["supports", "opposes", "open", "undecided", "conditional"] | None = None


class ConcessionMade(PositionEvent, plover="CONCEDE", cameo="080"):
    """A party gives way on a matter."""


class RedLineDeclared(PositionEvent, plover="REJECT", cameo="120"):
    """A party declares what it will not accept on a matter."""
