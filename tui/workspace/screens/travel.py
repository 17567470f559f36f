"""Moving through time: the actions that step, play, mark and compare."""

from __future__ import annotations

from functools import partial, partialmethod
from typing import TYPE_CHECKING

from projections.claims.cut import CutError
from tracker.dates import DateError
from tui.text import clean
from tui.workspace.screens.dialogs import Ask, Choose
from tui.workspace.screens.reports import DiffScreen
from tui.workspace.widgets.evidence import is_seen
from tui.workspace.widgets.status import StatusList

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.workspace import WorkspaceScreen


class Travel:
    """Moves the session of a screen through time, and lets the screen show it there."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen
        self.session = screen.session
        self._timer: Timer | None = None
        #: Whether the session is being moved, and where to then.
        self._is_moving = False
        self._next: Callable[[], None] | None = None

    def _moved(self, *, moved: bool, otherwise: str = "", rows: list[Reading] | None = None) -> None:
        """Show the session after it moved, or say why it did not."""
        if moved:
            self.screen.show(rows)
        elif otherwise:
            self.screen.notify(otherwise)

    def go(
        self,
        move: Callable[[], object],
        *,
        otherwise: str = "",
        then: Callable[[], object] = lambda: None,
        always: bool = False,
    ) -> None:
        """Move the session in the background, and show it there if it moved, or `always`; keys wait for that.

        Of what the mouse asks for meanwhile, the last is done then.
        """
        if self._is_moving:
            self._next = partial(self.go, move, otherwise=otherwise, then=then, always=always)
            return
        self._is_moving = True
        arrange = self.screen.find.arranging()

        def over() -> None:
            self._is_moving = False
            following, self._next = self._next, None
            if following is not None:
                following()

        def done(found: tuple[bool, list[Reading]]) -> None:
            moved, rows = found
            self._moved(moved=moved, otherwise=otherwise, rows=rows)
            then()
            over()

        def failed(problem: str) -> None:
            self.screen.workspace.tell_problem(problem)
            over()

        def work(_: IsOver) -> tuple[bool, list[Reading]]:
            moved = bool(move()) or always
            return moved, arrange() if moved else []

        # A move that has begun is ended: half of one would leave the session nowhere.
        self.screen.workspace.do_job("travel", work, done, failed=failed, leads=True, can_stop=False, can_leave=False)

    def step(self, move: Callable[[], bool], *, otherwise: str) -> None:
        """Move by a step: at once, as it costs little, unless every entry has to be looked at to show what is there."""
        if self.screen.find.is_filtered or self._is_moving:
            self.go(move, otherwise=otherwise)
        else:
            self._moved(moved=move(), otherwise=otherwise)

    def event_next(self) -> None:
        """Step."""
        self.step(lambda: self.session.step(1), otherwise=self._at_end("[ goes back, 0 to the beginning."))

    def event_back(self) -> None:
        """Step back."""
        self.step(
            lambda: self.session.step(-1), otherwise="Nothing is earlier on this axis. ] goes on, L to the present."
        )

    def round_next(self) -> None:
        """Step to the next round."""
        self.go(lambda: self.session.step(1, rounds=True), otherwise="No round of talks is later than this.")

    def round_back(self) -> None:
        """Step to the previous round."""
        self.go(lambda: self.session.step(-1, rounds=True), otherwise="No round of talks is earlier than this.")

    def day_next(self) -> None:
        """Step by a day."""
        self.step(lambda: self.session.step_day(1), otherwise=self._at_end("{ goes back by a day."))

    def _at_end(self, back: str) -> str:
        """Return what is said at the end of the axis, which is the present only where no other axis is cut."""
        if self.session.is_live:
            return f"This is the present. {back}"
        return f"Nothing is later on the {self.session.axis} axis. t steps along another, L goes to the present."

    def day_back(self) -> None:
        """Step back by a day."""
        self.step(lambda: self.session.step_day(-1), otherwise="Nothing is earlier on this axis. } goes on by a day.")

    def first(self) -> None:
        """Go to the beginning."""
        self.go(self.session.rewind, always=True)

    def live(self) -> None:
        """Go to the present."""
        self.go(self.session.live, otherwise="This is the present already.", then=self._keep_time)

    def axis(self) -> None:
        """Let the keys step another axis."""
        self.session.next_axis()
        self.screen.show_time()
        self.screen.query_one(StatusList).show(self.session)
        reading = self.session.reading
        if reading is None or not is_seen(reading, self.session.claims):
            # It names the keys that lead on along the axis.
            self.screen.show_entry()

    # ── playing ──

    def play(self) -> None:
        """Play or pause."""
        self.go(self.session.play, then=self._keep_time, always=True)

    def _shift(self, gears: int) -> None:
        self.session.faster(gears)
        self._keep_time()
        self.screen.show_time()

    faster = partialmethod(_shift, 1)
    slower = partialmethod(_shift, -1)

    def tick(self) -> None:
        """Play one step."""
        if self._is_moving:
            # The step before is still being shown.
            return
        if self.screen.find.is_filtered:
            self.go(self.session.tick, then=self._after_tick)
            return
        if self.session.tick():
            self.screen.show()
        self._after_tick()

    def _after_tick(self) -> None:
        if not self.session.playing:
            self._keep_time()
            self.screen.show_time()

    def _keep_time(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.session.playing:
            self._timer = self.screen.set_interval(1 / self.session.speed, self.tick)

    # ── going somewhere ──

    def go_to(self) -> None:
        """Ask where to go."""
        last = self._last()
        number = f"a number to #{last}, " if last else ""
        hint = f"a date (2024-05-11, 11 May 2024, -2w), two to compare (2024-04-30..2024-05-11), {number}a cut "
        hint += "(known:2024-05-01,happened:2024-04), or now"
        self.screen.workspace.push_screen(Ask("Go to", hint, check=self._wrong_place, explain=self._place), self._go)

    def _wrong_place(self, text: str) -> str:
        try:
            places = self.session.stretch(text) or (self.session.place(text),)
        except (CutError, DateError) as error:
            return clean(error)
        last = self._last()
        beyond = (place.position for place in places if place.position and place.position > last)
        return next((f"#{position} is beyond the last entry here, #{last}." for position in beyond), "")

    def _last(self) -> int:
        entries = self.session.history.entries
        return entries[-1].position if entries else 0

    def _place(self, text: str) -> str:
        stretch = self.session.stretch(text)
        if stretch is not None:
            return f"what changed from {stretch[0]} to {stretch[1]}"
        there = self.session.place(text)
        standing = self.session.at(there).claims
        beyond = f"{len(standing.pending):,} are beyond" if standing.pending else "nothing is beyond"
        return f"{there}: {len(standing.standing):,} entries stand, {beyond}"

    def _go(self, text: str | None) -> None:
        stretch = self.session.stretch(text) if text else None
        if stretch is not None:
            self.screen.workspace.push_screen(DiffScreen(self.session, *stretch))
        elif text:
            self.go(partial(self.session.go_to, text), always=True)

    # ── marks ──

    def mark(self) -> None:
        """Mark this moment as A, then as B; where both are set, ask which to move here."""
        if len(self.session.marks) > 1:
            first, second = self.session.marks
            choices = (("a", f"move A here, from {first}"), ("b", f"move B here, from {second}"), ("c", "clear both"))
            self.screen.workspace.push_screen(Choose("Marks", f"Here: {self.session.cut}", choices), self._remark)
        else:
            self._mark(None)

    def _remark(self, choice: str | None) -> None:
        if choice == "c":
            self.unmark()
        elif choice is not None:
            self._mark(choice.upper())

    def _mark(self, letter: str | None) -> None:
        letter = self.session.mark(letter)
        self.screen.show_time()
        hint = "step and press m for B, or d to compare" if letter == "A" else "d shows what changed, ' jumps back"
        self.screen.notify(f"Marked {letter} at {self.session.cut}: {hint}.")

    def unmark(self) -> None:
        """Clear the marks."""
        was = bool(self.session.marks)
        self.session.marks.clear()
        self.screen.show_time()
        self.screen.notify("The marks are cleared." if was else "There is no mark. m marks this moment.")

    def jump(self) -> None:
        """Jump to a mark."""
        self.go(self.session.jump, otherwise="No other mark. m marks this moment.")

    def diff(self) -> None:
        """Show what changed between the marks, or from here to the present."""
        before, after = self.session.pair
        if str(before) == str(after):
            self.screen.notify("Nothing to compare: this is the present. m marks a moment, then step and press d.")
        else:
            self.screen.workspace.push_screen(DiffScreen(self.session, before, after))
