"""Entries made ready to be recorded: checked by themselves, in the bytes in which they will be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from tracker.codec import topic_of
from tracker.events.parsing import build
from tracker.events.references import reference_fields
from tracker.events.registry import event_type
from tracker.events.stage import MatterAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from tracker.events.base import Event

#: The event types that fill a register, with the register's name, which their field has too.
REGISTERED_BY: Final[dict[type[Event], str]] = {
    PartyAdded: "party",
    MatterAdded: "matter",
    SourceRegistered: "source",
}


class Prepared(NamedTuple):
    """What the log needs of an entry to record it, without the event itself; it crosses a process boundary cheaply.

    `content` is the author's part of the stored bytes. `names` are (kind, name) of what must be there before it,
    `registers` is (kind, name) of what it adds to a register.
    """

    topic: str
    negotiation: str
    id: str
    content: bytes
    names: tuple[tuple[str, str], ...]
    registers: tuple[str, str] | None

    @property
    def event(self) -> str:
        """The event type's name."""
        return self.topic.rpartition(".v")[0]

    def rebuild(self) -> Event:
        """Return the event, as it was."""
        fields: dict[str, Any] = from_json(b"{" + self.content + b"}")
        return build(event_type(self.event), {"negotiation": self.negotiation, "id": self.id, **fields})


def prepare(event: Event) -> Prepared:
    """Return an event made ready, with an id derived from its content where its author gave none."""
    kind = type(event)
    content = event.canonical()
    names: list[tuple[str, str]] = []
    for attribute, _, what in reference_fields(kind):
        value = getattr(event, attribute)
        if isinstance(value, str):
            names.append((what, value))
        elif isinstance(value, tuple):
            names += [(what, name) for name in value]
    names += [("source", item.source) for item in event.evidence]
    register = REGISTERED_BY.get(kind)
    return Prepared(
        topic_of(event),
        event.negotiation,
        event.id or event.default_id(content),
        content[1:-1],
        tuple(names),
        None if register is None else (register, getattr(event, register)),
    )
