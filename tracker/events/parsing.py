"""From a mapping, as scripts and forms hold it, to a typed event, with every problem in plain words."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from tracker.errors import EntryRejectedError, Problem, nearest
from tracker.events.registry import BUILT_IN, EVENT_TYPES, find_event_type, trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from tracker.events.base import Event

#: Fields that the log adds to an entry, and that no script may set.
LOG_FIELDS: Final = frozenset(
    {"position", "version", "recorded_at", "recorded_by", "drafted_by", "previous", "digest", "origin"}
)
#: More fields than any event type has, so that nobody has to be told of each that there is none of its name.
_MOST_FIELDS: Final = 1000
#: Problems of one entry that are told one by one.
_MOST_PROBLEMS: Final = 1000
#: Numbers beyond it, of thousands of digits perhaps, are not written out.
_PRINTED: Final = 10**40
#: pydantic names the arm of a union in an error's place; a script has no such level.
_UNION_ARMS: Final = frozenset({"int", "float", "constrained-int", "constrained-float"})
_PLAIN: Final = {
    "dict_type": "must be a mapping of fields",
    "model_type": "must be a mapping of fields",
    "model_attributes_type": "must be a mapping of fields",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_unicode": "is not valid Unicode text",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def field_names(kind: type[BaseModel]) -> list[str]:
    """Return the fields of an event type, or of a part of one, as scripts write them."""
    return [info.alias or name for name, info in kind.model_fields.items()]


def parse(data: Mapping[str, Any]) -> Event:
    """Return the typed event that a mapping describes; raises `EntryRejectedError` with all of its problems at once."""
    if not isinstance(data, dict):
        raise EntryRejectedError([Problem('an entry must be a mapping of fields, as {"event": …, "negotiation": …}')])
    name = data.get("event")
    if name is None:
        raise EntryRejectedError([Problem("is required; name the event type, as in PositionTaken", "event")])
    kind = find_event_type(name) if isinstance(name, str) else None
    if kind is None:
        hint = nearest(str(name), EVENT_TYPES) or "; `communique schema --list` lists them"
        message = "; ".join([f"unknown event type {_shorten(name)}{hint}", *trouble()])
        raise EntryRejectedError([Problem(message, "event")])
    if len(data) > _MOST_FIELDS:
        raise EntryRejectedError([Problem(f"has {len(data):,} fields; an entry has far fewer")])
    fields = dict(data)
    del fields["event"]
    return build(kind, fields)


def build(kind: type[Event], fields: Mapping[str, Any]) -> Event:
    """Return an event of a type from its fields; raises `EntryRejectedError` with all of its problems at once."""
    validate = kind.__pydantic_validator__.validate_python
    event: Event
    try:
        try:
            event = validate(fields)
        except ValidationError:
            # Null is looked for only here, so that entries without one, as nearly all are, cost nothing more.
            event = validate(_given(fields))
    except ValidationError as error:
        raise EntryRejectedError(problems_of(error, kind)) from None
    except Exception as error:
        if kind in BUILT_IN:
            raise
        # Code of others, of which anything may be wrong.
        message = (
            f"{kind.__name__}, of another package, cannot be made ({type(error).__name__}: {_shorten(str(error))})"
        )
        raise EntryRejectedError([Problem(message)]) from error
    return event


def _given(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what is given of fields: null is no value, but in the changes of a correction, where it removes one."""
    if isinstance(value, dict):
        return {
            name: inner if name == "changes" else _given(inner) for name, inner in value.items() if inner is not None
        }
    return [_given(inner) for inner in value] if isinstance(value, list) else value


def problems_of(error: ValidationError, kind: type[Event]) -> list[Problem]:
    """Return what pydantic found as problems in plain words, each once."""
    found = {}
    errors = error.errors(include_url=False)
    for details in errors[:_MOST_PROBLEMS]:
        problem = _problem(details, kind)
        # The arms of a union fail one by one; the last, the widest, says best what is wanted.
        in_union = not _UNION_ARMS.isdisjoint(details["loc"])
        found[problem.field, "" if in_union else problem.message] = problem
    # A list of which no item is right is not told to be empty, too.
    empty = {problem.field for problem in found.values() if problem.message == _PLAIN["too_short"]}
    within = {problem.field.rpartition(".")[0] for problem in found.values()}
    for key in [key for key, problem in found.items() if problem.field in empty & within]:
        del found[key]
    rest = len(errors) - _MOST_PROBLEMS
    more = [Problem(f"there are {rest:,} more problems in the entry; mend these first")] if rest > 0 else []
    return [*found.values(), *more]


