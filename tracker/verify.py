"""Verification: every row that any verb reads, every chain recomputed, and all that is derived compared with the bytes.

What is derived is made anew from the bytes, where it is wrong and they are whole; they themselves are never touched.

What it cannot show: an owner who rewrites a negotiation from some entry on, check sums and chain included, or who lets
two negotiations' entries change places, is caught only by a head that somebody else kept. Give such heads to be looked
for.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic_core import from_json

from tracker.codec import AFTER_HEAD, GENESIS, SEAL_LENGTH, decode, entry_id, is_sealed, opening_of
from tracker.derived import STAGE, registered_by, wrong_ids, wrong_snapshot
from tracker.errors import DamageError, LogError
from tracker.negotiation import SNAPSHOT_INTERVAL, Negotiation, Snapshot
from tracker.stores.store import Inspection, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.derived import Registered
    from tracker.stores.store import PlainRow, Store, Stored


#: By digest, the heads that are looked for as they were given, by the negotiation that is to hold them, or none.
Wanted: TypeAlias = dict[str, dict[str, str]]
_TWICE: Final = "its bytes hold a key of their head twice, so that they are read otherwise than they stand"
_NO_ENTRY: Final = "its columns or bytes were changed: they are not what a log holds"
#: What may be a key of the head once more, which would be read in its place, however it is written. Most often not.
_AGAIN: Final = re.compile(
    rb',(?:"(?:(?:event(?:_version)?|negotiation|version|previous|recorded_(?:at|by)|id|crc32)"|[^"\\]*\\)|\s+")'
)


@dataclass(slots=True)
class Chain:
    """A negotiation's chain: entries read, head, where and why it breaks first, last row, and what it registered."""

    entries: int = 0
    head: str = GENESIS
    broken_at: int | None = None
    reason: str | None = None
    last: PlainRow | None = None
    registered: list[Registered] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.reason is None

    def breaks(self, position: int | None, reason: str) -> None:
        """Note the first thing that is wrong."""
        if self.reason is None:
            self.broken_at, self.reason = position, reason


@dataclass
class Verification:
    """What verifying a log found.

    `chains` has a `Chain` for each negotiation; `head` is the SHA-256 of all entries' digests in the order of the log;
    `missing_heads` are heads that no unbroken chain holds; `order` tells what is wrong with the order of the log,
    `derived` what is wrong beside the entries; `notes` are good to know, and nothing is wrong.
    """

    chains: dict[str, Chain] = field(default_factory=dict)
    head: str = hashlib.sha256().hexdigest()
    missing_heads: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str | None:
        """What is wrong with the log as a whole."""
        return "; ".join(dict.fromkeys([*self.order, *self.derived])) or None

    @property
    def is_intact(self) -> bool:
        """Whether all entries are as they were recorded, whatever is derived from them."""
        return not self.missing_heads and not self.order and all(chain.ok for chain in self.chains.values())

    @property
    def ok(self) -> bool:
        """Whether the log is whole and holds every head that was asked for."""
        return self.is_intact and not self.derived

    @property
    def entries(self) -> int:
        """The number of entries read."""
        return sum(chain.entries for chain in self.chains.values())


def verify(store: Store, heads: Iterable[str] = (), *, alone: bool = False) -> Verification:
    """Read a whole log in order and check every entry; memory grows with the negotiations and what they register.

    With `alone` nothing goes on in another thread, which inside `exclusive` would not see what was inserted there.
    """
    result = Verification()
    wanted: Wanted = {}
    for head in heads:
        name, _, digest = head.rpartition("=")
        wanted.setdefault(digest.lower(), {})[name] = head
    if alone:
        _check(store, result, wanted)
        inspection = _inspected(store)
    else:
        # What a store does by itself keeps another core busy.
        with ThreadPoolExecutor(1) as beside:
            inspecting = beside.submit(_inspected, store)
            _check(store, result, wanted)
            inspection = inspecting.result()
    result.derived += inspection.faults
    result.notes += inspection.notes
    _tell_missing(result, wanted)
    return result


def _check(store: Store, result: Verification, wanted: Wanted) -> None:
    try:
        ids = _read(store, result, wanted)
    except LogError as error:
        result.order.append(str(error))
        return
    for chain in result.chains.values():
        # No later entry vouches for the last one.
        if chain.last is not None and chain.ok:
            position, _, _, topic, state = chain.last
            try:
                decode(topic, state, position)
            except DamageError:
                chain.breaks(position, _NO_ENTRY)
    try:
        wrong = wrong_ids(store, result.entries, ids)
        if wrong is not None:
            message, knows_more = wrong
            # What tells of entries that are gone is not made anew.
            (result.order if knows_more else result.derived).append(message)
        snapshot = wrong_snapshot(store, result.chains)
        result.derived += [snapshot] if snapshot else []
    except LogError as error:
        result.derived.append(str(error))


def _inspected(store: Store) -> Inspection:
    try:
        return store.inspect()
    except LogError as error:
        return Inspection([str(error)])


def _tell_missing(result: Verification, wanted: Wanted) -> None:
    chains = result.chains
    for digest, held in wanted.items():
        for asked, head in held.items():
            result.missing_heads.append(head)
            name = asked or (next(iter(chains)) if len(chains) == 1 else "")
            if name in chains:
                chain = chains[name]
                wrong = f"the chain does not hold the head {digest}; entries are missing or were changed"
                if digest == result.head:
                    wrong = f"the chain does not hold {digest}, which is the head of the log as a whole: give it alone"
                chain.breaks(chain.last[0] if chain.last else None, wrong)


