"""What every screen looks like, at three sizes, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.lengths import in_short
from tests.tui.workspace.given import Opened, afresh, until
from tui.workspace.screens.form import FormScreen
from tui.workspace.settings import NAMES
from tui.workspace.widgets.portfolio import PortfolioList

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

SIZES: Final = [(80, 24), (120, 40), (160, 50)]
#: Screens that are kept for the widest terminals, too.
_WIDEST: Final = (200, 60)
_WIDEST_SCREENS: Final = ("live", "time-zoomed", "findings", "agenda", "parties", "portfolio", "form")
#: Keys that lead from the opened workspace to each screen.
SCREENS: Final = {
    "live": [],
    "replay": ["[", "[", "[", "[", "["],
    "happened": ["t", "t", "[", "[", "[", "["],
    "recorded": ["t", "[", "[", "["],
    "status": ["1"],
    "positions": ["3", "down"],
    "evidence": ["4"],
    "zoomed": ["z"],
    "marked": ["[", "[", "[", "[", "m", "L", "m"],
    "diff": ["[", "[", "[", "[", "[", "[", "d"],
    "findings": ["F"],
    "agenda": ["A"],
    "parties": ["R"],
    "since": ["D"],
    "sources": ["S"],
    "why": ["1", "w"],
    "detail": ["enter"],
    "portfolio": ["P"],
    "help": ["?"],
    "go-to": ["g", *"2024-02"],
    "go-to-wrong": ["g", *"2024-13"],
    "filter": ["f", *"party:STH", "enter"],
    "search": ["/", *"treaty", "enter"],
    # Too short for the whole log to be looked through, which takes its time.
    "palette": ["ctrl+p", *"ma"],
    "copy": ["y"],
    "types": ["a", *"order"],
    "form": ["a", *"withdrawalordered", "enter", *"garrison", "tab", *"NTH"],
    "correct": ["home", "down", "c"],
    "filtered-out": ["f", *"no-such-word", "enter"],
    "events": ["2"],
    "time": ["5"],
    "time-zoomed": ["5", "z"],
    "jump": ["2", "ctrl+o"],
    "retract": ["2", "home", "down", "x"],
    "help-word": ["?", *"compare"],
    "open-source": ["2", "home", "e"],
    "why-finding": ["F", "w"],
    "portfolio-help": ["P", "?"],
}


@pytest.mark.parametrize("size", in_short([*SIZES, _WIDEST], SIZES[0]), ids=lambda size: "x".join(map(str, size)))
async def test_every_screen_looks_as_it_is_kept(
    size: tuple[int, int], opened: Opened, golden: Callable[[str, Pilot[Any]], None]
) -> None:
    async with opened(size) as pilot:
        for name, keys in SCREENS.items():
            if size == _WIDEST and name not in _WIDEST_SCREENS:
                continue
            await afresh(pilot)
            await pilot.press(*keys)
            await pilot.pause()
            if name.startswith("portfolio"):
                listed = next(found for screen in pilot.app.screen_stack for found in screen.query(PortfolioList))
                await until(pilot, lambda: "river" in listed.known, name)  # noqa: B023 - awaited at once
            if isinstance(pilot.app.screen, FormScreen):
                # It looks at what was written after a pause, which may be over or not.
                pilot.app.screen.check()
            pilot.app.clear_notifications()
            await pilot.pause()
            golden(f"{name}-{size[0]}x{size[1]}", pilot)


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
async def test_every_theme_looks_as_it_is_kept(
    size: tuple[int, int],
    opened: Opened,
    golden: Callable[[str, Pilot[Any]], None],
    golden_svg: Callable[[str, Pilot[Any]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for themes in (NAMES, ("no-colour",)):
        if themes is not NAMES:
            monkeypatch.setenv("NO_COLOR", "1")
        async with opened(size) as pilot:
            await pilot.press("[", "[", "[", "[", "[")
            for theme in themes:
                pilot.app.theme = theme if theme in NAMES else NAMES[0]
                await pilot.pause()
                golden(f"{theme}-{size[0]}x{size[1]}", pilot)
                if size == SIZES[0]:
                    # The colours, too, which a text does not hold.
                    golden_svg(theme, pilot)
