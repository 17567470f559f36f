"""Entries made ready to be recorded: checked by themselves, in the bytes in which they will be stored."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from tracker.codec import topic_of
from tracker.events.parsing import build
from tracker.events.references import REGISTERED_BY, references
from tracker.events.registry import UnknownEvent, event_type

if TYPE_CHECKING:
    from tracker.events.base import Event

#: The longest content of an entry, in bytes: with what the log adds, it still fits into a line of a script.
MAX_CONTENT: Final = 1_000_000


class Prepared(NamedTuple):
    """What the log needs of an entry to record it, without the event itself; it crosses a process boundary cheaply.

    `content` is the author's part of the stored bytes, `origin` what the log adds of where it was first recorded, as
    JSON, empty where that is here. `names` are (kind, name) of what must be there before it,
    `registers` is (kind, name) of what it adds to a register.
    """

    topic: str
    negotiation: str
    id: str
    content: bytes
    names: tuple[tuple[str, str], ...]
    registers: tuple[str, str] | None
    origin: bytes = b""

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
    topic, register = _plan(kind)
    content = event.canonical()
    values = event.__dict__
    return Prepared(
        topic_of(event) if topic is None else topic,
        values["negotiation"],
        values["id"] or event.default_id(content),
        content[1:-1],
        tuple([(what, name) for _, what, name in references(event)]),
        None if register is None else (register, values[register]),
    )


@lru_cache(maxsize=256)
def _plan(kind: type[Event]) -> tuple[str | None, str | None]:
    """Return what is the same for all events of a type: their topic, and the register they fill."""
    topic = None if issubclass(kind, UnknownEvent) else f"{kind.__name__}.v{kind.event_version}"
    return topic, REGISTERED_BY.get(kind)
