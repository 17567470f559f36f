"""JSON Lines: one JSON object (RFC 8259) a line."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from tracker.errors import Problem
from tracker.scripts.formats import MAX_DEPTH, ScriptItem, encoding_problem, raw_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COLON: Final = re.compile(rb'"\s*:')
_PLACE: Final = re.compile(r"(.*) at line (\d+) column (\d+)", re.DOTALL)


class _TooDeepError(Exception):
    """Lists and mappings lie deeper in one another than `MAX_DEPTH`."""


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of an object, those that stand there twice included."""


def read(stream: IO[bytes]) -> Iterator[ScriptItem]:
    """Yield an item for each line that is not blank."""
    return items(raw_lines(stream))


def items(lines: Iterable[tuple[int, bytes, Problem | None]]) -> Iterator[ScriptItem]:
    """Yield an item for each of some lines that is not blank; a line is (number, bytes, what is wrong with it)."""
    for number, line, problem in lines:
        if problem is not None:
            yield ScriptItem(number, None, (problem,))
            continue
        try:
            data = from_json(line, allow_inf_nan=False)
            keys = _count_keys(data, 0)
        except ValueError as error:
            if line.strip():
                yield ScriptItem(number, None, (encoding_problem(line) or _broken(line, str(error)),))
            continue
        except _TooDeepError:
            yield ScriptItem(number, None, (Problem(f"lists and mappings lie more than {MAX_DEPTH} levels deep"),))
            continue
        # Each key is followed by a colon: with as many colons as keys in the outcome, no key can have been there twice.
        if keys != line.count(b":") and keys != len(_COLON.findall(line)) and (twice := _repeated(line)):
            message = "is there twice in one object; keep one of them"
            yield ScriptItem(number, data, tuple(Problem(message, name) for name in twice))
            continue
        yield ScriptItem(number, data)


def _count_keys(value: Any, depth: int) -> int:  # noqa: ANN401 - any JSON
    if depth > MAX_DEPTH:
        raise _TooDeepError
    count = 0
    if type(value) is dict:
        count = len(value)
        value = value.values()
    elif type(value) is not list:
        return 0
    for item in value:
        kind = type(item)
        if kind is dict or kind is list:
            count += _count_keys(item, depth + 1)
    return count


def _repeated(line: bytes) -> list[str]:
    """Return where keys stand twice in one object of a line that is right otherwise: ``evidence.1.quote``."""
    found: dict[str, None] = {}

    def look(value: Any, path: tuple[str, ...]) -> None:  # noqa: ANN401 - any JSON
        if isinstance(value, _Pairs):
            seen = set()
            for key, inner in value:
                if key in seen:
                    found[".".join((*path, key))] = None
                seen.add(key)
                look(inner, (*path, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                look(inner, (*path, str(number)))

    look(json.loads(line, object_pairs_hook=_Pairs), ())
    return list(found)


def _broken(line: bytes, message: str) -> Problem:
    """Return the parser's message as a problem that tells the column in characters."""
    if match := _PLACE.fullmatch(message):
        character = len(line[: int(match[3]) - 1].decode(errors="replace")) + 1
        place = "the end of the line" if int(match[2]) > 1 else f"column {character}"
        message = f"{match[1]} at {place}"
    return Problem(f"is not JSON: {message}; write one JSON object a line")
