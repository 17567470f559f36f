"""Scripts: entries that people and programs have written down, read and recorded.

A script is JSON Lines, YAML or CSV (`tracker.scripts.formats`). All three are read by the same models and give
the same events.
"""

from __future__ import annotations

from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from tracker.errors import EntryRejectedError, Problem
from tracker.events.references import Reference
from tracker.recording import MOST_COMPARED, Ahead
from tracker.scripts.ahead import Names, Part, Script, is_worth_it, part_of, parts_ahead
from tracker.scripts.formats import format_of, reader
from tracker.scripts.reading import STDIN, ScriptLine, lines_of, read_script
from tracker.spelling import Hints
from tracker.system import collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Assumption

__all__ = [
    "BATCH",
    "MAX_PROBLEMS",
    "STDIN",
    "ScriptLine",
    "ScriptReceipt",
    "event_from_assignments",
    "line_from_assignments",
    "problems_of",
    "read_script",
    "record_file",
    "record_script",
]

#: Entries held in memory at once, and with `keep_going` a commit.
BATCH: Final = 1000
#: Problems of one script that are told; of any more, only the number.
MAX_PROBLEMS: Final = 1000


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

    untold: int = 0
    ahead: Ahead = field(default_factory=Ahead)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever records is to be told, though it was recorded: that a clock is far ahead."""
        return self.ahead.warnings

    def reject(self, entries: int, problems: Iterable[Problem]) -> None:
        """Note the problems of some entries, by line."""
        found = sorted(problems, key=lambda problem: problem.line)
        room = MAX_PROBLEMS - len(self.problems)
        self.rejected += entries
        self.problems += found[:room]
        self.untold += len(found[room:])

    def all_problems(self) -> list[Problem]:
        """Return the problems, and a last one that counts those that were not kept."""
        if not self.untold:
            return self.problems
        rest = Problem(f"there are {self.untold:,} more problems; mend these first", file=self.problems[0].file)
        return [*self.problems, rest]


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
    file = ""

    def parts() -> Iterator[Part]:
        nonlocal file
        while some := list(islice(remaining, size)):
            file = some[0].file
            yield part_of(some)

    return _record(log, parts(), lambda: file, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress)


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
) -> ScriptReceipt:
    """Record a script as `record_script` does; a long one is read and checked ahead on another core."""
    name, size = str(path), 0
    format_name = format or format_of(name)
    reader(format_name)
    with suppress(OSError):  # told below, where it is opened
        size = path.stat().st_size
    if is_worth_it(size) and not (dry_run and log.read_only):
        with closing(parts_ahead(Script(path, format_name, name, batch))) as parts:
            return _record(log, parts, lambda: name, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress)
    lines = read_script(path, format=format_name, name=name)
    return record_script(log, lines, by=by, keep_going=keep_going, dry_run=dry_run, progress=progress, batch=batch)


def _record(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    parts: Iterable[Part],
    file: Callable[[], str],
    *,
    by: str | None,
    keep_going: bool,
    dry_run: bool,
    progress: Callable[[int], object] | None,
) -> ScriptReceipt:
    receipt = ScriptReceipt()
    assumed: set[Assumption] | None = None if keep_going else set()
    # Names of entries that are right but for them, and of entries that are wrong anyway, each have their own.
    hints = (Hints(), Hints())
    only_reads = dry_run and log.read_only
    in_one = not only_reads and (dry_run or not keep_going)
    one = log.transaction(commit=not dry_run) if in_one else nullcontext()
    done = 0
    # Nothing is locked before there is something to record: a script may come in slowly.
    remaining = iter(parts)
    first = next(remaining, None)
    with collector.paused(), one:
        for part in remaining if first is None else chain([first], remaining):
            _record_part(log, part, file(), receipt, by, assumed, hints, dry_run=only_reads)
            done += part.count
            if progress is not None:
                progress(done)
        if receipt.problems and not keep_going:
            raise EntryRejectedError(receipt.all_problems(), rejected=receipt.rejected)
    return receipt


def _record_part(  # noqa: PLR0913, PLR0917 - what one part needs
    log: EventLog,
    part: Part,
    file: str,
    receipt: ScriptReceipt,
    by: str | None,
    assumed: set[Assumption] | None,
    hints: tuple[Hints, Hints],
    *,
    dry_run: bool,
) -> None:
    """Record the entries of a part that are right, and note what is wrong with the others."""
    wrong = part.problems
    rejected = part.count - len(part.entries)
    if assumed is not None:
        assumed.update(part.assumes)
    if part.entries:
        places = [(file, line) for line in part.lines]
        outcome = log.record_prepared(
            part.entries, by=by, keep_going=True, places=places, assumed=assumed, dry_run=dry_run, hints=hints[0]
        )
        wrong += outcome.problems
        rejected += outcome.rejected
        receipt.count += outcome.count
        receipt.already += outcome.already
        receipt.heads.update(outcome.heads)
        receipt.ahead.add(outcome.ahead)
    if part.names:
        wrong = [*wrong, *_unknown(log, part.names, assumed or set(), hints[1])]
    if wrong:
        receipt.reject(rejected, wrong)


def _unknown(log: EventLog, names: Names, assumed: set[Assumption], hints: Hints) -> Iterator[Problem]:
    """Yield a problem for each name in entries that are wrong anyway which is not there either."""
    negotiations = {name: log.application.negotiation(name) for name in dict.fromkeys(item[0] for item in names)}
    entries = log.store.versions([(name, what) for name, _, kind, what, *_ in names if kind == "entry"])
    ids = partial(log.store.ids, most=MOST_COMPARED)
    for name, where, kind, what, file, line in names:
        registers = negotiations[name].registers
        known = (name, what) in entries if kind == "entry" else what in registers[kind]
        if not known and (name, kind, what) not in assumed:
            yield negotiations[name].unknown(Reference(where, kind, what), ids, hints).at(file, line)


def line_from_assignments(event_name: str, negotiation: str, assignments: Iterable[str]) -> ScriptLine:
    """Return what ``field=value`` pairs describe, as written on a command line: an event, or what is wrong with it.

    A dotted field reaches inside (``evidence.0.source=…``); a list is written with commas (``toward=RUS,CHN``) or by
    index. Raises `NameUnknownError` for the event type.
    """
    from tracker.events.registry import event_type
    from tracker.scripts.paths import from_assignments

    (line,) = lines_of([from_assignments(event_type(event_name), negotiation, assignments)], "")
    return line


def event_from_assignments(event_name: str, negotiation: str, assignments: Iterable[str]) -> Event:
    """Return the event that ``field=value`` pairs describe; as `line_from_assignments`.

    Raises `EntryRejectedError` with every problem's field.
    """
    line = line_from_assignments(event_name, negotiation, assignments)
    if line.event is None:
        raise EntryRejectedError(line.problems)
    return line.event


def problems_of(log: EventLog, line: ScriptLine) -> list[Problem]:
    """Return all that is wrong with an entry that is no event, the names that it rests on and a log lacks included."""
    names = [(*name, line.file, line.line) for name in line.names]
    return [*line.problems, *_unknown(log, names, set(line.assumes), Hints())]
