"""Finding entries in the list of events: by words, by a filter, and by the order in which they stand."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from textual.content import Content

from tui.filters import FilterError, folded, joined, parse, words_of
from tui.text import clean
from tui.workspace.screens.dialogs import Ask
from tui.workspace.widgets.events import SORTS, EventList, arranged, nearest
from tui.workspace.widgets.evidence import is_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.base import ActingScreen
    from tui.workspace.screens.workspace import WorkspaceScreen


class Search:
    """Asks for what to find, and goes by a `step` to the next place or the one before; `word` was searched last."""

    def __init__(self, screen: ActingScreen, hint: str, step: Callable[[int], None]) -> None:
        self._asking, self._hint, self._step = screen, hint, step
        self.word = ""

    def search(self) -> None:
        """Ask what to find."""
        self._asking.workspace.push_screen(Ask("Find", self._hint, value=self.word), self._searched)

    def _searched(self, word: str | None) -> None:
        if word:
            self.word = word
            self._look()

    def _look(self) -> None:
        self.next()

    def next(self) -> None:
        """Go to the next place found."""
        self._step(1)

    def back(self) -> None:
        """Go to the previous place found."""
        self._step(-1)


class Finder(Search):
    """Searches, filters and sorts the events of a screen; `kept` is the filter."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        super().__init__(screen, "words, in any field of the entries", self._to_match)
        self.screen = screen
        self.kept = ""

    @property
    def events(self) -> EventList:
        """The list of events."""
        return self.screen.query_one(EventList)

    @property
    def is_filtered(self) -> bool:
        """Whether every entry is looked at to show the events."""
        return self.events.keep is not None

    def arranging(self) -> Callable[[], list[Reading]]:
        """Return what arranges the events as they are shown at the session's cut, in whatever thread."""
        session, order, keep = self.screen.session, self.events.sort, self.events.keep
        return lambda: arranged(session.claims, order, keep)

    def _look(self) -> None:
        """Look for the word in every entry, in the background."""
        rows, standing = self.events.rows, self.screen.session.claims
        wanted = folded(self.word)

        def work(is_over: IsOver) -> frozenset[str]:
            found = (reading.id for reading in rows if is_seen(reading, standing) and wanted in words_of(reading))
            return frozenset(takewhile(lambda _: not is_over(), found))

        self.screen.workspace.do_job("find", work, self._found, leads=True)

    def _found(self, matches: frozenset[str]) -> None:
        word = self.word
        events = self.events
        events.matches = matches
        events.rearrange(self.screen.session, events.rows)
        if events.matches:
            self.screen.notify(f"{len(events.matches)} found. n and N go through them, esc ends.")
            self.next()
        else:
            self.screen.notify(f"No entry known at this cut holds {clean(word)!r}.")

    def _to_match(self, step: int) -> None:
        events = self.events
        if not events.matches:
            self.screen.notify("/ finds words first.")
            return
        count = len(events.rows)
        for distance in range(1, count + 1):
            index = (events.row + step * distance) % count
            if events.rows[index].id in events.matches:
                self.screen.look_at(events.rows[index].id)
                return

    def filter(self) -> None:
        """Ask which entries to show."""
        hint = "words, party:NER, matter:, source:, speaker:, by:, type:, family:, grade:B; empty shows all"
        self.screen.workspace.push_screen(
            Ask("Filter", hint, value=self.kept, check=self._wrong_filter), self._filtered
        )

    def _wrong_filter(self, text: str) -> str:
        try:
            parse(text, self.screen.session.claims.registers)
        except FilterError as error:
            return clean(error)
        return ""

    def same_voice(self) -> None:
        """Show only the entries of the speaker of the entry looked at, then those of who recorded it, then all."""
        reading, persons = self.screen.entry(), self.screen.session.claims.registers.persons
        if reading is None:
            self.screen.notify("No entry whose others could be shown. 2 goes to the events.")
            return
        speakers = dict.fromkeys(persons.key(item.attributed_to) for item in reading.evidence if item.attributed_to)
        ways = [*(f"speaker:{joined(name)}" for name in speakers), f"by:{joined(reading.recorded.recorded_by)}"]
        here = ways.index(self.kept) + 1 if self.kept in ways else 0
        self.keep_only(ways[here] if here < len(ways) else "", self.screen.bring_events)

    def _filtered(self, text: str | None) -> None:
        if text is None:
            return
        self.keep_only(text, self.screen.bring_events)

    def keep_only(self, text: str, then: Callable[[], object] = lambda: None) -> None:
        """Show only the events that pass a filter. Raises `FilterError`."""
        keep = parse(text, self.screen.session.claims.registers) if text else None
        events = self.events

        def done() -> None:
            events.keep = keep
            events.border_subtitle = Content(f"filter: {clean(text)} · esc shows all" if text else "")
            self.kept = text
            then()

        self.rearrange(events.sort, keep, done)

    def rearrange(self, order: str, keep: Callable[[Reading], bool] | None, then: Callable[[], object]) -> None:
        """Sort and filter the events otherwise, in the background where each has to be looked at."""
        events = self.events
        standing = self.screen.session.claims

        def done(rows: list[Reading]) -> None:
            then()
            self._select_among(rows, order)
            events.rearrange(self.screen.session, rows)
            self.screen.show_entry()

        if keep is None:
            done(arranged(standing, order, keep))
        else:
            self.screen.workspace.do_job("arrange", lambda _: arranged(standing, order, keep), done, leads=True)

    def _select_among(self, rows: list[Reading], order: str) -> None:
        """Look at an entry that is shown: keys are for the one looked at, and a filter may hide it."""
        session = self.screen.session
        selected = session.reading
        if not rows:
            session.selected = None
        elif selected is None:
            session.selected = rows[-1].id
        elif all(row is not selected for row in rows):
            session.selected = nearest(rows, selected, order).id

    def sort(self) -> None:
        """Sort the events otherwise."""
        events = self.events
        order = SORTS[(SORTS.index(events.sort) + 1) % len(SORTS)]

        def done() -> None:
            self.screen.order = events.sort = order
            self.screen.bring_events()

        self.rearrange(order, events.keep, done)
