"""What a key acts on: the thing under the cursor that is seen, and never an entry in a pane that is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lengths import in_short
from tests.tui.workspace.given import afresh, text_of, until
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from tests.tui.workspace.given import Opened

SIZES = ((80, 24), (120, 40))


@pytest.mark.parametrize("size", in_short(SIZES, SIZES[0]))
async def test_a_cell_without_a_position_is_told_to_hold_none(size: tuple[int, int], opened: Opened) -> None:
    async with opened(size) as pilot:
        await pilot.press("3", "right")
        for key in ("w", "enter"):
            pilot.app.clear_notifications()
            await pilot.press(key)
            assert isinstance(pilot.app.screen, WorkspaceScreen), key
            assert "Nobody has taken a position here. a adds one." in text_of(pilot), key


async def test_a_cell_with_a_position_leads_to_why_and_to_its_entry(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press("3", "w")
        assert "Why  Northland on The use of the " in text_of(pilot)
        await pilot.press("escape", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        assert (screen.pane, screen.session.selected) == ("events", "north-open")


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
async def test_a_key_for_an_entry_acts_on_what_the_thing_under_the_cursor_rests_on(
    size: tuple[int, int], opened: Opened
) -> None:
    async with opened(size) as pilot:
        for keys, shown in (
            (["1", "x"], "Retract revoked"),
            (["1", "c"], "Correct revoked"),
            (["1", "e"], "https://example.org/courier"),
            (["1", "down", "x"], "Retract refuses"),
            (["3", "x"], "Retract north-open"),
            (["3", "down", "right", "e"], "https://example.org/courier"),
        ):
            await afresh(pilot)
            await pilot.press("2", "home", *keys)
            await until(pilot, lambda: shown in text_of(pilot), f"{keys}: {shown}")  # noqa: B023 - awaited at once


@pytest.mark.long
@pytest.mark.parametrize("way", [["3", "right"], ["1", "end", "up"]])
async def test_where_nothing_rests_on_an_entry_that_is_said(way: list[str], opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press(*way)
        for key, shown in (
            ("x", "No entry to retract. 2 goes to the events."),
            ("c", "No entry to correct. 2 goes to the events."),
            ("e", "No entry here. The arrows go to one."),
            ("y", "Nothing to copy here. The arrows go to an entry."),
        ):
            pilot.app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: shown in text_of(pilot), f"{key}: {shown}")  # noqa: B023 - awaited at once
            assert isinstance(pilot.app.screen, WorkspaceScreen), key


@pytest.mark.long
async def test_a_filter_leaves_the_keys_to_an_entry_that_it_shows(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        session = screen.session
        await pilot.press("f", *"type:RoundHeld", "enter", "2")
        assert session.selected == "first-round"
        assert "the island" in text_of(pilot)
        await pilot.press("x")
        assert "first-round" in text_of(pilot)
        await pilot.press("escape", "f", "ctrl+u", *"no-such-word", "enter")
        assert {session.selected} == {None}
        for key, told in (("x", "No entry to retract"), ("c", "No entry to correct")):
            await pilot.press(key)
            assert told in text_of(pilot)
        # All are shown again, and one of them is looked at.
        await pilot.press("escape")
        assert session.selected is not None
