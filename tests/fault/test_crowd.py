"""Eight processes write at once, to one negotiation and to one each: all is there once, and followers see all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.fault import work
from tests.fault.children import Child
from tests.tracker.given import NEGOTIATION, stage, statement
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.fault, pytest.mark.long]

WRITERS: Final = 8
LAST: Final = "statement-999999"


@pytest.mark.parametrize("negotiations", [1, WRITERS])
def test_eight_writers(place: str, negotiations: int, rounds: Callable[[int, int], int]) -> None:
    count = rounds(20, 500)
    names = [NEGOTIATION, *(f"talks-{number}" for number in range(1, negotiations))]
    work.stage_all(place, *names)
    followers = [Child(work.follow, place, LAST) for _ in range(2)]
    assert {follower.next() for follower in followers} == {(1, "opened")}
    numbers = [range(writer * count, (writer + 1) * count) for writer in range(WRITERS)]
    writers = [
        Child(work.record, place, numbers[writer], negotiation=names[writer % negotiations], by=f"writer-{writer}")
        for writer in range(WRITERS)
    ]
    assert [writer.finish() for writer in writers] == [list(each) for each in numbers]
    with EventLog.open(place, create=False) as log:
        log.record([statement(999_999)])
        entries = list(log.read())
        assert log.verify().ok
        assert log.negotiations() == {
            name: len(stage()) + count * WRITERS // negotiations + (name == NEGOTIATION) for name in names
        }
    # Once each, with no gap in positions or versions, every writer's in its own order.
    assert [recorded.position for recorded in entries] == list(range(1, len(entries) + 1))
    for name in names:
        versions = [recorded.version for recorded in entries if recorded.event.negotiation == name]
        assert versions == list(range(1, len(versions) + 1))
    for writer in range(WRITERS):
        own = [recorded.id for recorded in entries if recorded.recorded_by == f"writer-{writer}"]
        assert own == [f"statement-{number}" for number in numbers[writer]]
    for follower in followers:
        assert [(1, "opened"), *follower.finish()] == [(recorded.position, recorded.id) for recorded in entries]


def test_the_same_script_recorded_by_all_is_there_once(place: str, rounds: Callable[[int, int], int]) -> None:
    numbers = range(rounds(15, 300))
    work.stage_all(place, NEGOTIATION)
    for writer in [Child(work.record, place, numbers) for _ in range(WRITERS)]:
        assert writer.finish() == list(numbers)
    with EventLog.open(place, create=False, read_only=True) as log:
        assert log.verify().ok
        assert [recorded.id for recorded in log.read()][len(stage()) :] == [f"statement-{number}" for number in numbers]
