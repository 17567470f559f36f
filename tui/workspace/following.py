"""Following a log: what anybody records is handed over in batches, until told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.log import EventLog

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from tracker.codec import Recorded

#: Entries handed over at once.
BATCH: Final = 2000
#: Seconds between two looks at the log.
POLL: Final = 0.1


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
