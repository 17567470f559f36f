"""Conflicts: figures and dates that cannot both be right, denials, and moves that a state machine does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, subject_of
from projections.claims.persons import fold_name
from projections.judgement.agreements import AgreementThing
from projections.judgement.findings import Finding, ids
from projections.judgement.things import Thing
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from projections.claims.readings import Reading
    from projections.judgement.findings import Case
    from projections.judgement.lifecycle import Lifecycle
    from projections.judgement.things import Gathered

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
        #: The moves backward, each by the entry that set the state and those that report it.
        self._reports: list[list[Reading]] = []
        #: How many of the moves backward were looked at.
        self._told = 0

    def findings(self) -> list[Finding]:
        """Return them as findings, the illegal ones first."""
        name = self._subject.partition(":")[2]
        for one in self._life.illegal[len(self._illegal) :]:
            message = f"{name} went from {_worded(one.was)} to {_worded(one.asked)}, which nothing allows."
            self._illegal.append(Finding("illegal-transition", self._subject, (one.before.id, one.after.id), message))
        for one in self._life.backward[self._told :]:
            self._told += 1
            last = self._reports[-1] if self._reports else None
            # Several reports of one move at one time are one contradiction.
            is_same = last is not None and last[0] is one.before and last[-1].moves_to == one.after.moves_to
            if last is not None and is_same and not one.after.is_disjoint(last[-1]):
                last.append(one.after)
                del self._backward[-1]
            else:
                last = [one.before, one.after]
                self._reports.append(last)
            message = f"{name} is said to be {_worded(one.asked)} after it was {_worded(one.was)} already."
            self._backward.append(Finding("order-conflict", self._subject, ids(last), message))
        return self._illegal + self._backward


def _worded(state: str) -> str:
    return state.replace("-", " ")


class Dates:
    """The once-only happenings that standing entries date apart, one finding for each type, naming all that disagree.

    An entry without `occurred` proves nothing, and neither does one that moved nothing. A party that left or refused
    may consent and sign again.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._happenings: dict[tuple[str, int, int], dict[str, _Happening]] = {}

    def take(self, reading: Reading, said: Gathered) -> None:
        """Take in the next standing entry in fold order, which `said` has taken in before."""
        if reading.kind not in ONCE or reading.event.occurred is None or not reading.asserts or reading.is_plan:
            return
        if reading.subjects[0] != self._subject:
            return
        moved = said.moved.get(reading.id) if isinstance(said, Thing) else None
        if reading.moves_to is not None and moved is None:
            return
        field = _PER.get(reading.kind)
        given = reading.event.__dict__[field] if field else None
        if reading.kind == "SiteHandedOver" and not given:
            return
        for whose in given if isinstance(given, tuple) else (given,):
            left = said.left_by.get((reading.id, whose or ""), 0) if isinstance(said, AgreementThing) else 0
            of_type = self._happenings.setdefault((reading.kind, moved or 0, left), {})
            of_type.setdefault(fold_name(whose or ""), _Happening(whose)).take(reading)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each type of happening that is dated apart."""
        for (kind, *_), of_type in self._happenings.items():
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
