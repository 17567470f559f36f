"""Corrections as a command line writes them: ``field=value`` pairs that put whole values to an entry as it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import Problem
from tracker.scripts.paths import from_assignments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tracker.events.base import Event
    from tracker.scripts.formats import ScriptItem

#: A figure has either a value or a range.
_RANGE: Final = ("low", "high")


def fields_as_written(event: Event) -> dict[str, Any]:
    """Return the fields of an entry as a script writes them, without those that say only a default."""
    return event.model_dump(mode="json", by_alias=True, exclude_defaults=True, round_trip=True)


def changes_from(
    target: Event,
    assignments: Iterable[str],
    prefix: str = "",
    expand: Callable[[dict[str, Any]], ScriptItem] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the changes that ``field=value`` pairs put to an entry as it reads, and what is wrong with them.

    ``null`` removes a field, or a part of one. A list, or a mapping like a figure, is replaced as a whole: if parts of
    one are given, or a bare number, with what would be lost not among them, that is a problem which tells what.
    `prefix` stands before each field where they are those of a correction; `expand` gives fields in their long form.
    """
    removed: dict[str, Any] = {}
    rest, in_parts = [], set()
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        name, dot, _ = path.partition(".")
        if equals and not dot and text == "null":
            removed[path] = None
            continue
        rest.append(assignment)
        if dot:
            in_parts.add(name)
    item = from_assignments(type(target), target.negotiation, rest, correcting=True)
    if expand is not None:
        problems_before = item.problems
        item = expand(item.data)
        item = item._replace(problems=(*problems_before, *item.problems))
    given = {name: value for name, value in item.data.items() if name not in {"event", "negotiation"}}
    before = fields_as_written(target)
    problems = []
    for name in sorted(before.keys() & given.keys()):
        put = _in_parts(before[name], given[name])
        if name in in_parts:
            lost = list(_lost(before[name], put, name, rest))
        elif put is not given[name]:
            lost = list(_lost(before[name], put, name, ()))
        else:
            lost = list(_lost_of_list(before[name], put, name))
        if lost:
            whole = _whole(name, before[name], put, rest, prefix)
            kind = "list" if isinstance(before[name], list) else "value"
            why = f"replaces the whole {kind}, and {', '.join(lost)} would be lost; write {whole}"
            problems.append(Problem(why, f"{prefix}{name}"))
    told = {problem.field for problem in problems}
    problems += [
        replace(problem, field=field)
        for problem in item.problems
        if (field := f"{prefix}{problem.field}" if problem.field else "") not in told
    ]
    return {**given, **removed}, problems


def _in_parts(before: Any, given: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a bare number that stands for a figure as the figure, anything else as it is."""
    if not isinstance(before, dict) or not isinstance(given, str) or before.keys().isdisjoint({"value", *_RANGE}):
        return given
    about = {"approximate": True} if given.startswith("~") else {}
    return {"value": given.removeprefix("~").strip(), **about}


def _lost_of_list(before: Any, given: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the items with parts of a list that no item of another one, given as a whole, holds."""
    if not isinstance(before, list) or not isinstance(given, list):
        return
    for index, value in enumerate(before):
        if isinstance(value, dict) and all(any(_lost(value, item, "", ())) for item in given if isinstance(item, dict)):
            yield f"{path}.{index}"


def _lost(before: Any, given: Any, path: str, assignments: Iterable[str]) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield what a value holds that another one, given in parts, does not."""
    if isinstance(before, dict) and isinstance(given, dict):
        for name, value in before.items():
            if name not in given and not _excludes(given, name):
                yield f"{name} {value}" if not isinstance(value, list | dict) else name
    elif isinstance(before, list) and isinstance(given, list):
        numbered = _numbered(path, assignments)
        for index, value in enumerate(before):
            if index not in numbered:
                yield f"{path}.{index}" if isinstance(value, list | dict) else str(value)
            elif isinstance(value, dict):
                inner = given[sorted(numbered).index(index)] if len(numbered) == len(given) else {}
                yield from (f"{path}.{index}.{lost}" for lost in _lost(value, inner, "", ()))


def _excludes(given: dict[str, Any], name: str) -> bool:
    """Say whether a figure that gives some fields cannot have another one: it is a value, or a range."""
    return ("value" in given and name in _RANGE) or (name == "value" and any(end in given for end in _RANGE))


def _numbered(path: str, assignments: Iterable[str]) -> set[int]:
    """Return the numbers of the items of a list that are given."""
    paths = (assignment.partition("=")[0].split(".") for assignment in assignments)
    return {int(parts[1]) for parts in paths if len(parts) > 1 and parts[0] == path and parts[1].isdecimal()}


def _whole(
    name: str,
    before: Any,  # noqa: ANN401 - any JSON
    given: Any,  # noqa: ANN401 - any JSON
    assignments: Iterable[str],
    prefix: str,
) -> str:
    """Return how to write a value whole, with what is given put into what was there."""
    written = f"{prefix}{name}"
    if isinstance(before, dict) and isinstance(given, dict):
        kept = {key: value for key, value in before.items() if not _excludes(given, key)}
        return " ".join(f"{written}.{key}={_written(value)}" for key, value in {**kept, **given}.items())
    if any(isinstance(value, list | dict) for value in before):
        return f"every {written}.N.FIELD"
    items = dict(enumerate(before)) | dict(zip(sorted(_numbered(name, assignments)), given, strict=False))
    items = {index: item for index, item in items.items() if item != ""}
    return f"{written}={','.join(_written(items[index]) for index in sorted(items))}"


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    words = {True: "true", False: "false", None: "null"}
    text = words[value] if value is None or isinstance(value, bool) else str(value)
    return f"'{text}'" if " " in text else text
