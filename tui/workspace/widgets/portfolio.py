"""The negotiations of a log as a list: where each stands, its last move, the days of silence, and what is open."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.content import Content

from projections.claims.readings import MACHINES
from tracker.dates import OPEN_FUTURE, instant
from tracker.events.base import FINAL_SIDE, OPEN_SIDE
from tui.rows.views import NEGOTIATIONS
from tui.rows.words import words
from tui.text import clean
from tui.workspace.messages import Missed, OrderPicked
from tui.workspace.sheets import Sheet
from tui.workspace.time.intervals import short
from tui.workspace.time.stops import DAY
from tui.workspace.widgets.cells import cell_len, fit
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from textual import events

    from projections.readmodel.portfolio import Outline

_DATED: Final = 60
#: The columns of a name and of where it stands before others are told, and those that hold most of them whole.
_NAME: Final = 32
_STATE: Final = 38
_TITLED: Final = 60
#: The last move, with its type and with its day alone; fewer letters of a type than these say nothing.
_MOVE: Final = 23
_DAY: Final = 10
_SHORTEST: Final = 4
_LEAST: Final = 15
_FOUND: Final = 6
_ENTRIES: Final = 8
_SILENCE: Final = 9
_OPEN: Final = 5
_NEW: Final = 6
#: What stands there if a log has no negotiation.
EMPTY: Final = "No negotiation yet. a begins one, r records a file."
#: What stands for a day that nothing tells.
_UNKNOWN: Final = "—"
#: The orders in turn, with what ranks a negotiation that is summed up, the lowest first; None where its id, or the
#: number of its entries, is enough.
ORDERS: Final[dict[str, Callable[[Outline], int] | None]] = {
    "id": None,
    "last move": lambda outline: OPEN_FUTURE if outline.last_day is None else -outline.last_day,
    "open questions": lambda outline: -outline.questions,
    "findings": lambda outline: -outline.findings,
    "new": None,
    "entries": None,
}


class PortfolioList(LineList):
    """The negotiations; those in sight are summed up in the background."""

    BORDER_TITLE = "Negotiations"
    FIRST = 1

    def __init__(self) -> None:
        super().__init__(id="portfolio", classes="pane")
        self.nothing = EMPTY
        self.today: date | None = None
        #: The order, one of `ORDERS`, and the names in it.
        self.by = next(iter(ORDERS))
        self.names: list[str] = []
        self.entries: dict[str, int] = {}
        self.known: dict[str, Outline] = {}
        #: How many entries are new to the person, None where they never looked.
        self.news: dict[str, int | None] = {}
        #: Whether all are to be saved.
        self.to_save = False

    def count(self) -> int:
        """Return the heads and a line a negotiation."""
        return len(self.names) + 1 if self.names else 0

    @property
    def wants_all(self) -> bool:
        """Whether more is wanted than what is in sight: to put all in an order, or to save them."""
        return self.to_save or self.by == "new" or ORDERS[self.by] is not None

    def missing(self) -> dict[str, int]:
        """Return the negotiations that are wanted and not summed up, those in sight first, with their entries."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        names = self.names[max(top - 1, 0) : top + height]
        if self.wants_all:
            names = [*names, *self.names]
        return {name: self.entries[name] for name in names if name not in self.known}

    def put_in_order(self) -> None:
        """Put the names in order; what is not summed up yet comes last."""
        entries, known, rank = self.entries, self.known, ORDERS[self.by]
        if self.by == "entries":
            self.names = sorted(entries, key=lambda name: (-entries[name], name))
        elif self.by == "new":
            self.names = sorted(entries, key=lambda name: (-(self.news.get(name) or 0), name))
        elif rank is None:
            self.names = sorted(entries)
        else:
            ranks = {name: rank(outline) for name, outline in known.items()}
            self.names = sorted(entries, key=lambda name: (name not in ranks, ranks.get(name, 0), name))

    def sheet_maker(self) -> Callable[[], Sheet]:
        """Return what makes a row of each negotiation, as they stand now, but for those that are not summed up."""
        names, known, entries = list(self.names), dict(self.known), dict(self.entries)

        def make() -> Sheet:
            rows = [
                [
                    *(each.negotiation, entries[each.negotiation], each.questions, each.last_occurred),
                    *(each.last_event, each.headline, each.title),
                ]
                for each in (known[name] for name in names if name in known)
            ]
            return Sheet("negotiations", NEGOTIATIONS, rows)

        return make

    @property
    def name_here(self) -> str | None:
        """The negotiation under the cursor."""
        return self.names[self.cursor - 1] if 0 < self.cursor <= len(self.names) else None

    def draw(self, index: int, columns: int) -> Content:
        """Draw a negotiation, or its place until it is summed up."""
        room = form(columns)
        if index == 0:
            return Content.styled("".join(text for text, _ in _heads(room)), "$text-muted")
        name = self.names[index - 1]
        pointer = "▶" if index == self.cursor else " "
        found = self.known.get(name)
        if found is None:
            self.post_message(Missed())
            return Content.assemble(f"{pointer} {fit(name, room.name)} ", ("…", "$text-muted"))
        silence = self._silence(found)
        # When an entry was recorded is no move.
        move = short(found.last_occurred) or _UNKNOWN
        if room.move > _DAY + _SHORTEST and found.last_event:
            move = f"{move} {found.last_event}"
        parts: list[str | tuple[str, str]] = [
            f"{pointer} ",
            *_named(found, room),
            f" {fit(stated(found.states, room.state) or 'nothing stands yet', room.state)}",
            (f" {fit(move, room.move)}" if room.move else "", "$text-muted"),
            f" {_UNKNOWN if silence is None else f'{silence:,}d':>{_SILENCE - 1}}",
            (f"{found.questions or '·':>{_OPEN}}", "$text-warning" if found.questions else "$text-disabled"),
            self._new(name),
        ]
        if room.has_found:
            parts.append((f"{found.findings or '·':>{_FOUND}}", "$text-error" if found.findings else "$text-disabled"))
        if room.has_entries:
            parts.append(f"{self.entries.get(name, 0):>{_ENTRIES},}")
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Sort by the head under the mouse, or do as every list does."""
        offset: Any = event.get_content_offset(self)
        if offset is None or self.scroll_offset.y + offset.y or not self.names:
            super().on_click(event)
            return
        # A list's own does not come next.
        event.prevent_default()
        at = 0
        for text, order in _heads(form(self.scrollable_content_region.width)):
            at += cell_len(text)
            if offset.x < at:
                if order:
                    self.post_message(OrderPicked(order))
                return

    def _new(self, name: str) -> tuple[str, str]:
        new = self.news.get(name)
        return (f"{f'•{new}' if new else '·':>{_NEW}}", "bold $text-accent" if new else "$text-disabled")

    def _silence(self, found: Outline) -> int | None:
        """Return the days since a negotiation last moved, None where there is no date to count from."""
        if self.today is None or found.last_day is None or found.last_occurred is None:
            return None
        now = instant(datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC))
        return max(now // DAY - found.last_day // DAY, 0)


class _Form(NamedTuple):
    """The columns of a line: of the name, of where it stands, and of the last move; 0 where that has no room."""

    name: int
    state: int
    move: int
    has_found: bool
    has_entries: bool


def form(columns: int) -> _Form:
    """Return what there is room for; no column is ever narrower, or gone, in a wider terminal.

    Up to 60 columns there is no day of the last move, up to 112 and 120 no findings and no entries; what is left is
    shared by the name and by where it stands. From there on, the name grows first, then the last move, which tells its
    type, then where it stands.
    """
    move = _DAY if columns >= _DATED else 0
    rest = columns - 3 - _SILENCE - _OPEN - _NEW - (move + 1 if move else 0)
    name = min(max(rest // 2, _LEAST), _NAME)
    state = max(min(rest - name, _STATE), 1)
    rest -= name + state
    has_found, has_entries = rest >= _FOUND, rest >= _FOUND + _ENTRIES
    rest -= _FOUND + _ENTRIES
    wanted = {"name": _TITLED - _NAME, "move": _MOVE - _DAY, "state": _TITLED - _STATE}
    more = {}
    for column, most in wanted.items():
        more[column] = min(max(rest, 0), most)
        rest -= more[column]
    # A title may be as long as it likes.
    name += more["name"] + max(rest, 0)
    return _Form(name, state + more["state"], move + more["move"], has_found, has_entries)


def _heads(room: _Form) -> list[tuple[str, str]]:
    """Return the heads of the columns in order, each with the order in which a click on it puts the list."""
    heads = [("  ", ""), (fit("negotiation", room.name + 1), "id"), (fit("where it stands", room.state + 1), "")]
    if room.move:
        heads.append((fit("last move", room.move + 1), "last move"))
    heads += [(f"{'silence':>{_SILENCE - 1}}", "last move"), (f"{'open':>{_OPEN}}", "open questions")]
    heads.append((f"{'new':>{_NEW}}", "new"))
    if room.has_found:
        heads.append((f"{'found':>{_FOUND}}", "findings"))
    if room.has_entries:
        heads.append((f"{'entries':>{_ENTRIES}}", "entries"))
    return heads


def stated(states: Sequence[str], columns: int) -> str:
    """Return as many things with their states as there is room for, and how many more there are.

    Each is what it is called and how it stands; where the first has no room, what it is called is cut at its end, never
    its state.

    >>> stated(("treaty denunciation announced", "pact signed"), 29)
    'tr… denunciation announced +1'
    """
    told = ""
    for number, each in enumerate(states):
        rest = len(states) - number - 1
        longer = f"{told} · {each}" if told else each
        more = f" +{rest}" if rest else ""
        if cell_len(longer) + len(more) > columns:
            return f"{told} +{rest + 1}" if told else f"{_cut(each, columns - len(more))}{more}"
        told = longer
    return told


def _cut(stated: str, columns: int) -> str:
    """Return a thing with its state in so many columns."""
    told = clean(stated)
    state = max((state for state in _states() if told.endswith(f" {state}")), key=len, default="")
    room = columns - cell_len(state) - 1
    return f"{fit(told.removesuffix(f' {state}'), room).rstrip()} {state}" if room > 0 else fit(f"…{state}", columns)


@cache
def _states() -> frozenset[str]:
    """Return the states that things may have, in words."""
    every = {*OPEN_SIDE, *FINAL_SIDE, "named"}.union(*(machine.states for machine in MACHINES.values()))
    return frozenset(map(words, every))


def _named(found: Outline, room: _Form) -> list[tuple[str, str]]:
    """Return a negotiation's id, and what of its title there is room for."""
    name = clean(found.negotiation)
    left = room.name - cell_len(name) - 1
    if left < _LEAST // 2 or found.title == found.negotiation:
        return [(fit(name, room.name), "bold")]
    return [(f"{name} ", "bold"), (fit(found.title, left), "$text-muted")]
