"""Subjects: what the standing claims are about, each with its own entries in fold order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.events.acts import PartnershipOpennessDeclared, TiesDeepened
from tracker.events.agreements import AGREEMENT
from tracker.events.commitments import COMMITMENT
from tracker.events.proposals import PROPOSAL, ProposalTabled
from tracker.events.talks import TALKS
from tracker.events.withdrawals import WITHDRAWAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.readings import Reading
    from tracker.events.base import Event
    from tracker.events.machines import Machine

#: The families of things that have states, by the word before the colon of a subject.
MACHINES: Final[dict[str, Machine]] = {
    machine.subject: machine for machine in (AGREEMENT, PROPOSAL, TALKS, WITHDRAWAL, COMMITMENT)
}


def subjects_of(event: Event) -> tuple[str, ...]:
    """Return the subjects that an entry bears on: its own, a proposal superseded, the party whose partners it tells."""
    if isinstance(event, PartnershipOpennessDeclared | TiesDeepened):
        return (f"party:{event.party}",)
    subject = event.subject
    if subject is None:
        return ()
    if isinstance(event, ProposalTabled) and event.supersedes not in {None, event.proposal}:
        return (subject, f"proposal:{event.supersedes}")
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
