"""What the log with the bundled histories holds: how many entries of each, and at which position each stands."""

from __future__ import annotations

from typing import Final

from tracker.scripts.reading import seed_path, seeds

#: How many entries each history has, in the order in which they were recorded.
ENTRIES: Final = {name: len(seed_path(name).read_text("utf-8").splitlines()) for name in seeds()}
ALL: Final = sum(ENTRIES.values())


def position(negotiation: str, version: int) -> int:
    """Return the position in the log of an entry of a history, counted from 1."""
    names = list(ENTRIES)
    return sum(ENTRIES[name] for name in names[: names.index(negotiation)]) + version


#: Where the last entry of the first example stands.
LAST: Final = position("us-niger", ENTRIES["us-niger"])
