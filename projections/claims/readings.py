"""How an entry reads at a cut: corrected, corroborated, disputed, graded or retracted; and what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from projections.claims.figures import figure_fields, measures_of
from tracker.dates import OPEN_PAST, disjoint
from tracker.events.acts import SANCTION, PartnershipOpennessDeclared, TiesDeepened, UltimatumIssued
from tracker.events.agreements import AGREEMENT, AgreementEvent
from tracker.events.commitments import COMMITMENT
from tracker.events.proposals import PROPOSAL, ProposalCountered, ProposalTabled
from tracker.events.references import actors, lone_actors
from tracker.events.talks import TALKS
from tracker.events.withdrawals import WITHDRAWAL

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from projections.claims.figures import Measure
    from tracker.codec import Recorded
    from tracker.events.base import Event, Evidence, Machine

#: The families of things that have states, by the word before the colon of a subject.
MACHINES: Final[dict[str, Machine]] = {
    machine.subject: machine for machine in (AGREEMENT, PROPOSAL, TALKS, WITHDRAWAL, COMMITMENT, SANCTION)
}
#: The order in which claims are folded: earliest, latest, told, and the id, which is no one else's.
Order = tuple[int, int, int, str]
#: How a source puts what has happened.
_AFTERWARDS: Final = frozenset({"done", "reported"})
_NOT_SAID: Final = frozenset({"denied", "hypothetical"})
#: The event types that contest another entry.
_CONTESTING: Final = frozenset({"DenialIssued", "EntryDisputed"})
#: What an agreement may settle: a proposal, or an ultimatum by the id of its entry.
_SETTLED: Final = ("proposal", "entry")
#: What tells one happening from another of the same type and subject.
_DETAILS: Final = ("site", "stance", "toward", "with_")


@dataclass(slots=True)
class Reading:
    """An entry as it reads at a cut.

    `event` is the entry as corrected; `evidence` its own and what corroborates it; `lower` and `upper` bound when it
    happened (or was published, where that is not known) and `published_lower` and `published_upper` when it was
    published, or recorded if nothing says when (`is_dated` is False then); all in microseconds since 1970, inclusive.
    `known` is the instant at which it became known: what is done or reported is never known before it happened. `told`
    is the instant of its publication, else of when it happened at the latest: the order of recording decides nothing of
    an entry that has any date. `lost` says that sources left out of account were all its
    evidence, `uncertain` that it may have happened after the cut. The tuples name the entries that bear on it.
    `known_as` is the id that a line of the registers registers, if that reads as another; `merged_by` are the entries
    that make ids in it read as others.

    `order` and `known_order` are the keys of the fold order and of the order of becoming known, `kind` is the event
    type's name, `asserts` says that it says that something is so, as a denial or a supposition does not, `moves_to` is
    the state that it asserts, `subjects` are those that it bears on, and `contests` says that it may deny or dispute
    another entry.
    """

    recorded: Recorded
    event: Event
    evidence: tuple[Evidence, ...]
    lower: int
    upper: int
    published_lower: int
    published_upper: int
    is_dated: bool = True
    credibility: int | None = None
    lost: bool = False
    uncertain: bool = False
    corrected_by: tuple[str, ...] = ()
    retracted_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    corroborated_by: tuple[str, ...] = ()
    assessed_by: tuple[str, ...] = ()
    known_as: str | None = None
    merged_by: tuple[str, ...] = ()
    id: str = field(init=False, compare=False)
    position: int = field(init=False, compare=False)
    order: Order = field(init=False, compare=False)
    known: int = field(init=False, compare=False)
    told: int = field(init=False, compare=False)
    known_order: tuple[int, str] = field(init=False, compare=False)
    kind: str = field(init=False, compare=False)
    asserts: bool = field(init=False, compare=False)
    moves_to: str | None = field(init=False, compare=False)
    subjects: tuple[str, ...] = field(init=False, compare=False)
    contests: bool = field(init=False, compare=False)
    is_plan: bool = field(init=False, compare=False)
    _measures: tuple[Measure, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _happening: Hashable = field(default=None, init=False, repr=False, compare=False)
    #: All that it says, as words are looked for in it; kept by whoever looks for the first ones.
    words: str | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Kept rather than computed: a fold asks for each of them many times.
        event = self.event
        self.id = self.recorded.event.id or ""
        self.position = self.recorded.position
        occurred, upper = event.occurred, self.published_upper
        self.told = upper if self.is_dated or occurred is None else self.upper
        # What may have happened at any time before a day has no better place than that day.
        first = self.upper if self.lower == OPEN_PAST else self.lower
        self.order = (first, self.upper, self.told, self.id)
        is_told_after = occurred is not None and event.modality in _AFTERWARDS and event.kind_of_entry == "claim"
        self.known = max(upper, first) if is_told_after else upper
        self.known_order = (self.known, self.id)
        self.kind = event.event
        self.asserts = event.modality not in _NOT_SAID
        self.moves_to = event.moves_to if self.asserts else None
        self.subjects = subjects_of(event)
        self.contests = event.modality == "denied" or self.kind in _CONTESTING
        self.is_plan = event.modality == "announced" and self._is_plan()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that it gives."""
        if self._measures is None:
            self._measures = tuple(measures_of(self)) if figure_fields(type(self.event)) else ()
        return self._measures

    @property
    def happening(self) -> Hashable:
        """What the reports of one happening share; None where the entry is about no subject."""
        if self._happening is None and self.subjects:
            fields = self.event.__dict__
            self._happening = (self.kind, self.subjects[0], *(fields[name] for name in _details(type(self.event))))
        return self._happening

    @property
    def occurred(self) -> str | None:
        """When it happened, as written."""
        return self.event.occurred.text if self.event.occurred else None

    @property
    def party(self) -> str | None:
        """The party that acts, the first where there are several."""
        return next(iter(actors(self.event)), None)

    @property
    def proves(self) -> tuple[int, int]:
        """When it happened at the earliest and the latest, as evidence: a date that is approximate leaves more room."""
        occurred = self.event.occurred
        return (self.lower, self.upper) if occurred is None else occurred.proves()

    def _is_plan(self) -> bool:
        published = self.event.published
        told = (self.published_lower, self.published_upper) if published is None else published.proves()
        is_clock = published is not None and published.is_clock_time
        occurred = self.event.occurred
        if occurred is None:
            return False
        begins = occurred.proves()
        return told[1] < begins[0] and disjoint(begins, occurred.is_clock_time, told, is_clock)

    def is_disjoint(self, other: Reading) -> bool:
        """Say whether the dates of the two prove that they did not happen at the same time."""
        mine, its = self.event.occurred, other.event.occurred
        return disjoint(
            self.proves,
            mine is not None and mine.is_clock_time,
            other.proves,
            its is not None and its.is_clock_time,
        )

    def overlaps(self, other: Reading) -> bool:
        """Say whether the two may have happened at the same time."""
        return self.lower <= other.upper and other.lower <= self.upper

    def credibility_of(self, item: Evidence) -> int:
        """Return the credibility of one piece of its evidence: as assessed last, else as given."""
        return self.credibility if self.credibility is not None else item.credibility

    def at_edge(self) -> Reading:
        """Return the reading as it is where it may have happened after the cut."""
        return replace(self, uncertain=True)


