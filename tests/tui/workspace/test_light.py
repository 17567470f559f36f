"""What a key costs the screen's thread, counted: widgets made, widgets styled, and screens drawn behind a dialog."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from tests.tui.workspace.given import afresh, until
from tui.workspace.screens.dialogs import _Below
from tui.workspace.widgets.report import wrapped

if TYPE_CHECKING:
    from textual.content import Content
    from textual.pilot import Pilot

    from tests.tui.workspace.given import Opened

#: Widgets of a screen, with those that Textual adds to each; a form has no more of them for more fields.
_MOST: Final = 14
#: How often a widget is styled until all is seen: as it is made, and for the keys that it is given.
_STYLED: Final = 2
OPENED: Final = {
    "filter": ["f"],
    "go-to": ["g"],
    "types": ["a"],
    "form": ["a", *"WithdrawalOrdered", "enter"],
    "small form": ["a", *"MatterAdded", "enter"],
    "correct": ["2", "home", "c"],
    "findings": ["F"],
    "sources": ["S"],
    "portfolio": ["P"],
}


@pytest.fixture
def styled(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """Count how often each widget is styled."""
    found: Counter[object] = Counter()
    apply = Stylesheet.apply

    def counted(self: Stylesheet, node: object, **how: object) -> None:
        found[node] += 1
        apply(self, node, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Stylesheet, "apply", counted)
    return found


@pytest.mark.long
async def test_a_screen_is_made_of_few_widgets_each_styled_as_it_is_made(
    opened: Opened, styled: Counter[object]
) -> None:
    async with opened() as pilot:
        for name, keys in OPENED.items():
            await afresh(pilot)
            before = pilot.app.screen
            await pilot.press(*keys[:-1])
            styled.clear()
            await _leads(pilot, keys[-1])
            screen = pilot.app.screen
            assert screen is not before, name
            widgets = list(screen.walk_children(with_self=True))
            assert len(widgets) <= _MOST, name
            assert max(styled[widget] for widget in widgets) <= _STYLED, name
            # What is below is not styled for what opens over it.
            assert not styled.keys() & set(before.walk_children(with_self=True)), name


async def test_a_screen_that_opens_is_drawn_once_and_none_in_between(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Screen[Any]] = []
    draw = Screen._compositor_refresh  # noqa: SLF001 - nothing public draws

    def told(screen: Screen[Any]) -> None:
        # Whoever draws while all is to be drawn in a moment draws it twice.
        assert not screen._repaint_required  # noqa: SLF001 - nothing public says it
        drawn.append(screen)
        draw(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", told)
    async with opened() as pilot:
        below = pilot.app.screen
        for opens in (["F"], ["a", *"StatementMade", "enter"]):
            await afresh(pilot)
            await pilot.press(*opens[:-1])
            drawn.clear()
            await _leads(pilot, opens[-1])
            assert pilot.app.screen in drawn
            assert below not in drawn


@pytest.mark.long
async def test_more_evidence_makes_no_widget(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"StatementMade", "enter")
        before = list(pilot.app.screen.walk_children())
        await pilot.press("ctrl+e", "ctrl+e")
        assert list(pilot.app.screen.walk_children()) == before


@pytest.mark.long
async def test_the_screen_behind_a_dialog_is_drawn_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    process = _Below.process_segments

    def counted(*given: object) -> object:
        drawn.append(given)
        return process(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(_Below, "process_segments", staticmethod(counted))
    async with opened() as pilot:
        await _leads(pilot, "f")
        for letter in "treaty":
            await pilot.press(letter)
        assert len(drawn) == 1
        # It is drawn anew for another size, and if it changes.
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: len(drawn) > 1)
        drawn.clear()
        screen: Screen[object] = pilot.app.screen_stack[-2]
        screen.query_one("#events").refresh()
        await pilot.pause()
        assert drawn


async def test_a_report_is_broken_into_lines_beside_the_screen(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    here, places = threading.get_ident(), set()

    def told(*given: Any) -> list[Content]:  # noqa: ANN401 - whatever it is given
        places.add(threading.get_ident() == here)
        return wrapped(*given)

    monkeypatch.setattr("tui.workspace.widgets.report.wrapped", told)
    async with opened() as pilot:
        places.clear()
        await _leads(pilot, "F")
        await until(pilot, lambda: bool(places))
        await pilot.pause()
        assert places == {False}


async def _leads(pilot: Pilot[int], key: str) -> None:
    """Press a key, and wait for another screen."""
    before = pilot.app.screen
    await pilot.press(key)
    await until(pilot, lambda: pilot.app.screen is not before)
    await pilot.pause()
