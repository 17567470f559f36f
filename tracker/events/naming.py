"""How the values of a type name something, and how they read once a name is another's."""

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

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

_LISTS: Final = (list, tuple, set, frozenset)
#: Says as which id another one of a family is kept, itself where it is.
Kept: TypeAlias = Callable[[str, str], str]


class Reference(NamedTuple):
    """One name that must have been registered before: where it stands in the entry, and of what kind it is."""

    field: str
    kind: Kind
    name: str


class Naming(Protocol):
    """How the values of a type name something."""

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        """Add the names in a value at a path; one from a script may be of any other type, and then has none."""

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        """Return a value with every name in it as it is kept; the same one if none is another."""


class Name(NamedTuple):
    """A name itself, or a list of such that is annotated as a whole."""

    ref: Ref

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        """Add the names in a value at a path."""
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
        """Return a value with every name in it as it is kept."""
        if isinstance(value, str):
            if not self.ref.is_subject:
                return kept(self.ref.kind, value)
            family, _, name = value.partition(":")
            return f"{family}:{kept(family, name)}"
        return _each_renamed(repeat(self), value, kept)


class Items(NamedTuple):
    """A list whose items name something."""

    each: Naming

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        """Add the names in a value at a path."""
        if isinstance(value, _LISTS):
            for index, item in enumerate(value):
                self.each.find(item, f"{path}.{index}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        """Return a value with every name in it as it is kept."""
        return _each_renamed(repeat(self.each), value, kept)


class _Row(NamedTuple):
    """A list of fixed length, some of whose items name something."""

    places: tuple[Naming | None, ...]

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        if isinstance(value, _LISTS):
            for index, (item, place) in enumerate(zip(value, self.places, strict=False)):
                if place is not None:
                    place.find(item, f"{path}.{index}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        return _each_renamed(self.places, value, kept)


class _Pairs(NamedTuple):
    """A mapping whose keys or values name something."""

    keys: Naming | None
    values: Naming | None

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


class Arms(NamedTuple):
    """One of several types that name something: the first that does in a value."""

    places: tuple[Naming, ...]

    def find(self, value: object, path: str, found: list[Reference]) -> None:
        """Add the names in a value at a path."""
        before = len(found)
        for place in self.places:
            place.find(value, path, found)
            if len(found) > before:
                return

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        """Return a value with every name in it as it is kept."""
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
        for attribute, written, place in fields_of(self.model):
            inner = member(value, attribute, written)
            if inner is not None:
                place.find(inner, f"{path}.{written}", found)

    def renamed(self, value: Any, kept: Kept) -> Any:  # noqa: ANN401 - whatever a field holds
        return with_renamed(value, fields_of(self.model), kept)


def _each_renamed(places: Iterable[Naming | None], value: Any, kept: Kept) -> Any:  # noqa: ANN401 - as above
    """Return the items of a list as they are kept; a list of names has each once if any is another now."""
    if not isinstance(value, _LISTS):
        return value
    items = [item if place is None else place.renamed(item, kept) for item, place in zip(value, places, strict=False)]
    if items == list(value):
        return value
    made = dict.fromkeys(items) if isinstance(places, repeat) and isinstance(items[0], str) else items
    # A named tuple takes its items one by one.
    return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)


def with_renamed(value: Any, fields: Iterable[NamingField], kept: Kept) -> Any:  # noqa: ANN401 - as above
    """Return an entry, or a part of one, with the names in some of its fields as they are kept."""
    changed = {}
    for attribute, written, place in fields:
        before = member(value, attribute, written)
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


def member(value: object, attribute: str, written: str) -> object:
    """Return what a part holds in a field; one from a script is a mapping, or anything else by mistake."""
    if isinstance(value, dict):
        return value.get(written, value.get(attribute))
    return getattr(value, attribute, None)


class NamingField(NamedTuple):
    """A field that names something: its attribute, its name as scripts write it, and how it does."""

    attribute: str
    written: str
    place: Naming


# ── what types name ──


@lru_cache(maxsize=512)
def fields_of(model: type) -> tuple[NamingField, ...]:
    """Return the fields of an event type, or of a part, that name something; those of every entry come last."""
    if not issubclass(model, Event) or model is Event:
        return tuple(_fields_within(model, frozenset([model])))
    declared = {name: info.annotation for name, info in Event.model_fields.items()}
    same = {name for name, annotation in declared.items() if model.model_fields[name].annotation is annotation}
    own = _fields_within(model, frozenset([model]), same)
    return (*own, *(field for field in fields_of(Event) if field.attribute in same))


def _fields_within(model: type, within: frozenset[type], without: Container[str] = ()) -> Iterator[NamingField]:
    for attribute, written, annotation, metadata in _annotations(model):
        if attribute not in without and (place := _place(annotation, within, metadata)) is not None:
            yield NamingField(attribute, written, place)


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


def _place(annotation: Any, within: frozenset[type], metadata: Iterable[Any] = ()) -> Naming | None:  # noqa: ANN401
    """Return how a value of a type names something; `within` are the parts around it, which may hold themselves."""
    for item in metadata:
        if isinstance(item, Ref):
            return Name(item)
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


def _together(origin: Any, arguments: tuple[Any, ...], places: tuple[Naming | None, ...]) -> Naming:  # noqa: ANN401
    found = tuple(place for place in places if place is not None)
    if origin in {Union, types.UnionType}:
        return found[0] if len(found) == 1 else Arms(found)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _Pairs(places[0], places[1] if len(places) > 1 else None)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _Row(places)
    return Items(found[0])
