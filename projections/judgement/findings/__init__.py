"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, subject_of
from projections.claims.subjects import MACHINES, split
from projections.judgement.findings.conflicts import dates, denial, denials, figures, moves
from projections.judgement.findings.finding import Case, Finding
from projections.judgement.findings.identity import Roles, aliases, circles
from projections.judgement.findings.questions import judged_by, questions
from projections.judgement.findings.restoring import restorations, restored, standing_of
from projections.judgement.findings.support import retractions, support

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.positions import Position
    from projections.judgement.states import State
    from projections.views.status import Status
    from tracker.log import EventLog

__all__ = [
    "KINDS",
    "Case",
    "Finding",
    "Roles",
    "aliases",
    "circles",
    "findings",
    "findings_about",
    "findings_of",
    "global_findings",
    "judged_by",
    "restorations",
    "restored",
    "standing_of",
    "subjects_in_order",
    "unbound_denials",
]

#: Every kind of finding, the most serious first.
KINDS: Final = (
    "figure-conflict",
    "date-conflict",
    "denial",
    "illegal-transition",
    "order-conflict",
    "identity",
    "relay-cycle",
    "retracted-support",
    "overdue",
    "open-question",
    "unsourced",
    "single-voice",
)


def findings(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of a negotiation at a cut: subject by subject, then those of no one subject.

    `today` is the day by which deadlines are judged where the cut has none. Raises `NameUnknownError` for a negotiation
    or source that does not exist.
    """
    from projections.views.status import status

    return status(source, negotiation, cut, without=without, today=today).findings


def findings_of(status: Status, standing: Claims, *, today: date | None = None) -> tuple[Finding, ...]:
    """Return the findings of a status; without a day, from the cut or the caller, nothing is judged by its date."""
    day = standing.cut.day(standing.recorded, today)
    by_subject = restorations(standing) if standing.retracted else {}
    found: list[Finding] = []
    for subject, view, readings in subjects_in_order(status, by_subject):
        case = Case(
            subject=subject,
            view=view,
            readings=readings,
            restored=by_subject.get(subject, {}),
            objections=standing.objections,
            registers=standing.registers,
            day=day,
        )
        found += findings_about(case)
    found += global_findings(standing)
    return tuple(dict.fromkeys(found))


def findings_about(case: Case) -> Iterator[Finding]:
    """Yield the findings about one subject, from its entries, the objections to them, the registers and the day."""
    yield from moves(case)
    yield from figures(case)
    yield from dates(case)
    yield from denials(case)
    yield from questions(case)
    yield from support(case)
    yield from retractions(case)


def global_findings(standing: Claims) -> Iterator[Finding]:
    """Yield the findings that no one subject gives: denials of entries without a subject, identities, circles."""
    yield from unbound_denials(standing, (standing.get(name) for name in standing.objections))
    roles = Roles()
    for reading in (*standing.standing, *standing.knowledge):
        roles.put(reading, standing.get)
    yield from aliases(standing.registers)
    yield from roles.findings(standing.registers.persons)
    yield from circles(standing.registers, standing.get)


def unbound_denials(standing: Claims, contested: Iterable[Reading | None]) -> Iterator[Finding]:
    """Yield the denials of those contested entries that are about no subject, in fold order of what is denied."""
    readings = (reading for reading in contested if reading is not None and not is_bound(reading))
    known: dict[str, str] = {}
    for reading in sorted(readings, key=lambda reading: reading.order):
        subject = subject_of(standing, reading, known)
        for objection in standing.objections[reading.id]:
            yield denial(subject, reading, objection)


def subjects_in_order(
    status: Status, restored: Iterable[str]
) -> Iterator[tuple[str, State | Position | None, Sequence[Reading]]]:
    """Yield each subject with what is said of it; last those that a retraction left nothing of."""
    for family in status.things.values():
        for state in family.values():
            yield state.subject, state, status.readings(state.subject)
    for by_matter in status.positions.values():
        for position in by_matter.values():
            yield position.subject, position, status.readings(position.subject)
    for subject, readings in status.subjects.items():
        if split(subject)[0] not in (*MACHINES, "position"):
            yield subject, None, readings
    for subject in restored:
        if subject not in status.subjects:
            yield subject, None, ()
