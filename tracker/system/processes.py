"""Other processes of ours: how many are of use, and how they are started."""

from __future__ import annotations

import marshal
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from tracker.system import collector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext
    from multiprocessing.process import BaseProcess

#: Of marshal's formats the last that does not look for objects that occur twice, which takes as long as writing them.
_FORMAT: Final = 2


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def context() -> ForkContext | SpawnContext:
    """Return how to start a process: by a fork, in milliseconds, unless other threads may be holding locks."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has ended, in whatever way.

    The pipe between the two does not tell: a process made by a fork has both of its ends.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()


def _outlive_nobody(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def pool(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of so many processes, which end with this one; what nobody has begun is dropped at the end."""
    executor = ProcessPoolExecutor(count, mp_context=context(), initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Begin a process of a pool."""
    # Ctrl-C reaches all processes; the one that started them decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    collector.leave_off()


def packed(value: Any) -> bytes:  # noqa: ANN401 - lists, tuples, mappings, texts, bytes and numbers
    """Return plain data as what is sent to another process of ours."""
    return marshal.dumps(value, _FORMAT)


def unpacked(data: bytes) -> Any:  # noqa: ANN401 - as above
    """Return what another process of ours has sent."""
    return marshal.loads(data)  # noqa: S302 - from our own child, over its pipe


def received(connection: Connection) -> Any:  # noqa: ANN401 - as above
    """Return what another process of ours has sent; raises `EOFError` where it has ended without."""
    return unpacked(connection.recv_bytes())
