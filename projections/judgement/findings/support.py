"""Support: states and positions that rest on little, or on what was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.judgement.conclusions import conclusion
from projections.judgement.findings.finding import Finding
from projections.judgement.voices import voices_among

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.judgement.findings.finding import Case
    from projections.judgement.positions import Position
    from projections.judgement.states import State
    from tracker.events.base import Evidence


def support(case: Case) -> Iterator[Finding]:
    """Yield where a state or position rests on no evidence, or on one independent voice."""
    view = case.view
    if view is None or not _says(view):
        return
    because = frozenset(view.because)
    evidence: dict[tuple[str, str | None], tuple[str, Evidence]] = {}
    for reading in case.readings:
        if reading.id in because:
            # Who says it and whom he cites is all that tells voices apart.
            for item in reading.evidence:
                evidence.setdefault((item.source, item.attributed_to), (reading.id, item))
    voices = voices_among(case.registers, evidence.values())
    if not voices:
        yield Finding("unsourced", case.subject, view.because, f"{case.name} rests on no evidence.")
    elif len(voices) == 1:
        (voice,) = voices
        whose = voice.persons[0] if voice.persons else voice.roots[0] if voice.roots else voice.sources[0]
        yield Finding("single-voice", case.subject, view.because, f"{case.name} rests on one voice: {whose}.")


def _says(view: State | Position) -> bool:
    """Say whether anything is concluded at all: what is only denied or supposed has no state, and no position."""
    return bool(view.because) and getattr(view, "state", "") is not None


def retractions(case: Case) -> Iterator[Finding]:
    """Yield where a state or stance would be another, or the only one, had nothing been retracted."""
    if not case.restored:
        return
    others = [reading for reading in case.readings if reading.id not in case.restored]
    restored = [one.reading for one in case.restored.values() if one.stands and case.subject in one.reading.subjects]
    was, because = conclusion(case.subject, sorted((*others, *restored), key=lambda reading: reading.order))
    now, _ = conclusion(case.subject, case.readings)
    if was == now:
        return
    # Where the state went back to what it was, what had led away from it is to blame, whatever that asserts.
    blamed = [reading.id for reading in because if reading.id in case.restored] or list(case.restored)
    entries = tuple(dict.fromkeys(cause for name in blamed for cause in case.restored[name].causes))
    if now is None:
        message = f"Only what was retracted said that {case.name} is {_worded(was)}."
    elif was is None:
        message = f"{case.name} is {_worded(now)} only since a retraction."
    else:
        message = f"{case.name} is {_worded(now)}, and was {_worded(was)} before a retraction."
    yield Finding("retracted-support", case.subject, entries, message)


def _worded(state: str | None) -> str:
    return (state or "").replace("-", " ")
