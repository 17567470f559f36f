"""What the stores' tests put into them: batches as the log makes them, and others."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from eventsourcing.persistence import StoredEvent

from tracker.codec import GENESIS, digest_of, encode, head_of
from tracker.stores.postgres.store import Setup, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.postgres_server import Cluster
    from tracker.stores.store import Store, Stored

TOPIC: Final = "StatementMade.v1"
STAMP: Final = "2026-01-01T00:00:00.000000Z"
CONTENT: Final = b'"party":"NER","text":"\xc3\xa9t\xc3\xa9"'


class Batch(NamedTuple):
    """What one transaction adds: entries, their ids as (negotiation, id, version), and snapshots of negotiations."""

    events: Sequence[Stored]
    ids: Sequence[tuple[str, str, int]]
    snapshots: Sequence[Stored] = ()


def insert(store: Store, batch: Batch) -> Sequence[int]:
    """Add a batch by means of a store's recorders in one transaction, and return its positions."""
    events = [StoredEvent(*event) for event in batch.events]
    if not batch.snapshots:
        return store.recorder.insert_events(events, ids=batch.ids) or ()
    with store.exclusive():
        positions = store.recorder.insert_events(events, ids=batch.ids) or ()
        store.recorder.snapshots.insert_events([StoredEvent(*snapshot) for snapshot in batch.snapshots])
    return positions


def count_ids(store: Store) -> int:
    """Return the number of ids by which a store finds entries."""
    return sum(map(len, store.id_blocks()))


class Writer:
    """Makes batches that follow one another, as the log does, without looking at a store."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, str]] = {}

    def batch(self, *names: str, topic: str = TOPIC, content: bytes = CONTENT) -> Batch:
        """Return a batch with an entry for each name, in order; an entry's id says its version."""
        events, ids = [], []
        for name in names:
            version, head = self.heads.get(name, (0, GENESIS))
            version += 1
            entry = f"e{version}"
            opening = head_of(topic, name, version, head)
            state = encode(opening, entry, content, recorded_at=STAMP, recorded_by='"ada"')
            self.heads[name] = (version, digest_of(state))
            events.append((name, version, topic, state))
            ids.append((name, entry, version))
        return Batch(events, ids)


def eventually(condition: Callable[[], bool], *, seconds: float = 120) -> bool:
    """Say whether something comes true that another process does in its own time."""
    patience = threading.Event()
    return any(condition() or patience.wait(0.01) for _ in range(int(seconds * 100)))


def is_told(store: Store, mark: int) -> bool:
    """Say whether a store's mark becomes another one."""
    return eventually(lambda: store.change_mark() != mark)


def make_team(cluster: Cluster, database: str) -> Setup:
    """Set up a shared log for a team: ada writes, ben reads, and eve may do nothing."""
    setup = set_up(cluster.address(database), writers="communique_writers", readers="communique_readers")
    for name in ("ada", "ben", "eve"):
        if not cluster.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):  # noqa: S608 - names from above
            cluster.sql(f"CREATE ROLE {name} LOGIN")
    cluster.sql("GRANT communique_writers TO ada; GRANT communique_readers TO ben")
    return setup


def tamper(path: Path, old: str, new: str) -> int:
    """Change the first entry of a file that holds a text, behind the log's back, and return its position."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER stored_events_refuses_update")
        rows: list[tuple[int, bytes]] = connection.execute("SELECT rowid, state FROM stored_events").fetchall()
        position, state = next(row for row in rows if old.encode() in row[1])
        changed = state.replace(old.encode(), new.encode())
        connection.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (changed, position))
    return position
