"""Events of our own types built from stored fields without pydantic's validator, and corrected without one.

Making the validator of a type takes a millisecond at every start, and a negotiation has some forty types: a status
would take a quarter longer. So the first events of each are made here, as long as every field is plainly what its type
asks for. Where there is any doubt, and for the types of other packages, the validator decides.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn, Union

from pydantic import JsonValue
from pydantic.fields import FieldInfo

from tracker.dates import When
from tracker.events.base import MOST, Event
from tracker.events.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

#: Events of a type after which its validator is made, which takes less time an event.
ENOUGH: Final = 200
_seen: dict[type[Event], int] = {}
#: Makes the Python form of a field from its JSON form, and raises `ValueError` or `TypeError` where that is in doubt.
Read = Callable[[Any], Any]


class _Plan(NamedTuple):
    """How to make a type: attributes by written name, which must be given, what reads each, and what says all fit."""

    attributes: dict[str, str]
    required: frozenset[str]
    read: dict[str, Read]
    fit: Callable[[Any], Any] | None


def is_validated(kind: type[Event]) -> bool:
    """Say whether a validator makes the events of a type: it is there, or worth making, or only it knows how."""
    return bool(kind.__pydantic_complete__) or kind not in BUILT_IN or _seen.get(kind, 0) >= ENOUGH


def restore(kind: type[Event], data: dict[str, Any]) -> Event | None:
    """Return the event of a type that stored fields hold, or None where a validator has to decide."""
    _seen[kind] = _seen.get(kind, 0) + 1
    try:
        event: Event = _made(kind, data)
    except (ValueError, TypeError):
        return None
    return event


def replaced(event: Event, changes: dict[str, Any]) -> Event | None:
    """Return an event with whole fields replaced, null removing one, or None where a validator has to decide."""
    kind = type(event)
    if is_validated(kind):
        return None
    values = {name: getattr(event, name) for name in event.model_fields_set}
    plan = _plan(kind)
    try:
        for name, value in changes.items():
            attribute = plan.attributes[name]
            values.pop(attribute, None)
            if value is not None:
                values[attribute] = plan.read[attribute](value)
        changed: Event = _constructed(kind, plan, values)
    except (ValueError, TypeError, KeyError):
        return None
    return changed


def _made(kind: type[BaseModel], data: dict[str, Any]) -> Any:  # noqa: ANN401 - an event, or a part of one
    plan = _plan(kind)
    attributes, read = plan.attributes, plan.read
    values = {}
    for name, value in data.items():
        attribute = attributes.get(name) or _doubt(name)
        values[attribute] = read[attribute](value)
    return _constructed(kind, plan, values)


def _constructed(kind: type[BaseModel], plan: _Plan, values: dict[str, Any]) -> Any:  # noqa: ANN401 - an event, or a part of one
    if not plan.required <= values.keys():
        _doubt(values)
    made = kind.model_construct(set(values), **values)
    return plan.fit(made) if plan.fit else made


@lru_cache(maxsize=512)
def _plan(kind: type[BaseModel]) -> _Plan:
    fields = kind.model_fields
    # What every entry has is read alike by all types.
    common = _plan(Event).read if issubclass(kind, Event) and kind is not Event else {}
    return _Plan(
        {info.alias or name: name for name, info in fields.items()},
        frozenset(name for name, info in fields.items() if info.is_required()),
        {
            name: common[name] if name in common and _is_common(name, info) else _reader(info.annotation, info.metadata)
            for name, info in fields.items()
        },
        getattr(kind, "fit", None),
    )


def _is_common(name: str, info: FieldInfo) -> bool:
    ours = Event.model_fields[name]
    return info.annotation is ours.annotation and info.metadata == ours.metadata


def _reader(annotation: Any, metadata: Iterable[Any] = ()) -> Read:  # noqa: ANN401, C901, PLR0911 - a line a type
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    limits = dict(_limits(metadata))
    if origin is typing.Annotated:
        return _reader(arguments[0], (*arguments[1:], *metadata))
    if origin in {Union, types.UnionType}:
        arms = [arm for arm in arguments if arm is not type(None)]
        if len(arms) == 1:
            return _reader(arms[0], metadata)
        several = next((arm for arm in arms if typing.get_origin(arm) is tuple), None)
        return _number if several is None else partial(_one_or_several, _reader(arms[0]), _reader(several))
    if origin is tuple:
        return partial(_listed, _reader(arguments[0]), limits.get("min_length", 0))
    if origin is Literal:
        return partial(_word, frozenset(arguments))
    if origin is dict:
        read = _as_it_is if arguments[1] is JsonValue else _reader(arguments[1])
        return partial(_mapping, limits.get("min_length", 0), _reader(arguments[0]), read)
    if annotation is When:
        return When
    if annotation is bool:
        return _flag
    if annotation is int:
        return partial(_whole, limits["ge"], limits["le"])
    if annotation is str:
        pattern = limits.get("pattern")
        return partial(_text, pattern and re.compile(pattern), limits.get("min_length", 0))
    return partial(_part, annotation)


def _limits(metadata: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for item in metadata:
        yield from _limits(item.metadata if isinstance(item, FieldInfo) else ())
        for name in ("pattern", "min_length", "ge", "le"):
            if (value := getattr(item, name, None)) is not None:
                yield name, value


def _doubt(value: object) -> NoReturn:
    raise ValueError(f"{value!r} is not plainly what this field holds")


def _text(pattern: re.Pattern[str] | None, least: int, value: Any) -> str:  # noqa: ANN401 - any JSON
    if type(value) is str and len(value) >= least and (pattern is None or pattern.fullmatch(value)):
        return value
    _doubt(value)


def _word(words: frozenset[str], value: str) -> str:
    return value if value in words else _doubt(value)


def _whole(least: int, most: int, value: Any) -> int:  # noqa: ANN401 - any JSON
    return value if type(value) is int and least <= value <= most else _doubt(value)


def _number(value: float) -> float:
    """Return a number in the one form that it has: a whole one has no decimals."""
    is_plain = type(value) is int or (type(value) is float and not value.is_integer())
    return value if is_plain and 0 <= value <= MOST else _doubt(value)


def _listed(read: Read, least: int, value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any JSON
    return tuple([read(item) for item in value]) if type(value) is list and len(value) >= least else _doubt(value)


def _one_or_several(read: Read, read_all: Read, value: Any) -> Any:  # noqa: ANN401 - any JSON
    return read_all(value) if type(value) is list else read(value)


def _mapping(least: int, key: Read, read: Read, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if type(value) is not dict or len(value) < least:
        _doubt(value)
    return {key(name): read(item) for name, item in value.items()}


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return value


def _flag(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return value if type(value) is bool else _doubt(value)


def _part(kind: type[BaseModel], value: Any) -> Any:  # noqa: ANN401 - any JSON, and a part of an event
    return _made(kind, value) if type(value) is dict else _doubt(value)
