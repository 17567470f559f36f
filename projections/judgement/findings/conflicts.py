"""Conflicts: figures and dates that cannot both be right, denials, and moves that a state machine does not allow."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.persons import fold_name
from projections.judgement.findings.finding import Finding, ids, listed
from projections.wording.sentences import figure_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.claims.figures import Measure
    from projections.claims.readings import Reading
    from projections.judgement.findings.finding import Case
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


def moves(case: Case) -> Iterator[Finding]:
    """Yield the moves of a thing that its state machine does not allow."""
    life = getattr(case.view, "lifecycle", None)
    if life is None:
        return
    for before, after in life.illegal:
        message = f"{case.name} went from {_state(before.event)} to {_state(after.event)}, which nothing allows."
        yield Finding("illegal-transition", case.subject, (before.id, after.id), message)
    for before, after in life.backward:
        message = f"{case.name} is said to be {_state(after.event)} after it was {_state(before.event)} already."
        yield Finding("order-conflict", case.subject, (before.id, after.id), message)


def _state(event: Event) -> str:
    return (event.moves_to or "superseded").replace("-", " ")


def dates(case: Case) -> Iterator[Finding]:
    """Yield the once-only happenings that standing entries date apart, one for each, naming every entry that disagrees.

    An entry without `occurred` proves nothing; one whose dates leave room for all others is in no conflict.
    """
    happenings: dict[tuple[str, str], list[Reading]] = {}
    for reading in case.readings:
        what = ONCE.get(reading.kind)
        event = reading.event
        if what is None or event.occurred is None or not reading.asserts:
            continue
        field = _PER.get(reading.kind)
        which = getattr(event, field) if field else ""
        if which is not None:
            happenings.setdefault((what, fold_name(which)), []).append(reading)
    for (what, _), readings in happenings.items():
        latest_start = max(reading.lower for reading in readings)
        earliest_end = min(reading.upper for reading in readings)
        if latest_start <= earliest_end:
            continue
        apart = [reading for reading in readings if reading.upper < latest_start or reading.lower > earliest_end]
        field = _PER.get(apart[0].event.event)
        whose = f" {'of' if field == 'site' else 'by'} {getattr(apart[0].event, field)}" if field else ""
        written = listed(list(dict.fromkeys(reading.occurred or "" for reading in apart)))
        yield Finding("date-conflict", case.subject, ids(apart), f"{case.name}: {what}{whose} is dated {written}.")


def figures(case: Case) -> Iterator[Finding]:
    """Yield the figures that cannot both be right: same quantity, unit and scope, overlapping in time, ranges apart.

    One finding for all figures that disagree with one another directly or through others; a figure that disagrees with
    none is not named.
    """
    quantities: dict[tuple[str, str, str | None], list[Measure]] = {}
    for reading in case.readings:
        if reading.asserts:
            for measure in reading.measures:
                quantities.setdefault(measure[1:4], []).append(measure)
    for (quantity, unit, scope), claimed in quantities.items():
        for group in _groups(claimed):
            values = listed([figure_text(*bounds) for bounds in dict.fromkeys(measure.bounds for measure in group)])
            of = (f" {unit}" if unit != "personnel" else "") + (f" ({scope})" if scope else "")
            yield Finding(
                "figure-conflict",
                case.subject,
                ids([measure.reading for measure in group]),
                f"{case.name}: {quantity} is given as {values}{of} for one time.",
            )


def _groups(known: Sequence[Measure]) -> Iterator[list[Measure]]:
    """Yield the connected groups of figures that disagree, given in fold order.

    Of each group it is enough to know, among its figures that are open still, the least high end and the greatest low
    end: a new figure that is above the one or below the other joins it. So each is looked at a few times, however many
    are open at once.
    """
    if len({measure[4:] for measure in known}) < 2:  # noqa: PLR2004 - it takes two to disagree
        return
    groups: list[_Group | None] = []
    #: By the one end and by the other, which groups may have it: as heaps, where what has gone stays for a while.
    ends: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
    for index, (reading, _, _, _, low, high) in enumerate(known):
        joined = _Group([index], ([(high, reading.upper)], [(-low, reading.upper)]))
        for side, bound in enumerate((low, -high)):
            while ends[side] and ends[side][0][0] < bound:
                end, number = heappop(ends[side])
                group = groups[number]
                # In fold order beginnings ascend, so what ended before this one begins is open no more.
                nearest = None if group is None else group.end(side, reading.lower)
                if group is None or nearest is None:
                    continue
                if nearest == end:
                    joined = joined.with_(group)
                    groups[number] = None
                else:
                    heappush(ends[side], (nearest, number))
        for side in (0, 1):
            heappush(ends[side], (joined.open[side][0][0], len(groups)))
        groups.append(joined)
    several = sorted(sorted(group.figures) for group in groups if group is not None and len(group.figures) > 1)
    yield from ([known[index] for index in group] for group in several)


class _Group(NamedTuple):
    """Figures that disagree, and on either side the ends of those that are open, as (end, until when), as heaps."""

    figures: list[int]
    open: tuple[list[tuple[float, int]], list[tuple[float, int]]]

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
        for ends, more in zip(large.open, small.open, strict=True):
            for end in more:
                heappush(ends, end)
        return large


def denials(case: Case) -> Iterator[Finding]:
    """Yield the standing denials and disputes of a subject's entries, each with what it denies."""
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
