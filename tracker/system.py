"""What the machine gives: the collector of cyclic garbage, processes, and a name for a file once it is whole.

The collector is left off where many objects without cycles are made: looking for some takes up to a third of the time.
"""

from __future__ import annotations

import atexit
import gc
import marshal
import os
import re
import secrets
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext
    from multiprocessing.process import BaseProcess
    from pathlib import Path

#: New objects after which a patient collector looks at the youngest; by itself it does so after 700.
_MANY: Final = 50_000
#: Of marshal's formats the last that does not look for objects that occur twice, which takes as long as writing them.
_FORMAT: Final = 2
#: Bytes of a name that its part keeps, so that whoever looks into the folder knows what it was to become.
_KEPT: Final = 64
_PART: Final = re.compile(r"\..*\.[0-9a-f]{8}\.part", re.DOTALL)
#: What is in a file that has its name before it has its content.
_CLAIM: Final = b"communique was cut off while it made this file; delete it, and run the same again\n"


@contextmanager
def collector_paused() -> Iterator[None]:
    """Leave the collector off inside, where what is made forms no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collector_off() -> None:
    """Leave the collector off in a process that ends soon."""
    gc.disable()


@contextmanager
def collector_patient() -> Iterator[None]:
    """Let the collector look seldom inside, so that it does not get in the way of somebody who waits for a screen."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def settle_collector() -> None:
    """Leave what is there out of all later looks, since it stays."""
    gc.freeze()


def unsettle_collector() -> None:
    """Look once more at what was left out, as it may be gone by now."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()


def hurry_collector() -> None:
    """Let the collector look seldom in a run that is over soon: it takes a fifth of the time otherwise."""
    gc.set_threshold(200_000, 20, 50)
    # Nor is what is left at its end looked at once more.
    atexit.register(gc.freeze)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def context() -> ForkContext | SpawnContext:
    """Return how to start a process: by a fork, in milliseconds, unless other threads may be holding locks."""
    import multiprocessing

    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has ended, in whatever way.

    The pipe between the two does not tell: a process made by a fork has both of its ends.
    """
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()


def _outlive_nobody(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def pool(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of so many processes, which end with this one; what nobody has begun is dropped at the end."""
    from concurrent.futures import ProcessPoolExecutor

    executor = ProcessPoolExecutor(count, mp_context=context(), initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    # Ctrl-C reaches all processes; the one that started them decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    collector_off()


def packed(value: Any) -> bytes:  # noqa: ANN401 - lists, tuples, mappings, texts, bytes and numbers
    """Return plain data as what is sent to another process of ours."""
    return marshal.dumps(value, _FORMAT)


def received(connection: Connection) -> Any:  # noqa: ANN401 - as above
    """Return what another process of ours has sent; raises `EOFError` where it has ended without."""
    return marshal.loads(connection.recv_bytes())  # noqa: S302 - from our own child, over its pipe


def part_of(path: Path) -> Path:
    """Return a name beside a file that nobody has, however long the file's own is."""
    kept = os.fsencode(path.name)[:_KEPT].decode("utf-8", "ignore")
    return path.with_name(f".{kept}.{secrets.token_hex(4)}.part")


def parts_with(path: Path, found: os.stat_result) -> int:
    """Return how many names of a file are parts: who is killed in `publish` may leave it both names."""
    try:
        with os.scandir(path.parent) as names:
            parts = [entry.stat(follow_symlinks=False) for entry in names if _PART.fullmatch(entry.name)]
    except OSError:
        return 0
    return sum(os.path.samestat(part, found) for part in parts)


def publish(part: Path, path: Path) -> None:
    """Give a finished file its name, at once and durably; the part may be left. Raises `FileExistsError`."""
    sync(part)
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links. What has the name for a moment is nothing of which a log could be made.
        with path.open("xb") as file:
            file.write(_CLAIM)
        part.replace(path)
    with suppress(OSError):
        sync(path.parent)


def sync(path: Path) -> None:
    """See that a file, or what a folder names, is on the disk; raises `OSError`."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
