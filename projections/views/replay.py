"""Replay: a negotiation step by step, in the order of the world, of the public, or of the log."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.claims import reach_of, require_sources
from projections.claims.cut import AXES, END, LAST, Cut, CutError
from projections.claims.readings import MACHINES, split
from projections.claims.resolver import START
from projections.claims.versions import Versions
from projections.judgement.course import Course, Where
from projections.views.diff import Difference, Side, compare, compare_expected, compare_findings, diff, told
from projections.views.moments import LATEST, Turning, bound_of, moment_of, text_of
from projections.views.status import compose, status
from projections.views.timeline import publication_of
from tracker.codec import timestamp
from tracker.dates import day_end, from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.claims import Reach
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.findings import Finding
    from projections.views.diff import Change
    from projections.views.status import Status

#: The families of subjects in the order in which a step tells of them.
_FAMILIES: Final = (*MACHINES, "position", "party", "matter", "entry")
_ADMITTED: Final = frozenset({"standing", "retracted", "knowledge"})
#: Courses that are kept: those of one cut on each axis, and one more.
_KEPT: Final = 4
#: Readings, and readings for each entry, beyond which what is said at one cut is quicker found by itself.
_MANY: Final = 5000
_OFTEN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Difference):
    """What admitting some entries changed.

    `step` counts the entries admitted so far, `at` is when on the axis, as written, `entry` the first entry admitted,
    `entries` are all of them, and `cut` is where that leaves one, as `Cut.parse` reads it. Findings appear, go, or
    change (before, after). Time alone can change something too, as when a deadline passes: such a step of the axis
    ``happened`` admits no entry, and `entry` is None.
    """

    step: int
    at: str
    entry: str | None
    entries: tuple[str, ...] = ()
    cut: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the step as scripts rely on it."""
        told = {"step": self.step, "at": self.at, "entry": self.entry, "entries": list(self.entries), "cut": self.cut}
        return {**told, **Difference.to_json(self)}


class Moment(NamedTuple):
    """What a replay comes to: the number of entries admitted, those that come in here, and the place itself."""

    number: int
    entries: tuple[int, ...]
    where: Where
    base: Cut
    text: str | None
    course: Course

    @property
    def cut(self) -> str:
        """The cut here, as `Cut.parse` reads it."""
        values = {axis: getattr(self.base, f"{axis}_by") for axis in AXES} | {self.course.versions.axis: self.text}
        return ",".join(f"{axis}:{value}" for axis, value in values.items() if value is not None) or "now"

    def status(self) -> Status:
        """Return the status here."""
        return _status(self.course, self.where, Cut.parse(self.cut))


