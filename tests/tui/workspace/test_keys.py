"""Every key on every screen, and every action in every place where it is looked for."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.lengths import in_short
from tests.tui.workspace.given import Opened, afresh, text_of, typed_at_once, until
from tui.workspace.actions import (
    ACTIONS,
    BY_ID,
    DOCUMENT,
    FINDINGS,
    FORM,
    LIST,
    PORTFOLIO,
    READER,
    REVIEW,
    SCREENS,
    WELCOME,
    WORKSPACE,
    actions_for,
    bindings_for,
    hints,
)
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.help import fits, found
from tui.workspace.screens.palette import Palette, offered
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.events import EventList
from tui.workspace.widgets.lines import LineList
from tui.workspace.widgets.portfolio import PortfolioList

if TYPE_CHECKING:
    from textual.pilot import Pilot

#: Leaving ends the test; the picture is tried in a test of its own.
_NOT_PRESSED: Final = {"quit", "leave", "screenshot"}
#: Where a key is pressed: the keys that lead there.
PLACES: Final = {
    **{name: place.pressed for name, place in SCREENS.items() if name != "welcome"},
    "positions": ["3"],
    "evidence": ["4"],
    "time": ["5"],
}


def keys() -> list[str]:
    return [key for action in ACTIONS if action.id not in _NOT_PRESSED for key in action.keys]


def test_an_action_has_an_id_and_keys_of_its_own_and_one_sentence_of_help() -> None:
    assert len(BY_ID) == len(ACTIONS)
    pairs = ((place, LIST) for place in (WORKSPACE, READER, PORTFOLIO, WELCOME, FINDINGS))
    for places in (*pairs, (REVIEW, DOCUMENT, LIST)):
        counted = Counter(key for action in actions_for(*places) for key in action.keys)
        assert [key for key, count in counted.items() if count > 1] == []
    assert [action.id for action in ACTIONS if not action.help or action.help.endswith(".")] == []


def test_every_action_is_bound_by_its_id_so_that_its_key_can_be_changed() -> None:
    places = (WORKSPACE, READER, LIST, PORTFOLIO, WELCOME, FORM, DOCUMENT, REVIEW, FINDINGS)
    bound = {binding.id for binding in bindings_for(*places)}
    assert bound == set(BY_ID)


def test_every_action_is_in_the_help_by_word_and_by_key() -> None:
    told = "\n".join(line.plain for line in found(""))
    for action in ACTIONS:
        assert action.help in told
        assert fits(action, action.label)
        assert all(fits(action, key) for key in action.keys)


def test_help_for_a_key_is_about_that_key() -> None:
    told = [line.plain for line in found("}") if line.plain]
    assert told[0] == "Time"
    assert len(told) == 2
    assert found("nonsense")[0].plain.startswith("No key does that")


def test_the_footer_ranks_what_it_shows() -> None:
    assert hints(actions_for(WORKSPACE))[:2] == [("space", "Play", "play"), ("[ ]", "Event", "event-back")]


@pytest.mark.long
async def test_every_action_of_a_screen_runs_a_method_that_it_has_and_is_in_its_palette(opened: Opened) -> None:
    async with opened() as pilot:
        for name, place in SCREENS.items():
            if not place.where or name == "welcome":
                continue
            await afresh(pilot)
            await pilot.press(*PLACES[name])
            screen = pilot.app.screen
            assert isinstance(screen, ActingScreen), name
            assert screen.actions(), name
            for action in screen.actions():
                method = action.runs
                if method or not {LIST, READER, DOCUMENT}.intersection(action.where):
                    assert callable(attrgetter(method)(screen)), (name, action.id)
            wanted = {action for action in actions_for(*place.where) if action.id != "palette"}
            assert wanted <= set(offered(screen.actions(), "")), name
            await pilot.press("ctrl+p")
            await until(pilot, lambda: isinstance(pilot.app.screen, Palette), name)


def test_every_action_is_in_the_palette_of_some_screen() -> None:
    offered = actions_for(WORKSPACE, READER, PORTFOLIO, WELCOME, LIST, FORM, DOCUMENT, REVIEW, FINDINGS)
    assert {action.id for action in offered} == set(BY_ID)


async def test_an_action_can_be_taken_from_the_palette(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"findings")
        await until(pilot, lambda: "Contradictions" in text_of(pilot) and "Find text in" not in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Findings (" in text_of(pilot))


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("place", in_short(PLACES, "negotiation"))
async def test_no_key_breaks_anything_anywhere(place: str, opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await _come_to(place, pilot)
        here = pilot.app.screen
        for key in keys():
            if pilot.app.screen is not here:
                await _come_to(place, pilot)
                here = pilot.app.screen
            await pilot.press(key)
        await pilot.pause()
        assert pilot.app.is_running


async def _come_to(place: str, pilot: Pilot[Any]) -> None:
    """Go back to the workspace, and from there to a place."""
    for _ in range(6):
        if isinstance(pilot.app.screen, WorkspaceScreen):
            break
        if isinstance(pilot.app.screen, PortfolioScreen):
            listed = pilot.app.screen.query_one(PortfolioList)
            await until(pilot, lambda: listed.name_here is not None)  # noqa: B023 - awaited at once
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
            break
        await pilot.press("escape")
    assert isinstance(pilot.app.screen, WorkspaceScreen)
    pilot.app.screen.workspace.drafts.drop("river")
    await pilot.press("2", *PLACES[place])


@pytest.mark.long
async def test_escape_steps_back_to_the_present_one_step_at_a_time(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("[", "f", *"party:NTH", "enter", "z")
        assert screen.has_class("-zoomed")
        await pilot.press("escape")
        assert "-zoomed" not in screen.classes
        events = screen.query_one(EventList)
        assert len(events.rows) < 14
        await pilot.press("escape")
        assert len(events.rows) == 14
        assert str(screen.session.cut) != "now"
        await pilot.press("escape")
        assert str(screen.session.cut) == "now"
        await pilot.press("escape")
        assert pilot.app.screen is screen


@pytest.mark.long
async def test_playing_goes_on_by_itself_until_it_is_paused(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("+", "+", "+", "+")
        first = str(screen.session.cut)
        await pilot.press("space")
        await until(pilot, lambda: str(screen.session.cut) != first)
        if screen.session.playing:
            # On a busy machine it may have come to the end by now, and pauses there by itself.
            await pilot.press("space")
        assert not screen.session.playing
        assert "❚❚ 16×" in text_of(pilot)


async def test_arrows_move_the_cursor_and_the_evidence_follows(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("home")
        assert "Treaty on the river enters into" in text_of(pilot)
        await pilot.press("j", "j")
        assert "Southland wants no garrison." in text_of(pilot)
        await pilot.press("k", "up")
        assert "The treaty has been in force since 1998." in text_of(pilot)


@pytest.mark.long
async def test_left_and_right_step_in_the_events_and_choose_a_party_in_the_positions(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("left", "left")
        assert str(screen.session.cut) != "now"
        await pilot.press("right", "l", "l")
        assert str(screen.session.cut) == "now"
        await pilot.press("3", "down", "down", "right", "w")
        assert "position:STH/garrison" in text_of(pilot)


@pytest.mark.long
async def test_a_click_on_a_hint_does_what_its_key_does(opened: Opened) -> None:
    async with opened() as pilot:
        line = text_of(pilot).splitlines()[-1]
        await pilot.click("#footer", offset=(line.index("? Help") + 2, 0))
        await until(pilot, lambda: "esc closes" in text_of(pilot))


@pytest.mark.long
async def test_the_mouse_drags_through_time(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.mouse_down("#time", offset=(60, 2))
        first = str(screen.session.cut)
        assert first.startswith("known:")
        await pilot.hover("#time", offset=(80, 2))
        assert str(screen.session.cut) > first
        await pilot.mouse_up("#time", offset=(80, 2))
        held = str(screen.session.cut)
        await pilot.hover("#time", offset=(20, 2))
        assert str(screen.session.cut) == held


async def test_nothing_is_recorded_through_a_log_opened_for_reading(opened: Opened) -> None:
    async with opened(read_only=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ActingScreen)
        assert not any(action.writes for action in screen.actions())
        await pilot.press("a")
        assert pilot.app.screen is screen
        await until(pilot, lambda: "reading only" in text_of(pilot))


async def test_lists_draw_only_the_lines_in_sight(opened: Opened) -> None:
    async with opened() as pilot:
        events = pilot.app.screen.query_one(EventList)
        assert isinstance(events, LineList)
        drawn = {index for index, _ in events._drawn.keys()}  # noqa: SIM118, SLF001 - what this is about
        assert len(drawn) <= events.size.height


async def test_what_is_typed_after_enter_is_no_part_of_what_was_entered(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await pilot.press("/")
        typed_at_once(pilot, "f", "o", "r", "d", "enter", "q")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.find.word == "ford"
