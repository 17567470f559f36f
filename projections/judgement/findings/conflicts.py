"""Conflicts: figures and dates that cannot both be right, denials, and moves that a state machine does not allow."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, subject_of
from projections.claims.persons import fold_name
from projections.judgement.findings import Finding, ids
from projections.wording.sentences import figure_text, listed
from tracker.dates import OPEN_PAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from projections.claims.figures import Measure
    from projections.claims.readings import Reading
    from projections.judgement.findings import Case
    from projections.judgement.states import Lifecycle
    from tracker.events.base import Event

#: What happens once only, by event type, as sentences call it; a base refused is a proposal refused.
ONCE: Final = {
    "AgreementNegotiated": "its negotiation",
    "AgreementSigned": "its signature",
    "AgreementRatified": "its ratification",
    "AgreementEnteredIntoForce": "its entry into force",
    "AgreementRevoked": "its denunciation",
    "AgreementTerminated": "its end",
    "AgreementExpired": "its expiry",
    "WithdrawalOrdered": "the order",
    "WithdrawalBegan": "the beginning",
    "WithdrawalCompleted": "the completion",
    "SiteHandedOver": "the handover",
    "TalksConcluded": "the conclusion",
    "ProposalAccepted": "the acceptance",
    "ProposalRefused": "the refusal",
    "BaseRequestRefused": "the refusal",
}
#: What happens once for each of these, not once for the subject.
_PER: Final = {"SiteHandedOver": "site", "AgreementRatified": "party"}


class Moves:
    """The moves of a thing that its state machine does not allow."""

    def __init__(self, subject: str, life: Lifecycle) -> None:
        self._subject = subject
        self._life = life
        self._illegal: list[Finding] = []
        self._backward: list[Finding] = []

    def findings(self) -> list[Finding]:
        """Return them as findings, the illegal ones first."""
        name = self._subject.partition(":")[2]
        for before, after in self._life.illegal[len(self._illegal) :]:
            message = f"{name} went from {_state(before.event)} to {_state(after.event)}, which nothing allows."
            self._illegal.append(Finding("illegal-transition", self._subject, (before.id, after.id), message))
        for before, after in self._life.backward[len(self._backward) :]:
            message = f"{name} is said to be {_state(after.event)} after it was {_state(before.event)} already."
            self._backward.append(Finding("order-conflict", self._subject, (before.id, after.id), message))
        return self._illegal + self._backward


def _state(event: Event) -> str:
    return (event.moves_to or "superseded").replace("-", " ")


class Dates:
    """The once-only happenings that standing entries date apart, one for each, naming every entry that disagrees.

    An entry without `occurred` proves nothing; one whose dates leave room for all others is in no conflict.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._happenings: dict[tuple[str, str], _Happening] = {}

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        what = ONCE.get(reading.kind)
        event = reading.event
        if what is None or event.occurred is None or not reading.asserts:
            return
        field = _PER.get(reading.kind)
        which = getattr(event, field) if field else ""
        if which is not None:
            key = (what, fold_name(which))
            found = self._happenings.get(key)
            if found is None:
                self._happenings[key] = _Happening([reading], reading.lower, reading.upper)
            else:
                found.take(reading)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each happening that is dated apart."""
        for (what, _), happening in self._happenings.items():
            if happening.latest_start <= happening.earliest_end:
                continue
            if happening.finding is None:
                happening.finding = self._finding(what, happening)
            yield happening.finding

    def _finding(self, what: str, happening: _Happening) -> Finding:
        apart = [
            reading
            for reading in happening.readings
            if reading.upper < happening.latest_start or reading.lower > happening.earliest_end
        ]
        field = _PER.get(apart[0].event.event)
        whose = f" {'of' if field == 'site' else 'by'} {getattr(apart[0].event, field)}" if field else ""
        written = listed(list(dict.fromkeys(reading.occurred or "" for reading in apart)))
        message = f"{self._subject.partition(':')[2]}: {what}{whose} is dated {written}."
        return Finding("date-conflict", self._subject, ids(apart), message)


@dataclass(slots=True)
class _Happening:
    """The reports of one happening: between which instants all of them leave room for it, and what was found of it."""

    readings: list[Reading]
    latest_start: int
    earliest_end: int
    finding: Finding | None = None

    def take(self, reading: Reading) -> None:
        self.readings.append(reading)
        self.latest_start = max(self.latest_start, reading.lower)
        self.earliest_end = min(self.earliest_end, reading.upper)
        self.finding = None


class Figures:
    """The figures that cannot both be right: same quantity, unit and scope, overlapping in time, ranges apart.

    One finding for all figures that disagree with one another directly or through others; a figure that disagrees with
    none is not named.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._lines: dict[tuple[str, str | None, str | None], _Line] = {}

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        if reading.asserts:
            for measure in reading.measures:
                line = self._lines.get(measure[1:4])
                if line is None:
                    line = self._lines[measure[1:4]] = _Line()
                line.take(measure)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each group of figures that disagree."""
        for (quantity, unit, scope), line in self._lines.items():
            for group in line.several():
                if group.finding is None:
                    group.finding = self._finding(quantity, unit, scope, [line.known[index] for index in group.figures])
                yield group.finding

    def _finding(self, quantity: str, unit: str | None, scope: str | None, group: list[Measure]) -> Finding:
        values = listed([figure_text(*bounds) for bounds in dict.fromkeys(measure.bounds for measure in group)])
        of = (f" {unit}" if unit not in {None, "personnel"} else "") + (f" ({scope})" if scope else "")
        message = f"{self._subject.partition(':')[2]}: {quantity} is given as {values}{of} for one time."
        return Finding("figure-conflict", self._subject, ids(measure.reading for measure in group), message)


class _Line:
    """The figures of one quantity, unit and scope, in connected groups of those that disagree.

    Of each group it is enough to know, among its figures that are open still, the least high end and the greatest low
    end: a new figure that is above the one or below the other joins it. So each is looked at a few times, however many
    are open at once.
    """

    def __init__(self) -> None:
        self.known: list[Measure] = []
        self._groups: dict[int, _Group] = {}
        self._several: dict[int, _Group] = {}
        #: By the one end and by the other, which groups may have it: as heaps, where what has gone stays for a while.
        self._ends: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
        #: Up to when one may be open, and the only one that is, which is no group yet.
        self._until = OPEN_PAST
        self._alone: int | None = None

    def take(self, measure: Measure) -> None:
        """Take in the next figure in fold order."""
        number = len(self.known)
        self.known.append(measure)
        reading = measure.reading
        if reading.lower > self._until:
            # In fold order beginnings ascend, so what ended before this one begins is open no more.
            self._groups, self._ends, self._alone, self._until = {}, ([], []), number, reading.upper
            return
        self._until = max(self._until, reading.upper)
        if self._alone is not None:
            self._join(self._alone)
            self._alone = None
        self._join(number)

    def _join(self, index: int) -> None:
        """Put a figure into one group with all that it disagrees with."""
        reading, low, high = self.known[index].reading, self.known[index].low, self.known[index].high
        joined = _Group([index], ([(high, reading.upper)], [(-low, reading.upper)]))
        ends, groups = self._ends, self._groups
        for side, bound in enumerate((low, -high)):
            while ends[side] and ends[side][0][0] < bound:
                end, number = heappop(ends[side])
                group = groups.get(number)
                nearest = None if group is None else group.end(side, reading.lower)
                if group is None or nearest is None:
                    continue
                if nearest == end:
                    joined = joined.with_(group)
                    del groups[number]
                    self._several.pop(number, None)
                else:
                    heappush(ends[side], (nearest, number))
        for side in (0, 1):
            heappush(ends[side], (joined.open[side][0][0], index))
        if len(joined.figures) > 1:
            self._several[index] = joined
        groups[index] = joined

    def several(self) -> list[_Group]:
        """Return the groups of more than one figure, in the order of their first ones."""
        for group in self._several.values():
            if group.finding is None:
                group.figures.sort()
        return sorted(self._several.values(), key=lambda group: group.figures[0])


@dataclass(slots=True)
class _Group:
    """Figures that disagree, and on either side the ends of those that are open, as (end, until when), as heaps."""

    figures: list[int]
    open: tuple[list[tuple[float, int]], list[tuple[float, int]]]
    finding: Finding | None = None

    def end(self, side: int, since: int) -> float | None:
        """Return the outermost end on a side of those open at a time, None where none is; forget the others there."""
        ends = self.open[side]
        while ends and ends[0][1] < since:
            heappop(ends)
        return ends[0][0] if ends else None

    def with_(self, other: _Group) -> _Group:
        """Return one group of two, the smaller put into the larger."""
        small, large = sorted((self, other), key=lambda group: len(group.figures))
        large.figures.extend(small.figures)
        large.finding = None
        for ends, more in zip(large.open, small.open, strict=True):
            for end in more:
                heappush(ends, end)
        return large


def denials(case: Case) -> Iterator[Finding]:
    """Yield the standing denials and disputes of a subject's entries, each with what it denies."""
    if not case.objections:
        return
    for reading in case.readings:
        objections = case.objections.get(reading.id)
        # A proposal that supersedes another is an entry of both, and a denial of it bears its own subject.
        if objections and next(iter(reading.subjects), case.subject) == case.subject:
            for objection in objections:
                yield denial(case.subject, reading, objection)


def denial(subject: str, reading: Reading, objection: Reading) -> Finding:
    """Return the finding, about a subject, that one entry denies or disputes another."""
    who = objection.party
    if objection.event.event == "EntryDisputed":
        says = f"{who} disputes" if who else "It is disputed:"
    elif objection.event.event == "DenialIssued":
        says = f"{who} denies"
    else:
        says = f"{objection.id} denies"
    return Finding("denial", subject, (reading.id, objection.id), f"{says} {reading.id} ({objection.id}).")


def unbound_denials(
    objections: Mapping[str, Sequence[Reading]], get: Callable[[str], Reading | None]
) -> Iterator[Finding]:
    """Yield the denials of those contested entries that are about no subject, in fold order of what is denied.

    `get` finds how an entry reads.
    """
    readings = (reading for name in objections if (reading := get(name)) is not None and not is_bound(reading))
    known: dict[str, str] = {}
    for reading in sorted(readings, key=lambda reading: reading.order):
        subject = subject_of(get, reading, known)
        for objection in objections[reading.id]:
            yield denial(subject, reading, objection)
