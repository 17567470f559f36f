"""Clocks: the time of this machine, and what was recorded too far ahead of it.

In a negotiation `recorded_at` never goes back and is never changed. One entry recorded under a clock that is a year
ahead gives its time to all that are recorded in that year, so that whoever records such an entry is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tracker.codec import timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

#: What may lie between two clocks that are both right: no zone is further from another one.
_ALLOWED: Final = timedelta(days=1)


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Ahead:
    """The negotiations to which entries were added whose `recorded_at` is ahead of this machine's clock, and that."""

    system: str = ""
    recorded_at: dict[str, str] = field(default_factory=dict)

    def add(self, other: Ahead) -> None:
        """Take in what another one has."""
        self.system = other.system or self.system
        self.recorded_at |= other.recorded_at

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person is to be told: one sentence, or nothing."""
        if not self.recorded_at:
            return ()
        name, latest = max(self.recorded_at.items(), key=lambda item: item[1])
        more = len(self.recorded_at) - 1
        others = f" and {more:,} more negotiation{'' if more == 1 else 's'}" if more else ""
        told = (
            f"entries of {name}{others} are recorded as of {_short(latest)}, more than a day ahead of this machine's "
            f"clock ({_short(self.system)}); that cannot be taken back, and no later entry there gets an earlier time: "
            "see which clock is wrong before you record more"
        )
        return (told,)


def ahead_of(system: Callable[[], datetime], recorded_at: dict[str, str]) -> Ahead:
    """Return which of these times, as stored and by negotiation, are more than a day ahead of a clock."""
    present = system()
    limit = timestamp(present + _ALLOWED)
    far = {name: stamp for name, stamp in recorded_at.items() if stamp > limit}
    return Ahead(timestamp(present), far) if far else Ahead()


def _short(stamp: str) -> str:
    """Return a time as stored without the parts of its second."""
    return stamp.partition(".")[0] + "Z"