class Replay:
    """A loaded negotiation that can be seen at any cut, and stepped through on any axis.

    `base` cuts the axes that are not stepped along, and ends the one that is. What was judged on an axis is kept, so
    that a step or a jump costs little in a long history; what was recorded since is taken in. Raises
    `NameUnknownError` for a source `without` that does not exist.
    """

    def __init__(
        self,
        history: History,
        *,
        base: Cut | None = None,
        without: Iterable[str] = (),
        today: date | None = None,
        notes: bool = False,
    ) -> None:
        self.history = history
        #: Whether steps and differences tell of findings that are notes.
        self.notes = notes
        self.base = base or Cut()
        self.without = tuple(without)
        self.today = today
        require_sources(history, self.without)
        #: What is judged along an axis, by the axis and where the others are cut; and where one was last.
        self._courses: dict[tuple[str, Reach], Course] = {}
        self._last = Cut()
        self._measure()

    def at(self, cut: Cut) -> Status:
        """Return where the negotiation stands at a cut, as `projections.views.status.status` does."""
        if self._size != len(self.history.entries):
            self._measure()
        if self._is_dear:
            return status(self.history, self.history.negotiation, cut, without=self.without, today=self.today)
        course = self._course_for(cut)
        reach = reach_of(self.history, cut)
        recorded = instant(self.history.entries[reach.recorded - 1].recorded_at) if reach.recorded else None
        where = Where(course.versions.step(reach), reach, cut.day(recorded, self.today))
        return _status(course, where, cut)

    def diff(self, before: Cut, after: Cut) -> Difference:
        """Return what differs between two cuts."""
        return diff(self.at(before), self.at(after), notes=self.notes)

    def steps(
        self,
        axis: str,
        start: str | None = None,
        end: str | None = None,
        *,
        all: bool = False,  # noqa: A002 - what a caller writes
        each_entry: bool = False,
    ) -> Iterator[Step]:
        """Yield a step for each moment of an axis that changes a conclusion or finding, or for `all`.

        What happened, or became known, at one time is one step; in the order of recording each entry is. Where
        `each_entry` is to be one, they come in the fold order on the axis ``happened``, in that of becoming known on
        ``known``. What is said about entries steps in when it is known or recorded, and is in
        force from the start on ``happened``. `start` and `end` are dates, on ``recorded`` also positions as ``#412``,
        both inclusive; what lies before the start still counts. A day on which time alone changes something, up to
        today, is a step of its own where days pass on the axis: on ``happened`` and ``known``. Raises `CutError`.
        """
        before: Moment | None = None
        turning = Turning()
        last = min(bound_of(end, axis, is_end=True), self._today()) if self._is_passing(axis) else START
        for stop in self.walk(axis, start, end, each_entry=each_entry):
            if before is not None:
                # What time changes on the day of a step is a part of that.
                for here, found in self._passing(axis, before, min(last, (stop.where.day or START) - 1), turning):
                    before = here
                    yield self._step(axis, here, found)
                found = _difference(before, stop, turning, notes=self.notes)
                if found or all:
                    yield self._step(axis, stop, found)
            else:
                for subject, judged in stop.course.all(stop.where).items():
                    turning.put(subject, judged.days[1])
            before = stop
        if before is not None:
            for here, found in self._passing(axis, before, last, turning):
                yield self._step(axis, here, found)

    def _is_passing(self, axis: str) -> bool:
        """Say whether one judges by later days as one goes along an axis."""
        return axis == "happened" or (axis == "known" and self.base.happened is None)

    def _today(self) -> int:
        """Return the last instant up to which time passes: as the cut says, else of today."""
        day = self.base.day(None, self.today)
        return START if day is None else day

    def _passing(self, axis: str, before: Moment, last: int, turning: Turning) -> Iterator[tuple[Moment, Difference]]:
        """Yield the days up to an instant on which time alone changes something, each with what it changes."""
        course, base = before.course, before.where.reach
        while (until := turning.next()) is not None and until < last:
            day = day_end(until + 1)
            if day > min(last, LATEST):
                return
            text = from_instant(day).date().isoformat()
            place = (day, END, END, LAST) if axis == "happened" else (day, LAST)
            stop = self._stop(course, base, place, self._day(axis, day), text)
            here = stop._replace(number=before.number)
            found = _difference(before, here, turning, notes=self.notes)
            if found:
                yield here, found
            before = here

    def _step(self, axis: str, stop: Moment, found: Difference) -> Step:
        entries = tuple(self.history.entries[index].id for index in stop.entries)
        return Step(
            found.changes,
            found.appeared,
            found.gone,
            found.changed,
            step=stop.number,
            at=self._written(axis, stop) if entries else str(stop.text),
            entry=entries[0] if entries else None,
            entries=entries,
            cut=stop.cut,
        )

    def walk(
        self, axis: str, start: str | None = None, end: str | None = None, *, each_entry: bool = False
    ) -> Iterator[Moment]:
        """Yield the places that an axis comes to, first the one before any entry; see `steps`. Raises `CutError`."""
        if axis not in AXES:
            raise CutError(f"{axis!r} is no axis; write {', '.join(AXES)}")
        first, last = bound_of(start, axis, is_end=False), bound_of(end, axis, is_end=True)
        base = reach_of(self.history, self.base)
        course = self._course(axis, base)
        if axis == "recorded":
            yield from self._walk_recorded(course, base, start, end)
            return
        entries = self._visits(course, axis, base)
        begin = bisect_left(entries, ((first,), 0))
        place = (first - 1, END, END, LAST) if axis == "happened" else min(base.known, (first - 1, LAST))
        here = self._stop(course, base, place, self._day(axis, first - 1), None)
        number = begin if axis == "happened" else course.versions.count(_ADMITTED, here.where.step)
        yield here._replace(number=number)
        moments = [moment_of(entry) for entry in entries]
        ends = [*moments, base.edge + 1 if axis == "happened" else base.known[0] + 1]
        within = entries[begin : bisect_right(moments, last)]
        for moment, together in groupby(within, key=moment_of):
            text, until = text_of(moment, ends[bisect_right(moments, moment)])
            places: list[tuple[Any, tuple[int, ...]]] = [(key, (index,)) for key, index in together]
            if not each_entry:
                indexes = tuple(index for _, (index,) in places)
                places = [((until, END, END, LAST) if axis == "happened" else (until, LAST), indexes)]
            for place, indexes in places:
                stop = self._stop(course, base, place, self._day(axis, moment if each_entry else until), text)
                step = stop.where.step
                admitted = tuple(index for index in indexes if course.versions.group(index, step) in _ADMITTED)
                # An entry that is left out for its source may still have said what that relays, and so what else is.
                if admitted or any(True for _ in course.turned(here.where.step, step)):
                    number += len(admitted) or 1
                    here = stop._replace(number=number, entries=admitted or indexes[:1])
                    yield here

    def _walk_recorded(self, course: Course, base: Reach, start: str | None, end: str | None) -> Iterator[Moment]:
        first = 0 if start is None else self._before(start)
        last = base.recorded
        if end is not None:
            last = min(last, reach_of(self.history, Cut(recorded_by=end)).recorded)
        first = min(first, last)
        yield self._stop(course, base, first, self._recorded_day(first), None)
        for count in range(first + 1, last + 1):
            text = f"#{self.history.entries[count - 1].position}"
            stop = self._stop(course, base, count, self._recorded_day(count), text)
            yield stop._replace(number=count, entries=(count - 1,))

    def _visits(self, course: Course, axis: str, base: Reach) -> list[tuple[Any, int]]:
        """Return the places at which entries come in on an axis in the world or the public, each with its entry."""
        versions = course.versions
        found: list[tuple[Any, int]] = []
        if axis == "happened":
            step = versions.step(base)
            for index in range(base.recorded):
                span = versions.at(index, step)
                if span is not None and span.group in _ADMITTED and span.reading.event.kind_of_entry == "claim":
                    found.append((span.reading.order, index))
        else:
            for index in range(base.recorded):
                for span in versions.spans[index]:
                    key = span.reading.known_order
                    # It comes in where it reads so until then: what is said about it may have brought it forward.
                    if span.group != "stage" and key <= base.known and versions.is_within(span, key):
                        found.append((key, index))
        found.sort()
        return found

    def _stop(self, course: Course, base: Reach, place: Any, day: int | None, text: str | None) -> Moment:  # noqa: ANN401 - on any axis
        reach = base._replace(**{course.versions.axis: place})
        return Moment(0, (), Where(course.versions.step(reach), reach, day), self.base, text, course)

    def _course_for(self, cut: Cut) -> Course:
        """Return a course on which a cut lies: one that is there, else along the axis on which one went last."""
        reach = reach_of(self.history, cut)
        cuts = [axis for axis in AXES if getattr(cut, f"{axis}_by") is not None]
        moved = [axis for axis in cuts if getattr(cut, f"{axis}_by") != getattr(self._last, f"{axis}_by")]
        self._last = cut
        # The one used longest ago, which has judged more of what lies there than one that was made on the way.
        for axis, along in self._courses:
            if axis in (cuts or AXES) and along == self._along(axis, reach):
                return self._course(axis, reach)
        return self._course(next(iter((*moved, *cuts)), "known"), reach)

    def _course(self, axis: str, reach: Reach) -> Course:
        if self._size != len(self.history.entries):
            self._measure()
        key = (axis, self._along(axis, reach))
        found = self._courses.pop(key, None)
        if found is None:
            found = Course(Versions(self.history, axis, key[1], self.without))
            while len(self._courses) >= _KEPT:
                del self._courses[next(iter(self._courses))]
        self._courses[key] = found
        return found

    def _measure(self) -> None:
        """Take note of how many entries there are, and whether going along an axis is dearer than asking anew."""
        self._size = len(self.history.entries)
        self._courses.clear()
        self._is_dear = self.history.takes_more_readings_than(_MANY + _OFTEN * self._size)

    def _along(self, axis: str, reach: Reach) -> Reach:
        """Return a reach that is open on one axis."""
        if axis == "happened":
            return reach._replace(happened=(END, END, END, LAST), edge=END)
        if axis == "known":
            return reach._replace(known=(END, LAST))
        return reach._replace(recorded=len(self.history.entries))

    def _before(self, start: str) -> int:
        """Return how many entries were recorded before a date or position."""
        if start.startswith("#"):
            position = Cut(recorded_by=start).position or 0
            return bisect_left(self.history.entries, position, key=lambda recorded: recorded.position)
        first = bound_of(start, "recorded", is_end=False)
        return bisect_left(self.history.entries, first, key=lambda recorded: instant(recorded.recorded_at))

    def _day(self, axis: str, moment: int) -> int:
        """Return the instant by which a step judges deadlines: on the axes in the order of `Cut.day`."""
        base = self.base
        if axis != "happened" and base.happened is not None:
            return base.happened
        if axis == "recorded" and base.known is not None:
            return base.known
        return moment

    def _recorded_day(self, count: int) -> int:
        return self._day("recorded", instant(self.history.entries[count - 1].recorded_at) if count else START)

    def _written(self, axis: str, stop: Moment) -> str:
        """Return when the first entry of a step was admitted on an axis, as written where somebody wrote it."""
        versions, index = stop.course.versions, stop.entries[0]
        span = versions.at(index, stop.where.step)
        if axis != "recorded" and span is not None:
            when = span.reading.event.occurred if axis == "happened" else None
            when = when or publication_of(span.reading, versions.registers(stop.where.step))
            if axis == "known" and when is not None and span.reading.known > when.upper:
                # What is done is not known before it happened.
                return str(stop.text)
            if when is not None:
                return when.text
        return timestamp(self.history.entries[index].recorded_at)


