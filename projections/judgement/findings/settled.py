"""Findings that somebody has settled: an assessment of one of their entries names them, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.events.knowledge import AssessmentChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.claims import Claims
    from projections.judgement.findings import Finding


def settling(finding: Finding) -> str:
    """Return the note by which an assessment settles a finding; of other entries, it is another finding."""
    return f"settles {finding.kind} of {finding.subject}: {', '.join(finding.entries)}"


def settled_by(finding: Finding, claims: Claims) -> AssessmentChanged | None:
    """Return the assessment in force that settles a finding, the last one; None if it is open."""
    wanted = settling(finding)
    for entry in reversed(finding.entries):
        reading = claims.get(entry)
        for name in reversed(reading.assessed_by if reading is not None else ()):
            said = claims.get(name)
            if said is not None and isinstance(said.event, AssessmentChanged) and said.event.note == wanted:
                return said.event
    return None


def unsettled(findings: Iterable[Finding], claims: Claims) -> tuple[Finding, ...]:
    """Return the findings that nobody has settled."""
    said = (reading.event for reading in claims.knowledge)
    # Few entries of a long history settle anything.
    notes = {event.note for event in said if isinstance(event, AssessmentChanged) and event.note}
    if not notes:
        return tuple(findings)
    return tuple(one for one in findings if settling(one) not in notes or settled_by(one, claims) is None)
