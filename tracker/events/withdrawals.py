"""Withdrawals: of which force, how many, by when, and to where."""

from typing import ClassVar, Final

from tracker.dates import When
from tracker.events.base import Actors, Claim, CounterpartId, FigureField, Machine, PartyId, Slug

WITHDRAWAL: Final = Machine(
    subject="withdrawal",
    arrows={
        "demanded": ("agreed",),
        "agreed": ("ordered",),
        "ordered": ("scheduled",),
        "scheduled": ("rescheduled", "under-way"),
        "rescheduled": ("scheduled", "under-way"),
        "under-way": ("completed",),
    },
    exclude=(frozenset({"completed"}), frozenset({"reversed"})),
)


class WithdrawalEvent(Claim):
    """What is claimed about the withdrawal of a force."""

    family: ClassVar[str] = "withdrawals"
    machine: ClassVar[Machine | None] = WITHDRAWAL

    withdrawal: Slug
    force: str | None = None


class WithdrawalDemanded(WithdrawalEvent, moves_to="demanded", plover="REQUEST", cameo="1056"):
    """A party demands that another withdraw its force."""

    party: PartyId
    to: CounterpartId | None = None


class WithdrawalAgreed(WithdrawalEvent, moves_to="agreed", plover="CONCEDE", cameo="0356"):
    """The parties agree on a withdrawal."""

    parties: Actors


class WithdrawalOrdered(WithdrawalEvent, moves_to="ordered", plover="CONCEDE", cameo="0356"):
    """A force is ordered to withdraw."""

    party: PartyId
    authority: str | None = None
    strength: FigureField | None = None


class StrengthReported(WithdrawalEvent):
    """How many are there."""

    strength: FigureField | None = None


class WithdrawalTimetableSet(WithdrawalEvent, moves_to="scheduled", plover="CONCEDE", cameo="0356"):
    """A deadline for the withdrawal is set."""

    deadline: When | None = None


class WithdrawalTimetableRevised(WithdrawalEvent, moves_to="rescheduled", plover="CONCEDE", cameo="0356"):
    """The deadline of the withdrawal is moved."""

    deadline: When | None = None
    prior: When | None = None


class WithdrawalTimetableFlagged(WithdrawalEvent):
    """A source says that the timetable may still change."""

    reason: str | None = None


class DestinationUndetermined(WithdrawalEvent):
    """Where the force will go is not settled."""

    candidates: tuple[str, ...] = ()


class DestinationSet(WithdrawalEvent):
    """Where the force will go is settled."""

    destination: str | None = None


class WithdrawalBegan(WithdrawalEvent, moves_to="under-way", plover="RETREAT", cameo="0874"):
    """The first of the force have left."""


class WithdrawalProgressReported(WithdrawalEvent, moves_to="under-way", plover="RETREAT", cameo="0874"):
    """How many have left, of how many."""

    departed: FigureField | None = None
    of: FigureField | None = None


class SiteHandedOver(WithdrawalEvent, moves_to="under-way", plover="RETREAT", cameo="0874"):
    """A site is handed over."""

    site: str | None = None
    to: CounterpartId | None = None


class WithdrawalCompleted(WithdrawalEvent, moves_to="completed", plover="RETREAT", cameo="0874"):
    """The force is gone, but for a residual that may be named."""

    residual: FigureField | None = None


class WithdrawalSuspended(WithdrawalEvent, moves_to="suspended", plover="REJECT", cameo="1246"):
    """A party suspends the withdrawal."""

    party: PartyId
    reason: str | None = None


class WithdrawalBreached(WithdrawalEvent, moves_to="breached", plover="REJECT", cameo="1246"):
    """A party does not keep to what was agreed on the withdrawal."""

    party: PartyId
    reason: str | None = None


class WithdrawalReversed(WithdrawalEvent, moves_to="reversed", plover="REJECT", cameo="1246"):
    """A party takes the withdrawal back."""

    party: PartyId
    reason: str | None = None