def _status(course: Course, where: Where, cut: Cut) -> Status:
    found = course.all(where)
    return compose(course.versions.claims(cut, where.reach), found, course.general(where), where.day)


def _difference(before: Moment, after: Moment, turning: Turning, *, notes: bool) -> Difference:
    """Return what differs between a place and the next; `turning` are the subjects that a day alone may change."""
    course, versions = after.course, after.course.versions
    then, now = before.where, after.where
    subjects = {*course.turned(then.step, now.step), *turning.passed(now.day)}
    changes: list[Change] = []
    older: list[Finding] = list(course.general(then))
    newer: list[Finding] = list(course.general(now))
    for subject in sorted(subjects, key=lambda subject: (_FAMILIES.index(split(subject)[0]), subject)):
        old, new = course.judged(subject, then), course.judged(subject, now)
        turning.put(subject, new.days[1])
        if old is new:
            continue
        older += old.findings
        newer += new.findings
        if old.view is not new.view or old.expected != new.expected:
            gone, come = course.moved(subject, then.step, now.step)
            earlier = Side(old.view, old.readings, partial(_read, versions, then.step), gone)
            sides = earlier, Side(new.view, new.readings, partial(_read, versions, now.step), come)
            changes += compare_expected(old.expected, new.expected, {subject: sides}.__getitem__)
            changes += compare(subject, *sides)
    return Difference(tuple(changes), *compare_findings(*told(older, newer, notes=notes)))


def _read(versions: Versions, step: int, entry: str) -> Reading | None:
    return versions.get(entry, step)
