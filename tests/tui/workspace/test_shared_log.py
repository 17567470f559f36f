"""The workspace on a shared log: its tests of following and recording once more, and connections that die."""

from __future__ import annotations

from functools import partial, wraps
from inspect import signature
from typing import TYPE_CHECKING, Final

import pytest

from tests.postgres_server import shared_cluster
from tests.tui.workspace import test_follow, test_form
from tests.tui.workspace.given import ENTRIES, RECORDED_AT, Opened, text_of, until
from tracker import EventLog
from tracker.events import StatementMade
from tracker.events.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.pilot import Pilot

pytestmark = [pytest.mark.postgres, pytest.mark.long]

#: Those that look at a log of their own, or spoil a file.
_ELSEWHERE: Final = {
    "test_with_several_negotiations_and_no_name_the_list_comes_first",
    "test_an_empty_log_names_the_next_command",
    "test_an_empty_negotiation_names_the_next_key",
    "test_a_draft_is_offered_again_even_by_another_run",
    "test_a_log_that_is_gone_is_told_and_read_again_once_it_is_back",
}
#: Those that show what another store may do otherwise; `make check-long` runs the others, too.
_IN_SHORT: Final = {
    "test_an_entry_of_another_process_appears_without_a_key",
    "test_an_entry_is_previewed_and_recorded",
}


def _later(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return a test that only the longer run takes up; in its own module it stays as it is."""

    @wraps(test)
    async def again(**fixtures: object) -> None:
        await test(**fixtures)

    later: Callable[..., Awaitable[None]] = pytest.mark.long(again)
    return later


for _module in (test_follow, test_form):
    globals().update(
        {
            name: test if name in _IN_SHORT else _later(test)
            for name, test in vars(_module).items()
            if name.startswith("test_") and name not in _ELSEWHERE and "opened" in signature(test).parameters
        }
    )


@pytest.fixture
def river() -> Iterator[str]:
    """Return the address of a shared log with the made-up history."""
    with shared_cluster().database() as name:
        address = shared_cluster().address(name)
        with EventLog.open(address, clock=lambda: RECORDED_AT, by="tests") as log:
            log.record([parse({"negotiation": "river", **entry}) for entry in ENTRIES])
        yield address


@pytest.mark.long
async def test_following_goes_on_when_connections_die(river: str, opened: Opened) -> None:
    cluster = shared_cluster()
    async with opened() as pilot:
        for number in range(2):
            cluster.sql(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname LIKE 'desk%' AND pid <> pg_backend_pid()"
            )
            with EventLog.open(river, by="tests") as log:
                log.record([StatementMade(negotiation="river", party="STH", text=f"Said after cut {number}.")])
            await until(pilot, partial(_shows, pilot, f"Said after cut {number}."))


def _shows(pilot: Pilot[int], text: str) -> bool:
    return text in text_of(pilot)
