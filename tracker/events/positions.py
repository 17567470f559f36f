"""Positions: where a party stands on a matter."""

from typing import ClassVar, Literal

from tracker.events.base import Claim, MatterId, PartyId

Stance = Literal["supports", "opposes", "open", "undecided", "conditional"]


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

    stance: Stance | None = None


class ConcessionMade(PositionEvent, plover="CONCEDE", cameo="080"):
    """A party gives way on a matter."""


class RedLineDeclared(PositionEvent, plover="REJECT", cameo="120"):
    """A party declares what it will not accept on a matter."""
