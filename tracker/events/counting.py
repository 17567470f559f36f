"""Counted units: of people and of ships there is no fraction, and a point in such a figure may divide thousands."""

from __future__ import annotations

import re
import typing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import Problem
from tracker.events.base import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.events.base import Event

#: Units of which there are whole numbers only.
COUNTED: Final = frozenset(
    {"personnel", "people", "persons", "troops", "soldiers", "civilians", "prisoners", "detainees", "hostages"}
    | {"vehicles", "tanks", "aircraft", "ships", "vessels", "votes", "members", "bases", "sites", "incidents"}
)
_PARTS: Final = ("value", "low", "high")
_THOUSANDS: Final = re.compile(r"~?\s*([1-9][0-9]{0,2})((?:\.[0-9]{3})+)")


def ambiguous(event: Event, written: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each text of a counted figure in which a point may divide thousands."""
    for name, path in _amounts(type(event)):
        amount = getattr(event, name)
        if amount is None or (amount.unit or "") not in COUNTED:
            continue
        raw = written.get(path)
        for part in _PARTS:
            text = raw.get(part) if isinstance(raw, dict) else raw if part == "value" else None
            if isinstance(text, str) and (found := _THOUSANDS.fullmatch(text.strip())):
                whole = f"{found[1]}{found[2].replace('.', '')}"
                either = f"for {int(whole):,} write {whole}"
                if found[2] == ".000":
                    either += f", for {found[1]} write {found[1]}"
                field = f"{path}.{part}" if isinstance(raw, dict) else path
                yield Problem(f"{text.strip()} is no whole number of {amount.unit}; {either}", field)


def fractions(event: Event) -> Iterator[str]:
    """Yield what is to be told of each number of a counted unit that is not whole: it may be one of thousands."""
    for name, path in _amounts(type(event)):
        amount = getattr(event, name)
        if amount is not None and (amount.unit or "") in COUNTED:
            for part in _PARTS:
                number = getattr(amount, part)
                if isinstance(number, float) and not number.is_integer():
                    advice = f"if its point divides thousands, correct it to {number * 1000:.0f}"
                    yield f"{path} of {event.id} is {number} {amount.unit}, which is no whole number; {advice}"


@lru_cache(maxsize=256)
def _amounts(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """Return the fields of an event type that hold a figure: each attribute, and its name in scripts."""
    return tuple((name, info.alias or name) for name, info in kind.model_fields.items() if _holds(info.annotation))


def _holds(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    if isinstance(annotation, type):
        return issubclass(annotation, Amount)
    return any(map(_holds, typing.get_args(annotation)))
