"""A log that is open before what its entries are made of has been imported, so that a screen is there at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from tracker.log import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.log import EventLog
    from tracker.stores.store import Store


class LazyLog:
    """The store of a log, and the log over it from when it is first asked for; use it as a context manager."""

    def __init__(self, store: Store, make: Callable[[Store], EventLog]) -> None:
        self.store = store
        self._make = make

    @classmethod
    def open(cls, where: str, *, read_only: bool = False, clock: Callable[[], datetime] | None = None) -> Self:
        """Open the store of a log that is there, as `EventLog.open` does. Raises `LogError`."""

        def make(store: Store) -> EventLog:
            from tracker.log import EventLog

            return EventLog(store, read_only=read_only, clock=clock)

        return cls(open_store(where, create=False, read_only=read_only), make)

    @property
    def identity(self) -> str:
        """A name that no other log has."""
        return self.store.identity

    @property
    def location(self) -> str:
        """Where the log is; never with a password."""
        return self.store.location

    @cached_property
    def log(self) -> EventLog:
        """The log."""
        return self._make(self.store)

    def require(self, negotiation: str) -> None:
        """Raise `NameUnknownError` where the log has no such negotiation."""
        if self.store.last(negotiation) is None:
            self.log.require(negotiation)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()
