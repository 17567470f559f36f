"""What has room for what: a pane on the whole screen, toasts in narrow terminals, and columns that hold their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets._toast import Toast

from projections.views.status import status
from tests.lengths import in_short
from tests.tui.workspace.given import RECORDED_AT, TODAY, afresh, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.screens.workspace import PANES
from tui.workspace.widgets.events import EventList
from tui.workspace.widgets.status import Telling

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.workspace.given import Opened

SIZES = ((80, 24), (120, 40), (160, 50))


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
async def test_a_pane_that_is_zoomed_has_the_whole_screen(size: tuple[int, int], opened: Opened) -> None:
    async with opened(size) as pilot:
        await pilot.press("z")
        for number, name in enumerate(PANES, start=1):
            await pilot.press(str(number))
            region = pilot.app.screen.query_one(f"#{name}").region
            # Between the header and the footer.
            assert (region.x, region.y, region.width, region.height) == (0, 1, size[0], size[1] - 2), name
            assert [pane.id for pane in pilot.app.screen.query(".pane") if pane.region.area] == [name]
        await pilot.press("z")
        assert pilot.app.screen.query_one("#time").region.height < size[1] // 2


@pytest.mark.long
async def test_a_toast_is_whole_in_every_width(opened: Opened) -> None:
    told = "Marked A at now: step and press m for B, or d to compare."
    async with opened((40, 12)) as pilot:
        for size in ((40, 12), (57, 20), (80, 24), (160, 50)):
            await pilot.resize_terminal(*size)
            await afresh(pilot)
            await pilot.press("m")
            await until(pilot, lambda: bool(pilot.app.screen.query(Toast)), str(size))
            region = pilot.app.screen.query_one(Toast).region
            assert pilot.app.screen.region.contains_region(region), size
            lines = [line[region.x + 1 : region.right].strip() for line in text_of(pilot).splitlines()]
            assert " ".join(lines[region.y : region.bottom]) == told, size


async def test_a_place_found_leaves_the_columns_where_they_are(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press("2", "home")
        before = _columns(text_of(pilot))
        await pilot.press("/", *"treaty", "enter")
        assert "■»" in text_of(pilot)
        assert _columns(text_of(pilot)) == before


def _columns(shown: str) -> list[int]:
    """Return where the signs of entries stand."""
    signs = set("■◆▲▼")
    lines = [line for line in shown.splitlines() if "2024-" in line and signs & set(line)]
    return [min(line.index(sign) for sign in signs if sign in line) for line in lines]


@pytest.mark.parametrize("size", in_short(SIZES, SIZES[0]))
async def test_how_much_later_an_entry_was_learned_is_told_with_its_unit(
    size: tuple[int, int], river: Path, opened: Opened
) -> None:
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        said = {"event": "StatementMade", "party": "NTH", "text": "x"}
        for number, day in enumerate(("2023-03~", "2022~", "1900~")):
            entry = {"id": f"late-{number}", "occurred": day, "published": "2024-01-20", **said}
            log.record([parse({"negotiation": "river", **entry})])
    async with opened(size) as pilot:
        await pilot.press("2", "home")
        shown = text_of(pilot)
        assert pilot.app.screen.query_one(EventList).region.area
        if "happened · learned" not in shown:
            # Where a line has no room for it, the evidence tells it.
            for _ in range(3):
                await pilot.press("down")
                shown += text_of(pilot)
        for lag in ("+~10mo ", "+~19mo ", "+~124y "):
            assert lag in shown


def test_figures_of_a_party_stand_in_the_status_with_their_numbers(river: Path) -> None:
    said = {"event": "FigureReported", "negotiation": "river", "about": "party:NTH", "quantity": "voters"}
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({**said, "figure": {"value": 666344, "unit": "votes"}})])
        seen = status(log, "river", today=TODAY)
    (line,) = [item.text.plain for item in Telling().items(seen, {}) if "voters" in item.text.plain]
    assert line == "FIGURES    NTH  voters 666,344 votes"


async def test_a_row_about_an_entry_with_a_made_id_says_which_it_is(river: Path, opened: Opened) -> None:
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        said = {"negotiation": "river", "event": "StatementMade", "party": "NTH", "text": "x", "occurred": "2024-03-01"}
        log.record([parse(said)])
        made = log.read("river")
        entry = [recorded.id for recorded in made][-1]
        log.record([parse({"negotiation": "river", "event": "EntryDisputed", "entry": entry, "party": "STH"})])
    async with opened((120, 40)) as pilot:
        assert "StatementMade of 2024-03-01 disputed" in text_of(pilot)


@pytest.mark.long
async def test_what_something_was_before_is_told_in_words(opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await pilot.press("g", *"2024-03-20", "enter")
        assert "*then: under way" in text_of(pilot)
        await pilot.press("g", *"2024-02-02", "enter", "g", *"2024-01-20", "enter")
        assert "*then: denunciation announced" in text_of(pilot)


async def test_one_row_is_one(opened: Opened) -> None:
    async with opened((120, 40)) as pilot:
        await pilot.press("home", "4", "E")
        await until(pilot, lambda: ": 1 row." in text_of(pilot))


@pytest.mark.long
async def test_a_narrow_footer_leaves_out_what_only_moves(opened: Opened) -> None:
    async with opened((80, 24), read_only=False) as pilot:
        assert text_of(pilot).splitlines()[-1].startswith(" a Add  / Find  g Go to  d D Diff  w Why ")
        await pilot.press("F")
        await until(pilot, lambda: "r Grade" in text_of(pilot).splitlines()[-1])
        keys = "r Grade  i Dispute  o Corroborate  s Settle  f Severity  t Kind  ? Help  q Quit"
        assert text_of(pilot).splitlines()[-1].strip() == keys
        for columns in (40, 60, 80, 100):
            await pilot.resize_terminal(columns, 24)
            await until(pilot, lambda: text_of(pilot).splitlines()[-1].endswith("q Quit"))
