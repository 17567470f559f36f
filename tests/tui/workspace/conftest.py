"""Fixtures for the workspace: a log, an open workspace over it, and goldens of its screens."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from textual._context import active_app

from tests.tui.workspace.given import ENTRIES, RECORDED_AT, TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.app import Workspace
from tui.workspace.jobs import Working
from tui.workspace.screens.base import OpeningScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

GOLDENS: Final = Path(__file__).parent / "goldens"
#: Turns of the event loop in which nothing may be left to do before a screen counts as settled.
_TURNS: Final = 6
_MOMENT: Final = 0.002
#: Seconds after which a screen is drawn though there is always something to be done, as while history plays.
_PERIOD: Final = 0.2
#: Seconds after which a screen counts as settled whatever it does.
_PATIENCE: Final = 30.0


@pytest.fixture(autouse=True)
def _wait_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key, wait until all messages are dealt with; Textual's pilot measures for how long the CPU rests.

    The screen is drawn when nothing else is to be done, and so once a key instead of once every few messages.
    """
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", _settled)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", _PERIOD)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is saved here be saved in a folder of its own."""
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))


async def _settled(min_sleep: float = 0, max_sleep: float = 1) -> None:
    del min_sleep
    app = active_app.get()
    # The second is of our own work: on a busy machine, a second of the clock may hold next to none of it.
    rest, is_drawn, worked, end = 0, False, time.thread_time() + max_sleep, time.monotonic() + _PATIENCE
    while rest < _TURNS and app.is_running and time.thread_time() < worked and time.monotonic() < end:
        await asyncio.sleep(_MOMENT if _has_jobs(app) else 0)
        rest = 0 if _has_jobs(app) or any(map(_is_busy, _pumps(app))) else rest + 1
        if rest == _TURNS and app.screen_stack:
            # What is seen behind a dialog is drawn first, and once: Textual does not tell when that is done.
            behind = [] if is_drawn else [screen for screen in app.screen_stack[:-1] if screen.is_current]
            is_drawn = True
            for screen in (*behind, app.screen):
                if _is_to_be_drawn(screen):
                    with screen._context():  # noqa: SLF001 - as the clock that draws it does
                        screen._on_timer_update()  # noqa: SLF001 - the same
                    rest = 0


def _is_to_be_drawn(screen: Any) -> bool:  # noqa: ANN401 - looks at what only Textual knows
    return bool(
        screen._callbacks  # noqa: SLF001 - nothing public says it
        or screen._layout_required  # noqa: SLF001 - the same
        or screen._scroll_required  # noqa: SLF001 - the same
        or screen._repaint_required  # noqa: SLF001 - the same
        or screen._recompose_required  # noqa: SLF001 - the same
        or screen._dirty_widgets  # noqa: SLF001 - the same
    )


def _has_jobs(app: App[Any]) -> bool:
    return isinstance(app, Working) and bool(app.jobs)


def _pumps(app: App[Any]) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)


def _is_busy(pump: Any) -> bool:  # noqa: ANN401 - looks at what only Textual and asyncio know
    """Say whether something in the app does anything but wait for its next message."""
    ready = pump._message_queue.ready_event  # noqa: SLF001 - nothing public says it
    return not pump._closed and (ready.is_set() or not ready._waiters)  # noqa: SLF001 - the same


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
                await until(pilot, lambda: not isinstance(app.screen, OpeningScreen))
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
