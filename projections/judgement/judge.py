"""Judging: what is concluded of a subject and found about it, from its readings at a cut, and from nothing else.

This is the one place where that is worked out: a status, a step, a difference and a row of a table all come from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from projections.claims.readings import by_subject
from projections.claims.restoring import restorations
from projections.judgement.conclusions import Position, gathering
from projections.judgement.expectations import announced_of, expected_of, passes
from projections.judgement.findings import Case
from projections.judgement.findings.alike import alike, pairs_among, registered_in, told_of, used_in
from projections.judgement.findings.conflicts import Dates, Moves, contradictions
from projections.judgement.findings.corrections import corrections
from projections.judgement.findings.denials import denials, unbound_denials
from projections.judgement.findings.figures import Figures
from projections.judgement.findings.foretold import Foretold, foretold_by
from projections.judgement.findings.identity import addresses, aliases, circles, roles_in, two_roles
from projections.judgement.findings.questions import SupportFindings, passed, questions, retractions, unretracted
from projections.judgement.states import State
from projections.judgement.things import Thing, days_between
from projections.judgement.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.claims.restoring import Restored
    from projections.judgement.conclusions import View
    from projections.judgement.findings import Finding
    from projections.judgement.findings.identity import Role
    from projections.judgement.states import Expected


class Judged(NamedTuple):
    """What is said of a subject, from which standing entries in fold order, and what is found about it.

    `days` are two instants: the same is said on every day that ends after the first, and not after the second.
    `first` is its place among the subjects: of its first entry, or where a retraction left nothing, of what was
    retracted; and of the subject among those of that entry. `expected` is what is to come of it.
    """

    view: View | None
    readings: list[Reading]
    findings: tuple[Finding, ...]
    first: tuple[Any, ...]
    days: tuple[int, int]
    expected: tuple[Expected, ...] = ()


class Judge:
    """One subject's judge: takes in its standing entries in fold order, and says what follows from those so far."""

    def __init__(self, subject: str, weighing: Weighing) -> None:
        self.subject = subject
        self.weighing = weighing
        self._said = gathering(subject, weighing)
        self._generation = 0
        self._support = SupportFindings()
        self._watch()

    def _watch(self) -> None:
        """Begin to look for contradictions."""
        self._moves: dict[int, Moves] = {}
        self._figures = Figures(self.subject)
        self._dates = Dates(self.subject)
        self._foretold = Foretold(self.subject)

    def _moved(self) -> Iterator[Finding]:
        """Yield the moves that the machine does not allow."""
        for life in self._said.lives if isinstance(self._said, Thing) else ():
            moves = self._moves.get(id(life))
            if moves is None:
                moves = self._moves[id(life)] = Moves(self.subject, life)
            yield from moves.findings()

    def take(self, reading: Reading) -> None:
        """Take in the next entry."""
        self._said.take(reading)

    def accepts(self, reading: Reading) -> bool:
        """Say whether an entry can be taken in as the next one."""
        return self._said.accepts(reading)

    def reaches(self, day: int | None, registers: Registers) -> bool:
        """Say whether one can go on by a day and by these registers; they are taken note of."""
        if self.weighing.registers is not registers:
            if self.weighing.has_chosen or self.weighing.registers.groups != registers.groups:
                return False
            self.weighing.registers = registers
        return self._said.reaches(day)

    def judged(
        self,
        readings: list[Reading],
        restored: Mapping[str, Restored],
        objections: Mapping[str, Sequence[Reading]],
        registers: Registers,
        day: int | None,
    ) -> Judged:
        """Return what is concluded and found from `readings`, all of which were taken in; see `Case` for the rest."""
        said = self._said
        told, generation = said.settle(day), said.generation
        if generation != self._generation:
            self._generation = generation
            self._watch()
        for reading in told:
            if not reading.is_plan:
                self._figures.take(reading)
            self._dates.take(reading, said)
            self._foretold.take(reading)
        view = said.view(day) if said.is_named() else None
        shown = view if isinstance(view, State | Position) else None
        announced = tuple(announced_of(self.subject, said)) if readings else ()
        expected = expected_of(announced, day)
        if isinstance(view, State):
            view.expected = expected
        case = Case(self.subject, shown, readings, restored, objections, registers, day, expected)
        had = unretracted(case, self.weighing)
        found = (
            *self._moved(),
            *self._figures.findings(),
            *self._dates.findings(),
            *contradictions(self.subject, said),
            *self._foretold.findings(said.ahead()),
            *denials(case),
            *questions(case),
            *passed(case),
            *self._support.findings(case, said.because),
            *retractions(case, self.weighing, had),
        )
        if case.objections or case.restored:
            found = tuple(dict.fromkeys(found))
        if readings:
            first: tuple[Any, ...] = (readings[0].order, readings[0].subjects.index(self.subject))
        else:
            one = next(iter(restored.values()), None)
            first = (one.place, one.subjects.index(self.subject)) if one is not None else ((), 0)
        # What a retraction took back might have moved something by itself on its day.
        others = had[0].moments() if had is not None else ()
        moments = (*said.moments(), *(passes(one.date) for one in announced), *others)
        return Judged(view, readings, found, first, days_between(moments, day), expected)


def judge_all(standing: Claims, day: int | None) -> tuple[dict[str, Judged], tuple[Finding, ...]]:
    """Return what is concluded of all subjects of a cut, those first of which something stands, and what else is found.

    Without a day, nothing is judged by its date.
    """
    restored, objections, registers = restorations(standing), standing.objections, standing.registers
    subjects = by_subject(standing.standing)
    for subject in restored:
        subjects.setdefault(subject, [])
    judged = {}
    for subject, readings in subjects.items():
        one = Judge(subject, Weighing(registers, standing.get))
        for reading in readings:
            one.take(reading)
        judged[subject] = one.judged(readings, restored.get(subject, {}), objections, registers, day)
    return judged, tuple(dict.fromkeys(_general(standing, subjects, day)))


def _general(standing: Claims, subjects: Mapping[str, list[Reading]], day: int | None) -> Iterator[Finding]:
    """Yield what no one subject gives: denials and prophecies without one, corrections, identities, circles."""
    registers, get = standing.registers, standing.get
    yield from unbound_denials(standing.objections, get)
    counted = (*standing.standing, *standing.knowledge, *(one for one in standing.stage if not one.retracted_by))
    yield from corrections(counted, get, standing.unretracted().corrected)
    yield from addresses(registers)
    yield from aliases(registers)
    used = (subject for readings in subjects.values() for reading in readings for subject in used_in(reading))
    pairs = pairs_among((*used, *registered_in(registers)))
    yield from alike(pairs, registers, lambda subject: told_of(subject, subjects.get(subject, ())))
    by_person: dict[str, list[Role]] = {}
    for reading in (*standing.standing, *standing.knowledge):
        for name, role in roles_in(reading, get):
            by_person.setdefault(registers.persons.key(name), []).append(role)
    for person in sorted(by_person):
        if found := two_roles(registers.persons, person, by_person[person]):
            yield found
    yield from circles(registers, get)
    for reading in standing.standing:
        yield from foretold_by(reading, day)
