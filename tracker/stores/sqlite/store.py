"""A log in one SQLite file: written ahead, synced at each commit, and guarded against change."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from tracker.errors import DamageError, LogReadOnlyError
from tracker.stores.properties import identity_of, new_properties
from tracker.stores.sqlite.file import APPLICATION_ID, FORMAT_VERSION, PlainErrors, holds_log
from tracker.stores.sqlite.place import resolve
from tracker.stores.sqlite.readers import Readers
from tracker.stores.sqlite.transaction import Transaction
from tracker.stores.store import KEPT_OUT, Batch, Inspection, Row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from eventsourcing.sqlite import SQLiteConnection

    from tracker.stores.sqlite.recorder import SQLiteRecorder
    from tracker.stores.store import PlainRow, Stored

#: Entries a query reads: as many as stay in a core's cache while they are worked on.
_BLOCK: Final = 256
#: Entries of a batch for which it is worth doing without the guards.
_MANY: Final = 500
#: Entries looked up by one query; a statement of SQLite takes 32,766 parameters at most.
_LOOKED_UP: Final = 1000
#: What the columns of an entry hold.
_KINDS: Final = (int, str, int, str, bytes)
#: The positions that SQLite knows; no log has half as many entries.
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_GREATEST: Final = 2**62
_SELECT: Final = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"


class SQLiteStore:
    """A log in one SQLite file.

    Durable when `insert` returns (``synchronous=FULL``); readers and one writer at a time do not wait for each other
    (WAL).
    """

    def __init__(self, path: Path, *, create: bool, read_only: bool) -> None:
        self._read_only = read_only
        self.location = str(path)
        self._plain_errors = PlainErrors(self.location)
        with self._plain_errors:
            self.path = resolve(path)
            self._readers = Readers(self.path, self.location)
            exists = holds_log(self.path, self._readers, self.location, create=create and not read_only)
            self._writing = Transaction(self._plain_errors, self._writer)
            self._writing_connection: SQLiteConnection | None = None
            if not exists:
                self._create()
            try:
                self.identity = identity_of(self._query("SELECT name, value FROM log_properties"), self.location)
            except BaseException:
                self._readers.close()
                raise

    @cached_property
    def _recorder(self) -> SQLiteRecorder:
        """The library's recorder, which reading does without."""
        from tracker.stores.sqlite.recorder import Datastore, SQLiteRecorder

        return SQLiteRecorder(Datastore(self.path, read_only=self._read_only))

    def _create(self) -> None:
        with self._writing as cursor:
            for statement in self._recorder.create_table_statements:
                cursor.execute(statement)
            if cursor.execute("SELECT COUNT(*) FROM log_properties").fetchone()[0]:
                return  # another process was first
            cursor.executemany("INSERT INTO log_properties VALUES (?, ?)", new_properties(FORMAT_VERSION))
            cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
            cursor.execute(f"PRAGMA user_version={FORMAT_VERSION}")

    def insert(self, batch: Batch) -> Sequence[int]:
        """Add a batch in one transaction, durable on return."""
        if self._read_only:
            raise LogReadOnlyError(f"{self.location} was opened for reading only")
        with self._writing as cursor:
            self._readers.require_same()
            if len(batch.events) >= _MANY:
                self._writing.lift_guards()
            return self._recorder.insert_batch(cursor, batch)

    def insert_one(self, entry: Stored, entry_id: str) -> Sequence[int]:
        """Add one entry by one statement, durable on return."""
        if not self._read_only:
            with self._plain_errors:
                self._readers.require_same()
            recorder = self._recorder
            found = self._writing.execute_alone(
                recorder.insert_alone_statement,
                (*entry, entry_id),
                recorder.find_alone_statement,
                (entry[0], entry[1], entry_id),
            )
            if found is not None:
                # A trigger of somebody else's may have kept it out without a word.
                if not found:
                    raise DamageError(KEPT_OUT)
                return found[0]
        # Inside a transaction, or refused: there it is told why.
        return self.insert(Batch.of_one(entry, entry_id))

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the write lock; what is inserted inside is committed together at the end."""
        return cast("AbstractContextManager[None]", self._writing)

    def _writer(self) -> sqlite3.Connection:
        """Return the one connection that writes, kept since taking one from the pool costs a fifth of a commit."""
        if self._writing_connection is None:
            self._writing_connection = self._recorder.datastore.pool.get_connection(is_writer=not self._read_only)
        return self._writing_connection._sqlite_conn  # noqa: SLF001 - the library begins without the write lock

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._plain_errors:
            # Inside `exclusive` of this very thread: read what the open transaction has written.
            rows = self._writing.fetch(sql, parameters)
            return self._readers.fetch(sql, parameters) if rows is None else rows

    def _one(self, sql: str, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - whatever the column holds
        rows = self._query(sql, parameters)
        return rows[0][0] if rows else None

    def _checked(self, rows: Iterable[PlainRow]) -> Iterator[Row]:
        """Yield rows that hold what a log does, since SQLite holds anything in any column; raises `DamageError`."""
        for row in rows:
            if tuple(map(type, row)) != _KINDS or row[2] > _GREATEST:
                raise self._damage(f"entry #{row[0]}")
            yield Row._make(row)

    def _number(self, value: object) -> int:
        if not isinstance(value, int) or value > _GREATEST:
            raise self._damage("a version")
        return value

    def _damage(self, what: str) -> DamageError:
        return DamageError(
            f"{self.location} is damaged: {what} is not of the kind that a log holds; `communique verify` tells more"
        )

    def blocks(self, after: int | None = 0, until: int | None = None) -> Iterator[Sequence[PlainRow]]:
        """Yield entries in the order of the log, a block a query, so that no read lasts long."""
        sql = f"{_SELECT} WHERE rowid >= ? AND rowid <= ? ORDER BY rowid LIMIT {_BLOCK}"
        start, bound = _FIRST if after is None else after + 1, _LAST if until is None else until
        while start <= bound and (rows := self._query(sql, (start, bound))):
            yield rows
            start = self._beyond(start, rows[-1][0])

    def scan(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield entries in the order of the log."""
        for rows in self.blocks(after, until):
            yield from self._checked(rows)

    def stream(self, negotiation: str, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield a negotiation's entries in order, a block a query."""
        sql = (
            f"{_SELECT} WHERE originator_id = ? AND originator_version >= ? AND originator_version <= ? "
            f"ORDER BY originator_version LIMIT {_BLOCK}"
        )
        start, bound = after + 1, _LAST if until is None else until
        while start <= bound and (rows := self._query(sql, (negotiation, start, bound))):
            yield from self._checked(rows)
            start = self._beyond(start, rows[-1][2])

    def _beyond(self, start: int, last: int) -> int:
        """Return where the next block starts; pages that are damaged may hold rows in any order, and for ever."""
        if last < start:
            raise DamageError(f"{self.location} is damaged: its rows are out of order; `communique verify` tells more")
        return last + 1

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""
        rows = self._query(
            f"{_SELECT} WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1", (negotiation,)
        )
        return next(self._checked(rows), None)

    def last_version(self, negotiation: str) -> int:
        """Return the version of a negotiation's last entry, from the index alone."""
        sql = "SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?"
        return self._number(self._one(sql, (negotiation,)) or 0)

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""
        found: dict[tuple[str, str], int] = {}
        for start in range(0, len(entries), _LOOKED_UP):
            part = entries[start : start + _LOOKED_UP]
            marks = ",".join(["(?,?)"] * len(part))
            sql = (
                f"WITH wanted(negotiation, entry) AS (VALUES {marks}) "  # noqa: S608 - marks only
                "SELECT negotiation, entry, version FROM wanted CROSS JOIN entry_ids USING (negotiation, entry)"
            )
            rows = self._query(sql, [name for pair in part for name in pair])
            found.update({(negotiation, entry): self._number(version) for negotiation, entry, version in rows})
        return found

    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""
        found: dict[tuple[str, int], tuple[int, str]] = {}
        for start in range(0, len(entries), _LOOKED_UP):
            part = entries[start : start + _LOOKED_UP]
            marks = ",".join(["(?,?)"] * len(part))
            sql = (
                f"WITH wanted(name, version) AS (VALUES {marks}) "  # noqa: S608 - marks only
                "SELECT name, version, stored_events.rowid, CAST(state AS BLOB) FROM wanted CROSS JOIN stored_events "
                "ON originator_id = name AND originator_version = version"
            )
            for name, version, position, state in self._query(sql, [value for pair in part for value in pair]):
                found[name, version] = (position, hashlib.sha256(state).hexdigest())
        return found

    def ids(self, negotiation: str, most: int) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first ones where there are very many."""
        rows = self._query(
            "SELECT entry FROM entry_ids WHERE negotiation = ? ORDER BY entry LIMIT ?", (negotiation, most)
        )
        return [entry for (entry,) in rows]

    def count_ids(self) -> int:
        """Return the number of ids by which entries are found."""
        count: int = self._one("SELECT COUNT(*) FROM entry_ids")
        return count

    def snapshot(self, negotiation: str) -> tuple[int, bytes] | None:
        """Return a negotiation's newest snapshot with its version."""
        rows = self._query(
            "SELECT originator_version, state FROM stored_snapshots WHERE originator_id = ? "
            "ORDER BY originator_version DESC LIMIT 1",
            (negotiation,),
        )
        for version, state in rows:
            if not isinstance(state, bytes):
                raise self._damage(f"a snapshot of {negotiation}")
            return self._number(version), state
        return None

    def id_blocks(self) -> Iterator[Sequence[tuple[str, str, int]]]:
        """Yield the whole index of ids by name."""
        sql = "SELECT negotiation, entry, version FROM entry_ids {}ORDER BY negotiation, entry LIMIT 4096"
        rows = self._query(sql.format(""))
        while rows:
            yield rows
            start = rows[-1][:2]
            rows = self._query(sql.format("WHERE (negotiation, entry) > (?, ?) "), start)
            names = [*start, *rows[-1][:2]] if rows else []
            if not all(isinstance(name, str) for name in names) or (rows and rows[-1][:2] <= start):
                self._beyond(1, 0)

    def snapshots(self) -> Iterator[Stored]:
        """Yield every snapshot, by negotiation and version."""
        names = self._query("SELECT originator_id, originator_version FROM stored_snapshots ORDER BY 1, 2")
        sql = (
            "SELECT originator_id, originator_version, topic, state FROM stored_snapshots "
            "WHERE originator_id = ? AND originator_version = ?"
        )
        for name in names:
            yield from self._query(sql, name)

    def inspect(self) -> Inspection:
        """Look at the file's pages, its tables and guards, and its properties."""
        from tracker.stores.sqlite.schema import inspect

        return inspect(self._query)

    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`."""
        from tracker.stores.sqlite.schema import dropping

        with self._writing as cursor:
            for statement in dropping(self._query):
                cursor.execute(statement)
            # An index says what its table says.
            cursor.execute("REINDEX stored_events")
            tables = self._recorder.create_table_statements
            for statement in (statement for statement in tables if "TRIGGER" not in statement):
                cursor.execute(statement)
            for some in ids:
                cursor.executemany("INSERT INTO entry_ids VALUES (?,?,?)", some)
            # Each is made by reading with this very cursor.
            for snapshot in snapshots:
                cursor.execute("INSERT INTO stored_snapshots VALUES (?,?,?,?)", snapshot)
            for statement in tables:
                cursor.execute(statement)

    def stage_rows(self, negotiation: str, topics: Sequence[str], after: int) -> Iterator[Row]:
        """Yield a negotiation's entries of some topics, those after a version."""
        marks = ",".join("?" * len(topics))
        sql = (
            f"{_SELECT} WHERE originator_id = ? AND originator_version > ? AND topic IN ({marks}) "
            "ORDER BY originator_version"
        )
        yield from self._checked(self._query(sql, (negotiation, after, *topics)))

    def negotiations(self) -> list[tuple[str, int]]:
        """Return every negotiation with its number of entries, by name, from the index alone."""
        rows = self._query(
            "WITH RECURSIVE names(name) AS (SELECT MIN(originator_id) FROM stored_events UNION ALL "
            "SELECT (SELECT MIN(originator_id) FROM stored_events WHERE originator_id > name) FROM names "
            "WHERE name IS NOT NULL) "
            "SELECT name, (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = name) "
            "FROM names WHERE name IS NOT NULL"
        )
        if not all(isinstance(name, str) and isinstance(version, int) for name, version in rows):
            raise self._damage("the index of negotiations")
        return rows

    def max_position(self) -> int:
        """Return the position of the log's last entry, 0 where there is none."""
        return self._one("SELECT MAX(rowid) FROM stored_events") or 0

    def change_mark(self) -> int:
        """Return a number that is another one after each change by others (some 10 µs)."""
        with self._plain_errors:
            return self._readers.mark()

    def close(self) -> None:
        """Close all connections."""
        self._readers.close()
        if self._writing_connection is not None:
            self._recorder.datastore.pool.put_connection(self._writing_connection)
            self._writing_connection = None
            self._writing.let_go()
            self._recorder.datastore.close()
