"""Deciding: a person accepts or rejects drafts, and two stores are kept in step.

All of it happens while the log is held for writing, so that decisions follow one another. An acceptance records the
entry in a transaction of the log, writes down in the queue which digest it has there (the intent), commits, and marks
the draft. Whoever comes next settles what was cut off, by looking into the log: if it holds the entry of that digest,
the draft was accepted; if not, nothing of it was recorded, and the draft waits as before.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.drafts.queue import Intent
from tracker.entry import prepare
from tracker.errors import EntryRejectedError, NameUnknownError, Problem
from tracker.events.parsing import parse
from tracker.events.registry import find_event_type
from tracker.scripts.paths import list_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.drafts.queue import Draft, Queue
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt

#: Drafts that are decided while the log is held once.
_BATCH: Final = 100


class Undecided(NamedTuple):
    """A draft that was not decided, and why."""

    draft: int
    why: str


@dataclass
class Decided:
    """What came of decisions: how many drafts were accepted and rejected, which were left, and what was recorded."""

    accepted: int = 0
    rejected: int = 0
    left: list[Undecided] = field(default_factory=list)
    recorded: int = 0
    heads: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as `communique review --json` gives it."""
        return {
            "accepted": self.accepted,
            "rejected": self.rejected,
            "left": [left._asdict() for left in self.left],
            "recorded": self.recorded,
            "head": self.heads,
        }


@dataclass
class Review:
    """One person's decisions on the drafts of a log.

    `by` is their name and `now` gives the time as stored. Without `tells_decided` drafts that somebody else has decided
    in the meantime are passed over without a word.
    """

    queue: Queue
    log: EventLog
    by: str
    now: Callable[[], str]
    tells_decided: bool = True

    def accept(
        self,
        numbers: Sequence[int],
        *,
        changes: Sequence[str] = (),
        instead: Event | None = None,
        doubt: Callable[[Event], str | None] = lambda _: None,
    ) -> Decided:
        """Record drafts under the reviewer's name, each with `FIELD=VALUE` changes; `doubt` says why to leave one.

        A draft that the reviewer has written anew is recorded as the event `instead`, of its type and negotiation.
        """
        decided = Decided()
        for some in _batches(numbers):
            accepted: dict[int, tuple[str, str, str]] = {}
            intents: dict[int, Intent] = {}
            with self.log.transaction():
                settle(self.queue, self.log)
                for draft in self._pending(some, decided):
                    try:
                        event = changed(draft, changes) if instead is None else _same_kind(draft, instead)
                        receipt = self._record(draft, event, doubt)
                    except EntryRejectedError as error:
                        # The draft is one entry, so that no place needs to be told.
                        why = "; ".join(str(problem.at("", 0)) for problem in error.problems)
                        decided.left.append(Undecided(draft.number, why))
                        continue
                    decided.recorded += receipt.count
                    decided.heads.update(receipt.heads)
                    at = self.now()
                    accepted[draft.number] = (prepare(event).id, self.by, at)
                    for recorded in receipt.recorded:
                        accepted[draft.number] = (recorded.id, self.by, at)
                        intents[draft.number] = Intent(recorded.id, recorded.digest, self.by, at)
                self.queue.intend(intents)
            self.queue.accept(accepted)
            decided.accepted += len(accepted)
        return decided

    def _record(self, draft: Draft, event: Event, doubt: Callable[[Event], str | None]) -> Receipt:
        """Record a draft's entry; raises `EntryRejectedError`, also if there is a doubt."""
        if why := doubt(event):
            raise EntryRejectedError([Problem(why)])
        return self.log.record([event], by=self.by, drafted_by=draft.drafted_by)

    def reject(self, numbers: Sequence[int], *, reason: str) -> Decided:
        """Reject drafts for a reason."""
        decided = Decided()
        for some in _batches(numbers):
            with self.log.transaction():
                settle(self.queue, self.log)
                pending = [draft.number for draft in self._pending(some, decided)]
                self.queue.reject(pending, by=self.by, at=self.now(), reason=reason)
            decided.rejected += len(pending)
        return decided

    def _pending(self, numbers: Sequence[int], decided: Decided) -> Iterator[Draft]:
        for draft in self.queue.get(numbers):
            if draft.state == "pending":
                yield draft
            elif self.tells_decided:
                decided.left.append(
                    Undecided(draft.number, f"{draft.state} by {draft.decided_by} on {draft.decided_at}")
                )


