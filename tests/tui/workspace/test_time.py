"""Time in the workspace, by its keys and by the mouse: steps, play, dates, marks, and what is not known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections.claims.cut import Cut
from tests.tui.workspace.given import RECORDED_AT, afresh, text_of, until
from tracker import EventLog
from tracker.events import parse
from tui.workspace.screens.reports import DiffScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.time.session import SPEEDS
from tui.workspace.time.stops import BARS
from tui.workspace.widgets.time import TimePane

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.tui.workspace.given import Opened
    from tui.workspace.time.session import Session


def at(pilot: Pilot[Any]) -> Session:
    screen = pilot.app.screen
    assert isinstance(screen, WorkspaceScreen)
    return screen.session


def time_lines(pilot: Pilot[Any]) -> list[str]:
    """Return the lines of the time pane."""
    region = pilot.app.screen.query_one(TimePane).content_region
    lines = text_of(pilot).splitlines()[region.y : region.bottom]
    return [line[region.x : region.right] for line in lines]


async def test_both_tracks_show_how_much_happened_and_was_learned_when(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        happened, known, ticks, said = time_lines(pilot)
        for name, track in (("happened", happened), ("known", known)):
            assert track[:10].strip(" ▸") == name
            assert any(bar in track for bar in BARS[1:])
        assert "╵2024-" in ticks
        assert "happened now" in said


async def test_the_recorded_axis_has_a_track_of_positions(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("t")
        assert at(pilot).axis == "recorded"
        assert time_lines(pilot)[0].startswith("▸recorded")
        assert "╵#" in time_lines(pilot)[1]


@pytest.mark.long
@pytest.mark.parametrize(("row", "axis"), [(0, "happened"), (1, "known")])
async def test_a_drag_moves_the_cut_of_the_track_on_which_it_began(opened: Opened, row: int, axis: str) -> None:
    async with opened((120, 40)) as pilot:
        pane = pilot.app.screen.query_one(TimePane)
        left = pane.content_region.x - pane.region.x
        seen = []
        await pilot.mouse_down(pane, offset=(left + 30, 1 + row))
        for column in (40, 55, 70):
            await pilot.hover(pane, offset=(left + column, 1 + row))
            seen.append(at(pilot).now(axis))
        await pilot.mouse_up(pane, offset=(left + 70, 1 + row))
        dragged = str(at(pilot).cut)
        await pilot.hover(pane, offset=(left + 20, 1 + row))
        assert None not in seen
        assert seen == sorted(seen, key=lambda moment: moment or 0)
        assert len(set(seen)) > 1
        assert str(at(pilot).cut) == dragged
        assert list(filter(None, at(pilot).cut.to_json().values())) == [getattr(at(pilot).cut, f"{axis}_by")]
        # A day may be wider than a column.
        assert abs(time_lines(pilot)[row].index("┃") - 70) <= 1


@pytest.mark.long
async def test_a_drag_to_the_end_goes_to_the_present_and_one_to_the_left_to_the_beginning(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        pane = pilot.app.screen.query_one(TimePane)
        left, end = pane.content_region.x - pane.region.x, pane.region.width - 2
        await pilot.mouse_down(pane, offset=(left + 60, 2))
        await pilot.hover(pane, offset=(left + 2, 2))
        assert at(pilot).cut == Cut(known_by="1998-01-01")
        await pilot.hover(pane, offset=(end, 2))
        await pilot.mouse_up(pane, offset=(end, 2))
        assert at(pilot).is_live


async def test_what_is_beside_the_tracks_is_not_dragged(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        pane = pilot.app.screen.query_one(TimePane)
        await pilot.mouse_down(pane, offset=(5, 2))
        await pilot.hover(pane, offset=(60, 2))
        await pilot.mouse_up(pane, offset=(60, 2))
        assert at(pilot).is_live


async def test_a_step_by_event_lets_one_entry_in_and_shows_the_others_as_not_yet_known(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("0")
        assert at(pilot).selected == "treaty"
        shown = text_of(pilot)
        assert "(not yet known)" in shown
        assert "Northland orders" not in shown
        assert "Northland denies" not in shown
        pending = len(at(pilot).claims.pending)
        await pilot.press("]", "]")
        assert at(pilot).selected == "south-opposes"
        assert len(at(pilot).claims.pending) < pending
        await pilot.press("[", "[")
        assert at(pilot).selected == "treaty"
        assert len(at(pilot).claims.pending) == pending


async def test_what_is_not_yet_known_tells_only_when_it_comes(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("0", "end")
        shown = text_of(pilot)
        assert "Not yet known at this cut." in shown
        assert "Made up." not in shown
        assert "rumour" not in shown


@pytest.mark.long
async def test_a_step_by_day_goes_to_the_next_day(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-02-02", "enter", "}")
        assert at(pilot).cut == Cut(known_by="2024-02-03")
        await pilot.press("{", "{")
        assert at(pilot).cut == Cut(known_by="2024-02-01")


async def test_a_step_by_round_goes_to_the_entries_about_rounds(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("(")
        assert at(pilot).selected == "first-round"
        await pilot.press("0", ")")
        assert at(pilot).selected == "first-round"


async def test_one_goes_to_a_date_a_number_or_a_cut(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        for text, cut in (
            ("2024-02", Cut(known_by="2024-02-29")),
            ("2024-02-01/2024-02-05", Cut(known_by="2024-02-05")),
            ("2024-02~", Cut(known_by="2024-02-29")),
            ("12", Cut(recorded_by="#12")),
            ("known:2024-03,happened:2024-02", Cut(known_by="2024-03", happened_by="2024-02")),
        ):
            await pilot.press("L", "g", *text)
            assert "entries stand" in text_of(pilot), text
            await pilot.press("enter")
            assert at(pilot).cut == cut, text


@pytest.mark.long
async def test_where_there_is_nothing_to_go_to_that_is_said(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        for text, said in (("412", "#412 is beyond the last entry here, #24."), ("#25", "#25 is beyond")):
            await pilot.press("g")
            assert "a number to #24" in text_of(pilot), text
            await pilot.press(*text, "enter")
            assert said in text_of(pilot), text
            await pilot.press("escape")
            assert at(pilot).is_live, text
        await pilot.press("g", *"2099-01-01")
        assert "nothing is beyond" in text_of(pilot)
        # An empty line goes nowhere.
        await pilot.press("escape", "[", "[", "g", "enter")
        assert not at(pilot).is_live


@pytest.mark.long
async def test_where_nothing_stands_the_key_that_is_named_goes_on(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"#3", "enter")
        assert "Nothing stands at this cut. t steps along" in text_of(pilot)
        await pilot.press("t")
        assert at(pilot).axis == "recorded"
        assert "Nothing stands at this cut. ] goes on to" in text_of(pilot)
        await pilot.press("]")
        assert at(pilot).cut.position == 4


@pytest.mark.long
async def test_the_end_of_one_axis_is_not_called_the_present(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        for axes in (1, 2):
            for key in ("]", "}"):
                await afresh(pilot)
                await pilot.press("g", *"2024-03-20", "enter", *["t"] * axes, key)
                assert f"Nothing is later on the {at(pilot).axis} axis." in text_of(pilot), (axes, key)
                await pilot.press("L", key)
                assert "This is the present." in text_of(pilot), (axes, key)


@pytest.mark.long
async def test_the_axes_are_moved_apart(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-03-20", "enter", "t", "t")
        assert at(pilot).axis == "happened"
        await pilot.press("g", *"2024-02-15", "enter", "t", "}")
        assert at(pilot).cut == Cut(happened_by="2024-02-15", known_by="2024-03-21")
        assert "happened ≤ 2024-02-15   known ≤ 2024-03-21" in time_lines(pilot)[-1]
        assert "(not yet happened)" in text_of(pilot)
        await pilot.press("L")
        assert at(pilot).is_live


async def test_play_steps_at_the_speed_that_was_chosen_and_ends_at_the_present(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened((120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        # Time goes on when it is told to, however slow the machine is.
        every = screen.set_interval
        monkeypatch.setattr(screen, "set_interval", lambda _, tick: every(3600, tick))
        await pilot.press("-", "-", "-", "space")
        assert at(pilot).playing
        assert "▶ 0.5×" in time_lines(pilot)[-1]
        assert at(pilot).selected == "treaty"
        screen.travel.tick()
        await pilot.pause()
        assert at(pilot).selected == "north-open"
        await pilot.press("+")
        assert at(pilot).speed == 1.0
        await pilot.press(*["="] * len(SPEEDS), *["-"] * len(SPEEDS), "space")
        assert not at(pilot).playing
        assert "❚❚ 0.5×" in time_lines(pilot)[-1]
        await pilot.press("space")
        while at(pilot).playing:
            screen.travel.tick()
        await pilot.pause()
        assert at(pilot).is_live


async def test_escape_stops_the_play_where_it_is(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("-", "space", "escape")
        assert not at(pilot).playing
        assert not at(pilot).is_live


async def test_two_marks_are_drawn_counted_compared_with_causes_and_jumped_to(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-02-02", "enter", "m", "g", *"2024-03-20", "enter", "m")
        assert "A→B: 4 changed" in time_lines(pilot)[-1]
        await pilot.press("}", "}", "}")
        assert "A→B: 4 changed" in time_lines(pilot)[-1]
        assert [letter for letter in time_lines(pilot)[1][10:] if letter in "AB┃"] == ["A", "B", "┃"]
        await pilot.press("'")
        assert at(pilot).cut == Cut(known_by="2024-02-02")
        await pilot.press("d")
        assert isinstance(pilot.app.screen, DiffScreen)
        shown = text_of(pilot)
        assert "garrison" in shown
        assert "because 2024-03-10  Northland orders the withdrawal" in shown
        await pilot.press("escape", "L")
        assert at(pilot).is_live


@pytest.mark.long
async def test_a_finding_that_rests_on_other_entries_now_is_told_with_them(river: Path, opened: Opened) -> None:
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        for day in ("2024-04-06", "2024-04-07"):
            entry = {"event": "DestinationUndetermined", "id": f"where-{day}", "occurred": day, "published": day}
            log.record([parse({"negotiation": "river", "withdrawal": "garrison", "candidates": ["home"], **entry})])
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-04-06", "enter", "m", "g", *"2024-04-07", "enter", "m", "d")
        shown = text_of(pilot)
        assert "Findings that changed (1)" in shown
        assert "not determined.  now also where-2024-04-07" in shown


async def test_a_step_stars_what_it_changed(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-03-20", "enter", "g", *"2024-04-02", "enter")
        assert "*strength" in text_of(pilot)
        assert "* 1 changed" in text_of(pilot)


@pytest.mark.long
async def test_two_days_are_compared_by_what_is_typed_and_two_keys(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        keys = ["g", *"2024-02-02..2024-03-20", "enter"]
        assert len(keys) <= 25
        await pilot.press(*keys[:-1])
        assert "what changed from known:2024-02-02 to known:2024-03-20" in text_of(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, DiffScreen)
        assert "withdrawal:garrison" in text_of(pilot)


@pytest.mark.long
async def test_a_third_mark_asks_which_it_moves_and_a_key_clears_both(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("g", *"2024-02-02", "enter", "m", "g", *"2024-03-20", "enter", "m", "L", "m")
        assert "move A here, from known:2024-02-02" in text_of(pilot)
        await pilot.press("escape")
        assert at(pilot).marks == [Cut(known_by="2024-02-02"), Cut(known_by="2024-03-20")]
        await pilot.press("m", "b")
        assert at(pilot).marks == [Cut(known_by="2024-02-02"), Cut()]
        await pilot.press("M")
        assert not at(pilot).marks
        await pilot.press("m", "[", "m", "m", "c")
        assert not at(pilot).marks


@pytest.mark.long
async def test_what_a_way_back_leaves_to_come_is_said_so_and_gone_in_the_present(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press("1", "g", *"2024-03-20", "enter")
        assert "*then: under way" in text_of(pilot)
        await pilot.press("L")
        assert "*then" not in text_of(pilot)
        assert "changed" not in text_of(pilot)


@pytest.mark.long
async def test_ticks_stand_at_calendar_places_and_the_last_at_the_end(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        labels = time_lines(pilot)[2]
        assert labels.rstrip().endswith("╵")
        assert "╵2024-02 " in labels
        assert "time left out" in time_lines(pilot)[-1]
        await pilot.press("t")
        assert time_lines(pilot)[1].rstrip().endswith("#24╵")
        await pilot.press("t", "5", "z", "g", *"2024-03-12", "enter")
        await until(pilot, lambda: "river-treaty" in text_of(pilot) or "Treaty on the river" in text_of(pilot))
        lanes = [line for line in text_of(pilot).splitlines() if "┃" in line]
        assert len({line.index("┃") for line in lanes}) == 1
        assert len(lanes) > 4
