"""Days: along an axis, each day on which something is said otherwise than on the day before, and what it then is.

A day is what holds at its last instant, as at a cut by it, with the other two axes open or cut. Something changes where
an entry comes in or reads otherwise, where it is certain that one has happened, and where only time passes, as when a
deadline does. The last day is that after the last date which any entry names.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from projections.claims.claims import reach_of
from projections.claims.cut import AXES, END, LAST, Cut, CutError
from projections.claims.versions import Versions
from projections.judgement.conclusions import Partners
from projections.judgement.course import Course, Where
from projections.views.moments import EARLIEST, LATEST, Turning
from projections.views.status import compose
from projections.wording.plain import says_otherwise
from tracker.dates import OPEN_FUTURE, When, day_end, from_instant, instant
from tracker.edtf import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.history import History
    from projections.claims.registers import Registers
    from projections.judgement.findings import Finding
    from projections.judgement.judge import Judged
    from projections.views.status import Status
    from tracker.events.base import Event

#: The first day that can be written; what holds before it holds from it on.
FIRST: Final = "0001-01-01"
_order = attrgetter("order")


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something is said otherwise than before it.

    `subjects` are what is judged otherwise, by subject, and `general` what is found of no one subject, None where that
    is as before. `is_step` says whether the status says something else; if not, only what it rests on is another.
    """

    day: str
    where: Where
    is_step: bool
    subjects: dict[str, Judged]
    general: tuple[Finding, ...] | None


class Days:
    """A negotiation day by day along an axis: ``known``, ``happened`` or ``recorded``; raises `CutError` for another.

    `base` cuts the other axes, and ends this one. To be gone through once, from its beginning on; `status` is quickest
    on the day to which one has come.
    """

    def __init__(self, history: History, axis: str, base: Cut | None = None, *, without: Iterable[str] = ()) -> None:
        if axis not in AXES:
            raise CutError(f"{axis!r} is no axis; write {', '.join(AXES)}")
        self.history = history
        self.axis = axis
        self.base = base or Cut()
        opened = replace(self.base, **{f"{axis}_by": None})
        self._base = reach_of(history, opened)
        #: The instant by which deadlines are judged if another axis that is cut says so, as `Cut.day` does.
        self._day = opened.happened
        if self._day is None and axis == "recorded":
            self._day = opened.known
        self._last = END if getattr(self.base, axis) is None else getattr(self.base, axis)
        self.course = Course(Versions(history, axis, self._base, tuple(without)))
        self._last_claim = _LastClaim(self.course.versions)

    def status(self, day: Day) -> Status:
        """Return the status on a day, as at a cut by it."""
        cut, where = replace(self.base, **{f"{self.axis}_by": day.day}), day.where
        found = self.course.all(where)
        return compose(self.course.versions.claims(cut, where.reach), found, self.course.general(where), where.day)

    def __iter__(self) -> Iterator[Day]:
        """Yield first the time before all days, then each day on which anything changes, in their order."""
        course, turning = self.course, Turning()
        here = self._at(EARLIEST - 1)
        said = course.all(here)
        for subject, judged in said.items():
            turning.put(subject, judged.days[1])
        general, last = course.general(here), self._last_claim.at(here)
        yield Day(FIRST, here, is_step=False, subjects=dict(said), general=general)
        days, number = self._changing(), 0
        end = self._end(days)
        ends = self._ends()
        while True:
            passing = self._passing(turning)
            following = END if passing is None else day_end(max(passing, EARLIEST - 1) + 1)
            day = min(following, days[number] if number < len(days) else END)
            if day > end:
                return
            number += number < len(days) and days[number] == day
            before, here = here, self._at(day)
            subjects = dict.fromkeys((*course.turned(before.step, here.step), *turning.passed(day)))
            while ends and ends[-1][0] <= here.reach.edge:
                subjects[ends.pop()[1]] = None
            changed: dict[str, Judged] = {}
            is_step = is_moved = False
            for subject in subjects:
                new, old = course.judged(subject, here), said.get(subject)
                turning.put(subject, new.days[1])
                said[subject] = new
                if old is not new:
                    changed[subject] = new
                    is_step = is_step or _says_otherwise(old, new)
                    is_moved = is_moved or (bool(new.findings) and old is not None and old.first != new.first)
            found, claim = course.general(here), self._last_claim.at(here)
            is_step = is_step or found != general or claim != last or self._is_told_otherwise(before, here)
            if is_moved and not is_step:
                is_step = self._findings(before) != self._findings(here)
            if changed or is_step:
                text = from_instant(day).date().isoformat()
                yield Day(text, here, is_step, changed, None if found == general else found)
            general, last = found, claim

    def _passing(self, turning: Turning) -> int | None:
        """Return the earliest day after which something is said otherwise though nothing comes in; None without one."""
        coming = self._last_claim.coming if self._day is None else None
        return min((moment for moment in (turning.next(), coming) if moment is not None), default=None)

    def _at(self, end: int) -> Where:
        """Return the place at the end of a day."""
        if self.axis == "happened":
            reach = self._base._replace(happened=(end, END, END, LAST), edge=end)
        elif self.axis == "known":
            reach = self._base._replace(known=(end, LAST))
        else:
            place = bisect_right(self.history.entries, end, key=lambda recorded: instant(recorded.recorded_at))
            reach = self._base._replace(recorded=place)
        return Where(self.course.versions.step(reach), reach, end if self._day is None else self._day)

    def _changing(self) -> list[int]:
        """Return the ends of the days on which an entry comes in, or is certain to have happened."""
        entries = self.history.entries
        if self.axis == "recorded":
            instants: Iterable[int] = {instant(recorded.recorded_at) for recorded in entries}
        else:
            instants = (place[0] for place in self.course.versions.places)
        if self.axis == "happened":
            instants = chain(instants, *(topic.ends for topic in self.course.topics.values()))
        return sorted({day_end(max(moment, EARLIEST)) for moment in instants if moment <= LATEST})

    def _end(self, days: list[int]) -> int:
        """Return the end of the day after the last one that any entry names, or on which one comes in."""
        spans = (span.reading.event for own in self.course.versions.spans for span in own)
        last = max(chain((EARLIEST,), days, (_last_of(when) for event in spans for when in _dates_in(event))))
        return min(day_end(last) + DAY, day_end(LATEST), self._last)

    def _ends(self) -> list[tuple[int, str]]:
        """Return from when on entries are certain to have happened, each with its subject, the earliest last."""
        if self.axis != "happened":
            return []
        return sorted(((end, name) for name, topic in self.course.topics.items() for end in topic.ends), reverse=True)

    def _is_told_otherwise(self, before: Where, here: Where) -> bool:
        """Say whether the head of the log, or what a status takes from the registers, is another."""
        if before.reach.recorded != here.reach.recorded:
            return True
        old, new = (self.course.versions.registers(where.step) for where in (before, here))
        return old is not new and _told(old) != _told(new)

    def _findings(self, where: Where) -> tuple[Finding, ...]:
        standing = self.course.versions.claims(Cut(), where.reach)
        return compose(standing, self.course.all(where), self.course.general(where), where.day).findings


