"""Time travel in a loaded negotiation: one step on each axis, and the difference between two cuts."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import Row
from projections.claims.claims import reach_of
from projections.claims.cut import Cut
from projections.claims.history import History
from projections.judgement.outlook import Outlook
from projections.views.diff import diff
from tracker import EventLog
from tracker.system import collector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from projections.views.status import Status

TODAY = date(2026, 1, 1)
_STEPS = 40


def steps(path: Path) -> list[Row]:
    """Measure a step on each axis, and a diff of two cuts, against decoding the negotiation's entries once."""
    with EventLog.open(path, read_only=True) as log:
        (name,) = log.negotiations()
        decoding = statistics.median(_seconds(lambda: History.load(log, name)) for _ in range(5))
        history = History.load(log, name)
    count = len(history.entries)
    rows = []
    for axis, cuts in _cuts(history).items():
        outlook = Outlook(history, today=TODAY)
        _seek(outlook, history, cuts[0])
        took = [_seconds(partial(_seek, outlook, history, cut)) for cut in (*cuts[1:], *cuts[-2::-1])]
        work = f"a scrub step by {axis} among {count:,} entries"
        ours = statistics.median(took)
        rows.append(Row(work, "decoding its entries once", ours, decoding, 0.05, higher_is_better=False))
    first, last = _cuts(history)["known"][0], _cuts(history)["known"][-1]
    outlook = Outlook(history, today=TODAY)
    _seek(outlook, history, first)
    took = [_seconds(lambda: _diff(outlook, history, first, last)) for _ in range(9)]
    work = f"diff of two cuts {_STEPS} steps apart"
    rows.append(Row(work, "decoding its entries once", statistics.median(took), decoding, 0.2, higher_is_better=False))
    return rows


def _cuts(history: History) -> dict[str, list[Cut]]:
    """Return cuts that follow one another in the middle of a history, on each axis."""
    middle = len(history.entries) // 2
    day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=middle // 4)
    days = [str((day + timedelta(days=number)).date()) for number in range(_STEPS)]
    positions = [recorded.position for recorded in history.entries[middle : middle + _STEPS]]
    return {
        "happened": [Cut(happened_by=text) for text in days],
        "known": [Cut(known_by=text) for text in days],
        "recorded": [Cut(recorded_by=f"#{position}") for position in positions],
    }


def _seek(outlook: Outlook, history: History, cut: Cut) -> Status:
    outlook.seek(reach_of(history, cut), cut)
    return outlook.status()


def _diff(outlook: Outlook, history: History, before: Cut, after: Cut) -> object:
    return diff(_seek(outlook, history, before), _seek(outlook, history, after))


def _seconds(work: Callable[[], object]) -> float:
    with collector.paused():
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
