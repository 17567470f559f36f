"""What can be said of one thing: which state it is in and because of what, and what its family adds to that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from projections.wording.plain import Plain

if TYPE_CHECKING:
    from projections.claims.figures import Counted, Quantity
    from projections.claims.readings import Reading


@dataclass(frozen=True, slots=True)
class Rival(Plain):
    """A state that is asserted of the same time as the one shown, and cannot be true beside it."""

    state: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected(Plain):
    """Something that is to come: of which subject, of what kind, by which date as written, and how that stands.

    `standing` is ``ahead``, ``met``, ``passed`` or ``void``; `because` are the entries that give the date, and
    `fulfilled_by` those that met it.
    """

    hidden: ClassVar = frozenset({"fulfilled_by"})
    subject: str
    kind: str
    date: str
    standing: str
    because: tuple[str, ...]
    fulfilled_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant(Plain):
    """How a party takes part in something, or answers it; a state of None if nothing says so."""

    state: str | None
    since: str | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote of a body, or the consent or refusal of one party; the tally as far as it is known."""

    entry: str
    body: str | None
    party: str | None
    motion: str
    result: str | None
    for_: int | None = None
    against: int | None = None
    abstentions: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "entry": self.entry,
            "body": self.body,
            "party": self.party,
            "motion": self.motion,
            "result": self.result,
            "for": self.for_,
            "against": self.against,
            "abstentions": self.abstentions,
        }


def vote_of(reading: Reading) -> Vote:
    """Return what an entry tells of a vote, or of one party's consent or refusal."""
    fields = reading.event.__dict__
    if reading.kind == "VoteHeld":
        return Vote(
            entry=reading.id,
            body=fields["body"],
            party=fields["party"],
            motion=fields["motion"],
            result=fields["result"],
            for_=fields["votes_for"],
            against=fields["votes_against"],
            abstentions=fields["abstentions"],
        )
    result = "approved" if reading.kind == "ConsentExpressed" else "rejected"
    return Vote(entry=reading.id, body=None, party=fields["party"], motion="approve", result=result)


@dataclass(slots=True, kw_only=True)
class State(Plain):
    """The state of a thing.

    `state` is None where entries name it but none moves it; `since` is the `occurred` of the first entry in `because`,
    as written; `uncertain` says that all of them may have happened after the cut. `mentions` are the entries that name
    it where they all only deny or suppose something of it, so that nothing asserts what is said. `rivals` are the
    states that cannot be true beside it and are asserted of one time; `expected` is what is still to come of it.
    """

    hidden: ClassVar = frozenset({"id", "mentions"})
    family: ClassVar[str] = ""
    id: str
    state: str | None
    since: str | None
    because: tuple[str, ...]
    uncertain: bool
    mentions: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    figures: tuple[Counted, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def subject(self) -> str:
        """The subject, ``agreement:sofa-2012``."""
        return f"{self.family}:{self.id}"


@dataclass(slots=True, kw_only=True)
class Agreement(State):
    """An agreement: who takes part in it and how, the consents to it, its term, and when it ends by a notice."""

    hidden: ClassVar = frozenset({"id", "mentions", "contested_because", "consents_because", "ends_because"})
    family: ClassVar[str] = "agreement"
    contested: bool = False
    title: str | None = None
    kind: str | None = None
    parties: tuple[str, ...] = ()
    part_of: str | None = None
    participants: dict[str, Participant] = field(default_factory=dict)
    consents: dict[str, int | None] = field(default_factory=dict)
    until: str | None = None
    ends: str | None = None
    approvals: tuple[Vote, ...] = ()
    votes: tuple[Vote, ...] = ()
    endorsed_by: tuple[str, ...] = ()
    reservations: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    contested_because: tuple[str, ...] = ()
    consents_because: tuple[str, ...] = ()
    ends_because: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Proposal(State):
    """A demand or proposal; `party` is who set its present state, `silent` who has not answered yet."""

    hidden: ClassVar = frozenset({"id", "mentions", "silent", "settled"})
    family: ClassVar[str] = "proposal"
    party: str | None = None
    tabled_by: str | None = None
    to: str | tuple[str, ...] | None = None
    matter: str | None = None
    terms: str | None = None
    site: str | None = None
    answers: dict[str, Participant] = field(default_factory=dict)
    approvals: tuple[Vote, ...] = ()
    votes: tuple[Vote, ...] = ()
    silent: tuple[str, ...] = ()
    settled: bool = False


@dataclass(slots=True, kw_only=True)
class Round(State):
    """A round of talks; `scheduled` as written."""

    family: ClassVar[str] = "round"
    parties: tuple[str, ...] = ()
    venue: str | None = None
    scheduled: str | None = None
    outcome: str | None = None
    mode: str | None = None
    mediators: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Withdrawal(State):
    """A withdrawal; dates as written, figures as ranges."""

    family: ClassVar[str] = "withdrawal"
    force: str | None = None
    deadline: str | None = None
    deadline_because: str | None = None
    destination: str | None = None
    strength: Quantity | None = None
    departed: Quantity | None = None
    residual: Quantity | None = None
    flagged: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Commitment(State):
    """A commitment: who undertook it, by when it is due, how long it binds, and what is said to violate it."""

    family: ClassVar[str] = "commitment"
    party: str | None = None
    by: tuple[str, ...] = ()
    terms: str | None = None
    due: str | None = None
    begins: str | None = None
    until: str | None = None
    term_over: bool = False
    agreement: str | None = None
    incidents: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Sanction(State):
    """A sanction; `party` is who imposed it last, `on` whom."""

    family: ClassVar[str] = "sanction"
    party: str | None = None
    on: str | None = None
    measure: str | None = None
