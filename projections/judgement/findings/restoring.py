"""Restoring: how entries would read, and whether they would stand, had nothing been retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.cut import END
from projections.judgement.findings.finding import Restored
from tracker.events.knowledge import EntryCorrected, EntryCorroborated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading


def restored(claims: Claims, kept: dict[int, Reading] | None = None) -> dict[str, Restored]:
    """Return the claims on which a retraction bears as they would read without any, wherever that puts them, by id.

    `kept` are those that were read already, by index; the others are added.
    """
    causes: dict[int, dict[str, None]] = {}
    history = claims.history
    for reading in claims.retracted:
        if reading.event.kind_of_entry == "claim":
            causes[history.index[reading.id]] = dict.fromkeys((reading.id, *reading.retracted_by))
    for reading in claims.retracted:
        if isinstance(reading.event, EntryCorrected | EntryCorroborated):
            index = history.root(history.index[reading.id])
            if history.entries[index].event.kind_of_entry == "claim":
                itself = claims.readings[index]
                named = causes.setdefault(index, dict.fromkeys((itself.id, *itself.retracted_by)))
                named.update(dict.fromkeys((reading.id, *reading.retracted_by)))
    kept = {} if kept is None else kept
    if missing := [index for index in causes if index not in kept]:
        resolver = claims.unretracted()
        kept.update((index, resolver.read(index)) for index in missing)
    return {kept[index].id: Restored(kept[index], tuple(names)) for index, names in causes.items()}


def standing_of(claims: Claims, found: Mapping[str, Restored]) -> tuple[bool, ...]:
    """Return for each of these entries whether it would stand at the cut.

    Where one goes through time entry by entry, an instant counts as a whole: such an entry is no step of its own.
    """
    reach = claims.reach
    group_of = reach._replace(happened=(reach.happened[0], END, END), known=(reach.known[0], END)).group_of
    return tuple(group_of(one.reading) == "standing" for one in found.values())


def restorations(claims: Claims, found: Mapping[str, Restored] | None = None) -> dict[str, dict[str, Restored]]:
    """Return by subject and id the entries that would stand, stand otherwise or not stand had nothing been retracted.

    `found` are those on which a retraction bears, where they are known already.
    """
    found = restored(claims) if found is None else found
    subjects: dict[str, dict[str, Restored]] = {}
    for (name, one), stands in zip(found.items(), standing_of(claims, found), strict=True):
        itself = claims.readings[claims.index[name]]
        counts = claims.counts(name)
        if not stands and not counts:
            continue
        if stands and counts and one.reading.event == itself.event and one.reading.order == itself.order:
            continue
        for subject in dict.fromkeys((*one.reading.subjects, *itself.subjects)):
            subjects.setdefault(subject, {})[name] = one._replace(stands=stands)
    return subjects
