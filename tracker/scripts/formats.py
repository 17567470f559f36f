"""Scripts as text: one module a format, each turning bytes into mappings with the line on which each begins."""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from tracker.errors import NameUnknownError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The longest line, in bytes, and the longest entry, in characters, that a script may have.
MAX_LINE: Final = 1 << 20
#: The largest script, in bytes: one that never ends is given up some time.
MAX_SCRIPT: Final = 8 << 30
#: How deep lists and mappings may lie in one another; the vocabulary itself needs five levels.
MAX_DEPTH: Final = 20
#: The formats by the endings of the files that hold them.
ENDINGS: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml", ".yml": "yaml", ".csv": "csv"}
FORMATS: Final = tuple(dict.fromkeys(ENDINGS.values()))
_BOM: Final = b"\xef\xbb\xbf"
#: What only an entry of a bundle holds: the check sum that a log has put at its end.
_SEALED: Final = b'"crc32":"'
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class ScriptItem(NamedTuple):
    """What stands for an entry in a script: its line, its fields (None if unreadable), and what is wrong as text."""

    line: int
    data: Any
    problems: tuple[Problem, ...] = ()


def reader(name: str) -> Callable[[IO[bytes]], Iterator[ScriptItem]]:
    """Return what yields the items of a script of a format, by their lines; raises `NameUnknownError`."""
    if name not in FORMATS:
        raise NameUnknownError(
            f"no script format is called {name!r}{nearest(name, FORMATS)}; there are {', '.join(FORMATS)}"
        )
    return cast("Callable[[IO[bytes]], Iterator[ScriptItem]]", import_module(f"tracker.scripts.{name}").read)


def format_of(file: str) -> str:
    """Return the format that a file's ending tells; raises `NameUnknownError` where it tells none."""
    for ending, name in ENDINGS.items():
        if file.lower().endswith(ending):
            return name
    endings = ", ".join(ENDINGS)
    raise NameUnknownError(
        f"{file}: the ending tells no format; name the file with one of {endings}, or give the format"
    )


class StopReadingError(Exception):
    """A script cannot be read on from one of its lines."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.item = ScriptItem(line, None, (Problem(message),))


def raw_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes, Problem | None]]:
    """Yield each line with its number from one; of a line that is too long, its first bytes and the problem.

    A byte order mark at the start is skipped. A file in UTF-16 and a bundle end at once, with one problem, and one of
    more than `MAX_SCRIPT` bytes there.
    """
    readline = stream.readline
    line = readline(MAX_LINE + 1)
    if line.startswith(_UTF_16) or b"\0" in line[:4]:
        yield 1, line, Problem("this looks like UTF-16; save the file as UTF-8")
        return
    if _SEALED in line:
        yield 1, line, Problem("this is a bundle; `communique import bundle` takes it in")
        return
    if line.startswith(_BOM):
        rest = b"" if line.endswith(b"\n") else readline(len(_BOM))
        line = line[len(_BOM) :] + rest
    number, size = 1, 0
    while line:
        size += len(line)
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            start = line[:64]
            while line and not line.endswith(b"\n") and size <= MAX_SCRIPT:
                line = readline(MAX_LINE)
                size += len(line)
            yield number, start, Problem("the line is longer than 1 MiB; put each entry on a line of its own")
        else:
            yield number, line, None
        number += 1
        if size > MAX_SCRIPT:
            yield number, b"", Problem(f"the script goes on for more than {MAX_SCRIPT >> 20:,} MiB; divide it")
            return
        line = readline(MAX_LINE + 1)


def text_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes, str]]:
    """Yield each line with its number, as bytes and as text; raises `StopReadingError` at the first that is wrong."""
    for number, line, problem in raw_lines(stream):
        wrong = problem or encoding_problem(line)
        if wrong is not None:
            raise StopReadingError(number, wrong.message)
        yield number, line, line.decode()


def encoding_problem(line: bytes) -> Problem | None:
    """Return what is wrong with a line as UTF-8 text, or None."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return Problem(f"byte {error.start + 1} of the line (0x{byte:02x}) is not UTF-8; save the file as UTF-8")
    if b"\0" in line:
        return Problem(f"byte {line.index(0) + 1} of the line is a NUL; save the file as UTF-8 text")
    return None
