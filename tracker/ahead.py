"""Reading ahead: a second process reads and checks a script while this one records it."""

from __future__ import annotations

import gc
import marshal
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker import processes
from tracker.errors import ContentError, LogError, NameUnknownError, Problem
from tracker.events.references import Kind
from tracker.prepared import Prepared, prepare

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from tracker.script import Line

#: Bytes of a script from which a second process is worth its start.
WORTH_IT: Final = 2 * 1024 * 1024
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


def parts_ahead(path: Path, format_name: str | None, name: str, batch: int) -> Generator[Part]:
    """Yield the parts of a script, read by a process that is one part ahead.

    Raises `ContentError` where the script cannot be read on, `LogError` where that process ends before it has read all.
    """
    context = processes.context()
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_read, args=(there, path, format_name, name, batch), daemon=True)
    worker.start()
    there.close()
    try:
        while True:
            data: tuple[Any, ...] = marshal.loads(here.recv_bytes())  # noqa: S302 - from our own child, over its pipe
            if not data:
                return
            if len(data) == 1:
                raise ContentError(data[0])
            entries, lines, problems, assumes, count, names = data
            yield Part(
                [Prepared._make(entry) for entry in entries],
                lines,
                [Problem(*problem) for problem in problems],
                assumes,
                count,
                names,
            )
    except EOFError:
        raise LogError(f"reading {name} stopped before its end; nothing more was recorded; try again") from None
    finally:
        here.close()
        worker.terminate()
        worker.join()


def _read(out: Connection, path: Path, format_name: str | None, name: str, batch: int) -> None:
    """Read a script in a process of its own and send its parts, then an empty one."""
    from itertools import islice

    from tracker.script import read_script

    # Ctrl-C reaches both processes; the one that records decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    try:
        lines = read_script(path, format=format_name, name=name)
        while some := list(islice(lines, batch)):
            part = part_of(some)
            problems = [(found.message, found.field, found.file, found.line) for found in part.problems]
            entries = [tuple(entry) for entry in part.entries]
            out.send_bytes(marshal.dumps((entries, part.lines, problems, part.assumes, part.count, part.names)))
        out.send_bytes(marshal.dumps(()))
    except (ContentError, NameUnknownError) as error:
        out.send_bytes(marshal.dumps((str(error),)))
    except BrokenPipeError:
        return
