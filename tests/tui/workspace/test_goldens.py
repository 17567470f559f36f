"""What every screen looks like, at three sizes, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import Opened, until
from tui.screens.form import FormScreen
from tui.screens.portfolio import PortfolioList

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

SIZES: Final = [(80, 24), (120, 40), (160, 50)]
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
    "sources": ["S"],
    "why": ["1", "w"],
    "detail": ["enter"],
    "portfolio": ["P"],
    "help": ["?"],
    "go-to": ["g", *"2024-02"],
    "go-to-wrong": ["g", *"2024-13"],
    "filter": ["f", *"party:STH", "enter"],
    "search": ["/", *"treaty", "enter"],
    "palette": ["ctrl+p", *"mark"],
    "copy": ["y"],
    "types": ["a", *"order"],
    "form": ["a", *"withdrawalordered", "enter", *"garrison", "tab", *"NTH"],
    "correct": ["home", "down", "c"],
    "filtered-out": ["f", *"no-such-word", "enter"],
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_looks_as_it_is_kept(
    name: str,
    size: tuple[int, int],
    opened: Opened,
    golden: Callable[[str, Pilot[Any]], None],
) -> None:
    async with opened(size) as pilot:
        for key in SCREENS[name]:
            await pilot.press(key)
        await pilot.pause()
        if name == "portfolio":
            listed = pilot.app.screen.query_one(PortfolioList)
            await until(pilot, lambda: "river" in listed.known)
        if isinstance(pilot.app.screen, FormScreen):
            # It looks at what was written after a pause, which may be over or not.
            pilot.app.screen.check()
        pilot.app.clear_notifications()
        await pilot.pause()
        golden(f"{name}-{size[0]}x{size[1]}", pilot)
