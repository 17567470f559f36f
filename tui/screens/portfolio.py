"""The portfolio: every negotiation of a log, where it stands, its last move, the days of silence, and what is open."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.worker import get_current_worker

from projections.portfolio import Portfolio
from tracker.dates import instant
from tracker.errors import CommuniqueError
from tracker.log import EventLog
from tui.actions import LIST, PORTFOLIO, bindings_for
from tui.filters import folded
from tui.intervals import short
from tui.messages import Counted, Failed, Missed, Summed
from tui.screens.base import ActingScreen
from tui.stops import DAY
from tui.widgets.cells import fit
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.lines import LineList

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.portfolio import Outline
    from tui.messages import Appended, LineChosen

#: Seconds after which what was summed up is shown.
_PAUSE: Final = 0.1
_ROOMY: Final = 100
_NAME: Final = 26
_SHORT_NAME: Final = 18
_MOVE: Final = 23
_DAY: Final = 10
_LEAST: Final = 12
_SILENCE: Final = 9


class PortfolioList(LineList):
    """The negotiations; those in sight are summed up in the background."""

    BORDER_TITLE = "Negotiations"

    def __init__(self) -> None:
        super().__init__(id="portfolio", classes="pane")
        self.today: date | None = None
        self.names: list[str] = []
        self.entries: dict[str, int] = {}
        self.known: dict[str, Outline] = {}

    def count(self) -> int:
        """Return the heads and a line a negotiation."""
        return len(self.names) + 1 if self.names else 0

    def can_rest(self, index: int) -> bool:
        """Rest on negotiations."""
        return index > 0

    def empty(self) -> Content | None:
        """Say how the first negotiation comes here."""
        return Content("No negotiation yet. Record one:  communique record FILE   or look at:  communique demo")

    def missing(self) -> dict[str, int]:
        """Return the negotiations in sight that are not summed up, with their numbers of entries."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        names = self.names[max(top - 1, 0) : top + height]
        return {name: self.entries[name] for name in names if name not in self.known}

    @property
    def name_here(self) -> str | None:
        """The negotiation under the cursor."""
        return self.names[self.cursor - 1] if 0 < self.cursor <= len(self.names) else None

    def draw(self, index: int, columns: int) -> Content:
        """Draw a negotiation, or its place until it is summed up."""
        # Where there is little room, of the last move only the day is told.
        naming, moving = (_NAME, _MOVE) if columns >= _ROOMY else (_SHORT_NAME, _DAY)
        wide = max(columns - 2 - naming - 1 - 1 - moving - 1 - _SILENCE - 4 - 6 - 8, _LEAST)
        if index == 0:
            heads = f"  {'negotiation':<{naming}} {'where it stands':<{wide}} {'last move':<{moving}}"
            return Content.styled(f"{heads} {'silence':>{_SILENCE - 1}} open found entries", "$text-muted")
        name = self.names[index - 1]
        pointer = "▶" if index == self.cursor else " "
        found = self.known.get(name)
        if found is None:
            self.post_message(Missed())
            return Content.assemble(f"{pointer} {fit(name, naming)} ", ("…", "$text-muted"))
        silence = self._silence(found)
        move = short(found.last_occurred)
        if moving > _DAY and found.last_event:
            move = f"{move} {found.last_event}"
        return Content.assemble(
            f"{pointer} ",
            (fit(found.title, naming), "bold"),
            " ",
            fit(" · ".join(found.states) or "nothing stands yet", wide),
            " ",
            (fit(move, moving), "$text-muted"),
            " ",
            f"{'' if silence is None else f'{silence:,}d':>{_SILENCE - 1}} ",
            (f"{found.questions or '·':>4}", "$text-warning" if found.questions else "$text-disabled"),
            (f"{found.findings or '·':>6}", "$text-error" if found.findings else "$text-disabled"),
            f"{self.entries.get(name, 0):>8,}",
        )

    def _silence(self, found: Outline) -> int | None:
        """Return the days since a negotiation last moved, None where there is no date to count from."""
        if self.today is None or found.last_day is None:
            return None
        now = instant(datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC))
        return max(now // DAY - found.last_day // DAY, 0)


class PortfolioScreen(ActingScreen):
    """The negotiations of the log; enter opens one."""

    PLACES: ClassVar[tuple[str, ...]] = (PORTFOLIO, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(PORTFOLIO)]

    def __init__(self, entries: dict[str, int] | None = None) -> None:
        super().__init__()
        self._counted = entries
        self.word = ""
        self._by = "name"
        self._stop = threading.Event()
        self._asked: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Header(id="header")
        yield PortfolioList()
        yield Footer(*self.PLACES, allow=self.allows, first=("detail", "sort", "back"))

    def on_mount(self) -> None:
        """List the negotiations."""
        found = self.query_one(PortfolioList)
        found.today = self.workspace.today
        found.focus()
        if self._counted is not None:
            found.entries = self._counted
            self.show()
            return
        self.show()
        self.run_worker(self._count, thread=True, name="count", group="count", exit_on_error=False)

    def on_unmount(self) -> None:
        """Let the work in the background stop."""
        self._stop.set()

    def on_counted(self, message: Counted) -> None:
        """List the negotiations that there are."""
        found = self.query_one(PortfolioList)
        for name, entries in message.entries.items():
            if found.entries.get(name, entries) != entries:
                found.known.pop(name, None)
            found.entries[name] = max(entries, found.entries.get(name, 0))
        self.show()

    def show(self) -> None:
        """List the negotiations anew."""
        found = self.query_one(PortfolioList)
        here = found.name_here
        entries = found.entries
        order = sorted(entries) if self._by == "name" else sorted(entries, key=lambda name: (-entries[name], name))
        found.names = order
        count = len(order)
        found.entitle(title=f"{count:,} negotiation{'' if count == 1 else 's'}, by {self._by}")
        self.query_one(Header).show("all negotiations", self.workspace.place)
        found.renew(order.index(here) + 1 if here in entries else 1)

    def on_line_chosen(self, message: LineChosen) -> None:
        """Open the negotiation."""
        del message
        name = self.query_one(PortfolioList).name_here
        if name is not None:
            self.workspace.open_negotiation(name)

    def do_sort(self) -> None:
        """Sort by name, or by the number of entries."""
        self._by = "entries" if self._by == "name" else "name"
        self.show()

    def do_search(self) -> None:
        """Ask for a name."""
        from tui.screens.ask import Ask

        self.workspace.push_screen(Ask("Find", "a part of the name", value=self.word), self._search)

    def _search(self, word: str | None) -> None:
        if word:
            self.word = word
            self.do_search_next()

    def do_search_next(self) -> None:
        """Go to the next negotiation of that name."""
        self._find(1)

    def do_search_back(self) -> None:
        """Go to the previous one."""
        self._find(-1)

    def _find(self, step: int) -> None:
        found = self.query_one(PortfolioList)
        count = len(found.names)
        wanted = folded(self.word)
        for distance in range(1, count + 1):
            index = (found.cursor - 1 + step * distance) % count
            name = found.names[index]
            summed = found.known.get(name)
            if self.word and wanted in folded(f"{name} {summed.title if summed else ''}"):
                found.point_at(index + 1)
                return
        self.notify(
            "/ finds a name first." if not self.word else f"No negotiation is called {self.word!r}.", markup=False
        )

    def take(self, message: Appended) -> None:
        """Count what was recorded."""
        if not self.is_there:
            return
        found = self.query_one(PortfolioList)
        for recorded in message.entries:
            name = recorded.event.negotiation
            found.entries[name] = max(found.entries.get(name, 0), recorded.version)
            found.known.pop(name, None)
        self.show()

    # ── in the background ──

    def on_missed(self, message: Missed) -> None:
        """Ask for what is in sight and is not summed up; who was asked before for something else need not go on."""
        del message
        missing = self.query_one(PortfolioList).missing()
        if self._asked.issuperset(missing):
            return
        self._asked = frozenset(missing)
        self.run_worker(
            lambda: self._sum_up(missing), thread=True, name="sums", group="sums", exclusive=True, exit_on_error=False
        )

    def on_summed(self, message: Summed) -> None:
        """Show what was summed up."""
        found = self.query_one(PortfolioList)
        found.known.update((outline.negotiation, outline) for outline in message.outlines)
        self._asked = self._asked.difference(outline.negotiation for outline in message.outlines)
        found.renew()

    def _count(self) -> None:
        entries = self.workspace.log_book.negotiations()
        if not self._stop.is_set():
            self.post_message(Counted(entries))

    def _sum_up(self, negotiations: dict[str, int]) -> None:
        worker = get_current_worker()
        done: list[Outline] = []
        told = time.monotonic()

        def tell() -> None:
            if done and not self._stop.is_set():
                self.post_message(Summed(tuple(done)))
            done.clear()

        try:
            with (
                EventLog.open(self.workspace.log_book.location, create=False, read_only=True) as log,
                Portfolio(log, today=self.workspace.today) as portfolio,
            ):
                for outline in portfolio.outlines(negotiations):
                    done.append(outline)
                    if worker.is_cancelled or self._stop.is_set():
                        break
                    if time.monotonic() - told >= _PAUSE:
                        tell()
                        told = time.monotonic()
            tell()
        except CommuniqueError as error:
            self.workspace.post_message(Failed(str(error)))
