"""Drafts while they are written: kept within a second, and to the last letter when the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.tui.workspace.given import Opened, text_of, typed_at_once, until
from tui.workspace.screens import form, keeping
from tui.workspace.screens.form import FormScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.drafts import Drafts

_NEVER: Final = 3600.0


@pytest.fixture(autouse=True)
def _without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "_PAUSE", _NEVER)


async def _begin(pilot: Pilot[int]) -> Drafts:
    """Begin an entry, and return the drafts."""
    await pilot.press("a", *"statementmade", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    await pilot.press(*"NTH", "tab")
    return screen.workspace.drafts


def _text(drafts: Drafts) -> str | None:
    kept = drafts.get("river")
    return kept.values.get("text") if kept is not None else None


async def test_what_is_written_without_a_pause_is_kept_all_the_same(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_PERIOD", 0.001)
    async with opened() as pilot:
        drafts = await _begin(pilot)
        await pilot.press(*"Soon")
        await until(pilot, lambda: _text(drafts) == "Soon", "the draft")
        assert drafts.write()


async def test_what_is_pressed_to_break_off_tells_how_to_leave(opened: Opened) -> None:
    async with opened() as pilot:
        for keys in ([], ["a"], ["escape", "a", *"statementmade", "enter"]):
            await pilot.press(*keys, "ctrl+c")
            assert "^q leaves, from anywhere" in text_of(pilot)
            assert "[b]" not in text_of(pilot)
            pilot.app.clear_notifications()


async def test_what_was_typed_last_is_kept_when_it_ends(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_PERIOD", _NEVER)
    async with opened() as pilot:
        drafts = await _begin(pilot)
        before = _text(drafts)
        # Over the form lies what can be left, too.
        typed_at_once(pilot, *"Soon, they say", "ctrl+p", "ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running, is_seen=False)
    assert (before, _text(drafts)) == (None, "Soon, they say")
