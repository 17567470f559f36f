"""Setting up a log in PostgreSQL for a team: its tables, their guards, and two roles that people become members of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tracker.errors import LogMissingError, LogReadOnlyError
from tracker.stores.postgres.store import PostgresStore

#: Settings of a server without which a power failure can take what was acknowledged.
_DURABLE: Final = ("fsync", "full_page_writes")


@dataclass
class Setup:
    """What setting up came to: whether the log was made just now, the roles that were made, and what to look at."""

    location: str
    identity: str
    was_made: bool
    roles_made: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def set_up(where: str, *, writers: str, readers: str) -> Setup:
    """Make a log with its roles, or put right whatever is missing of one, without touching what it holds.

    Raises `LogError` where the connecting user may not do that.
    """
    try:
        store = PostgresStore(where, create=False, read_only=False)
        was_made = False
    except LogMissingError:
        store = PostgresStore(where, create=True, read_only=False)
        was_made = True
    try:
        setup = Setup(store.location, store.identity, was_made)
        try:
            setup.roles_made = store.put_right(writers, readers)
        except LogReadOnlyError as error:
            raise LogReadOnlyError(f"only the owner of the log in {store.location} may set it up") from error
        for name in _DURABLE:
            if store.setting(name) == "off":
                setup.warnings.append(f"the server has {name} = off: a power failure can take entries; switch it on")
        if not store.setting("synchronous_standby_names"):
            setup.warnings.append(
                "the server has no synchronous standby: should it be lost, entries are restored from a backup"
            )
    finally:
        store.close()
    return setup
