"""Findings that somebody has settled: an assessment of one of their entries names them, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.events.knowledge import AssessmentChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.claims import Claims
    from projections.judgement.findings import Finding


_SETTLES: Final = "settles "


def settling(finding: Finding) -> str:
    """Return the note by which an assessment settles a finding; of other entries, it is another finding."""
    return f"{_SETTLES}{finding.kind} of {finding.subject}: {', '.join(finding.entries)}"


def named_in(note: str | None) -> str:
    """Return the finding that a note settles, in words; empty for any other note.

    >>> named_in("settles figure-conflict of withdrawal:garrison: many, few")
    'figure-conflict of withdrawal:garrison: many, few'
    """
    return note.removeprefix(_SETTLES) if note and note.startswith(_SETTLES) else ""


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
