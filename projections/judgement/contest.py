"""What is contested while a cut moves: the standing entries that deny or dispute others, kept up to date."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from projections.claims.claims import COUNTING
from projections.claims.objections import denies, is_bound
from tracker.events.acts import DenialIssued
from tracker.events.knowledge import EntryDisputed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from projections.claims.readings import Reading
    from projections.judgement.standing import Flip, Standing

_order = attrgetter("order")
#: The groups whose entries may contest others; lines of the registers may only be contested.
_IN_FORCE: Final = frozenset({"standing", "knowledge"})


class Contest:
    """For each entry that is contested those that contest it, as `objections_in` finds them.

    `unbound` are the contested entries about no subject.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.objections: dict[str, tuple[Reading, ...]] = {}
        self.unbound: dict[str, Reading] = {}
        #: The denials and disputes that name an entry, by its id; and those of a happening, by its subject.
        self._named: dict[str, dict[str, Reading]] = {}
        self._denied: dict[str, dict[Hashable, dict[str, Reading]]] = {}

    def update(self, flips: Iterable[Flip], subjects: Mapping[str, list[Reading]]) -> list[Reading]:
        """Take in what a move changed, and return the entries that are contested otherwise than before."""
        names = self._take_in(flips, subjects)
        found = {name: self._found(name) for name in names}
        changed = [name for name in names if self.objections.get(name, ()) != found[name]]
        if changed:
            # Not in place: a status of an earlier cut keeps the old ones.
            kept = {name: objections for name, objections in self.objections.items() if name not in found}
            self.objections = {**kept, **{name: objections for name, objections in found.items() if objections}}
        readings = {name: reading for name in names if (reading := self._standing.get(name)) is not None}
        for name in names:
            if name in self.objections and name in readings and not is_bound(readings[name]):
                self.unbound[name] = readings[name]
            else:
                self.unbound.pop(name, None)
        return [readings[name] for name in changed if name in readings]

    def _take_in(self, flips: Iterable[Flip], subjects: Mapping[str, list[Reading]]) -> dict[str, None]:
        """Note what contests others and what no longer does, and return the entries that this may concern."""
        names: dict[str, None] = {}
        denied: dict[str, None] = {}
        moved: list[Reading] = []
        for _, group, reading, new_group, new_reading in flips:
            if reading is not None and group in COUNTING:
                moved.append(reading)
                if reading.contests and group in _IN_FORCE:
                    self._note(reading, names, denied, is_new=False)
            if new_reading is not None and new_group in COUNTING:
                moved.append(new_reading)
                if new_reading.contests and new_group in _IN_FORCE:
                    self._note(new_reading, names, denied, is_new=True)
        # An entry that came or went is contested where something names it, or denies what it says happened.
        for reading in moved:
            if reading.id in self._named or reading.id in self.objections or self._denials_of(reading):
                names[reading.id] = None
        for subject in denied:
            names.update((reading.id, None) for reading in subjects.get(subject, ()))
        return names

    def _note(self, reading: Reading, names: dict[str, None], denied: dict[str, None], *, is_new: bool) -> None:
        """Note an entry that contests others, or no longer does."""
        event = reading.event
        if isinstance(event, DenialIssued):
            if event.of is not None and reading.asserts:
                _keep(self._named, event.of, reading, is_new=is_new)
                names[event.of] = None
        elif isinstance(event, EntryDisputed):
            _keep(self._named, event.entry, reading, is_new=is_new)
            names[event.entry] = None
        elif event.modality == "denied" and reading.subjects:
            happenings = self._denied.setdefault(reading.subjects[0], {})
            _keep(happenings, reading.happening, reading, is_new=is_new)
            if not happenings:
                del self._denied[reading.subjects[0]]
            denied[reading.subjects[0]] = None

    def _denials_of(self, reading: Reading) -> dict[str, Reading]:
        """Return the denials that the happening that an entry asserts took place."""
        if not (self._denied and reading.asserts and reading.subjects):
            return {}
        happenings = self._denied.get(reading.subjects[0])
        return happenings.get(reading.happening, {}) if happenings else {}

    def _found(self, name: str) -> tuple[Reading, ...]:
        """Return what contests an entry now."""
        if not self._standing.counts(name):
            return ()
        found = dict(self._named.get(name, {}))
        reading = self._standing.get(name)
        if reading is not None:
            denials = self._denials_of(reading).values()
            found.update((denial.id, denial) for denial in denials if denies(denial, reading))
        return tuple(sorted(found.values(), key=_order)) if found else ()


def _keep(groups: dict[Any, dict[str, Reading]], key: Hashable, reading: Reading, *, is_new: bool) -> None:
    """Put an entry into a group, or take it out; a group that is empty goes."""
    if is_new:
        groups.setdefault(key, {})[reading.id] = reading
    elif key in groups:
        groups[key].pop(reading.id, None)
        if not groups[key]:
            del groups[key]
