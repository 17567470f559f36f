"""The controlling terminal, for a workspace whose standard input is something else."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def keys_from_terminal() -> Iterator[None]:
    """Let standard input be the controlling terminal, where it is a pipe or a file.

    Raises `LogError` where there is no such terminal.
    """
    if sys.__stdin__ is None or sys.__stdin__.isatty():
        yield
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise LogError("the workspace needs a terminal; `communique status` prints the same in lines") from None
    descriptor = sys.__stdin__.fileno()
    saved = os.dup(descriptor)
    os.dup2(terminal, descriptor)
    os.close(terminal)
    try:
        yield
    finally:
        os.dup2(saved, descriptor)
        os.close(saved)
