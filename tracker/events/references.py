"""Which registered things an entry names: parties, matters, sources and earlier entries.

A field refers because of what it is annotated with (`PartyId`, `MatterId`, `SourceId`, `EntryId`), whatever it is
called; `tracker.events.places` finds it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.events.base import Event, Kind, Ref
from tracker.events.places import Arms, Items, Name, Names, Naming, NamingField, fields_of, member
from tracker.events.stage import MatterAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

#: The event types that fill a register, with the register's name, which their field has too.
REGISTERED_BY: Final[dict[type[Event], Kind]] = {
    PartyAdded: "party",
    MatterAdded: "matter",
    SourceRegistered: "source",
}


class Reference(NamedTuple):
    """One name that must have been registered before: where it stands in the entry, and of what kind it is."""

    field: str
    kind: Kind
    name: str


class _Named(NamedTuple):
    """A field of an event type that is a name, or a list of names."""

    attribute: str
    written: str
    ref: Ref
    is_one: bool


@lru_cache(maxsize=512)
def _named(model: type[BaseModel]) -> tuple[_Named, ...]:
    return tuple(
        _Named(attribute, written, ref, is_one)
        for attribute, written, place in fields_of(model)
        for ref, is_one in _names_of(place)
    )


def _names_of(place: Naming) -> list[tuple[Ref, bool]]:
    """Return what a field itself names, and whether it is one name: nothing where only parts of it name something."""
    if isinstance(place, Name):
        return [(place.ref, True)]
    if isinstance(place, Items) and isinstance(place.each, Name):
        return [(place.each.ref, False)]
    if isinstance(place, Arms):
        return [found for arm in place.places for found in _names_of(arm)][:1]
    return []


@lru_cache(maxsize=512)
def registered_field(kind: type[Event]) -> str | None:
    """Return the field with which an event type adds to a register; its name need not be there before."""
    return next((REGISTERED_BY[base] for base in kind.__mro__ if base in REGISTERED_BY), None)


@lru_cache(maxsize=512)
def reference_fields(model: type[BaseModel]) -> tuple[tuple[str, str, Kind], ...]:
    """Return the fields of an event type, or of a part, that refer: as (attribute, name as written, kind)."""
    own = registered_field(model) if issubclass(model, Event) else None
    return tuple((field.attribute, field.written, field.ref.kind) for field in _named(model) if field.attribute != own)


@lru_cache(maxsize=512)
def acting_fields(kind: type[Event]) -> tuple[str, ...]:
    """Return the attributes that name who acts: first those that must be there, and one party before several."""
    acting = [field for field in _named(kind) if field.ref.kind == "party" and field.ref.acts]
    is_required = {name: info.is_required() for name, info in kind.model_fields.items()}
    return tuple(
        field.attribute
        for field in sorted(acting, key=lambda field: (not is_required[field.attribute], not field.is_one))
    )


@lru_cache(maxsize=512)
def lone_actors(kind: type[Event]) -> tuple[str, ...]:
    """Return those of them that name one party."""
    one = {field.attribute for field in _named(kind) if field.is_one}
    return tuple(name for name in acting_fields(kind) if name in one)


# ── what entries name ──


@lru_cache(maxsize=512)
def _checked(kind: type[Event]) -> tuple[NamingField, ...]:
    """Return the fields of an event type whose names must have been registered before it."""
    own = registered_field(kind)
    return tuple(field for field in fields_of(kind) if field.attribute != own)


def found_in(event: Event) -> Names:
    """Return every name in an entry that must have been registered before it, as (field, kind, name)."""
    found: Names = []
    values = event.__dict__
    for attribute, written, place in _checked(type(event)):
        if value := values[attribute]:
            place.find(value, written, found)
    return found


def references(event: Event) -> Iterator[Reference]:
    """Yield every name in an entry that must have been registered before it."""
    return map(Reference._make, found_in(event))


def written_references(kind: type[Event], data: Mapping[str, Any]) -> Iterator[Reference]:
    """Yield the same of an entry of a type as a script has it, which may be wrong in any way."""
    found: Names = []
    for attribute, written, place in _checked(kind):
        place.find(member(data, attribute, written), written, found)
    return map(Reference._make, found)


def names(event: Event, kind: Kind) -> Iterator[str]:
    """Yield every name of a kind in an entry, that which it registers included, its evidence left out."""
    found: Names = []
    for attribute, written, place in fields_of(type(event)):
        if attribute != "evidence":
            place.find(getattr(event, attribute), written, found)
    return (name for _, what, name in found if what == kind)


def actors(event: Event) -> tuple[str, ...]:
    """Return the parties that act in an entry; none where it names none."""
    for attribute in acting_fields(type(event)):
        value = getattr(event, attribute)
        if value:
            return (value,) if isinstance(value, str) else tuple(value)
    return ()


def entry_of(event: Event) -> str | None:
    """Return the entry that an entry is about, the first where there are several; None where it names none."""
    for attribute, _, what in reference_fields(type(event)):
        value = getattr(event, attribute) if what == "entry" else None
        if value:
            return value if isinstance(value, str) else str(next(iter(value)))
    return None
