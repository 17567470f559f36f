"""Support: states and positions that rest on little, or on what was taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from projections.conclusions import conclusion
from projections.findings.finding import Finding, Restored
from projections.readings import as_corrected
from projections.subjects import subjects_of
from projections.voices import voices_among
from tracker.events.knowledge import EntryCorrected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.claims import Claims
    from projections.findings.finding import Case
    from projections.positions import Position
    from projections.readings import Reading
    from projections.states import State
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
    restored = [one.reading for one in case.restored.values() if case.subject in subjects_of(one.reading.event)]
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


def restorations(claims: Claims) -> dict[str, dict[str, Restored]]:
    """Return by subject how the entries that a retraction bears on would read had nothing been retracted, by id."""
    found: dict[str, Restored] = {}
    corrections: dict[str, list[Reading]] = {}
    for reading in claims.retracted:
        if isinstance(reading.event, EntryCorrected):
            corrections.setdefault(reading.event.entry, []).append(reading)
        elif reading.event.kind_of_entry == "claim":
            found[reading.id] = Restored(reading, (reading.id, *reading.retracted_by))
    for name, retracted in corrections.items():
        target = claims.get(name)
        if target is not None and (name in found or claims.counts(name)):
            causes = found[name].causes if name in found else (name,)
            further = (cause for correction in retracted for cause in (correction.id, *correction.retracted_by))
            found[name] = Restored(_recorrected(claims, target, retracted), (*causes, *further))
    subjects: dict[str, dict[str, Restored]] = {}
    for name, restored in found.items():
        as_it_reads = claims.get(name)
        events = [restored.reading.event, *([as_it_reads.event] if as_it_reads else [])]
        for subject in dict.fromkeys(subject for event in events for subject in subjects_of(event)):
            subjects.setdefault(subject, {})[name] = restored
    return subjects


def _recorrected(claims: Claims, reading: Reading, retracted: Sequence[Reading]) -> Reading:
    """Return how an entry would read with retracted corrections among those in force."""
    in_force = [known for name in reading.corrected_by if (known := claims.get(name)) is not None]
    event = reading.recorded.event
    for correction in sorted((*in_force, *retracted), key=lambda known: (known.published_upper, known.position)):
        event = as_corrected(event, cast("EntryCorrected", correction.event))
    lower, upper = reading.published_lower, reading.published_upper
    if (when := event.occurred or event.published) is not None:
        lower, upper = when.lower, when.upper
    return replace(reading, event=event, lower=lower, upper=upper)
