"""Reading a negotiation in the background, for as long as somebody wants it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from projections.claims.history import History
from tracker.log import EventLog
from tracker.system import collector
from tui.workspace.time.model import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

#: Entries read between two looks at whether the reading is to stop.
_BATCH: Final = 500


def load(where: str, negotiation: str, *, today: date | None, is_over: Callable[[], bool]) -> Session | None:
    """Return a session over a negotiation, through a connection of its own; None where nobody wants it any more.

    What the session shows first has been computed. Raises `LogError` where the log cannot be read, and
    `NameUnknownError` where it has no such negotiation.
    """
    if gc.get_freeze_count():
        # What was read before is looked at once more: it may be gone by now.
        gc.unfreeze()
        gc.collect()
    with collector.paused():
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
