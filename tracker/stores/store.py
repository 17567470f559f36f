"""Where a log is kept: what every store can do, how it refuses, and the properties of a log.

Its tables are read plainly, without the library, whose import takes longer than reading a negotiation. The library's
recorders read the same rows; a test holds the two against each other.
"""

from __future__ import annotations

import re
import uuid
import zlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeAlias

from tracker.errors import DamageError, LogError, LogTooNewError, LogUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tracker.stores.selecting import SelectsEntries

#: What the columns of an entry hold.
_KINDS: Final = (int, str, int, str, bytes)
#: The positions that a database knows; no log has half as many entries.
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_GREATEST: Final = 2**62
#: What stands in the column of the topic for a snapshot.
SNAPSHOT_TOPIC: Final = "Negotiation.v1"
#: Said if what was inserted is not there.
KEPT_OUT: Final = "the log keeps out a part of what was to be recorded; `communique verify` tells why"
_IDENTITY: Final = re.compile("[0-9a-f]{32}")


class Row(NamedTuple):
    """One stored entry as its columns hold it."""

    position: int
    negotiation: str
    version: int
    topic: str
    state: bytes


#: The same as a store gives it.
PlainRow: TypeAlias = tuple[int, str, int, str, bytes]
#: What is stored of an entry or a snapshot: (negotiation, version, topic, state), the library's `StoredEvent` as a row.
Stored: TypeAlias = tuple[str, int, str, bytes]


class Inspection(NamedTuple):
    """What a place itself shows, apart from the entries: what is wrong with it, and what is good to know only."""

    faults: Sequence[str]
    notes: Sequence[str] = ()


class VersionTakenError(Exception):
    """Another writer was first at a version of a negotiation; look again and retry."""


class TurnLostError(LogUnreachableError):
    """The connection was lost inside `exclusive`, and nothing of what was inserted there is recorded."""


class IdTakenError(Exception):
    """An entry of that id is there already; look which it is."""


