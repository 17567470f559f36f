"""Reading ahead: other processes check a script's entries while this one records, and helps where it would wait."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from tracker.entry import Prepared, prepare
from tracker.errors import ContentError, LogError, Problem
from tracker.events.base import Kind
from tracker.scripts.formats import reader
from tracker.scripts.jsonl import items
from tracker.scripts.lines import raw_lines
from tracker.scripts.reading import ScriptLine, lines_of, nothing_in, opened
from tracker.system import processes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

#: Bytes of a script from which another process is worth its start.
WORTH_IT: Final = 2 * 1024 * 1024
#: Processes that are of use: the one that records keeps up with some two.
_MOST: Final = 2
#: Parts for each process that are on their way or ready.
_HELD: Final = 3
Assumes: TypeAlias = list[tuple[str, str, str]]
#: Names in entries that are wrong: (negotiation, field, kind, name, file, line).
Names: TypeAlias = list[tuple[str, str, Kind, str, str, int]]


@dataclass(slots=True)
class Part:
    """Some entries of a script: those that are right, made ready, with their lines; what is wrong with the others."""

    entries: list[Prepared] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumes: Assumes = field(default_factory=list)
    count: int = 0
    names: Names = field(default_factory=list)


class Script(NamedTuple):
    """A script to read: where it is, in which format, how problems name it, and how many entries a part has."""

    path: Path
    format: str
    name: str
    batch: int

    def mark(self) -> tuple[int, ...]:
        """Return what tells that the file is still the same."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def part_of(lines: Iterable[ScriptLine]) -> Part:
    """Return some lines of a script made ready."""
    part = Part()
    for line in lines:
        part.count += 1
        if line.event is None:
            part.problems += line.problems
            part.assumes += line.assumes
            part.names += [(*name, line.file, line.line) for name in line.names]
        else:
            part.entries.append(prepare(line.event))
            part.lines.append(line.line)
    return part


def is_worth_it(size: int) -> bool:
    """Say whether a script of so many bytes is read ahead: it is long, and there is another core to do it on."""
    return size >= WORTH_IT and processes.cores() > 1


def parts_ahead(script: Script) -> Generator[Part]:
    """Yield the parts of a script in order, most of them checked by other processes.

    Raises `ContentError` where the script cannot be read on, or is another one by then, and `LogError` where a process
    ends before it has read its parts.
    """
    mark = script.mark()
    count = min(max(processes.cores() - 1, 1), _MOST)
    held: deque[Future[bytes] | Part] = deque()
    empty = True
    with opened(script.path, script.name) as stream, processes.pool(count) as pool:
        is_jsonl = script.format == "jsonl"
        read: Iterator[Any] = raw_lines(stream) if is_jsonl else reader(script.format).read(stream)
        remaining = iter(lambda: list(islice(read, script.batch)), [])
        try:
            while True:
                while len(held) < _HELD * count and (some := next(remaining, None)):
                    held.append(pool.submit(_checked, script.name, some, is_jsonl=is_jsonl))
                if not held:
                    break
                first = held.popleft()
                if isinstance(first, Future) and not first.done() and (some := next(remaining, None)):
                    held.append(_part(script.name, some, is_jsonl=is_jsonl))
                part = _received(first.result()) if isinstance(first, Future) else first
                empty = empty and part.count == 0
                yield part
        except BrokenProcessPool:
            raise LogError("reading the script stopped before its end; nothing more was recorded; try again") from None
    if script.mark() != mark:
        raise ContentError(f"{script.name} was changed while it was read; try again")
    if empty:
        yield part_of([nothing_in(script.name)])


def _part(name: str, some: list[Any], *, is_jsonl: bool) -> Part:
    """Return a part of a script, given as its lines where each is an entry, and else as items."""
    return part_of(lines_of(items(some) if is_jsonl else some, name))


def _checked(name: str, some: list[Any], *, is_jsonl: bool) -> bytes:
    """Return the same in another process, as what crosses the boundary quickly: lists, tuples, texts and bytes."""
    part = _part(name, some, is_jsonl=is_jsonl)
    problems = [(found.message, found.field, found.file, found.line) for found in part.problems]
    entries = list(map(tuple, part.entries))
    return processes.packed((entries, part.lines, problems, part.assumes, part.count, part.names))


def _received(data: bytes) -> Part:
    entries, lines, problems, *rest = processes.unpacked(data)
    return Part(list(map(Prepared._make, entries)), lines, [Problem(*problem) for problem in problems], *rest)
