"""Keys that come together: each acts where the one before it has led, on every screen and in every dialog."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pytest
from textual import events

from tests.tui.workspace.given import TODAY, afresh, text_of, typed_at_once, until
from tracker import EventLog
from tui.workspace.app import Workspace
from tui.workspace.screens.dialogs import Ask
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.events import EventList
from tui.workspace.widgets.portfolio import PortfolioList
from tui.workspace.widgets.positions import PositionMatrix

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.workspace.given import Opened

#: What is typed at once in the workspace, and what is seen then.
BURSTS: Final = {
    "go-to": (["g", *"2024-03-20", "enter"], ["known ≤ 2024-03-20"]),
    "go-to-and-on": (["g", *"2024-02-02", "enter", "}"], ["known ≤ 2024-02-03"]),
    "filter": (["f", *"party:STH", "enter"], ["filter: party:STH"]),
    "search": (["/", *"treaty", "enter"], ["2 found"]),
    "help": (["?", *"diff"], ["Diff", "d", "What changed between the marks"]),
    "type": (["a", *"BaseRequestRefused", "enter"], ["Add  BaseRequestRefused"]),
    "form": (["a", *"StatementMade", "enter", *"NTH", "tab", *"Nothing yet?"], ["Add  StatementMade", "Nothing yet?"]),
    "palette": (["ctrl+p", *"findings"], ["Contradictions"]),
    "finder-and-on": (
        ["ctrl+p", *"retract", "enter", "down", *"2024-04-01"],
        ["Retract ", "Happened on              2024-04-01"],
    ),
    "finder-of-the-log": (["ctrl+p", *"treaty", "pageup", "down", "up", *" on", "pagedown", "enter"], ["Why"]),
    "marks": (["m", "g", *"2024-02-02", "enter", "m", "d"], ["What changed  now → known ≤ 2024-02-02"]),
    "diff": (["[", "[", "[", "[", "[", "d", "/", *"ford", "enter"], ["What changed"]),
    "finding": (["F", "/", *"resting", "enter", "w"], ["Why"]),
    "copy": (["y", "j"], ["as JSON"]),
    "jump": (["ctrl+o", "C"], ["3 Positions"]),
    "detail": (["enter", "w"], ["Why  entry:began"]),
    "reader-find": (["F", "/", *"no-such-word", "enter"], ["'no-such-word' is not here."]),
    "portfolio-find": (["P", "/", *"no-such-word", "enter"], ["Nothing in this log holds 'no-such-word'."]),
    "portfolio-help": (["P", "?", *"sort"], ["Sort entries by"]),
    "escape": (["g", "escape", "f", "escape", "escape"], ["● LIVE"]),
}


#: Of each kind one: a line, a list, a form, a palette, marks, the portfolio, and what is left at once.
FEW: Final = ("go-to", "type", "form", "finder-and-on", "marks", "portfolio-find", "escape")


@pytest.mark.parametrize(
    "names",
    [FEW, pytest.param([name for name in BURSTS if name not in FEW], marks=pytest.mark.long)],
    ids=["few", "others"],
)
async def test_what_is_typed_at_once_arrives_whole_and_in_order(names: list[str], opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        for name in names:
            keys, seen = BURSTS[name]
            await afresh(pilot)
            typed_at_once(pilot, *keys)
            await until(pilot, lambda: all(words in text_of(pilot) for words in seen), name)  # noqa: B023 - at once
            # What is looked for may be seen before the last key has come there.
            await until(pilot, lambda: not pilot.app._typed, name)  # type: ignore[attr-defined]  # noqa: SLF001 - as above


@pytest.mark.long
async def test_a_dialog_that_is_left_at_once_takes_nothing_with_it(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        for dialog in ("g", "f", "/", "?", "a", "y", "ctrl+p", "ctrl+o", "F", "enter"):
            typed_at_once(pilot, *[dialog, "escape"] * 3, "[")
            await until(pilot, lambda: not screen.session.is_live)
            assert pilot.app.screen is screen, dialog
            typed_at_once(pilot, "L")
            await until(pilot, lambda: screen.session.is_live)


async def test_what_is_pasted_waits_for_the_line_that_it_is_for(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        driver = pilot.app._driver  # noqa: SLF001 - keys come from nowhere else
        assert driver is not None
        typed_at_once(pilot, "f")
        driver.send_message(events.Paste("party:NTH"))
        typed_at_once(pilot, "enter", "2")
        await until(pilot, lambda: "filter: party:NTH" in text_of(pilot))
        assert 0 < len(pilot.app.screen.query_one(EventList).rows) < 14


async def test_keys_go_on_after_a_dialog_that_is_taken_away_by_something_else(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        typed_at_once(pilot, "g", "2", "0")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        pilot.app.pop_screen()
        typed_at_once(pilot, "[")
        await until(pilot, lambda: not screen.session.is_live)
        assert pilot.app.screen is screen


async def test_what_is_typed_while_a_negotiation_is_read_is_for_it(river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        app = Workspace(log, "river", today=TODAY)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            typed_at_once(pilot, "g", *"2024-03-20", "enter", "3")
            await until(pilot, lambda: "known ≤ 2024-03-20" in text_of(pilot))
            await until(pilot, lambda: isinstance(app.focused, PositionMatrix))


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_one_can_leave_while_a_negotiation_is_read(key: str, river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        app = Workspace(log, "river", today=TODAY)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            typed_at_once(pilot, key)
            await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


@pytest.mark.long
async def test_what_is_typed_after_enter_in_the_portfolio_is_for_what_it_opens(bundled: Path, opened: Opened) -> None:
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        typed_at_once(pilot, "/", *"niger", "enter", "enter", "g", *"2024-05-11", "enter")
        await until(pilot, lambda: "known ≤ 2024-05-11" in text_of(pilot))
        typed_at_once(pilot, "escape", "escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, PortfolioScreen))


@pytest.mark.long
async def test_keys_go_on_from_where_a_hit_leads_however_late_that_is_drawn(
    bundled: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        WorkspaceScreen, "call_after_refresh", lambda self, call, *args: self.set_timer(0.5, partial(call, *args))
    )
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        typed_at_once(pilot, "/", *"niger", "enter", "enter", "g", *"2024-05-11", "enter")
        await until(pilot, lambda: "known ≤ 2024-05-11" in text_of(pilot))
        await pilot.pause(1)
        assert "known ≤ 2024-05-11" in text_of(pilot)


async def test_what_is_being_read_can_be_left(bundled: Path, opened: Opened) -> None:
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        app.open_negotiation("us-niger")
        typed_at_once(pilot, "escape", "end")
        await until(pilot, lambda: not app.holds_keys())
        listed = app.screen.query_one(PortfolioList)
        await until(pilot, lambda: listed.cursor == len(listed.names))
        typed_at_once(pilot, "escape")
        await until(pilot, lambda: "q leaves. enter opens a negotiation." in text_of(pilot))
        assert "Back" not in text_of(pilot).splitlines()[-1]


async def test_a_negotiation_that_cannot_be_read_holds_no_keys(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        app.open_negotiation("rivers")
        typed_at_once(pilot, "3")
        await until(pilot, lambda: "rivers" in text_of(pilot))
        await until(pilot, lambda: isinstance(app.focused, PositionMatrix))


async def test_a_mark_that_was_lost_does_not_take_the_keys_with_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened((120, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Workspace)
        monkeypatch.setattr(Workspace, "_send_mark", lambda *_: None)
        await pilot.press("t")
        monkeypatch.undo()
        typed_at_once(pilot, "g")
        await pilot.pause()
        assert not isinstance(app.screen, Ask)
        monkeypatch.setattr("tui.workspace.jobs._PATIENCE", 0.0)
        typed_at_once(pilot, "shift")
        await until(pilot, lambda: isinstance(app.screen, Ask))
