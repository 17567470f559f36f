"""Fixtures for the tracker's tests: real logs in files, with a clock that only a test moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def log(log_path: Path, clock: Callable[[], datetime]) -> Iterator[EventLog]:
    """Return an empty log."""
    with EventLog.open(log_path, clock=clock, by="ada") as log:
        yield log


@pytest.fixture
def staged(log: EventLog) -> EventLog:
    """Return a log that holds one negotiation with its stage set, and no claim yet."""
    log.record(stage())
    return log
