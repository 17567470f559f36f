"""A log in one SQLite file: written ahead, synced at each commit, and guarded against change."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import LogError
from tracker.stores.sqlite.file import APPLICATION_ID, FORMAT_VERSION, PlainErrors, holds_log, require_apart, resolve
from tracker.stores.sqlite.readers import Readers
from tracker.stores.store import Store, identity_of, new_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tracker.stores.sqlite.recorder import SQLiteRecorder, Transaction
    from tracker.stores.store import Inspection, Stored

#: Entries looked up by one query; a statement of SQLite takes 32,766 parameters at most.
_LOOKED_UP: Final = 1000


class SQLiteStore(Store):
    """A log in one SQLite file, durable when `insert_events` returns (``synchronous=FULL``), written ahead (WAL)."""

    position = "rowid"
    schema = ""
    mark = "?"
    #: As many as stay in a core's cache while they are worked on.
    block = 256

    def __init__(self, path: Path, *, create: bool, read_only: bool) -> None:
        self.location = str(path)
        self._read_only = read_only
        self._marked = 0
        self._plain_errors = PlainErrors(self.location)
        with self._plain_errors:
            self.path = resolve(path)
            self._readers = Readers(self.path, self.location)
            exists = holds_log(self.path, self._readers, self.location, create=create and not read_only)
            try:
                if not exists:
                    self._create()
                self.identity = identity_of(self.query("SELECT name, value FROM log_properties"), self.location)
            except BaseException:
                self.close()
                raise

    @cached_property
    def writing(self) -> Transaction:
        """The transaction of the one connection that writes, with the library that reading does without."""
        from tracker.stores.sqlite.recorder import Transaction

        return Transaction(self.path, self._plain_errors, self._readers.require_same, read_only=self._read_only)

    @cached_property
    def recorder(self) -> SQLiteRecorder:
        """The library's recorder of entries."""
        from tracker.stores.sqlite.recorder import SQLiteRecorder

        return SQLiteRecorder(self.writing, self)

    def require_identity(self) -> None:
        """Raise `LogError` where another log was put into the very file."""
        if self.query("SELECT value FROM log_properties WHERE name = 'identity'") != [(self.identity,)]:
            raise LogError(f"{self.location} is another log than it was; open it again")

    def _create(self) -> None:
        with self.writing as cursor:
            for statement in self.recorder.create_table_statements:
                cursor.execute(statement)
            cursor.execute("SELECT COUNT(*) FROM log_properties")
            if cursor.fetchone()[0]:
                return  # another process was first
            cursor.executemany("INSERT INTO log_properties VALUES (?, ?)", new_properties(FORMAT_VERSION))
            cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
            cursor.execute(f"PRAGMA user_version={FORMAT_VERSION}")

    def exclusive(self) -> AbstractContextManager[Any]:
        """Hold the write lock; what is inserted inside is committed together at the end."""
        return self.writing

    def require_writable(self) -> None:
        """Raise `LogReadOnlyError` where one may not write; SQLite refuses no sooner than there is something to."""
        with self.writing as cursor:
            cursor.execute("DELETE FROM log_properties WHERE 0")

    def require_apart(self, path: Path) -> None:
        """Raise `NameUnknownError` where a file is the log's own, or what SQLite keeps beside it."""
        require_apart(path, self.path)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, those included that this thread's open transaction has written."""
        with self._plain_errors:
            if "writing" in self.__dict__ and (rows := self.writing.fetch(sql, parameters)) is not None:
                return rows
            return self._readers.fetch(sql, parameters)

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""
        sql = "SELECT name, entry, version FROM wanted CROSS JOIN entry_ids ON negotiation = name AND entry = of"
        return {(name, entry): self.number(version) for name, entry, version in self._wanted(entries, sql)}

    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""
        from tracker.codec import digest_of

        rows = self._wanted(
            entries,
            "SELECT name, of, stored_events.rowid, CAST(state AS BLOB) FROM wanted CROSS JOIN stored_events "
            "ON originator_id = name AND originator_version = of",
        )
        return {(name, version): (position, digest_of(state)) for name, version, position, state in rows}

    def _wanted(self, entries: Sequence[tuple[str, object]], sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query over some entries, which it finds in the table `wanted`, as (name, of)."""
        for start in range(0, len(entries), _LOOKED_UP):
            part = entries[start : start + _LOOKED_UP]
            marks = ",".join(["(?,?)"] * len(part))
            wanted = f"WITH wanted(name, of) AS (VALUES {marks})"
            yield from self.query(f"{wanted} {sql}", list(chain.from_iterable(part)))

    def inspect(self) -> Inspection:
        """Look at the file's pages, its tables and guards, and its properties."""
        from tracker.stores.sqlite.schema import inspect

        return inspect(self.query)

    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`."""
        from tracker.stores.sqlite.schema import dropping

        with self.writing as cursor:
            for statement in dropping(self.query):
                cursor.execute(statement)
            # An index says what its table says.
            cursor.execute("REINDEX stored_events")
            tables = self.recorder.create_table_statements
            for statement in (statement for statement in tables if "TRIGGER" not in statement):
                cursor.execute(statement)
            for some in ids:
                cursor.executemany("INSERT INTO entry_ids VALUES (?,?,?)", some)
            # Each is made by reading with this very cursor.
            for snapshot in snapshots:
                cursor.execute("INSERT INTO stored_snapshots VALUES (?,?,?,?)", snapshot)
            for statement in tables:
                cursor.execute(statement)

    def change_mark(self) -> int:
        """Return a number that is another one after each change by others (some 10 µs)."""
        with self._plain_errors:
            mark = self._readers.mark()
            if mark != self._marked:
                self.require_identity()
                self._marked = mark
            return mark

    def close(self) -> None:
        """Close all connections."""
        self._readers.close()
        if "writing" in self.__dict__:
            self.writing.close()
