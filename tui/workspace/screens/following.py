"""Taking in what was recorded, by us or by anybody else: what it changes is computed in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.history import History
from tui.text import clean
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.widgets.time import TimePane, tracks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.codec import Recorded
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.workspace import WorkspaceScreen
    from tui.workspace.time.session import Session


class Following:
    """Lets the session of a screen grow with its negotiation."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen
        self.session = screen.session
        #: What was recorded and is not shown yet, by version, and whether that is being computed.
        self._new: dict[int, Recorded] = {}
        self._is_taking = False

    def take(self, entries: Iterable[Recorded]) -> None:
        """Take in those of some entries that belong here, each once and in order; the rest waits for those before."""
        known = len(self.session.history.entries)
        for recorded in entries:
            if recorded.event.negotiation == self.session.negotiation and recorded.version > known:
                self._new[recorded.version] = recorded
        if not self._is_taking:
            self._grow()

    def _grow(self, grown: Session | None = None) -> None:
        """Compute in the background what is shown with the new entries, at the cut where the person stands by then."""
        session, cut = self.session, self.session.cut
        known = session.history.entries
        new: list[Recorded] = []
        while (recorded := self._new.get(len(known) + len(new) + 1)) is not None:
            new.append(recorded)
        if not new:
            return
        self._is_taking = True

        columns = self.screen.query_one(TimePane).columns if self.screen.is_there else 0

        def work(_: IsOver) -> Session:
            found = grown or session.grown(History(session.negotiation, [*known, *new]))
            found.at(cut)
            if columns:
                tracks_of(found.stops, columns)
            return found

        self.screen.workspace.do_job(f"take-{id(self)}", work, self._have_grown, failed=self._have_not_grown)

    def _have_not_grown(self, problem: str) -> None:
        self._is_taking = False
        self._new.clear()
        self.screen.notify(f"What was recorded cannot be shown: {problem}", severity="error", markup=False, timeout=10)

    def _have_grown(self, grown: Session) -> None:
        if not grown.has(self.session.cut):
            self._grow(grown)
            return
        self._is_taking = False
        entries = grown.history.entries[len(self.session.history.entries) :]
        for recorded in entries:
            self._new.pop(recorded.version, None)
        others = [recorded for recorded in entries if recorded.id not in self.screen.workspace.own]
        self.session.extend(grown, len(others))
        self.screen.show()
        for screen in self.screen.app.screen_stack:
            if isinstance(screen, ReaderScreen):
                screen.renew()
        if others:
            names = ", ".join(clean(recorded.event.event) for recorded in others[:3])
            rest = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004 - those named
            where = "" if self.session.is_live else " L goes to the present."
            self.screen.notify(f"{len(others)} new: {names}{rest}.{where}", markup=False)
        self._grow()
