"""Scripts as text: one module a format, each turning bytes into mappings with the line on which each begins."""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from tracker.errors import NameUnknownError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The longest line, in bytes, and the longest entry, in characters, that a script may have.
MAX_LINE: Final = 1 << 20
#: The largest script, in bytes: one that never ends is given up some time.
MAX_SCRIPT: Final = 8 << 30
#: How deep lists and mappings may lie in one another; the vocabulary itself needs five levels.
MAX_DEPTH: Final = 20
#: The formats by the endings of the files that hold them.
ENDINGS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
}
FORMATS: Final = tuple(dict.fromkeys(ENDINGS.values()))


class ScriptItem(NamedTuple):
    """What stands for one entry in a script: where it begins, its fields, and what is wrong with it as text.

    `data` is None where the text cannot be read; it need not be a mapping.
    """

    line: int
    data: Any
    problems: tuple[Problem, ...] = ()


class FormatReader(Protocol):
    """A module of this package."""

    def read(self, stream: IO[bytes]) -> Iterator[ScriptItem]:
        """Yield the items of a script as they are read, in the order of their lines."""


def reader(name: str) -> FormatReader:
    """Return the reader of a format; raises `NameUnknownError` where there is none of that name."""
    if name not in FORMATS:
        raise NameUnknownError(
            f"no script format is called {name!r}{nearest(name, FORMATS)}; there are {', '.join(FORMATS)}"
        )
    return cast("FormatReader", import_module(f"tracker.scripts.{name}"))


def format_of(file: str) -> str:
    """Return the format that a file's ending tells; raises `NameUnknownError` where it tells none."""
    for ending, name in ENDINGS.items():
        if file.lower().endswith(ending):
            return name
    endings = ", ".join(ENDINGS)
    raise NameUnknownError(
        f"{file}: the ending tells no format; name the file with one of {endings}, or give the format"
    )
