"""Since you last looked: the key, the column, the pill and the rows, by the same mark as the verb's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.tui.workspace.given import Opened, text_of, until
from tracker import EventLog
from tracker.events.acts import StatementMade
from tui.cli import cli
from tui.workspace.screens.since import SinceScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.portfolio import PortfolioList

if TYPE_CHECKING:
    from pathlib import Path

_SAID = ("The ford is ours.", "The ford is yours.", "There is no ford.")


def _record(river: Path, *texts: str) -> None:
    with EventLog.open(river, by="somebody else") as log:
        log.record([StatementMade(negotiation="river", party="STH", text=text) for text in texts])


async def test_what_another_person_recorded_is_one_key_away_until_it_is_seen(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        # Who never looked has nothing new.
        await pilot.press("D")
        await until(pilot, lambda: "Nothing was recorded" in text_of(pilot))
    _record(river, *_SAID)
    async with opened(negotiation=None) as pilot:
        app = pilot.app
        assert isinstance(app.screen, WorkspaceScreen)
        assert text_of(pilot).count("◆•") == len(_SAID)
        await pilot.press("P")
        listed = app.screen.query_one(PortfolioList)
        await until(pilot, lambda: listed.news.get("river") == len(_SAID) and "•3" in text_of(pilot))
        await pilot.press("escape", "D")
        await until(pilot, lambda: f"New entries ({len(_SAID)})" in text_of(pilot))
        shown = text_of(pilot)
        assert all(text in shown for text in _SAID)
        assert "by somebody else" in shown
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
        assert "◆•" not in text_of(pilot)
        # It is the verb's mark, too.
        told = CliRunner().invoke(cli, ["--log", str(river), "since", "river", "--by", "tests", "--keep", "--json"])
        assert '"entries": 0' in told.stdout
        await pilot.press("P")
        listed = app.screen.query_one(PortfolioList)
        await until(pilot, lambda: listed.news.get("river") == 0)


@pytest.mark.long
async def test_the_pill_opens_the_list(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        app = pilot.app
        _record(river, _SAID[0])
        await until(pilot, lambda: " 1 new " in text_of(pilot).splitlines()[0])
        await pilot.click("#header", offset=(text_of(pilot).splitlines()[0].index(" 1 new ") + 2, 0))
        await until(pilot, lambda: isinstance(app.screen, SinceScreen) and _SAID[0] in text_of(pilot))
        # The pill counts what others recorded; so this says how much of its number is that.
        await pilot.press("escape")
        with EventLog.open(river, by="tests") as log:
            log.record([StatementMade(negotiation="river", party="STH", text=_SAID[1])])
        _record(river, _SAID[2])
        await until(pilot, lambda: _SAID[2] in text_of(pilot))
        await pilot.press("D")
        await until(pilot, lambda: "New entries (3): 2 by others, 1 by you" in text_of(pilot))
