"""Agreements: from negotiated to terminated."""

from typing import ClassVar, Final, Literal

from tracker.dates import When
from tracker.events.base import Actors, Claim, Machine, PartyId, Slug

AGREEMENT: Final = Machine(
    subject="agreement",
    arrows={
        "negotiated": ("signed",),
        "signed": ("in-force",),
        "in-force": ("suspended", "denunciation-announced"),
        "suspended": ("in-force",),
        "denunciation-announced": ("denunciation-notified",),
        "denunciation-notified": ("terminated",),
    },
)


class AgreementEvent(Claim):
    """What is claimed about an agreement; kind, parties and title are told where it is first named."""

    family: ClassVar[str] = "agreements"
    machine: ClassVar[Machine | None] = AGREEMENT

    agreement: Slug
    kind: Literal["treaty", "sofa", "mou", "exchange-of-notes", "ceasefire", "other"] | None = None
    parties: tuple[PartyId, ...] = ()
    title: str | None = None


class AgreementNegotiated(AgreementEvent, moves_to="negotiated", plover="CONSULT", cameo="046"):
    """The text of an agreement is settled between the negotiators."""


class AgreementSigned(AgreementEvent, moves_to="signed", plover="SUPPORT", cameo="057"):
    """An agreement is signed."""

    by: Actors


class AgreementRatified(AgreementEvent, plover="SUPPORT", cameo="057"):
    """One party ratifies an agreement."""

    party: PartyId


class AgreementEnteredIntoForce(AgreementEvent, moves_to="in-force"):
    """An agreement takes legal effect."""


class AgreementSuspended(AgreementEvent, moves_to="suspended", plover="SANCTION", cameo="160"):
    """A party suspends an agreement, or a part of it."""

    party: PartyId
    scope: str | None = None


class AgreementResumed(AgreementEvent, moves_to="in-force", plover="SUPPORT", cameo="057"):
    """A suspended agreement is applied again."""


class AgreementRevoked(AgreementEvent, moves_to="denunciation-announced", plover="SANCTION", cameo="160"):
    """A party announces that it denounces an agreement; whether it notified the other is another claim."""

    party: PartyId
    claimed_effective: When | None = None
    legal_effective: When | None = None


class DenunciationNotified(AgreementEvent, moves_to="denunciation-notified", plover="SANCTION", cameo="160"):
    """A denunciation is notified to the other party, as the law of treaties asks (Vienna Convention, article 67)."""

    party: PartyId
    received: When | None = None


class DenunciationContested(AgreementEvent, plover="REJECT", cameo="120"):
    """A party contests that a denunciation is valid."""

    party: PartyId
    ground: str | None = None


class AgreementTerminated(AgreementEvent, moves_to="terminated", plover="SANCTION", cameo="160"):
    """An agreement has ended."""

    party: PartyId | None = None


class AgreementExpired(AgreementEvent, moves_to="expired"):
    """An agreement has run out."""


class AgreementSuperseded(AgreementEvent, moves_to="superseded"):
    """An agreement is replaced by another."""

    superseded_by: Slug | None = None