def settle(queue: Queue, log: EventLog) -> None:
    """Bring to an end what was cut off while drafts were accepted; the log must be held for writing."""
    intended = queue.intended()
    if intended:
        done = {draft.number: found for draft in intended if (found := outcome(log, draft)) is not None}
        queue.accept(done)
        queue.withdraw(draft.number for draft in intended if draft.number not in done)


def outcome(log: EventLog, draft: Draft) -> tuple[str, str, str] | None:
    """Return what a draft with an intent became (entry, by whom, when), None if nothing was recorded of it."""
    intent = draft.intent
    if intent is None:
        return None
    try:
        recorded = log.entry(draft.negotiation, intent.entry)
    except NameUnknownError:
        return None
    return (intent.entry, intent.by, intent.at) if recorded.digest == intent.digest else None


def as_settled(log: EventLog, draft: Draft) -> Draft:
    """Return a draft as it will be once somebody settles what was cut off; nothing is changed."""
    done = outcome(log, draft)
    if done is None:
        return draft
    entry, by, at = done
    return replace(draft, state="accepted", recorded=entry, decided_by=by, decided_at=at)


def changed(draft: Draft, changes: Sequence[str]) -> Event:
    """Return a draft's entry with `FIELD=VALUE` changes; raises `EntryRejectedError` with what is wrong.

    A dotted field reaches inside what the draft has (``evidence.0.credibility=2``), or adds the next item of a list.
    """
    entry = copy.deepcopy(draft.entry)
    kind = find_event_type(entry["event"])
    lists = list_fields(kind) if kind is not None else frozenset()
    problems = []
    for assignment in changes:
        path, equals, text = assignment.partition("=")
        value: Any = text.split(",") if path in lists else text
        if not equals:
            problems.append(Problem(f"{assignment!r} gives no value; write it as {assignment or 'field'}=value"))
        elif path in {"event", "negotiation"}:
            problems.append(Problem("is the draft's own; reject it, and draft another", path))
        elif not _put(entry, path.split("."), None if text == "null" and path.startswith("changes.") else value):
            problems.append(Problem("is no place in the draft; `communique drafts --json` shows what it holds", path))
    if problems:
        raise EntryRejectedError(problems)
    return parse(entry)


def _same_kind(draft: Draft, event: Event) -> Event:
    """Return what a reviewer wrote for a draft; raises `EntryRejectedError` where that is an entry of another kind."""
    if (event.event, event.negotiation) != (draft.entry["event"], draft.negotiation):
        raise EntryRejectedError([Problem("event and negotiation are the draft's own; reject it, and draft another")])
    return event


def _put(entry: dict[str, Any], path: Sequence[str], value: object) -> bool:
    """Put a value at a path, in place; say whether there is such a place."""
    here: Any = entry
    for part, below in pairwise((*path, "")):
        key: str | int = part
        if isinstance(here, list):
            if not part.isdecimal() or int(part) > len(here):
                return False
            key = int(part)
            if key == len(here):
                here.append(None)
        elif not isinstance(here, dict) or not part:
            return False
        if part is path[-1] and not below:
            here[key] = value
            return True
        if (here[key] if isinstance(key, int) else here.get(key)) is None:
            here[key] = [] if below.isdecimal() else {}
        here = here[key]
    return False


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    # What rests on another draft was proposed after it.
    unique = sorted(set(numbers))
    for start in range(0, len(unique), _BATCH):
        yield unique[start : start + _BATCH]
