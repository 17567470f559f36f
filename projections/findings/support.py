"""Support: states and positions that rest on little, or on what was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.findings.finding import Finding, ids
from projections.positions import position_of
from projections.states import conclude
from projections.subjects import MACHINES, split
from projections.voices import evidence_of, voices_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.findings.finding import Case
    from projections.positions import Position
    from projections.readings import Reading
    from projections.states import State


def support(case: Case) -> Iterator[Finding]:
    """Yield where a state or position rests on no evidence, or on one independent voice."""
    view = case.view
    if view is None or not _says(view):
        return
    readings = [reading for name in view.because if (reading := case.claims.get(name)) is not None]
    registers = case.claims.registers
    voices = voices_among(registers, evidence_of(case.claims, readings))
    if not voices:
        yield Finding("unsourced", case.subject, view.because, f"{case.name} rests on no evidence.")
    elif len(voices) == 1:
        (voice,) = voices
        whose = voice.persons[0] if voice.persons else voice.roots[0] if voice.roots else voice.sources[0]
        yield Finding("single-voice", case.subject, view.because, f"{case.name} rests on one voice: {whose}.")


def _says(view: State | Position) -> bool:
    """Say whether anything is concluded at all: what is only denied or supposed has no state."""
    return getattr(view, "state", "") is not None


def retractions(case: Case) -> Iterator[Finding]:
    """Yield where a state or stance would be another, or the only one, had retracted entries stood."""
    if not case.retracted:
        return
    everything = sorted((*case.readings, *case.retracted), key=lambda reading: reading.order)
    before, after = _conclusion(case.subject, everything), _conclusion(case.subject, case.readings)
    if before is None or before[0] is None or (after is not None and after[0] == before[0]):
        return
    gone = {reading.id for reading in case.retracted}
    supported = [reading for reading in before[1] if reading.id in gone]
    # Where the state went back to what it was, the retracted entries that had led away from it are to blame.
    supported = supported or [reading for reading in case.retracted if reading.asserts]
    entries = (*ids(supported), *dict.fromkeys(name for reading in supported for name in reading.retracted_by))
    was = before[0].replace("-", " ")
    if after is None or after[0] is None:
        message = f"Only retracted entries said that {case.name} is {was}."
    else:
        message = f"{case.name} is {after[0].replace('-', ' ')}, and was {was} before a retraction."
    yield Finding("retracted-support", case.subject, entries, message)


def _conclusion(subject: str, readings: Sequence[Reading]) -> tuple[str | None, list[Reading]] | None:
    """Return a thing's state or a party's stance, and the entries that assert it; None where nothing is said."""
    if not readings:
        return None
    family, name = split(subject)
    by_id = {reading.id: reading for reading in readings}
    if family in MACHINES:
        state = conclude(subject, readings)
        return state.state, [by_id[entry] for entry in state.because]
    if family == "position":
        party, _, matter = name.partition("/")
        position = position_of(party, matter, readings)
        return position.stance, [by_id[entry] for entry in position.because]
    return None
