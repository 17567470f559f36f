"""How the types of fields name parties, matters, sources and entries, and where in a value such names stand.

A type names something because of its mark (`Ref`), whatever it stands in: an optional field, a list, a mapping, a part
with fields of its own such as `Evidence`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias, Union

from pydantic import BaseModel

from tracker.events.base import Event, Kind, Ref

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

#: Where names that were found go: (field, kind, name).
Names: TypeAlias = list[tuple[str, Kind, str]]


class Naming(Protocol):
    """How the values of a type name something."""

    def find(self, value: object, path: str, found: Names) -> None:
        """Add the names in a value at a path; one from a script may be of any other type, and then has none."""


class Name:
    """A name itself, or a list of such that is annotated as a whole."""

    __slots__ = ("ref",)

    def __init__(self, ref: Ref) -> None:
        self.ref = ref

    def find(self, value: object, path: str, found: Names) -> None:
        """Add the name, or those in a list."""
        if isinstance(value, str):
            found.append((path, self.ref.kind, value))
        elif isinstance(value, _LISTS):
            for index, item in enumerate(value):
                self.find(item, f"{path}.{index}", found)


class Items:
    """A list whose items name something."""

    __slots__ = ("each",)

    def __init__(self, each: Naming) -> None:
        self.each = each

    def find(self, value: object, path: str, found: Names) -> None:
        """Add the names in each item."""
        if isinstance(value, _LISTS):
            for index, item in enumerate(value):
                self.each.find(item, f"{path}.{index}", found)


class _Row:
    """A list of fixed length, some of whose items name something."""

    __slots__ = ("places",)

    def __init__(self, places: tuple[Naming | None, ...]) -> None:
        self.places = places

    def find(self, value: object, path: str, found: Names) -> None:
        if isinstance(value, _LISTS):
            for index, (item, place) in enumerate(zip(value, self.places, strict=False)):
                if place is not None:
                    place.find(item, f"{path}.{index}", found)


class _Pairs:
    """A mapping whose keys or values name something."""

    __slots__ = ("keys", "values")

    def __init__(self, keys: Naming | None, values: Naming | None) -> None:
        self.keys = keys
        self.values = values

    def find(self, value: object, path: str, found: Names) -> None:
        if isinstance(value, Mapping):
            for name, item in value.items():
                for place, held in ((self.keys, name), (self.values, item)):
                    if place is not None:
                        place.find(held, f"{path}.{name}", found)


class Arms:
    """One of several types that name something: the first that does in a value."""

    __slots__ = ("places",)

    def __init__(self, places: tuple[Naming, ...]) -> None:
        self.places = places

    def find(self, value: object, path: str, found: Names) -> None:
        """Add the names that the first of them finds."""
        before = len(found)
        for place in self.places:
            place.find(value, path, found)
            if len(found) > before:
                return


class _Part:
    """A part of an entry, some of whose fields name something."""

    __slots__ = ("model",)

    def __init__(self, model: type) -> None:
        self.model = model

    def find(self, value: object, path: str, found: Names) -> None:
        for attribute, written, place in fields_of(self.model):
            inner = member(value, attribute, written)
            if inner is not None:
                place.find(inner, f"{path}.{written}", found)


_LISTS: Final = (list, tuple, set, frozenset)


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
    """Return how a value of a type that is made of others names something."""
    found = tuple(place for place in places if place is not None)
    if origin in {Union, types.UnionType}:
        return found[0] if len(found) == 1 else Arms(found)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _Pairs(places[0], places[1] if len(places) > 1 else None)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _Row(places)
    return Items(found[0])
