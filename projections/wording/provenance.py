"""Where an entry comes from, in words: who proposed it, where it was first recorded, and whether its quote is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def recorded_words(when: str, by: str, drafted_by: str | None) -> str:
    """Return when and by whom an entry was recorded, and who had proposed it.

    >>> recorded_words("2026-01-02", "ann", "converter")
    'recorded 2026-01-02 by ann, drafted by converter'
    """
    drafted = "" if drafted_by is None else f", drafted by {drafted_by}"
    return f"recorded {when} by {by}{drafted}"


def origin_words(origin: Mapping[str, Any], when: str | None = None) -> str:
    """Return where an entry that was merged or moved was first recorded; `when` is written in place of its own time."""
    place = f"{origin['negotiation']} {origin['entry']}, " if "negotiation" in origin else ""
    drafted = f", drafted by {origin['drafted_by']}" if "drafted_by" in origin else ""
    said = f"first recorded {when or origin['recorded_at']} by {origin['recorded_by']}{drafted}"
    return f"{said}: {place}#{origin['position']} of the log {origin['log']}"


def quote_words(*, found: bool | None, length: int = 0) -> str:
    """Return whether a quote is in the captured text of its source, which has so many characters."""
    if found is None:
        return "no text is captured, so the quote cannot be looked for"
    if found:
        return "the quote in the captured text"
    return f"QUOTE NOT FOUND in the captured text ({length:,} {'character' if length == 1 else 'characters'})"


def proposed_words(by: str, when: str, reason: str | None) -> str:
    """Return who proposed a draft, when and why."""
    return f"proposed by {by} on {when}" + (f": {reason}" if reason else "")
