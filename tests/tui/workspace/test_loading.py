"""Reading in the background: what is wanted is read whole, and what nobody wants any more is left."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from projections.views.status import status
from tests.tui.workspace.given import ENTRIES, RECORDED_AT, TODAY, text_of, until
from tracker import EventLog
from tracker.errors import LogMissingError, NameUnknownError
from tracker.events import MatterAdded, NegotiationOpened
from tui.workspace.app import Workspace
from tui.workspace.lazylog import LazyLog
from tui.workspace.loading import load
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.portfolio import PortfolioList

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.workspace.given import Opened


def test_a_session_over_all_entries_is_given(river: Path) -> None:
    session = load(str(river), "river", today=TODAY, is_over=lambda: False)
    assert session is not None
    assert len(session.history.entries) == len(ENTRIES)
    assert session.status == status(session.history, "river", today=TODAY)


def test_what_nobody_wants_is_left_where_it_is(river: Path) -> None:
    for looks in range(3):
        asked = iter([*[False] * looks, *[True] * 9])
        found = load(str(river), "river", today=TODAY, is_over=lambda asked=asked: next(asked))  # type: ignore[misc]
        assert (found is None) == (looks < 2)


def test_a_long_negotiation_is_left_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([MatterAdded(negotiation="long", matter=f"m{number}") for number in range(2100)])
    looks = []

    def is_over() -> bool:
        looks.append(1)
        return len(looks) == 2

    assert load(str(path), "long", today=TODAY, is_over=is_over) is None
    assert len(looks) == 2


def test_the_collector_is_on_again_afterwards(river: Path) -> None:
    load(str(river), "river", today=TODAY, is_over=lambda: True)
    assert gc.isenabled()


def test_a_negotiation_that_is_not_there_is_told(river: Path) -> None:
    with pytest.raises(NameUnknownError, match="river"):
        load(str(river), "rivers", today=TODAY, is_over=lambda: False)


def test_a_log_is_open_before_what_it_holds_is_imported(river: Path, tmp_path: Path) -> None:
    with LazyLog(str(river), read_only=True) as lazy:
        lazy.require("river")
        with pytest.raises(NameUnknownError, match="river"):
            lazy.require("rivers")
        assert lazy.log is lazy.log
        assert lazy.log.identity == lazy.identity
        assert lazy.log.location == lazy.location
        assert lazy.log.negotiations() == {"river": len(ENTRIES)}
    with pytest.raises(LogMissingError):
        LazyLog(str(tmp_path / "none.db"), read_only=True)


@pytest.mark.long
async def test_of_many_negotiations_those_in_sight_are_summed_up(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "many.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([NegotiationOpened(negotiation=f"talks-{number:03}") for number in range(300)])
    async with opened((120, 40), log=path, negotiation=None) as pilot:
        listed = pilot.app.screen.query_one(PortfolioList)
        assert "300 negotiations" in text_of(pilot)
        await until(pilot, lambda: "talks-000" in listed.known)
        assert "talks-299" not in listed.known
        await pilot.press("end")
        await until(pilot, lambda: not listed.missing())
        assert "talks-299" in listed.known
        assert "talks-150" not in listed.known
        await pilot.press("/", *"talks-150", "enter", "escape", "n")
        await until(pilot, lambda: "talks-150" in listed.known)


async def test_who_opens_another_negotiation_meanwhile_sees_that_one(bundled: Path, opened: Opened) -> None:
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        first, *_, last = app.screen.query_one(PortfolioList).names
        for name in (first, last, first, last):
            app.open_negotiation(name)
        await until(pilot, lambda: not any(worker.group == "load" for worker in app.workers))
        await pilot.pause()
        shown = [screen.session.negotiation for screen in app.screen_stack if isinstance(screen, WorkspaceScreen)]
        assert shown == [last]


async def test_a_mistake_in_reading_ends_with_it_instead_of_reading_for_ever(
    river: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tui.workspace.loading.load", broken)
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        app = Workspace(log, "river", today=TODAY)
        with pytest.raises(ZeroDivisionError):
            async with app.run_test() as pilot:
                await until(pilot, lambda: not app.is_running)
        assert isinstance(app.fault, ZeroDivisionError)
