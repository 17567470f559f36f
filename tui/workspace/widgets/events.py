"""Pane 2: the entries, with when each happened and how much later it was learned."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from projections.wording.sentences import summary_of
from tui.rows.glyphs import flags_of, glyph_of, grade_of, grade_style
from tui.workspace.messages import ActionPicked
from tui.workspace.time.intervals import bar, between, lag, short
from tui.workspace.time.stops import TimeScale
from tui.workspace.widgets.cells import fit
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from tui.workspace.time.session import Session

_DATE: Final = 13
_LONG_DATE: Final = 16
_LAG: Final = 6
_PARTY: Final = 4
_BAR: Final = 12
#: From how many columns on a line has room for what the entry says, and for its date drawn as an interval.
_WITH_SUMMARY: Final = 74
_WITH_BAR: Final = 100

SORTS: Final = ("happened", "known", "recorded")
_KEYS: Final[dict[str, Callable[[Reading], Any]]] = {
    "happened": attrgetter("order"),
    "known": attrgetter("known_order"),
    "recorded": attrgetter("position"),
}


class EventList(LineList):
    """The entries of a session, in the order of happening, of becoming known, or of recording."""

    BORDER_TITLE = "2 Events  happened · learned"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.rows: list[Reading] = []
        self.sort = SORTS[0]
        self.keep: Callable[[Reading], bool] | None = None
        self.matches: frozenset[str] = frozenset()
        self._names: dict[str, str] = {}
        #: What others recorded and the person has not seen.
        self._new: set[str] = set()
        self._standing: Claims | None = None
        self._party = 3
        self._scale = TimeScale([0], _BAR)

    def show(self, session: Session, rows: list[Reading] | None = None) -> None:
        """Show a session's entries as they read at its cut; `rows` are those, where they have been arranged before."""
        standing = session.claims
        if self._standing is None or standing.registers is not self._standing.registers:
            self._names = standing.registers.names
            self._party = min(max(map(len, standing.registers.parties), default=3), 9)
        self._standing = standing
        self._scale = session.stops.scale("happened", _BAR)
        self.rearrange(session, rows)

    def rearrange(self, session: Session, rows: list[Reading] | None = None) -> None:
        """Sort and filter anew, or show rows that have been."""
        self._standing, self._new = session.claims, session.new
        if rows is None:
            rows = arranged(session.claims, self.sort, self.keep)
        self.entitle(title=self.BORDER_TITLE + ("" if self.sort == SORTS[0] else f"  by {self.sort}"))
        self.nothing = "No entries yet. a adds one, or: communique record FILE"
        if self.keep is not None:
            self.nothing = "No entry passes the filter. f changes it, esc takes it away."
        self.rows = rows
        self.renew(self._row(session.selected))

    def point_at_entry(self, entry: str | None) -> None:
        """Put the cursor on an entry, where the list has it."""
        row = self._row(entry)
        if row is not None:
            self.point_at(row)

    def _row(self, entry: str | None) -> int | None:
        reading = self._standing.get(entry) if self._standing is not None and entry is not None else None
        if reading is None:
            return None
        key = _KEYS[self.sort]
        row = bisect_left(self.rows, key(reading), key=key)
        return row if row < len(self.rows) and self.rows[row] is reading else None

    def _group(self, reading: Reading) -> str:
        standing = self._standing
        return standing.group(reading.id) if standing is not None else ""

    def count(self) -> int:
        """Return the number of entries shown."""
        return len(self.rows)

    def draw(self, index: int, columns: int) -> Content:
        """Draw one entry: dates, party, sign, what it says, flags and grade."""
        reading = self.rows[index]
        pointer = "▶" if index == self.cursor else " "
        is_roomy = columns >= _WITH_SUMMARY
        when = fit(_when(reading), _LONG_DATE if is_roomy else _DATE)
        group = self._group(reading)
        if group == "pending":
            return Content.assemble(
                pointer, (f"{when} {'⋯':>{_LAG}}  (not yet {self._missing(reading)})", "$text-disabled")
            )
        event = reading.event
        glyph, style = glyph_of(event)
        flags = flags_of(reading)
        standing = self._standing
        grade = grade_of(reading, standing) if standing is not None else ""
        left = f"{when} {fit(lag(reading), _LAG)} "
        width = self._party if is_roomy else min(self._party, _PARTY)
        party = fit(reading.party or "", width)
        rest = columns - 1 - len(left) - width - 1 - 2 - 2
        drawn = ""
        if columns >= _WITH_BAR:
            drawn = bar(event.occurred, self._scale) + " "
            rest -= len(drawn)
        mark = ("•", "bold $text-accent") if reading.id in self._new else (" ", "")
        mark = ("»", "bold $text-accent") if reading.id in self.matches else mark
        room = rest - len(flags) - 1
        struck = "strike " if group == "retracted" or reading.retracted_by else ""
        faint = "$text-disabled" if group == "dropped" else ""
        said = fit(self._said(reading), room)
        return Content.assemble(
            pointer,
            (left, "$text-muted" if struck or faint else ""),
            (drawn, "$text-muted"),
            (party, f"{struck}bold"),
            " ",
            (glyph, style),
            mark,
            (said, f"{struck}{faint}".strip()),
            (f"{flags} ", "$text-warning"),
            (fit(grade, 2), grade_style(grade)),
        )

    def _said(self, reading: Reading) -> str:
        """Return what an entry says, without the party that stands before it."""
        said = summary_of(reading.event, self._names)
        party = reading.party or ""
        for name in (self._names.get(party, party), party):
            if name and said.startswith(f"{name} ") and not said.startswith(f"{name} and "):
                return said.removeprefix(f"{name} ")
        return said

    def sideways(self, count: int) -> None:
        """Step through time."""
        self.post_message(ActionPicked("event-next" if count > 0 else "event-back"))

    def _missing(self, reading: Reading) -> str:
        cut = self._standing.cut if self._standing is not None else None
        if cut is not None and cut.known is not None and reading.known > cut.known:
            return "known"
        return "happened"


def arranged(standing: Claims, order: str, keep: Callable[[Reading], bool] | None) -> list[Reading]:
    """Return the entries that stand at a cut and those that do not, in an order, and only those that are to be kept."""
    rows = [*standing.standing, *standing.retracted, *standing.dropped, *standing.knowledge]
    # What is not known yet tells nothing, and so cannot be chosen by what it would tell.
    rows = [*rows, *standing.pending] if keep is None else list(filter(keep, rows))
    rows.sort(key=_KEYS[order])
    return rows


def nearest(rows: Sequence[Reading], reading: Reading, order: str) -> Reading:
    """Return the entry that stands where another one would stand among rows in an order, or the last of them."""
    key = _KEYS[order]
    return rows[min(bisect_left(rows, key(reading), key=key), len(rows) - 1)]


def _when(reading: Reading) -> str:
    """Return when an entry happened, or by when; for one about another entry, when it was learned."""
    if reading.occurred is not None:
        return short(reading.occurred)
    known = between(reading.published_lower, reading.published_upper)
    return known if reading.event.kind_of_entry == "knowledge" else f"≤{known}"
