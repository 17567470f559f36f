"""Many drafts, two reviewers at once, and others who are killed at it: each draft is recorded once, none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.drafts.proposals import require_once
from tests.tracker.given import stage
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.fault, pytest.mark.long]


def test_a_thousand_drafts(place: str, rounds: Callable[[int, int], int]) -> None:
    with EventLog.open(place) as log:
        log.record(stage())
        require_once(log, count=1000, kills=rounds(20, 200))
