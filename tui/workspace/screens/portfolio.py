"""The portfolio: every negotiation of a log, where it stands, its last move, the days of silence, and what is open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from textual.content import Content

from projections.readmodel.portfolio import Detail, Portfolio
from tracker.errors import LogError
from tracker.log import EventLog
from tui.filters import folded
from tui.text import clean
from tui.workspace.actions import LIST, PORTFOLIO, bindings_for
from tui.workspace.looking import News
from tui.workspace.messages import Missed, OrderPicked
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.beginning import Beginning
from tui.workspace.screens.everywhere import FoundScreen
from tui.workspace.screens.find import Search
from tui.workspace.screens.taking import save_rows
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.portfolio import EMPTY, ORDERS, PortfolioList
from tui.workspace.widgets.report import Report
from tui.workspace.widgets.status import previewed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.readmodel.portfolio import Outline
    from tui.workspace.jobs import IsOver
    from tui.workspace.messages import Appended, LineChosen

#: A negotiation summed up, and how many entries of it are new; None where the person never looked.
Summed: TypeAlias = "tuple[Outline, int | None]"
#: Seconds after which what was summed up is shown.
_PAUSE: Final = 0.1


class Everything(Search):
    """Searches what the whole log holds; the next and the previous place are negotiations that are called so."""

    def __init__(self, screen: PortfolioScreen) -> None:
        super().__init__(screen, "words that anything in the log holds: treaty, niger, base 201", screen.step)
        self._screen = screen

    def _look(self) -> None:
        self._screen.workspace.push_screen(FoundScreen(self.word))


class PortfolioScreen(ActingScreen):
    """The negotiations of the log; enter opens one."""

    PLACES: ClassVar[tuple[str, ...]] = (PORTFOLIO, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(PORTFOLIO)]

    def __init__(self, entries: dict[str, int] | None = None) -> None:
        super().__init__()
        self._entries = entries
        #: Why the log cannot be read; empty if it can.
        self._problem = ""
        self.beginning = Beginning(self, lambda: self.query_one(PortfolioList).entries)
        self.find = Everything(self)
        #: Whether the rows are to be saved once they are all summed up.
        self._is_saving = False
        self._asked: frozenset[str] = frozenset()
        #: The negotiation of which the pane below tells, with its number of entries.
        self._previewed: tuple[str, int] = "", 0
        self._is_previewing = False

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Header(id="header", waiting=self.drafts_waiting)
        yield PortfolioList()
        yield Report(id="preview-of", classes="pane", nothing="…")
        yield Footer(
            *self.PLACES,
            allow=self.allows,
            first=("detail", "sort", *(() if self._is_last else ("back",))),
        )

    def on_mount(self) -> None:
        """List the negotiations."""
        found = self.query_one(PortfolioList)
        found.today = self.workspace.today
        found.focus()
        if self._entries is not None:
            found.entries = self._entries
        self.show()
        if self._entries is None:
            self._count()

    def _count(self) -> None:
        self.workspace.do_job(
            f"count-{id(self)}",
            lambda _: self.workspace.log_book.negotiations(),
            self._counted,
            failed=self._not_counted,
        )

    def do_look_again(self) -> None:
        """Read the log again: which negotiations there are, and what could not be summed up."""
        self._asked, self._previewed, self._is_previewing = frozenset(), ("", 0), False
        self._count()

    def _not_counted(self, problem: str) -> None:
        """Say what is wrong with the log, and what is done about it, where it cannot be read."""
        if self.is_there:
            self._problem = problem
            self.show()

    def on_unmount(self) -> None:
        """Let the work in the background stop: this screen's, as another one may be there already."""
        for group in (f"count-{id(self)}", f"sums-{id(self)}", f"preview-{id(self)}"):
            self.workspace.stop_jobs(group)

    def _counted(self, counted: dict[str, int]) -> None:
        if not self.is_there:
            return
        self._problem = ""
        found = self.query_one(PortfolioList)
        for name, entries in counted.items():
            if found.entries.get(name, entries) != entries:
                found.known.pop(name, None)
            found.entries[name] = max(entries, found.entries.get(name, 0))
        self.show()

    def show(self, *, again: bool = False) -> None:
        """List the negotiations anew; the cursor keeps to its negotiation, but stays at the top `again` in an order."""
        found = self.query_one(PortfolioList)
        here = None if again and found.cursor == 1 else found.name_here
        found.put_in_order()
        count, left = len(found.names), len(found.missing())
        done = f" · {count - left:,} read" if found.wants_all and left else ""
        lost = " · the log cannot be read; f5 looks again" if self._problem else ""
        found.nothing = f"{self._problem}. f5 looks again; when the log is back, it is read by itself."
        if not self._problem:
            found.nothing = EMPTY
        found.entitle(title=f"{count:,} negotiation{'' if count == 1 else 's'}, by {found.by}{done}{lost}")
        self.query_one(Header).show("all negotiations", self.workspace.place)
        found.renew(found.names.index(here) + 1 if here in found.entries else 1)
        if found.wants_all and left:
            self.post_message(Missed())

    def on_cursor_moved(self) -> None:
        """Tell of the negotiation under the cursor."""
        self._preview()

    def _preview(self) -> None:
        """Tell in the pane below of the negotiation under the cursor, once it is summed up."""
        found, pane = self.query_one(PortfolioList), self.query_one("#preview-of", Report)
        name = found.name_here
        known = found.known.get(name or "")
        if name is None or known is None or not pane.display:
            return
        pane.border_title = Content(clean(f"{known.title}  {name}"))
        entries = found.entries[name]
        if self._is_previewing or self._previewed == (name, entries):
            return
        self._is_previewing, self._previewed = True, (name, entries)

        def work(_: IsOver) -> Detail:
            with (
                EventLog.open(self.workspace.log_book.location, create=False, read_only=True) as log,
                Portfolio(log, today=self.workspace.today) as portfolio,
            ):
                return portfolio.detail(name, entries)

        def failed(_: str) -> None:
            # What is wrong with the log is told where more than this rests on it.
            self._is_previewing = False

        self.workspace.do_job(f"preview-{id(self)}", work, self._tell, failed=failed)

    def _tell(self, detail: Detail) -> None:
        self._is_previewing = False
        if not self.is_there:
            return
        pane = self.query_one("#preview-of", Report)
        pane.nothing = "Nothing stands yet."
        pane.tell(previewed(detail))
        # The cursor may be on another one by now.
        self._preview()

    def on_line_chosen(self, message: LineChosen) -> None:
        """Open the negotiation."""
        del message
        name = self.query_one(PortfolioList).name_here
        if name is not None:
            self.workspace.open_negotiation(name)

    @property
    def _is_last(self) -> bool:
        """Whether there is nothing to go back to but the screen that is seen while the program starts."""
        return self.app.screen_stack[1:2] == [self]

    def do_back(self) -> None:
        """Go back, where there is something to go back to."""
        if self._is_last:
            self.notify("q leaves. enter opens a negotiation.")
        else:
            self.workspace.pop()

    def do_sort(self) -> None:
        """Sort in the next order."""
        orders = list(ORDERS)
        self._sort((orders.index(self.query_one(PortfolioList).by) + 1) % len(orders))

    def on_order_picked(self, message: OrderPicked) -> None:
        """Sort by the column that was clicked."""
        self._sort(list(ORDERS).index(message.order))

    def _sort(self, order: int) -> None:
        found = self.query_one(PortfolioList)
        found.by = list(ORDERS)[order]
        self._asked = frozenset()
        self.show(again=True)

    def do_export(self) -> None:
        """Save all negotiations as CSV, once they are summed up."""
        found = self.query_one(PortfolioList)
        if not found.names:
            self.notify("No negotiation here to save.")
            return
        found.to_save = self._is_saving = True
        left = len(found.missing())
        if left:
            self.notify(f"{left:,} negotiations are read first; then the file is saved.")
            self.show()
        else:
            self._save()

    def _save(self) -> None:
        self._is_saving = False
        save_rows(self.workspace, self.query_one(PortfolioList).sheet_maker())

    def step(self, step: int) -> None:
        """Go to the next negotiation of the name that was searched, or to the previous one."""
        found, word = self.query_one(PortfolioList), self.find.word
        if not word:
            self.notify("/ finds a name first.")
            return
        names, known, here = list(found.names), dict(found.known), found.cursor - 1

        def work(is_over: IsOver) -> str | None:
            wanted = folded(word)
            for distance in range(1, len(names) + 1):
                name = names[(here + step * distance) % len(names)]
                summed = known.get(name)
                if is_over() or wanted in folded(f"{name} {summed.title if summed else ''}"):
                    return name
            return None

        def done(name: str | None) -> None:
            if name is None:
                self.notify(f"No negotiation is called {word!r}.")
            elif name in found.entries:
                found.point_at(found.names.index(name) + 1)

        self.workspace.do_job("find", work, done, leads=True)

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

    def on_screen_resume(self, event: Any) -> None:  # noqa: ANN401 - Textual's event
        """Count anew what is new, where the person may have looked at it meanwhile."""
        del event
        if self.is_there:
            found = self.query_one(PortfolioList)
            for name in [name for name, new in found.news.items() if new or new is None]:
                found.known.pop(name, None)
                del found.news[name]
            found.renew()

    # ── in the background ──

    def on_missed(self, message: Missed) -> None:
        """Ask for what is in sight and is not summed up; who was asked before for something else need not go on."""
        del message
        missing = self.query_one(PortfolioList).missing()
        if self._asked.issuperset(missing):
            return
        self._asked = frozenset(missing)
        self.workspace.do_job(
            f"sums-{id(self)}",
            lambda is_over: self._sum_up(missing, is_over),
            self._summed,
            failed=self._not_counted,
        )

    def _summed(self, outlines: Sequence[Summed]) -> None:
        if not self.is_there:
            return
        found = self.query_one(PortfolioList)
        found.known.update((outline.negotiation, outline) for outline, _ in outlines)
        found.news.update((outline.negotiation, new) for outline, new in outlines)
        self._asked = self._asked.difference(outline.negotiation for outline, _ in outlines)
        if found.wants_all:
            self.show(again=True)
        else:
            found.renew()
        if self._is_saving and not found.missing():
            self._save()
        self._preview()

    def _sum_up(self, negotiations: dict[str, int], is_over: IsOver) -> list[Summed]:
        """Sum up some negotiations in their order, and show them now and then; return those not shown yet."""
        done: list[Summed] = []
        told = time.monotonic()
        with (
            EventLog.open(self.workspace.log_book.location, create=False, read_only=True) as log,
            Portfolio(log, today=self.workspace.today) as portfolio,
        ):
            news = _news(log, self.workspace.log_book.by)
            for outline in portfolio.outlines(negotiations):
                done.append((outline, news(outline.negotiation)))
                if is_over() or time.monotonic() - told >= _PAUSE:
                    self.call_later(self._summed, done)
                    done, told = [], time.monotonic()
                if is_over():
                    break
        return done


def _news(log: EventLog, by: str) -> Callable[[str], int | None]:
    """Return what counts the new entries of a negotiation; where that cannot be known, nothing is new."""
    try:
        return News(log, by).count
    except LogError:
        return lambda _: None
