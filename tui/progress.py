"""How far a long run has come: lines, rate and time left, on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

import click

from tui.output import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import TypeVar

    T = TypeVar("T")

#: Seconds before anything is said, and between two words on a terminal and elsewhere.
PATIENCE: Final = 1.0
ON_TERMINAL: Final = 0.2
ELSEWHERE: Final = 10.0
_LOOK_EVERY: Final = 256


class Progress:
    """Says how far a run is: on a terminal in one line that is written over, elsewhere now and then in a long run.

    `total` is the size of what is read, in the unit in which `position` tells how much of it was; without both there is
    a rate but no time left. A context manager that leaves no half line behind.
    """

    def __init__(
        self,
        total: int = 0,
        position: Callable[[], int] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self.position = position
        self.clock = clock
        self._terminal = is_terminal(sys.stderr)
        self._start = clock()
        self._next = self._start + (PATIENCE if self._terminal else ELSEWHERE)
        self._count = 0
        self._shown = False

    def watch(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, counting them."""
        for item in items:
            self._count += 1
            if self._count % _LOOK_EVERY == 0:
                self.tick("read")
            yield item

    def done(self, count: int) -> None:
        """Take note that so many are done for good."""
        self.tick("done", count)

    def tick(self, what: str, count: int | None = None) -> None:
        """Say how far it is, where it is time to."""
        now = self.clock()
        if now < self._next:
            return
        count = self._count if count is None else count
        self._next = now + (ON_TERMINAL if self._terminal else ELSEWHERE)
        text = self.words(what, count, now - self._start)
        if self._terminal:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._shown = True
        else:
            click.echo(text, err=True)

    def words(self, what: str, count: int, seconds: float) -> str:
        """Return how far it is: ``12,000 read, 9,500 a second, 1:20 left``."""
        parts = [f"{count:,} {what}"]
        if seconds > 0:
            parts.append(f"{count / seconds:,.0f} a second")
        through = self.position() if self.position is not None and self.total else 0
        if through:
            minutes, rest = divmod(round(seconds * max(0, self.total - through) / through), 60)
            parts.append(f"{minutes}:{rest:02} left")
        return ", ".join(parts)

    def clear(self) -> None:
        """Take the line away before something else is said."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()
