"""Fixtures for the tracker's tests: real logs in files, with a clock that only a test moves."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty log, to be copied: making its tables takes six times as long."""
    path = tmp_path_factory.mktemp("made") / "empty.db"
    EventLog.open(path).close()
    return path


@pytest.fixture
def log(made: Path, log_path: Path, clock: Callable[[], datetime]) -> Iterator[EventLog]:
    """Return an empty log."""
    with EventLog.open(shutil.copy(made, log_path), clock=clock, by="ada") as log:
        yield log


@pytest.fixture
def staged(log: EventLog) -> EventLog:
    """Return a log that holds one negotiation with its stage set, and no claim yet."""
    log.record(stage())
    return log
