"""Starting from nothing: the welcome, a new negotiation and its parties, a file, the demonstration, another log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from textual.widgets import Input

from tests.tui.workspace.given import RECORDED_AT, TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.errors import EntryRejectedError, LogBusyError
from tui.workspace.app import Workspace
from tui.workspace.entry.known import parties_of
from tui.workspace.screens.base import OpeningScreen
from tui.workspace.screens.beginning import NewNegotiation, events_of, not_there, told
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.welcome import WelcomeScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.pilot import Pilot

#: Keys besides text from an empty folder to the first claim.
_MOST_KEYS: Final = 60


@pytest.fixture
async def nothing(tmp_path: Path) -> AsyncIterator[Pilot[int]]:
    """Open the workspace where there is no log."""
    app = Workspace(None, where=str(tmp_path / "new.db"), clock=lambda: RECORDED_AT, today=TODAY)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen), is_seen=False)
        yield pilot
    app.close_log()


class Typist:
    """Types, and counts the keys that are no text."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot, self.keys = pilot, 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        await self.pilot.press(*({" ": "space", ",": "comma"}.get(each, each) for each in text))


async def test_from_an_empty_folder_to_the_first_claim_without_a_shell(
    nothing: Pilot[int], golden: Callable[[str, Pilot[Any]], None], tmp_path: Path
) -> None:
    app, typist = nothing.app, Typist(nothing)
    for columns, lines in ((80, 24), (160, 50), (200, 60), (120, 40)):
        await nothing.resize_terminal(columns, lines)
        await until(nothing, lambda: max(map(len, text_of(nothing).splitlines())) == columns)  # noqa: B023 - awaited at once
        golden(f"welcome-{columns}x{lines}", nothing)
    assert not (tmp_path / "new.db").exists()
    await typist.press("a")
    await typist.write("River talks")
    await typist.press("enter")
    assert nothing.app.screen.query_one("#id").value == "river-talks"  # type: ignore[attr-defined]  # an input
    await typist.press("enter")
    await typist.write("Niger, usa, Northern Front")
    assert "Niger (NER), United States of America (USA), Northern Front (northern-front)" in text_of(nothing)
    golden("new-negotiation-120x40", nothing)
    await typist.press("enter")
    await until(nothing, lambda: isinstance(app.screen, WorkspaceScreen))
    assert "1970" not in text_of(nothing)
    assert "River talks" in text_of(nothing)
    # Nothing comes later in what is just begun.
    assert all(said in text_of(nothing) for said in ("Nothing stands yet. a adds", "No entry yet. a adds one."))
    await typist.press("a")
    await typist.write("statementmade")
    await typist.press("enter")
    await until(nothing, lambda: isinstance(app.screen, FormScreen))
    form = app.screen
    assert isinstance(form, FormScreen)
    for field, text in (("party", "NER"), ("text", "We begin."), ("occurred", "2025-05-01")):
        while form.lines.here.path != field:
            await typist.press("tab")
        await typist.write(text)
    await typist.press("ctrl+s")
    await until(nothing, lambda: isinstance(app.screen, WorkspaceScreen))
    assert typist.keys <= _MOST_KEYS
    with EventLog.open(tmp_path / "new.db", read_only=True) as log:
        assert [entry.event.event for entry in log.read()] == [
            *("NegotiationOpened", "PartyAdded", "PartyAdded", "PartyAdded", "StatementMade")
        ]


@pytest.mark.long
async def test_a_file_is_recorded_and_shown(nothing: Pilot[int], tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"event": "NegotiationOpened", "negotiation": "ford", "title": "The ford"}\n')
    await nothing.press("r", *str(script), "enter")
    await until(nothing, lambda: isinstance(nothing.app.screen, WorkspaceScreen))
    assert "The ford" in text_of(nothing)


@pytest.mark.long
async def test_a_wrong_file_is_told_and_another_log_is_opened(nothing: Pilot[int], tmp_path: Path, river: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"event": "NegotiationOpend", "negotiation": "ford"}\n')
    await nothing.press("r", *str(script), "enter")
    await until(nothing, lambda: "NegotiationOpened?" in text_of(nothing) or "did you mean" in text_of(nothing))
    assert isinstance(nothing.app.screen, WelcomeScreen)
    await nothing.press("escape", "o", *str(river), "enter")
    await until(nothing, lambda: isinstance(nothing.app.screen, WorkspaceScreen))


