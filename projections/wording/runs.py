"""Runs of entries that say little each, told in one line."""

from __future__ import annotations

from tracker.dates import from_instant
from tracker.edtf import MONTHS


def corroborations(count: int, known: int) -> str:
    """Return what stands for so many corroborations that became known in the month of an instant, microseconds UTC.

    >>> corroborations(16, 1_715_385_600_000_000)
    '16 corroborations, May 2024'
    """
    when = from_instant(known)
    return f"{count:,} corroborations, {MONTHS[when.month - 1]} {when.year}"
