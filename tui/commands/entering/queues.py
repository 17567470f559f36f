"""What the verbs about drafts have in common: the log that they rest on, the queue's place, and captured documents."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from tui import environment
from tui.commands.log import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tracker.drafts.queue import Draft
    from tracker.drafts.quotes import Captures
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tui.commands.options import Invocation


@contextmanager
def reading(invocation: Invocation) -> Iterator[EventLog]:
    """Give the log for reading, or an empty one if there is none yet."""
    from tracker.errors import LogMissingError
    from tracker.stores.where import is_shared

    try:
        log = invocation.reading(None)
    except LogMissingError:
        if is_shared(invocation.where):
            raise
        with invocation.trying() as empty:
            yield empty
        return
    with log:
        yield log


def place(invocation: Invocation, log: EventLog) -> Path:
    """Return where the queue of drafts is."""
    from tracker.drafts.queue import place_of
    from tracker.stores.where import is_shared

    return place_of(invocation.where, log.identity if is_shared(invocation.where) else "")


def stamp() -> str:
    """Return the present time as stored."""
    from tracker.codec import timestamp

    return timestamp(environment.now())


def captures_of(log: EventLog, drafted: Iterable[Draft], folder: Path | None, looked_at: Iterable[Draft]) -> Captures:
    """Return the captured documents in which the quotes of some drafts are looked for.

    `drafted` are all drafts, of which some may register sources. Without quotes the log is not read.
    """
    from tracker.drafts.captured import digests
    from tracker.drafts.proposing import registering
    from tracker.drafts.quotes import Captures

    folder = folder or environment.captures_folder()
    has_quotes = any(item.get("quote") for draft in looked_at for item in draft.entry.get("evidence", ()))
    if folder is None or not has_quotes:
        return Captures(None, {})
    return Captures(folder, digests(chain(registering(drafted), (one.event for one in log.read()))))


def names_for(log: EventLog, drafted: Iterable[Draft], looked_at: Iterable[Draft]) -> dict[str, dict[str, str]]:
    """Return what to call the parties, matters and agreements of some drafts, by negotiation.

    That is what the log calls them, but of a negotiation of very many entries, else what drafts would register.
    """
    from projections.claims.claims import claims
    from tracker.events.stage import MatterAdded, PartyAdded

    counts = log.negotiations()
    found = {
        name: dict(claims(log, name).names) if 0 < counts.get(name, 0) <= MOST else {}
        for name in dict.fromkeys(draft.negotiation for draft in looked_at)
    }
    for draft in drafted:
        names, event = found.get(draft.negotiation), draft.event
        if names is None or draft.state == "rejected":
            continue
        if isinstance(event, PartyAdded) and event.name:
            names.setdefault(event.party, event.name)
        elif isinstance(event, MatterAdded) and event.title:
            names.setdefault(f"matter:{event.matter}", event.title)
    return found


def says(event: Event | None, names: Mapping[str, str]) -> str:
    """Return what a drafted entry says, in words."""
    from projections.wording.sentences import summary_of

    return "an event type that is not known here" if event is None else summary_of(event, names)
