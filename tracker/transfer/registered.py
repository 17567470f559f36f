"""What two logs that are joined have registered: under one name the same thing, or two documents of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.codec import decode
from tracker.events.knowledge import EntryCorrected
from tracker.events.references import registered_field
from tracker.events.registry import find_event_type
from tracker.negotiation import apply_changes
from tracker.retractions import retractions

if TYPE_CHECKING:
    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.events.stage import SourceRegistered
    from tracker.stores.store import Store

#: What tells two documents apart, the surest first.
_TELLING = ("sha256", "url", "title", "published")


class Registration(NamedTuple):
    """An entry that registers something, and how it reads by what corrects it."""

    recorded: Recorded
    reading: Event


class Registrations:
    """The registrations of a log, by negotiation and by what they register: (register, name)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[str, dict[tuple[str, str], Registration]] = {}

    def get(self, negotiation: str, register: str, name: str) -> Registration | None:
        """Return what registers a name as it stood when this negotiation was first asked for, None if nothing does."""
        if negotiation not in self._found:
            self._found[negotiation] = self._read(negotiation)
        return self._found[negotiation].get((register, name))

    def _read(self, negotiation: str) -> dict[tuple[str, str], Registration]:
        recorded: dict[str, Recorded] = {}
        readings: dict[str, Event] = {}
        standing: dict[str, list[str]] | None = None
        for row in self._store.stream(negotiation):
            kind = find_event_type(row.topic.partition(".")[0])
            if kind is None or not (kind is EntryCorrected or registered_field(kind)):
                continue
            one = decode(row.topic, row.state, row.position)
            if not isinstance(one.event, EntryCorrected):
                recorded[one.id], readings[one.id] = one, one.event
            elif one.event.entry in readings:
                standing = retractions(self._store, negotiation) if standing is None else standing
                if one.id not in standing:
                    readings[one.event.entry] = apply_changes(readings[one.event.entry], one.event.changes)
        found: dict[tuple[str, str], Registration] = {}
        for entry, one in recorded.items():
            register = registered_field(type(one.event)) or ""
            found.setdefault((register, getattr(one.event, register)), Registration(one, readings[entry]))
        return found


def read_alike(one: Event, other: Event) -> bool:
    """Say whether two registrations say the same, whatever their ids."""
    return one.model_copy(update={"id": None}) == other.model_copy(update={"id": None})


def are_two_documents(one: SourceRegistered, other: SourceRegistered) -> bool:
    """Say whether two registrations of one name are of two documents, and not of one that is described otherwise."""
    for name in _TELLING:
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours and theirs:
            return bool(ours != theirs)
    return False
