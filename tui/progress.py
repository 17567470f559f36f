"""How far a long run has come: entries, rate and time left, on standard error."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

import click

from tui.output import is_terminal, say
from tui.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

#: Seconds before anything is said, and between two words on a terminal and elsewhere.
PATIENCE: Final = 1.0
ON_TERMINAL: Final = 0.2
ELSEWHERE: Final = 10.0


class Progress:
    """Says how far a run is: on a terminal in one line that is written over, elsewhere now and then in a long run.

    `total` is about how many entries there are in all; without it there is a rate but no time left. A context manager
    that leaves no half line behind.
    """

    def __init__(self, total: int = 0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.clock = clock
        self._terminal = is_terminal(sys.stderr)
        self._start = clock()
        self._next = self._start + (PATIENCE if self._terminal else ELSEWHERE)
        self._shown = False

    def done(self, count: int) -> None:
        """Take note that so many entries are done, and say so where it is time to."""
        now = self.clock()
        if now < self._next:
            return
        self._next = now + (ON_TERMINAL if self._terminal else ELSEWHERE)
        text = self.words(count, now - self._start)
        if self._terminal:
            with suppress(OSError):
                click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._shown = True
        else:
            say(text)

    def words(self, count: int, seconds: float) -> str:
        """Return how far it is: ``12,000 entries, 9,500 a second, about 1:20 left``."""
        parts = [counted(count, "entry", "entries")]
        if seconds > 0:
            parts.append(f"{count / seconds:,.0f} a second")
        if count and self.total > count:
            minutes, rest = divmod(round(seconds * (self.total - count) / count), 60)
            parts.append(f"about {minutes}:{rest:02} left")
        return ", ".join(parts)

    def clear(self) -> None:
        """Take the line away before something else is said."""
        if self._shown:
            with suppress(OSError):
                click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()
