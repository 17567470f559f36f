"""Work on a document that others made, in a process that is ended if it takes too long.

A parser in C cannot be stopped from inside, and takes minutes over a tag with a hundred thousand attributes.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from tracker import system
from tracker.documents.document import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
#: Seconds that a document may take.
PATIENCE: Final = 30.0


class Worker:
    """A process that is started when it is first needed, and ends with this one; a context manager."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._process: BaseProcess | None = None
        self._ask: Connection | None = None
        self._answers: Connection | None = None

    def call(self, work: Callable[[], T]) -> T:
        """Return what some work, which can be pickled, returns; raises `UnreadableError`, also if it takes too long."""
        if self._process is None:
            self._start()
        assert self._ask is not None and self._answers is not None  # noqa: S101, PT018 - it was just started
        try:
            self._ask.send(work)
            if not self._answers.poll(self.patience):
                self.close()
                raise UnreadableError(f"takes more than {self.patience:.0f} seconds to read; it is no reader's page")
            is_done, answer = self._answers.recv()
        except (EOFError, BrokenPipeError, ConnectionError):
            self.close()
            raise UnreadableError("cannot be read: it takes more memory than there is, or breaks its library") from None
        if not is_done:
            raise UnreadableError(answer)
        found: T = answer
        return found

    def _start(self) -> None:
        # A fork takes milliseconds, but other threads may be holding locks.
        how = "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
        context: Any = multiprocessing.get_context(how)
        # One way each: a pipe for both would be a socket.
        theirs, self._ask = context.Pipe(duplex=False)
        self._answers, mine = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(theirs, mine), daemon=True)
        # What stands in for stderr, as in the workspace, has no descriptor that the process could be given.
        with redirect_stderr(sys.__stderr__):
            self._process.start()
        theirs.close()
        mine.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        for end in (self._ask, self._answers):
            if end is not None:
                end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _work(asked: Connection, answers: Connection) -> None:
    """Do what is asked until nobody asks any more."""
    system.end_with_parent()
    while True:
        try:
            work: Callable[[], Any] = asked.recv()
        except EOFError:
            return
        try:
            answer = (True, work())
        except UnreadableError as error:
            answer = (False, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a document does to a library, it is told in a line
            answer = (False, f"cannot be read: {type(error).__name__}")
        answers.send(answer)
