"""Entries of types that this version does not know, in the workspace: told as such, and no screen fails over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.tui.workspace.given import RECORDED_AT, Opened, text_of, until
from tracker import EventLog
from tracker.events import EntryDisputed
from tracker.events.base import Event, Evidence
from tracker.events.registry import EVENT_TYPES

if TYPE_CHECKING:
    from pathlib import Path

#: Panes and screens, then time travel, going to a time, why, and what would be another one's entry.
KEYS: Final = (
    *("1", "2", "3", "4", "5", "2", "D", "escape", "F", "escape", "S", "escape", "]", "[", "[", "L"),
    *("g", "escape", "w", "escape", "o", "escape", "c", "escape", "y", "f", *"summit", "enter", "escape"),
)


class SummitHeld(Event):
    """A summit of which another package knows."""

    party: str


@pytest.fixture
def with_summit(river: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the log with an entry at its end whose type nobody knows any more, and one about it."""
    summit = SummitHeld(
        negotiation="river",
        id="summit",
        occurred="2024-06-01",
        published="2026-01-01",
        party="NTH",
        evidence=(Evidence(source="courier", quote="They met."),),
    )
    with pytest.MonkeyPatch.context() as patch, EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        patch.setitem(EVENT_TYPES, "SummitHeld", SummitHeld)
        log.record([EntryDisputed(negotiation="river", entry="ordered", ground="Not so."), summit])
    return river


@pytest.mark.long
async def test_no_screen_fails_over_them(with_summit: Path, opened: Opened) -> None:
    async with opened() as pilot:
        await until(pilot, lambda: "Summit held (an event type" in text_of(pilot))
        for key in KEYS:
            await pilot.press(key)
            assert pilot.app.is_running, key
            assert text_of(pilot).strip(), key
        assert pilot.app._exception is None  # noqa: SLF001 - nothing public says it
