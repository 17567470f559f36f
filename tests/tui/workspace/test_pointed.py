"""What a key acts on: the thing under the cursor that is seen, and never an entry in a pane that is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.workspace.given import in_short, text_of, until
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from tests.tui.workspace.given import Opened

SIZES = ((80, 24), (120, 40))


@pytest.mark.parametrize("size", in_short(SIZES, SIZES[0]))
@pytest.mark.parametrize("key", ["w", "enter"])
async def test_a_cell_without_a_position_is_told_to_hold_none(key: str, size: tuple[int, int], opened: Opened) -> None:
    async with opened(size) as pilot:
        await pilot.press("3", "right", key)
        assert isinstance(pilot.app.screen, WorkspaceScreen)
        assert "Nobody has taken a position here. a adds one." in text_of(pilot)


async def test_a_cell_with_a_position_leads_to_why_and_to_its_entry(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press("3", "w")
        assert "Why  position:NTH/river" in text_of(pilot)
        await pilot.press("escape", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        assert (screen.pane, screen.session.selected) == ("events", "north-open")


@pytest.mark.parametrize("size", in_short(SIZES, SIZES[0]))
@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (["1", "x"], "Retract revoked"),
        (["1", "c"], "Correct revoked"),
        (["1", "e"], "https://example.org/courier"),
        (["1", "down", "x"], "Retract refuses"),
        (["3", "x"], "Retract north-open"),
        (["3", "down", "right", "e"], "https://example.org/courier"),
    ],
)
async def test_a_key_for_an_entry_acts_on_what_the_thing_under_the_cursor_rests_on(
    keys: list[str], shown: str, size: tuple[int, int], opened: Opened
) -> None:
    async with opened(size) as pilot:
        await pilot.press("2", "home", *keys)
        await until(pilot, lambda: shown in text_of(pilot))


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("x", "No entry to retract. 2 goes to the events."),
        ("c", "No entry to correct. 2 goes to the events."),
        ("e", "No entry here. The arrows go to one."),
        ("y", "Nothing to copy here. The arrows go to an entry."),
    ],
)
@pytest.mark.parametrize("way", [["3", "right"], ["1", "end", "up"]])
async def test_where_nothing_rests_on_an_entry_that_is_said(
    way: list[str], key: str, shown: str, opened: Opened
) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press(*way, key)
        await until(pilot, lambda: shown in text_of(pilot))
        assert isinstance(pilot.app.screen, WorkspaceScreen)
