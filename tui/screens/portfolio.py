"""The portfolio: every negotiation of a log, where it stands, its last move, the days of silence, and what is open."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.cache import LRUCache
from textual.content import Content
from textual.worker import get_current_worker

from projections.status import Status, status
from tracker.dates import DateError, instant
from tracker.errors import CommuniqueError
from tracker.log import EventLog
from tui.actions import LIST, PORTFOLIO, bindings_for
from tui.filters import folded
from tui.intervals import short
from tui.messages import Summed
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

    from tui.messages import Appended, LineChosen

_KEPT: Final = 2000
_AT_ONCE: Final = 40
_NAME: Final = 26
_SILENCE: Final = 9


class Summary(NamedTuple):
    """One negotiation in a line; `silence` is in days, None where there is no date to count from."""

    title: str
    state: str
    last: str
    silence: int | None
    questions: int
    findings: int


class PortfolioList(LineList):
    """The negotiations; those in sight are summed up in the background."""

    BORDER_TITLE = "Negotiations"

    def __init__(self) -> None:
        super().__init__(id="portfolio", classes="pane")
        self.names: list[str] = []
        self.entries: dict[str, int] = {}
        self.known: LRUCache[str, Summary] = LRUCache(_KEPT)
        self.wanted: dict[str, None] = {}

    def count(self) -> int:
        """Return the heads and a line a negotiation."""
        return len(self.names) + 1 if self.names else 0

    def can_rest(self, index: int) -> bool:
        """Rest on negotiations."""
        return index > 0

    def empty(self) -> Content | None:
        """Say how the first negotiation comes here."""
        return Content("No negotiation yet. Record one:  communique record FILE   or look at:  communique demo")

    @property
    def name_here(self) -> str | None:
        """The negotiation under the cursor."""
        return self.names[self.cursor - 1] if 0 < self.cursor <= len(self.names) else None

    def draw(self, index: int, columns: int) -> Content:
        """Draw a negotiation, or its place until it is summed up."""
        wide = max(columns - 2 - _NAME - 24 - _SILENCE - 20, 12)
        if index == 0:
            heads = f"  {'negotiation':<{_NAME}} {'where it stands':<{wide}} {'last move':<23}"
            return Content.styled(f"{heads} {'silence':>{_SILENCE - 1}} open found entries", "$text-muted")
        name = self.names[index - 1]
        pointer = "▶" if index == self.cursor else " "
        found = self.known.get(name)
        if found is None:
            self.wanted[name] = None
            self.post_message(Summed(()))
            return Content.assemble(f"{pointer} {fit(name, _NAME)} ", ("…", "$text-muted"))
        silence = "" if found.silence is None else f"{found.silence:,}d"
        return Content.assemble(
            f"{pointer} ",
            (fit(found.title, _NAME), "bold"),
            " ",
            fit(found.state, wide),
            " ",
            (fit(found.last, 23), "$text-muted"),
            " ",
            f"{silence:>{_SILENCE - 1}} ",
            (f"{found.questions or '·':>4}", "$text-warning" if found.questions else "$text-disabled"),
            (f"{found.findings or '·':>6}", "$text-error" if found.findings else "$text-disabled"),
            f"{self.entries.get(name, 0):>8,}",
        )


class PortfolioScreen(ActingScreen):
    """The negotiations of the log; enter opens one."""

    PLACES: ClassVar[tuple[str, ...]] = (PORTFOLIO, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(PORTFOLIO)]

    def __init__(self) -> None:
        super().__init__()
        self.word = ""
        self._by = "name"
        self._stop = threading.Event()
        self._busy = False

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Header(id="header")
        yield PortfolioList()
        yield Footer(*self.PLACES, allow=self.allows, first=("detail", "sort", "back"))

    def on_mount(self) -> None:
        """List the negotiations."""
        self.query_one(PortfolioList).focus()
        self.show()

    def on_unmount(self) -> None:
        """Let the summing up stop."""
        self._stop.set()

    def show(self) -> None:
        """List the negotiations anew."""
        found = self.query_one(PortfolioList)
        here = found.name_here
        found.entries = self.workspace.log_book.negotiations()
        order = (
            sorted(found.entries)
            if self._by == "name"
            else sorted(found.entries, key=lambda name: -found.entries[name])
        )
        found.names = order
        count = len(order)
        found.border_title = f"{count:,} negotiation{'' if count == 1 else 's'}, by {self._by}"
        self.query_one(Header).show("all negotiations", self.workspace.place)
        found.renew()
        found.point_at(order.index(here) + 1 if here in order else 1)

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
        for distance in range(1, count + 1):
            index = (found.cursor - 1 + step * distance) % count
            name = found.names[index]
            summed = found.known.get(name)
            if self.word and folded(self.word) in folded(f"{name} {summed.title if summed else ''}"):
                found.point_at(index + 1)
                return
        self.notify(
            "/ finds a name first." if not self.word else f"No negotiation is called {self.word!r}.", markup=False
        )

    def take(self, message: Appended) -> None:
        """Count anew what was recorded."""
        found = self.query_one(PortfolioList)
        for name in {recorded.event.negotiation for recorded in message.entries}:
            found.known.discard(name)
        self.show()

    # ── in the background ──

    def on_summed(self, message: Summed) -> None:
        """Take what was summed up, and ask for what is in sight and is not."""
        found = self.query_one(PortfolioList)
        for name, summary in message.summaries:
            found.known[name] = summary
            found.wanted.pop(name, None)
        if message.summaries:
            self._busy = False
            found.renew()
        if found.wanted and not self._busy:
            names = tuple(found.wanted)[-_AT_ONCE:]
            found.wanted.clear()
            self._busy = True
            self.run_worker(lambda: self._sum_up(names), thread=True, group="sums", exit_on_error=False)

    def _sum_up(self, names: tuple[str, ...]) -> None:
        worker = get_current_worker()
        today = self.workspace.today
        summaries = []
        try:
            with EventLog.open(self.workspace.log_book.location, create=False, read_only=True) as log:
                for name in names:
                    if worker.is_cancelled or self._stop.is_set():
                        return
                    summaries.append((name, summed(status(log, name, today=today), today)))
        except CommuniqueError as error:
            summaries.append((names[len(summaries)], Summary(str(error), "", "", None, 0, 0)))
        if not self._stop.is_set():
            self.post_message(Summed(tuple(summaries)))


def summed(seen: Status, today: date | None) -> Summary:
    """Return a status in a line."""
    states = [
        f"{thing.id} {(thing.state or 'named').replace('-', ' ')}"
        for things in seen.things.values()
        for thing in things.values()
    ]
    last = seen.last
    standing = seen.claims.standing if seen.claims else ()
    silence = None
    if standing and today is not None:
        try:
            now = instant(datetime(today.year, today.month, today.day, tzinfo=UTC))
            silence = max(now // DAY - standing[-1].lower // DAY, 0)
        except DateError:
            silence = None
    return Summary(
        seen.title or seen.negotiation,
        " · ".join(states) or "nothing stands yet",
        f"{short(last.occurred)} {last.event}" if last else "",
        silence,
        len(seen.questions),
        len(seen.findings) - len(seen.questions),
    )
