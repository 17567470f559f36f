"""What a key waits in the workspace, and when what it asks for is seen.

A key waits as long as the screen's thread takes up no further one. It takes up the next when the one before has led
where it leads, as to a form that is made, and while it works, as while it draws, it takes up nothing. So what is
measured is processor time of that thread, for each key the longer of two: from its arrival until a key typed right
behind it is taken up, and the longest turn of the loop until there is nothing left to do. Beside it stands all the
processor time until then, by when all jobs are over and everything is drawn. What jobs compute is computed in threads
of their own, and is not in it; importing, collecting garbage and writing to the terminal is.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.binding import Binding
from textual.events import Key
from textual.keys import _character_to_key

from benchmarks.harness import Row
from tracker import EventLog, system
from tui.workspace import app
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from textual.screen import Screen

_SIZE: Final = (120, 40)
_TODAY: Final = date(2026, 1, 1)
_ROUNDS: Final = 5
#: A key that nothing else is bound to.
_NEXT: Final = "f24"
#: Seconds between two looks at whether anything is left to do, and the processor time of a look at most.
_LOOK: Final = 0.02
_IDLE: Final = 0.001
#: A pause of the person, in which a form is looked at as a whole.
_PAUSE: Final = 0.25
#: What is done, and the keys for it: a key a measure. A screen is where they must have led.
_DONE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("opening a filter", ("f",)),
    ("a letter of a filter", tuple("terms")),
    ("filtering by a word", ("enter",)),
    ("a step with a filter", tuple("[[[]]]")),
    ("back to the present", ("L",)),
    ("showing all again", ("escape",)),
    ("opening a search", ("/",)),
    ("a letter of a search", tuple("delegation")),
    ("searching a word", ("enter",)),
    ("showing all again", ("escape",)),
    ("a step", ("[",)),
    ("opening a report", ("F",)),
    ("leaving a report", ("escape",)),
    ("opening a report", ("S",)),
    ("leaving a report", ("escape",)),
    ("opening a report", ("d",)),
    ("leaving a report", ("escape",)),
    ("saving the events as CSV", ("E",)),
    ("opening the types", ("a",)),
    ("a letter of a type", tuple("statementma")),
    ("opening a form", ("enter",)),
    ("a letter in a form", tuple("USAx")),
    ("a form for an unknown name", ("ctrl+n",)),
    ("back to a form", ("escape",)),
    ("a letter in a form", ("backspace",)),
    ("to the next field", ("tab",)),
    ("a letter in a box of a form", tuple("Weso")),
    ("to the next field", ("tab",) * 3),
    ("another piece of evidence", ("ctrl+e",)),
    ("a letter in a form", tuple("rep")),
    ("taking what is offered", ("right",)),
    ("recording, and another", ("ctrl+r",)),
    ("a letter of a type", tuple("statementma")),
    ("opening a form", ("enter",)),
    ("a letter in a form", tuple("USA")),
    ("to the next field", ("tab",)),
    ("a letter in a box of a form", tuple("Next")),
    ("recording", ("ctrl+s",)),
    ("opening the portfolio", ("P",)),
    ("opening a search of names", ("/",)),
    ("a letter of a name", tuple("talks")),
    ("searching a name", ("enter",)),
    ("leaving a report", ("escape",)),
    ("saving the negotiations as CSV", ("E",)),
)


def rows(path: Path) -> list[Row]:
    """Measure keys of every kind in a log of one negotiation, against 50 ms."""
    with EventLog.open(path, read_only=True) as log:
        count = log.store.max_position()
    return [
        Row(
            f"a key among {count:,} entries waits for {work}",
            "50 ms of processor time",
            spent.waits,
            0.05,
            1,
            higher_is_better=False,
            detail={"all_shown_ms": round(spent.shown * 1000)},
        )
        for work, spent in measured(path).items()
    ]


class Spent(NamedTuple):
    """Processor time of the screen's thread for one key, in seconds: what the next waits, and until all is shown."""

    waits: float
    shown: float


class _Loop(asyncio.SelectorEventLoop):
    """A loop that notes the longest of its turns: what comes in meanwhile waits until the turn is over."""

    longest = 0.0

    def _run_once(self) -> None:
        start = time.thread_time()
        super()._run_once()  # type: ignore[misc]
        self.longest = max(self.longest, time.thread_time() - start)


class _Measured(app.Workspace):
    """A workspace that draws as if there was a terminal, and tells when it takes up the key behind another."""

    BINDINGS = [*app.Workspace.BINDINGS, Binding(_NEXT, "taken_up", show=False, priority=True)]  # noqa: RUF012
    CSS_PATH = str(Path(app.__file__).parent / app.Workspace.CSS_PATH)
    is_headless = False

    def __init__(self, log: EventLog) -> None:
        super().__init__(log, today=_TODAY)
        self._taken_up = asyncio.Event()
        self._at = 0.0

    def action_taken_up(self) -> None:
        """Note when."""
        self._at = time.thread_time()
        self._taken_up.set()

    async def spent(self, key: str) -> Spent:
        """Type a key and another behind it, and return what they took."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, _Loop)
        self._taken_up.clear()
        start, loop.longest = time.thread_time(), 0.0
        driver = self._driver
        assert driver is not None
        for name in (key, _NEXT):
            event = Key(_character_to_key(name) if len(name) == 1 else name, name if len(name) == 1 else None)
            event.set_sender(self)
            driver.send_message(event)
        await self._taken_up.wait()
        waits, looking = self._at - start, 0.0
        while True:
            before = time.thread_time()
            await asyncio.sleep(_LOOK)
            took = time.thread_time() - before
            if took < _IDLE and not self.jobs:
                return Spent(max(waits, loop.longest), time.thread_time() - start - looking)
            if took < _IDLE:
                looking += took


def _is_at(workspace: _Measured, kind: type[Screen[Any]]) -> bool:
    return isinstance(workspace.screen, kind)


async def _typed(log: EventLog) -> list[tuple[str, Spent]]:
    """Type all keys, and return what each took."""
    workspace = _Measured(log)
    took = []
    async with workspace.run_test(size=_SIZE, notifications=True) as pilot:
        while not _is_at(workspace, WorkspaceScreen):
            await pilot.pause(0.01)
        await pilot.pause(0.3)
        for work, keys in _DONE:
            for key in keys:
                took.append((work, await workspace.spent(key)))
                if _is_at(workspace, FormScreen):
                    await asyncio.sleep(_PAUSE)
        assert _is_at(workspace, PortfolioScreen)
    return took


def measured(path: Path, rounds: int = _ROUNDS) -> dict[str, Spent]:
    """Return the dearest key of each kind; of each key the cheapest of some rounds, as others use the machine, too."""
    least: list[tuple[str, Spent]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder) / "own.db"
            shutil.copy(path, own)
            # Drafts are kept by the log, which is the same in every round.
            os.environ["XDG_STATE_HOME"] = folder
            # What is saved is saved in the present folder.
            with (
                chdir(folder),
                EventLog.open(own, by="bench") as log,
                system.collector_patient(),
                asyncio.Runner(loop_factory=_Loop) as runner,
            ):
                took = runner.run(_typed(log))
        spent = zip(took, least or took, strict=True)
        least = [(work, Spent(*map(min, one, other))) for (work, one), (_, other) in spent]
    found: dict[str, Spent] = {}
    for work, one in least:
        found[work] = Spent(*map(max, one, found.get(work, one)))
    return found
