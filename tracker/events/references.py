"""Which registered things an entry names: parties, matters, sources and earlier entries."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tracker.events.base import ENTRY_FIELDS, PARTY_FIELDS, Event
from tracker.events.stage import MatterAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["party", "matter", "source", "entry"]


class Reference(NamedTuple):
    """One name that must have been registered before: where it stands in the entry, and of what kind it is."""

    field: str
    kind: Kind
    name: str


@lru_cache(maxsize=256)
def reference_fields(kind: type[Event]) -> tuple[tuple[str, str, Kind], ...]:
    """Return the referring fields of an event type as (attribute, name as written, kind), evidence left out."""
    plan: list[tuple[str, str, Kind]] = []
    for attribute, info in kind.model_fields.items():
        written = info.alias or attribute
        if attribute in PARTY_FIELDS and not issubclass(kind, PartyAdded):
            plan.append((attribute, written, "party"))
        elif attribute == "matter" and not issubclass(kind, MatterAdded):
            plan.append((attribute, written, "matter"))
        elif (attribute == "source" and not issubclass(kind, SourceRegistered)) or attribute == "relays":
            plan.append((attribute, written, "source"))
        elif attribute in ENTRY_FIELDS:
            plan.append((attribute, written, "entry"))
    return tuple(plan)


@lru_cache(maxsize=256)
def entry_fields(kind: type[Event]) -> tuple[str, ...]:
    """Return the attributes of an event type that name an entry."""
    return tuple(attribute for attribute, _, what in reference_fields(kind) if what == "entry")


def references(event: Event) -> Iterator[Reference]:
    """Yield every name in an entry that must have been registered before it."""
    for attribute, written, kind in reference_fields(type(event)):
        value = getattr(event, attribute)
        if isinstance(value, str):
            yield Reference(written, kind, value)
        elif isinstance(value, tuple):
            for index, name in enumerate(value):
                yield Reference(f"{written}.{index}", kind, name)
    for index, item in enumerate(event.evidence):
        yield Reference(f"evidence.{index}.source", "source", item.source)


def written_references(kind: type[Event], data: Mapping[str, Any]) -> Iterator[Reference]:
    """Yield the same of an entry of a type as a script has it, which may be wrong in any way."""
    for _, written, what in reference_fields(kind):
        value = data.get(written)
        if isinstance(value, str):
            yield Reference(written, what, value)
        elif isinstance(value, list):
            for index, name in enumerate(value):
                if isinstance(name, str):
                    yield Reference(f"{written}.{index}", what, name)
    evidence = data.get("evidence")
    for index, item in enumerate(evidence if isinstance(evidence, list) else ()):
        source = item.get("source") if isinstance(item, dict) else None
        if isinstance(source, str):
            yield Reference(f"evidence.{index}.source", "source", source)
