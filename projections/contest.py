"""What is contested while a cut moves: the standing entries that deny or dispute others, kept up to date."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from projections.objections import denies, happening_of, is_bound
from projections.subjects import subjects_of
from tracker.events.acts import DenialIssued
from tracker.events.knowledge import EntryDisputed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from projections.readings import Reading
    from projections.standing import Flip, Standing

_order = attrgetter("order")


class Contest:
    """For each entry that is contested those that contest it, as `projections.objections.objections_in` finds them.

    `unbound` are the contested entries about no subject.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.objections: dict[str, tuple[Reading, ...]] = {}
        self.unbound: dict[str, Reading] = {}
        #: The denials and disputes that name an entry, by its id; and the entries denied by their modality, by subject.
        self._named: dict[str, dict[str, Reading]] = {}
        self._denied: dict[str, dict[str, Reading]] = {}

    def update(self, flips: Iterable[Flip], subjects: Mapping[str, list[Reading]]) -> list[Reading]:
        """Take in what a move changed, and return the entries that are contested otherwise than before."""
        names: dict[str, None] = {}
        denied: dict[str, None] = {}
        for flip in flips:
            for group, reading, is_new in ((flip.group, flip.reading, False), (flip.new_group, flip.new_reading, True)):
                if reading is not None and group in {"standing", "knowledge"}:
                    self._note(reading, names, denied, is_new=is_new)
            reading = flip.new_reading or flip.reading
            if reading is not None and (reading.id in self._named or self._denied):
                names[reading.id] = None
        for subject in denied:
            names.update(dict.fromkeys(reading.id for reading in subjects.get(subject, ())))
        before = {name: self.objections.get(name, ()) for name in names}
        objections = dict(self.objections)
        for name in names:
            found = self._found(name)
            if found:
                objections[name] = found
            else:
                objections.pop(name, None)
        changed = [name for name in names if objections.get(name, ()) != before[name]]
        if changed:
            # Not in place: a status of an earlier cut keeps the old ones.
            self.objections = objections
        for name in names:
            self._sort_out(name)
        readings = (self._standing.get(name) for name in changed)
        return [reading for reading in readings if reading is not None]

    def _note(self, reading: Reading, names: dict[str, None], denied: dict[str, None], *, is_new: bool) -> None:
        event = reading.event
        target = subject = None
        if isinstance(event, DenialIssued):
            target = event.of if reading.asserts else None
        elif isinstance(event, EntryDisputed):
            target = event.entry
        elif event.modality == "denied":
            subject = next(iter(subjects_of(event)), None)
        for kept, key, touched in ((self._named, target, names), (self._denied, subject, denied)):
            if key is not None:
                touched[key] = None
                group = kept.setdefault(key, {})
                if is_new:
                    group[reading.id] = reading
                else:
                    group.pop(reading.id, None)
                    if not group:
                        del kept[key]

    def _found(self, name: str) -> tuple[Reading, ...]:
        """Return what contests an entry now."""
        if not self._standing.counts(name):
            return ()
        found = dict(self._named.get(name, {}))
        reading = self._standing.get(name)
        if reading is not None and reading.asserts and reading.event.kind_of_entry == "claim":
            subject = next(iter(subjects_of(reading.event)), "")
            if subject in self._denied:
                happening = happening_of(reading.event)
                found.update(
                    (denial.id, denial)
                    for denial in self._denied[subject].values()
                    if happening_of(denial.event) == happening and denies(denial, reading)
                )
        return tuple(sorted(found.values(), key=_order))

    def _sort_out(self, name: str) -> None:
        reading = self._standing.get(name)
        if name in self.objections and reading is not None and not is_bound(reading):
            self.unbound[name] = reading
        else:
            self.unbound.pop(name, None)

