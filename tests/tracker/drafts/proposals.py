"""Drafts to start from, and what reviewers do in processes of their own."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tests.fault.children import Child
from tests.tracker.given import stage, statements
from tracker.drafts.deciding import Review
from tracker.drafts.proposing import Proposed, propose
from tracker.drafts.queue import Filter, Queue, place_of
from tracker.log import EventLog
from tracker.scripts.reading import ScriptLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tracker.events.base import Event

AT: Final = "2026-01-02T00:00:00.000000Z"


def queue_of(log: EventLog) -> Queue:
    """Return the queue beside a log."""
    return Queue(place_of(log.location, log.identity))


def proposed(log: EventLog, events: Sequence[Event], *, by: str = "script") -> Proposed:
    """Propose events, each on a line of its own."""
    lines = [ScriptLine("p.jsonl", number, event) for number, event in enumerate(events, 1)]
    with queue_of(log) as queue:
        return propose(queue, log, lines, by=by, at=AT)


def without_ids(count: int) -> list[Event]:
    """Return so many statements, whose ids are those of their content."""
    return [event.model_copy(update={"id": None}) for event in statements(count)]


def review_all(say: Callable[[object], None], where: str, drafts: Path, by: str) -> None:
    """Accept whatever waits in a queue, some at a time, and say how many were."""
    # A process may have started with another person's folder than the one that asks.
    with EventLog.open(where, by=by) as log, Queue(drafts) as queue:
        review = Review(queue, log, by, lambda: AT, tells_decided=False)
        while waiting := queue.drafts(Filter()):
            say(review.accept([draft.number for draft in waiting[:25]]).accepted)


class BeforeIntent(Queue):
    """A queue under a process that is killed when it comes to write the intent."""

    def intend(self, intents: Mapping[int, object]) -> None:  # noqa: ARG002
        """Be killed."""
        os.kill(os.getpid(), signal.SIGKILL)


class BehindIntent(Queue):
    """The same, once it has written the intent, and before the log has the entries."""

    def intend(self, intents: Mapping[int, object]) -> None:
        """Write the intent, and be killed."""
        super().intend(intents)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)


class BeforeMark(Queue):
    """The same, once the log has the entries, and before the drafts are marked."""

    def accept(self, accepted: Mapping[int, tuple[str, str, str]]) -> None:
        """Be killed, but for nothing to be marked."""
        if accepted:
            os.kill(os.getpid(), signal.SIGKILL)


def review_and_die(say: Callable[[object], None], where: str, drafts: Path, kind: type[Queue]) -> None:
    """Accept the first two drafts as `ann`, and be killed at it."""
    with EventLog.open(where, by="ann") as log, kind(drafts) as queue:
        say(Review(queue, log, "ann", lambda: AT).accept([1, 2]).accepted)


def require_once(log: EventLog, *, count: int, kills: int = 0) -> None:
    """Let two review what waits, kill as many on their way, and hold that all was recorded once."""
    events = without_ids(count)
    assert proposed(log, events).drafted == count
    place = place_of(log.location, log.identity)
    for turn in range(kills):
        unlucky = Child(review_all, log.location, place, f"killed-{turn}")
        with suppress(EOFError):  # nothing may be left to do
            unlucky.next()
        unlucky.kill_after(0.02 * turn)
    said = [child.finish() for child in [Child(review_all, log.location, place, name) for name in ("ann", "bob")]]
    with queue_of(log) as queue:
        drafts = queue.drafts(Filter(state="all"))
    recorded = {one.id: one for one in log.read() if one.drafted_by}
    found = len(list(log.read())) - len(stage())
    states = Counter((draft.state, draft.intent is not None) for draft in drafts)
    assert found == count, f"{found} of {count} are recorded; drafts are {dict(states)}; {said}"
    assert sorted(recorded) == sorted(event.default_id() for event in events)
    assert [(draft.state, draft.intent) for draft in drafts] == [("accepted", None)] * count
    assert all(recorded[str(draft.recorded)].recorded_by == draft.decided_by for draft in drafts)
    if not kills:
        assert sum(int(str(number)) for numbers in said for number in numbers) == count
    assert log.verify().ok
