"""Where a person stands in one negotiation: the cut on each axis, the entry looked at, the steps, the marks.

A session plays, and takes in what others record.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from projections.claims.cut import AXES, Cut, CutError
from projections.views.diff import changed
from projections.views.lanes import lanes_of
from projections.views.replay import Replay
from tracker.dates import from_instant
from tui.workspace.time.places import is_earlier, place_of, stretch_of
from tui.workspace.time.stops import DAY, Stop, Stops, admits, day_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from projections.claims.claims import Claims
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.lanes import Lane
    from projections.views.since import Mark
    from projections.views.status import Status
    from tui.kept import View

#: Steps a second while playing.
SPEEDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
#: Views kept, so that going back and forth computes nothing twice.
_KEPT: Final = 16


class Session:
    """Where a person stands in one history, with a speed and two marks. Views may be asked for by several threads.

    `cut` says where the person stands, `axis` which of its three values the steps move, `selected` which entry they
    look at, by its id. An open cut is the present. Every method that moves returns whether anything moved. `unseen`
    counts the entries of others that came in since the person looked at the present or did anything there. Knows no
    screen and no clock: whoever owns the clock calls `tick`.
    """

    def __init__(self, history: History, *, today: date | None = None) -> None:
        self.history = history
        self.today = today
        self.axis = "known"
        self.cut = Cut()
        self.selected: str | None = None
        self.marks: list[Cut] = []
        self.speed = 1.0
        self.playing = False
        self.unseen = 0
        #: When the person looked last, and what others recorded since that they have not seen.
        self.looked: Mark | None = None
        self.new: set[str] = set()
        #: What the last move changed: by subject, in which aspect, and what that was before.
        self.changes: dict[str, tuple[str, Any]] = {}
        #: Whether the last move went back in time, so that what was before it comes later.
        self.is_back = False
        #: A lock that is held while a view is computed, the views that are there, and what computes them.
        self._computing = (threading.RLock(), OrderedDict[str, "Status"](), Replay(history, today=today))
        #: From how the entries read at the present.
        self.stops = Stops(history, self.claims)
        self._select_last()

    # ── what is seen ──

    @property
    def negotiation(self) -> str:
        """The negotiation's id."""
        return self.history.negotiation

    @property
    def status(self) -> Status:
        """Where things stand at the cut."""
        return self.at(self.cut)

    @property
    def claims(self) -> Claims:
        """The claims that stand at the cut, and those that do not."""
        return self.status.claims

    @property
    def title(self) -> str:
        """The negotiation's title, or its id where it has none."""
        return self.status.title or self.negotiation

    @property
    def is_live(self) -> bool:
        """Whether nothing is cut off."""
        return self.cut.is_open

    @property
    def reading(self) -> Reading | None:
        """The entry looked at, as it reads at the cut."""
        return self.claims.get(self.selected) if self.selected else None

    def at_present(self, entry: str) -> Reading | None:
        """Return an entry as it reads now, whatever the cut."""
        return self.at(Cut()).claims.get(entry)

    def at(self, cut: Cut) -> Status:
        """Return where things stood at a cut; the last ones are kept."""
        key = str(cut)
        lock, views, replay = self._computing
        found = views.get(key)
        if found is None:
            with lock:
                found = views[key] = views.get(key) or replay.at(cut)
                while len(views) > _KEPT:
                    views.popitem(last=False)
        with suppress(KeyError):
            # Another thread may have taken it away just now.
            views.move_to_end(key)
        return found

    def has(self, cut: Cut) -> bool:
        """Say whether a view has been computed."""
        return str(cut) in self._computing[1]

    # ── lanes ──

    @property
    def along(self) -> str:
        """The axis along which lanes are drawn: the one that the steps move, and ``known`` for that of the log."""
        return "known" if self.axis == "recorded" else self.axis

    def _lanes_cut(self) -> Cut:
        """Return where the lanes are cut: on the axes along which they are not drawn."""
        return replace(self.cut, **{f"{axis}_by": None for axis in (self.along, self.axis)})

    def lanes(self) -> tuple[Lane, ...] | None:
        """Return the lanes along the axis, whatever it is cut at; None if they have not been made."""
        return self.stops.lanes.get(f"{self.along} {self._lanes_cut()}")

    def make_lanes(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Make the lanes, in whatever thread, unless nobody waits for them; those of other cuts are forgotten."""
        stops, along, cut = self.stops, self.along, self._lanes_cut()
        made = lanes_of(self.history, along, cut, is_over=is_over)
        if is_over():
            return
        stops.lanes = {f"{along} {cut}": made}

    # ── moving through time ──

    def now(self, axis: str | None = None) -> int | None:
        """Return the cut's moment on an axis: microseconds since 1970, or a position; None where it is open."""
        axis = axis or self.axis
        if axis == "recorded":
            moment = self.cut.recorded
            return self.cut.position if moment is None else self.stops.position_at(moment)
        return self.cut.happened if axis == "happened" else self.cut.known

    def step(self, count: int = 1, *, rounds: bool = False) -> bool:
        """Go to the next or the previous entry on the axis, or to the next one about a round of talks.

        After the last entry comes the present.
        """
        return all(self._step(forward=count > 0, rounds=rounds) for _ in range(abs(count)))

    def _step(self, *, forward: bool, rounds: bool) -> bool:
        stops = self.stops.after(self.axis, self._key()) if forward else self.stops.before(self.axis, self._key())
        stop = next(
            (stop for stop in stops if admits(self.cut, self.axis, stop) and (stop.is_round or not rounds)), None
        )
        if stop is not None:
            self.selected = stop.entry
            self.move(text_of(self.axis, stop.at))
            return True
        if forward and self.now() is not None:
            self.move(None)
            return True
        return False

    def step_day(self, count: int) -> bool:
        """Go to the next or the previous day on the axis; on the recorded axis, to another day's last entry."""
        if self.axis == "recorded":
            return self._step_day_recorded(count)
        span = self.stops.span(self.axis)
        if span is None:
            return False
        here = self.now()
        if here is None:
            if count > 0:
                return False
            here = span[1] + DAY
        day = here // DAY + count
        if day > span[1] // DAY:
            return self.now() is not None and self.move(None)
        if day < span[0] // DAY - 1:
            return False
        return self.move(from_instant(day * DAY).date().isoformat(), follow=True)

    def _step_day_recorded(self, count: int) -> bool:
        ends = self.stops.day_ends
        present = ends[-1] + 1 if ends else 0
        here = self.now()
        here = present if here is None else here
        index = bisect_right(ends, here) if count > 0 else bisect_left(ends, here) - 1
        if 0 <= index < len(ends):
            return self.move(f"#{ends[index]}", follow=True)
        return count > 0 and self.now() is not None and self.move(None)

    def move(self, value: str | None, *, axis: str | None = None, follow: bool = False) -> bool:
        """Set the cut's value on an axis, as written; None opens it. With `follow` look at the last entry let in.

        Raises `CutError`.
        """
        return self.go(replace(self.cut, **{f"{axis or self.axis}_by": value}), follow=follow)

    def move_to(self, at: int | None, *, axis: str | None = None) -> bool:
        """Set the cut to the day of a moment, or to a position, on an axis; None opens it."""
        axis = axis or self.axis
        if at is None:
            return self.move(None, axis=axis, follow=True)
        return self.move(f"#{at}" if axis == "recorded" else day_of(at), axis=axis, follow=True)

    def go(self, cut: Cut, *, follow: bool = False) -> bool:
        """Go to a cut, and note what that changes; in the present, everything has been seen."""
        self.see()
        if str(cut) == str(self.cut):
            return False
        before, after = self.status, self.at(cut)
        turned = changed(before, after)
        self.is_back = is_earlier(cut, self.cut)
        # From here on others see it, and find everything computed.
        self.cut, self.changes = cut, turned
        if follow:
            self._select_last()
        self.see()
        return True

    def see(self) -> bool:
        """Count what came in as seen, if the present is looked at, and say whether there was any."""
        seen = self.is_live and self.unseen > 0
        self.unseen = 0 if self.is_live else self.unseen
        return seen

    def stand_at(self, view: View) -> None:
        """Stand where a person left; what is not there any more is left out."""
        try:
            cut, marks = Cut.parse(view.cut), [Cut.parse(mark) for mark in view.marks]
        except CutError:
            return
        self.axis = view.axis if view.axis in AXES else self.axis
        self.marks = marks[-2:]
        self.go(cut, follow=True)
        if view.selected is not None and self.history.get(view.selected) is not None:
            self.selected = view.selected

    def go_to(self, text: str) -> bool:
        """Go to what a person writes, as `place` reads it. Raises `CutError` and `DateError`."""
        return self.go(self.place(text), follow=True)

    def stretch(self, text: str) -> tuple[Cut, Cut] | None:
        """Return the two cuts that a person means, as `places.stretch_of` reads them."""
        return stretch_of(text, self.cut, self.axis, self.today)

    def place(self, text: str) -> Cut:
        """Return the cut that a person means, as `places.place_of` reads it."""
        return place_of(text, self.cut, self.axis, self.today)

    def live(self) -> bool:
        """Go back to the present, and stop playing."""
        self.playing = False
        moved = self.go(Cut(), follow=True)
        # What a way back changed is no news of the present.
        is_told, self.changes = bool(self.changes), {}
        return moved or is_told

    def next_axis(self) -> str:
        """Let the steps move the next of the three axes, and return it."""
        self.axis = AXES[(AXES.index(self.axis) + 1) % len(AXES)]
        return self.axis

    def rewind(self) -> None:
        """Go to the first stop of the axis."""
        first = next((stop for stop in self.stops[self.axis] if admits(self.cut, self.axis, stop)), None)
        if first is not None:
            self.selected = first.entry
            self.move(text_of(self.axis, first.at))

    # ── playing ──

    def play(self) -> bool:
        """Start or stop; from the present, playing starts at the beginning. Returns whether it plays now."""
        self.playing = not self.playing and bool(self.stops[self.axis])
        if self.playing and self.now() is None:
            self.rewind()
        return self.playing

    def tick(self) -> bool:
        """Play one step; at the present, stop."""
        moved = self.playing and self._step(forward=True, rounds=False)
        if self.now() is None:
            self.playing = False
        return moved

    def faster(self, count: int) -> float:
        """Play faster or slower by so many gears, and return the steps a second."""
        index = min(max(SPEEDS.index(self.speed) + count, 0), len(SPEEDS) - 1)
        self.speed = SPEEDS[index]
        return self.speed

    # ── marks ──

    def mark(self, letter: str | None = None) -> str:
        """Mark the cut as A, then as B, or move the mark of a letter here; return the letter.

        Empty, and nothing is marked, if both marks are set and no letter says which to move.
        """
        if letter is None and len(self.marks) > 1:
            return ""
        index = len(self.marks) if letter is None else "AB".index(letter)
        self.marks[index : index + 1] = [self.cut]
        return "AB"[index]

    def jump(self) -> bool:
        """Go to the mark that is not where the person stands; the older one first."""
        for cut in self.marks:
            if str(cut) != str(self.cut):
                return self.go(cut, follow=True)
        return False

    @property
    def pair(self) -> tuple[Cut, Cut]:
        """The two cuts to compare: the marks, else the mark and here, else here and the present."""
        if len(self.marks) > 1:
            return self.marks[0], self.marks[1]
        return (self.marks[0], self.cut) if self.marks else (self.cut, Cut())

    @property
    def distance(self) -> int:
        """The number of subjects of which the pair says something else."""
        before, after = self.pair
        return len(changed(self.at(before), self.at(after)))

    # ── following ──

    def grown(self, history: History) -> Session:
        """Return a session over a history that has grown which has computed what this one shows: see `extend`."""
        grown = Session(history, today=self.today)
        grown.at(self.cut)
        return grown

    def extend(self, grown: Session, count: int) -> None:
        """Go on through a history that has `grown`, with so many entries to be told of."""
        at_end = self.is_live and self.selected == self._latest()
        before = self.status
        # Who computes a view of the older history meanwhile does so with what belongs to that.
        self._computing = grown._computing
        self.history, self.stops = grown.history, grown.stops
        if self.is_live:
            self.changes = changed(before, self.status)
            if at_end:
                self._select_last()
        self.unseen += count

    # ── inside ──

    def _key(self) -> tuple[int, int]:
        """Return the moment and position of where the person stands on the axis."""
        here = self.now()
        last = self.history.entries[-1].position if self.history.entries else 0
        if here is None:
            return (self.stops.span(self.axis) or (0, 0))[1], last + 1
        if self.selected is not None:
            recorded = self.history.get(self.selected)
            stops = self.stops[self.axis]
            if recorded is not None:
                for stop in self._around(here, stops):
                    if stop.entry == self.selected:
                        return stop.at, stop.position
        return here, last + 1

    def _around(self, here: int, stops: list[Stop]) -> Iterator[Stop]:
        """Yield the stops of the day at whose end the cut stands; on the recorded axis, that of its position."""
        moments = self.stops.at(self.axis)
        end = bisect_right(moments, here)
        start = bisect_left(moments, here if self.axis == "recorded" else here - DAY + 1)
        yield from stops[start:end]

    def _latest(self) -> str | None:
        """Return the entry that the cut lets in last on its axis."""
        here = self.now()
        stops = self.stops.up_to(self.axis, here)
        return next((stop.entry for stop in stops if admits(self.cut, self.axis, stop)), None)

    def _select_last(self) -> None:
        self.selected = self._latest()
