"""Verification: every chain recomputed, every stored byte accounted for, every column compared with them.

What it cannot show: an owner who rewrites a whole negotiation, check sums and chain included, is caught only by a
head that somebody else kept. Give such heads to be looked for.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic_core import from_json

from tracker.codec import GENESIS, is_sealed, opening_of
from tracker.errors import LogError
from tracker.stores import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.stores import PlainRow, Store


#: By digest, the heads that are looked for as they were given, by the negotiation that is to hold them, or none.
Wanted: TypeAlias = dict[str, dict[str, str]]
_CHANGED: Final = "its bytes were changed: they do not match their own check sum"


@dataclass(slots=True)
class Chain:
    """One negotiation's chain: how many entries were read, its head, and where it is broken first."""

    entries: int = 0
    head: str = GENESIS
    broken_at: int | None = None
    reason: str | None = None
    last: PlainRow | None = None

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

    `chains` has a `Chain` for each negotiation; `missing_heads` are heads that no unbroken chain holds; `reason`
    tells what is wrong with the log as a whole.
    """

    chains: dict[str, Chain] = field(default_factory=dict)
    missing_heads: list[str] = field(default_factory=list)
    reason: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the log is whole and holds every head that was asked for."""
        return not self.missing_heads and self.reason is None and all(chain.ok for chain in self.chains.values())

    @property
    def entries(self) -> int:
        """The number of entries read."""
        return sum(chain.entries for chain in self.chains.values())


def verify(store: Store, heads: Iterable[str] = ()) -> Verification:
    """Read a whole log in order and check every entry; memory grows with the number of negotiations."""
    result = Verification()
    wanted: Wanted = {}
    for head in heads:
        name, _, digest = head.rpartition("=")
        wanted.setdefault(digest.lower(), {})[name] = head
    chains = result.chains
    try:
        ids_before = store.count_ids()
        missing = _read(store, chains, wanted)
        for chain in chains.values():
            if chain.last is not None and not is_sealed(chain.last[-1]):
                chain.breaks(chain.last[0], _CHANGED)
        ids = store.count_ids()
        wrong = [f"position #{missing} is missing: entries were deleted or moved"] if missing else []
        # Others may record meanwhile: what was read lies between what was there before and what is there after.
        if not ids_before <= result.entries <= ids:
            wrong.append(f"its index has {ids:,} ids for {result.entries:,} entries: ids were deleted or put in")
        result.reason = "; ".join(wrong) or None
    except LogError as error:
        result.reason = str(error)
    for digest, held in wanted.items():
        for asked, head in held.items():
            result.missing_heads.append(head)
            name = asked or (next(iter(chains)) if len(chains) == 1 else "")
            if name in chains:
                chain = chains[name]
                chain.breaks(
                    chain.last[0] if chain.last else None,
                    f"the chain does not hold the head {digest}; entries are missing or were changed",
                )
    return result


def _read(store: Store, chains: dict[str, Chain], wanted: Wanted) -> int:
    """Take every entry into its chain, and the heads that are held out of those that are wanted.

    Returns the first position that no entry has though a later one has its own, 0 where there is none: stores give
    positions without a gap, so that one shows what is gone with the whole of its negotiation.

    The next entry vouches for the bytes of this one, so that check sums are needed only where the two do not fit, to
    tell which of them was changed, and for the last. One loop without calls: it runs a million times.
    """
    sha256 = hashlib.sha256
    missing = 0
    openings: dict[str, str] = {}
    for expected, row in enumerate(itertools.chain.from_iterable(store.blocks()), 1):
        position, name, version, topic, state = row
        if position != expected and not missing:
            missing = expected
        chain = chains.get(name)
        if chain is None:
            chain = chains[name] = Chain()
        chain.entries = count = chain.entries + 1
        try:
            opening = openings.get(topic)
            if opening is None:
                opening = openings[topic] = opening_of(topic)
            digest = sha256(state).hexdigest()
            head = f'{opening}{name}","version":{version},"previous":"{chain.head}",'.encode()
            if version != count or not state.startswith(head):
                _blame(chain, Row._make(row))
        except (TypeError, ValueError, AttributeError):
            # SQLite holds anything in any column.
            digest = ""
            _blame_last(chain)
            chain.breaks(position, "its columns or bytes were changed: they are not what a log holds")
        chain.head = digest
        chain.last = row
        if digest in wanted and chain.ok:
            for asked in (name, ""):
                wanted[digest].pop(asked, None)
    return missing


def _blame(chain: Chain, row: Row) -> None:
    """Note which entry was changed, of one that does not follow the one before it and that one."""
    _blame_last(chain)
    if not chain.ok:
        return
    if row.version != chain.entries:
        missing = row.version > chain.entries
        wrong = f"version {chain.entries} is missing" if missing else f"version {row.version} is out of order"
        chain.breaks(row.position, f"{wrong}: an entry was deleted, moved or put in")
    elif not is_sealed(row.state):
        chain.breaks(row.position, _CHANGED)
    else:
        chain.breaks(row.position, _difference(chain, row))


def _blame_last(chain: Chain) -> None:
    if chain.last is not None and not is_sealed(chain.last[-1]):
        chain.breaks(chain.last[0], _CHANGED)


def _difference(chain: Chain, row: Row) -> str:
    """Say in which respect bytes that are whole in themselves do not stand where they belong."""
    data = from_json(row.state)
    said = f"{data.get('event')}.v{data.get('event_version')}"
    for name, column, stored in (
        ("negotiation", row.negotiation, data.get("negotiation")),
        ("version", row.version, data.get("version")),
        ("type", row.topic, said),
    ):
        if column != stored:
            return f"its bytes say {name} {stored}, its column says {column}"
    return f"it follows {str(data.get('previous'))[:12]}…, but the entry before it is {chain.head[:12]}…"
