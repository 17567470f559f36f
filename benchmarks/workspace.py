"""The workspace: when its first screen is painted, what a step costs, and what the length of a log costs."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import termios
import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.harness import Row
from benchmarks.load import write_script
from projections.readmodel.model import ReadModel, beside
from tracker import EventLog, system
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from tui.workspace.time.session import Session

_COLUMNS: Final = 120
_ROWS: Final = 40
_PATIENCE: Final = 60.0
_TODAY: Final = date(2026, 1, 1)
_STEPS: Final = 24
#: What the minimal app shows last, and ours first; and what is seen of a list of negotiations once it is read.
_PAINTED: Final = "painted"
_OPENING: Final = "reading the log"
_LISTED: Final = "Negotiation talks-0000"
#: An app that shows as many widgets as our first screen, and does nothing.
_MINIMAL: Final = f"""
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    CSS = "#head, #foot {{ height: 1; }} #pane {{ height: 1fr; border: round white; }}"

    def compose(self):
        yield Static("head", id="head")
        yield Static("pane", id="pane")
        yield Static("{_PAINTED}", id="foot")

Minimal().run()
"""


class Seen(NamedTuple):
    """When a process had written some words to its terminal, in seconds from its start, and its memory in MB."""

    seconds: float
    megabytes: float


def first_paint(log: Path, rounds: int) -> Row:
    """Measure our first screen against that of a minimal Textual app, each in a process and a terminal of its own."""
    ours = [sys.executable, "-m", "tui", "--log", str(log), "tui"]
    seen = _interleaved({"ours": (ours, _OPENING), "minimal": ([sys.executable, "-c", _MINIMAL], _PAINTED)}, rounds)
    return Row(
        "workspace, whole process to its first screen",
        "a Textual app of three Statics, the same",
        _seconds(seen["ours"]),
        _seconds(seen["minimal"]),
        1.3,
        higher_is_better=False,
    )


def opening(folder: Path, large: Path, rounds: int) -> Row:
    """Measure opening a large log with its tables, up to the first line of the list, against opening a small one."""
    small = folder / "thousand.db"
    with EventLog.open(small, by="bench") as log:
        record_file(log, write_script(folder / "thousand.jsonl", 1000, 10))
        count, total = 1000, 0
    built = large.with_suffix(".readmodel")
    for path in (small, large):
        if path == large and built.exists():
            built.replace(large.with_name(f"{large.name}.readmodel"))
        with EventLog.open(path, read_only=True) as log, ReadModel.open(log, beside(log), today=_TODAY):
            total = log.store.max_position()
    commands = {
        path.stem: ([sys.executable, "-m", "tui", "--log", str(path), "tui"], _LISTED) for path in (large, small)
    }
    seen = _interleaved(commands, rounds)
    more = statistics.median(each.megabytes for each in seen[large.stem]) - statistics.median(
        each.megabytes for each in seen[small.stem]
    )
    return Row(
        f"open a log of {total:,} entries in the workspace",
        f"open one of {count:,}",
        _seconds(seen[large.stem]),
        _seconds(seen[small.stem]),
        1.5,
        higher_is_better=False,
        detail={"more_megabytes": round(more, 1), "at_most_megabytes": 30},
    )


def steps(path: Path) -> list[Row]:
    """Measure the processor time of steps and scrubs in the workspace, screen included, against 50 ms."""
    with EventLog.open(path, read_only=True) as log, system.collector_patient():
        count = log.store.max_position()
        took = asyncio.run(_walk(log))
    return [
        Row(
            f"{work} among {count:,} entries, screen included, processor time",
            "50 ms",
            statistics.median(seconds),
            0.05,
            1,
            higher_is_better=False,
            detail={"slowest_ms": round(max(seconds) * 1000)},
        )
        for work, seconds in took.items()
    ]


async def _walk(log: EventLog) -> dict[str, list[float]]:
    """Press keys and drag through the middle of a negotiation's history, and return what each took."""
    from tui.workspace.app import Workspace
    from tui.workspace.messages import TimePicked
    from tui.workspace.screens.workspace import WorkspaceScreen
    from tui.workspace.time.stops import text_of

    app = Workspace(log, today=_TODAY)
    took: dict[str, list[float]] = {"a step": [], "a drag to the next column": [], "a jump anywhere": []}
    async with app.run_test(size=(_COLUMNS, _ROWS), notifications=True) as pilot:
        while not isinstance(app.screen, WorkspaceScreen):
            await pilot.pause(0.01)
        await pilot.pause()
        screen = app.screen
        session = screen.session
        chance = random.Random(2024)
        for axis in ("happened", "known", "recorded"):
            session.axis = axis
            stops = session.stops[axis]
            session.move(text_of(axis, stops[len(stops) // 2].at), follow=True)
            screen.show()
            await pilot.pause()
            for key in (*["]"] * _STEPS, *["["] * _STEPS):
                took["a step"].append(await _spent(pilot, partial(pilot.press, key)))
            for moments, work in (
                (_columns(session, axis), "a drag to the next column"),
                ([chance.choice(stops).at for _ in range(_STEPS)], "a jump anywhere"),
            ):
                for at in moments:
                    screen.post_message(TimePicked(axis, at))
                    took[work].append(await _spent(pilot, pilot.pause))
            session.live()
    return took


def _columns(session: Session, axis: str) -> list[int]:
    """Return the moments at which the columns of the scrubber begin."""
    scale = session.stops.scale(axis, _COLUMNS)
    return [scale.moment(column) for column in range(0, _COLUMNS, 2)]


async def _spent(pilot: Pilot[int], work: Callable[[], Awaitable[None]]) -> float:
    """Return the processor time that some work and the screen after it took."""
    start = time.process_time()
    await work()
    await pilot.pause()
    return time.process_time() - start


def _interleaved(commands: Mapping[str, tuple[Sequence[str], str]], rounds: int) -> dict[str, list[Seen]]:
    """Run each command in turn, so many rounds, until its words are seen."""
    seen: dict[str, list[Seen]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, words) in commands.items():
            seen[name].append(_until(command, words))
    return seen


def _until(command: Sequence[str], words: str) -> Seen:
    """Run a command in a terminal until it has written some words, and end it."""
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "COMMUNIQUE_NOW": f"{_TODAY}T00:00:00Z"})
        os.execv(command[0], list(command))  # noqa: S606 - a program of ours, in a terminal of its own
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    seconds = 0.0
    for written in _written(terminal, start):
        if words.encode() in written:
            seconds = time.perf_counter() - start
            break
    os.kill(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    os.close(terminal)
    if not seconds:
        raise RuntimeError(f"{' '.join(command[:5])} … did not show {words!r} within {_PATIENCE:g} s")
    # Linux gives kilobytes, macOS bytes.
    return Seen(seconds, usage.ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10)))


def _written(terminal: int, start: float) -> Iterator[bytes]:
    """Yield all that has been written to a terminal, each time that there is more."""
    written = b""
    while (left := _PATIENCE + start - time.perf_counter()) > 0 and select.select([terminal], [], [], left)[0]:
        try:
            written += os.read(terminal, 1 << 16)
        except OSError:
            return
        yield written


def _seconds(seen: Sequence[Seen]) -> float:
    return statistics.median(each.seconds for each in seen)
