"""What can be done with an entry, or with what the cursor is on: ask why, find, filter, copy, open its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.filters import FilterError, folded, parse, words_of
from tui.screens.ask import Ask
from tui.screens.taking import TakingScreen
from tui.screens.travel import TravellingScreen
from tui.text import clean
from tui.widgets.events import EventList
from tui.widgets.evidence import is_seen
from tui.widgets.positions import PositionMatrix
from tui.widgets.status import StatusList

if TYPE_CHECKING:
    from projections.readings import Reading


#: What is said of a cell of the positions that holds none.
NO_POSITION: Final = "Nobody has taken a position here. a adds one."


class ItemScreen(TakingScreen, TravellingScreen):
    """A screen over a session with a cursor on an entry or a conclusion."""

    word = ""
    filter = ""

    # ── why ──

    def do_why(self) -> None:
        """Show the claims behind what the cursor is on."""
        from tui.screens.findings import FindingsScreen
        from tui.screens.why import WhyScreen

        subject = self._pointed()
        focused = self.focused
        if subject is None and isinstance(focused, PositionMatrix):
            self.notify(NO_POSITION, markup=False)
        elif subject == "findings":
            self.workspace.push_screen(FindingsScreen(self.session))
        elif subject is not None:
            self.workspace.push_screen(WhyScreen(self.session, subject))
        else:
            self.notify("Nothing here to ask about. 1 goes to the status, 3 to the positions.", markup=False)

    def _pointed(self) -> str | None:
        """Return the subject that the cursor is on."""
        focused = self.focused
        if isinstance(focused, StatusList | PositionMatrix):
            return focused.subject
        reading = self.entry()
        if reading is None:
            return None
        subjects = [name for name, found in self.session.status.subjects.items() if reading in found]
        return subjects[0] if subjects else f"entry:{reading.id}"

    def entry(self) -> Reading | None:
        """Return the entry looked at, or what the thing under the cursor rests on, where the cut lets it be read."""
        focused = self.focused
        reading = self.session.reading
        if isinstance(focused, StatusList | PositionMatrix):
            reading = self.session.claims.get(focused.entry or "")
        return reading if reading is not None and is_seen(reading, self.session.claims) else None

    def do_findings(self) -> None:
        """Show the findings."""
        from tui.screens.findings import FindingsScreen

        self.workspace.push_screen(FindingsScreen(self.session))

    def do_sources(self) -> None:
        """Show the sources."""
        from tui.screens.sources import SourcesScreen

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
        events = self.query_one(EventList)
        wanted = folded(word)
        standing = self.session.claims
        events.matches = frozenset(
            reading.id for reading in events.rows if is_seen(reading, standing) and wanted in words_of(reading)
        )
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
        self.keep_only(text)
        self.query_one(EventList).rearrange(self.session)
        self.bring_events()

    def keep_only(self, text: str) -> None:
        """Let the events be filtered, as soon as they are shown anew. Raises `FilterError`."""
        events = self.query_one(EventList)
        events.keep = parse(text, self.session.claims.registers) if text else None
        events.border_subtitle = Content(f"filter: {clean(text)} · esc shows all" if text else "")
        self.filter = text
