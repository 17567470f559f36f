"""Scripts: entries that people and programs have written down, read and recorded.

A script is JSON Lines, YAML or CSV (`tracker.formats`). All three are read by the same models and give the same events.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from tracker.errors import EntryRejectedError, NameUnknownError, Problem
from tracker.events.parsing import parse
from tracker.formats import format_of, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from tracker.events.base import Event
    from tracker.log import EventLog

#: Entries a commit with `keep_going`, and entries that are held in memory at once.
BATCH: Final = 1000
#: Problems of one script that are kept; of any more, only the number.
MAX_PROBLEMS: Final = 1000
STDIN: Final = "<stdin>"
#: What an entry registers: its field, by event type; the register has the field's name.
_REGISTERED: Final = {"PartyAdded": "party", "MatterAdded": "matter", "SourceRegistered": "source"}


class Line(NamedTuple):
    """One entry of a script: where it stands, and the event that it is or what is wrong with it.

    `assumes` are the names, as (negotiation, kind, name), that an entry with problems would have registered: what
    rests on them is not to be blamed for it.
    """

    file: str
    line: int
    event: Event | None
    problems: tuple[Problem, ...] = ()
    assumes: tuple[tuple[str, str, str], ...] = ()


def read_script(
    path: str | Path | IO[bytes],
    *,
    format: str | None = None,
    name: str | None = None,
) -> Iterator[Line]:
    """Return the entries of a script one by one, never the whole of it in memory.

    The format (``jsonl``, ``yaml``, ``csv``) is told by the file's ending where it is not given; a stream without a
    name is standard input and JSON Lines. Raises `NameUnknownError` for a format or a file that does not exist.
    """
    if isinstance(path, str | Path):
        file = name or str(path)
        return _lines(path, file, format or format_of(file))
    file = name or STDIN
    return _lines(path, file, format or ("jsonl" if name is None or name == STDIN else format_of(file)))


def _lines(path: str | Path | IO[bytes], file: str, format_name: str) -> Iterator[Line]:
    read = reader(format_name).read
    empty = True
    with _open(path) as stream:
        for number, data, problems in read(stream):
            empty = False
            if not problems:
                try:
                    yield Line(file, number, parse(data))
                    continue
                except EntryRejectedError as error:
                    problems = error.problems
            yield Line(file, number, None, tuple(problem.at(file, number) for problem in problems), _assumes(data))
    if empty:
        yield Line(
            file, 0, None, (Problem("there is nothing to record in it; a script has one entry or more", file=file),)
        )


def _open(path: str | Path | IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    if not isinstance(path, str | Path):
        return nullcontext(path)
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise NameUnknownError(f"there is no file {path}; check its name") from None
    except IsADirectoryError:
        raise NameUnknownError(f"{path} is a directory; name a script in it") from None
    except OSError as error:
        raise NameUnknownError(f"{path} cannot be read: {error.strerror}; check its permissions") from None


def _assumes(data: Any) -> tuple[tuple[str, str, str], ...]:  # noqa: ANN401 - whatever was written
    """Return the names that an entry would register if it were right."""
    if not isinstance(data, dict) or not isinstance(negotiation := data.get("negotiation"), str):
        return ()
    names = [("entry", data.get("id"))]
    kind = _REGISTERED.get(str(data.get("event")))
    if kind:
        names.append((kind, data.get(kind)))
    return tuple((negotiation, kind, name) for kind, name in names if isinstance(name, str))


@dataclass
class ScriptReceipt:
    """What recording a script did: entries recorded, already there and rejected, and the problems that were kept of these."""

    count: int = 0
    already: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)

    def reject(self, problems: Iterable[Problem]) -> None:
        """Note the problems of one or more entries, by line; beyond `MAX_PROBLEMS` only the number of entries."""
        found = sorted(problems, key=lambda problem: problem.line)
        self.rejected += len({problem.line for problem in found})
        self.problems += found[: MAX_PROBLEMS - len(self.problems)]

    def all_problems(self) -> list[Problem]:
        """Return the problems, with a last line that counts the entries whose problems were not kept."""
        more = self.rejected - len({problem.line for problem in self.problems})
        return (
            [*self.problems, Problem(f"{more} more entries are wrong", file=self.problems[0].file)]
            if more
            else self.problems
        )


def record_script(  # noqa: PLR0913 - one argument an option of the command
    log: EventLog,
    lines: Iterable[Line],
    *,
    by: str | None = None,
    keep_going: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
    batch: int = BATCH,
) -> ScriptReceipt:
    """Record the entries of a script in one transaction, all or nothing, with one batch at a time in memory.

    With `keep_going` what is right is recorded, `batch` entries a transaction, and what is wrong is told in the receipt;
    run again, it goes on where it stopped. `progress` is called with the number of lines done. Raises
    `EntryRejectedError` with the problems of the whole script by line, and `LogError`.
    """
    receipt = ScriptReceipt()
    assumed: set[tuple[str, str, str]] | None = None if keep_going else set()
    one = log.transaction(commit=not dry_run) if dry_run or not keep_going else nullcontext()
    remaining = iter(lines)
    done = 0
    with one:
        while part := list(islice(remaining, batch)):
            _record_part(log, part, receipt, by, assumed)
            done += len(part)
            if progress is not None:
                progress(done)
        if receipt.problems and not keep_going:
            raise EntryRejectedError(receipt.all_problems())
    return receipt


def _record_part(
    log: EventLog,
    part: Sequence[Line],
    receipt: ScriptReceipt,
    by: str | None,
    assumed: set[tuple[str, str, str]] | None,
) -> None:
    """Record the entries of one batch that are right, and note what is wrong with the others."""
    events = [line.event for line in part if line.event is not None]
    places = [(line.file, line.line) for line in part if line.event is not None]
    wrong = [problem for line in part for problem in line.problems]
    if assumed is not None and wrong:
        assumed.update(name for line in part for name in line.assumes)
    if events:
        outcome = log.record(events, by=by, keep_going=True, places=places, assumed=assumed)
        wrong += outcome.problems
        receipt.count += outcome.count
        receipt.already += outcome.already
        receipt.heads.update(outcome.heads)
    if wrong:
        receipt.reject(wrong)


def event_from_assignments(event_name: str, negotiation: str, assignments: Iterable[str]) -> Event:
    """Return the event that ``field=value`` pairs describe, as written on a command line.

    A dotted field reaches inside (``evidence.0.source=…``); a list is written with commas (``toward=RUS,CHN``) or by
    index. Raises `NameUnknownError` for the event type and `EntryRejectedError` with every problem's field.
    """
    from tracker.events.registry import event_type
    from tracker.formats.paths import from_assignments

    return from_assignments(event_type(event_name), negotiation, assignments)
