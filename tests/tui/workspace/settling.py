"""How tests wait for a workspace: until all messages are dealt with, and drawn once where somebody looks at it.

Textual's pilot measures for how long the processor rests, which says little on a busy machine, and the headless screen
is drawn for each key, though nobody sees it. Here a key waits for the messages that it leads to and for the layout;
what is seen is drawn at the end of `press` and `pause`, so that a mistake in drawing is still a mistake.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from textual._context import active_app
from textual.css.stylesheet import Stylesheet
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.screen import Screen

from tracker import system
from tui.workspace.jobs import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from textual.app import App
    from textual.css.model import RuleSet
    from textual.message_pump import MessagePump

#: Turns of the event loop in which nothing may be left to do before a screen counts as settled.
_TURNS: Final = 3
_MOMENT: Final = 0.002
#: Seconds after which a screen is drawn though there is always something to be done, as while history plays.
_PERIOD: Final = 0.2
#: Seconds of our own work after which a screen counts as settled whatever it does, as while history plays; on a busy
#: machine, a second of the clock may hold next to none of it.
_WORK: Final = 1.0
#: Seconds of the clock after which it does, too.
_PATIENCE: Final = 30.0
_LONG: Final = 3600.0

_press, _pause, _refresh, _parse_rules = (
    Pilot.press,
    Pilot.pause,
    Screen._compositor_refresh,  # noqa: SLF001 - nothing public draws
    Stylesheet._parse_rules,  # noqa: SLF001 - nothing public parses
)
#: Screens with something to be drawn.
_undrawn: WeakSet[Screen[Any]] = WeakSet()
#: What was parsed: the same few style sheets are, once for each app.
_parsed: dict[object, list[RuleSet]] = {}


def make_apps_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Textual wait and draw as it is told here."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", _settled_with_jobs)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", _PERIOD)
    # What is said in a corner stays there until it is looked at, however busy the machine is.
    monkeypatch.setattr(Notification, "time_left", _LONG)
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_once)
    # All garbage of all tests would be looked for each time that something is opened.
    monkeypatch.setattr(system, "settle_collector", lambda: None)
    monkeypatch.setattr(system, "unsettle_collector", lambda: None)
    monkeypatch.setattr(Screen, "_compositor_refresh", _draw_later)
    monkeypatch.setattr(Pilot, "press", _press_and_draw)
    monkeypatch.setattr(Pilot, "pause", _pause_and_draw)


async def settle(pilot: Pilot[Any], *, is_seen: bool, is_for_jobs: bool = False) -> None:
    """Wait for everything, for jobs where they do not wait for the test themselves; and draw what is seen."""
    await _settled(is_for_jobs=is_for_jobs)
    if is_seen:
        _draw(pilot.app)


async def _settled_with_jobs(min_sleep: float = 0, max_sleep: float = 1) -> None:
    del min_sleep, max_sleep
    await _settled(is_for_jobs=True)


async def _settled(*, is_for_jobs: bool) -> None:
    app = active_app.get()
    ready = asyncio.get_running_loop()._ready.__len__  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public says it
    rest, is_drawn, worked, end = 0, False, time.thread_time() + _WORK, time.monotonic() + _PATIENCE
    while rest < _TURNS and app.is_running and time.thread_time() < worked and time.monotonic() < end:
        is_waiting = is_for_jobs and _has_jobs(app)
        await asyncio.sleep(_MOMENT if is_waiting else 0)
        # Whether anything is about to run is quickly seen; only then each widget is looked at.
        rest = 0 if is_waiting or ready() or any(map(_is_busy, _pumps(app))) else rest + 1
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


# ── drawing ──


def _draw_later(screen: Screen[Any]) -> None:
    """Note that a screen is to be drawn; what is behind it passes on only where it has changed."""
    if screen is not screen.app.screen:
        _refresh(screen)
        return
    _undrawn.add(screen)
    screen._dirty_widgets.clear()  # noqa: SLF001 - as drawing does
    screen.app._update_mouse_over(screen)  # noqa: SLF001 - the same


def _draw(app: App[Any]) -> None:
    if app.is_running and app.screen_stack and app.screen in _undrawn:
        _undrawn.discard(app.screen)
        with app.screen._context():  # noqa: SLF001 - as the clock that draws it does
            _refresh(app.screen)


async def _press_and_draw(pilot: Pilot[Any], *keys: str) -> None:
    await _press(pilot, *keys)
    _draw(pilot.app)


async def _pause_and_draw(pilot: Pilot[Any], delay: float | None = None) -> None:
    await _pause(pilot, delay)
    _draw(pilot.app)


def _parse_once(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:  # noqa: ANN401 - whatever Textual gives
    key = (given, *sorted(named.items()), tuple(sorted(sheet._variables.items())))  # noqa: SLF001 - nothing public
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, *given, **named)
    return _parsed[key]
