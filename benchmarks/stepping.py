"""Time travel in a loaded negotiation: a step and a jump on each axis, and the difference between two cuts."""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import Row
from projections.claims.cut import Cut
from projections.claims.history import History
from projections.views.replay import Replay
from tracker import EventLog, system

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 1, 1)
_STEPS = 40


def steps(path: Path) -> list[Row]:
    """Measure steps, jumps and a diff of two cuts against decoding the negotiation's entries once."""
    with EventLog.open(path, read_only=True) as log:
        (name,) = log.negotiations()
        decoding = statistics.median(_seconds(lambda: History.load(log, name)) for _ in range(5))
        history = History.load(log, name)
    count = len(history.entries)
    rows = []
    replay = Replay(history, today=TODAY)
    for axis, cuts in _cuts(history).items():
        replay.at(cuts[0])
        took = [_seconds(partial(replay.at, cut)) for cut in (*cuts[1:], *cuts[-2::-1])]
        work = f"a scrub step by {axis} among {count:,} entries"
        ours = statistics.median(took)
        rows.append(Row(work, "decoding its entries once", ours, decoding, 0.03, higher_is_better=False))
        took = [_seconds(partial(replay.at, cut)) for cut in _anywhere(history, axis)]
        work = f"a jump anywhere by {axis} there"
        ours = statistics.median(took)
        rows.append(Row(work, "decoding its entries once", ours, decoding, 0.1, higher_is_better=False))
    first, last = _cuts(history)["known"][0], _cuts(history)["known"][-1]
    took = [_seconds(partial(replay.diff, first, last)) for _ in range(9)]
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


def _anywhere(history: History, axis: str) -> list[Cut]:
    """Return cuts all over a history, each far from the one before."""
    count = len(history.entries)
    chance = random.Random(1)
    places = [chance.randrange(count) for _ in range(_STEPS)]
    if axis == "recorded":
        return [Cut(recorded_by=f"#{history.entries[place].position}") for place in places]
    days = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=place // 4) for place in places)
    return [Cut(**{f"{axis}_by": str(day.date())}) for day in days]


def _seconds(work: Callable[[], object]) -> float:
    with system.collector_paused():
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
