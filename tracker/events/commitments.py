"""Commitments of any other kind, undertaken and then kept or not; and positions: where a party stands on a matter."""

from typing import ClassVar, Final, Literal

from tracker.dates import When
from tracker.events.base import Claim, Machine, MatterId, PartyId, Slug

COMMITMENT: Final = Machine(subject="commitment", arrows={"undertaken": ("fulfilled", "breached", "released")})


class CommitmentEvent(Claim):
    """What is claimed about a commitment."""

    family: ClassVar[str] = "commitments"
    machine: ClassVar[Machine | None] = COMMITMENT

    commitment: Slug


class CommitmentUndertaken(CommitmentEvent, moves_to="undertaken", plover="AGREE", cameo="030"):
    """A party undertakes to do something, perhaps by a date."""

    party: PartyId
    terms: str | None = None
    due: When | None = None


class CommitmentFulfilled(CommitmentEvent, moves_to="fulfilled", plover="COOPERATE", cameo="060"):
    """A commitment is kept."""

    party: PartyId | None = None


class CommitmentBreached(CommitmentEvent, moves_to="breached", plover="REJECT", cameo="120"):
    """A commitment is broken."""

    party: PartyId | None = None


class CommitmentReleased(CommitmentEvent, moves_to="released"):
    """A party is let off its commitment."""

    party: PartyId | None = None


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
