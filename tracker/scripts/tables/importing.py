"""Importing tables: rows are converted as they come, by another process where it pays, and recorded at once."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker import system
from tracker.entry import Prepared
from tracker.errors import EntryRejectedError, LogError, Problem
from tracker.recording import TAKEN, warnings_of
from tracker.retractions import Again
from tracker.scripts.script import BATCH, WORTH_IT, ScriptReceipt
from tracker.scripts.tables.conversion import Chunk, Converter, Key, Options, RowOut
from tracker.scripts.tables.functions import Suffixes
from tracker.scripts.tables.model import load_map
from tracker.scripts.tables.rejects import Rejects
from tracker.scripts.tables.rows import RawRow, opened_table
from tracker.scripts.tables.updating import TableVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor
    from pathlib import Path

    from tracker.log import EventLog
    from tracker.scripts.tables.rows import Shape

#: Bytes of a table from which another process is worth its start: its rows are a quarter as long as their entries.
_WORTH_IT: Final = WORTH_IT // 4
#: Parts that are on their way from the other process.
_HELD: Final = 3
#: Texts that are told of each lookup which did not find them.
_MOST_UNMATCHED: Final = 1000


class TableSource(NamedTuple):
    """What is imported: files, by which map, and what is said beside it."""

    files: tuple[Path, ...]
    map: str
    options: Options = Options()
    encoding: str | None = None


class ConvertedRows(NamedTuple):
    """Some rows of a file as they were, and what came of them."""

    file: str
    shape: Shape
    raws: list[RawRow]
    chunk: Chunk


@dataclass
class TableReceipt(ScriptReceipt):
    """What an import did: rows as entries of a script, and what became of them."""

    rows: int = 0
    used: int = 0
    filtered: int = 0
    entries: int = 0
    corrected: int = 0
    retracted: int = 0
    restored: int = 0
    unmapped: dict[str, None] = field(default_factory=dict)
    unmatched: dict[str, Counter[str]] = field(default_factory=dict)
    rejects: Path | None = None

    def note(self, chunk: Chunk) -> None:
        """Take in what a map did not find or use."""
        self.unmapped.update(dict.fromkeys(chunk.unmapped))
        for name, missed in chunk.unmatched.items():
            known = self.unmatched.setdefault(name, Counter())
            for text, count in missed.items():
                if text in known or len(known) < _MOST_UNMATCHED:
                    known[text] += count


# ── converting ──


def parts_of(source: TableSource, *, batch: int | None = BATCH, ahead: bool = True) -> Generator[ConvertedRows]:
    """Yield the rows of tables with what comes of them; without a `batch`, those of a file at once.

    Of long tables most rows are converted `ahead`, by another process.

    Raises `NameUnknownError` for a file or a map that is not there, `EntryRejectedError` with the faults of the map,
    `ContentError` where a file cannot be read on, and `LogError` where another process ends before it is done.
    """
    loaded = load_map(source.map)
    suffixes = Suffixes()
    with ExitStack() as stack:
        pool: ProcessPoolExecutor | None = None
        for path in source.files:
            file = str(path)
            with opened_table(path, loaded.spec, source.encoding) as table:
                converter = Converter(loaded, table.shape.header, source.options, suffixes)
                batches = _batches(table.rows, batch)
                is_long = ahead and batch is not None and path.stat().st_size >= _WORTH_IT and system.cores() > 1
                if is_long and not converter.keeps_order:
                    pool = pool or stack.enter_context(system.pool(1))
                    chunks = _ahead(pool, source, converter, batches, file)
                else:
                    chunks = ((raws, converter.convert(raws, file)) for raws in batches)
                for raws, chunk in chunks:
                    yield ConvertedRows(file, table.shape, raws, chunk)


def check(source: TableSource) -> None:
    """Raise `EntryRejectedError` with the faults of a map for the columns of its tables, of which no row is read."""
    loaded = load_map(source.map)
    for path in source.files:
        with opened_table(path, loaded.spec, source.encoding) as table:
            Converter(loaded, table.shape.header, source.options)


def _batches(rows: Iterator[RawRow], batch: int | None) -> Iterator[list[RawRow]]:
    while some := list(islice(rows, batch)):
        yield some


def _ahead(
    pool: ProcessPoolExecutor, source: TableSource, converter: Converter, batches: Iterator[list[RawRow]], file: str
) -> Iterator[tuple[list[RawRow], Chunk]]:
    """Yield what comes of rows in their order, most of them converted by another process."""
    columns = tuple(converter.header) if converter.header is not None else None
    held: deque[tuple[list[RawRow], Future[Any] | Chunk]] = deque()

    def send() -> bool:
        raws = next(batches, None)
        if raws is not None:
            plain = [tuple(raw) for raw in raws]
            held.append((raws, pool.submit(_converted, source.map, columns, source.options, plain, file)))
        return raws is not None

    try:
        while True:
            while len(held) < _HELD and send():
                pass
            if not held:
                return
            raws, found = held.popleft()
            if not isinstance(found, Chunk) and not found.done() and (more := next(batches, None)):
                held.append((more, converter.convert(more, file)))
            yield raws, found if isinstance(found, Chunk) else _received(found.result())
    except BrokenProcessPool:
        raise LogError("reading the table stopped before its end; nothing was recorded; try again") from None


@lru_cache(maxsize=4)
def _converter(name: str, header: tuple[str, ...] | None, options: Options) -> Converter:
    return Converter(load_map(name), list(header) if header is not None else None, options)


def _converted(
    name: str, header: tuple[str, ...] | None, options: Options, raws: list[tuple[Any, ...]], file: str
) -> tuple[Any, ...]:
    """Return in another process what comes of rows, as plain tuples, which cross the boundary quickly."""
    chunk = _converter(name, header, options).convert(map(RawRow._make, raws), file)
    rows = [(out.raw, out.line, list(map(tuple, out.entries)), *out[3:]) for out in chunk.rows]
    return (rows, *chunk[1:])


def _received(found: tuple[Any, ...]) -> Chunk:
    rows = [RowOut(raw, line, list(map(Prepared._make, entries)), *rest) for raw, line, entries, *rest in found[0]]
    return Chunk(rows, *found[1:])


def own_ids(out: RowOut, used: Suffixes) -> RowOut:
    """Return what came of a row, an entry with a suffix where another one had its id."""
    new = [used.new(negotiation, entry) for negotiation, entry in out.ids]
    if new == [entry for _, entry in out.ids]:
        return out
    left = list(zip(out.ids, new, strict=True))
    entries = []
    for prepared in out.entries:
        found = next((pair for pair in left if pair[0] == (prepared.negotiation, prepared.id)), None)
        if found is not None:
            left.remove(found)
        entries.append(prepared if found is None else prepared._replace(id=found[1]))
    return out._replace(entries=entries)


# ── recording ──


def import_table(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    source: TableSource,
    *,
    update: bool = False,
    rejects: Path | None = None,
    dry_run: bool = False,
    by: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> TableReceipt:
    """Record what the rows of tables make, in one transaction; rows that are rejected are left out whole, and told.

    With `update` the tables are the new version of what the map's source said before. A `dry_run` undoes all. Raises
    as `parts_of` does, with nothing recorded.
    """
    only_reads = dry_run and log.read_only
    receipt = TableReceipt()
    loaded = load_map(source.map)
    parts = parts_of(source, batch=None if only_reads else BATCH)
    # Nothing is locked, and no process begins, while something is; and a map's faults are told before all else.
    first = list(islice(parts, 1))
    with (
        Rejects(rejects) as rejected,
        system.collector_paused(),
        nullcontext() if only_reads else log.transaction(commit=not dry_run),
    ):
        again = Again(log.store)
        version = TableVersion(log, loaded, source.options.published or "") if update else None
        work = _Import(log, receipt, rejected, version, {"by": by, "dry_run": only_reads, "again": again})
        for part in chain(first, parts):
            work.take(part)
            if progress is not None:
                progress(receipt.rows)
        if version is not None:
            work.finish(version)
        receipt.rejects = rejected.finish()
        told = again.warnings()
    receipt.warnings = (*receipt.warnings, *warnings_of(log.system, receipt.recorded_at), *told)
    return receipt


def is_registered(log: EventLog, key: Key) -> bool:
    """Say whether a log has what entries of a table need."""
    negotiation, kind, name = key
    known = log.application.negotiation(negotiation)
    return known.version > 0 if kind == "negotiation" else name in known.registers[kind]


class _Import:
    """One import on its way: what was registered, which ids were used."""

    def __init__(
        self,
        log: EventLog,
        receipt: TableReceipt,
        rejects: Rejects,
        version: TableVersion | None,
        how: Mapping[str, Any],
    ) -> None:
        self._log, self._receipt, self._rejects, self._version = log, receipt, rejects, version
        #: How entries are recorded, beside where they stood.
        self._how = how
        self._registered: set[Key] = set()
        self._ids = Suffixes()

    def take(self, part: ConvertedRows) -> None:
        """Record what some rows make."""
        receipt, chunk = self._receipt, part.chunk
        receipt.note(chunk)
        receipt.rows += len(chunk.rows)
        wrong: dict[int, list[Problem]] = {}
        rows: list[tuple[int, RowOut]] = []
        for index, out in enumerate(chunk.rows):
            kept = own_ids(out, self._ids)
            if self._version is not None:
                self._version.saw(out.ids)
                self._version.uncertain |= bool(out.problems) and not out.ids
            if out.problems:
                wrong[index] = out.problems
            elif out.entries or out.needs:
                rows.append((index, kept))
            else:
                receipt.filtered += 1
        if self._version is not None:
            self._version.require_own_ids(suffixed=self._ids.any)
        # A row with one bad entry is left out whole: what is left is tried again, since nothing of it was recorded.
        while rows and (problems := self._record(rows, chunk, part.file)):
            wrong.update(problems)
            rows = [(index, out) for index, out in rows if index not in problems]
        receipt.used += len(rows)
        if self._version is not None:
            for index in wrong:
                self._version.doubted(chunk.rows[index].ids)
        self._reject(part, wrong)

    def _record(self, rows: Sequence[tuple[int, RowOut]], chunk: Chunk, file: str) -> dict[int, list[Problem]]:
        """Record what rows make, or return the problems of those because of which nothing was recorded."""
        entries: list[Prepared] = []
        places: list[tuple[str, int]] = []
        fresh: set[Key] = set()
        wrong: dict[int, list[Problem]] = {}
        already = corrected = restored = 0
        for index, out in rows:
            for key in dict.fromkeys(out.needs):
                if key in self._registered or key in fresh:
                    continue
                fresh.add(key)
                if is_registered(self._log, key):
                    already += 1
                else:
                    entries.append(chunk.registrations[key])
                    places.append(("", index + 1))
            try:
                steps = [self._version.take(entry) for entry in out.entries] if self._version is not None else ()
            except EntryRejectedError as error:
                wrong[index] = [problem.at(file, out.line) for problem in error.problems]
                continue
            made = [entry for step in steps for entry in step.entries] if self._version is not None else out.entries
            entries += made
            places += [("", index + 1)] * len(made)
            already += sum(step.already for step in steps)
            corrected += sum(step.corrected for step in steps)
            restored += sum(step.restored for step in steps)
        lines = {index + 1: (index, out.line) for index, out in rows}
        if not wrong:
            try:
                self._keep(entries, places)
            except EntryRejectedError as error:
                for problem in error.problems:
                    index, line = lines[problem.line]
                    wrong.setdefault(index, []).append(self._hinted(problem).at(file, line))
        if not wrong:
            receipt = self._receipt
            self._registered |= fresh
            receipt.already += already
            receipt.entries += already
            receipt.corrected += corrected
            receipt.restored += restored
        return wrong

    def _hinted(self, problem: Problem) -> Problem:
        """Return a problem with what to do of a table that says otherwise what was imported before."""
        if self._version is not None or problem.field != "id" or TAKEN not in problem.message:
            return problem
        told = f"{problem.message.partition(';')[0]}; import a new version of the table with --update --published DAY"
        return replace(problem, message=f"{told}, and the same version with the --published of the first time")

    def _keep(self, entries: list[Prepared], places: list[tuple[str, int]]) -> None:
        if not entries:
            return
        receipt = self._receipt
        outcome = self._log.record(entries, places=places, **self._how)
        receipt.count += outcome.count
        receipt.already += outcome.already
        receipt.entries += len(entries)
        receipt.heads.update(outcome.heads)
        receipt.recorded_at.update(outcome.recorded_at)
        if outcome.positions:
            receipt.positions = ((receipt.positions or outcome.positions)[0], outcome.positions[-1])

    def _reject(self, part: ConvertedRows, wrong: dict[int, list[Problem]]) -> None:
        """Tell of rows that were left out, and write them; of a row that became several, each problem once."""
        by_raw: dict[int, list[Problem]] = {}
        for index, problems in sorted(wrong.items()):
            told = by_raw.setdefault(part.chunk.rows[index].raw, [])
            new = [problem for problem in problems if problem not in told]
            self._receipt.reject(1, new)
            told += new
        for raw, problems in by_raw.items():
            self._rejects.add(part.shape, part.raws[raw], part.file, problems)

    def finish(self, version: TableVersion) -> None:
        """Retract what the new version has no longer; where ids of rejected rows are not known, warn and leave it."""
        if version.uncertain:
            told = "rows were rejected of which no id is known, so nothing was retracted; mend them, and import again"
            self._receipt.warnings = (*self._receipt.warnings, told)
            return
        vanished = version.vanished()
        while some := list(islice(vanished, BATCH)):
            self._keep(some, [])
            self._receipt.retracted += len(some)
