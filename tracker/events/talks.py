"""Talks: rounds, how they go and how they end."""

from typing import ClassVar, Final, Literal

from tracker.dates import When
from tracker.events.base import Actors, Claim, CounterpartId, Machine, MatterId, PartyId, Slug

TALKS: Final = Machine(
    subject="round",
    arrows={
        "proposed": ("announced",),
        "announced": ("under-way",),
        "under-way": ("suspended", "held"),
        "suspended": ("under-way",),
        "held": ("concluded",),
    },
    # A concluded round that goes on later is reopened.
    back={("concluded", "under-way"): ("RoundHeld", "NegotiationContinued")},
    exclude=(frozenset({"under-way", "held", "concluded"}), frozenset({"cancelled"})),
)


class RoundEvent(Claim):
    """What is claimed about a round of talks."""

    family: ClassVar[str] = "talks"
    machine: ClassVar[Machine | None] = TALKS

    round: Slug
    mode: Literal["direct", "indirect", "proximity"] | None = None
    mediators: tuple[CounterpartId, ...] = ()


class TalksProposed(RoundEvent, moves_to="proposed", plover="REQUEST", cameo="105"):
    """A party proposes a round of talks."""

    party: PartyId


class TalksAnnounced(RoundEvent, moves_to="announced", plover="AGREE", cameo="036"):
    """A round of talks is announced."""

    parties: Actors
    venue: str | None = None
    scheduled: When | None = None


class RoundHeld(RoundEvent, moves_to="under-way", plover="CONSULT", cameo="046"):
    """The parties meet for a round of talks."""

    parties: Actors
    venue: str | None = None
    heads: tuple[str, ...] = ()


class NegotiationContinued(RoundEvent, moves_to="under-way", plover="CONSULT", cameo="046"):
    """The parties go on talking."""

    parties: Actors
    matter: MatterId | None = None


class TalksSuspended(RoundEvent, moves_to="suspended", plover="SANCTION", cameo="164"):
    """A round of talks is broken off for a time."""

    party: PartyId | None = None


class TalksDeadlocked(RoundEvent, moves_to="deadlocked", plover="SANCTION", cameo="164"):
    """A round of talks is stuck, on a matter."""

    matter: MatterId | None = None


class TalksCancelled(RoundEvent, moves_to="cancelled", plover="REJECT", cameo="125"):
    """A party calls a round of talks off."""

    party: PartyId


class TalksConcluded(RoundEvent, moves_to="concluded", plover="CONSULT", cameo="046"):
    """A round of talks ends, with an outcome."""

    outcome: Literal["agreement", "no-agreement", "partial"] | None = None


class JointStatementIssued(Claim, plover="SUPPORT", cameo="050"):
    """Parties issue a statement together."""

    family: ClassVar[str] = "talks"

    parties: Actors
    text: str | None = None


class JointCommissionEstablished(Claim, plover="COOPERATE", cameo="062"):
    """Parties set up a commission together."""

    family: ClassVar[str] = "talks"

    name: str | None = None
    parties: Actors


class NegotiationConcluded(Claim, plover="CONSULT", cameo="046"):
    """The negotiation as a whole is said to have ended: a claim like any other."""

    family: ClassVar[str] = "talks"

    outcome: str | None = None
