"""Finding entries in the list of events: by words, by a filter, and by the order in which they stand."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from textual.content import Content

from tui.filters import FilterError, folded, parse, words_of
from tui.text import clean
from tui.workspace.screens.ask import Ask
from tui.workspace.widgets.events import SORTS, EventList, arranged
from tui.workspace.widgets.evidence import is_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.claims.readings import Reading
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.workspace import WorkspaceScreen


class Finder:
    """Searches, filters and sorts the events of a screen; `word` was searched last, and `kept` is the filter."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen
        self.word = ""
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

    def search(self) -> None:
        """Ask for words to find."""
        self.screen.workspace.push_screen(
            Ask("Find", "words, in any field of the entries", value=self.word), self._searched
        )

    def _searched(self, word: str | None) -> None:
        if not word:
            return
        self.word = word
        rows, standing = self.events.rows, self.screen.session.claims
        wanted = folded(word)

        def work(is_over: IsOver) -> frozenset[str]:
            found = (reading.id for reading in rows if is_seen(reading, standing) and wanted in words_of(reading))
            return frozenset(takewhile(lambda _: not is_over(), found))

        self.screen.workspace.do_job("find", work, self._found, leads=True)

    def _found(self, matches: frozenset[str]) -> None:
        word = self.word
        events = self.events
        events.matches = matches
        events.renew()
        if events.matches:
            self.screen.notify(f"{len(events.matches)} found. n and N go through them, esc ends.", markup=False)
            self.next()
        else:
            self.screen.notify(f"No entry known at this cut holds {clean(word)!r}.", markup=False)

    def next(self) -> None:
        """Go to the next entry found."""
        self._to_match(1)

    def back(self) -> None:
        """Go to the previous entry found."""
        self._to_match(-1)

    def _to_match(self, step: int) -> None:
        events = self.events
        if not events.matches:
            self.screen.notify("/ finds words first.", markup=False)
            return
        count = len(events.rows)
        for distance in range(1, count + 1):
            index = (events.cursor + step * distance) % count
            if events.rows[index].id in events.matches:
                self.screen.look_at(events.rows[index].id)
                return

    def filter(self) -> None:
        """Ask which entries to show."""
        hint = "words, party:NER, matter:, source:, type:, family:talks, grade:B; empty shows all"
        self.screen.workspace.push_screen(
            Ask("Filter", hint, value=self.kept, check=self._wrong_filter), self._filtered
        )

    def _wrong_filter(self, text: str) -> str:
        try:
            parse(text, self.screen.session.claims.registers)
        except FilterError as error:
            return clean(error)
        return ""

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
            events.rearrange(self.screen.session, rows)

        if keep is None:
            done(arranged(standing, order, keep))
        else:
            self.screen.workspace.do_job("arrange", lambda _: arranged(standing, order, keep), done, leads=True)

    def sort(self) -> None:
        """Sort the events otherwise."""
        events = self.events
        order = SORTS[(SORTS.index(events.sort) + 1) % len(SORTS)]

        def done() -> None:
            self.screen.order = events.sort = order
            self.screen.bring_events()

        self.rearrange(order, events.keep, done)
