"""Processes of their own that a test may kill: they start in milliseconds, and tell what was acknowledged to them.

They come from a server that has imported communique once and is forked for each, so that a kill soon after the start
meets the work and not the imports.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, ForkServerProcess

_IMPORTED: Final = ["tests.fault.work"]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    return context


class Child:
    """A process that does some work and sends what it is told; `work` is called with a connection and the rest."""

    #: Of all that were to be killed, those that were, and those that had ended before.
    killed: ClassVar[int] = 0
    spared: ClassVar[int] = 0

    def __init__(self, work: Callable[..., None], *arguments: object, **options: object) -> None:
        context = _context()
        self._connection: Connection
        self._connection, theirs = context.Pipe(duplex=False)
        self.process: ForkServerProcess = context.Process(
            target=_run, args=(theirs, work, arguments, options), daemon=True
        )
        self.process.start()
        theirs.close()
        self.began = time.monotonic()

    def next(self, seconds: float = 200) -> object:
        """Return what it sends next; raises `EOFError` when it sends no more."""
        if not self._connection.poll(seconds):
            raise TimeoutError(f"nothing was said for {seconds} s")
        return self._connection.recv()

    def kill_after(self, seconds: float) -> None:
        """Kill it with no time to do anything about it, so long after its start; it may have ended by then."""
        left = self.began + seconds - time.monotonic()
        self.process.join(max(0.0, left))
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.join()
        Child.killed += self.was_killed
        Child.spared += not self.was_killed

    def finish(self, seconds: float = 600) -> list[object]:
        """Wait for its end, and return all that it sent; what went wrong in it is raised here."""
        sent = self.sent()
        self.process.join(seconds)
        assert self.process.exitcode == 0, f"a child ended with {self.process.exitcode}: {sent[-1:]}"
        return sent

    def sent(self) -> list[object]:
        """Return all that it sent until it ended."""
        sent = []
        try:
            while True:
                sent.append(self._connection.recv())
        except (EOFError, ConnectionResetError):
            return sent

    @property
    def was_killed(self) -> bool:
        """Whether it was killed before it was done."""
        return self.process.exitcode == -signal.SIGKILL


def _run(
    connection: Connection, work: Callable[..., None], arguments: tuple[object, ...], options: dict[str, object]
) -> None:
    work(connection.send, *arguments, **options)
    connection.close()
