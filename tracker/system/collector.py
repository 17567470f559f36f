"""The collector of cyclic garbage, left off where many objects without cycles are made."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Leave the collector off inside: entries form no cycles, and looking for some takes up to a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def leave_off() -> None:
    """Leave the collector off in a process that ends soon."""
    gc.disable()


#: New objects after which a patient collector looks at the youngest; by itself it does so after 700.
_MANY: Final = 50_000


@contextmanager
def patient() -> Iterator[None]:
    """Let the collector look seldom inside, so that it does not get in the way of somebody who waits for a screen."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def settle() -> None:
    """Leave what is there out of all later looks, since it stays."""
    gc.freeze()


def unsettle() -> None:
    """Look once more at what was left out, as it may be gone by now."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()


def hurry() -> None:
    """Let the collector look seldom in a run that is over soon: it takes a fifth of the time otherwise."""
    gc.set_threshold(200_000, 20, 50)
    # Nor is what is left at its end looked at once more.
    atexit.register(gc.freeze)
