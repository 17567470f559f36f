"""Width: no state word is cut, what is open stays in sight, families fold, and a wider terminal never shows less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import RECORDED_AT, Opened, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.rows.words import words
from tui.workspace.screens.register import RegisterScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.portfolio import PortfolioList, form, stated
from tui.workspace.widgets.status import MOST

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

_WIDTHS: Final = range(80, 241, 20)
_HISTORIES: Final = ("us-niger", "black-sea", "panama-canal", "visiting-forces")


def _pane(pilot: Pilot[Any], name: str) -> str:
    """Return what a pane shows, its lines below each other, without its border."""
    region = pilot.app.screen.query_one(f"#{name}").region
    lines = text_of(pilot).splitlines()[region.y + 1 : region.bottom - 1]
    return "\n".join(line[region.x + 1 : region.right - 1] for line in lines)


def _words(text: str) -> set[str]:
    """Return the words that are there whole; the last one before an ellipsis is not."""
    return set(re.findall(r"[^\W\d_]{3,}(?!\S*…)", text))


@pytest.mark.parametrize(
    "history", [_HISTORIES[0], *(pytest.param(name, marks=pytest.mark.long) for name in _HISTORIES[1:])]
)
async def test_a_wider_terminal_never_shows_less_and_no_state_is_cut(
    history: str, bundled: Path, opened: Opened
) -> None:
    async with opened((80, 40), log=bundled, negotiation=history, read_only=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        states = [words(thing.state or "named only") for _, thing in _things(screen)]
        outcomes = [f"{words(thing.state)} · {thing.outcome}" for _, thing in _things(screen) if _outcome(thing)]
        await pilot.press("1")
        shown: dict[str, set[str]] = {}
        rooms: dict[str, int] = {}
        for width in _WIDTHS:
            await pilot.resize_terminal(width, 40)
            await _laid_out(pilot, screen, width)
            told = " ".join(_pane(pilot, "status").split())
            assert [state for state in states if state not in told] == [], width
            if width < 100:
                continue
            assert [outcome for outcome in outcomes if outcome not in told] == [], width
            for name in ("status", "positions", "evidence"):
                now = _words(_pane(pilot, name))
                assert shown.get(name, set()) <= now, (width, name)
                shown[name] = now
            for name in ("status", "positions", "events", "evidence", "time"):
                area = screen.query_one(f"#{name}").region.area
                assert rooms.get(name, 0) <= area, (width, name)
                rooms[name] = area


async def _laid_out(pilot: Pilot[int], screen: WorkspaceScreen, width: int) -> None:
    await until(pilot, lambda: screen.query_one("#time").region.width == width, f"{width} columns")


def _things(screen: WorkspaceScreen) -> list[tuple[str, Any]]:
    return [
        (family, thing)
        for family, things in screen.session.status.things.items()
        for thing in things.values()
        if len(things) <= MOST
    ]


def _outcome(thing: Any) -> str | None:  # noqa: ANN401 - a thing of any family
    return getattr(thing, "outcome", None)


@pytest.mark.long
async def test_forty_agreements_leave_what_is_open_in_sight(tmp_path: Path, opened: Opened) -> None:
    entries: list[dict[str, Any]] = [{"event": "PartyAdded", "party": "NTH"}]
    long = "an-agreement-with-quite-a-long-name-indeed"
    entries += [
        {"event": "AgreementSigned", "agreement": f"{long}-{number}", "by": ["NTH"], "occurred": "2020"}
        for number in range(40)
    ]
    entries.append({"event": "AgreementRevoked", "agreement": f"{long}-3", "party": "NTH", "occurred": "2024"})
    entries.append({"event": "WithdrawalOrdered", "party": "NTH", "withdrawal": "w", "occurred": "2022"})
    entries.append({"event": "SanctionImposed", "party": "NTH", "sanction": "embargo", "occurred": "2022"})
    with EventLog.open(tmp_path / "many.db", clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "many", **entry}) for entry in entries])
    async with opened((100, 30), log=tmp_path / "many.db", negotiation="many") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("1")
        told = _pane(pilot, "status")
        assert told.count("signed") == MOST
        assert "denunciation announced" in told
        assert "+ 32 more: 32 signed" in told
        assert "SANCTION   embargo  imposed" in told
        assert "? 41 open" in text_of(pilot)
        for _ in range(MOST):
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: "+ 32 more" not in text_of(pilot))
        assert len(screen.query_one("#status").items) > 40  # type: ignore[attr-defined]  # a report
        await pilot.press("home", *["down"] * 40, "enter")
        await until(pilot, lambda: "+ 32 more" in text_of(pilot))


@pytest.mark.long
async def test_the_parties_and_matters_have_a_screen_and_a_cell_is_spelled_out(opened: Opened) -> None:
    async with opened((100, 40)) as pilot:
        await pilot.press("3", "down", "right")
        assert "Southland: " in text_of(pilot)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(pilot.app.screen, RegisterScreen) and "Parties (3)" in text_of(pilot))
        assert "Northland" in text_of(pilot)
        assert "Matters (" in text_of(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "Why" in text_of(pilot) or "Nothing more" in text_of(pilot))
        await pilot.press("escape", "E")


@pytest.mark.long
async def test_a_click_on_a_heading_sorts_and_the_pane_below_tells_more(bundled: Path, opened: Opened) -> None:
    async with opened((120, 40), log=bundled, negotiation=None, read_only=True) as pilot:
        listed = pilot.app.screen.query_one(PortfolioList)
        await until(pilot, lambda: not listed.missing() and "OPEN (1)" in text_of(pilot))
        assert "its term ended" in text_of(pilot)
        for head, order in (("entries", "entries"), ("found", "findings"), ("new", "new"), ("silence", "last move")):
            column = text_of(pilot).splitlines()[2].index(head)
            await pilot.click(PortfolioList, offset=(column + 1, 1))
            await until(pilot, lambda: listed.by == order)  # noqa: B023 - awaited at once
        assert listed.names[0] == "us-niger"
        await pilot.click(PortfolioList, offset=(4, 1))
        assert listed.by == "id"


def test_no_column_of_the_portfolio_is_narrower_in_a_wider_terminal() -> None:
    before = form(20)
    for columns in range(21, 240):
        now = form(columns)
        assert all(earlier <= later for earlier, later in zip(before, now, strict=True) if columns != 60), columns
        before = now


def test_where_a_negotiation_stands_ends_with_a_whole_state() -> None:
    states = ("a-treaty-with-a-name in force", "pact denunciation announced", "x signed")
    for columns in range(12, 80):
        told = stated(states, columns)
        assert len(told) <= columns
        assert "in force" in told
        assert told.startswith(("a", "…"))
    for name, columns, told in (
        ("Black Sea Grain Initiative terminated", 38, "Black Sea Grain Initiat… terminated +1"),
        ("Panama Canal Treaty, 1977 expired", 31, "Panama Canal Treaty… expired +1"),
    ):
        assert stated((name, "mou signed"), columns) == told
