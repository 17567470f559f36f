"""What the machine gives: the collector of cyclic garbage, processes, and a name for a file once it is whole.

The collector is left off where many objects without cycles are made: looking for some takes up to a third of the time.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import secrets
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.process import BaseProcess
    from pathlib import Path

#: New objects after which a patient collector looks at the youngest; by itself it does so after 700.
_MANY: Final = 50_000
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


@contextmanager
def pool(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of so many processes, which end with this one; what nobody has begun is dropped at the end."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A fork takes milliseconds, but other threads may be holding locks.
    how = "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
    executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(how), initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Begin a process of a pool, which ends as soon as the one that started it has ended, in whatever way.

    The pipe between the two does not tell: a process made by a fork has both of its ends.
    """
    end_with_parent()
    gc.disable()


def end_with_parent() -> None:
    """Let a process end as soon as the one that started it has ended, and leave Ctrl-C to that one."""
    import multiprocessing

    # Ctrl-C reaches all processes; the one that started them decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    threading.Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()


def _outlive_nobody(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


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