class Store(ABC):
    """A place that keeps entries in order and never changes one; each query is a moment of its own, so none lasts."""

    #: What a database calls the position of an entry, what stands before its tables' names and for a parameter.
    position: ClassVar[str]
    schema: ClassVar[str]
    mark: ClassVar[str]
    #: Entries a query reads.
    block: ClassVar[int]
    #: Where the log is, as a person would write it; never with a password.
    location: str
    #: A name that no other log has, kept in the log itself.
    identity: str

    @property
    @abstractmethod
    def recorder(self) -> SelectsEntries:
        """The library's recorder of entries, with that of snapshots, durable when `insert_events` returns.

        Inside `exclusive` what is inserted is part of that transaction, which any error obliges the caller to give up.
        Raises `IdTakenError` where an id is there already, `VersionTakenError` where others were first at a version.
        """

    @abstractmethod
    def exclusive(self) -> AbstractContextManager[Any]:
        """Keep other writers out while inside; all that is inserted there is committed at its end, or nothing.

        What it gives executes SQL in that transaction.
        """

    @abstractmethod
    def require_writable(self) -> None:
        """Raise `LogReadOnlyError` where one may not write, `LogBusyError` where another does for too long."""

    @abstractmethod
    def change_mark(self) -> int:
        """Return, quickly, a number that is another one whenever entries may have been added since."""

    @abstractmethod
    def require_apart(self, path: Path) -> None:
        """Raise `NameUnknownError` where a file to be read or written is a part of the log, by whatever name."""

    @abstractmethod
    def inspect(self) -> Inspection:
        """Look at what no entry shows: the tables, their guards, the log's properties, and the file's own pages."""

    @abstractmethod
    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`.

        What others have put on the tables (triggers, rules, indexes) goes. Raises `LogError` where that may not be.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of all connections."""

    @abstractmethod
    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, what this thread's open transaction has written included."""

    def _entries(self, where: str) -> str:
        columns = f"{self.position}, originator_id, originator_version, topic, state"
        return f"SELECT {columns} FROM {self.schema}stored_events WHERE {where.replace('?', self.mark)}"  # noqa: S608 - names only

    def _table(self, columns: str, table: str, rest: str = "") -> str:
        return f"SELECT {columns} FROM {self.schema}{table} {rest.replace('?', self.mark)}"  # noqa: S608 - names only

    def _checked(self, rows: Iterable[PlainRow]) -> Iterator[Row]:
        """Yield rows that hold what a log does, since SQLite holds anything in any column; raises `DamageError`."""
        for row in rows:
            if tuple(map(type, row)) != _KINDS or row[2] > _GREATEST:
                raise self._damage(f"entry #{row[0]}")
            yield Row._make(row)

    def number(self, value: object) -> int:
        """Return a version as it was read; raises `DamageError` where it is none."""
        if not isinstance(value, int) or value > _GREATEST:
            raise self._damage("a version")
        return value

    def _damage(self, what: str) -> DamageError:
        return DamageError(
            f"{self.location} is damaged: {what} is not of the kind that a log holds; `communique verify` tells more"
        )

    def _beyond(self, start: int, last: int) -> int:
        """Return where the next block starts; pages that are damaged may hold rows in any order, and for ever."""
        if last < start:
            raise DamageError(f"{self.location} is damaged: its rows are out of order; `communique verify` tells more")
        return last + 1

    def blocks(self, after: int | None = 0, until: int | None = None) -> Iterator[Sequence[PlainRow]]:
        """Yield what `scan` does, a query's entries at once; after None every row, those before the first too."""
        at = self.position
        sql = self._entries(f"{at} >= ? AND {at} <= ? ORDER BY {at} LIMIT {self.block}")
        start, bound = _FIRST if after is None else after + 1, _LAST if until is None else until
        while start <= bound and (rows := self.query(sql, (start, bound))):
            yield rows
            start = self._beyond(start, rows[-1][0])

    def scan(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield entries in the order of the log, those after one position and up to another."""
        for rows in self.blocks(after, until):
            yield from self._checked(rows)

    def stream(self, negotiation: str, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield a negotiation's entries in order, those after one version and up to another."""
        sql = self._entries(
            "originator_id = ? AND originator_version >= ? AND originator_version <= ? "
            f"ORDER BY originator_version LIMIT {self.block}"
        )
        start, bound = after + 1, _LAST if until is None else until
        while start <= bound and (rows := self.query(sql, (negotiation, start, bound))):
            yield from self._checked(rows)
            start = self._beyond(start, rows[-1][2])

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""
        rows = self.query(self._entries("originator_id = ? ORDER BY originator_version DESC LIMIT 1"), (negotiation,))
        return next(self._checked(rows), None)

    @abstractmethod
    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""

    @abstractmethod
    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""

    def ids(self, negotiation: str, most: int = _GREATEST) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first so many."""
        sql = self._table("entry", "entry_ids", "WHERE negotiation = ? ORDER BY entry LIMIT ?")
        return [entry for (entry,) in self.query(sql, (negotiation, most))]

    def id_blocks(self) -> Iterator[Sequence[tuple[str, str, int]]]:
        """Yield the whole index of ids by name."""
        order = "ORDER BY negotiation, entry LIMIT 4096"
        further = self._table(
            "negotiation, entry, version", "entry_ids", f"WHERE (negotiation, entry) > (?, ?) {order}"
        )
        rows = self.query(self._table("negotiation, entry, version", "entry_ids", order))
        while rows:
            yield rows
            start = rows[-1][:2]
            rows = self.query(further, start)
            names = [*start, *rows[-1][:2]] if rows else []
            if not all(isinstance(name, str) for name in names) or (rows and rows[-1][:2] <= start):
                self._beyond(1, 0)

    def snapshot(self, negotiation: str, until: int | None = None) -> tuple[int, bytes] | None:
        """Return a negotiation's newest snapshot with its version, or the newest one up to a version."""
        newest = "WHERE originator_id = ? AND originator_version <= ? ORDER BY originator_version DESC LIMIT 1"
        sql = self._table("originator_version, state", "stored_snapshots", newest)
        for version, state in self.query(sql, (negotiation, _LAST if until is None else until)):
            if not isinstance(state, bytes):
                raise self._damage(f"a snapshot of {negotiation}")
            return self.number(version), state
        return None

    def snapshots(self) -> Iterator[Stored]:
        """Yield every snapshot, by negotiation and version."""
        one = "WHERE originator_id = ? AND originator_version = ?"
        sql = self._table("originator_id, originator_version, topic, state", "stored_snapshots", one)
        for name in self.query(self._table("originator_id, originator_version", "stored_snapshots", "ORDER BY 1, 2")):
            yield from self.query(sql, name)

    def negotiations(self) -> list[tuple[str, int]]:
        """Return every negotiation with its number of entries, by name; the index is skipped through, a name a step."""
        events = f"{self.schema}stored_events"
        rows = self.query(
            f"WITH RECURSIVE names(name) AS (SELECT MIN(originator_id) FROM {events} UNION ALL "  # noqa: S608 - names only
            f"SELECT (SELECT MIN(originator_id) FROM {events} WHERE originator_id > name) FROM names "
            "WHERE name IS NOT NULL) "
            f"SELECT name, (SELECT MAX(originator_version) FROM {events} WHERE originator_id = name) "
            "FROM names WHERE name IS NOT NULL"
        )
        if not all(isinstance(name, str) and isinstance(version, int) for name, version in rows):
            raise self._damage("the index of negotiations")
        return rows

    def max_position(self) -> int:
        """Return the position of the log's last entry, 0 where there is none."""
        return self.query(self._table(f"MAX({self.position})", "stored_events"))[0][0] or 0


def is_of_library(error: Exception) -> bool:
    """Say whether the library raised an error; its import waits for that, since reading does without the library."""
    from eventsourcing.persistence import PersistenceError

    return isinstance(error, PersistenceError)


def require_known(version: int, known: int, location: str) -> None:
    """Raise `LogTooNewError` where the tables of a log are of a later version than the one that is known."""
    if version > known:
        made = f"{location} has format {version}, made by a newer communique"
        raise LogTooNewError(f"{made}; this one reads up to {known}: upgrade communique")


def new_properties(version: int) -> list[tuple[str, str]]:
    """Return the properties of a log that is being made, as (name, value), with an identity that no other has."""
    identity = uuid.uuid4().hex
    return [("identity", identity), ("format", str(version)), ("identity_check", _check(identity))]


def identity_of(properties: Iterable[tuple[object, object]], location: str) -> str:
    """Return a log's identity; raises `LogError` where the log has lost it."""
    identity = dict(properties).get("identity")
    # Files of a cache are named after it.
    if not isinstance(identity, str) or not identity.isalnum():
        raise LogError(f"{location} is damaged: it has lost its identity; restore it from a backup")
    return identity


def wrong_properties(properties: Iterable[tuple[object, object]], version: int) -> Iterator[str]:
    """Yield what is wrong with the properties of a log whose tables are of this version."""
    held = dict(properties)
    # Logs made before there was a check on it have none.
    identity, check = held.pop("identity", None), held.pop("identity_check", None)
    if not isinstance(identity, str) or _IDENTITY.fullmatch(identity) is None:
        yield "its identity is none: it was changed"
    elif check not in {None, _check(identity)}:
        yield "its identity was changed: it does not match its own check sum"
    if held.pop("format", None) != str(version):
        yield f"the version of its tables is not told as {version}: it was changed"
    for name in held:
        yield f"its property {str(name)[:100]!r} is none of communique's"


def _check(identity: str) -> str:
    return f"{zlib.crc32(identity.encode()):08x}"
