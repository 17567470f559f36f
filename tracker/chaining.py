"""What a new entry is chained to: a negotiation as it was last seen, or as a snapshot has it, and its last entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.codec import GENESIS, digest_of, entry_id, head_of, is_sealed
from tracker.errors import DamageError
from tracker.events.references import REGISTERED_BY
from tracker.negotiation import Negotiation

if TYPE_CHECKING:
    from tracker.stores.store import Row, Store

#: The topics of entries that register something, of every version of their types.
STAGE: Final = frozenset(
    f"{kind.__name__}.v{version}" for kind in REGISTERED_BY for version in range(1, kind.event_version + 1)
)


def from_snapshot(store: Store, last: Row) -> tuple[Negotiation, int]:
    """Return a negotiation as its newest snapshot has it, with its version; without one, as it begins."""
    name = last.negotiation
    negotiation = Negotiation(name)
    snapshot = store.snapshot(name)
    if snapshot is None:
        return negotiation, 0
    version, state = snapshot
    try:
        if not _is_number(version) or not 0 < version <= last.version:
            raise ValueError(version)  # noqa: TRY301 - told below with all else that can be wrong
        negotiation.restore(state)
    except (ValueError, TypeError):
        raise DamageError(
            f"the snapshot of {name} at version {version} was changed; `communique verify --repair-derived` makes it "
            "anew"
        ) from None
    return negotiation, version


def is_held(store: Store, known: Negotiation, last: Row) -> bool:
    """Say whether what was known of a negotiation is there still, as it is not behind a failover that lost some."""
    if known.version == last.version:
        return known.head == digest_of(last.state)
    rows = store.stream(known.id, known.version - 1, known.version)
    return known.version == 0 or any(known.head == digest_of(row.state) for row in rows)


def _is_number(value: object) -> bool:
    # SQLite holds anything in any column.
    return isinstance(value, int)


def require_chained(store: Store, last: Row) -> None:
    """Raise `DamageError` where a negotiation's last entry does not fit its columns, its id, or the entry before it."""
    _, name, version, topic, state = last
    before = GENESIS
    if _is_number(version) and version > 1:
        before = next((digest_of(row.state) for row in store.stream(name, version - 2, version - 1)), "")
    entry = entry_id(state)
    if (
        not is_sealed(state)
        or not state.startswith(head_of(str(topic), name, version, before))
        or entry is None
        or store.versions([(name, entry)]).get((name, entry)) != version
    ):
        raise DamageError(
            f"the last entry of {name} (#{last.position}) is not as it was recorded; nothing is recorded behind it; "
            "`communique verify` tells more"
        )
