"""The log on PostgreSQL: every test of the log as its callers use it, run once more over a shared log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker import test_corrections, test_log, test_negotiation
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from types import ModuleType

#: What `test_log.py` asks in every run is asked of the other store in the longer one.
pytestmark = [pytest.mark.postgres, pytest.mark.long]


@pytest.fixture
def log_path(shared_place: str) -> str:
    """Return a database in place of a file."""
    return shared_place


@pytest.fixture
def log(shared_place: str, clock: Callable[[], datetime]) -> Iterator[EventLog]:
    """Return an empty log in it."""
    with EventLog.open(shared_place, clock=clock, by="ada") as log:
        yield log


def _take(module: ModuleType) -> dict[str, object]:
    """Return a module's tests and what they are made of, fixtures and types included."""
    return {name: value for name, value in vars(module).items() if not name.startswith("__")}


#: It gives a follower microseconds, and a server tells of a commit when it gets to it; test_postgres_sharing.py has
#: the same with patience.
_ELSEWHERE = {"test_two_followers_of_one_log_both_get_everything"}

for _module in (test_log, test_negotiation, test_corrections):
    globals().update({name: value for name, value in _take(_module).items() if name not in {*globals(), *_ELSEWHERE}})
