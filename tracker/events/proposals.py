"""Demands and proposals: tabled, then answered."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import BeforeValidator

from tracker.events.base import Claim, CounterpartId, Machine, MatterId, PartyId, Slug

PROPOSAL: Final = Machine(
    subject="proposal",
    arrows={"tabled": ("accepted", "refused", "divided", "countered", "withdrawn", "superseded", "lapsed")},
    exclude=tuple(frozenset({state}) for state in ("accepted", "refused", "withdrawn", "lapsed")),
)


def _alone(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was written
    """Return one of a list of one, so that it has one form however it was written."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


#: One party, or several.
Addressed = Annotated[CounterpartId | tuple[CounterpartId, ...], BeforeValidator(_alone)]


class ProposalEvent(Claim):
    """What is claimed about a demand or a proposal."""

    family: ClassVar[str] = "proposals"
    machine: ClassVar[Machine | None] = PROPOSAL

    proposal: Slug
    matter: MatterId | None = None
    terms: str | None = None


class DemandMade(ProposalEvent, moves_to="tabled", plover="REQUEST", cameo="100"):
    """A party demands something of another."""

    party: PartyId
    to: CounterpartId | None = None


class ProposalTabled(ProposalEvent, moves_to="tabled", plover="REQUEST", cameo="036"):
    """A proposal is put on the table, by a party if that is known; it may supersede an earlier one."""

    party: PartyId | None = None
    to: Addressed | None = None
    supersedes: Slug | None = None
    cosponsors: tuple[PartyId, ...] = ()


class ProposalCountered(ProposalEvent, moves_to="tabled", plover="REQUEST", cameo="036"):
    """A party answers a proposal with another one."""

    in_reply_to: Slug
    party: PartyId
    to: Addressed | None = None


class BaseRequestMade(ProposalEvent, moves_to="tabled", plover="REQUEST", cameo="1012"):
    """A party asks to have, or to keep, a base on another's soil."""

    party: PartyId
    to: CounterpartId | None = None
    site: str | None = None


class ProposalAccepted(ProposalEvent, moves_to="accepted", plover="AGREE", cameo="030"):
    """A party accepts a proposal."""

    party: PartyId


class ProposalRefused(ProposalEvent, moves_to="refused", plover="REJECT", cameo="120"):
    """A party refuses a proposal."""

    party: PartyId
    ground: str | None = None


class BaseRequestRefused(ProposalEvent, moves_to="refused", plover="REJECT", cameo="1212"):
    """A party refuses to let another have, or keep, a base."""

    party: PartyId
    ground: str | None = None


class ProposalWithdrawn(ProposalEvent, moves_to="withdrawn", plover="CONCEDE", cameo="080"):
    """The party that tabled a proposal takes it back."""

    party: PartyId


class ProposalLapsed(ProposalEvent, moves_to="lapsed"):
    """A proposal is no longer on the table, without an answer."""
