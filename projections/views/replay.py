"""Replay: a negotiation step by step, in the order of the world, of the public, or of the log."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from projections.claims.claims import reach_of
from projections.claims.cut import AXES, END, Cut, CutError
from projections.claims.subjects import MACHINES, split
from projections.judgement.outlook import Outlook, Seeker
from projections.judgement.standing import START
from projections.views.diff import Difference, Side, compare, compare_findings, diff
from projections.views.timeline import publication_of
from tracker.codec import timestamp
from tracker.dates import DateError, When, end_of, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.claims import Reach
    from projections.claims.history import History
    from projections.judgement.findings import Finding
    from projections.views.diff import Change
    from projections.views.status import Status

#: The families of subjects in the order in which a step tells of them.
_FAMILIES: Final = (*MACHINES, "position", "party")
_ADMITTED: Final = frozenset({"standing", "retracted", "knowledge"})


@dataclass(frozen=True, slots=True)
class Step:
    """What admitting one entry changed.

    `step` counts the entries admitted so far, `at` is when on the axis, as written, and `entry` the entry admitted.
    Findings appear, go, or change (before, after); time alone can bring one too, as when a deadline has passed.
    """

    step: int
    at: str
    entry: str
    changes: tuple[Change, ...]
    appeared: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    changed: tuple[tuple[Finding, Finding], ...] = ()

    def __bool__(self) -> bool:
        """Say whether it changed anything."""
        return bool(self.changes or self.appeared or self.gone or self.changed)

    def to_json(self) -> dict[str, Any]:
        """Return the step as scripts rely on it."""
        found = Difference(self.changes, self.appeared, self.gone, self.changed)
        return {"step": self.step, "at": self.at, "entry": self.entry, **found.to_json()}


class Replay:
    """A loaded negotiation that can be seen at any cut, and stepped through on any axis.

    `base` cuts the axes that are not stepped along, and ends the one that is. Going from one cut to another looks only
    at what lies between them, so that a step costs little in a long history, and what was recorded since is taken in.
    Raises `NameUnknownError` for a source `without` that does not exist.
    """

    def __init__(
        self, history: History, *, base: Cut | None = None, without: Iterable[str] = (), today: date | None = None
    ) -> None:
        self.history = history
        self.base = base or Cut()
        self.without = tuple(without)
        self.today = today
        self._here = self._seeker()
        self._there = self._seeker()

    def at(self, cut: Cut) -> Status:
        """Return where the negotiation stands at a cut, as `projections.views.status.status` does."""
        return self._here.go(reach_of(self.history, cut), cut).status()

    def diff(self, before: Cut, after: Cut) -> Difference:
        """Return what differs between two cuts."""
        older = self._there.go(reach_of(self.history, before), before).status()
        return diff(older, self.at(after))

    def steps(
        self,
        axis: str,
        start: str | None = None,
        end: str | None = None,
        *,
        all: bool = False,  # noqa: A002 - what a caller writes
    ) -> Iterator[Step]:
        """Yield a step for each entry that an axis admits and that changes a conclusion or finding, or for `all`.

        The entries come in the order (earliest, latest, position) on the axis ``happened``, (latest publication,
        position) on ``known``, and as recorded on ``recorded``. What is said about entries steps in when it is known
        or recorded, and is in force from the start on ``happened``. `start` and `end` are dates, on ``recorded`` also
        positions as ``#412``, both inclusive; what lies before the start still counts. Raises `CutError`.
        """
        for number, index, outlook in self.walk(axis, start, end):
            step = _step(number, self._written(axis, index, outlook), self.history.entries[index].id, outlook)
            if step or all:
                yield step

    def walk(self, axis: str, start: str | None = None, end: str | None = None) -> Iterator[tuple[int, int, Outlook]]:
        """Yield for each entry that an axis admits its number, its index in the history, and the outlook with it.

        The outlook is the same object each time, moved on. Raises `CutError`.
        """
        if axis not in AXES:
            raise CutError(f"{axis!r} is no axis; write {', '.join(AXES)}")
        first, last = _bound(start, axis, is_end=False), _bound(end, axis, is_end=True)
        seeker, base = self._seeker(), reach_of(self.history, self.base)
        if axis == "recorded":
            yield from self._walk_recorded(seeker, base, start, end)
        elif axis == "happened":
            yield from self._walk_happened(seeker, base, first, last)
        else:
            yield from self._walk_known(seeker, base, first, last)

    def _walk_recorded(
        self, seeker: Seeker, base: Reach, start: str | None, end: str | None
    ) -> Iterator[tuple[int, int, Outlook]]:
        first = 0 if start is None else self._before(start)
        last = base.recorded
        if end is not None:
            last = min(last, reach_of(self.history, Cut(recorded_by=end)).recorded)
        if first:
            seeker.go(base._replace(recorded=min(first, last)), self.base)
        for count in range(first + 1, last + 1):
            day = self._day("recorded", instant(self.history.entries[count - 1].recorded_at))
            yield count, count - 1, seeker.go(base._replace(recorded=count), self.base, day=day)

    def _walk_happened(self, seeker: Seeker, base: Reach, first: int, last: int) -> Iterator[tuple[int, int, Outlook]]:
        standing = seeker.go(base, self.base).standing
        keys = [key for key in standing.by_happened if standing.group[key[-1]] in _ADMITTED]
        skipped = bisect_left(keys, (first,))
        seeker.go(base._replace(happened=(first - 1, END, END)), self.base)
        for number, key in enumerate(keys[skipped : bisect_right(keys, (last, END, END, END))], skipped + 1):
            earliest, latest, position, index = key
            reach = base._replace(happened=(earliest, latest, position))
            yield number, index, seeker.go(reach, self.base, day=self._day("happened", earliest))

    def _walk_known(self, seeker: Seeker, base: Reach, first: int, last: int) -> Iterator[tuple[int, int, Outlook]]:
        end = min(base.known, (last, END))
        outlook = seeker.go(base._replace(known=min(end, (first - 1, END))), self.base)
        number = sum(len(outlook.standing.groups[name]) for name in _ADMITTED)
        while True:
            # Asked for anew each time: what is admitted may bring others forward, or put them off.
            keys, here = outlook.standing.by_known, outlook.standing.reach.known
            place = bisect_right(keys, (*here, END))
            if place == len(keys) or keys[place][:2] > end:
                return
            latest, position, index = keys[place]
            outlook = seeker.go(base._replace(known=(latest, position)), self.base, day=self._day("known", latest))
            # An entry that is left out for its source may still have said what that relays, and so what else is.
            if outlook.standing.group[index] in _ADMITTED or outlook.turns:
                number += 1
                yield number, index, outlook

    def seek(self, axis: str, number: int) -> Status:
        """Return where the negotiation stands when an axis has admitted so many entries, as `steps` counts them.

        On the axis ``known`` they are counted in the order in which they read at the base.
        """
        base = reach_of(self.history, self.base)
        if axis == "recorded":
            reach = base._replace(recorded=max(0, min(number, base.recorded)))
        else:
            keys = self._keys(axis, base)
            place = keys[min(number, len(keys)) - 1] if number > 0 and keys else (START, START, START, 0)
            if axis == "happened":
                reach = base._replace(happened=(place[0], place[1], place[2]))
            else:
                reach = base._replace(known=(place[0], place[1]))
        return self._here.go(reach, self.base).status()

    def _keys(self, axis: str, base: Reach) -> list[tuple[int, ...]]:
        standing = self._there.go(base, self.base).standing
        keys = standing.by_happened if axis == "happened" else standing.by_known
        return [key for key in keys if standing.group[key[-1]] in _ADMITTED]

    def _seeker(self) -> Seeker:
        return Seeker(self.history, self.without, today=self.today)

    def _before(self, start: str) -> int:
        """Return how many entries were recorded before a date or position."""
        if start.startswith("#"):
            position = Cut(recorded_by=start).position or 0
            return bisect_left(self.history.entries, position, key=lambda recorded: recorded.position)
        first = _bound(start, "recorded", is_end=False)
        return bisect_left(self.history.entries, first, key=lambda recorded: instant(recorded.recorded_at))

    def _day(self, axis: str, moment: int) -> int:
        """Return the instant by which a step judges deadlines: on the axes in the order of `Cut.day`."""
        base = self.base
        if axis != "happened" and base.happened is not None:
            return base.happened
        if axis == "recorded" and base.known is not None:
            return base.known
        return moment

    def _written(self, axis: str, index: int, outlook: Outlook) -> str:
        """Return when an entry was admitted on an axis, as written where somebody wrote it."""
        recorded = self.history.entries[index]
        reading = outlook.standing.shown[index]
        if axis != "recorded" and reading is not None:
            when = reading.event.occurred if axis == "happened" else None
            when = when or publication_of(reading, outlook.standing.registers)
            if when is not None:
                return when.text
        return timestamp(recorded.recorded_at)


def _step(number: int, at: str, entry: str, outlook: Outlook) -> Step:
    """Return what the last move of an outlook changed."""
    changes: list[Change] = []
    older: list[Finding] = list(outlook.general_before)
    newer: list[Finding] = list(outlook.general)
    for subject in sorted(outlook.turns, key=lambda subject: (_FAMILIES.index(split(subject)[0]), subject)):
        turn = outlook.turns[subject]
        older += turn.findings
        newer += outlook.found.get(subject, ())
        view = outlook.views.get(subject)
        if view is not turn.view:
            before = Side(turn.view, turn.readings, outlook.before)
            changes += compare(subject, before, Side(view, outlook.subjects.get(subject, []), outlook.standing.get))
    return Step(number, at, entry, tuple(changes), *compare_findings(older, newer))


def _bound(text: str | None, axis: str, *, is_end: bool) -> int:
    """Return the first instant of a start, or the last one of an end."""
    if text is None:
        return END if is_end else START + 1
    if axis == "recorded" and text.startswith("#"):
        return 0
    try:
        last = end_of(text)
    except DateError as error:
        raise CutError(f"{'the end' if is_end else 'the start'} of the replay: {error}") from None
    return last if is_end else When(text).lower
