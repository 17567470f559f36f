"""What can be done with an entry, or with what the cursor is on: ask why, find, filter, copy, open its source."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.filters import FilterError, folded, parse, words_of
from tui.text import clean
from tui.workspace.screens.ask import Ask
from tui.workspace.screens.taking import TakingScreen
from tui.workspace.screens.travel import TravellingScreen
from tui.workspace.widgets.events import EventList, arranged
from tui.workspace.widgets.evidence import is_seen
from tui.workspace.widgets.positions import PositionMatrix
from tui.workspace.widgets.status import StatusList

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver


#: What is said of a cell of the positions that holds none.
NO_POSITION: Final = "Nobody has taken a position here. a adds one."


class ItemScreen(TakingScreen, TravellingScreen):
    """A screen over a session with a cursor on an entry or a conclusion."""

    word = ""
    filter = ""

    # ── why ──

    def do_why(self) -> None:
        """Show the claims behind what the cursor is on."""
        from tui.workspace.screens.findings import FindingsScreen

        focused = self.focused
        subject = focused.subject if isinstance(focused, StatusList | PositionMatrix) else None
        reading = None if isinstance(focused, StatusList | PositionMatrix) else self.entry()
        if reading is not None:
            status = self.session.status

            def work(_: IsOver) -> str:
                subjects = (name for name, found in status.subjects.items() if reading in found)
                return next(subjects, f"entry:{reading.id}")

            self.workspace.do_job("why", work, self._ask_why, leads=True)
        elif subject is None and isinstance(focused, PositionMatrix):
            self.notify(NO_POSITION, markup=False)
        elif subject == "findings":
            self.workspace.push_screen(FindingsScreen(self.session))
        elif subject is not None:
            self._ask_why(subject)
        else:
            self.notify("Nothing here to ask about. 1 goes to the status, 3 to the positions.", markup=False)

    def _ask_why(self, subject: str) -> None:
        from tui.workspace.screens.why import WhyScreen

        self.workspace.push_screen(WhyScreen(self.session, subject))

    def entry(self) -> Reading | None:
        """Return the entry looked at, or what the thing under the cursor rests on, where the cut lets it be read."""
        focused = self.focused
        reading = self.session.reading
        if isinstance(focused, StatusList | PositionMatrix):
            reading = self.session.claims.get(focused.entry or "")
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def do_findings(self) -> None:
        """Show the findings."""
        from tui.workspace.screens.findings import FindingsScreen

        self.workspace.push_screen(FindingsScreen(self.session))

    def do_sources(self) -> None:
        """Show the sources."""
        from tui.workspace.screens.sources import SourcesScreen

        self.workspace.push_screen(SourcesScreen(self.session))

    def do_portfolio(self) -> None:
        """Show all negotiations."""
        self.workspace.open_portfolio()

    # ── finding ──

    def do_search(self) -> None:
        """Ask for words to find."""
        self.workspace.push_screen(Ask("Find", "words, in any field of the entries", value=self.word), self._search)

    def _search(self, word: str | None) -> None:
        if not word:
            return
        self.word = word
        rows, standing = self.query_one(EventList).rows, self.session.claims
        wanted = folded(word)

        def work(is_over: IsOver) -> frozenset[str]:
            found = (reading.id for reading in rows if is_seen(reading, standing) and wanted in words_of(reading))
            return frozenset(takewhile(lambda _: not is_over(), found))

        self.workspace.do_job("find", work, self._found, leads=True)

    def _found(self, matches: frozenset[str]) -> None:
        word = self.word
        events = self.query_one(EventList)
        events.matches = matches
        events.renew()
        if events.matches:
            self.notify(f"{len(events.matches)} found. n and N go through them, esc ends.", markup=False)
            self.do_search_next()
        else:
            self.notify(f"No entry known at this cut holds {clean(word)!r}.", markup=False)

    def do_search_next(self) -> None:
        """Go to the next entry found."""
        self._to_match(1)

    def do_search_back(self) -> None:
        """Go to the previous entry found."""
        self._to_match(-1)

    def _to_match(self, step: int) -> None:
        events = self.query_one(EventList)
        if not events.matches:
            self.notify("/ finds words first.", markup=False)
            return
        count = len(events.rows)
        for distance in range(1, count + 1):
            index = (events.cursor + step * distance) % count
            if events.rows[index].id in events.matches:
                self.look_at(events.rows[index].id)
                return

    def look_at(self, entry: str) -> None:
        """Look at an entry."""
        raise NotImplementedError

    def bring_events(self) -> None:
        """Bring the events into sight."""
        raise NotImplementedError

    def do_filter(self) -> None:
        """Ask which entries to show."""
        hint = "words, party:NER, matter:, source:, type:, family:talks, grade:B; empty shows all"
        self.workspace.push_screen(Ask("Filter", hint, value=self.filter, check=self._wrong_filter), self._filter)

    def _wrong_filter(self, text: str) -> str:
        try:
            parse(text, self.session.claims.registers)
        except FilterError as error:
            return clean(error)
        return ""

    def _filter(self, text: str | None) -> None:
        if text is None:
            return
        self.keep_only(text, self.bring_events)

    def keep_only(self, text: str, then: Callable[[], object] = lambda: None) -> None:
        """Show only the events that pass a filter. Raises `FilterError`."""
        keep = parse(text, self.session.claims.registers) if text else None
        events = self.query_one(EventList)

        def done() -> None:
            events.keep = keep
            events.border_subtitle = Content(f"filter: {clean(text)} · esc shows all" if text else "")
            self.filter = text
            then()

        self.rearrange(events.sort, keep, done)

    def rearrange(self, order: str, keep: Callable[[Reading], bool] | None, then: Callable[[], object]) -> None:
        """Sort and filter the events otherwise, in the background where each has to be looked at."""
        events = self.query_one(EventList)
        standing = self.session.claims

        def done(rows: list[Reading]) -> None:
            then()
            events.rearrange(self.session, rows)

        if keep is None:
            done(arranged(standing, order, keep))
        else:
            self.workspace.do_job("arrange", lambda _: arranged(standing, order, keep), done, leads=True)
