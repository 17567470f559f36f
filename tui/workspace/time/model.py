"""Where a person stands in one negotiation: a walk that plays, bears marks, and takes in what others record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.cut import AXES, Cut, CutError
from projections.views.diff import changed
from tui.workspace.time.walk import Walk

if TYPE_CHECKING:
    from datetime import date

    from projections.claims.history import History
    from tui.kept.views import View

#: Steps a second while playing.
SPEEDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Session(Walk):
    """A walk with a speed and two marks.

    `unseen` counts the entries of others that came in since the person looked at the present or did anything there.
    Knows no screen and no clock: whoever owns the clock calls `tick`.
    """

    def __init__(self, history: History, *, today: date | None = None) -> None:
        super().__init__(history, today=today)
        self.marks: list[Cut] = []
        self.speed = 1.0
        self.playing = False
        self.unseen = 0

    def go(self, cut: Cut, *, follow: bool = False) -> bool:
        """Go to a cut, and note what that changes; in the present, everything has been seen."""
        self.see()
        moved = super().go(cut, follow=follow)
        self.see()
        return moved

    def see(self) -> bool:
        """Count what came in as seen, where the present is looked at, and say whether there was any."""
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

    def live(self) -> bool:
        """Go back to the present, and stop playing."""
        self.playing = False
        return super().live()

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

    def mark(self) -> str:
        """Mark the cut as A, then as B; a third mark moves the pair on. Returns the letter."""
        self.marks = [*self.marks[-1:], self.cut]
        return "AB"[len(self.marks) - 1]

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

    def extend(self, grown: Walk, count: int) -> None:
        """Walk on as a walk through a history that has `grown`, with so many entries to be told of."""
        at_end = self.is_live and self.selected == self._latest()
        before = self.status
        self.take_in(grown)
        if self.is_live:
            self.changes = changed(before, self.status)
            if at_end:
                self._select_last()
        self.unseen += count
