"""What the keys act on is what is marked: an entry that was just recorded, and one that has no line of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.tui.workspace.given import Opened, text_of, until
from tracker import EventLog
from tracker.events import StatementMade
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


def _screen(pilot: Pilot[int]) -> WorkspaceScreen:
    screen = pilot.app.screen
    assert isinstance(screen, WorkspaceScreen)
    return screen


def _marked(pilot: Pilot[int]) -> list[str]:
    """Return the lines of the events that bear the mark."""
    rows = [line.partition("││")[2] for line in text_of(pilot).splitlines()]
    return [row for row in rows if row.startswith("▶")]


def _has(screen: WorkspaceScreen, entry: str) -> bool:
    return screen.session.history.get(entry) is not None


async def _record(pilot: Pilot[int], day: str, text: str) -> None:
    await pilot.press("a", *"statementmade", "enter", *"NTH", "tab", *text)
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    form.put("occurred", day)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen) and text in text_of(pilot))


async def test_what_was_recorded_is_looked_at_wherever_one_stood(opened: Opened) -> None:
    async with opened() as pilot:
        # Of an older day than what is looked at, and back from the list of all.
        _screen(pilot).look_at("asks")
        await pilot.press("P", "escape")
        await _record(pilot, "2024-01-15", "An old word.")
        await until(pilot, lambda: len(_marked(pilot)) == 1 and "An old word." in _marked(pilot)[0])
        reading = _screen(pilot).entry()
        assert reading is not None
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.draft.values["entry"] == reading.id


@pytest.mark.long
async def test_who_has_gone_on_meanwhile_stays_there(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = _screen(pilot)
        for number, keys in enumerate(([], ["up"], ["["])):
            screen.look_at("asks")
            screen.following.expect(f"own-{number}")
            await pilot.press(*keys)
            before = screen.session.selected
            with EventLog.open(river, by="tests") as log:
                log.record([StatementMade(negotiation="river", id=f"own-{number}", party="NTH", text="A word.")])
            await until(pilot, partial(_has, screen, f"own-{number}"))
            assert screen.session.selected == (before if keys else "own-0")


async def test_an_entry_without_a_line_marks_none(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("R", "enter")
        screen = _screen(pilot)
        assert screen.session.selected == "p-north"
        assert _marked(pilot) == []
        assert "PartyAdded" in text_of(pilot)
        # The arrows go on from where the mark was.
        await pilot.press("up")
        assert len(_marked(pilot)) == 1
        reading = screen.entry()
        assert reading is not None
        assert reading.id in text_of(pilot)
        await pilot.press("R", "enter", "2", "enter")
        assert "Entry  p-north" in text_of(pilot)
