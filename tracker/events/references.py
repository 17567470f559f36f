"""Which registered things an entry names (parties, matters, sources, earlier entries), by the types of its fields.

A type names something because of its mark (`Ref`: `PartyId`, `MatterId`, `SourceId`, `EntryId`), whatever its field is
called and whatever it stands in: an optional field, a list, a mapping, a part with fields of its own like `Evidence`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from functools import lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias, Union, cast

from pydantic import BaseModel

from tracker.events.base import Event, Kind, Ref
from tracker.events.knowledge import SameAs
from tracker.events.stage import MatterAdded, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

#: The event types that fill a register, with the register's name, which their field has too.
REGISTERED_BY: Final[dict[type[Event], Kind]] = {PartyAdded: "party", MatterAdded: "matter", SourceRegistered: "source"}
REGISTERS: Final = frozenset(REGISTERED_BY.values())
#: Fields that name a thing with states beside those that are called as its family is.
_THINGS: Final = {
    **{name: name for name in ("agreement", "proposal", "round", "withdrawal", "commitment", "sanction")},
    **dict.fromkeys(("supersedes", "in_reply_to", "settles"), "proposal"),
    **dict.fromkeys(("part_of", "superseded_by"), "agreement"),
}
_LISTS: Final = (list, tuple, set, frozenset)


#: Says as which id another one of a family is kept, itself where it is.
Kept: TypeAlias = Callable[[str, str], str]


class Reference(NamedTuple):
    """One name that must have been registered before: where it stands in the entry, and of what kind it is."""

    field: str
    kind: Kind
    name: str


class _Naming(Protocol):
    """How the values of a type name something."""

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        """Add the names in a value at a path; one from a script may be of any other type, and then has none."""

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        """Return a value with every name in it as it is kept; the same one if none is another."""


class _Name(NamedTuple):
    """A name itself, or a list of such that is annotated as a whole."""

    ref: Ref

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        if isinstance(value, str) and self.ref.is_subject:
            family, _, name = value.partition(":")
            if family in {"party", "matter"}:
                found.append(Reference(path, cast("Kind", family), name))
        elif isinstance(value, str):
            found.append(Reference(path, self.ref.kind, value))
        elif isinstance(value, _LISTS):
            for index, item in enumerate(value):
                self.find(item, f"{path}.{index}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        if isinstance(value, str):
            if not self.ref.is_subject:
                return kept(self.ref.kind, value)
            family, _, name = value.partition(":")
            return f"{family}:{kept(family, name)}"
        return _each_renamed(repeat(self), value, kept)


class _Items(NamedTuple):
    """A list whose items name something."""

    each: _Naming

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        if isinstance(value, _LISTS):
            for index, item in enumerate(value):
                self.each.find(item, f"{path}.{index}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        return _each_renamed(repeat(self.each), value, kept)


class _Row(NamedTuple):
    """A list of fixed length, some of whose items name something."""

    places: tuple[_Naming | None, ...]

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        if isinstance(value, _LISTS):
            for index, (item, place) in enumerate(zip(value, self.places, strict=False)):
                if place is not None:
                    place.find(item, f"{path}.{index}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        return _each_renamed(self.places, value, kept)


class _Pairs(NamedTuple):
    """A mapping whose keys or values name something."""

    keys: _Naming | None
    values: _Naming | None

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        if isinstance(value, Mapping):
            for name, item in value.items():
                for place, held in ((self.keys, name), (self.values, item)):
                    if place is not None:
                        place.find(held, f"{path}.{name}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        if not isinstance(value, Mapping):
            return value
        found: dict[Any, Any] = {}
        for name, item in value.items():
            key = self.keys.renamed(name, kept) if self.keys else name
            held = self.values.renamed(item, kept) if self.values else item
            # What is said of the one to keep goes before what is said of the others.
            if key == name or key not in found:
                found[key] = held
        return value if found == value else found


class _Arms(NamedTuple):
    """One of several types that name something: the first that does in a value."""

    places: tuple[_Naming, ...]

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        before = len(found)
        for place in self.places:
            place.find(value, path, found)
            if len(found) > before:
                return

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        for place in self.places:
            names: list[Reference] = []
            place.find(value, "", names)
            if names:
                return place.renamed(value, kept)
        return value


class _Part(NamedTuple):
    """A part of an entry, some of whose fields name something."""

    model: type

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        for attribute, written, place in _fields_of(self.model):
            inner = _member(value, attribute, written)
            if inner is not None:
                place.find(inner, f"{path}.{written}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        return _with(value, _fields_of(self.model), kept)


def _each_renamed(places: Iterable[_Naming | None], value: Any, kept: Kept) -> Any:  # noqa: ANN401 - as above
    """Return the items of a list as they are kept; a list of names has each once if any is another now."""
    if not isinstance(value, _LISTS):
        return value
    items = [item if place is None else place.renamed(item, kept) for item, place in zip(value, places, strict=False)]
    if items == list(value):
        return value
    made = dict.fromkeys(items) if isinstance(places, repeat) and isinstance(items[0], str) else items
    # A named tuple takes its items one by one.
    return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)


def _with(value: Any, fields: Iterable[_NamingField], kept: Kept) -> Any:  # noqa: ANN401 - as above
    """Return an entry, or a part of one, with the names in some of its fields as they are kept."""
    changed = {}
    for attribute, written, place in fields:
        before = _member(value, attribute, written)
        if before is not None and (after := place.renamed(before, kept)) is not before:
            changed[written if isinstance(value, dict) else attribute] = after
    if not changed:
        return value
    if isinstance(value, BaseModel):
        return value.model_copy(update=changed)
    if isinstance(value, dict):
        return {**value, **changed}
    as_changed: Callable[..., Any] = getattr(value, "_replace", None) or partial(replace, value)
    return as_changed(**changed)


def _member(value: object, attribute: str, written: str) -> object:
    """Return what a part holds in a field; one from a script is a mapping, or anything else by mistake."""
    if isinstance(value, dict):
        return value.get(written, value.get(attribute))
    return getattr(value, attribute, None)


class _NamingField(NamedTuple):
    """A field that names something: its attribute, its name as scripts write it, and how it does."""

    attribute: str
    written: str
    place: _Naming


# ── what types name ──


@lru_cache(maxsize=512)
def _fields_of(model: type) -> tuple[_NamingField, ...]:
    """Return the fields of an event type, or of a part, that name something; those of every entry come last."""
    if not issubclass(model, Event) or model is Event:
        return tuple(_fields_within(model, frozenset([model])))
    declared = {name: info.annotation for name, info in Event.model_fields.items()}
    same = {name for name, annotation in declared.items() if model.model_fields[name].annotation is annotation}
    own = _fields_within(model, frozenset([model]), same)
    return (*own, *(field for field in _fields_of(Event) if field.attribute in same))


def _fields_within(model: type, within: frozenset[type], without: Container[str] = ()) -> Iterator[_NamingField]:
    for attribute, written, annotation, metadata in _annotations(model):
        if attribute not in without and (place := _place(annotation, within, metadata)) is not None:
            yield _NamingField(attribute, written, place)


def _annotations(model: type) -> Iterator[tuple[str, str, Any, Iterable[Any]]]:
    """Yield the fields of a part as (attribute, name as written, annotation, what else is said of its type)."""
    if issubclass(model, BaseModel):
        if not model.__pydantic_fields_complete__:
            # Types that stand further down in its module are known by now.
            model.model_rebuild(raise_errors=False)
        for name, info in model.model_fields.items():
            yield name, info.alias or name, info.annotation, info.metadata
    else:
        for name, annotation in typing.get_type_hints(model, include_extras=True).items():
            yield name, name, annotation, ()


def is_part(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    """Say whether a type is one with fields of its own."""
    return isinstance(annotation, type) and (
        issubclass(annotation, BaseModel)
        or is_dataclass(annotation)
        # A `TypedDict`, that of typing_extensions too.
        or hasattr(annotation, "__required_keys__")
        or (issubclass(annotation, tuple) and hasattr(annotation, "_fields"))
    )


def _place(annotation: Any, within: frozenset[type], metadata: Iterable[Any] = ()) -> _Naming | None:  # noqa: ANN401
    """Return how a value of a type names something; `within` are the parts around it, which may hold themselves."""
    for item in metadata:
        if isinstance(item, Ref):
            return _Name(item)
    if is_part(annotation):
        names = annotation in within or any(_fields_within(annotation, within | {annotation}))
        return _Part(annotation) if names else None
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None and (annotation is None or isinstance(annotation, type)):
        return None
    if origin is None:
        # `type X = …`, `NewType` and a type variable with a bound stand for another type.
        meant = (getattr(annotation, name, None) for name in ("__value__", "__supertype__", "__bound__"))
        return _place(next(filter(None, meant), None), within)
    if origin is typing.Annotated:
        return _place(arguments[0], within, arguments[1:])
    places = tuple(None if part is Ellipsis else _place(part, within) for part in arguments)
    return _together(origin, arguments, places) if any(places) else None


def _together(origin: Any, arguments: tuple[Any, ...], places: tuple[_Naming | None, ...]) -> _Naming:  # noqa: ANN401
    found = tuple(place for place in places if place is not None)
    if origin in {Union, types.UnionType}:
        return found[0] if len(found) == 1 else _Arms(found)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _Pairs(places[0], places[1] if len(places) > 1 else None)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _Row(places)
    return _Items(found[0])


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
        for attribute, written, place in _fields_of(model)
        for ref, is_one in _names_of(place)
    )


def _names_of(place: _Naming) -> list[tuple[Ref, bool]]:
    """Return what a field itself names, and whether it is one name: nothing where only parts of it name something."""
    if isinstance(place, _Name):
        return [] if place.ref.is_subject else [(place.ref, True)]
    if isinstance(place, _Items) and isinstance(place.each, _Name):
        return [(place.each.ref, False)]
    if isinstance(place, _Arms):
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
def _checked(kind: type[Event]) -> tuple[_NamingField, ...]:
    """Return the fields of an event type whose names must have been registered before it."""
    own = registered_field(kind)
    return tuple(field for field in _fields_of(kind) if field.attribute != own)


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
    found: Event = _with(event, _renaming(type(event)), kept)
    return found


@lru_cache(maxsize=512)
def _renaming(kind: type[Event]) -> tuple[_NamingField, ...]:
    """Return the fields of an event type that name anything which may read as another."""
    typed = _fields_of(kind)
    known = {field.attribute for field in typed}
    things = (
        _NamingField(name, info.alias or name, _Name(Ref(cast("Kind", _THINGS[name]))))
        for name, info in kind.model_fields.items()
        if name in _THINGS and name not in known
    )
    return (*typed, *things)


def written_references(kind: type[Event], data: Mapping[str, Any]) -> list[Reference]:
    """Return the same of an entry of a type as a script has it, which may be wrong in any way."""
    found: list[Reference] = []
    for attribute, written, place in _checked(kind):
        place.find(_member(data, attribute, written), written, found)
    return found


def names(event: Event, kind: Kind) -> Iterator[str]:
    """Yield every name of a kind in an entry, that which it registers included, its evidence left out."""
    found: list[Reference] = []
    for attribute, written, place in _fields_of(type(event)):
        if attribute != "evidence":
            place.find(getattr(event, attribute), written, found)
    return (name for _, what, name in found if what == kind)


def actors(event: Event) -> tuple[str, ...]:
    """Return the parties that act in an entry; none where it names none."""
    for field in _acting(type(event)):
        if value := getattr(event, field.attribute):
            return (value,) if isinstance(value, str) else tuple(value)
    return ()


def entry_of(event: Event) -> str | None:
    """Return the entry that an entry is about, the first where there are several; None where it names none."""
    for attribute, _, what in reference_fields(type(event)):
        value = getattr(event, attribute) if what == "entry" else None
        if value:
            return value if isinstance(value, str) else str(next(iter(value)))
    return None
