"""On which line of a TOML file a key stands: the standard library's reader does not say."""

from __future__ import annotations

import re
import tomllib
from itertools import count
from typing import Final

#: A path in a map: names of keys, and numbers of items of a list.
Path = tuple[str | int, ...]
_KEY: Final = re.compile(r"""\s*((?:"[^"\n]*"|'[^'\n]*'|[\w-]+)(?:\s*\.\s*(?:"[^"\n]*"|'[^'\n]*'|[\w-]+))*)\s*=""")
_HEADER: Final = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_NAME: Final = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


def lines_of_keys(text: str) -> dict[Path, int]:
    """Return the line, from one, of each table and each key at the beginning of a line of TOML that can be read."""
    found: dict[Path, int] = {}
    items: dict[Path, count[int]] = {}
    prefix: Path = ()
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        header = _HEADER.fullmatch(line)
        if header is not None:
            prefix = _names(header[2])
            if header[1] == "[[":
                prefix = (*prefix, next(items.setdefault(prefix, count())))
            found.setdefault(prefix, number)
        elif (key := _KEY.match(line)) is not None:
            path = prefix
            for name in _names(key[1]):
                path = (*path, name)
                found.setdefault(path, number)
            statement = line
            # What goes on over several lines is no key, whatever it looks like.
            while not _is_whole(statement) and (more := next(lines, None)):
                statement = f"{statement}\n{more[1]}"
    return found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest one above it that has one; 0 if none has."""
    return next((found[path[:end]] for end in range(len(path), 0, -1) if path[:end] in found), 0)


def _names(written: str) -> Path:
    return tuple(next(filter(None, parts), "") for parts in _NAME.findall(written))


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True
