"""What others record while the workspace is open, and what can go wrong with the log meanwhile."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from shutil import copy2
from typing import TYPE_CHECKING, Final

import pytest

from projections.claims.history import History
from tests.tui.workspace.given import ENTRIES, TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.events import NegotiationOpened, StatementMade
from tui.workspace import loading
from tui.workspace.messages import Appended
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.time.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

_RECORD: Final = """
import sys
from tracker import EventLog
from tracker.events import StatementMade
with EventLog.open(sys.argv[1], create=False) as log:
    for number in range(int(sys.argv[2])):
        log.record([StatementMade(negotiation="river", id=f"late-{number}", party="NTH", text="Late news.")])
"""


def record_elsewhere(log: Path, count: int, environment: Callable[..., dict[str, str]]) -> None:
    """Record entries in a process of its own."""
    subprocess.run([sys.executable, "-c", _RECORD, str(log), str(count)], env=environment(), check=True, timeout=60)


async def test_an_entry_of_another_process_appears_without_a_key(
    river: Path, opened: Opened, environment: Callable[..., dict[str, str]]
) -> None:
    async with opened() as pilot:
        assert "Late news." not in text_of(pilot)
        record_elsewhere(river, 1, environment)
        await until(pilot, lambda: "Northland states: Late news." in text_of(pilot))
        await until(pilot, lambda: "1 new: StatementMade" in text_of(pilot))


@pytest.mark.long
async def test_what_comes_in_while_a_screen_is_made_or_taken_away_is_not_lost(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        history = History("river", list(screen.session.history.entries))
        with EventLog.open(river, by="tests") as log:
            receipt = log.record([StatementMade(negotiation="river", id="early", party="NTH", text="Just now.")])
        fresh = WorkspaceScreen(Session(history, today=TODAY))
        pilot.app.push_screen(fresh)
        fresh.take(Appended(tuple(receipt.recorded)))
        await until(pilot, lambda: "Just now." in text_of(pilot))
        await fresh.query("*").remove()
        fresh.take(Appended(tuple(receipt.recorded)))
        assert pilot.app.is_running


@pytest.mark.long
async def test_in_the_past_a_pill_counts_what_came_in(
    river: Path, opened: Opened, environment: Callable[..., dict[str, str]]
) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("[", "[", "[")
        cut, entry = str(screen.session.cut), screen.session.selected
        record_elsewhere(river, 12, environment)
        await until(pilot, lambda: "12 new" in text_of(pilot).splitlines()[0])
        assert (str(screen.session.cut), screen.session.selected) == (cut, entry)
        await pilot.press("L")
        assert " new" not in text_of(pilot).splitlines()[0]
        assert "late-11" in text_of(pilot)


@pytest.mark.long
async def test_in_the_present_the_pill_counts_until_a_key_is_pressed(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        for key in ("up", "2", "L", "["):
            with EventLog.open(river, by="tests") as log:
                for count in (1, 2):
                    log.record([StatementMade(negotiation="river", party="STH", text=f"{count} told before {key}.")])
                    await until(pilot, partial(_shows_at_the_top, pilot, f" {count} new  ● LIVE"), key)
            await pilot.press(key)
            assert not _shows_at_the_top(pilot, " new "), key


def _shows_at_the_top(pilot: Pilot[int], words: str) -> bool:
    return words in text_of(pilot).splitlines()[0]


@pytest.mark.long
async def test_what_one_records_oneself_is_not_new(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"StatementMade", "enter", *"NTH", "tab", *"My own.", "ctrl+s")
        await until(pilot, lambda: "My own." in text_of(pilot))
        assert " new " not in text_of(pilot).splitlines()[0]


async def test_what_was_recorded_through_the_same_log_is_followed_too(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        with EventLog.open(river, by="tests") as log:
            log.record([StatementMade(negotiation="river", id="own", party="STH", text="Our own.")])
        await until(pilot, lambda: "Our own." in text_of(pilot))


async def test_a_new_negotiation_is_listed_as_it_comes(river: Path, opened: Opened) -> None:
    async with opened(negotiation=None) as pilot:
        await pilot.press("P")
        assert isinstance(pilot.app.screen, PortfolioScreen)
        with EventLog.open(river, by="tests") as log:
            log.record([NegotiationOpened(negotiation="a-new-one", title="A new one")])
        await until(pilot, lambda: "2 negotiations" in text_of(pilot))
        await until(pilot, lambda: "A new one" in text_of(pilot))


@pytest.mark.long
async def test_with_several_negotiations_and_no_name_the_list_comes_first(bundled: Path, opened: Opened) -> None:
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        assert isinstance(pilot.app.screen, PortfolioScreen)
        await until(pilot, lambda: "us-niger United States" in text_of(pilot))
        await pilot.press("/", *"niger", "enter", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        assert "sofa-2012" in text_of(pilot)
        await pilot.press("escape", "escape")
        assert isinstance(pilot.app.screen, PortfolioScreen)


@pytest.mark.long
async def test_an_empty_log_names_the_next_command(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "empty.db"
    with EventLog.open(path, by="tests"):
        pass
    async with opened(log=path, negotiation=None) as pilot:
        assert "a begins one" in text_of(pilot)
        await pilot.press("enter", "down", "s", "/", *"x", "enter", "n")
        assert pilot.app.is_running


@pytest.mark.long
async def test_an_empty_negotiation_names_the_next_key(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "opened.db"
    with EventLog.open(path, by="tests") as log:
        log.record([NegotiationOpened(negotiation="river", title="Nothing yet")])
    async with opened(log=path) as pilot:
        shown = text_of(pilot)
        assert "a adds one" in shown
        assert "Nobody has taken a position yet." in shown
        await pilot.press("[", "]", "{", "}", "space", "d", "m", "w", "enter", "y", "e", "/", *"x", "enter", "escape")
        assert pilot.app.is_running


@pytest.mark.long
@pytest.mark.parametrize("keys", [[], ["[", "[", "["]], ids=["live", "replay"])
async def test_leaving_is_quick_while_the_log_is_followed(keys: list[str], opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press(*keys, "q")
        await until(pilot, lambda: not pilot.app.is_running)
    assert pilot.app.return_value == 0


async def test_every_entry_of_the_history_is_in_the_list(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        listed = {reading.id for reading in screen.query_one("#events").rows}  # type: ignore[attr-defined]
        stage = {entry["id"] for entry in ENTRIES if entry["id"].startswith(("src-", "p-", "m-", "opened"))}
        assert listed == {entry["id"] for entry in ENTRIES} - stage


def _put_back(away: Path, place: Path, *, is_copy: bool) -> None:
    """Put a log back in its place: the same file, or a copy in which somebody has recorded more."""
    if is_copy:
        away = Path(copy2(away, away.with_name("copy.db")))
        with EventLog.open(away, by="tests") as log:
            log.record([StatementMade(negotiation="river", party="STH", text="Told while it was gone.")])
    away.rename(place)


@pytest.mark.parametrize("is_copy", [False, pytest.param(True, marks=pytest.mark.long)], ids=["the file", "a copy"])
async def test_a_log_that_is_gone_is_told_and_read_again_once_it_is_back(
    is_copy: bool,
    river: Path,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "AGAIN", 0.01)
    away = river.with_name("away.db")
    async with opened() as pilot:
        _put_back(river, away, is_copy=False)
        await until(pilot, lambda: "The log cannot be read" in text_of(pilot))
        await pilot.press("P")
        await until(pilot, lambda: "the log cannot be read; f5 looks again" in text_of(pilot))
        assert "No negotiation yet" not in text_of(pilot)
        await pilot.press("f5")
        _put_back(away, river, is_copy=is_copy)
        await until(pilot, lambda: "1 negotiation, by id ─" in text_of(pilot))
        await until(pilot, lambda: "river North and South" in text_of(pilot))
        await pilot.press("escape")
        if is_copy:
            await until(pilot, lambda: "Told while it was gone." in text_of(pilot))
        # It is followed, and recorded in.
        with EventLog.open(river, by="tests") as log:
            log.record([StatementMade(negotiation="river", party="STH", text="Told later.")])
        await until(pilot, lambda: "Told later." in text_of(pilot))
        await pilot.press("a", *"statementmade", "enter", *"NTH", "tab", *"Mine.", "ctrl+s")
        await until(pilot, lambda: "Recorded statement-made-" in text_of(pilot))
