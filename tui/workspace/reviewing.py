"""A review in the background: the drafts that wait, the captured text that each quotes, and what is decided of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.history import History
from tracker.codec import timestamp
from tracker.drafts.captured import digests
from tracker.drafts.deciding import Decided, Review, as_settled
from tracker.drafts.proposing import names_of_pending, registering
from tracker.drafts.queue import Filter, Queue, place_of
from tracker.drafts.quotes import Captures
from tracker.errors import EntryRejectedError, Problem
from tui.workspace.entry.forms import Preview, preview
from tui.workspace.time.session import Session

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tracker.drafts.queue import Draft
    from tracker.events.base import Event
    from tracker.log import EventLog


_RESTS: Final = "it rests on another draft that waits; accept that one first"


class Cited(NamedTuple):
    """A piece of a draft's evidence: its source, what it quotes, and where that is in the captured text.

    `item` is its number among the evidence; `found` is None without a quote, or if no text is captured.
    """

    item: int
    source: str
    quote: str
    found: bool | None
    place: tuple[int, int] | None
    text: str | None


@dataclass(frozen=True)
class Looked:
    """A draft with what a reviewer needs: its event, None if its type is unknown, and what it cites."""

    draft: Draft
    event: Event | None
    cited: tuple[Cited, ...]
    session: Session

    @property
    def invented(self) -> bool:
        """Whether a quote is not in the captured text of its source."""
        return any(one.found is False for one in self.cited)


class Desk:
    """The drafts of a log, or of one negotiation, and what one reviewer does with them; touches no widget.

    Its methods are run in threads of jobs, one at a time. They raise `LogError` where the queue or the log cannot be
    read or written.
    """

    def __init__(
        self, log: EventLog, *, today: date | None, folder: Path | None = None, session: Session | None = None
    ) -> None:
        self.log = log
        self.today = today
        #: The folder of captured documents, None if there is none.
        self.folder = folder
        self.negotiation = session.negotiation if session is not None else None
        self._sessions = {session.negotiation: session} if session is not None else {}
        self._lock = threading.Lock()
        self._place = place_of(log.location, log.identity)
        #: The captured documents, and the drafts and the entries of which their digests were taken.
        self._captures: tuple[object, Captures] = None, Captures(None, {})

    def waiting(self) -> list[int]:
        """Return the numbers of the drafts that wait, in the order in which they were proposed."""
        queue = Queue.existing(self._place)
        if queue is None:
            return []
        with queue:
            drafts = queue.drafts(Filter(self.negotiation))
            return [draft.number for draft in drafts if as_settled(self.log, draft).state == "pending"]

    def look(self, number: int) -> Looked:
        """Return a draft with what it cites; one that somebody else has decided is not pending any more."""
        with self._lock, Queue(self._place) as queue:
            draft = as_settled(self.log, queue.get([number])[0])
            session = self._session(draft.negotiation)
            captures = self._captures_for(session, queue)
            return Looked(draft, draft.event, tuple(_cited(draft, captures)), session)

    def _session(self, negotiation: str) -> Session:
        """Return a session over a negotiation as it is now; one that has no entries yet is empty."""
        session = self._sessions.get(negotiation)
        known = session.history.entries if session is not None else []
        new = list(self.log.read(negotiation, after=known[-1].position if known else 0))
        if session is None or new:
            session = Session(History(negotiation, [*known, *new]), today=self.today)
            self._sessions[negotiation] = session
        return session

    def _captures_for(self, session: Session, queue: Queue) -> Captures:
        if self.folder is None:
            return self._captures[1]
        drafted = list(registering(queue.drafts(Filter(session.negotiation, "all"))))
        state = session.negotiation, len(session.history.entries), len(drafted)
        if self._captures[0] != state:
            events = chain(drafted, (one.event for one in session.history.entries))
            self._captures = state, Captures(self.folder, digests(events))
        return self._captures[1]

    def foretell(self, looked: Looked, event: Event) -> Preview | tuple[Problem, ...]:
        """Return what recording a draft's event would change, or what is wrong with it as the log is now."""
        session = looked.session
        try:
            found = preview(self.log, session.history, event, today=session.today)
        except EntryRejectedError as error:
            return error.problems
        if not found.problems:
            return found
        with Queue(self._place) as queue:
            assumed = names_of_pending(queue)
        rests = not self.log.record([event], dry_run=True, keep_going=True, assumed=assumed).problems
        return (*found.problems, Problem(_RESTS)) if rests else found.problems

    def accept(self, number: int, instead: Event | None = None) -> tuple[Decided, str | None]:
        """Record a draft, or an event in its place, under the reviewer's name; return the id that it has in the log."""
        with self._lock, Queue(self._place) as queue:
            decided = self._review(queue).accept([number], instead=instead)
            return decided, queue.get([number])[0].recorded

    def reject(self, number: int, reason: str) -> Decided:
        """Reject a draft for a reason."""
        with self._lock, Queue(self._place) as queue:
            return self._review(queue).reject([number], reason=reason)

    def _review(self, queue: Queue) -> Review:
        return Review(queue, self.log, self.log.by, lambda: timestamp(self.log.clock()))


def _cited(draft: Draft, captures: Captures) -> list[Cited]:
    """Return what a draft cites."""
    found: list[Cited] = []
    evidence: list[Any] = draft.entry.get("evidence") or []
    quotes = {quote.item: quote.found for quote in captures.quotes(draft.entry)}
    for number, item in enumerate(evidence):
        text = captures.text(draft.negotiation, item["source"])
        quote = item.get("quote") or ""
        place = text.find(quote) if text is not None and quote else None
        original = text.original if text is not None else None
        found.append(Cited(number, item["source"], quote, quotes.get(number), place, original))
    return found
