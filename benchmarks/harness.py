"""Interleaved rounds and ratios: on a shared machine only what ran beside it tells how quick something is."""

from __future__ import annotations

import gc
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass
class Watch:
    """A stop watch that a piece of work starts and stops around what counts."""

    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the wall time spent inside."""
        gc.collect()
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


@dataclass
class Row:
    """One line of the table: ours against a reference, and what we reach for.

    `ratio` is reference seconds over ours where `higher_is_better`, else ours over the reference.
    """

    work: str
    reference: str
    ours: float
    theirs: float
    reach: float
    higher_is_better: bool
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The figure that the reach is about."""
        return self.theirs / self.ours if self.higher_is_better else self.ours / self.theirs

    @property
    def reached(self) -> bool:
        """Whether the figure is as good as the reach."""
        return self.ratio >= self.reach if self.higher_is_better else self.ratio <= self.reach

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON holds it; seconds are medians."""
        return {
            "work": self.work,
            "reference": self.reference,
            "ours_seconds": self.ours,
            "reference_seconds": self.theirs,
            "ratio": round(self.ratio, 3),
            "reach": ("≥ " if self.higher_is_better else "≤ ") + str(self.reach),
            "reached": self.reached,
            **self.detail,
        }


def interleave(works: Mapping[str, Callable[[Watch], object]], rounds: int) -> dict[str, float]:
    """Run each work in turn, so many rounds, and return the median seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            watch = Watch()
            work(watch)
            seconds[name].append(watch.seconds)
    return {name: statistics.median(values) for name, values in seconds.items()}


def line(row: Row) -> str:
    """Return a row of the table for people."""
    sign = "≥" if row.higher_is_better else "≤"
    mark = "" if row.reached else "  not reached"
    more = "".join(f"  {name.replace('_', ' ')} {value:,}" for name, value in row.detail.items())
    return (
        f"{row.work:<62} {_seconds(row.ours):>10} {_seconds(row.theirs):>10} {row.ratio:>7.3f}  "
        f"{sign} {row.reach}{mark}{more}"
    )


def _seconds(value: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.2g} µs"
