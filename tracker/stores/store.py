"""Where a log is kept: what every store can do, and which one a place names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

from tracker.errors import LogUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

#: Said if what was inserted is not there.
KEPT_OUT: Final = "the log keeps out a part of what was to be recorded; `communique verify` tells why"


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
Stored = tuple[str, int, str, bytes]


class Inspection(NamedTuple):
    """What a place itself shows, apart from the entries: what is wrong with it, and what is good to know only."""

    faults: Sequence[str]
    notes: Sequence[str] = ()


class Batch(NamedTuple):
    """What one transaction adds: entries, their ids as (negotiation, id, version), and snapshots of negotiations."""

    events: Sequence[Stored]
    ids: Sequence[tuple[str, str, int]]
    snapshots: Sequence[Stored] = ()

    @classmethod
    def of_one(cls, entry: Stored, entry_id: str) -> Batch:
        """Return a batch of one entry with its id."""
        return cls((entry,), ((entry[0], entry_id, entry[1]),))


class Store(Protocol):
    """A place that keeps entries in order and never changes one."""

    @property
    def location(self) -> str:
        """Where the log is, as a person would write it; never with a password."""

    @property
    def identity(self) -> str:
        """A name that no other log has, kept in the log itself."""

    def insert(self, batch: Batch) -> Sequence[int]:
        """Add a batch in one transaction and return its positions.

        Inside `exclusive` the batch is part of that transaction, which any error obliges the caller to give up. Raises
        `IdTakenError` where an id is there already, `VersionTakenError` where others were first at a version.
        """

    def insert_one(self, entry: Stored, entry_id: str) -> Sequence[int]:
        """Add one entry with its id as `insert` does, as quickly as that can be done."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other writers out while inside; all that is inserted there is committed at its end, or nothing."""

    def blocks(self, after: int | None = 0, until: int | None = None) -> Iterator[Sequence[PlainRow]]:
        """Yield what `scan` does, as many entries at once as one query reads, for those that look at very many.

        After None there is every row, those included that stand before the first position.
        """

    def scan(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield entries in the order of the log, those after one position and up to another."""

    def stream(self, negotiation: str, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield a negotiation's entries in order, those after one version and up to another."""

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""

    def last_version(self, negotiation: str) -> int:
        """Return the version of a negotiation's last entry, 0 where it has none."""

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""

    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""

    def ids(self, negotiation: str, most: int) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first ones where there are very many."""

    def count_ids(self) -> int:
        """Return the number of ids by which entries are found, which is that of the entries."""

    def id_blocks(self) -> Iterator[Sequence[tuple[str, str, int]]]:
        """Yield the whole index of ids as (negotiation, id, version), by name, as many rows as one query reads."""

    def snapshot(self, negotiation: str) -> tuple[int, bytes] | None:
        """Return a negotiation's newest snapshot with its version."""

    def snapshots(self) -> Iterator[Stored]:
        """Yield every snapshot, by negotiation and version."""

    def stage_rows(self, negotiation: str, topics: Sequence[str], after: int) -> Iterator[Row]:
        """Yield a negotiation's entries of some topics, those after a version."""

    def negotiations(self) -> list[tuple[str, int]]:
        """Return every negotiation with its number of entries, by name."""

    def max_position(self) -> int:
        """Return the position of the log's last entry, 0 where there is none."""

    def change_mark(self) -> int:
        """Return, quickly, a number that is another one whenever entries may have been added since."""

    def inspect(self) -> Inspection:
        """Look at what no entry shows: the tables, their guards, the log's properties, and the file's own pages."""

    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`.

        What others have put on the tables (triggers, rules, indexes) goes. Raises `LogError` where that may not be.
        """

    def close(self) -> None:
        """Let go of all connections."""


class VersionTakenError(Exception):
    """Another writer was first at a version of a negotiation; look again and retry."""


class TurnLostError(LogUnreachableError):
    """The connection was lost inside `exclusive`, and nothing of what was inserted there is recorded."""


class IdTakenError(Exception):
    """An entry of that id is there already; look which it is."""
