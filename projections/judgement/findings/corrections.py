"""Corrections that contradict each other: two that stand and give one field of an entry different values."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from projections.judgement.findings import Finding
from projections.wording.sentences import listed
from tracker.dates import When
from tracker.events.knowledge import EntryCorrected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from projections.claims.readings import Reading
    from tracker.events.base import Event


#: Returns an event as one correction leaves it.
Corrects: TypeAlias = "Callable[[Event, EntryCorrected], Event]"


def corrections(
    readings: Iterable[Reading], get: Callable[[str], Reading | None], as_corrected: Corrects
) -> Iterator[Finding]:
    """Yield the fields to which standing corrections of one entry give different values; the later published applies.

    `readings` are entries that count, `get` finds how a correction reads, `as_corrected` what it makes of an entry. Of
    what one person corrects without a date, the last word is a revision of those before, and null against a value is
    no conflict.
    """
    for reading in sorted((one for one in readings if len(one.corrected_by) > 1), key=lambda one: one.id):
        said = [one for name in reading.corrected_by if (one := get(name)) is not None]
        for name, given in _by_field(reading, said, as_corrected).items():
            apart = _apart(given)
            if apart:
                shown = name.replace("_", " ")
                message = f"{reading.id}: {listed(apart)} give {shown} different values; the later published applies."
                yield Finding("value-conflict", f"entry:{reading.id}", apart, message)


def _by_field(reading: Reading, said: list[Reading], as_corrected: Corrects) -> dict[str, list[tuple[str, object]]]:
    """Return by field the (correction, value) pairs of those that were not revised, in the order of becoming known."""
    original = reading.recorded.event
    #: A correction without a date gives way to the next one of the same person.
    fields: dict[str, dict[str, tuple[str, object]]] = {}
    for one in said:
        if not isinstance(one.event, EntryCorrected):
            continue
        corrected = as_corrected(original, one.event)
        for name, raw in one.event.changes.items():
            if raw is not None:
                by = one.id if one.is_dated else f"\0{one.recorded.recorded_by}"
                fields.setdefault(name, {})[by] = (one.id, _value(corrected, name))
    return {name: list(given.values()) for name, given in fields.items()}


def _value(event: Event, name: str) -> object:
    """Return the value of a field by the name under which it is written."""
    fields = type(event).model_fields
    attribute = next((own for own, info in fields.items() if info.alias == name), name)
    return getattr(event, attribute, None)


def _apart(given: list[tuple[str, object]]) -> tuple[str, ...]:
    """Return the corrections whose value another one contradicts; two dates do so only if they are disjoint."""
    dates = [value for _, value in given if isinstance(value, When)]
    if len(dates) < len(given):
        different = any(value != given[0][1] for _, value in given)
        return tuple(name for name, _ in given) if different else ()
    # If any two are disjoint, each of them is so of the one that ends first or of the one that begins last.
    ends = (min(dates, key=lambda one: one.proves()[1]), max(dates, key=lambda one: one.proves()[0])) if dates else ()
    return tuple(
        name for (name, _), when in zip(given, dates, strict=True) if any(when.is_disjoint(end) for end in ends)
    )
