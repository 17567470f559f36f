"""Objections: the standing entries that deny or dispute another standing entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.persons import fold_name
from projections.claims.readings import subjects_of
from tracker.dates import When
from tracker.events.acts import DenialIssued
from tracker.events.base import Amount, Knowledge
from tracker.events.knowledge import AssessmentChanged, EntryDisputed
from tracker.events.references import entry_of
from tracker.events.stage import PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from projections.claims.readings import Reading


#: What an entry of a type is for telling: who denies one thing of the kind does not deny another.
_TOLD: Final = {
    "StrengthReported": "strength",
    "WithdrawalProgressReported": "departed",
    "WithdrawalTimetableSet": "deadline",
    "WithdrawalTimetableRevised": "deadline",
    "DestinationSet": "destination",
    "TalksConcluded": "outcome",
    "ConcessionMade": "terms",
    "RedLineDeclared": "terms",
}


def objections_among(
    contesting: Iterable[Reading], standing: Iterable[Reading], counts: Callable[[str | None], bool]
) -> dict[str, tuple[Reading, ...]]:
    """Return for each entry that some entries in force deny or dispute those that do so, in fold order.

    Three things object to an entry: a dispute of it, a denial issued of it, and an entry in which a source denies the
    same happening (modality ``denied``), unless its dates exclude the entry's or it was published before the entry was.
    `standing` are the claims of which somebody may deny that they happened; `counts` says whether an entry counts.
    """
    found: dict[str, dict[str, Reading]] = {}
    denied: dict[Hashable, list[Reading]] = {}
    for reading in contesting:
        target = contested_by(reading)
        if target is not None and counts(target):
            found.setdefault(target, {})[reading.id] = reading
        if reading.event.modality == "denied" and (happening := reading.happening) is not None:
            denied.setdefault(happening, []).append(reading)
    if denied:
        for reading in standing:
            if reading.asserts:
                for denial in denied.get(reading.happening, ()):
                    if denies(denial, reading):
                        found.setdefault(reading.id, {})[denial.id] = denial
    return {
        entry: tuple(sorted(readings.values(), key=lambda reading: reading.order)) for entry, readings in found.items()
    }


def contested_by(reading: Reading) -> str | None:
    """Return the entry that a denial or dispute names; None where it is neither."""
    event = reading.event
    if isinstance(event, DenialIssued):
        return event.of if reading.asserts else None
    return event.entry if isinstance(event, EntryDisputed) else None


def subject_of(get: Callable[[str], Reading | None], reading: Reading, known: dict[str, str]) -> str:
    """Return the subject that a finding about an entry bears: a denial that of what it denies, knowledge likewise.

    `get` finds how an entry reads; `known` holds by entry what was found before: a long row is then walked once.
    """
    way: dict[str, None] = {}
    subject = known.get(reading.id)
    while subject is None and reading.id not in way:
        way[reading.id] = None
        event = reading.event
        target = entry_of(event) if isinstance(event, DenialIssued | Knowledge) else None
        below = get(target) if target is not None else None
        if below is None:
            subject = _own_subject(reading)
        else:
            reading = below
            subject = known.get(reading.id)
    if subject is None:
        # They go in a circle.
        return _own_subject(reading)
    known.update(dict.fromkeys(way, subject))
    return subject


def _own_subject(reading: Reading) -> str:
    """Return the subject of an entry by itself."""
    event = reading.event
    if isinstance(event, AssessmentChanged) and event.source is not None:
        return f"source:{event.source}"
    if isinstance(event, SourceRegistered):
        return f"source:{event.source}"
    if isinstance(event, PartyAdded):
        return f"party:{event.party}"
    return next(iter(subjects_of(event)), f"entry:{reading.id}")


def is_bound(reading: Reading) -> bool:
    """Say whether an entry is a claim about a subject, so that what contests it is found with that subject."""
    return reading.event.kind_of_entry == "claim" and bool(reading.subjects)


def denies(denial: Reading, reading: Reading) -> bool:
    """Say whether a denial can be of an entry of one happening: neither what it tells nor its dates exclude it."""
    field = _TOLD.get(denial.kind)
    if field is not None and not _covers(denial.event.__dict__[field], reading.event.__dict__[field]):
        return False
    if denial.event.occurred is not None and reading.event.occurred is not None:
        return denial.overlaps(reading)
    return denial.published_upper >= reading.published_lower


def _covers(denied: object, told: object) -> bool:
    """Say whether who denies one thing denies another: a figure within his, a date that may be the same, like words."""
    if denied is None or told is None:
        return True
    if isinstance(denied, Amount) and isinstance(told, Amount):
        return (denied.unit, denied.scope) == (told.unit, told.scope) and _is_within(told.bounds, denied.bounds)
    if isinstance(denied, When) and isinstance(told, When):
        return denied.lower <= told.upper and told.lower <= denied.upper
    return fold_name(str(denied)) == fold_name(str(told))


def _is_within(inner: tuple[float | None, float | None], outer: tuple[float | None, float | None]) -> bool:
    (low, high), (least, most) = inner, outer
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )
