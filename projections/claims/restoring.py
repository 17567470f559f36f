"""Restoring: how entries would read, and whether they would stand, had nothing been retracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projections.claims.claims import COUNTING
from projections.claims.cut import END, LAST
from tracker.events.knowledge import EntryCorrected, EntryCorroborated

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.claims.claims import Claims, Reach
    from projections.claims.history import History
    from projections.claims.readings import Order, Reading
    from projections.claims.resolver import Resolver


class Restored(NamedTuple):
    """How an entry would read had nothing been retracted, and the entries that make the difference: itself first.

    `stands` says that it would then stand at the cut. `place` is where it is told among others: those that are
    retracted themselves come first.
    """

    reading: Reading
    causes: tuple[str, ...]
    stands: bool
    subjects: tuple[str, ...]
    place: tuple[int, Order]


def restorations(claims: Claims) -> dict[str, dict[str, Restored]]:
    """Return by subject and id what would stand, stand otherwise or not stand had nothing been retracted."""
    if not claims.retracted:
        return {}
    history, unretracted = claims.history, claims.unretracted()

    def placed(index: int) -> tuple[str, Reading | None]:
        return claims.placed.at(index) if index < claims.entries else ("", None)

    roots = dict.fromkeys(history.root(history.index[reading.id]) for reading in claims.retracted)
    found = (restored(history, root, placed, unretracted, claims.reach) for root in roots)
    return by_subject([one for one in found if one is not None])


def by_subject(found: list[Restored]) -> dict[str, dict[str, Restored]]:
    """Return what a retraction bears on by subject and id, in the order in which it is told."""
    subjects: dict[str, dict[str, Restored]] = {}
    for one in sorted(found, key=lambda one: one.place):
        for subject in one.subjects:
            subjects.setdefault(subject, {})[one.reading.id] = one
    return subjects


def restored(
    history: History,
    root: int,
    placed: Callable[[int], tuple[str, Reading | None]],
    unretracted: Resolver,
    reach: Reach,
) -> Restored | None:
    """Return how a claim, the root of what is said about it, would read had nothing been retracted.

    None where no retraction bears on it, or none makes a difference. `placed` gives the group and reading of an entry;
    `unretracted` reads the entries as if nothing had been retracted. Where one goes through time entry by entry, an
    instant counts as a whole: such an entry is no step of its own.
    """
    group, itself = placed(root)
    if itself is None or itself.event.kind_of_entry != "claim":
        return None
    taken = []
    for index in history.tree(root)[1:]:
        its_group, reading = placed(index)
        if (
            its_group == "retracted"
            and reading is not None
            and isinstance(reading.event, EntryCorrected | EntryCorroborated)
        ):
            taken.append(reading)
    if group != "retracted" and not taken:
        return None
    taken.sort(key=lambda reading: reading.order)
    causes = dict.fromkeys((itself.id, *itself.retracted_by))
    for reading in taken:
        causes.update(dict.fromkeys((reading.id, *reading.retracted_by)))
    other = unretracted.read(root)
    whole = reach._replace(happened=(reach.happened[0], END, END, LAST), known=(reach.known[0], LAST))
    stands = whole.group_of(other) == "standing"
    counts = group in COUNTING and not itself.retracted_by
    if not stands and not counts:
        return None
    if stands and counts and other.event == itself.event and other.order == itself.order:
        return None
    place = (0, itself.order) if group == "retracted" else (1, taken[0].order)
    return Restored(other, tuple(causes), stands, tuple(dict.fromkeys((*other.subjects, *itself.subjects))), place)
