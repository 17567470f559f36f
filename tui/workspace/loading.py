"""Reading in the background: a negotiation for as long as somebody wants it, and what anybody records from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.history import History
from tracker import system
from tracker.log import EventLog
from tui.workspace.time.session import Session

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import date

    from tracker.codec import Recorded

#: Entries handed over at once.
BATCH: Final = 2000
#: Seconds between two looks at the log.
POLL: Final = 0.1
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


def follow(where: str, tell: Callable[[tuple[Recorded, ...]], object], stop: threading.Event) -> None:
    """Hand over what is recorded from now on, through a connection of its own; returns when told to stop.

    Raises `LogError` where the log cannot be read any more.
    """
    buffer: list[Recorded] = []

    def flush() -> None:
        if buffer and not stop.is_set():
            tell(tuple(buffer))
        buffer.clear()

    def wait(seconds: float) -> None:
        flush()
        stop.wait(seconds)

    with EventLog.open(where, create=False, read_only=True) as log:
        for recorded in log.follow(poll=POLL, should_stop=stop.is_set, wait=wait):
            buffer.append(recorded)
            if len(buffer) >= BATCH:
                flush()
