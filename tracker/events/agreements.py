"""Agreements: from negotiated to terminated."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from tracker.dates import When
from tracker.events.base import MOST, Actors, Claim, CounterpartId, Machine, PartyId, Slug

AGREEMENT: Final = Machine(
    subject="agreement",
    arrows={
        "negotiated": ("adopted",),
        "adopted": ("signed",),
        "open-for-consent": ("in-force",),
        "signed": ("provisionally-applied",),
        "provisionally-applied": ("in-force",),
        "in-force": ("suspended", "denunciation-announced"),
        "suspended": ("in-force",),
        "denunciation-announced": ("denunciation-notified",),
        "denunciation-notified": ("denunciation-suspended", "terminated"),
        "denunciation-suspended": ("denunciation-notified",),
    },
    # A notice may be taken back before it takes effect (Vienna Convention, article 68).
    back={
        (state, "in-force"): ("DenunciationWithdrawn",)
        for state in ("denunciation-announced", "denunciation-notified", "denunciation-suspended")
    },
    exclude=(frozenset({"terminated"}), frozenset({"expired"}), frozenset({"superseded"})),
)


class AgreementEvent(Claim):
    """What is claimed about an agreement; kind, parties and title are told where it is first named."""

    family: ClassVar[str] = "agreements"
    machine: ClassVar[Machine | None] = AGREEMENT

    agreement: Slug
    kind: (
        Literal["treaty", "sofa", "mou", "exchange-of-notes", "ceasefire", "political", "resolution", "other"] | None
    ) = None
    parties: tuple[PartyId, ...] = ()
    title: str | None = None
    part_of: Slug | None = None
    settles: tuple[Slug, ...] = ()
    consents_required: Annotated[int, Field(ge=1, le=MOST)] | None = None


class AgreementNegotiated(AgreementEvent, moves_to="negotiated", plover="CONSULT", cameo="046"):
    """The text of an agreement is settled between the negotiators."""


class AgreementAdopted(AgreementEvent, moves_to="adopted", plover="SUPPORT", cameo="057"):
    """The text of an agreement is adopted, by a conference or a body (Vienna Convention, article 9)."""

    body: str | None = None


class AgreementSigned(AgreementEvent, moves_to="signed", plover="SUPPORT", cameo="057"):
    """An agreement is signed, perhaps for a term."""

    by: Actors
    until: When | None = None


class AgreementRatified(AgreementEvent, plover="SUPPORT", cameo="057"):
    """One party ratifies an agreement."""

    party: PartyId
    effective: When | None = None


class ConsentExpressed(AgreementEvent, plover="SUPPORT", cameo="057"):
    """One party consents to be bound by an agreement, by whatever means (Vienna Convention, article 11)."""

    party: PartyId
    means: (
        Literal[
            "ratification",
            "acceptance",
            "approval",
            "accession",
            "succession",
            "formal-confirmation",
            "definitive-signature",
            "exchange",
        ]
        | None
    ) = None
    effective: When | None = None


class RatificationRefused(AgreementEvent, plover="REJECT", cameo="120"):
    """One party refuses to ratify an agreement."""

    party: PartyId
    ground: str | None = None


class ReservationEvent(AgreementEvent):
    """What is claimed about a reservation to an agreement (Vienna Convention, articles 19 to 23)."""

    party: PartyId
    text: str | None = None
    to: CounterpartId | None = None


class ReservationMade(ReservationEvent, cameo="010"):
    """A party makes a reservation to an agreement."""


class ReservationWithdrawn(ReservationEvent, cameo="010"):
    """A party withdraws its reservation to an agreement."""


class ReservationObjected(ReservationEvent, cameo="010"):
    """A party objects to another's reservation."""


class AgreementProvisionallyApplied(AgreementEvent, moves_to="provisionally-applied"):
    """An agreement is applied before it enters into force (Vienna Convention, article 25)."""

    party: PartyId | None = None


class AgreementEnteredIntoForce(AgreementEvent, moves_to="in-force"):
    """An agreement takes legal effect, perhaps for a term, or for one party only."""

    until: When | None = None
    party: PartyId | None = None


class AgreementExtended(AgreementEvent, plover="AGREE", cameo="057"):
    """The term of an agreement is extended, until a date or for an open time."""

    until: When | None = None
    by: tuple[PartyId, ...] = ()


class AgreementEndorsed(AgreementEvent, plover="SUPPORT", cameo="051"):
    """Somebody supports an agreement without being bound by it, as a resolution does."""

    by: Actors


class AgreementSuspended(AgreementEvent, moves_to="suspended", plover="SANCTION", cameo="160"):
    """A party suspends an agreement, or a part of it."""

    party: PartyId
    scope: str | None = None


class AgreementResumed(AgreementEvent, moves_to="in-force", plover="SUPPORT", cameo="057"):
    """A suspended agreement is applied again."""

    party: PartyId | None = None


class AgreementRevoked(AgreementEvent, moves_to="denunciation-announced", plover="SANCTION", cameo="160"):
    """A party announces that it denounces an agreement; whether it notified the other is another claim."""

    party: PartyId
    claimed_effective: When | None = None
    legal_effective: When | None = None


class DenunciationNotified(AgreementEvent, moves_to="denunciation-notified", plover="SANCTION", cameo="160"):
    """A denunciation is notified to the other party, as the law of treaties asks (Vienna Convention, article 67)."""

    party: PartyId
    received: When | None = None
    effective: When | None = None


class DenunciationSuspended(AgreementEvent, moves_to="denunciation-suspended", plover="CONCEDE", cameo="080"):
    """A party suspends its notified denunciation, perhaps until a date."""

    party: PartyId
    until: When | None = None


class DenunciationResumed(AgreementEvent, moves_to="denunciation-notified", plover="SANCTION", cameo="160"):
    """A suspended denunciation runs on, perhaps to take effect at a date."""

    party: PartyId
    effective: When | None = None


class DenunciationWithdrawn(AgreementEvent, moves_to="in-force", plover="CONCEDE", cameo="080"):
    """A party takes its denunciation back before it takes effect (Vienna Convention, article 68)."""

    party: PartyId


class ParticipationEnded(AgreementEvent, plover="SANCTION", cameo="160"):
    """One party is no longer bound by an agreement."""

    party: PartyId
    effective: When | None = None


class DenunciationContested(AgreementEvent, plover="REJECT", cameo="120"):
    """A party contests that a denunciation is valid."""

    party: PartyId
    ground: str | None = None


class AgreementTerminated(AgreementEvent, moves_to="terminated", plover="SANCTION", cameo="160"):
    """An agreement has ended."""

    party: PartyId | None = None
    effective: When | None = None


class AgreementExpired(AgreementEvent, moves_to="expired"):
    """An agreement has run out."""


class AgreementSuperseded(AgreementEvent, moves_to="superseded"):
    """An agreement is replaced by another."""

    superseded_by: Slug | None = None
