"""A log that is open before what its entries are made of has been imported: the first screen waits for less."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.log import EventLog


class LazyLog:
    """A log that is open before what its entries are made of has been imported; use it as a context manager.

    The `log` over its `store` is there from when it is first asked for. Raises `LogError`.
    """

    def __init__(
        self,
        where: str,
        *,
        create: bool = False,
        read_only: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        from tracker.stores.opening import open_store

        self.store = open_store(where, create=create, read_only=read_only)
        self.identity, self.location = self.store.identity, self.store.location
        self._read_only, self._clock = read_only, clock

    @cached_property
    def log(self) -> EventLog:
        """The log."""
        from tracker.log import EventLog

        return EventLog(self.store, read_only=self._read_only, clock=self._clock)

    def require(self, negotiation: str) -> None:
        """Raise `NameUnknownError` where the log has no such negotiation."""
        if self.store.last(negotiation) is None:
            self.log.require(negotiation)

    def close(self) -> None:
        """Let go of the log."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
