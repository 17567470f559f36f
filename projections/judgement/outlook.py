"""The outlook: a status kept up to date while the cut moves, folding anew only the subjects that a move touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.claims import GROUPS, closure, require_sources
from projections.judgement.contest import Contest
from projections.judgement.findings import (
    Case,
    Roles,
    aliases,
    circles,
    findings_about,
    judged_by,
    restorations,
    restored,
    standing_of,
    subjects_in_order,
    unbound_denials,
)
from projections.judgement.standing import Standing, exchange
from projections.views.status import Partners, compose, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.claims import Claims, Reach
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.judgement.findings import Finding
    from projections.judgement.findings.finding import Restored
    from projections.judgement.standing import Flip
    from projections.views.status import Status, View

_order = GROUPS["standing"]
_IN_FORCE: Final = frozenset({"standing", "knowledge"})


class Turn(NamedTuple):
    """What is said of a subject, from which entries, and what is found about it, before a move."""

    view: View | None
    readings: list[Reading]
    findings: tuple[Finding, ...]


class Outlook:
    """Where a negotiation stands at some reach, and the way from there to any other.

    What is said and found of a subject depends on its own entries, on what contests them, on the registers and on the
    day; a move folds anew where one of these has changed, and keeps the rest.
    """

    def __init__(self, history: History, without: frozenset[str] = frozenset(), *, today: date | None = None) -> None:
        self.history = history
        self.today = today
        self.standing = Standing(history, without)
        self.contest = Contest(self.standing)
        self.subjects: dict[str, list[Reading]] = {}
        self.views: dict[str, View | None] = {}
        self.found: dict[str, tuple[Finding, ...]] = {}
        #: The findings of no one subject, now and before the last move.
        self.general: tuple[Finding, ...] = ()
        self.general_before: tuple[Finding, ...] = ()
        #: What the last move turned, by subject.
        self.turns: dict[str, Turn] = {}
        self.claims: Claims
        self._flips: list[Flip] = []
        self._readings_before: dict[str, Reading | None] | None = None
        self._roles = Roles()
        #: Entries whose evidence may give somebody a role; the others need not be looked at.
        self._may_give_roles = history.touched.union(
            index
            for index, recorded in enumerate(history.entries)
            if recorded.event.kind_of_entry == "knowledge" or any(item.role for item in recorded.event.evidence)
        )
        self._aliases: tuple[Finding, ...] = ()
        self._circles: tuple[Finding, ...] = ()
        self._role_findings: tuple[Finding, ...] = ()
        #: What would read otherwise had nothing been retracted, whether that would stand, and by subject what differs.
        self._read: dict[int, Reading] = {}
        self._unretracted: dict[str, Restored] = {}
        self._would_stand: tuple[bool, ...] = ()
        self._restored: dict[str, dict[str, Restored]] = {}
        self._registers: Registers | None = None
        self._limits: dict[str, int] = {}
        self._passed: frozenset[str] = frozenset()
        self._first: dict[str, tuple[tuple[int, int, int], int]] = {}

    def seek(
        self,
        reach: Reach,
        cut: Cut,
        without: tuple[str, ...] = (),
        *,
        dropped: frozenset[str] | None = None,
        day: int | None = None,
    ) -> None:
        """Go to another reach, which is that of a cut or lies on the way to it.

        `dropped` are the sources that are left out there, by default those that were before. `day` is the last instant
        of the day by which deadlines are judged, by default that of the cut.
        """
        self._flips = self.standing.move(reach, dropped)
        self._readings_before = None
        self.turns = {}
        self.general_before = self.general
        for subject, gone, come in _by_subject(self._flips):
            self._fold(subject, gone, come)
        contested = self.contest.update(self._flips, self.subjects)
        self.claims = self.standing.claims(cut, without)
        # Kept up to date here; asking for them would look through all entries.
        self.claims.__dict__["objections"] = self.contest.objections
        day = day if day is not None else cut.day(self.claims.recorded, self.today)
        stale = dict.fromkeys(self.turns)
        stale.update((subject, None) for reading in contested for subject in reading.subjects)
        stale.update((subject, None) for subject in self._restore(self._flips))
        stale.update((subject, None) for subject in self._register())
        stale.update((subject, None) for subject in self._judge(day))
        for subject in stale:
            self._find(subject, day)
        self._find_roles(self._flips)
        denials = tuple(unbound_denials(self.claims, self.contest.unbound.values()))
        self.general = (*denials, *self._aliases, *self._role_findings, *self._circles)

    def before(self, entry: str) -> Reading | None:
        """Return how an entry read before the last move."""
        if self._readings_before is None:
            entries = self.history.entries
            self._readings_before = {entries[flip.where].id: flip.reading for flip in self._flips}
        return self._readings_before[entry] if entry in self._readings_before else self.standing.get(entry)

    def status(self) -> Status:
        """Return the status, as `projections.views.status.status` does."""
        in_order = sorted(self._first, key=self._first.__getitem__)
        draft = compose(self.claims, {subject: self.subjects[subject] for subject in in_order}, self.views)
        found: list[Finding] = []
        for subject, _, _ in subjects_in_order(draft, self._restored):
            found += self.found.get(subject, ())
        return replace(draft, findings=tuple(dict.fromkeys((*found, *self.general))))

    def _fold(self, subject: str, gone: list[Reading], come: list[Reading]) -> None:
        """Fold the entries of a subject anew."""
        older = self.subjects.get(subject, [])
        self.turns[subject] = Turn(self.views.get(subject), older, self.found.get(subject, ()))
        readings = exchange(older, gone, come, _order)
        if not readings:
            del self.subjects[subject], self.views[subject], self._first[subject]
            self._limits.pop(subject, None)
            return
        self.subjects[subject] = readings
        view = self.views[subject] = view_of(subject, readings)
        self._first[subject] = (readings[0].order, readings[0].subjects.index(subject))
        limit = judged_by(view)
        if limit is None:
            self._limits.pop(subject, None)
        else:
            self._limits[subject] = limit

    def _find(self, subject: str, day: int | None) -> None:
        """Find anew what there is to find about a subject."""
        readings = self.subjects.get(subject, [])
        restored = self._restored.get(subject, {})
        view = self.views.get(subject)
        if subject not in self.turns:
            self.turns[subject] = Turn(view, readings, self.found.get(subject, ()))
        if not readings and not restored:
            self.found.pop(subject, None)
            return
        case = Case(
            subject=subject,
            view=None if isinstance(view, Partners) else view,
            readings=readings,
            restored=restored,
            objections=self.contest.objections,
            registers=self.standing.registers,
            day=day,
        )
        self.found[subject] = tuple(findings_about(case))

    def _restore(self, flips: list[Flip]) -> Iterator[str]:
        """Ask anew what would stand had nothing been retracted, and yield the subjects that this may concern."""
        history, touched, kinds = self.history, self.history.touched, self.standing.kinds
        roots = {
            history.entries[history.root(flip.where)].id
            for flip in flips
            if flip.where in touched or kinds[flip.where] == "knowledge"
        }
        for tree in self.standing.reread:
            for index in tree:
                self._read.pop(index, None)
        anew = bool(roots or self.standing.reread)
        if anew:
            self._unretracted = restored(self.claims, self._read)
        would_stand = standing_of(self.claims, self._unretracted)
        if not anew and would_stand == self._would_stand:
            return
        self._would_stand = would_stand
        older, self._restored = self._restored, restorations(self.claims, self._unretracted)
        for subject in dict.fromkeys((*older, *self._restored)):
            names, others = older.get(subject, {}), self._restored.get(subject, {})
            if not roots.isdisjoint((*names, *others)) or names != others:
                yield subject

    def _register(self) -> Iterator[str]:
        """Ask anew what the registers alone tell, and yield every subject where they tell other voices apart."""
        registers, older = self.standing.registers, self._registers
        if registers is older:
            return
        self._registers = registers
        if older is None or self._tells_apart(older, registers):
            yield from (*self.subjects, *self._restored)
            self._role_findings = tuple(self._roles.findings(registers.persons))
        self._aliases = tuple(aliases(registers))
        self._circles = tuple(circles(registers, self.claims.get))

    def _tells_apart(self, older: Registers, newer: Registers) -> bool:
        """Say whether voices may be others: by aliases, or relays of sources that were there before."""
        if older.person_aliases != newer.person_aliases:
            return True
        unsettled = self.history.unsettled
        return any(
            (known.relays if (known := older.sources.get(name)) else None)
            != (known.relays if (known := newer.sources.get(name)) else None)
            for name in unsettled
        )

    def _judge(self, day: int | None) -> frozenset[str]:
        """Return the subjects whose deadlines have passed since, or are to come again."""
        passed = frozenset(subject for subject, limit in self._limits.items() if day is not None and limit < day)
        older, self._passed = self._passed, passed
        return passed ^ older

    def _find_roles(self, flips: list[Flip]) -> None:
        """Find anew who has two roles, where an entry that gives one came into force, went, or reads otherwise."""
        stirred = False
        for index in self._may_give_roles.intersection(flip.where for flip in flips):
            # What corroborates a claim gives roles to that.
            for giving in {index, self.history.root(index)}:
                reading = self.standing.shown[giving]
                if reading is not None and self.standing.group[giving] in _IN_FORCE:
                    stirred |= self._roles.put(reading, self.claims.get)
                else:
                    stirred |= self._roles.drop(self.history.entries[giving].id)
        if stirred:
            self._role_findings = tuple(self._roles.findings(self.standing.registers.persons))


def _by_subject(flips: Iterable[Flip]) -> Iterator[tuple[str, list[Reading], list[Reading]]]:
    """Yield each subject that some entries left or joined, with those."""
    gone: dict[str, list[Reading]] = {}
    come: dict[str, list[Reading]] = {}
    for _, group, reading, new_group, new_reading in flips:
        if group == "standing" and reading is not None:
            for subject in reading.subjects:
                gone.setdefault(subject, []).append(reading)
        if new_group == "standing" and new_reading is not None:
            for subject in new_reading.subjects:
                come.setdefault(subject, []).append(new_reading)
    for subject in dict.fromkeys((*gone, *come)):
        yield subject, gone.get(subject, []), come.get(subject, [])


class Seeker:
    """An outlook that leaves sources out of account, and takes in what was recorded since.

    Which sources relay nothing but what is left out depends on where the cut is; where that changes, all is read anew.
    Raises `NameUnknownError` for a source that does not exist.
    """

    def __init__(self, history: History, without: tuple[str, ...] = (), *, today: date | None = None) -> None:
        self.history = history
        self.without = without
        self._today = today
        self._outlook: Outlook | None = None
        self._registers: Standing | None = None
        self._size = -1
        require_sources(history, without)

    def go(self, reach: Reach, cut: Cut, *, day: int | None = None) -> Outlook:
        """Go to a reach, and return the outlook from there; it is the same object until something was recorded."""
        if self._size != len(self.history.entries):
            self._size = len(self.history.entries)
            self._outlook = None
            self._registers = Standing(self.history) if self.without else None
        dropped: frozenset[str] = frozenset()
        if self._registers is not None:
            self._registers.move(reach)
            dropped = closure(self._registers.registers, self.without)
        if self._outlook is None:
            self._outlook = Outlook(self.history, dropped, today=self._today)
        self._outlook.seek(reach, cut, self.without, dropped=dropped, day=day)
        return self._outlook
