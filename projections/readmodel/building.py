"""Making the tables of the read model: rows worked out by as many processes as there are cores, and written by one."""

from __future__ import annotations

import signal
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.history import History
from projections.readmodel.file import APPLICATION_ID
from projections.readmodel.tables import (
    ENTRIES,
    INSERT_ENTRY,
    INSERT_WORDS,
    NUMBERED,
    SHOW_ENTRIES,
    VIEWS,
    entry_row,
    view_rows,
    words_in,
)
from projections.views.status import status
from tracker import system
from tracker.errors import CommuniqueError, LogError
from tracker.log import EventLog

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from datetime import date
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized

    from projections.readmodel.tables import EntryRow, ViewRows
    from tracker.codec import Recorded

#: Negotiations whose rows are written at once.
_BATCH: Final = 500
#: Bytes of words that are held until they are written, sixteen times what is usual, while the tables are built.
_HOLD_WORDS: Final = "INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)"


def build(  # noqa: PLR0913 - what is built, and up to where
    connection: sqlite3.Connection,
    log: EventLog,
    version: int,
    *,
    until: int,
    today: date | None,
    progress: Callable[[int], object] | None,
) -> int:
    """Make and fill every table in an empty file, and return the number of entries; raises `sqlite3.Error`.

    The file needs no safety: should anything go wrong, it is thrown away.
    """
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={version}")
    _create(connection)
    properties = [("log", log.identity), ("version", str(version)), ("position", str(until))]
    connection.executemany("INSERT INTO properties VALUES (?, ?)", properties)
    connection.execute(_HOLD_WORDS)
    count = 0
    found: list[ViewRows] = []
    connection.execute("BEGIN")
    for rows in all_rows(log, until=until, today=today):
        insert(connection, rows.entries, rows.words)
        count += len(rows.entries)
        if rows.views is not None:
            found.append(rows.views)
        if len(found) >= _BATCH:
            put(connection, found)
            found.clear()
        if progress is not None:
            progress(count)
    put(connection, found)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=DELETE")
    return count


def _create(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    database = Database(connection)
    database.table("properties").create({"name": str, "value": str}, pk="name")
    database.table(NUMBERED).create({"number": int, **ENTRIES}, pk="number")
    connection.execute(SHOW_ENTRIES)
    for name, columns, key in VIEWS:
        database.table(name).create(columns, pk=key)
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
    )


def insert(connection: sqlite3.Connection, entries: Iterable[EntryRow], words: Sequence[str]) -> None:
    """Add rows of entries and their words by a statement each; with sqlite-utils, as all rows, thrice as long."""
    number = connection.execute(f"SELECT MAX(number) FROM {NUMBERED}").fetchone()[0] or 0  # noqa: S608 - a constant
    connection.executemany(INSERT_ENTRY, entries)
    numbered = ((number, text) for number, text in enumerate(words, number + 1) if text)
    connection.executemany(INSERT_WORDS, numbered)


def put(connection: sqlite3.Connection, found: Sequence[ViewRows]) -> None:
    """Replace the rows of some negotiations in every table of views."""
    names = [(row["negotiation"],) for rows in found for row in rows["negotiations"]]
    for table, columns, _ in VIEWS:
        connection.executemany(f"DELETE FROM {table} WHERE negotiation = ?", names)  # noqa: S608 - from VIEWS
        values = ",".join(f":{column}" for column in columns)
        rows_of_table = (row for rows in found for row in rows[table])
        connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows_of_table)  # noqa: S608 - VIEWS


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
    """Yield rows as other processes work them out: each sends a negotiation's rows a part at a time.

    A task of `concurrent.futures` gives its outcome as a whole, and so would hold all rows of a long negotiation at
    once, twice.
    """
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