def _problem(details: ErrorDetails, kind: type[Event]) -> Problem:
    # Whatever a script holds there, the message stays in sight.
    location = [_cut(str(part), 64) for part in details["loc"] if part not in _UNION_ARMS]
    if location[:1] == ["changes"]:
        # What follows are the arms of "any JSON" as often as names.
        location = location[:2]
    return Problem(_message(details, location, kind), ".".join(location))


def _message(details: ErrorDetails, location: list[str], kind: type[Event]) -> str:
    code, context = details["type"], details.get("ctx", {})
    match code:
        case "extra_forbidden":
            message = _unknown_field(location, kind)
        case "string_pattern_mismatch":
            message = _pattern(details["input"], str(context.get("pattern", "")))
        case "literal_error":
            expected = str(context.get("expected", ""))
            words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
            given = details["input"]
            hint = nearest(given, words) if isinstance(given, str) else ""
            message = f"{_shorten(given)} is not one of {', '.join(words)}{hint}"
        case "greater_than_equal" | "less_than_equal":
            bound = context.get("ge", context.get("le"))
            message = f"{_shorten(details['input'])} must be {'at least' if 'ge' in context else 'at most'} {bound}"
        case "value_error":
            message = str(context.get("error", details["msg"]))
        case "string_too_long":
            message = f"must have at most {context.get('max_length'):,} characters"
        case "missing":
            message = "is required"
        case "too_short":
            message = _PLAIN[code]
        case _ if code in _PLAIN:
            message = f"{_PLAIN[code]}, not {_shorten(details['input'])}"
        case _:
            message = details["msg"]
    return message


def _unknown_field(location: list[str], kind: type[Event]) -> str:
    name = location[-1]
    if len(location) == 1 and name in LOG_FIELDS:
        return "is set by the log; leave it out"
    known = field_names(part_at(kind, location[:-1]) or kind)
    return f"unknown field{nearest(name, known) or '; ' + kind.__name__ + ' has ' + ', '.join(known)}"


def part_at(kind: type[BaseModel], path: list[str]) -> type[BaseModel] | None:
    """Return the type of the part of an entry that stands at a path; None if that is not told by its types."""
    found: type[BaseModel] | None = kind
    for name in path:
        if found is None:
            return None
        info = next((info for key, info in found.model_fields.items() if name in {key, info.alias}), None)
        # What is no field is a place in a list, a key or the arm of a union.
        found = _part_in(info.annotation) if info is not None else found
    return found


def _part_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - whatever a field is annotated with
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_part_in, typing.get_args(annotation))), None)


#: What a text must be that matches a pattern, by a part of that.
_PATTERNS: Final = {
    "[A-Za-z]{2,8}": "a language is a tag of BCP 47, such as fr, ar or en-GB",
    "^Q[1-9]": "an item of Wikidata is Q and a number, such as Q1032",
    "[0-9a-f]{64}": "a SHA-256 has 64 hexadecimal digits, in small letters",
}


def _pattern(value: Any, pattern: str) -> str:  # noqa: ANN401 - whatever was written
    if value == "":
        return "must not be empty; leave the field out where it is not known"
    if "agreement|" in pattern:
        want = "a subject is a family and an id, such as agreement:sofa-2012, party:NER or matter:prisoners"
    elif "[A-Z]{3}" in pattern:
        want = "a party is three capitals (ISO 3166-1 alpha-3) for a state, else a slug of a-z, 0-9 and -"
    elif "{0,63}" in pattern:
        want = "a slug has a-z, 0-9 and -, starts with a letter or digit, and has at most 64 characters"
    else:
        want = next((said for part, said in _PATTERNS.items() if part in pattern), f"it must match {pattern}")
    return f"{_shorten(value)} is not right: {want}"


def _shorten(value: Any, length: int = 40) -> str:  # noqa: ANN401 - whatever was written
    """Return a value as a short literal: no control characters, no more than `length` characters."""
    if isinstance(value, str):
        text = repr(value[:length])
        return text if len(value) <= length else text[:-1] + "…"
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "a mapping"
    if isinstance(value, int) and abs(value) > _PRINTED:
        return "a far larger number" if value > 0 else "a far smaller number"
    return _cut(ascii(value), length)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