async def test_the_demonstration_is_in_a_log_of_its_own(
    nothing: Pilot[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.environment.data_folder", lambda: tmp_path / "data")
    await nothing.press("d")
    await until(nothing, lambda: isinstance(nothing.app.screen, WorkspaceScreen))
    assert (tmp_path / "data" / "demo" / "us-niger.db").is_file()
    assert not (tmp_path / "new.db").exists()


@pytest.mark.long
async def test_the_portfolio_begins_a_negotiation_but_not_one_that_is_there(opened: Opened) -> None:
    async with opened() as pilot:
        app = pilot.app
        await pilot.press("P", "a", *"River", "enter", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, NewNegotiation))
        assert "there is a negotiation river already" in text_of(pilot)
        await pilot.press(*"river-2", "enter", *"USA", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, WorkspaceScreen) and app.screen.session.negotiation == "river-2"
        )
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PortfolioScreen))


@pytest.mark.long
async def test_a_negotiation_is_renamed_by_an_action_that_asks_and_by_no_entry(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"negotiation")
        assert "NegotiationOpened" not in text_of(pilot)
        await pilot.press("escape", "ctrl+t", "end", "space", *"II", "enter")
        assert "becomes North and South: the river and the garrison II" in text_of(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "garrison II" in text_of(pilot).splitlines()[0])


async def test_the_portfolio_of_an_empty_log_says_how_to_begin(tmp_path: Path, opened: Opened) -> None:
    with EventLog.open(tmp_path / "empty.db"):
        pass
    async with opened(log=tmp_path / "empty.db", negotiation=None) as pilot:
        assert not isinstance(pilot.app.screen, OpeningScreen)
        assert "a begins one" in text_of(pilot)


@pytest.mark.long
async def test_what_was_written_in_a_dialog_is_there_again_after_esc_and_after_a_failure(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as pilot:
        await pilot.press("P", "a", *"Ford", "tab", "tab", *"USA", "escape", "a")
        shown = text_of(pilot)
        assert "ford with United States of America (USA)" in shown, shown
        # The id is still made of the title.
        await pilot.press("end", *"s")
        assert "fords with" in text_of(pilot)

        def busy(*_: object, **__: object) -> None:
            raise LogBusyError("another process holds the log")

        app = pilot.app
        assert isinstance(app, Workspace)
        with monkeypatch.context() as patched:
            patched.setattr(app.log_book.store.recorder, "insert_events", busy)
            await pilot.press("enter", "enter", "enter")
            await until(pilot, lambda: "another process holds the log" in text_of(pilot))
        await pilot.press("a")
        assert "fords with United States of America (USA)" in text_of(pilot)
        await pilot.press("enter", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen) and app.screen.session.title == "Fords")
        # Once it is recorded, another one begins empty.
        await pilot.press("P", "a")
        assert "Fords" not in str(app.screen.query_one("#title", Input).value)


@pytest.mark.long
async def test_a_title_that_was_written_is_there_again_until_it_is_recorded(opened: Opened) -> None:
    async with opened() as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        await pilot.press("ctrl+t", "ctrl+u", *"Fords", "escape", "ctrl+t", "end", *"2", "escape", "ctrl+t")
        assert app.screen.query_one(Input).value == "Fords2"
        await pilot.press("enter")
        await until(pilot, lambda: "becomes Fords2" in text_of(pilot))
        await pilot.press("escape", "ctrl+t")
        assert app.screen.query_one(Input).value == "Fords2"
        await pilot.press("enter")
        await until(pilot, lambda: "becomes Fords2" in text_of(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "Fords2" in text_of(pilot).splitlines()[0])
        assert not any(app.begun.values())


def test_a_party_that_is_like_a_state_is_asked_about() -> None:
    said = told(events_of("Transit", "", "Kyrgyzstan, USA, Rusia, Kirgizstan, Northern Front, PLO"))
    assert "Rusia (rusia; did you mean Russia?), Kirgizstan (kirgizstan; did you mean Kyrgyzstan?)" in said
    assert "Northern Front (northern-front), PLO (plo)" in said


def test_a_folder_is_no_file_and_is_called_one(tmp_path: Path) -> None:
    assert not_there(str(tmp_path)) == "That is a folder; name a file in it."
    assert not_there(str(tmp_path / "none.jsonl")) == "There is no such file."


def test_parties_are_named_by_name_or_code_and_once() -> None:
    assert list(parties_of(" ner,Niger ; FRANCE, Northern Front,")) == [
        {"party": "NER", "name": "Niger"},
        {"party": "FRA", "name": "France"},
        {"party": "northern-front", "name": "Northern Front"},
    ]
    with pytest.raises(EntryRejectedError, match="no id can be made"):
        list(parties_of("北"))


def test_a_title_is_needed_of_which_an_id_can_be_made() -> None:
    for title, name in (("", "x"), ("北", "")):
        with pytest.raises(EntryRejectedError, match="a title is needed"):
            events_of(title, name, "")
    assert events_of("北", "north", "")[0].negotiation == "north"
