"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, subject_of
from projections.judgement.findings.conflicts import denial
from projections.judgement.findings.finding import Case, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from projections.claims.readings import Reading

__all__ = ["KINDS", "Case", "Finding", "unbound_denials"]

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
