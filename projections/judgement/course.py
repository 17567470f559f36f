"""The course of a negotiation along one axis: what is judged of each subject, kept between one change and the next.

What is said and found of a subject depends on its own entries, on what contests them, on what would stand had nothing
been retracted, on the registers where they tell voices apart, and on the day. It can change only at steps of the axis
at which one of these does: those are known beforehand, and what is judged is kept by them.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.claims import COUNTING
from projections.claims.cut import END
from projections.claims.objections import contested_by, is_bound, objections_among
from projections.claims.resolver import START
from projections.claims.restoring import by_subject
from projections.judgement.findings.alike import alike, pairs_among, told_of, used_in
from projections.judgement.findings.corrections import corrections
from projections.judgement.findings.denials import UnboundDenials
from projections.judgement.findings.foretold import UnboundForetold
from projections.judgement.findings.identity import addresses, aliases, circles, roles_in, two_roles
from projections.judgement.judge import Judge
from projections.judgement.subjects import Subject, certain_from, is_on, tells_voices_apart
from projections.judgement.weighing import Weighing
from tracker.events.acts import DenialIssued
from tracker.events.base import Knowledge
from tracker.events.knowledge import SameAs
from tracker.events.references import entry_of, registered_field
from tracker.events.stage import AliasAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.claims import Reach
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.claims.restoring import Restored
    from projections.claims.versions import Version, Versions
    from projections.judgement.findings import Finding
    from projections.judgement.findings.alike import Pair
    from projections.judgement.findings.identity import Role
    from projections.judgement.judge import Judged

_IN_FORCE: Final = frozenset({"standing", "knowledge"})
#: Judgements of one subject that are kept.
_KEPT: Final = 12
_place = itemgetter(0)
_fold_order = attrgetter("order")


class Where(NamedTuple):
    """A place on the course: after how many steps, how far that reaches, and the day by which deadlines are judged."""

    step: int
    reach: Reach
    day: int | None


class Course:
    """What is judged along an axis, whichever way one goes."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self.topics: dict[str, Subject] = {}
        #: The step at which one judges.
        self._here = 0
        self._denials = UnboundDenials(versions)
        self._foretold = UnboundForetold()
        #: Entries where several corrections of them stand.
        self._corrected: list[Version] = []
        self._followed: set[int] = set()
        self._roles: dict[str, list[tuple[int, int, Role]]] = {}
        #: The steps at which something changes that is no subject's, and at which voices may be told apart otherwise.
        self._general: list[int] = []
        self._telling: list[int] = []
        #: The subjects whose ids are nearly alike.
        self._pairs: list[Pair] = []
        self._gather()
        self._persons: dict[tuple[Any, ...], list[tuple[str, list[tuple[int, int, Role]], list[int]]]] = {}
        self._role_findings: dict[tuple[str, int], Finding | None] = {}
        self._kept_general: tuple[int, tuple[Finding, ...]] = (-1, ())
        #: The subjects that change at each step.
        self._turning: dict[int, list[str]] = {}
        for subject, topic in self.topics.items():
            for step in topic.steps:
                self._turning.setdefault(step, []).append(subject)

    # ── looking up ──

    def judged(self, subject: str, where: Where) -> Judged:
        """Return what is judged of a subject at a place; the same object until something changes that it rests on."""
        topic = self.topics[subject]
        step, edge, day = where.step, where.reach.edge, where.day
        if topic.holds(step, edge, day):
            return topic.found
        number, ended = bisect_right(topic.steps, step), bisect_right(topic.ends, edge)
        told = bisect_right(self._telling, step)
        by_day = topic.judged.get((number, ended, told))
        if by_day is None:
            while len(topic.judged) >= _KEPT:
                del topic.judged[next(iter(topic.judged))]
            by_day = topic.judged[number, ended, told] = []
        found = next((one for one in by_day if is_on(one, day)), None)
        if found is None:
            found = self._judge(subject, topic, where)
            if len(by_day) >= _KEPT:
                del by_day[0]
            by_day.append(found)
        topic.found = found
        steps, ends, telling = topic.steps, topic.ends, self._telling
        topic.since = max(steps[number - 1] if number else 0, telling[told - 1] if told else 0)
        topic.until = min(steps[number] if number < len(steps) else END, telling[told] if told < len(telling) else END)
        topic.after = ends[ended - 1] if ended else START
        topic.before = ends[ended] if ended < len(ends) else END + 1
        return found

    def all(self, where: Where) -> dict[str, Judged]:
        """Return what is judged of all subjects at a place, in the order in which they first occur.

        Last come those of which a retraction left nothing.
        """
        standing: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        step, edge, day = where.step, where.reach.edge, where.day
        for subject, topic in self.topics.items():
            found = topic.found if topic.holds(step, edge, day) else self.judged(subject, where)
            if found.readings:
                standing.append((found.first, subject, found))
            elif found.first[0]:
                gone.append((found.first, subject, found))
        standing.sort(key=_place)
        gone.sort(key=_place)
        return {subject: found for _, subject, found in (*standing, *gone)}

    def general(self, where: Where) -> tuple[Finding, ...]:
        """Return the findings of no one subject: denials and prophecies without a subject, identities, circles."""
        number = bisect_right(self._general, where.step)
        if self._kept_general[0] != number:
            others = dict.fromkeys(self._find_general(where.step))
            self._kept_general = (number, (*self._denials.findings(where.step), *others))
        kept = self._kept_general[1]
        early = self._foretold.findings(where.step, where.day)
        return (*kept, *early) if early else kept

    def turned(self, before: int, after: int) -> Iterable[str]:
        """Return the subjects of which something may be judged otherwise at one step than at another."""
        low, high = sorted((before, after))
        if bisect_right(self._telling, low) != bisect_right(self._telling, high):
            return self.topics
        if high == low + 1:
            return self._turning.get(high, ())
        return dict.fromkeys(subject for step in range(low + 1, high + 1) for subject in self._turning.get(step, ()))

    def moved(self, subject: str, before: int, after: int) -> tuple[list[Reading], list[Reading]]:
        """Return which entries of a subject stand at one step and not so at a later one, and which there only."""
        topic = self.topics[subject]
        steps = topic.steps[bisect_right(topic.steps, before) : bisect_right(topic.steps, after)]
        gone = [span.reading for step in steps for span in topic.ending.get(step, ()) if span.since <= before]
        come = [span.reading for step in steps for span in topic.beginning.get(step, ()) if after < span.until]
        if len(steps) > 1:
            gone.sort(key=_fold_order)
            come.sort(key=_fold_order)
        return gone, come

    # ── judging ──

    def _judge(self, subject: str, topic: Subject, where: Where) -> Judged:
        versions, step = self.versions, where.step
        readings, one = self._taken(subject, topic, where)
        restored: dict[str, Restored] = {}
        if topic.restored:
            found = [one for since, until, one in topic.restored if since <= step < until]
            restored = by_subject(found).get(subject, {})
        contesting = [span.reading for span in topic.contesting if span.since <= step < span.until]
        contesting += [span.reading for span in topic.denying if span.since <= step < span.until]
        objections = (
            objections_among(contesting, readings, lambda entry: versions.counts(entry, step)) if contesting else {}
        )
        return one.judged(readings, restored, objections, versions.registers(step), where.day)

    def _taken(self, subject: str, topic: Subject, where: Where) -> tuple[list[Reading], Judge]:
        """Return a subject's standing entries at a place, and a judge who has taken them in.

        Where they are those of an earlier step and some after these in fold order, the judge goes on.
        """
        step, edge = where.step, where.reach.edge
        number = bisect_right(topic.steps, step)
        registers = self.versions.registers(step)
        self._here = step
        # Where all of them are certain to have happened, it is as without an edge.
        if topic.current is not None and topic.certain <= edge and topic.current[2].reaches(where.day, registers):
            before, readings, one = topic.current
            passed = topic.steps[before:number]
            if number == before:
                return readings, one
            new = [span.reading for at in passed for span in topic.beginning.get(at, ())]
            new.sort(key=_fold_order)
            certain = max(map(certain_from, new), default=START)
            is_later = not new or not readings or readings[-1].order < new[0].order
            goes_on = bool(passed) and is_later and certain <= edge and topic.ending.keys().isdisjoint(passed)
            if goes_on and (not new or one.accepts(new[0])):
                readings = [*readings, *new]
                for reading in new:
                    one.take(reading)
                topic.current, topic.certain = (number, readings, one), max(topic.certain, certain)
                return readings, one
        readings = [span.reading for span in topic.own if span.since <= step < span.until]
        topic.certain = max(map(certain_from, readings), default=START)
        if topic.certain > edge:
            readings = [self.versions.seen(reading, "standing", where.reach) for reading in readings]
        one = Judge(subject, Weighing(registers, self._read))
        for reading in readings:
            one.take(reading)
        topic.current = (number, readings, one) if topic.certain <= edge else None
        return readings, one

    def _read(self, entry: str) -> Reading | None:
        """Return how an entry reads where one judges."""
        return self.versions.get(entry, self._here)

    def _find_general(self, step: int) -> Iterator[Finding]:
        versions, registers = self.versions, self.versions.registers(step)

        def get(entry: str) -> Reading | None:
            return versions.get(entry, step)

        corrected = [span.reading for span in self._corrected if span.since <= step < span.until]
        yield from corrections(corrected, get, versions.resolver(step).corrected)
        yield from addresses(registers)
        yield from aliases(registers)
        yield from alike(self._pairs, registers, lambda subject: self._told_of(subject, step))
        for person, given, steps in self._grouped(registers):
            number = (person, bisect_right(steps, step))
            if number not in self._role_findings:
                roles = [role for since, until, role in given if since <= step < until]
                self._role_findings[number] = two_roles(registers.persons, person, roles)
            if (found := self._role_findings[number]) is not None:
                yield found
        yield from circles(registers, get)

    def _told_of(self, subject: str, step: int) -> tuple[str, bool] | None:
        """Return which entry gives life to a thing at a step, and whether any gives it a title."""
        topic = self.topics.get(subject)
        standing = topic.own if topic is not None else ()
        return told_of(subject, (span.reading for span in standing if span.since <= step < span.until))

    def _grouped(self, registers: Registers) -> list[tuple[str, list[tuple[int, int, Role]], list[int]]]:
        """Return by person, in their order, the roles that are given to any of the person's names."""
        key = tuple(registers.person_aliases)
        found = self._persons.get(key)
        if found is None:
            self._role_findings.clear()
            by_person: dict[str, list[tuple[int, int, Role]]] = {}
            for name, given in self._roles.items():
                by_person.setdefault(registers.persons.key(name), []).extend(given)
            found = [
                (person, given, sorted({step for one in given for step in one[:2]}))
                for person, given in sorted(by_person.items())
            ]
            self._persons = {key: found}
        return found

    # ── gathering ──

    def _gather(self) -> None:
        """Find the topics, with the steps at which each may change."""
        general: set[int] = set()
        telling: set[int] = set()
        cited = self._cited_first()
        for index, spans in enumerate(self.versions.spans):
            for span in spans:
                self._correct(span, general)
                if span.group == "stage":
                    general.update(span[:2])
                    if self._tells(span.reading, index, cited):
                        telling.update(span[:2])
                elif span.group in _IN_FORCE:
                    self._take(span, general)
                    # Who is who, and what is alike, may be found otherwise where two ids are one.
                    general.update(span[:2] if isinstance(span.reading.event, SameAs) else ())
                    telling.update(span[:2] if tells_voices_apart(span.reading.event) else ())
        for since, until, one in self.versions.restored:
            for subject in one.subjects:
                self._topic(subject).restored.append((since, until, one))
        for topic in self.topics.values():
            topic.settle()
        general.update(self._pairing())
        self._denials.settle()
        self._foretold.settle()
        self._general, self._telling = sorted(general), sorted(telling)

    def _pairing(self) -> Iterator[int]:
        """Find the subjects whose ids are nearly alike; yield where any comes or goes, or where two become one."""
        if self._corrected and self.versions.history.merging is not None:
            # Two corrections give one id once the two that they give are one.
            saying = (own for own in self.versions.spans if own and isinstance(own[0].reading.event, SameAs))
            yield from (at for own in saying for span in own for at in span[:2])
        self._pairs = pairs_among(self._ids())
        for subject in dict.fromkeys(subject for pair in self._pairs for subject in pair if subject in self.topics):
            yield from self.topics[subject].steps

    def _ids(self) -> Iterator[str]:
        """Yield all that is registered or comes to life by use, wherever on the axis that is so."""
        for span in (span for spans in self.versions.spans for span in spans):
            if span.group == "standing":
                yield from used_in(span.reading)
            elif span.group == "stage" and (name := registered_field(type(span.reading.event))) is not None:
                yield f"{name}:{getattr(span.reading.event, name)}"

    def _correct(self, span: Version, general: set[int]) -> None:
        """Note an entry that counts while several corrections of it stand, with where any of these reads otherwise."""
        if len(span.reading.corrected_by) > 1 and span.group in COUNTING and not span.reading.retracted_by:
            self._corrected.append(span)
            for name in (span.reading.id, *span.reading.corrected_by):
                spans = self.versions.spans[self.versions.history.index[name]]
                general.update(step for one in spans for step in one[:2])

    def _take(self, span: Version, general: set[int]) -> None:
        """Note an entry where it is in force: what it is about, contests, and gives as roles of persons."""
        if span.group == "standing":
            self._foretold.take(span)
            for subject in span.reading.subjects:
                self._topic(subject).own.append(span)
        if span.reading.contests:
            self._contest(span, general)
        for name, role in roles_in(span.reading, lambda entry: self.versions.get(entry, span.since)):
            general.update(span[:2])
            self._roles.setdefault(name, []).append((span.since, span.until, role))

    def _topic(self, subject: str) -> Subject:
        found = self.topics.get(subject)
        if found is None:
            found = self.topics[subject] = Subject()
        return found

    def _contest(self, span: Version, general: set[int]) -> None:
        """Note an entry that denies or disputes another with all subjects that this one is ever about."""
        target = self.versions.history.index.get(contested_by(span.reading) or "")
        if target is None or target >= len(self.versions.spans):
            return
        subjects: dict[str, None] = {}
        is_unbound = False
        for own in self.versions.spans[target]:
            if own.group in COUNTING and is_bound(own.reading):
                subjects[own.reading.subjects[0]] = None
            elif own.group in COUNTING:
                is_unbound = True
        for subject in subjects:
            self._topic(subject).contesting.append(span)
        if is_unbound:
            self._denials.take(target, span)
            general.update(span[:2])
            self._follow(target, general)

    def _follow(self, index: int, general: set[int]) -> None:
        """Note where a contested entry reads otherwise, and what it is about in turn, which names the subject."""
        todo = [index]
        while todo:
            index = todo.pop()
            if index not in self._followed:
                self._followed.add(index)
                self._denials.follow(index)
                for span in self.versions.spans[index]:
                    general.update(span[:2])
                    event = span.reading.event
                    target = entry_of(event) if isinstance(event, DenialIssued | Knowledge) else None
                    below = self.versions.history.index.get(target or "")
                    if below is not None and below < len(self.versions.spans):
                        todo.append(below)

    def _cited_first(self) -> dict[str, int]:
        """Return for each source the first entry that names it, as evidence or as what another one repeats."""
        found: dict[str, int] = {}
        for index, recorded in enumerate(self.versions.history.entries):
            event = recorded.event
            for item in event.evidence:
                found.setdefault(item.source, index)
            if isinstance(event, SourceRegistered):
                for name in event.relays:
                    found.setdefault(name, index)
        return found

    def _tells(self, reading: Reading, index: int, cited: dict[str, int]) -> bool:
        """Say whether a line of the registers may tell voices apart otherwise than before, or who acts for whom."""
        event = reading.event
        if isinstance(event, SourceRegistered):
            known = event.source in self.versions.history.unsettled
            return known or cited.get(event.source, index) < index
        if isinstance(event, PartyAdded):
            return bool(event.members or event.of)
        return isinstance(event, AliasAdded) and event.person is not None
