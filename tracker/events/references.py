"""Which registered things an entry names (parties, matters, sources, earlier entries), by the types of its fields.

A type names something because of its mark (`Ref`: `PartyId`, `MatterId`, `SourceId`, `EntryId`), whatever its field is
called and whatever it stands in: an optional field, a list, a mapping, a part with fields of its own like `Evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from pydantic import BaseModel

from tracker.events.base import Event, Kind, Ref
from tracker.events.knowledge import SameAs
from tracker.events.naming import (
    Arms,
    Items,
    Kept,
    Name,
    Naming,
    NamingField,
    Reference,
    fields_of,
    member,
    with_renamed,
)
from tracker.events.stage import MatterAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The event types that fill a register, with the register's name, which their field has too.
REGISTERED_BY: Final[dict[type[Event], Kind]] = {PartyAdded: "party", MatterAdded: "matter", SourceRegistered: "source"}
REGISTERS: Final = frozenset(REGISTERED_BY.values())
#: Fields that name a thing with states beside those that are called as its family is.
_THINGS: Final = {
    **{name: name for name in ("agreement", "proposal", "round", "withdrawal", "commitment", "sanction")},
    **dict.fromkeys(("supersedes", "in_reply_to", "settles"), "proposal"),
    **dict.fromkeys(("part_of", "superseded_by"), "agreement"),
}


#: What an id of a party looks like, and words seldom do.
_PARTY_ID: Final = re.compile(r"[A-Z]{3}|[a-z0-9]+(?:-[a-z0-9]+)*")


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
        return [] if place.ref.is_subject else [(place.ref, True)]
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
def _acting(kind: type[Event]) -> tuple[_Named, ...]:
    """Return the fields that name who acts: first those that must be there, and one party before several."""
    acting = [field for field in _named(kind) if field.ref.kind == "party" and field.ref.acts]
    infos = kind.model_fields
    return tuple(sorted(acting, key=lambda field: (not infos[field.attribute].is_required(), not field.is_one)))


def lone_actors(kind: type[Event]) -> tuple[str, ...]:
    """Return the attributes that name one party that acts."""
    return tuple(field.attribute for field in _acting(kind) if field.is_one)


# ── what entries name ──


@lru_cache(maxsize=512)
def _checked(kind: type[Event]) -> tuple[NamingField, ...]:
    """Return the fields of an event type whose names must have been registered before it."""
    own = registered_field(kind)
    return tuple(field for field in fields_of(kind) if field.attribute != own)


def references(event: Event) -> list[Reference]:
    """Return every name in an entry that must have been registered before it."""
    found: list[Reference] = []
    values = event.__dict__
    for attribute, written, place in _checked(type(event)):
        if value := values[attribute]:
            place.find(value, written, found)
    if isinstance(event, SameAs) and event.kind in REGISTERS:
        kind = cast("Kind", event.kind)
        found.append(Reference("keep", kind, event.keep))
        found += (Reference(f"same.{index}", kind, name) for index, name in enumerate(event.same))
    return found


def renamed(event: Event, kept: Kept) -> Event:
    """Return an entry with the parties, matters, sources and things that it names as they are kept.

    Things are named by fields: that of their family, and those of proposals and agreements that name another one.
    """
    found: Event = with_renamed(event, _renaming(type(event)), kept)
    return found


@lru_cache(maxsize=512)
def _renaming(kind: type[Event]) -> tuple[NamingField, ...]:
    """Return the fields of an event type that name anything which may read as another."""
    typed = fields_of(kind)
    known = {field.attribute for field in typed}
    things = (
        NamingField(name, info.alias or name, Name(Ref(cast("Kind", _THINGS[name]))))
        for name, info in kind.model_fields.items()
        if name in _THINGS and name not in known
    )
    return (*typed, *things)


@lru_cache(maxsize=512)
def kinds_of_fields(kind: type[Event]) -> dict[str, Kind]:
    """Return what the fields of an event type name, things with states included, by attribute.

    What the type registers is left out.
    """
    own = registered_field(kind)
    named = ((field.attribute, _names_of(field.place)) for field in _renaming(kind) if field.attribute != own)
    return {attribute: found[0][0].kind for attribute, found in named if found}


def written_references(kind: type[Event], data: Mapping[str, Any]) -> list[Reference]:
    """Return the same of an entry of a type as a script has it, which may be wrong in any way."""
    found: list[Reference] = []
    for attribute, written, place in _checked(kind):
        place.find(member(data, attribute, written), written, found)
    return found


def names(event: Event, kind: Kind) -> Iterator[str]:
    """Yield every name of a kind in an entry, that which it registers included, its evidence left out."""
    found: list[Reference] = []
    for attribute, written, place in fields_of(type(event)):
        if attribute != "evidence":
            place.find(getattr(event, attribute), written, found)
    return (name for _, what, name in found if what == kind)


def actors(event: Event) -> tuple[str, ...]:
    """Return the parties that act in an entry; none where it names none."""
    for field in _acting(type(event)):
        if value := getattr(event, field.attribute):
            return (value,) if isinstance(value, str) else tuple(value)
    return ()


def body_of(event: Event) -> str | None:
    """Return the body that votes on something or adopts it, a party's id or words; None where an entry names none."""
    body = getattr(event, "body", None)
    return body if isinstance(body, str) else None


def doers(event: Event) -> tuple[str, ...]:
    """Return the parties that act in an entry, with the body that votes or adopts where it may be a party's id."""
    body = body_of(event)
    own = (body,) if body is not None and _PARTY_ID.fullmatch(body) else ()
    return tuple(dict.fromkeys((*actors(event), *own)))


def entry_of(event: Event) -> str | None:
    """Return the entry that an entry is about, the first where there are several; None where it names none."""
    for attribute, _, what in reference_fields(type(event)):
        value = getattr(event, attribute) if what == "entry" else None
        if value:
            return value if isinstance(value, str) else str(next(iter(value)))
    return None
