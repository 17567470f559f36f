"""When a person looked at a negotiation last: the same mark that the verb `since` tells from and moves."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, Final

from projections.views.since import Mark
from tui.environment import state_folder
from tui.kept import Marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.codec import Recorded
    from tracker.log import EventLog
    from tui.workspace.time.session import Session

#: Entries that are counted as new at most.
MOST: Final = 1000


def begin(log: EventLog, session: Session) -> None:
    """Let a session know when the person looked last, and what others recorded since; who never did looks now.

    Raises `LogError`.
    """
    mark = Marks(state_folder(), log.identity, log.by).marks.get(session.negotiation)
    entries = session.history.entries
    seen = _seen(entries, mark) if mark is not None else 0
    if mark is not None and seen and entries[seen - 1].digest == mark.digest:
        session.looked = mark
        session.new = {recorded.id for recorded in entries[seen:] if recorded.recorded_by != log.by}
    else:
        session.looked = look(log, session)


def look(log: EventLog, session: Session) -> Mark | None:
    """Keep that the person has seen what a session holds, and return the mark of that; raises `LogError`."""
    if session.today is None or not session.history.entries:
        return None
    last = session.history.entries[-1]
    marks = Marks(state_folder(), log.identity, log.by)
    mark = marks.marks[session.negotiation] = Mark(last.position, last.digest, session.today)
    marks.save()
    return mark


def recorded_since(session: Session) -> list[Recorded]:
    """Return what was recorded since the mark of a session, the latest first."""
    entries = session.history.entries
    return list(reversed(entries[_seen(entries, session.looked) :])) if session.looked is not None else []


def _seen(entries: Sequence[Recorded], mark: Mark) -> int:
    """Return how many entries a mark has come to."""
    return bisect_right(entries, mark.position, key=lambda recorded: recorded.position)


class News:
    """Counts what others recorded in the negotiations of a log since the person looked; raises `LogError`."""

    def __init__(self, log: EventLog, by: str) -> None:
        self._log, self._by = log, by
        self._marks = Marks(state_folder(), log.identity, by).marks

    def count(self, negotiation: str) -> int | None:
        """Return the number of entries, `MOST` at most; None where the person never looked."""
        mark = self._marks.get(negotiation)
        if mark is None:
            return None
        new = (each for each in self._log.read(negotiation, after=mark.position) if each.recorded_by != self._by)
        return sum(1 for _ in islice(new, MOST))
