"""Event types that other installed packages bring: offered, filled in, filtered by; and read where they are missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.tui.workspace.given import Opened, text_of, until
from tracker import EventLog
from tracker.events import registry
from tui.drafts import Drafts
from tui.kept import Unfinished
from tui.workspace.entry.forms import families
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.picking import types
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

MODULE: Final = '''
from typing import ClassVar
from tracker.events import Event
from tracker.events.base import PartyId

class SummitHeld(Event):
    """Heads of state meet."""

    family: ClassVar[str] = "summits"

    parties: tuple[PartyId, ...]
    venue: str | None = None
'''


@pytest.fixture
def summits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package that brings an event type, for one test."""
    package = tmp_path / "site"
    information = package / "summits-1.0.dist-info"
    information.mkdir(parents=True)
    (package / "summits.py").write_text(MODULE, encoding="utf-8")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: summits\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(
        "[communique.events]\nSummit = summits:SummitHeld\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(package)
    monkeypatch.setattr(registry, "EVENT_TYPES", dict(registry.EVENT_TYPES))
    monkeypatch.setattr(registry, "_plugins_loaded", False)
    monkeypatch.delitem(sys.modules, "summits", raising=False)


@pytest.mark.long
@pytest.mark.usefixtures("summits")
async def test_a_type_of_another_package_is_offered_filled_in_and_filtered_by(river: Path, opened: Opened) -> None:
    assert families()["summits"] == ["SummitHeld"]
    assert [item.subject for item in types("heads of state")] == [None, "SummitHeld"]
    async with opened() as pilot:
        await pilot.press("a", *"summit", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert "Parties is required" in text_of(pilot)
        await pilot.press(*"NTH,STH", "tab", *"the ford", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        await pilot.press("f", *"family:summits type:SummitHeld party:STH", "enter")
        await until(pilot, lambda: "filter: family:summits" in text_of(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        rows = screen.query_one("#events").rows  # type: ignore[attr-defined]
        assert [reading.event.event for reading in rows] == ["SummitHeld"]
    with EventLog.open(river, read_only=True) as log:
        assert list(log.read("river"))[-1].event.event == "SummitHeld"


async def test_a_draft_of_a_type_that_is_not_installed_any_more_is_kept(river: Path, opened: Opened) -> None:
    with EventLog.open(river, read_only=True) as log:
        drafts = Drafts(log.identity)
    drafts.keep("river", Unfinished("SummitHeld", {"venue": "the ford"}))
    async with opened() as pilot:
        await pilot.press("a", "enter")
        await until(pilot, lambda: "No SummitHeld is known here" in text_of(pilot))
        assert "Drafts, begun and not recorded" in text_of(pilot)
        assert "SummitHeld" in text_of(pilot)
