"""Scripts: entries that people and programs have written down, read and recorded.

A script is JSON Lines, YAML or CSV (`tracker.scripts.formats`). All three are read by the same models and give the same
events. Of a long one other processes check the entries while this one records.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from tracker import system
from tracker.entry import Prepared, prepare
from tracker.errors import ContentError, EntryRejectedError, LogError, Problem
from tracker.events.base import Kind
from tracker.events.naming import Reference
from tracker.negotiation import names_no_party
from tracker.recording import MOST_COMPARED, Assumption, warnings_of
from tracker.retractions import Again
from tracker.scripts.formats import format_of, raw_lines, reader
from tracker.scripts.jsonl import items
from tracker.scripts.order import expand_alone, rests_on_its_order
from tracker.scripts.reading import STDIN, ScriptLine, lines_of, nothing_in, opened, read_script
from tracker.scripts.shorthands import Shorthands
from tracker.spelling import Hints

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from tracker.log import EventLog

__all__ = ["STDIN", "ScriptLine", "read_script"]

#: Entries held in memory at once, and with `keep_going` a commit.
BATCH: Final = 1000
#: Problems of one script that are told; of any more, only the number.
MAX_PROBLEMS: Final = 1000
#: Bytes of a script from which another process is worth its start.
WORTH_IT: Final = 2 * 1024 * 1024
#: Processes that are of use: the one that records keeps up with some two.
_MOST: Final = 2
#: Parts that each process has before it, so that it never waits for the next one.
_HELD: Final = 8
#: Names in entries that are wrong: (negotiation, field, kind, name, file, line).
_Names: TypeAlias = list[tuple[str, str, Kind, str, str, int]]


@dataclass
class ScriptReceipt:
    """What recording a script did: entries recorded, already there and rejected; the problems of the rejected ones.

    Of more than `MAX_PROBLEMS` problems only the first are kept; `rejected` counts all entries.
    """

    count: int = 0
    already: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    recorded_at: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    untold: int = 0
    #: The first and the last position at which something was recorded.
    positions: tuple[int, int] | None = None

    def reject(self, entries: int, problems: Iterable[Problem]) -> None:
        """Note the problems of some entries, by line."""
        found = sorted(problems, key=lambda problem: problem.line)
        room = MAX_PROBLEMS - len(self.problems)
        self.rejected += entries
        self.problems += found[:room]
        self.untold += len(found[room:])

    def follow(self, before: ScriptReceipt) -> None:
        """Count what an earlier run of the same script recorded, which this one found there."""
        self.count += before.count
        self.already -= before.count
        self.recorded_at = {**before.recorded_at, **self.recorded_at}
        if before.positions is not None:
            self.positions = (before.positions[0], (self.positions or before.positions)[1])

    def all_problems(self) -> list[Problem]:
        """Return the problems, and a last one that counts those that were not kept."""
        if not self.untold:
            return self.problems
        rest = Problem(f"there are {self.untold:,} more problems; mend these first", file=self.problems[0].file)
        return [*self.problems, rest]


@dataclass(slots=True)
class Part:
    """Some entries of a script: those that are right, made ready, with their lines; what is wrong with the others."""

    file: str = ""
    entries: list[Prepared] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumes: list[Assumption] = field(default_factory=list)
    count: int = 0
    names: _Names = field(default_factory=list)
    #: Whether it was read without what stands before it, and needs that.
    rests_on_its_order: bool = False


class _InOrderError(Exception):
    """A script of which parts were read apart has to be read in its order; `receipt` tells what was recorded."""

    def __init__(self, receipt: ScriptReceipt) -> None:
        super().__init__()
        self.receipt = receipt


def part_of(lines: Iterable[ScriptLine]) -> Part:
    """Return some lines of a script made ready."""
    part = Part()
    for line in lines:
        part.file = line.file
        part.count += 1
        if line.event is None:
            part.problems += line.problems
            part.assumes += line.assumes
            part.names += [(*name, line.file, line.line) for name in line.names]
        else:
            part.entries.append(prepare(line.event))
            part.lines.append(line.line)
    return part


def record_script(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    lines: Iterable[ScriptLine],
    *,
    by: str | None = None,
    keep_going: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
    batch: int = BATCH,
) -> ScriptReceipt:
    """Record the entries of a script in one transaction, all or nothing, with one batch at a time in memory.

    With `keep_going` what is right is recorded, `batch` entries a transaction, and what is wrong is told in the
    receipt; run again, it goes on where it stopped. `progress` is called with the number of entries done. A `dry_run`
    takes its turn as a writer does and undoes all; where the log was opened for reading only it takes none, and holds
    the whole script in memory. Raises `EntryRejectedError` with the problems of the whole script by line, and
    `LogError`.
    """
    size = None if dry_run and log.read_only else batch
    remaining = iter(lines)
    parts = map(part_of, iter(lambda: list(islice(remaining, size)), []))
    return _record(log, parts, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress)


def record_file(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - as the option is called
    by: str | None = None,
    keep_going: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
    batch: int = BATCH,
    defaults: Mapping[str, Any] | None = None,
    dates: str | None = None,
) -> ScriptReceipt:
    """Record a script as `record_script` does; a long one is read and checked ahead on another core.

    `defaults` are fields of the claims that do not name them; with `dates`, `dmy` or `mdy`, dates may be written as
    people do, with day and month in that order. A script that describes sources or parties where it cites them, calls
    parties by name, or has either of these is read in its order, on one core, from its beginning again if that is seen
    late; so are YAML and CSV, of which reading takes longer than checking. Raises `NameUnknownError` for the log's own
    file.
    """
    log.store.require_apart(path)
    name, size = str(path), 0
    format_name = format or format_of(name)
    reader(format_name)
    with suppress(OSError):  # told below, where it is opened
        size = path.stat().st_size
    shorthands = Shorthands(log, defaults, dates)
    is_long = format_name == "jsonl" and size >= WORTH_IT and system.cores() > 1 and not (dry_run and log.read_only)
    before = None
    if is_long and not shorthands.is_for_all:
        try:
            with closing(parts_ahead(Script(path, name, batch))) as parts:
                return _record(
                    log, parts, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress, in_order=False
                )
        except _InOrderError as error:
            before = error.receipt if keep_going and not dry_run else None
    lines = read_script(path, format=format_name, name=name, shorthands=shorthands)
    receipt = record_script(log, lines, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress, batch=batch)
    if before is not None:
        receipt.follow(before)
    return receipt


def _record(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    parts: Iterator[Part],
    *,
    by: str | None,
    keep_going: bool,
    dry_run: bool,
    progress: Callable[[int], object] | None,
    in_order: bool = True,
) -> ScriptReceipt:
    receipt = ScriptReceipt()
    assumed: set[Assumption] | None = None if keep_going else set()
    # Names of entries that are right but for them, and of entries that are wrong anyway, each have their own.
    hints, hints_of_wrong = Hints(), Hints()
    only_reads = dry_run and log.read_only
    in_one = not only_reads and (dry_run or not keep_going)
    one = log.transaction(commit=not dry_run) if in_one else nullcontext()
    again = Again(log.store)
    record = partial(log.record, by=by, keep_going=True, assumed=assumed, dry_run=only_reads, hints=hints, again=again)
    done = 0
    # Nothing is locked before there is something to record: a script may come in slowly.
    first = list(islice(parts, 1))
    with system.collector_paused(), one:
        for part in chain(first, parts):
            if part.rests_on_its_order:
                raise _InOrderError(receipt)
            wrong = part.problems
            rejected = part.count - len(part.entries)
            if assumed is not None:
                assumed.update(part.assumes)
            if part.entries:
                places = [(part.file, line) for line in part.lines]
                outcome = record(part.entries, places=places)
                wrong += outcome.problems
                rejected += outcome.rejected
                receipt.count += outcome.count
                receipt.already += outcome.already
                receipt.heads.update(outcome.heads)
                receipt.recorded_at.update(outcome.recorded_at)
                if outcome.positions:
                    first_position = (receipt.positions or outcome.positions)[0]
                    receipt.positions = (first_position, outcome.positions[-1])
            if part.names:
                wrong += unknown_names(log, part.names, assumed or set(), hints_of_wrong)
            if not in_order and any(map(names_no_party, wrong)):
                # What looks like an id may be the name of a party that was registered before.
                raise _InOrderError(receipt)
            receipt.reject(rejected, wrong)
            done += part.count
            if progress is not None:
                progress(done)
        if receipt.problems and not keep_going:
            raise EntryRejectedError(receipt.all_problems(), rejected=receipt.rejected)
        warnings = again.warnings()
    receipt.warnings = (*warnings_of(log.system, receipt.recorded_at), *warnings)
    return receipt


def unknown_names(log: EventLog, names: _Names, assumed: set[Assumption], hints: Hints) -> Iterator[Problem]:
    """Yield a problem for each name in entries that are wrong anyway which is not there either."""
    negotiations = {name: log.application.negotiation(name) for name in dict.fromkeys(item[0] for item in names)}
    entries = log.store.versions([(name, what) for name, _, kind, what, *_ in names if kind == "entry"])
    ids = partial(log.store.ids, most=MOST_COMPARED)
    for name, where, kind, what, file, line in names:
        registers = negotiations[name].registers
        known = (name, what) in entries if kind == "entry" else what in registers[kind]
        if not known and (name, kind, what) not in assumed:
            yield negotiations[name].unknown(Reference(where, kind, what), ids, hints).at(file, line)


# ── reading ahead ──


class Script(NamedTuple):
    """A script in JSON Lines to read: where it is, how problems name it, and how many entries a part has."""

    path: Path
    name: str
    batch: int

    def mark(self) -> tuple[int, ...]:
        """Return what tells that the file is still the same."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def parts_ahead(script: Script) -> Generator[Part]:
    """Yield the parts of a script in order, checked by other processes.

    Raises `ContentError` where the script cannot be read on, or is another one by then, and `LogError` where a process
    ends before it has read its parts.
    """
    mark = script.mark()
    count = min(max(system.cores() - 1, 1), _MOST)
    ahead: deque[Future[tuple[Part, list[Any]]]] = deque()
    empty = True
    with opened(script.path, script.name) as stream, system.pool(count) as pool:
        read = raw_lines(stream)
        remaining = iter(lambda: list(islice(read, script.batch)), [])
        try:
            while True:
                while len(ahead) < _HELD * count and (some := next(remaining, None)):
                    ahead.append(pool.submit(_checked, script.name, some))
                if not ahead:
                    break
                part, plain = ahead.popleft().result()
                part.entries = list(map(Prepared._make, plain))
                empty = empty and part.count == 0 and not part.rests_on_its_order
                yield part
        except BrokenProcessPool:
            raise LogError("reading the script stopped before its end; nothing more was recorded; try again") from None
    if script.mark() != mark:
        raise ContentError(f"{script.name} was changed while it was read; try again")
    if empty:
        yield part_of([nothing_in(script.name)])


def _checked(name: str, some: list[Any]) -> tuple[Part, list[Any]]:
    """Return a part of a script, given as its lines, with its entries as plain tuples, which cross quickly."""
    part = part_of(lines_of(expand_alone(items(some)), name))
    wrong = {problem.line for problem in part.problems}
    part.rests_on_its_order = bool(wrong) and rests_on_its_order(line for number, line, _ in some if number in wrong)
    plain, part.entries = list(map(tuple, part.entries)), []
    return part, plain
