"""The rows of all tables, worked out by as many processes as there are cores.

Each sends a negotiation's rows a part at a time. A task of `concurrent.futures` gives its outcome as a whole, and so
would hold all rows of a long negotiation at once, twice.
"""

from __future__ import annotations

import signal
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.history import History
from projections.readmodel.tables import EntryRow, ViewRows, entry_row, view_rows, words_in
from projections.views.status import status
from tracker import system
from tracker.errors import CommuniqueError, LogError
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import date
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized

    from tracker.codec import Recorded

#: Entries from which other processes are worth their start.
WORTH_IT: Final = 50_000
#: Entries whose rows are handed on at once.
_PART: Final = 2000
#: Processes that are of use: the one that writes the tables keeps up with some five.
_MOST: Final = 6


class Rows(NamedTuple):
    """Rows of some entries of a negotiation, the words of each, and with the last of these the rows of its views."""

    entries: list[EntryRow]
    words: list[str]
    views: ViewRows | None = None


def rows_of(history: History, today: date | None) -> Iterator[Rows]:
    """Yield the rows of a negotiation, a part at a time; `today` is the day by which deadlines are judged."""
    entries = history.entries
    for start in range(0, len(entries), _PART):
        part = entries[start : start + _PART]
        is_last = start + _PART >= len(entries)
        yield Rows(*entry_rows(part), views_of(history, today) if is_last else None)


def views_of(history: History, today: date | None) -> ViewRows:
    """Return the rows of a negotiation in every table of views, judged by a day."""
    return view_rows(status(history, history.negotiation, today=today), history.entries[-1].position, today)


def entry_rows(entries: Sequence[Recorded]) -> tuple[list[EntryRow], list[str]]:
    """Return the rows of entries, and the words of each."""
    return list(map(entry_row, entries)), list(map(words_in, entries))


def all_rows(log: EventLog, *, until: int, today: date | None) -> Generator[Rows]:
    """Yield the rows of every negotiation, those of one in their order, up to a position of the log.

    A long log in a file is shared out to other processes, a negotiation at a time. Raises `LogError`.
    """
    negotiations = log.negotiations()
    cores = min(system.cores(), _MOST, len(negotiations))
    if cores > 1 and sum(negotiations.values()) >= WORTH_IT and Path(log.location).is_file():
        # The longest first, so that no process is left alone with one in the end.
        names = sorted(negotiations, key=lambda name: -negotiations[name])
        yield from _shared_out(log.location, names, until, today, cores)
        return
    for name in negotiations:
        yield from rows_of(History(name, list(log.read(name, until=until))), today)


def _shared_out(where: str, names: list[str], until: int, today: date | None, count: int) -> Generator[Rows]:
    """Yield rows as other processes work them out."""
    context = system.context()
    turn = context.Value("l", 0)
    readers, workers = [], []
    for _ in range(count):
        here, there = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(there, where, names, turn, until, today), daemon=True)
        worker.start()
        there.close()
        readers.append(here)
        workers.append(worker)
    try:
        while readers:
            for ready in wait(readers):
                here = next(reader for reader in readers if reader is ready)
                data = system.received(here)
                if not data:
                    readers.remove(here)
                    here.close()
                elif isinstance(data, str):
                    raise LogError(data)
                else:
                    yield Rows._make(data)
    except EOFError:
        raise LogError("building the tables stopped before its end; the old ones are as they were; try again") from None
    finally:
        for here in readers:
            here.close()
        for worker in workers:
            worker.terminate()
            worker.join()


def _work(  # noqa: PLR0913, PLR0917 - a process is given all that it needs at its start
    out: Connection, where: str, names: list[str], turn: Synchronized[int], until: int, today: date | None
) -> None:
    """Work out the rows of one negotiation after the other, whichever is next, and send them; an empty part ends it."""
    # Ctrl-C reaches all processes; the one that writes decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    system.end_with_parent()
    system.collector_off()
    try:
        with EventLog.open(where, create=False, read_only=True) as log:
            while (name := _next(names, turn)) is not None:
                for rows in rows_of(History(name, list(log.read(name, until=until))), today):
                    out.send_bytes(system.packed(tuple(rows)))
        out.send_bytes(system.packed(()))
    except CommuniqueError as error:
        out.send_bytes(system.packed(str(error)))
    except BrokenPipeError:
        return


def _next(names: list[str], turn: Synchronized[int]) -> str | None:
    with turn.get_lock():
        number = turn.value
        turn.value += 1
    return names[number] if number < len(names) else None
