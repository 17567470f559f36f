"""Moving through time: the actions that step, play, mark and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.cut import CutError
from tracker.dates import DateError
from tui.screens.base import ActingScreen
from tui.text import clean

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.model import Session


class TravellingScreen(ActingScreen):
    """A screen over a session that can be moved through time; a subclass shows the session."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None

    def show(self) -> None:
        """Show the session."""
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

    def do_event_next(self) -> None:
        """Step."""
        self.moved(moved=self.session.step(1), otherwise=self._at_end("[ goes back, 0 to the beginning."))

    def do_event_back(self) -> None:
        """Step back."""
        self.moved(
            moved=self.session.step(-1), otherwise="Nothing is earlier on this axis. ] goes on, L to the present."
        )

    def do_round_next(self) -> None:
        """Step to the next round."""
        self.moved(moved=self.session.step(1, rounds=True), otherwise="No round of talks is later than this.")

    def do_round_back(self) -> None:
        """Step to the previous round."""
        self.moved(moved=self.session.step(-1, rounds=True), otherwise="No round of talks is earlier than this.")

    def do_day_next(self) -> None:
        """Step by a day."""
        self.moved(moved=self.session.step_day(1), otherwise=self._at_end("{ goes back by a day."))

    def _at_end(self, back: str) -> str:
        """Return what is said at the end of the axis, which is the present only where no other axis is cut."""
        if self.session.is_live:
            return f"This is the present. {back}"
        return f"Nothing is later on the {self.session.axis} axis. t steps along another, L goes to the present."

    def do_day_back(self) -> None:
        """Step back by a day."""
        self.moved(moved=self.session.step_day(-1), otherwise="Nothing is earlier on this axis. } goes on by a day.")

    def do_first(self) -> None:
        """Go to the beginning."""
        self.session.rewind()
        self.show()

    def do_live(self) -> None:
        """Go to the present."""
        self.moved(moved=self.session.live(), otherwise="This is the present already.")
        self._keep_time()

    def do_axis(self) -> None:
        """Let the keys step another axis."""
        self.session.next_axis()
        self.show_time()

    # ── playing ──

    def do_play(self) -> None:
        """Play or pause."""
        self.session.play()
        self._keep_time()
        self.show()

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
        if self.session.tick():
            self.show()
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
        from tui.screens.ask import Ask

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
            self.session.go_to(text)
            self.show()

    # ── marks ──

    def do_mark(self) -> None:
        """Mark this moment."""
        letter = self.session.mark()
        self.show_time()
        hint = "step and press m for B, or d to compare" if letter == "A" else "d shows what changed, ' jumps back"
        self.notify(f"Marked {letter} at {self.session.cut}: {hint}.", markup=False)

    def do_jump(self) -> None:
        """Jump to a mark."""
        self.moved(moved=self.session.jump(), otherwise="No other mark. m marks this moment.")

    def do_diff(self) -> None:
        """Show what changed between the marks, or from here to the present."""
        from tui.screens.diff import DiffScreen

        before, after = self.session.pair
        if str(before) == str(after):
            self.notify(
                "Nothing to compare: this is the present. m marks a moment, then step and press d.", markup=False
            )
        else:
            self.workspace.push_screen(DiffScreen(self.session, before, after))
