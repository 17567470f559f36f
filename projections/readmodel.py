"""The read model: views of a whole log as SQLite tables, for the portfolio, for search and for SQL of one's own.

It is a local file beside the log, disposable, and bound to the log's identity. Each catch-up writes whole batches and
moves the checkpoint in the same transaction, from the position that was read or not at all, so that nothing is counted
twice.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from projections.folding import match_query
from projections.history import History
from projections.rebuilding import all_rows, entry_rows
from projections.status import status
from projections.tables import (
    ENTRIES,
    HOLDS,
    INSERT_ENTRY,
    INSERT_WORDS,
    NUMBERED,
    SHOW_ENTRIES,
    VIEWS,
    day_of,
    view_rows,
)
from tracker import collector
from tracker.errors import LogError, LogTooNewError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from types import TracebackType

    from projections.tables import EntryRow, ViewRows
    from tracker.log import EventLog

#: Raised with every change of a table, or of a view that fills one: an older file is then built anew.
VERSION: Final = 3
#: Negotiations whose rows are written at once.
_BATCH: Final = 500
#: Bytes of words that are held until they are written, sixteen times what is usual, while the tables are built.
_HOLD_WORDS: Final = "INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)"
#: Entries behind from which it is quicker to build the tables anew, a negotiation at a time.
_MANY: Final = 20_000


class Hit(NamedTuple):
    """One entry that a search found."""

    position: int
    negotiation: str
    entry: str
    event: str
    occurred: str | None


class ReadModel:
    """The tables of one log; use it as a context manager. Raises `LogError` where they cannot be read or written."""

    def __init__(self, log: EventLog, path: Path) -> None:
        self._log = log
        self.path = path
        self._connection = self._connect(path)

    @classmethod
    def open(cls, log: EventLog, path: Path | None = None, *, today: date | None = None) -> Self:
        """Open the read model of a log and bring it up to date, building it where there is none that fits.

        `today` is the day by which open questions and deadlines are judged. Raises `LogError`, and `LogTooNewError` for
        tables that a newer version has made, which `rebuild` replaces.
        """
        model = cls(log, path or beside(log))
        model._require_known()
        if model.fits():
            model.catch_up(today=today)
        else:
            model.rebuild(today=today)
        return model

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise LogError(f"the read model {path} cannot be opened: {error}; check its permissions") from error
        return connection

    def _require_known(self) -> None:
        held = self._held()
        if held.get("log") == self._log.identity and int(held.get("version", 0)) > VERSION:
            self.close()
            raise LogTooNewError(
                f"the read model {self.path} has version {held['version']}, made by a newer communique; this one makes "
                f"{VERSION}: upgrade communique, or make it anew with `communique rebuild`"
            )

    def _held(self) -> dict[str, str]:
        """Return what the file says of itself, nothing where it is no read model."""
        try:
            return dict(self._connection.execute("SELECT name, value FROM properties").fetchall())
        except sqlite3.DatabaseError:
            return {}

    def fits(self) -> bool:
        """Say whether the file holds the tables of this version for this very log, and no more than the log has."""
        held = self._held()
        return (
            held.get("log") == self._log.identity
            and held.get("version") == str(VERSION)
            and int(held.get("position", -1)) <= self._log.store.max_position()
        )

    @property
    def position(self) -> int:
        """The position of the last entry taken in."""
        return int(self._one("SELECT value FROM properties WHERE name = 'position'"))

    def lag(self) -> int:
        """Return by how many positions the tables are behind the log."""
        return self._log.store.max_position() - self.position

    def catch_up(self, *, today: date | None = None) -> int:
        """Take in what was recorded since, and return how many entries that were."""
        before = self.position
        if self._log.store.max_position() - before > _MANY:
            return self.rebuild(today=today)
        new = list(self._log.read(after=before))
        stale = {recorded.event.negotiation for recorded in new}.union(self._outlived(today))
        if not stale:
            return 0
        found = [view_rows(status(History.load(self._log, name), name, today=today), today) for name in sorted(stale)]
        position = new[-1].position if new else before
        with self._transaction():
            moved = self._connection.execute(
                "UPDATE properties SET value = ? WHERE name = 'position' AND value = ?", (str(position), str(before))
            ).rowcount
            if not moved:
                # Another process took the same entries in; what it wrote is what we would have written.
                return 0
            self._insert(*entry_rows(new))
            self._put(found)
        return len(new)

    def _outlived(self, today: date | None) -> list[str]:
        """Return the negotiations of which something else is said today than when their rows were written."""
        sql = f"SELECT negotiation FROM negotiations WHERE NOT ({HOLDS})"  # noqa: S608 - a constant
        rows = self._execute(sql, {"day": day_of(today)})
        return [name for (name,) in rows]

    def rebuild(self, *, today: date | None = None, progress: Callable[[int], object] | None = None) -> int:
        """Build every table anew in another file that then takes this one's place; readers go on with the old one.

        Returns the number of entries taken in.
        """
        until = self._log.store.max_position()
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        fresh.unlink(missing_ok=True)
        try:
            with collector.paused():
                count = self._build(fresh, until, today, progress)
            self._connection.close()
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)
            fresh.with_name(fresh.name + "-journal").unlink(missing_ok=True)
        self._connection = self._connect(self.path)
        return count

    def _build(self, fresh: Path, until: int, today: date | None, progress: Callable[[int], object] | None) -> int:
        self._connection.close()
        self._connection = self._connect(fresh)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._create(until)
        self._connection.execute(_HOLD_WORDS)
        count = 0
        found: list[ViewRows] = []
        self._connection.execute("BEGIN")
        for rows in all_rows(self._log, until=until, today=today):
            self._insert(rows.entries, rows.words)
            count += len(rows.entries)
            if rows.views is not None:
                found.append(rows.views)
            if len(found) >= _BATCH:
                self._put(found)
                found.clear()
            if progress is not None:
                progress(count)
        self._put(found)
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA journal_mode=DELETE")
        return count

    def _create(self, position: int) -> None:
        from sqlite_utils import Database

        database = Database(self._connection)
        database.table("properties").create({"name": str, "value": str}, pk="name")
        database.table(NUMBERED).create({"number": int, **ENTRIES}, pk="number")
        self._connection.execute(SHOW_ENTRIES)
        for name, columns, key in VIEWS:
            database.table(name).create(columns, pk=key)
        self._connection.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
        )
        self._connection.executemany(
            "INSERT INTO properties VALUES (?, ?)",
            [("log", self._log.identity), ("version", str(VERSION)), ("position", str(position))],
        )

    def _insert(self, entries: Iterable[EntryRow], words: Sequence[str]) -> None:
        """Add rows of entries and their words by a statement each; with sqlite-utils, as all rows, thrice as long."""
        number = self._one(f"SELECT MAX(number) FROM {NUMBERED}") or 0  # noqa: S608 - a constant
        self._connection.executemany(INSERT_ENTRY, entries)
        numbered = ((number, text) for number, text in enumerate(words, number + 1) if text)
        self._connection.executemany(INSERT_WORDS, numbered)

    def _put(self, found: Sequence[ViewRows]) -> None:
        """Replace the rows of some negotiations in every table of views."""
        names = [(row["negotiation"],) for rows in found for row in rows["negotiations"]]
        for table, columns, _ in VIEWS:
            self._connection.executemany(f"DELETE FROM {table} WHERE negotiation = ?", names)  # noqa: S608 - from VIEWS
            values = ",".join(f":{column}" for column in columns)
            rows_of_table = (row for rows in found for row in rows[table])
            self._connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows_of_table)  # noqa: S608 - VIEWS

    def portfolio(self) -> list[dict[str, Any]]:
        """Return a row for each negotiation, the one that moved last first."""
        return self._rows("SELECT * FROM negotiations ORDER BY last_day DESC, negotiation")

    def search(self, text: str, *, negotiation: str | None = None, limit: int = 100) -> list[Hit]:
        """Return the entries that hold all the words of a text, the best first; a word may end in ``*``."""
        query = match_query(text)
        if not query:
            return []
        where, parameters = ("AND e.negotiation = ?", (negotiation,)) if negotiation else ("", ())
        sql = f"""SELECT e.position, e.negotiation, e.entry, e.event, e.occurred
            FROM words JOIN {NUMBERED} e ON e.number = words.rowid
            WHERE words MATCH ? {where} ORDER BY bm25(words), e.position LIMIT ?"""  # noqa: S608 - constants only
        return [Hit._make(row) for row in self._execute(sql, (query, *parameters, limit))]

    def _rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        cursor = self._execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _one(self, sql: str) -> Any:  # noqa: ANN401 - whatever the column holds
        row = self._execute(sql).fetchone()
        return None if row is None else row[0]

    def _execute(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, parameters)
        except sqlite3.Error as error:
            raise LogError(f"the read model {self.path} cannot be read: {error}; run `communique rebuild`") from error

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection, self.path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Transaction:
    """Commits what was done inside it, or nothing of it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def __enter__(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise LogError(f"the read model {self._path} cannot be written: {error}") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def beside(log: EventLog) -> Path:
    """Return where the read model of a log is kept: beside a file that may be written, else in the user's cache."""
    path = Path(log.location)
    if path.is_file() and os.access(path.parent, os.W_OK):
        return path.with_name(f"{path.name}.readmodel")
    from platformdirs import user_cache_path

    return user_cache_path("communique") / f"{log.identity}.readmodel"
