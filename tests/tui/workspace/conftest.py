"""Fixtures for the workspace: a log, an open workspace over it, and goldens of its screens."""

from __future__ import annotations

import os
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import ENTRIES, RECORDED_AT, TODAY, Opened, text_of, until
from tests.tui.workspace.settling import make_apps_settle
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.app import Workspace
from tui.workspace.screens.base import OpeningScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

GOLDENS: Final = Path(__file__).parent / "goldens"


@pytest.fixture(autouse=True)
def _wait_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key, wait until all messages are dealt with."""
    make_apps_settle(monkeypatch)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is saved here be saved in a folder of its own."""
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))


@pytest.fixture
def river(tmp_path: Path) -> Path:
    """Return a log with the made-up history."""
    path = tmp_path / "river.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in ENTRIES])
    return path


@pytest.fixture
def opened(river: Path) -> Opened:
    @asynccontextmanager
    async def opening(
        size: tuple[int, int] = (120, 40),
        *,
        log: Path | None = None,
        negotiation: str | None = "river",
        read_only: bool = False,
    ) -> AsyncIterator[Pilot[int]]:
        with EventLog.open(log or river, clock=lambda: RECORDED_AT, by="tests", read_only=read_only) as book:
            app = Workspace(book, negotiation, today=TODAY, read_only=read_only)
            async with app.run_test(size=size, notifications=True) as pilot:
                await until(pilot, lambda: not isinstance(app.screen, OpeningScreen), is_seen=False)
                await pilot.pause()
                yield pilot

    return opening


@pytest.fixture
def golden() -> Callable[[str, Pilot[Any]], None]:
    """Compare a screen with the one kept under a name; UPDATE_GOLDENS=1 keeps what is there now."""
    return lambda name, pilot: _compare(f"{name}.txt", text_of(pilot), text_of(pilot))


@pytest.fixture
def golden_svg() -> Callable[[str, Pilot[Any]], None]:
    """Compare a screen with the picture kept under a name; UPDATE_GOLDENS=1 keeps what is there now."""

    def compare(name: str, pilot: Pilot[Any]) -> None:
        svg = re.sub(r"terminal-[0-9]+-", "terminal-", pilot.app.export_screenshot(title=name))
        svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
        # A line an element, so that a difference is seen.
        lines = svg.replace("><", ">\n<").splitlines()
        _compare(f"{name}.svg", "\n".join(line.rstrip() for line in lines) + "\n", text_of(pilot))

    return compare


def _compare(name: str, found: str, shown: str) -> None:
    path = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.is_file(), f"no golden {name} yet; look at the screen, then run with UPDATE_GOLDENS=1:\n{shown}"
    kept = path.read_text(encoding="utf-8")
    assert found == kept, f"the screen differs from {name}; UPDATE_GOLDENS=1 keeps the new one:\n{shown}"
