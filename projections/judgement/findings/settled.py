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


def reasons(findings: Iterable[Finding], claims: Claims) -> dict[Finding, str]:
    """Return those of some findings that are settled, each with the reason; empty where none was given."""
    said = (reading.event for reading in claims.knowledge)
    # Few entries of a long history settle anything.
    notes = {event.note for event in said if isinstance(event, AssessmentChanged) and event.note}
    found = ((one, settled_by(one, claims)) for one in findings if notes and settling(one) in notes)
    return {one: settles.reason or "" for one, settles in found if settles is not None}


def unsettled(findings: Iterable[Finding], claims: Claims) -> tuple[Finding, ...]:
    """Return the findings that nobody has settled."""
    findings = tuple(findings)
    settled = reasons(findings, claims)
    return tuple(one for one in findings if one not in settled)
