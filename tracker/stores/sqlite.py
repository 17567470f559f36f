"""A log in one SQLite file: written ahead, synced at each commit, and guarded against change."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import (
    LogBusyError,
    LogError,
    LogMissingError,
    LogReadOnlyError,
    LogTooNewError,
    NotALogError,
)
from tracker.stores import Batch, Row
from tracker.stores.sqlite_recorder import (
    APPLICATION_ID,
    FORMAT_VERSION,
    LOCK_TIMEOUT,
    Datastore,
    SQLiteRecorder,
    reading_uri,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from eventsourcing.sqlite import SQLiteConnection

#: Entries a query reads: as many as stay in a core's cache while they are worked on.
_BLOCK: Final = 256
#: Entries looked up by one query; a statement of SQLite takes 32,766 parameters at most.
_LOOKED_UP: Final = 1000
#: The first bytes of every SQLite file.
_MAGIC: Final = b"SQLite format 3\0"
_SELECT: Final = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"


class SQLiteStore:
    """A log in one SQLite file.

    Durable when `insert` returns (``synchronous=FULL``); readers and one writer at a time do not wait for each other
    (WAL).
    """

    def __init__(self, path: Path, *, create: bool, read_only: bool) -> None:
        self.path = path
        self._read_only = read_only
        with _plain_errors(self.location):
            exists = _holds_log(path, create=create and not read_only)
            self._datastore = Datastore(path, read_only=read_only)
            self._recorder = SQLiteRecorder(self._datastore)
            self._lock = threading.RLock()
            self._held: sqlite3.Cursor | None = None
            self._writing_connection: SQLiteConnection | None = None
            if not exists:
                self._create()
            self.identity = self._one("SELECT value FROM log_properties WHERE name = 'identity'")
            self._watcher: sqlite3.Connection | None = None

    @property
    def location(self) -> str:
        """The path of the file."""
        return str(self.path)

    def _create(self) -> None:
        with self._writing() as cursor:
            for statement in self._recorder.create_table_statements:
                cursor.execute(statement)
            if cursor.execute("SELECT COUNT(*) FROM log_properties").fetchone()[0]:
                return  # another process was first
            cursor.execute(
                "INSERT INTO log_properties VALUES ('identity', ?), ('format', ?)",
                (uuid.uuid4().hex, str(FORMAT_VERSION)),
            )
            cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
            cursor.execute(f"PRAGMA user_version={FORMAT_VERSION}")

    def insert(self, batch: Batch) -> Sequence[int]:
        """Add a batch in one transaction, durable on return."""
        if self._read_only:
            raise LogReadOnlyError(f"{self.location} was opened for reading only")
        with self._writing() as cursor:
            return self._recorder.insert_batch(cursor, batch)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the write lock; what is inserted inside is committed together at the end."""
        with self._writing():
            yield

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor in a transaction that holds the write lock; nested, the one already open."""
        with self._lock:
            if self._held is not None:
                yield self._held
                return
            with _plain_errors(self.location):
                raw = self._writer()
                raw.execute("BEGIN IMMEDIATE")
                self._held = raw.cursor()
                self._held.row_factory = None
                try:
                    yield self._held
                    raw.execute("COMMIT")
                except BaseException:
                    if raw.in_transaction:
                        raw.execute("ROLLBACK")
                    raise
                finally:
                    self._held.close()
                    self._held = None

    def _writer(self) -> sqlite3.Connection:
        """Return the one connection that writes, kept since taking one from the pool costs a fifth of a commit."""
        if self._writing_connection is None:
            self._writing_connection = self._datastore.pool.get_connection(is_writer=not self._read_only)
        return self._writing_connection._sqlite_conn  # noqa: SLF001 - the library begins without the write lock

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with _plain_errors(self.location):
            if self._held is not None and self._lock.acquire(blocking=False):
                # Inside `exclusive` of this very thread: read what the open transaction has written.
                try:
                    if self._held is not None:
                        return self._held.execute(sql, parameters).fetchall()
                finally:
                    self._lock.release()
            with self._datastore.get_connection(commit=False) as connection:
                raw = connection._sqlite_conn  # noqa: SLF001 - the library's cursors make a Row object an entry
                cursor = raw.cursor()
                cursor.row_factory = None
                return cursor.execute(sql, parameters).fetchall()

    def _one(self, sql: str, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - whatever the column holds
        rows = self._query(sql, parameters)
        return rows[0][0] if rows else None

    def scan(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield entries in the order of the log, a block a query, so that no read lasts long."""
        bound = 2**62 if until is None else until
        while rows := self._query(
            f"{_SELECT} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT {_BLOCK}", (after, bound)
        ):
            yield from map(Row._make, rows)
            after = rows[-1][0]

    def stream(self, negotiation: str, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield a negotiation's entries in order, a block a query."""
        sql = (
            f"{_SELECT} WHERE originator_id = ? AND originator_version > ? AND originator_version <= ? "
            f"ORDER BY originator_version LIMIT {_BLOCK}"
        )
        bound = 2**62 if until is None else until
        while rows := self._query(sql, (negotiation, after, bound)):
            yield from map(Row._make, rows)
            after = rows[-1][2]

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""
        rows = self._query(
            f"{_SELECT} WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1", (negotiation,)
        )
        return Row._make(rows[0]) if rows else None

    def last_version(self, negotiation: str) -> int:
        """Return the version of a negotiation's last entry, from the index alone."""
        return (
            self._one("SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?", (negotiation,)) or 0
        )

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
            found.update({(negotiation, entry): version for negotiation, entry, version in rows})
        return found

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
        return rows[0] if rows else None

    def stage_rows(self, negotiation: str, topics: Sequence[str], after: int) -> Iterator[Row]:
        """Yield a negotiation's entries of some topics, those after a version."""
        marks = ",".join("?" * len(topics))
        sql = (
            f"{_SELECT} WHERE originator_id = ? AND originator_version > ? AND topic IN ({marks}) "
            "ORDER BY originator_version"
        )
        yield from map(Row._make, self._query(sql, (negotiation, after, *topics)))

    def negotiations(self) -> list[tuple[str, int]]:
        """Return every negotiation with its number of entries, by name, from the index alone."""
        return self._query(
            "WITH RECURSIVE names(name) AS (SELECT MIN(originator_id) FROM stored_events UNION ALL "
            "SELECT (SELECT MIN(originator_id) FROM stored_events WHERE originator_id > name) FROM names "
            "WHERE name IS NOT NULL) "
            "SELECT name, (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = name) "
            "FROM names WHERE name IS NOT NULL"
        )

    def max_position(self) -> int:
        """Return the position of the log's last entry, 0 where there is none."""
        return self._one("SELECT MAX(rowid) FROM stored_events") or 0

    def change_mark(self) -> int:
        """Return ``PRAGMA data_version`` of a connection that never writes (some 5 µs)."""
        with _plain_errors(self.location):
            if self._watcher is None:
                self._watcher = sqlite3.connect(
                    reading_uri(self.path), uri=True, check_same_thread=False, timeout=LOCK_TIMEOUT
                )
            version: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Close all connections."""
        if self._watcher is not None:
            self._watcher.close()
        if self._writing_connection is not None:
            self._datastore.pool.put_connection(self._writing_connection)
            self._writing_connection = None
        self._datastore.close()


def _holds_log(path: Path, *, create: bool) -> bool:
    """Say whether a file holds a log, or is one to be made.

    Refuses what is no log, another program's, or a newer version's, before anything is written to it or beside it.
    """
    if path.is_dir():
        raise NotALogError(f"{path} is a directory; name a file, as in --log {path / 'negotiations.db'}")
    exists = path.exists() and (path.stat().st_size > 0 or not path.is_file())
    if not exists and not create:
        raise LogMissingError(
            f"there is no log at {path}; `communique record FILE` makes one, or name another with --log"
        )
    if not exists and not path.parent.is_dir():
        raise LogMissingError(f"there is no directory {path.parent}; make it first, or name another place with --log")
    if not exists:
        return False
    if not path.is_file() or not _starts_with(path, _MAGIC):
        raise NotALogError(f"{path} is not an SQLite file; name another with --log")
    application, version, tables = _properties(path)
    # A file without tables may be a log that another process is making at this moment.
    if tables == 0 and application in {0, APPLICATION_ID} and create:
        return False
    if application != APPLICATION_ID or tables == 0:
        what = "an SQLite file of another program" if tables else "an empty SQLite file"
        raise NotALogError(f"{path} is {what}, not a log of communique; name another with --log")
    if version > FORMAT_VERSION:
        raise LogTooNewError(
            f"{path} has format {version}, made by a newer communique; this one reads up to {FORMAT_VERSION}: "
            "upgrade communique"
        )
    return True


def _starts_with(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _properties(path: Path) -> tuple[int, int, int]:
    """Return the application id, the version and the number of tables of an SQLite file."""
    # Where nobody has it open, it is read as a file that never changes, so that nothing appears beside it.
    is_open = path.with_name(path.name + "-wal").exists()
    uri = path.absolute().as_uri() + ("?mode=ro" if is_open else "?mode=ro&immutable=1")
    with closing(sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT)) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    return application, version, tables


@contextmanager
def _plain_errors(location: str) -> Iterator[None]:
    """Turn what SQLite and the library raise into one of our errors, in words a person can act on."""
    from eventsourcing.persistence import PersistenceError

    try:
        yield
    except UnicodeDecodeError as error:
        # Of a damaged file not even what SQLite says about it has to be text.
        raise LogError(f"{location} is damaged: it holds no text where there was some") from error
    except (sqlite3.Error, PersistenceError) as error:
        text = " ".join(str(error).split())
        if "locked" in text or "busy" in text:
            raise LogBusyError(
                f"{location} is held by another process for more than {LOCK_TIMEOUT} s; try again"
            ) from error
        if "readonly" in text:
            raise LogReadOnlyError(f"{location} may not be written ({text}); check its permissions") from error
        if "not a database" in text:
            raise NotALogError(f"{location} is not an SQLite file; name another with --log") from error
        if "unable to open" in text:
            raise LogMissingError(f"{location} cannot be opened; check the path and its permissions") from error
        raise LogError(f"{location}: {text}") from error
    except OSError as error:
        raise LogError(f"{location} cannot be opened: {error.strerror}; name another place with --log") from error
