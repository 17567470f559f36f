"""Answers as JSON holds them: plain values, with what an answer is made of by name."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any, ClassVar, Final, cast

_PLAIN: Final = (str, int, float, type(None))


class Plain:
    """An answer, as a dataclass that JSON holds field by field, in order, but for those that are `hidden`."""

    __slots__ = ()
    hidden: ClassVar[frozenset[str]] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {name: plain(getattr(self, name)) for name in shown_of(cast("Any", type(self)))}


@lru_cache(maxsize=64)
def shown_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type of answer
    """Return the names of the fields that JSON holds."""
    return tuple(item.name for item in fields(kind) if item.name not in kind.hidden)


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of an answer
    """Return a value with all that it holds as JSON holds it: tuples as lists, but by name if they have names."""
    if isinstance(value, _PLAIN):
        return value
    if hasattr(value, "to_json"):
        return value.to_json()
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, tuple | list) else value


def says_otherwise(one: Any, other: Any) -> bool:  # noqa: ANN401 - any part of an answer
    """Say whether two answers are another in JSON; what is equal need not be turned into it."""
    if one is other or one == other:
        return False
    if type(one) is type(other) and isinstance(one, Plain):
        return any(
            says_otherwise(getattr(one, name), getattr(other, name)) for name in shown_of(cast("Any", type(one)))
        )
    return bool(plain(one) != plain(other))
