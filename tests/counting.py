"""Counting what work does, instead of timing it: calls, lines and returns of Python, and steps of SQLite's machine.

What one call of a function in C does (a long tuple copied, a long list searched) counts as one line. `make bench` has
the same worlds by the clock, which sees that too.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    import pytest

#: The growth that is let pass: 2 and a bit more, as sorting takes.
MOST: Final = 2.6
#: Steps of SQLite after which it tells; fewer cost more than what they count.
_STEPS: Final = 20


class Counter:
    """Operations so far: what Python runs through inside `running`, and the steps of connections that are watched."""

    def __init__(self) -> None:
        self.operations = 0

    def watch_sqlite(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count the steps of connections to SQLite that are made from now on."""
        connect = sqlite3.connect

        def step() -> int:
            self.operations += _STEPS
            return 0

        def watched(*arguments: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - what sqlite3 takes
            connection: sqlite3.Connection = connect(*arguments, **named)
            connection.set_progress_handler(step, _STEPS)
            return connection

        monkeypatch.setattr(sqlite3, "connect", watched)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the calls, lines and returns that run inside, in this thread; nothing is collected meanwhile."""
        count = 0

        def trace(_frame: FrameType, _event: str, _argument: object) -> Callable[..., Any]:
            nonlocal count
            count += 1
            return trace

        # What a collection finalises of others is not the work that is counted.
        collects = gc.isenabled()
        gc.disable()
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(before)
            if collects:
                gc.enable()
            self.operations += count


def operations(work: Callable[..., object], *arguments: object) -> int:
    """Return the calls, lines and returns that a function runs through."""
    counter = Counter()
    with counter.running():
        work(*arguments)
    return counter.operations


def growth(counts: tuple[int, int, int]) -> float:
    """Return by how much more work is added from 2n to 4n than from n to 2n: 2 where it is linear, 4 for a square.

    What is the same for every size is left out that way.
    """
    first, second, third = counts
    return (third - second) / max(second - first, 1)


def row(world: str, work: str, counts: tuple[int, int, int]) -> str:
    """Return a line of the table: what grows, what is done, the operations at n, 2n and 4n, and how they grow."""
    first, second, third = counts
    return f"{world:<28} {work:<14} {first:>10,} {second:>10,} {third:>10,} {growth(counts):>6.2f}\n"
