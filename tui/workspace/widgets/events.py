"""Pane 2: the entries, with when each happened and how much later it was learned."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import ChainMap
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from projections.wording.headlines import headlines_of
from projections.wording.runs import corroborations
from tracker.events.base import MADE_ID
from tracker.events.references import entry_of
from tui.rows.glyphs import flags_of, glyph_of, grade_of, grade_style
from tui.text import clean
from tui.workspace.messages import ActionPicked, CursorMoved
from tui.workspace.time.intervals import bar, between, lag, short
from tui.workspace.time.stops import TimeScale, day_of
from tui.workspace.widgets.cells import cell_len, fit
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from tui.workspace.time.session import Session

_DATE: Final = 13
_LONG_DATE: Final = 16
_LAG: Final = 6
_PARTY: Final = 4
_BAR: Final = 12
#: From how many columns on a line has room beside the sentence for how much later the entry was learned, and for its
#: date drawn as an interval; and from how many on dates and parties are written longer.
_WITH_LAG: Final = 74
_ROOMY: Final = 96
_WITH_BAR: Final = 110
#: Corroborations in a row that are told in one line.
_RUN: Final = 3
_FOLDED: Final = "EntryCorroborated"

SORTS: Final = ("happened", "known", "recorded")
_KEYS: Final[dict[str, Callable[[Reading], Any]]] = {
    "happened": attrgetter("order"),
    "known": attrgetter("known_order"),
    "recorded": attrgetter("position"),
}


class EventList(LineList):
    """The entries of a session, in the order of happening, of becoming known, or of recording."""

    BORDER_TITLE = "2 Events"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        #: The entries; a run of corroborations is one line, and the line begins with the row at which it does.
        self.rows: list[Reading] = []
        self._begins: Sequence[int] = ()
        #: The first entries of the runs that are shown one by one.
        self._unfolded: set[str] = set()
        self.sort = SORTS[0]
        self.keep: Callable[[Reading], bool] | None = None
        self.matches: frozenset[str] = frozenset()
        #: What others recorded and the person has not seen.
        self._new: set[str] = set()
        self._standing: Claims | None = None
        #: Whether the entry looked at has no line here, such as that of a party.
        self._is_away = False
        self._party = 3
        self._scale = TimeScale([0], _BAR)

    def show(self, session: Session, rows: list[Reading] | None = None) -> None:
        """Show a session's entries as they read at its cut; `rows` are those, where they have been arranged before."""
        standing = session.claims
        if self._standing is None or standing.registers is not self._standing.registers:
            self._party = min(max(map(len, standing.registers.parties), default=3), 9)
        self._standing = standing
        self._scale = session.stops.scale("happened", _BAR)
        self.rearrange(session, rows)

    def rearrange(self, session: Session, rows: list[Reading] | None = None) -> None:
        """Sort and filter anew, or show rows that have been."""
        self._standing, self._new = session.claims, session.new
        if rows is None:
            rows = arranged(session.claims, self.sort, self.keep)
        self._entitle()
        self.nothing = "No entries yet. a adds one, or: communique record FILE"
        if self.keep is not None:
            self.nothing = "No entry passes the filter. f changes it, esc takes it away."
        self.rows = rows
        is_whole = self.keep is None and not self.matches
        self._begins = self._folded() if is_whole else range(len(rows))
        line = self._line(session.selected)
        self._is_away = line is None and session.selected is not None
        self.renew(line)

    def _entitle(self) -> None:
        dates = "  happened · learned" if self.size.width >= _WITH_LAG else ""
        self.entitle(title=self.BORDER_TITLE + dates + ("" if self.sort == SORTS[0] else f"  by {self.sort}"))

    def on_resize(self, event: events.Resize) -> None:
        """Name what is shown in this width."""
        super().on_resize(event)
        self._entitle()

    # ── runs that are folded ──

    def _folded(self) -> Sequence[int]:
        """Return the rows with which lines begin: each, but for those of a run of corroborations of one month."""
        rows, standing = self.rows, self._standing
        found = [row for row, reading in enumerate(rows) if reading.kind == _FOLDED]
        if len(found) < _RUN or standing is None:
            return range(len(rows))
        inside: set[int] = set()
        run: list[int] = []
        for row in [*found, len(rows)]:
            if run and (row != run[-1] + 1 or self._month(row) is None or self._month(row) != self._month(run[0])):
                if len(run) >= _RUN and rows[run[0]].id not in self._unfolded:
                    inside.update(run[1:])
                run = []
            if row < len(rows) and self._month(row) is not None:
                run.append(row)
        return [row for row in range(len(rows)) if row not in inside] if inside else range(len(rows))

    def _month(self, row: int) -> str | None:
        """Return the month in which a corroboration became known; None if it is no such one, or nothing of it tells."""
        if row >= len(self.rows):
            return None
        reading = self.rows[row]
        is_told = reading.kind == _FOLDED and self._group(reading) == "knowledge" and not reading.retracted_by
        return day_of(reading.known)[: len("2024-05")] if is_told else None

    def _run(self, line: int) -> range:
        """Return the rows that a line stands for."""
        end = self._begins[line + 1] if line + 1 < len(self._begins) else len(self.rows)
        return range(self._begins[line], end)

    def reading(self, line: int) -> Reading:
        """Return the entry of a line, the first one of a run."""
        return self.rows[self._begins[line]]

    @property
    def row(self) -> int:
        """The row of the line under the cursor."""
        return self._begins[self.cursor] if self.cursor < len(self._begins) else 0

    def unfold(self) -> bool:
        """Show the run under the cursor entry by entry, and say whether there is one."""
        if self._is_away or self.cursor >= len(self._begins) or len(self._run(self.cursor)) == 1:
            return False
        line = self.cursor
        self._unfolded.add(self.reading(line).id)
        self._begins = self._folded()
        self.renew(line)
        return True

    def point_at_entry(self, entry: str | None) -> None:
        """Put the cursor on an entry, where the list has it."""
        line = self._line(entry)
        self._is_away = line is None
        if line is not None:
            self.point_at(line)
        self._redraw()

    def is_marked(self, index: int) -> bool:
        """Say whether a line is that of the entry looked at."""
        return not self._is_away and super().is_marked(index)

    def move(self, count: int) -> None:
        """Move the cursor, from where it was last."""
        self._come_back()
        super().move(count)

    def on_click(self, event: events.Click) -> None:
        """Let what is looked at have a line again: a list puts the cursor there next."""
        del event
        self._come_back()

    def _come_back(self) -> None:
        if self._is_away and self.count():
            self._is_away = False
            self._redraw()
            self.post_message(CursorMoved(self, self.cursor))

    def _line(self, entry: str | None) -> int | None:
        reading = self._standing.get(entry) if self._standing is not None and entry is not None else None
        if reading is None:
            return None
        key = _KEYS[self.sort]
        row = bisect_left(self.rows, key(reading), key=key)
        is_there = row < len(self.rows) and self.rows[row] is reading
        return bisect_right(self._begins, row) - 1 if is_there else None

    def _group(self, reading: Reading) -> str:
        standing = self._standing
        return standing.group(reading.id) if standing is not None else ""

    def count(self) -> int:
        """Return the number of lines."""
        return len(self._begins)

    def draw(self, index: int, columns: int) -> Content:
        """Draw one entry: dates, party, sign, what it says, flags and grade."""
        reading = self.reading(index)
        pointer = "▶" if self.is_marked(index) else " "
        run = self._run(index)
        if len(run) > 1:
            return self._drawn_run(pointer, run, columns)
        is_roomy = columns >= _ROOMY
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
        # Where it is narrow, the sentence needs the room more than how much later it was learned.
        left = f"{when} {fit(lag(reading), _LAG)} " if columns >= _WITH_LAG else f"{when} "
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
        said = fit(self._said(reading, room), room)
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

    def _drawn_run(self, pointer: str, run: range, columns: int) -> Content:
        """Draw the line that stands for a run."""
        first = self.rows[run[0]]
        is_new = any(self.rows[row].id in self._new for row in run)
        glyph, style = glyph_of(first.event)
        width = _LONG_DATE if columns >= _ROOMY else _DATE
        return Content.assemble(
            pointer,
            (fit(day_of(first.known)[: len("2024-05")], width) + " ", "$text-muted"),
            (f"{glyph}+", style),
            ("• " if is_new else "  ", "bold $text-accent"),
            corroborations(len(run), first.known),
            ("  enter unfolds", "$text-muted"),
        )

    def _said(self, reading: Reading, columns: int) -> str:
        """Return what an entry says, without the party before it, in as many words as there is room for.

        What ends it may be cut if that is a text of any length. An entry whose id was made is called by its type.
        """
        names = self._standing.names if self._standing is not None else {}
        about = entry_of(reading.event) or ""
        of = self._standing.get(about) if self._standing is not None and MADE_ID.search(about) else None
        called: Mapping[str, str] = names
        if of is not None:
            called = ChainMap({f"entry:{about}": f"{of.kind} of {_when(of)}"}, names)
        said = ""
        for head, said in headlines_of(reading.event, called, reading.party):
            if cell_len(clean(head)) <= columns - (head != said):
                break
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