def _read(store: Store, result: Verification, wanted: Wanted) -> int:  # noqa: C901, PLR0912, PLR0915 - one loop
    """Take every entry into its chain, and the heads that are held out of those that are wanted.

    Returns the sum of the hashes of all negotiations, ids and versions, as `wrong_ids` takes it. Stores give positions
    without a gap, so that one shows what is gone with the whole of its negotiation. One loop almost without calls: it
    runs a million times.
    """
    sha256, crc32, stamp, again, stage = hashlib.sha256, zlib.crc32, AFTER_HEAD.match, _AGAIN.search, STAGE
    chains = result.chains
    whole = sha256()
    openings: dict[str, str] = {}
    asks_for_whole = any("" in held for held in wanted.values())
    is_unbroken = True
    expected = ids = 0
    for rows in store.blocks(None):
        for row in rows:
            position, name, version, topic, state = row
            expected += 1
            if position != expected:
                is_unbroken = False
                if not result.order:
                    gone = f"position #{expected} is missing: entries were deleted or moved"
                    before = f"an entry stands at position #{position}, before the first: it was put in or moved"
                    result.order.append(before if position < expected else gone)
            chain = chains.get(name)
            if chain is None:
                if type(name) is not str:
                    result.order.append(f"the entry at position #{position} names no negotiation")
                    is_unbroken = False
                    continue
                chain = chains[name] = Chain()
            chain.entries = count = chain.entries + 1
            try:
                opening = openings.get(topic)
                if opening is None:
                    opening = openings[topic] = opening_of(topic)
                digest = sha256(state).digest()
                head = f'{opening}{name}","version":{version},"previous":"{chain.head}",'.encode()
                stamped = stamp(state, len(head))
                end = len(state) - SEAL_LENGTH
                if (
                    version != count
                    or stamped is None
                    or state[end:] != b',"crc32":"%08x"}' % crc32(state[:end])
                    or not state.startswith(head)
                ):
                    chain.breaks(position, _difference(chain, Row._make(row)))
                else:
                    ids += hash(f"{name}\0{stamped[1].decode()}\0{version}")
                    if again(state, stamped.end(), end) and _reads_otherwise(state, stamped.end()):
                        chain.breaks(position, _TWICE)
                    if topic in stage:
                        chain.registered += registered_by(Row._make(row))
            except (TypeError, ValueError, AttributeError, DamageError):
                # SQLite holds anything in any column.
                digest = b""
                chain.breaks(position, _NO_ENTRY)
            chain.head = digest.hex()
            chain.last = row
            whole.update(digest)
            if chain.reason is not None:
                is_unbroken = False
            if wanted:
                if chain.reason is None and chain.head in wanted:
                    for asked in (name, ""):
                        wanted[chain.head].pop(asked, None)
                if asks_for_whole and is_unbroken and (so_far := whole.copy().hexdigest()) in wanted:
                    wanted[so_far].pop("", None)
    result.head = whole.hexdigest()
    return ids


def _difference(chain: Chain, row: Row) -> str:
    """Say what is wrong with an entry that does not follow the one before it."""
    if row.version != chain.entries:
        missing = row.version > chain.entries
        wrong = f"version {chain.entries} is missing" if missing else f"version {row.version} is out of order"
        return f"{wrong}: an entry was deleted, moved or put in"
    if not is_sealed(row.state):
        return "its bytes were changed: they do not match their own check sum"
    data = from_json(row.state)
    said = f"{data.get('event')}.v{data.get('event_version')}"
    for name, column, stored in (
        ("negotiation", row.negotiation, data.get("negotiation")),
        ("version", row.version, data.get("version")),
        ("type", row.topic, said),
    ):
        if column != stored:
            return f"its bytes say {name} {stored}, its column says {column}"
    if data.get("previous") == chain.head:
        return _NO_ENTRY
    return f"it follows {str(data.get('previous'))[:12]}…, but the entry before it is {chain.head[:12]}…"


def _reads_otherwise(state: bytes, end: int) -> bool:
    """Say whether who reads an entry finds something else than what stands in its head, up to there, and its seal."""
    head = from_json(state[:end] + b"}") | {"crc32": state[-10:-2].decode()}
    return bool({**from_json(state), **head} != from_json(state))


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
        long = (item for item in found.chains.items() if item[1].entries >= SNAPSHOT_INTERVAL)
        snapshots = [_snapshot(name, chain) for name, chain in long]
        blocks = store.blocks(None)
        ids = ([(name, entry_id(state) or "", version) for _, name, version, _, state in rows] for rows in blocks)
        store.rebuild_derived(ids, snapshots)
        after = verify(store, heads, alone=True)
        if not after.ok:
            raise LogError(
                f"making anew what is derived did not mend {store.location}: {after.reason}; nothing was changed, so "
                "copy what is there with `communique export bundle`, or restore it from a backup"
            )
    return after, Repair([*found.derived, *found.notes], found.entries, len(snapshots))


def _snapshot(name: str, chain: Chain) -> Stored:
    """Return the snapshot of a negotiation as its last entry leaves it."""
    negotiation = Negotiation(name, chain.entries)
    for _, register, registered in chain.registered:
        negotiation.register(register, registered)
    return Snapshot.take(negotiation)
