"""One finder: the palette and the portfolio's search reach what any negotiation of the log holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.tui.workspace.given import text_of, typed_at_once, until
from tui.workspace.app import Workspace
from tui.workspace.screens.everywhere import FoundScreen
from tui.workspace.screens.grounds import WhyScreen
from tui.workspace.screens.palette import Palette
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.workspace.given import Opened


async def test_treaty_leads_from_the_portfolio_to_an_entry_about_panama(bundled: Path, opened: Opened) -> None:
    async with opened(log=bundled, negotiation=None, read_only=True) as pilot:
        app = pilot.app
        await pilot.press("/", *"treaty", "enter")
        await until(pilot, lambda: isinstance(app.screen, FoundScreen) and "Entries (" in text_of(pilot))
        lines = text_of(pilot).splitlines()
        assert any("Panama" in line for line in lines)
        assert any("canal-treaty  Panama Canal Treaty, 1977  agreement  expired" in line for line in lines)
        for _ in range(60):
            line = next(line for line in text_of(pilot).splitlines() if "▶" in line)
            if "Panama" in line and "treaty" in line.lower() and line[6:10].isdigit():
                break
            await pilot.press("down")
        await pilot.press("enter")
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, WorkspaceScreen)
                and app.screen.session.negotiation == "panama-canal"
                and app.screen.entry() is not None
            ),
        )
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, PortfolioScreen))
        await pilot.press("/", *"no-such-word-anywhere", "enter")
        await until(pilot, lambda: "Nothing in this log holds" in text_of(pilot))


@pytest.mark.long
async def test_nothing_is_told_to_be_there_once_it_was_looked_for_however_long_that_takes(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()
    monkeypatch.setattr("tui.workspace.screens.everywhere.look_for", lambda *_: [] if going.wait(60) else None)
    async with opened() as pilot:
        typed_at_once(pilot, "P", "/", *"no-such-word", "enter")
        await until(pilot, lambda: "Looking …" in text_of(pilot))
        going.set()
        await until(pilot, lambda: "Nothing in this log holds 'no-such-word'" in text_of(pilot))


@pytest.mark.long
async def test_the_palette_finds_entries_things_parties_sources_and_negotiations(bundled: Path, opened: Opened) -> None:
    async with opened(log=bundled, negotiation="us-niger", read_only=True) as pilot:
        app = pilot.app
        for word, shown in (
            ("neutrality", "neutrality-treaty"),
            ("politico", "SourceRegistered"),
            ("all-forces", "withdrawal"),
        ):
            await pilot.press("ctrl+p", *word)
            await until(pilot, lambda: isinstance(app.screen, Palette) and shown in text_of(pilot), word)  # noqa: B023 - awaited at once
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
        await pilot.press("[", "ctrl+p", *"all-forces")
        await until(pilot, lambda: "withdrawal" in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WhyScreen))
        assert "withdrawal:all-forces" in text_of(pilot)


async def test_the_palette_can_be_left_while_the_log_is_looked_through(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()
    monkeypatch.setattr("tui.workspace.screens.palette.look_for", lambda *_: [] if going.wait(60) else None)
    async with opened() as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        typed_at_once(pilot, "ctrl+p", *"no-such-word", "enter")
        await until(pilot, lambda: isinstance(app.screen, Palette) and app.holds_keys())
        typed_at_once(pilot, "escape", "[")
        await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen) and not app.screen.session.is_live)
        going.set()


async def test_enter_in_the_palette_takes_the_hit_of_all_that_was_typed(bundled: Path, opened: Opened) -> None:
    async with opened(log=bundled, negotiation="us-niger", read_only=True) as pilot:
        # The first letters are listed as something else by the time that the last is typed.
        await pilot.press("ctrl+p", *"all")
        typed_at_once(pilot, *"-forces", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WhyScreen))
        assert "withdrawal:all-forces" in text_of(pilot)
