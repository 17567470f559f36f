"""How many drafts wait for a review: other processes tell nobody that they have proposed some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.drafts.queue import Queue, place_of
from tracker.errors import LogBusyError, LogError

if TYPE_CHECKING:
    from collections.abc import Callable


class QueueWatch:
    """Looks now and then whether drafts have come or gone, of which other processes tell nobody."""

    def __init__(self, where: str, identity: str) -> None:
        self._place = place_of(where, identity)
        self._state: object = None

    def look(self, tell: Callable[[dict[str, int]], object]) -> None:
        """Tell how many drafts wait, by negotiation, if the queue is another one than when it was last looked at."""
        try:
            found = self._place.stat()
        except OSError:
            state: object = None
        else:
            state = found.st_mtime_ns, found.st_size, found.st_ino
        if state == self._state:
            return
        counts: dict[str, int] = {}
        if state is not None:
            try:
                with Queue(self._place) as queue:
                    counts = queue.waiting()
            except LogBusyError:
                return
            except LogError:
                # A review tells what is wrong with it.
                counts = {}
        self._state = state
        tell(counts)
