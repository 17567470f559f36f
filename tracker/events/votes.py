"""Votes and approval: how a body decides on an agreement, a proposal or a matter."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from tracker.events.base import MOST, Claim, CounterpartId, MatterId, Name, PartyId, Slug, one_of, require_one

Votes = Annotated[int, Field(ge=0, le=MOST)]


class VoteHeld(Claim, plover="CONSULT", cameo="040"):
    """A body votes on an agreement, a proposal or a matter; if it decides, a proposal is accepted or refused by it."""

    family: ClassVar[str] = "votes"

    body: Name
    party: PartyId | None = None
    agreement: Slug | None = None
    proposal: Slug | None = None
    matter: MatterId | None = None
    motion: Literal["approve", "disapprove", "amend", "procedure"] = "approve"
    question: str | None = None
    result: Literal["approved", "rejected", "tied", "inquorate", "vetoed"] | None = None
    votes_for: Votes | None = None
    votes_against: Votes | None = None
    abstentions: Votes | None = None
    votes: dict[CounterpartId, Literal["for", "against", "abstain", "veto", "absent"]] = Field(default_factory=dict)
    kind: Literal["legislature", "referendum", "council", "committee"] | None = None
    decides: bool = False

    @property
    def subject(self) -> str | None:
        """What is voted on, ``agreement:vfa-1998``."""
        return one_of(self, "agreement", "proposal", "matter")

    @model_validator(mode="after")
    def fit(self) -> Self:
        """Return it if it names one thing that is voted on; raises `ValueError`."""
        require_one(self, "agreement", "proposal", "matter")
        return self
