"""Making the tables of the read model: rows worked out by as many processes as there are cores, and written by one."""

from __future__ import annotations

from collections import deque
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.history import History
from projections.readmodel.file import APPLICATION_ID
from projections.readmodel.searching import SearchWriter, create, index, search_rows
from projections.readmodel.tables import (
    ENTRIES,
    INSERT_ENTRY,
    NUMBERED,
    SHOW_ENTRIES,
    VIEWS,
    entry_row,
    view_rows,
    words_in,
)
from projections.views.status import status
from tracker import system
from tracker.errors import LogError
from tracker.events.references import doers
from tracker.log import EventLog

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import date

    from projections.readmodel.searching import SearchRows
    from projections.readmodel.tables import EntryRow, ViewRows
    from tracker.codec import Recorded

#: Negotiations whose rows are written at once.
_BATCH: Final = 20


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
    count = 0
    found: list[ViewRows] = []
    searched: list[SearchRows] = []
    connection.execute("BEGIN")
    writing = SearchWriter(connection)
    for rows in all_rows(log, until=until, today=today):
        insert(connection, writing, rows)
        count += len(rows.entries)
        if rows.views is not None:
            found.append(rows.views)
        if rows.searched is not None:
            searched.append(rows.searched)
        if len(found) >= _BATCH:
            put(connection, found)
            found.clear()
        if progress is not None:
            progress(count)
    put(connection, found)
    index(connection)
    for each in searched:
        writing.put(each)
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
    create(connection)


def insert(connection: sqlite3.Connection, writing: SearchWriter, rows: Rows) -> None:
    """Add rows of entries and their words by a statement each; with sqlite-utils, as all rows, thrice as long."""
    number = connection.execute(f"SELECT MAX(number) FROM {NUMBERED}").fetchone()[0] or 0  # noqa: S608 - a constant
    connection.executemany(INSERT_ENTRY, rows.entries)
    writing.entries(number + 1, rows.words, rows.acting)


def put(connection: sqlite3.Connection, found: Sequence[ViewRows]) -> None:
    """Replace the rows of some negotiations in every table of views."""
    from sqlite_utils import Database

    database = Database(connection)
    names = [row["negotiation"] for rows in found for row in rows["negotiations"]]
    for name, *_ in VIEWS:
        table = database.table(name)
        for negotiation in names:
            table.delete_where("negotiation = ?", [negotiation])
        table.insert_all(row for rows in found for row in rows[name])


#: Entries from which other processes are worth their start.
WORTH_IT: Final = 50_000
#: Entries whose rows are handed on at once.
_PART: Final = 2000
#: Tasks a process whose rows are waited for at a time.
_HELD: Final = 2
#: Processes that are of use: the one that writes the tables keeps up with some five.
_MOST: Final = 6


class Rows(NamedTuple):
    """Rows of some entries of a negotiation, the words of each, and with the last of these the rows of its views.

    `acting` are who acts in each, after its negotiation; `searched` is what searches need of the negotiation.
    """

    entries: list[EntryRow]
    words: list[str]
    acting: list[tuple[str, ...]]
    views: ViewRows | None = None
    searched: SearchRows | None = None


def rows_of(history: History, today: date | None) -> Iterator[Rows]:
    """Yield the rows of a negotiation, a part at a time; `today` is the day by which deadlines are judged."""
    entries = history.entries
    for start in range(0, len(entries), _PART):
        part = entries[start : start + _PART]
        is_last = start + _PART >= len(entries)
        rows = entry_rows(part)
        yield rows._replace(**views_of(history, today)._asdict()) if is_last else rows


class ViewsAndSearch(NamedTuple):
    """The rows of a negotiation in every table of views, and what searches need of it."""

    views: ViewRows
    searched: SearchRows


def views_of(history: History, today: date | None) -> ViewsAndSearch:
    """Return the rows of a negotiation beside its entries, judged by a day."""
    found = status(history, history.negotiation, today=today)
    return ViewsAndSearch(view_rows(found, history.entries[-1].position), search_rows(found))


def entry_rows(entries: Sequence[Recorded]) -> Rows:
    """Return the rows of entries."""
    acting = [(recorded.event.negotiation, *doers(recorded.event)) for recorded in entries]
    return Rows(list(map(entry_row, entries)), list(map(words_in, entries)), acting)


def all_rows(log: EventLog, *, until: int, today: date | None) -> Generator[Rows]:
    """Yield the rows of every negotiation, those of one in their order, up to a position of the log.

    A long log in a file is shared out to other processes, a negotiation at a time. Raises `LogError`.
    """
    negotiations = log.negotiations()
    cores = min(system.cores(), _MOST, len(negotiations))
    if cores > 1 and sum(negotiations.values()) >= WORTH_IT and Path(log.location).is_file():
        yield from _shared_out(log.location, negotiations, until, today, cores)
        return
    for name in negotiations:
        yield from rows_of(History(name, list(log.read(name, until=until))), today)


def _shared_out(
    where: str, negotiations: Mapping[str, int], until: int, today: date | None, count: int
) -> Generator[Rows]:
    """Yield rows as other processes work them out, some negotiations at a time."""
    tasks = _tasks(negotiations)
    held: deque[Future[list[Rows]]] = deque()
    try:
        with system.pool(count) as pool:
            while True:
                while len(held) < _HELD * count and (names := next(tasks, None)):
                    held.append(pool.submit(_work, where, names, until, today))
                if not held:
                    return
                yield from held.popleft().result()
    except BrokenProcessPool:
        raise LogError("building the tables stopped before its end; the old ones are as they were; try again") from None


def _tasks(negotiations: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield the names of negotiations in lists of about as many entries, the longest first."""
    names, entries = [], 0
    for name in sorted(negotiations, key=lambda name: -negotiations[name]):
        names.append(name)
        entries += negotiations[name]
        if entries >= _PART:
            yield names
            names, entries = [], 0
    if names:
        yield names


def _work(where: str, names: list[str], until: int, today: date | None) -> list[Rows]:
    """Return the rows of some negotiations."""
    with EventLog.open(where, create=False, read_only=True) as log:
        return [rows for name in names for rows in rows_of(History(name, list(log.read(name, until=until))), today)]
