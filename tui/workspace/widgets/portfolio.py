"""The negotiations of a log as a list: where each stands, its last move, the days of silence, and what is open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content

from tracker.dates import OPEN_FUTURE, instant
from tui.rows.views import NEGOTIATIONS
from tui.text import clean
from tui.workspace.messages import Missed
from tui.workspace.sheets import Sheet
from tui.workspace.time.intervals import short
from tui.workspace.time.stops import DAY
from tui.workspace.widgets.cells import cell_len, fit
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from projections.readmodel.portfolio import Outline

_ROOMY: Final = 100
_DATED: Final = 60
_NAME: Final = 26
_MOVE: Final = 23
_DAY: Final = 10
_LEAST: Final = 15
_SILENCE: Final = 9
_OPEN: Final = 5
_NEW: Final = 6
#: The orders in turn, with what ranks a negotiation that is summed up, the lowest first; None where its id, or the
#: number of its entries, is enough.
ORDERS: Final[dict[str, Callable[[Outline], int] | None]] = {
    "id": None,
    "last move": lambda outline: OPEN_FUTURE if outline.last_day is None else -outline.last_day,
    "open questions": lambda outline: -outline.questions,
    "findings": lambda outline: -outline.findings,
    "entries": None,
}


class PortfolioList(LineList):
    """The negotiations; those in sight are summed up in the background."""

    BORDER_TITLE = "Negotiations"
    FIRST = 1

    def __init__(self) -> None:
        super().__init__(id="portfolio", classes="pane")
        self.nothing = "No negotiation yet. a begins one, r records a file."
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
        return self.to_save or ORDERS[self.by] is not None

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
        form = _form(columns)
        if index == 0:
            heads = [fit("negotiation", form.name), fit("where it stands", form.state)]
            if form.move:
                heads.append(fit("last move", form.move))
            told = f"{' '.join(heads)} {'silence':>{_SILENCE - 1}}{' open':>{_OPEN}}{'new':>{_NEW}}"
            return Content.styled(f"  {told}{' found entries' if form.is_roomy else ''}", "$text-muted")
        name = self.names[index - 1]
        pointer = "▶" if index == self.cursor else " "
        found = self.known.get(name)
        if found is None:
            self.post_message(Missed())
            return Content.assemble(f"{pointer} {fit(name, form.name)} ", ("…", "$text-muted"))
        silence = self._silence(found)
        move = short(found.last_occurred)
        if form.is_roomy and found.last_event:
            move = f"{move} {found.last_event}"
        parts: list[str | tuple[str, str]] = [
            f"{pointer} ",
            *_named(found, form),
            f" {fit(' · '.join(found.states) or 'nothing stands yet', form.state)}",
            (f" {fit(move, form.move)}" if form.move else "", "$text-muted"),
            f" {'' if silence is None else f'{silence:,}d':>{_SILENCE - 1}}",
            (f"{found.questions or '·':>{_OPEN}}", "$text-warning" if found.questions else "$text-disabled"),
            self._new(name),
        ]
        if form.is_roomy:
            parts += [
                (f"{found.findings or '·':>6}", "$text-error" if found.findings else "$text-disabled"),
                f"{self.entries.get(name, 0):>8,}",
            ]
        return Content.assemble(*parts)

    def _new(self, name: str) -> tuple[str, str]:
        new = self.news.get(name)
        return (f"{f'•{new}' if new else '·':>{_NEW}}", "bold $text-accent" if new else "$text-disabled")

    def _silence(self, found: Outline) -> int | None:
        """Return the days since a negotiation last moved, None where there is no date to count from."""
        if self.today is None or found.last_day is None:
            return None
        now = instant(datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC))
        return max(now // DAY - found.last_day // DAY, 0)


class _Form(NamedTuple):
    """The columns of a line: of the name, of where it stands, and of the last move; 0 where that has no room."""

    name: int
    state: int
    move: int
    is_roomy: bool


def _form(columns: int) -> _Form:
    """Return what there is room for: below 100 columns no findings, entries and type of the last move, below 60 no day.

    What is left is shared by the name and by where it stands.
    """
    rest = columns - 2 - 1 - _SILENCE - _OPEN - _NEW
    if columns >= _ROOMY:
        return _Form(_NAME, rest - _NAME - 1 - _MOVE - 6 - 8, _MOVE, is_roomy=True)
    move = _DAY if columns >= _DATED else 0
    rest -= move + 1 if move else 0
    name = max(rest // 2, _LEAST)
    return _Form(name, max(rest - name, 1), move, is_roomy=False)


def _named(found: Outline, form: _Form) -> list[tuple[str, str]]:
    """Return a negotiation's title; where it has little room, its id first, as titles begin alike."""
    if form.is_roomy:
        return [(fit(found.title, form.name), "bold")]
    name = clean(found.negotiation)
    left = form.name - cell_len(name) - 1
    if left < _LEAST // 2 or found.title == found.negotiation:
        return [(fit(name, form.name), "bold")]
    return [(f"{name} ", "bold"), (fit(found.title, left), "$text-muted")]
