"""Moving through time: the actions that step, play, mark and compare."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from projections.claims.cut import CutError
from tracker.dates import DateError
from tui.text import clean
from tui.workspace.screens.base import ActingScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.time.model import Session


class TravellingScreen(ActingScreen):
    """A screen over a session that can be moved through time; a subclass shows the session."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        #: Whether the session is being moved, and where to then.
        self._is_moving = False
        self._next: Callable[[], None] | None = None

    def show(self, rows: list[Reading] | None = None) -> None:
        """Show the session; `rows` are its events, where they have been arranged before."""
        raise NotImplementedError

    def arranging(self) -> Callable[[], list[Reading]]:
        """Return what arranges the events as they are shown at the session's cut, in whatever thread."""
        raise NotImplementedError

    @property
    def is_filtered(self) -> bool:
        """Whether every entry is looked at to show the events."""
        raise NotImplementedError

    def show_time(self) -> None:
        """Show what is not a matter of the cut: the axis, the speed, the marks."""
        raise NotImplementedError

    def moved(self, *, moved: bool, otherwise: str = "") -> None:
        """Show the session after it moved, or say why it did not."""
        if moved:
            self.show()
        elif otherwise:
            self.notify(otherwise, markup=False)

    def travel(
        self, move: Callable[[], bool], *, otherwise: str = "", then: Callable[[], object] = lambda: None
    ) -> None:
        """Move the session in the background, and show it there; keys wait for that.

        Of what the mouse asks for meanwhile, the last is done then.
        """
        if self._is_moving:
            self._next = partial(self.travel, move, otherwise=otherwise, then=then)
            return
        self._is_moving = True
        arrange = self.arranging()

        def over() -> None:
            self._is_moving = False
            following, self._next = self._next, None
            if following is not None:
                following()

        def done(found: tuple[bool, list[Reading]]) -> None:
            moved, rows = found
            if moved:
                self.show(rows)
            elif otherwise:
                self.notify(otherwise, markup=False)
            then()
            over()

        def failed(problem: str) -> None:
            self.notify(problem, severity="error", markup=False, timeout=10)
            over()

        def work(_: IsOver) -> tuple[bool, list[Reading]]:
            moved = move()
            return moved, arrange() if moved else []

        # A move that has begun is ended: half of one would leave the session nowhere.
        self.workspace.do_job("travel", work, done, failed=failed, leads=True, can_stop=False, can_leave=False)

    def step(self, move: Callable[[], bool], *, otherwise: str) -> None:
        """Move by a step: at once, as it costs little, unless every entry has to be looked at to show what is there."""
        if self.is_filtered or self._is_moving:
            self.travel(move, otherwise=otherwise)
        else:
            self.moved(moved=move(), otherwise=otherwise)

    def do_event_next(self) -> None:
        """Step."""
        self.step(lambda: self.session.step(1), otherwise=self._at_end("[ goes back, 0 to the beginning."))

    def do_event_back(self) -> None:
        """Step back."""
        self.step(
            lambda: self.session.step(-1), otherwise="Nothing is earlier on this axis. ] goes on, L to the present."
        )

    def do_round_next(self) -> None:
        """Step to the next round."""
        self.travel(lambda: self.session.step(1, rounds=True), otherwise="No round of talks is later than this.")

    def do_round_back(self) -> None:
        """Step to the previous round."""
        self.travel(lambda: self.session.step(-1, rounds=True), otherwise="No round of talks is earlier than this.")

    def do_day_next(self) -> None:
        """Step by a day."""
        self.step(lambda: self.session.step_day(1), otherwise=self._at_end("{ goes back by a day."))

    def _at_end(self, back: str) -> str:
        """Return what is said at the end of the axis, which is the present only where no other axis is cut."""
        if self.session.is_live:
            return f"This is the present. {back}"
        return f"Nothing is later on the {self.session.axis} axis. t steps along another, L goes to the present."

    def do_day_back(self) -> None:
        """Step back by a day."""
        self.step(lambda: self.session.step_day(-1), otherwise="Nothing is earlier on this axis. } goes on by a day.")

    def do_first(self) -> None:
        """Go to the beginning."""

        def rewind() -> bool:
            self.session.rewind()
            return True

        self.travel(rewind)

    def do_live(self) -> None:
        """Go to the present."""
        self.travel(self.session.live, otherwise="This is the present already.", then=self._keep_time)

    def do_axis(self) -> None:
        """Let the keys step another axis."""
        self.session.next_axis()
        self.show_time()

    # ── playing ──

    def do_play(self) -> None:
        """Play or pause."""

        def play() -> bool:
            self.session.play()
            return True

        self.travel(play, then=self._keep_time)

    def do_faster(self) -> None:
        """Play faster."""
        self.session.faster(1)
        self._keep_time()
        self.show_time()

    def do_slower(self) -> None:
        """Play slower."""
        self.session.faster(-1)
        self._keep_time()
        self.show_time()

    def tick(self) -> None:
        """Play one step."""
        if self._is_moving:
            # The step before is still being shown.
            return
        if self.is_filtered:
            self.travel(self.session.tick, then=self._after_tick)
            return
        if self.session.tick():
            self.show()
        self._after_tick()

    def _after_tick(self) -> None:
        """Stop the timer at the present."""
        if not self.session.playing:
            self._keep_time()
            self.show_time()

    def _keep_time(self) -> None:
        """Let the timer run as the session plays."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.session.playing:
            self._timer = self.set_interval(1 / self.session.speed, self.tick)

    # ── going somewhere ──

    def do_go_to(self) -> None:
        """Ask where to go."""
        from tui.workspace.screens.ask import Ask

        last = self._last()
        number = f"a number to #{last}, " if last else ""
        hint = f"a date (2024-05-11, 2024-05), {number}a cut (known:2024-05-01,happened:2024-04), or now"
        self.workspace.push_screen(Ask("Go to", hint, check=self._wrong_place, explain=self._place), self._go_to)

    def _wrong_place(self, text: str) -> str:
        try:
            position = self.session.place(text).position
        except (CutError, DateError) as error:
            return clean(error)
        last = self._last()
        return f"#{position} is beyond the last entry here, #{last}." if position and position > last else ""

    def _last(self) -> int:
        """Return the position of the last entry, 0 where there is none."""
        entries = self.session.history.entries
        return entries[-1].position if entries else 0

    def _place(self, text: str) -> str:
        there = self.session.place(text)
        standing = self.session.at(there).claims
        assert standing is not None  # noqa: S101 - a replay always sets it
        beyond = f"{len(standing.pending):,} are beyond" if standing.pending else "nothing is beyond"
        return f"{there}: {len(standing.standing):,} entries stand, {beyond}"

    def _go_to(self, text: str | None) -> None:
        if text:

            def go() -> bool:
                self.session.go_to(text)
                return True

            self.travel(go)

    # ── marks ──

    def do_mark(self) -> None:
        """Mark this moment."""
        letter = self.session.mark()
        self.show_time()
        hint = "step and press m for B, or d to compare" if letter == "A" else "d shows what changed, ' jumps back"
        self.notify(f"Marked {letter} at {self.session.cut}: {hint}.", markup=False)

    def do_jump(self) -> None:
        """Jump to a mark."""
        self.travel(self.session.jump, otherwise="No other mark. m marks this moment.")

    def do_diff(self) -> None:
        """Show what changed between the marks, or from here to the present."""
        from tui.workspace.screens.diff import DiffScreen

        before, after = self.session.pair
        if str(before) == str(after):
            self.notify(
                "Nothing to compare: this is the present. m marks a moment, then step and press d.", markup=False
            )
        else:
            self.workspace.push_screen(DiffScreen(self.session, before, after))
