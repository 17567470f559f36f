"""Dotted paths: ``evidence.0.source`` as a field inside an entry, as CSV columns and command lines write it."""

from __future__ import annotations

import types
import typing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tracker.dates import When
from tracker.errors import Problem
from tracker.events.naming import is_part
from tracker.events.stage import NegotiationOpened
from tracker.scripts.formats import MAX_DEPTH, ScriptItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.events.base import Event

_GIVEN: Final = "is given already, before the fields; leave it out here"
_CANNOT_CHANGE: Final = "says which entry it is and cannot change; retract the entry and record another, or move it"
_LISTS: Final = frozenset({tuple, list, set, frozenset})


@lru_cache(maxsize=256)
def list_fields(kind: type[Event]) -> frozenset[str]:
    """Return the fields of an event type that hold a list of texts, as scripts write them."""
    return frozenset(info.alias or name for name, info in kind.model_fields.items() if _is_list(info.annotation))


@lru_cache(maxsize=256)
def mapping_fields(kind: type[Event]) -> frozenset[str]:
    """Return the fields of an event type that hold a mapping of any names, as scripts write them."""
    found = (name for name, info in kind.model_fields.items() if typing.get_origin(info.annotation) is dict)
    return frozenset(kind.model_fields[name].alias or name for name in found)


@lru_cache(maxsize=256)
def date_fields(kind: type[Event]) -> frozenset[str]:
    """Return the fields of an event type that hold a date, as scripts write them."""
    return frozenset(info.alias or name for name, info in kind.model_fields.items() if _is_date(info.annotation))


def _is_date(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    return annotation is When or any(map(_is_date, typing.get_args(annotation)))


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    """Say whether values of a type may be lists of texts or numbers, and not of parts or lists."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_list(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return any(map(_is_list, arguments))
    return origin in _LISTS and not any(map(_holds_more, arguments))


def _holds_more(annotation: Any) -> bool:  # noqa: ANN401 - whatever a list is of
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Annotated, typing.Union, types.UnionType}:
        return any(map(_holds_more, arguments))
    return origin in {*_LISTS, dict} or is_part(annotation)


def nest(
    cells: Iterable[tuple[str, Sequence[str], Any]], problems: list[Problem], *, gaps: bool = True
) -> dict[str, Any]:
    """Return the mapping that triples of a path, its parts and a value describe, a list for numbers; note clashes.

    A list in `changes` replaces the whole, so that it begins at 0 and has no gap; elsewhere a gap is closed, as an
    empty cell leaves one, or noted where `gaps` are none.
    """
    root: dict[str, Any] = {}
    for written, parts, value in cells:
        level = root
        if not all(parts) or len(parts) > MAX_DEPTH:
            problems.append(Problem("is not a field's name; write it as in evidence.0.source", written))
            continue
        for part in parts[:-1]:
            inner = level.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            level = inner
        else:
            if parts[-1] not in level:
                level[parts[-1]] = value
                continue
        problems.append(Problem("is given twice, or both as a whole and in parts; keep one of the two", written))
    return {name: _with_lists(value, name, problems, gaps=gaps) for name, value in root.items()}


def _with_lists(value: Any, path: str, problems: list[Problem], *, gaps: bool) -> Any:  # noqa: ANN401 - text, or levels
    if not isinstance(value, dict):
        return value
    in_changes = path == "changes" or path.startswith("changes.")
    inner = {
        name: _with_lists(item, f"{path}.{name}", problems, gaps=gaps and not in_changes)
        for name, item in value.items()
    }
    if not all(name.isascii() and name.isdigit() and len(name) < len("1000000") for name in inner):
        return inner
    items = [inner[name] for name in sorted(inner, key=int)]
    if (in_changes or not gaps) and sorted(map(int, inner)) != list(range(len(inner))):
        is_plain = all(isinstance(item, str) for item in items)
        written = [item for item in items if item]
        whole = (
            f"{path}={','.join(['…', *written] if in_changes else written)}" if is_plain else f"{path}.0, {path}.1 …"
        )
        why = (
            "replaces the whole list, of which each item is written"
            if in_changes
            else "counts its items from 0 without a gap"
        )
        problems.append(Problem(f"{why}: write {whole}", path))
    return items


def from_assignments(
    kind: type[Event], negotiation: str, assignments: Iterable[str], *, correcting: bool = False
) -> ScriptItem:
    """Return ``field=value`` pairs as what a script would hold; ``null`` is no value where they are `correcting`."""
    problems: list[Problem] = []
    cells: list[tuple[str, Sequence[str], Any]] = []
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        parts = path.split(".")
        value: Any = text
        if not equals:
            problems.append(Problem(f"{assignment!r} gives no value; write it as {assignment or 'field'}=value"))
            continue
        if path in {"event", "negotiation"}:
            problems.append(Problem(_CANNOT_CHANGE if correcting else _GIVEN, path))
            continue
        if text == "null" and (correcting or parts[0] == "changes"):
            value = None
        elif path in list_fields(kind) or path == "evidence" or (path, kind) == ("parties", NegotiationOpened):
            value = text.split(",")
        cells.append((path, parts, value))
    fields = nest(cells, problems, gaps=False)
    return ScriptItem(0, {"event": kind.__name__, "negotiation": negotiation, **fields}, tuple(problems))
