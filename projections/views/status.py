"""Status: where things stand at a cut, and because of which entries."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

from projections.claims.claims import Claims, claims
from projections.claims.readings import MACHINES, split
from projections.judgement.conclusions import Partners, Position, Topic
from projections.judgement.expectations import in_order
from projections.judgement.findings import OPEN, Findings
from projections.judgement.findings.settled import unsettled
from projections.judgement.judge import judge_all
from projections.judgement.states import Agreement, Commitment, Proposal, Round, Sanction, State, Withdrawal
from projections.wording.pages import html_table
from projections.wording.plain import Plain, plain
from tracker.dates import OPEN_FUTURE, OPEN_PAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from projections.claims.cut import Cut
    from projections.claims.figures import Counted
    from projections.claims.history import History
    from projections.claims.readings import Order, Reading
    from projections.judgement.conclusions import View
    from projections.judgement.findings import Finding
    from projections.judgement.judge import Judged
    from projections.judgement.states import Expected
    from tracker.log import EventLog


#: What JSON holds of a status, in order.
_SHOWN: Final = (
    *("negotiation", "title", "cut", "entries", "head", "agreements", "proposals", "talks", "withdrawals"),
    *("commitments", "sanctions", "positions", "partners", "matters", "figures", "last", "expected", "findings"),
)


#: How much a family weighs in a headline: more than others, or less.
_WEIGHT: Final = {"agreement": 2, "withdrawal": 2, "round": 0}


#: Families of subjects of which nothing may be said though entries bear on them.
_UNSAID: Final = frozenset({"proposal", "entry"})


@dataclass(frozen=True, slots=True)
class Last(Plain):
    """The last claim in fold order that has come by the day."""

    entry: str
    event: str
    occurred: str | None


@dataclass(frozen=True)
class Status:
    """Where a negotiation stands.

    `entries` counts the recorded prefix of the cut and `head` is its digest; the other two axes do not change them.
    Things are by id, positions by party and matter, partners by party.
    """

    negotiation: str
    title: str | None
    cut: Cut
    entries: int
    head: str
    things: dict[str, dict[str, State]]
    positions: dict[str, dict[str, Position]]
    partnerships: dict[str, Partners]
    topics: dict[str, Topic]
    last: Last | None
    #: What is to come, the earliest first.
    expected: tuple[Expected, ...]
    findings: Findings
    #: The last instant of the day by which it is judged, None without one; and the two between which days judge alike.
    day: int | None
    days: tuple[int, int] = field(compare=False)
    claims: Claims = field(repr=False, compare=False)
    #: The standing entries about each subject, in fold order.
    subjects: dict[str, list[Reading]] = field(repr=False, compare=False)

    @property
    def agreements(self) -> dict[str, Agreement]:
        """The agreements by id."""
        return cast("dict[str, Agreement]", self.things["agreement"])

    @property
    def proposals(self) -> dict[str, Proposal]:
        """The demands and proposals by id."""
        return cast("dict[str, Proposal]", self.things["proposal"])

    @property
    def talks(self) -> dict[str, Round]:
        """The rounds of talks by id."""
        return cast("dict[str, Round]", self.things["round"])

    @property
    def withdrawals(self) -> dict[str, Withdrawal]:
        """The withdrawals by id."""
        return cast("dict[str, Withdrawal]", self.things["withdrawal"])

    @property
    def commitments(self) -> dict[str, Commitment]:
        """The commitments by id."""
        return cast("dict[str, Commitment]", self.things["commitment"])

    @property
    def partners(self) -> dict[str, tuple[str, ...]]:
        """Each party's partners."""
        return {party: found.partners for party, found in self.partnerships.items() if found.because}

    @property
    def sanctions(self) -> dict[str, Sanction]:
        """The sanctions by id."""
        return cast("dict[str, Sanction]", self.things["sanction"])

    @property
    def matters(self) -> dict[str, dict[str, Any]]:
        """The matters that are registered, with their titles and what was voted and counted about each."""
        registered = self.claims.registers.matters
        nothing = {"approvals": (), "votes": (), "figures": ()}
        return {
            name: {
                "title": registered[name].title if name in registered else None,
                **(self.topics[name].to_json() if name in self.topics else nothing),
            }
            for name in dict.fromkeys((*registered, *self.topics))
        }

    @property
    def figures(self) -> dict[str, tuple[Counted, ...]]:
        """The figures of parties and matters by subject."""
        views: list[Partners | Topic] = [*self.partnerships.values(), *self.topics.values()]
        return {view.subject: view.figures for view in views if view.figures}

    def view(self, subject: str) -> View | None:
        """Return what is said of a subject, ``withdrawal:all-forces``; None where nothing is."""
        family, name = split(subject)
        if family == "position":
            party, _, matter = name.partition("/")
            return self.positions.get(party, {}).get(matter)
        if family == "party":
            return self.partnerships.get(name)
        if family == "matter":
            return self.topics.get(name)
        return self.things.get(family, {}).get(name)

    def readings(self, subject: str) -> list[Reading]:
        """Return the standing entries about a subject, in fold order."""
        return self.subjects.get(subject, [])

    def reading(self, entry: str) -> Reading | None:
        """Return how an entry reads, whether it stands or not; None where none of the name was recorded by the cut."""
        return self.claims.get(entry)

    @property
    def headline(self) -> str | None:
        """What heads the portfolio in words: ``Visiting Forces Agreement in force``; None if nothing has a state.

        The subject that the analyst names as lead, else the weightiest thing that moved, the last of them.
        """
        lead = self.view(self.claims.registers.lead or "")
        if isinstance(lead, State) and lead.state is not None:
            return _headed(lead)
        latest: tuple[tuple[int, Order], State] | None = None
        for family, things in self.things.items():
            for state in things.values():
                orders = [reading.order for name in state.because if (reading := self.reading(name)) is not None]
                place = (_WEIGHT.get(family, 1), max(orders)) if orders else None
                if state.state is not None and place is not None and (latest is None or place > latest[0]):
                    latest = (place, state)
        return None if latest is None else _headed(latest[1])

    @property
    def questions(self) -> tuple[Finding, ...]:
        """The open questions among the findings."""
        return tuple(finding for finding in self.findings if finding.kind == "open-question")

    @cached_property
    def open(self) -> tuple[Finding, ...]:
        """What is open among the findings: questions, and what was owed and is overdue."""
        return tuple(finding for finding in self.unsettled if finding.kind in OPEN)

    @cached_property
    def unsettled(self) -> tuple[Finding, ...]:
        """The findings that are more than notes, but for those that somebody has settled."""
        return unsettled((finding for finding in self.findings if not finding.is_note), self.claims)

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it: where things and parties stand, what is ahead, and what is found."""
        states = [state for things in self.things.values() for state in things.values()]
        rows = [(state.subject, state.state, state.since, state.because) for state in states]
        taken = [one for matters in self.positions.values() for one in matters.values()]
        rows += [(one.subject, one.stance, one.since, one.because) for one in taken]
        coming = [(one.subject, one.kind, one.date, one.because) for one in self.expected if one.standing == "ahead"]
        told = Findings(one for one in self.findings if not one.is_note)
        return "".join(
            (
                html_table(
                    ("subject", "state", "since", "because"), rows, f"{self.title or self.negotiation} · {self.cut}"
                ),
                html_table(("subject", "expected", "date", "because"), coming, "ahead") if coming else "",
                told._repr_html_() if told else "",
            )
        )

    def to_json(self) -> dict[str, Any]:
        """Return the status as scripts rely on it."""
        return {name: plain(getattr(self, name)) for name in _SHOWN}


def _headed(state: State) -> str:
    return f"{getattr(state, 'title', None) or state.id} {str(state.state).replace('-', ' ')}"


def status(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Status:
    """Return where a negotiation stands at a cut.

    `today` is the day by which deadlines are judged where the cut has none. Raises `NameUnknownError` for a negotiation
    or source that does not exist.
    """
    return status_of(claims(source, negotiation, cut, without=without), today=today)


def status_of(standing: Claims, *, today: date | None = None) -> Status:
    """Return where a negotiation stands, from the claims that stand; without a day, nothing is judged by its date."""
    day = standing.cut.day(standing.recorded, today)
    return compose(standing, *judge_all(standing, day), day)


def compose(standing: Claims, judged: Mapping[str, Judged], general: Iterable[Finding], day: int | None) -> Status:
    """Return a status on a day from what is concluded of its subjects and found about each, and in general.

    The subjects come in the order in which they first occur; last those of which a retraction left nothing.
    """
    things: dict[str, dict[str, State]] = {family: {} for family in MACHINES}
    positions: dict[str, dict[str, Position]] = {}
    partnerships: dict[str, Partners] = {}
    topics: dict[str, Topic] = {}
    found: dict[str, list[Finding]] = {family: [] for family in MACHINES}
    by_party: dict[str, list[Finding]] = {}
    others: list[Finding] = []
    gone: list[Finding] = []
    subjects: dict[str, list[Reading]] = {}
    for subject, one in judged.items():
        view = one.view
        if not one.readings:
            gone += one.findings
            continue
        if view is None and not one.findings and split(subject)[0] in _UNSAID:
            # An ultimatum has no state, and of what an agreement settles nothing else may be said.
            continue
        subjects[subject] = one.readings
        if isinstance(view, State):
            things[view.family][view.id] = view
            found[view.family] += one.findings
        elif isinstance(view, Position):
            positions.setdefault(view.party, {})[view.matter] = view
            by_party.setdefault(view.party, []).extend(one.findings)
        else:
            others += one.findings
            if isinstance(view, Partners):
                partnerships[view.party] = view
            elif view is not None:
                topics[view.matter] = view
    last, told = _last_by(standing, day)
    findings = chain(*found.values(), *by_party.values(), others, gone, general)
    return Status(
        negotiation=standing.negotiation,
        title=standing.registers.title,
        cut=standing.cut,
        entries=standing.entries,
        head=standing.head,
        things=things,
        positions=positions,
        partnerships=partnerships,
        topics=topics,
        last=Last(last.id, last.event.event, last.occurred) if last else None,
        expected=in_order(one for judged_one in judged.values() for one in judged_one.expected),
        findings=Findings(findings),
        day=day,
        days=(
            max((told[0], *(one.days[0] for one in judged.values()))),
            min((told[1], *(one.days[1] for one in judged.values()))),
        ),
        claims=standing,
        subjects=subjects,
    )


def _last_by(standing: Claims, day: int | None) -> tuple[Reading | None, tuple[int, int]]:
    """Return the last claim in fold order that has come by a day, and between which days it is that."""
    last, until = standing.last, OPEN_FUTURE
    if last is not None and day is not None and last.order[0] > day:
        come = bisect_right(standing.standing, day, key=lambda reading: reading.order[0])
        until = standing.standing[come].order[0] - 1
        last = standing.standing[come - 1] if come else None
    return last, (OPEN_PAST if last is None else last.order[0] - 1, until)


def findings(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Findings:
    """Return the findings of a negotiation at a cut: subject by subject, then those of no one subject.

    `today` is the day by which deadlines are judged where the cut has none. Raises `NameUnknownError` for a negotiation
    or source that does not exist.
    """
    return status(source, negotiation, cut, without=without, today=today).findings


@dataclass(frozen=True, slots=True)
class Positions:
    """A matrix of positions: matters and parties in the order of registration, cells by (matter, party)."""

    matters: dict[str, str | None]
    parties: dict[str, str | None]
    cells: dict[tuple[str, str], Position]

    def to_json(self) -> dict[str, Any]:
        """Return the positions by party and matter, with the titles of matters and names of parties."""
        by_party: dict[str, dict[str, Any]] = {}
        for (matter, party), position in self.cells.items():
            by_party.setdefault(party, {})[matter] = position.to_json()
        return {"matters": self.matters, "parties": self.parties, "positions": by_party}


def positions(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Positions:
    """Return the matrix of positions at a cut; parties that take none are left out, matters are not."""
    return positions_in(status(source, negotiation, cut, without=without, today=today))


def positions_in(standing: Status) -> Positions:
    """Return the matrix of positions of a status."""
    registers = standing.claims.registers
    cells = {
        (matter, party): position
        for party, by_matter in standing.positions.items()
        for matter, position in by_matter.items()
    }
    matters = {name: matter.title for name, matter in registers.matters.items()}
    parties = {name: party.name for name, party in registers.parties.items()}
    for matter, party in cells:
        matters.setdefault(matter, None)
        parties.setdefault(party, None)
    present = {party for _, party in cells}
    return Positions(matters, {name: title for name, title in parties.items() if name in present}, cells)