class _LastClaim:
    """The last standing claim in fold order that has come, on one day after the other."""

    def __init__(self, versions: Versions) -> None:
        spans = [span for own in versions.spans for span in own if span.group == "standing"]
        spans.sort(key=lambda span: _order(span.reading))
        self._spans = spans
        self._entering = sorted(range(len(spans)), key=lambda number: spans[number].since)
        self._taken = 0
        #: Those that stand and have come, the last first, and those of which the time has not come.
        self._heap: list[int] = []
        self._ahead: list[tuple[int, int]] = []

    @property
    def coming(self) -> int | None:
        """The instant after which the next of those comes that are ahead; None if none is."""
        return self._ahead[0][0] - 1 if self._ahead else None

    def at(self, where: Where) -> tuple[str, str, str | None] | None:
        """Return what a status says of it; places are given in their order."""
        spans, entering = self._spans, self._entering
        while self._taken < len(entering) and spans[entering[self._taken]].since <= where.step:
            number = entering[self._taken]
            heappush(self._ahead, (spans[number].reading.order[0], number))
            self._taken += 1
        while self._ahead and (where.day is None or self._ahead[0][0] <= where.day):
            heappush(self._heap, -heappop(self._ahead)[1])
        while self._heap and spans[-self._heap[0]].until <= where.step:
            heappop(self._heap)
        if not self._heap:
            return None
        reading = spans[-self._heap[0]].reading
        return reading.id, reading.event.event, reading.occurred


def _says_otherwise(old: Judged | None, new: Judged) -> bool:
    """Say whether a status says something else of a subject."""
    if old is None:
        return new.view is not None or bool(new.findings or new.expected)
    if old.findings != new.findings or bool(old.readings) != bool(new.readings):
        return True
    if says_otherwise(old.expected, new.expected):
        return True
    one, other = old.view, new.view
    if isinstance(one, Partners) and isinstance(other, Partners):
        return _partners(one) != _partners(other)
    return says_otherwise(one, other)


def _partners(view: Partners) -> tuple[Any, ...]:
    return bool(view.because), view.partners, view.figures


def _told(registers: Registers) -> tuple[str | None, dict[str, str | None]]:
    return registers.title, {name: matter.title for name, matter in registers.matters.items()}


def _dates_in(event: Event) -> Iterator[When]:
    return (value for value in event.__dict__.values() if isinstance(value, When))


def _last_of(when: When) -> int:
    """Return the last instant that a date names, with the room that it leaves as evidence; of an open one the first."""
    _, last = when.proves()
    known = (moment for moment in (last, when.upper, when.lower) if moment < OPEN_FUTURE)
    return next(known, EARLIEST)
