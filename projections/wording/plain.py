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
        return {name: plain(getattr(self, name)) for name in _shown(cast("Any", type(self)))}


@lru_cache(maxsize=64)
def _shown(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type of answer
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
