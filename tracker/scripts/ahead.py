"""Reading ahead: other processes read and check a script while this one records it, and helps where it would wait."""

from __future__ import annotations

import gc
import os
import queue
import signal
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.entry import Prepared, prepare
from tracker.errors import ContentError, LogError, NameUnknownError, Problem
from tracker.events.base import Kind
from tracker.scripts.jsonl import items
from tracker.scripts.lines import raw_lines
from tracker.scripts.reading import Line, lines_of, nothing_in, opened, read_script
from tracker.system import processes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized
    from pathlib import Path

#: Bytes of a script from which another process is worth its start.
WORTH_IT: Final = 2 * 1024 * 1024
#: Processes that are of use: the one that records keeps up with some two.
_MOST: Final = 2
#: Parts that a process holds ready for when they are wanted.
_HELD: Final = 2
Assumes = list[tuple[str, str, str]]
#: Names in entries that are wrong: (negotiation, field, kind, name, file, line).
Names = list[tuple[str, str, Kind, str, str, int]]


@dataclass(slots=True)
class Part:
    """Some entries of a script: those that are right, made ready, with their lines; what is wrong with the others."""

    entries: list[Prepared] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumes: Assumes = field(default_factory=list)
    count: int = 0
    names: Names = field(default_factory=list)


class Job(NamedTuple):
    """A script to read: where it is, in which format, how problems name it, and how many entries a part has."""

    path: Path
    format: str
    name: str
    batch: int

    @property
    def can_be_shared(self) -> bool:
        """Whether a process can pass over entries without reading them: each has a line of its own."""
        return self.format == "jsonl"

    def mark(self) -> tuple[int, ...]:
        """Return what tells that the file is still the same."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def part_of(lines: Iterable[Line]) -> Part:
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


def parts_ahead(job: Job) -> Generator[Part]:
    """Yield the parts of a script in order, most of them read by other processes.

    Raises `ContentError` where the script cannot be read on, or is another one by then, and `LogError` where a process
    ends before it has read its parts.
    """
    mark = job.mark()
    context = processes.context()
    turn = context.Value("l", 0)
    count = min(processes.cores() - 1, _MOST) if job.can_be_shared else 1
    with ExitStack() as stack:
        readers: list[Connection] = []
        for _ in range(count):
            here, there = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(there, job, turn), daemon=True)
            worker.start()
            stack.callback(worker.join)
            stack.callback(worker.terminate)
            stack.callback(here.close)
            there.close()
            readers.append(here)
        empty = True
        for part in _in_order(readers, _claimed(job, turn) if job.can_be_shared else iter(())):
            empty = empty and part.count == 0
            yield part
    if job.mark() != mark:
        raise ContentError(f"{job.name} was changed while it was read; try again")
    if empty:
        yield part_of([nothing_in(job.name)])


def _in_order(readers: list[Connection], own: Iterator[tuple[int, Part | str]]) -> Iterator[Part]:
    """Yield parts in their order as they come in, and read the next one here where none has."""
    ready: dict[int, Part | str] = {}
    number = 0
    may_read = True
    while True:
        part = ready.pop(number, None)
        if isinstance(part, str):
            raise ContentError(part)
        if part is not None:
            yield part
            number += 1
        elif readers and (sent := wait(readers, None if len(ready) > _HELD or not may_read else 0)):
            for reader in readers[:]:
                if reader in sent and not _receive(reader, ready):
                    readers.remove(reader)
        elif may_read:
            try:
                ready.update([next(own)])
            except StopIteration:
                may_read = False
        else:
            return


def _receive(reader: Connection, ready: dict[int, Part | str]) -> bool:
    """Take in a part that another process sends; False where that was its last."""
    try:
        data: tuple[Any, ...] = processes.received(reader)
    except EOFError:
        raise LogError("reading the script stopped before its end; nothing more was recorded; try again") from None
    if not data:
        return False
    number, *rest = data
    if len(rest) == 1:
        ready[number] = rest[0]
        return True
    entries, lines, problems, assumes, count, names = rest
    found = [Problem(*problem) for problem in problems]
    ready[number] = Part(list(map(Prepared._make, entries)), lines, found, assumes, count, names)
    return True


def _claimed(job: Job, turn: Synchronized[int]) -> Iterator[tuple[int, Part | str]]:
    """Yield the parts of a script of lines that are this process's, which takes the next one that nobody has.

    A message in place of a part says why the script cannot be read on.
    """
    number, passed = _next(turn), 0
    try:
        with opened(job.path, job.name) as stream:
            lines = raw_lines(stream)
            while True:
                begin = (number - passed) * job.batch
                some = list(islice(lines, begin, begin + job.batch))
                if not some:
                    return
                yield number, part_of(lines_of(items(some), job.name))
                number, passed = _next(turn), number + 1
    except (ContentError, NameUnknownError) as error:
        yield number, str(error)


def _all(job: Job) -> Iterator[tuple[int, Part | str]]:
    """Yield the parts of a script that one process has to read whole, as `_claimed` does."""
    number = 0
    try:
        lines = read_script(job.path, format=job.format, name=job.name)
        while some := list(islice(lines, job.batch)):
            yield number, part_of(some)
            number += 1
    except (ContentError, NameUnknownError) as error:
        yield number, str(error)


def _next(turn: Synchronized[int]) -> int:
    with turn.get_lock():
        turn.value += 1
        return turn.value - 1


def _work(out: Connection, job: Job, turn: Synchronized[int]) -> None:
    """Read parts of a script in a process of its own and send them, then an empty one."""
    # Ctrl-C reaches all processes; the one that records decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes.end_with_parent()
    gc.disable()
    waiting: queue.Queue[bytes] = queue.Queue(_HELD)
    sender = threading.Thread(target=_send, args=(out, waiting), daemon=True)
    sender.start()
    for number, part in _claimed(job, turn) if job.can_be_shared else _all(job):
        waiting.put(processes.packed((number, part) if isinstance(part, str) else (number, *_plain(part))))
    waiting.put(processes.packed(()))
    waiting.put(b"")
    sender.join()


def _plain(part: Part) -> tuple[Any, ...]:
    """Return a part as what crosses the boundary: lists, tuples, texts and bytes."""
    problems = [(found.message, found.field, found.file, found.line) for found in part.problems]
    return list(map(tuple, part.entries)), part.lines, problems, part.assumes, part.count, part.names


def _send(out: Connection, waiting: queue.Queue[bytes]) -> None:
    """Send what is waiting, while the next part is being read already; nothing ends it."""
    try:
        while data := waiting.get():
            out.send_bytes(data)
    except OSError:
        # Nobody reads on.
        os._exit(1)
