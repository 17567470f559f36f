"""What is recorded: an append-only, tamper-evident log of what has been claimed about a negotiation.

Typed events (`tracker.events`) say who claimed what, when it happened, when it became public and on what evidence.
`EventLog` (`tracker.log`) holds them in chains of digests and never changes one. What can be said from them is
computed in `projections`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.log import EventLog

__all__ = ["EventLog"]


def __getattr__(name: str) -> object:
    """Import the log when it is first asked for, so that `tracker.dates` or `tracker.events` alone stay cheap."""
    if name == "EventLog":
        from tracker.log import EventLog

        return EventLog
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
