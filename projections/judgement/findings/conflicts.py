"""Conflicts: figures and dates that cannot both be right, denials, and moves that a state machine does not allow."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, subject_of
from projections.claims.persons import fold_name
from projections.judgement.findings import Finding, ids
from projections.judgement.things import Thing
from projections.wording.sentences import figure_text, listed
from tracker.dates import OPEN_PAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from projections.claims.figures import Measure
    from projections.claims.readings import Reading
    from projections.judgement.findings import Case
    from projections.judgement.lifecycle import Lifecycle
    from projections.judgement.things import Gathered
    from tracker.events.base import Event

#: What happens once each time that a state is entered, by event type, as sentences call it.
ONCE: Final = {
    "AgreementNegotiated": "its negotiation",
    "AgreementSigned": "its signature",
    "AgreementRatified": "its ratification",
    "ConsentExpressed": "its consent",
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
}
#: What happens once for each of these, not once for the subject.
_PER: Final = {
    "SiteHandedOver": "site",
    "AgreementSigned": "by",
    **dict.fromkeys(
        ("AgreementRatified", "ConsentExpressed", "AgreementRevoked", "AgreementEnteredIntoForce", "ProposalAccepted"),
        "party",
    ),
}


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
    """The once-only happenings that standing entries date apart, one finding for each type, naming all that disagree.

    An entry without `occurred` proves nothing, and neither does one that moved nothing.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._happenings: dict[tuple[str, int], dict[str, _Happening]] = {}

    def take(self, reading: Reading, said: Gathered) -> None:
        """Take in the next standing entry in fold order, which `said` has taken in before."""
        if reading.kind not in ONCE or reading.event.occurred is None or not reading.asserts or reading.is_plan:
            return
        moved = said.moved.get(reading.id) if isinstance(said, Thing) else None
        if reading.moves_to is not None and moved is None:
            return
        field = _PER.get(reading.kind)
        given = reading.event.__dict__[field] if field else None
        if reading.kind == "SiteHandedOver" and not given:
            return
        for whose in given if isinstance(given, tuple) else (given,):
            of_type = self._happenings.setdefault((reading.kind, moved or 0), {})
            of_type.setdefault(fold_name(whose or ""), _Happening(whose)).take(reading)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each type of happening that is dated apart."""
        for (kind, _), of_type in self._happenings.items():
            apart = {happening: happening.apart() for happening in of_type.values()}
            if any(apart.values()):
                yield self._finding(kind, {happening: found for happening, found in apart.items() if found})

    def _finding(self, kind: str, apart: Mapping[_Happening, Sequence[Reading]]) -> Finding:
        readings = list(dict.fromkeys(ids(reading for found in apart.values() for reading in found)))
        whose = listed([happening.whose for happening in apart if happening.whose])
        whose = f" {'of' if _PER.get(kind) == 'site' else 'by'} {whose}" if whose else ""
        dates = dict.fromkeys(reading.occurred or "" for found in apart.values() for reading in found)
        message = f"{self._subject.partition(':')[2]}: {ONCE[kind]}{whose} is dated {listed(list(dates))}."
        return Finding("date-conflict", self._subject, tuple(readings), message)


class _Happening:
    """The reports of one happening, and those of them that begin last and that end first, clock times by themselves."""

    def __init__(self, whose: str | None) -> None:
        self.whose = whose
        self.readings: list[Reading] = []
        self._extremes: dict[tuple[bool, bool], Reading] = {}
        self._apart: tuple[int, list[Reading]] = (0, [])

    def take(self, reading: Reading) -> None:
        self.readings.append(reading)
        first, last = reading.proves
        is_clock = reading.event.occurred is not None and reading.event.occurred.is_clock_time
        latest = self._extremes.get((is_clock, True))
        if latest is None or first > latest.proves[0]:
            self._extremes[is_clock, True] = reading
        earliest = self._extremes.get((is_clock, False))
        if earliest is None or last < earliest.proves[1]:
            self._extremes[is_clock, False] = reading

    def apart(self) -> list[Reading]:
        """Return the reports whose dates leave no room for another one's."""
        count, found = self._apart
        if count == len(self.readings):
            return found
        ends = list(self._extremes.values())
        found = []
        if any(one.is_disjoint(other) for one in ends for other in ends):
            found = [reading for reading in self.readings if any(reading.is_disjoint(end) for end in ends)]
        self._apart = (len(self.readings), found)
        return found


def contradictions(subject: str, said: Gathered) -> Iterator[Finding]:
    """Yield the states and single values that cannot be true together; a note if no such one is shown any more."""
    name = subject.partition(":")[2]
    for field, values, is_shown in said.conflicts():
        entries = ids(reading for readings in values.values() for reading in readings)
        told = listed([value.replace("-", " ") if field == "state" else value for value in values])
        severity = "conflict" if is_shown else "note"
        if field == "state":
            yield Finding("state-conflict", subject, entries, f"{name} is said to be {told} at one time.", severity)
        else:
            message = f"{name}: {field.replace('_', ' ')} is given as {told} at one time."
            yield Finding("value-conflict", subject, entries, message, severity)


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