@lru_cache(maxsize=256)
def _details(kind: type[Event]) -> tuple[str, ...]:
    """Return the fields that tell one happening of an event type from another, and who acts, where somebody must.

    Each party ratifies, accepts and revokes by itself.
    """
    fields = kind.model_fields
    acting = (name for name in lone_actors(kind) if fields[name].is_required())
    return (*(name for name in _DETAILS if name in fields), *acting)


def subjects_of(event: Event) -> tuple[str, ...]:
    """Return the subjects that an entry bears on: its own, a proposal superseded, the party whose partners it tells."""
    if isinstance(event, PartnershipOpennessDeclared | TiesDeepened):
        return (f"party:{event.party}",)
    if isinstance(event, UltimatumIssued):
        return (f"entry:{event.id}",) if event.deadline is not None else ()
    subject = event.subject
    if subject is None:
        return ()
    if isinstance(event, ProposalTabled | ProposalCountered):
        older = event.supersedes if isinstance(event, ProposalTabled) else event.in_reply_to
        return (subject,) if older in {None, event.proposal} else (subject, f"proposal:{older}")
    if isinstance(event, AgreementEvent) and event.settles:
        return (subject, *(f"{family}:{name}" for name in dict.fromkeys(event.settles) for family in _SETTLED))
    return (subject,)


def by_subject(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Return readings grouped by subject, each group in the order given."""
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        for subject in reading.subjects:
            groups.setdefault(subject, []).append(reading)
    return groups


def split(subject: str) -> tuple[str, str]:
    """Return the two sides of a subject's colon: ``("agreement", "sofa-2012")``."""
    family, _, name = subject.partition(":")
    return family, name
