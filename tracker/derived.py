"""What a log keeps beside its entries so as to find them: the index of ids, and snapshots of the registers.

All of it follows from the stored bytes. It is compared with them here; `tracker.verify.repair` makes it anew.
"""

from __future__ import annotations

from itertools import chain as chained
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from tracker.codec import decode, entry_id
from tracker.events.references import REGISTERED_BY
from tracker.negotiation import Negotiation, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.stores.store import Row, Store
    from tracker.verify import Chain

#: The topics of entries that register something, of every version of their types.
STAGE: Final = frozenset(
    f"{kind.__name__}.v{version}" for kind in REGISTERED_BY for version in range(1, kind.event_version + 1)
)
#: What an entry registers: its version, the register and the name.
Registered: TypeAlias = tuple[int, str, str]
_MENDED: Final = "; `communique verify --repair-derived` makes it anew"


def registered_by(row: Row) -> list[Registered]:
    """Return what an entry of a type that registers names registers: one name, or none where it cannot be told."""
    event = decode(row.topic, row.state, row.position).event
    register = REGISTERED_BY.get(type(event))
    return [] if register is None else [(row.version, register, getattr(event, register))]


def wrong_ids(store: Store, entries: int, ids: int) -> tuple[str, bool] | None:
    """Say what is wrong with the index of ids, and whether it knows of entries that were cut off; None if nothing is.

    `entries` were read, and `ids` is the sum of the hashes of each one's negotiation, id and version, as one text with
    NUL between. Python's hash of a text is keyed anew in each process, so that equal sums show equal sets. That of a
    tuple adds up what it is made of: ids that have exchanged their versions can have the same sum.
    """
    count = total = 0
    for rows in store.id_blocks():
        count += len(rows)
        total += sum([hash(f"{name}\0{entry}\0{version}") for name, entry, version in rows])
    if (count, total) == (entries, ids):
        return None
    first: str | None = None
    beyond: str | None = None
    for message, is_beyond in _wrong_ids(store):
        first = first or message
        beyond = beyond or (message if is_beyond else None)
    if first is None:
        # Somebody has recorded meanwhile.
        return None
    told = f"its index has {count:,} ids for {entries:,} entries"
    if count > entries and beyond is not None:
        cut_off = "entries were cut off at the end, and only the index still knows them; restore the log from a backup"
        return f"{told} ({beyond}): {cut_off}", True
    if count != entries:
        return f"{told}: ids were deleted or put in ({first}){_MENDED}", False
    return f"its index of ids is not what the bytes say: {first}{_MENDED}", False


def _wrong_ids(store: Store) -> Iterator[tuple[str, bool]]:
    """Yield where index and bytes differ, a negotiation at a time; the index comes first, as others may record."""
    seen = set()
    rows = chained.from_iterable(store.id_blocks())
    for name, group in groupby(rows, itemgetter(0)):
        seen.add(name)
        index = {entry: version for _, entry, version in group}
        yield from _compared(store, name, index)
    for name, _ in store.negotiations():
        if name not in seen:
            yield from _compared(store, name, {})


def _compared(store: Store, name: str, index: dict[str, int]) -> Iterator[tuple[str, bool]]:
    """Yield what differs, and whether the ids that have no entry are just those of versions behind the last one."""
    later: list[tuple[str, str]] = []
    versions: dict[str, int] = {}
    for row in store.stream(name):
        entry = entry_id(row.state)
        if entry is None:
            # Bytes that are damaged are told elsewhere, and nothing can be said of their id.
            index = {found: version for found, version in index.items() if version != row.version}
            continue
        versions[entry] = row.version
        if entry not in index:
            later.append((name, entry))
    for (_, entry), version in store.versions(later).items():
        index[entry] = version
    for entry, version in versions.items():
        if entry not in index:
            yield f"{entry!r} of {name} at version {version} is not in it", False
        elif index[entry] != version:
            yield f"{entry!r} of {name} is at version {version}, and it says {index[entry]}", False
    without = [entry for entry in index if entry not in versions]
    last = max(versions.values(), default=0)
    # SQLite holds anything in any column.
    is_beyond = {index[entry] for entry in without} == set(range(last + 1, last + 1 + len(without)))
    for entry in without:
        yield f"no entry of {name} is {str(entry)[:100]!r}", is_beyond


def wrong_snapshot(store: Store, chains: Mapping[str, Chain]) -> str | None:
    """Say which snapshot does not hold the registers as they were at its version, None where each does."""
    for name, snapshots in groupby(store.snapshots(), itemgetter(0)):
        chain = chains.get(name)
        if chain is not None and not chain.ok:
            continue
        entries, registered = (chain.entries, chain.registered) if chain is not None else (0, [])
        negotiation, done = Negotiation(name), 0
        for _, version, topic, state in snapshots:
            # SQLite holds anything in any column.
            is_version = type(version) is int and version > 0
            if is_version and version > entries and type(name) is str:
                # Somebody may have recorded meanwhile.
                last = store.last(name)
                entries = last.version if last is not None else 0
                registered = [one for row in store.stream(name) if row.topic in STAGE for one in registered_by(row)]
            if not is_version or version > entries:
                return (
                    f"a snapshot is of {str(name)[:100]!r} at version {str(version)[:100]}, which is not there{_MENDED}"
                )
            while done < len(registered) and registered[done][0] <= version:
                negotiation.register(*registered[done][1:])
                done += 1
            if (topic, state) != Snapshot.take(negotiation)[2:]:
                return f"the snapshot of {name} at version {version} is not what its entries say{_MENDED}"
    return None
