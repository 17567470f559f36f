"""How the recorders of both stores select: through the store, which sees what the open transaction has written.

The library's own selections take a connection that does not see it, and give what is no entry for one.
"""

from __future__ import annotations

from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, Notification, StoredEvent

from tracker.codec import entry_id
from tracker.stores.store import SNAPSHOT_TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from tracker.stores.store import Store

#: What the tables hold of a stored event.
COLUMNS: Final = attrgetter("originator_id", "originator_version", "topic", "state")


def ids_of(stored_events: Iterable[StoredEvent]) -> list[tuple[str, str, int]]:
    """Return the ids in the bytes of entries, as (negotiation, id, version)."""
    return [(str(one.originator_id), entry_id(one.state) or "", one.originator_version) for one in stored_events]


class SelectsSnapshots(AggregateRecorder):
    """Selects snapshots, of which a repository asks for the newest only."""

    store: Store

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a negotiation's snapshots between two versions, exclusive and inclusive."""
        if desc and limit == 1:
            newest = self.store.snapshot(str(originator_id), lte)
            rows = [] if newest is None else [(originator_id, newest[0], SNAPSHOT_TOPIC, newest[1])]
        else:
            rows = [row for row in self.store.snapshots() if row[0] == originator_id]
        found = [StoredEvent(*row) for row in rows if (gt or 0) < row[1] and (lte is None or row[1] <= lte)]
        return (found[::-1] if desc else found)[:limit]


class SelectsEntries(ApplicationRecorder):
    """Selects entries, each with its position."""

    store: Store
    #: The recorder of snapshots, in the same transactions.
    snapshots: SelectsSnapshots

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a negotiation's entries between two versions, exclusive and inclusive."""
        found = [Notification(*row[1:], id=row[0]) for row in self.store.stream(str(originator_id), gt or 0, lte)]
        return (found[::-1] if desc else found)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return entries in the order of the log, of some topics or all."""
        rows = self.store.scan(start - inclusive_of_start if start is not None else 0, stop)
        wanted = (row for row in rows if not topics or row.topic in topics)
        return [Notification(*row[1:], id=row[0]) for row in islice(wanted, limit)]
