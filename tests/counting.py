"""Counting what work does, instead of timing it: lines of Python that run, and steps of SQLite's machine.

What one call of a function in C does (a long tuple copied, a long list searched) counts as one line. `make bench` has
the same worlds by the clock, which sees that too.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    import pytest

#: Steps of SQLite after which it tells; fewer cost more than what they count.
_STEPS: Final = 100


class Counter:
    """Operations so far; `watch_sqlite` lets those of connections made from then on be counted too."""

    def __init__(self) -> None:
        self.lines = 0
        self.steps = 0

    @property
    def operations(self) -> int:
        """Lines of Python and steps of SQLite."""
        return self.lines + self.steps

    def _step(self) -> int:
        self.steps += _STEPS
        return 0

    def watch_sqlite(self, monkeypatch: pytest.MonkeyPatch) -> None:
        connect = sqlite3.connect

        def watched(*arguments: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - what sqlite3 takes
            connection = connect(*arguments, **named)
            connection.set_progress_handler(self._step, _STEPS)
            return connection

        monkeypatch.setattr(sqlite3, "connect", watched)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the lines that run inside, in this thread."""

        def line(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            if event == "line":
                self.lines += 1
            return line

        before = sys.gettrace()
        sys.settrace(line)
        try:
            yield
        finally:
            sys.settrace(before)


def operations(work: Callable[[], object], counter: Counter | None = None) -> int:
    """Return the operations of some work."""
    counter = counter or Counter()
    start = counter.operations
    with counter.running():
        work()
    return counter.operations - start


def growth(counts: tuple[int, int, int]) -> float:
    """Return by how much more work is added from 2n to 4n than from n to 2n: 2 where it is linear, 4 for a square.

    What is the same for every size is left out that way.
    """
    first, second, third = counts
    return (third - second) / max(second - first, 1)
