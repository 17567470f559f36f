"""Copying a log from one store to another: its bytes, its chains and the order of its entries as they are.

The copy has an identity of its own, so that nothing which was computed from the one is taken for the other's.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json

from tracker.errors import LogConflictError, LogError
from tracker.negotiation import NewEntry
from tracker.recording import Ahead
from tracker.stores.store import IdTakenError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.log import EventLog
    from tracker.stores.store import Row
    from tracker.verify import Verification

_BATCH: Final = 1000


@dataclass(frozen=True)
class Copy:
    """What copying came to: entries copied, those that were there from an earlier run, and each negotiation's head."""

    count: int
    already: int
    heads: dict[str, str]
    ahead: Ahead = field(default_factory=Ahead)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever takes them in is to be told: that entries were recorded under a clock far ahead."""
        return self.ahead.warnings


def copy_log(source: EventLog, target: EventLog, *, progress: Callable[[int], object] | None = None) -> Copy:
    """Copy a whole log into an empty one, or go on where an earlier copying stopped.

    Both are verified: the source before, the target afterwards. `progress` is called with the number of entries done.
    Raises `LogError` where the source is damaged, or the target holds anything else than the source's first entries.
    """
    require_whole(source.verify(), f"{source.location} is damaged and was not copied")
    rows = source.store.scan()
    already, position = _skip_common(rows, source, target)
    count = already
    while batch := list(islice(rows, _BATCH)):
        position = _append(target, batch, position)
        count += len(batch)
        if progress is not None:
            progress(count)
    copied = target.verify()
    require_whole(copied, f"the copy in {target.location} is damaged")
    return Copy(count - already, already, {name: chain.head for name, chain in copied.chains.items()})


def require_whole(verification: Verification, otherwise: str) -> None:
    """Raise `LogError` with the first thing that a verification has found."""
    if verification.ok:
        return
    found = next(
        (f"{name}: {chain.reason} (#{chain.broken_at})" for name, chain in verification.chains.items() if chain.reason),
        verification.reason,
    )
    raise LogError(f"{otherwise}: {found}; `communique verify` tells more")


def _skip_common(rows: Iterator[Row], source: EventLog, target: EventLog) -> tuple[int, int]:
    """Move on in the source past what the target holds already; return how much that is, and its last position."""
    count = position = 0
    for there in target.store.scan():
        here = next(rows, None)
        if here is None or here[1:] != there[1:]:
            raise LogError(
                f"{target.location} holds other entries than {source.location} begins with (from #{there.position}); "
                "copy into an empty log, or into an earlier copy of the same"
            )
        count, position = count + 1, there.position
    return count, position


def _append(target: EventLog, rows: Sequence[Row], position: int) -> int:
    """Add rows in one transaction after a position, which must be the last still, and return that of the last row."""
    entries = [NewEntry(*row[1:], from_json(row.state)["id"]) for row in rows]
    with suppress(VersionTakenError, IdTakenError), target.transaction():
        if target.store.max_position() == position:
            return target.application.insert(entries)[-1]
    raise LogConflictError(
        f"somebody else records in {target.location}; what was copied stays: run the same again once nobody does"
    )
