"""Events built from our own stored bytes without a validator, and corrected without one.

Making pydantic's validator for a type takes a millisecond at every start, and a negotiation has some forty types. What
is in the log was validated when it was written, and its check sum tells that the bytes are the same; so the first
events of each type are built from their fields directly, as long as these are of the right kinds. Where there is any
doubt, the validator decides.
"""

from __future__ import annotations

import types
import typing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn, Union

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.events.base import Event

#: Events of a type after which its validator is made, which takes less time an event.
ENOUGH: Final = 200
_seen: dict[type[Event], int] = {}
_set = object.__setattr__


class _Plan(NamedTuple):
    """How to build one type: its defaults, the fields that must be there, and what makes which values of others."""

    attributes: dict[str, str]
    defaults: dict[str, Any]
    required: frozenset[str]
    convert: dict[str, Callable[[Any], Any]]


def is_validated(kind: type[Event]) -> bool:
    """Say whether a type's validator is there, or enough events of it were read to be worth making it."""
    return bool(kind.__pydantic_complete__) or _seen.get(kind, 0) >= ENOUGH


def restore(kind: type[Event], data: dict[str, Any]) -> Event | None:
    """Return the event of a type that stored fields hold, or None where they are not plainly that type's fields."""
    _seen[kind] = _seen.get(kind, 0) + 1
    try:
        event: Event | None = _build(kind, data)
    except (ValueError, TypeError):
        return None
    return event


def _build(kind: type[BaseModel], data: dict[str, Any]) -> Any:  # noqa: ANN401 - an event, or a part of one
    plan = _plan(kind)
    values = plan.defaults.copy()
    attributes, convert = plan.attributes, plan.convert
    given = set()
    for name, value in data.items():
        attribute = attributes.get(name)
        if attribute is None:
            return None
        given.add(attribute)
        values[attribute] = convert[attribute](value)
    if not plan.required <= given:
        return None
    return _made(kind, values, given)


def replaced(event: Event, changes: dict[str, Any]) -> Event | None:
    """Return an event with whole fields replaced, null removing one, or None where a validator has to decide.

    `changes` are those of a recorded correction, each validated with its field when that was recorded. Together with
    another correction they may not fit a type that holds its fields against each other, which only its validator knows.
    """
    kind = type(event)
    if is_validated(kind) or kind.__pydantic_decorators__.model_validators:
        return None
    plan = _plan(kind)
    values = event.__dict__.copy()
    given = set(event.__pydantic_fields_set__)
    for name, value in changes.items():
        attribute = plan.attributes.get(name)
        if attribute is None or (value is None and attribute in plan.required):
            return None
        try:
            values[attribute] = plan.defaults[attribute] if value is None else plan.convert[attribute](value)
        except (ValueError, TypeError):
            return None
        (given.discard if value is None else given.add)(attribute)
    changed: Event = _made(kind, values, given)
    return changed


def _made(kind: type[Any], values: dict[str, Any], given: set[str]) -> Any:  # noqa: ANN401 - an event, or a part of one
    built = object.__new__(kind)
    _set(built, "__dict__", values)
    _set(built, "__pydantic_fields_set__", given)
    _set(built, "__pydantic_extra__", None)
    _set(built, "__pydantic_private__", None)
    return built


@lru_cache(maxsize=512)
def _plan(kind: type[BaseModel]) -> _Plan:
    attributes, defaults, required, convert = {}, {}, set(), {}
    for attribute, info in kind.model_fields.items():
        attributes[info.alias or attribute] = attribute
        # Every field has its place from the start: pydantic writes fields in the order in which an object holds them.
        defaults[attribute] = None if info.default is PydanticUndefined else info.default
        if info.default is PydanticUndefined:
            required.add(attribute)
        convert[attribute] = _converter(info.annotation)
    return _Plan(attributes, defaults, frozenset(required), convert)


def _converter(annotation: Any) -> Callable[[Any], Any]:  # noqa: ANN401, PLR0911 - any annotation, one line each
    """Return what makes the Python form of a field from its JSON form, and refuses what is not of its kind."""
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _converter(arguments[0])
    if origin in {Union, types.UnionType}:
        arms = [arm for arm in arguments if arm is not type(None)]
        return _converter(arms[0]) if len(arms) == 1 else _one_of(int, float)
    if origin is tuple:
        inner = _converter(arguments[0])
        return lambda items: tuple([inner(item) for item in _listed(items)])
    if origin is Literal:
        words = frozenset(arguments)
        return lambda value: value if value in words else _refuse(value)
    if annotation is When:
        return When
    if origin is None and issubclass(annotation, BaseModel):
        return lambda data: _part(annotation, data)
    return _one_of(origin or annotation)


def _one_of(*kinds: type) -> Callable[[Any], Any]:
    return lambda value: value if type(value) in kinds else _refuse(value)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if type(value) is list else _refuse(value)


def _refuse(value: Any) -> NoReturn:  # noqa: ANN401 - any JSON
    raise ValueError(f"{value!r} is not of the kind that this field holds")


def _part(kind: type[BaseModel], data: dict[str, Any]) -> Any:  # noqa: ANN401 - a part of an event
    built = _build(kind, data) if type(data) is dict else None
    if built is None:
        raise ValueError(f"these are not the fields of {kind.__name__}")
    return built
