"""Reading in the background: a negotiation, and what anybody records from then on."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from projections.claims.history import History
from tracker import system
from tracker.errors import CommuniqueError
from tracker.log import EventLog
from tui.text import clean
from tui.workspace.messages import Appended, DraftsWait, LogFound, LogLost
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.time.session import Session
from tui.workspace.waiting import QueueWatch
from tui.workspace.widgets.time import TimePane

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from datetime import date

    from tracker.codec import Recorded
    from tui.workspace.app import Workspace
    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.workspace import WorkspaceScreen

#: Types of entries that a note of what is new names.
_TOLD: Final = 3
#: Entries handed over at once.
BATCH: Final = 2000
#: Seconds between two looks at the log.
POLL: Final = 0.1
#: Seconds between two looks at whether a log that was lost is back.
AGAIN: Final = 0.5
#: Entries read between two looks at whether the reading is to stop.
_BATCH: Final = 500


def load(where: str, negotiation: str, *, today: date | None, is_over: Callable[[], bool]) -> Session | None:
    """Return a session over a negotiation, through a connection of its own; None where nobody wants it any more.

    What the session shows first has been computed. Raises `LogError` where the log cannot be read, and
    `NameUnknownError` where it has no such negotiation.
    """
    system.unsettle_collector()
    with system.collector_paused():
        entries = []
        with EventLog.open(where, create=False, read_only=True) as log:
            for recorded in log.read(negotiation):
                entries.append(recorded)
                if len(entries) % _BATCH == 0 and is_over():
                    return None
            if not entries:
                log.require(negotiation)
        history = History(negotiation, entries)
        if is_over():
            return None
        session = Session(history, today=today)
        if is_over():
            return None
        _ = session.status
        return session


def follow(
    where: str,
    tell: Callable[[tuple[Recorded, ...]], object],
    stop: threading.Event,
    meanwhile: Callable[[], object] = lambda: None,
    after: int | None = None,
) -> None:
    """Hand over what is recorded from now on, or after a position, through a connection of its own; ends when told to.

    Between two looks at the log something else is done `meanwhile`. Raises `LogError` where the log cannot be read any
    more.
    """
    buffer: list[Recorded] = []

    def flush() -> None:
        if buffer and not stop.is_set():
            tell(tuple(buffer))
        buffer.clear()

    def wait(seconds: float) -> None:
        flush()
        meanwhile()
        stop.wait(seconds)

    with EventLog.open(where, create=False, read_only=True) as log:
        for recorded in log.follow(after, poll=POLL, should_stop=stop.is_set, wait=wait):
            buffer.append(recorded)
            if len(buffer) >= BATCH:
                flush()


class Follower:
    """Follows the log of a workspace, in whatever thread; where the log is lost, looks again until it is back."""

    def __init__(self, workspace: Workspace, where: str, identity: str, stop: threading.Event) -> None:
        self._workspace, self._where, self._identity, self._stop = workspace, where, identity, stop
        self._after: int | None = None

    def run(self) -> None:
        """Tell what anybody records and how many drafts wait, until told to stop."""
        post = self._workspace.post_message
        watch = QueueWatch(self._where, self._identity)
        look = partial(watch.look, lambda waiting: post(DraftsWait(waiting)))
        while not self._stop.is_set():
            try:
                follow(self._where, lambda entries: post(Appended(entries)), self._stop, look, self._after)
            except CommuniqueError as error:
                if self._stop.is_set():
                    return
                post(LogLost(str(error)))
                while not self._is_back():
                    if self._stop.wait(AGAIN):
                        return
                post(LogFound())

    def _is_back(self) -> bool:
        """Say whether the log is there again, the same one; what follows it goes on from its present end."""
        try:
            with EventLog.open(self._where, create=False, read_only=True) as log:
                self._after = log.store.max_position()
                is_same = log.identity == self._identity
            if is_same:
                self._workspace.renew_log()
        except CommuniqueError:
            return False
        return is_same


class Following:
    """Lets the session of a screen grow with its negotiation."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self.screen = screen
        self.session = screen.session
        #: What was recorded and is not shown yet, by version, and whether that is being computed.
        self._new: dict[int, Recorded] = {}
        self._is_taking = False
        #: An entry that was recorded here and is not shown yet, and the one that was looked at then.
        self._own: tuple[str, str | None] | None = None

    def expect(self, entry: str) -> None:
        """Look at an entry that was recorded here once it is shown, unless the person goes to another one before."""
        self._own = entry, self.session.selected

    def take(self, entries: Iterable[Recorded]) -> None:
        """Take in those of some entries that belong here, each once and in order; the rest waits for those before."""
        known = len(self.session.history.entries)
        for recorded in entries:
            if recorded.event.negotiation == self.session.negotiation and recorded.version > known:
                self._new[recorded.version] = recorded
        if not self._is_taking:
            self._grow()

    def look_again(self) -> None:
        """Take in what was recorded while nobody followed the log."""
        workspace, negotiation, entries = self.screen.workspace, self.session.negotiation, self.session.history.entries
        last = entries[-1].position if entries else 0
        workspace.do_job(
            f"since-{id(self)}", lambda _: tuple(workspace.log_book.read(negotiation, after=last)), self.take
        )

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

        prepare = self.screen.query_one(TimePane).prepare() if self.screen.is_there else None

        def work(_: IsOver) -> Session:
            found = grown or session.grown(History(session.negotiation, [*known, *new]))
            found.at(cut)
            if prepare is not None:
                prepare(found)
            return found

        self.screen.workspace.do_job(f"take-{id(self)}", work, self._have_grown, failed=self._have_not_grown)

    def _have_not_grown(self, problem: str) -> None:
        self._is_taking = False
        self._new.clear()
        self.screen.notify(f"What was recorded cannot be shown: {problem}", severity="error", timeout=10)

    def _have_grown(self, grown: Session) -> None:
        if not grown.has(self.session.cut):
            self._grow(grown)
            return
        self._is_taking = False
        entries = grown.history.entries[len(self.session.history.entries) :]
        for recorded in entries:
            self._new.pop(recorded.version, None)
        others = [recorded for recorded in entries if recorded.id not in self.screen.workspace.own]
        own = self._recorded_here(entries)
        self.session.extend(grown, len(others))
        self.session.new.update(recorded.id for recorded in others)
        if own is not None and self.session.claims.group(own) not in {"", "stage"}:
            self.session.selected = own
        self.screen.show()
        for screen in self.screen.app.screen_stack:
            if isinstance(screen, ReaderScreen | FormScreen):
                screen.renew()
        if others:
            where = "" if self.session.is_live else " L goes to the present."
            self.screen.notify(f"{len(others)} new: {_told(recorded.event.event for recorded in others)}.{where}")
        self._grow()

    def _recorded_here(self, entries: Iterable[Recorded]) -> str | None:
        """Return that one of some entries which is to be looked at, as it was recorded here and the person waits."""
        if self._own is None or self._own[0] not in {recorded.id for recorded in entries}:
            return None
        (entry, before), self._own = self._own, None
        return entry if self.session.is_live and self.session.selected == before else None


def _told(names: Iterable[str]) -> str:
    """Return the types of entries, each once with how many there are, as many as a note has room for."""
    kinds = Counter(names).most_common()
    told = ", ".join(f"{count} {clean(name)}" if count > 1 else clean(name) for name, count in kinds[:_TOLD])
    more = sum(count for _, count in kinds[_TOLD:])
    return f"{told} and {more} more" if more else told
