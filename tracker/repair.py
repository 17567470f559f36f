"""Making anew what a log keeps beside its entries, from the stored bytes, which are never touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.codec import entry_id
from tracker.errors import LogError
from tracker.negotiation import SNAPSHOT_INTERVAL, SNAPSHOT_TOPIC, Negotiation
from tracker.recording import load
from tracker.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.stores.store import Store, Stored
    from tracker.verify import Verification


@dataclass(frozen=True)
class Repair:
    """What making anew came to: what was wrong, and how many ids and snapshots were made."""

    was: list[str]
    ids: int
    snapshots: int


def repair(store: Store, heads: Iterable[str] = ()) -> tuple[Verification, Repair | None]:
    """Make ids, snapshots and guards anew from the bytes, where those are whole and any of the former is not.

    Returns how the log verifies afterwards, and what was done if anything was. The bytes are never touched, and nothing
    is done where they are damaged. Raises `LogError` where it may not be done, or did not help.
    """
    heads = list(heads)
    with store.exclusive():
        found = verify(store, heads, alone=True)
        if not found.is_intact or not (found.derived or found.notes):
            return found, None
        snapshots: list[Stored] = []
        store.rebuild_derived(_ids(store), _snapshots(store, found, snapshots))
        after = verify(store, heads, alone=True)
        if not after.ok:
            raise LogError(
                f"making anew what is derived did not mend {store.location}: {after.reason}; nothing was changed, so "
                "copy what is there with `communique export bundle`, or restore it from a backup"
            )
    return after, Repair([*found.derived, *found.notes], found.entries, len(snapshots))


def _ids(store: Store) -> Iterator[list[tuple[str, str, int]]]:
    for rows in store.blocks(None):
        yield [(name, entry_id(state) or "", version) for _, name, version, _, state in rows]


def _snapshots(store: Store, found: Verification, made: list[Stored]) -> Iterator[Stored]:
    """Yield a snapshot of each negotiation that is long enough for one, and note it."""
    for name, chain in found.chains.items():
        if chain.entries >= SNAPSHOT_INTERVAL:
            negotiation = load(store, name, Negotiation(name))
            made.append((name, chain.entries, SNAPSHOT_TOPIC, negotiation.snapshot()))
            yield made[-1]
