"""The plain reader of a log's tables: what both stores read in the same way, without the library.

Importing the library takes longer than reading a negotiation. The library's recorders read the same rows; a test holds
the two against each other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeAlias

from tracker.errors import DamageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: What the columns of an entry hold.
_KINDS: Final = (int, str, int, str, bytes)
#: The positions that a database knows; no log has half as many entries.
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_GREATEST: Final = 2**62


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


class Reader(ABC):
    """Reads the tables of a log; every query is a moment of its own, so that no read lasts long."""

    #: What a database calls the position of an entry, what stands before its tables' names and for a parameter.
    position: ClassVar[str]
    schema: ClassVar[str]
    mark: ClassVar[str]
    #: Entries a query reads.
    block: ClassVar[int]
    #: Where the log is, as a person would write it; never with a password.
    location: str

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
        """Yield what `scan` does, as many entries at once as one query reads, for those that look at very many.

        After None there is every row, those included that stand before the first position.
        """
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

    def stage_rows(self, negotiation: str, topics: Sequence[str], after: int) -> Iterator[Row]:
        """Yield a negotiation's entries of some topics, those after a version."""
        marks = ",".join("?" * len(topics))
        sql = self._entries(
            f"originator_id = ? AND originator_version > ? AND topic IN ({marks}) ORDER BY originator_version"
        )
        yield from self._checked(self.query(sql, (negotiation, after, *topics)))

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""
        rows = self.query(self._entries("originator_id = ? ORDER BY originator_version DESC LIMIT 1"), (negotiation,))
        return next(self._checked(rows), None)

    def last_version(self, negotiation: str) -> int:
        """Return the version of a negotiation's last entry, from the index alone."""
        sql = self._table("MAX(originator_version)", "stored_events", "WHERE originator_id = ?")
        return self.number(self.query(sql, (negotiation,))[0][0] or 0)

    @abstractmethod
    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""

    @abstractmethod
    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""

    def ids(self, negotiation: str, most: int) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first ones where there are very many."""
        sql = self._table("entry", "entry_ids", "WHERE negotiation = ? ORDER BY entry LIMIT ?")
        return [entry for (entry,) in self.query(sql, (negotiation, most))]

    def count_ids(self) -> int:
        """Return the number of ids by which entries are found."""
        return int(self.query(self._table("COUNT(*)", "entry_ids"))[0][0])

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
