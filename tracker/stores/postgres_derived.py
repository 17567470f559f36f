"""Reading what a log in PostgreSQL keeps beside its entries: the index of ids, snapshots, and its guards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from tracker.errors import DamageError
from tracker.stores.postgres_check import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.stores import Inspection, Stored


class Derived:
    """The part of a store that reads what is derived from the entries."""

    location: str

    def _query(self, sql: LiteralString, parameters: Sequence[Any] = ()) -> list[Any]:
        raise NotImplementedError

    def _beyond(self, start: int, last: int) -> int:
        """Return where the next block starts; an index that is damaged may give rows in any order, and for ever."""
        if last < start:
            raise DamageError(f"{self.location} is damaged: its rows are out of order; `communique verify` tells more")
        return last + 1

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""
        if not entries:
            return {}
        rows = self._query(
            "SELECT negotiation, entry, version FROM communique.entry_ids "
            "JOIN unnest(%b::text[], %b::text[]) AS wanted (negotiation, entry) USING (negotiation, entry)",
            [list(names) for names in zip(*entries, strict=True)],
        )
        return {(negotiation, entry): version for negotiation, entry, version in rows}

    def ids(self, negotiation: str, most: int) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first ones where there are very many."""
        sql = "SELECT entry FROM communique.entry_ids WHERE negotiation = %s ORDER BY entry LIMIT %s"
        return [entry for (entry,) in self._query(sql, (negotiation, most))]

    def count_ids(self) -> int:
        """Return the number of ids by which entries are found."""
        return int(self._query("SELECT count(*) FROM communique.entry_ids")[0][0])

    def snapshot(self, negotiation: str) -> tuple[int, bytes] | None:
        """Return a negotiation's newest snapshot with its version."""
        rows = self._query(
            "SELECT originator_version, state FROM communique.stored_snapshots WHERE originator_id = %s "
            "ORDER BY originator_version DESC LIMIT 1",
            (negotiation,),
        )
        return rows[0] if rows else None

    def id_blocks(self) -> Iterator[Sequence[tuple[str, str, int]]]:
        """Yield the whole index of ids by name."""
        sql = "SELECT negotiation, entry, version FROM communique.entry_ids"
        order = " ORDER BY negotiation, entry LIMIT 4096"
        rows = self._query(sql + order)
        while rows:
            yield rows
            start = rows[-1][:2]
            rows = self._query(sql + " WHERE (negotiation, entry) > (%s, %s)" + order, start)
            if rows and rows[-1][:2] <= start:
                self._beyond(1, 0)

    def snapshots(self) -> Iterator[Stored]:
        """Yield every snapshot, by negotiation and version."""
        for name in self._query(
            "SELECT originator_id, originator_version FROM communique.stored_snapshots ORDER BY 1, 2"
        ):
            yield from self._query(
                "SELECT originator_id, originator_version, topic, state FROM communique.stored_snapshots"
                " WHERE originator_id = %s AND originator_version = %s",
                name,
            )

    def inspect(self) -> Inspection:
        """Look at the tables and their guards, and at the log's properties."""
        return inspect(self._query)
