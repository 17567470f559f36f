"""Commitments of any other kind: undertaken, then fulfilled, breached or released."""

from typing import ClassVar, Final

from tracker.events.base import Claim, PartyId, Slug, When
from tracker.events.machines import Machine

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
