"""Make the pictures of the documentation, by the program itself: `python docs/images/make.py`, or with `--check`."""  # noqa: INP001 - no package

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from tracker import EventLog  # noqa: E402 - found through the line above
from tracker.scripts.reading import seed_path, seeds  # noqa: E402
from tracker.scripts.script import read_script, record_script  # noqa: E402
from tui.workspace.app import Workspace  # noqa: E402
from tui.workspace.screens.base import OpeningScreen  # noqa: E402

#: What each picture shows: its size, and the keys that lead there.
PICTURES: Final = {
    "workspace": ((120, 40), ["g", *"2024-05-11", "enter", *"kkkkkkk"]),
    "workspace-wide": ((160, 50), ["g", *"2024-05-11", "enter", *"kkkkkkk"]),
    "why": ((120, 32), ["g", *"2024-05-11", "enter", "1", "w"]),
    "diff": ((120, 32), ["g", *"2024-05-11", "enter", "d"]),
    "findings": ((120, 32), ["F"]),
    "agenda": ((120, 32), ["g", *"2024-05-11", "enter", "A"]),
    "parties": ((120, 32), ["R"]),
    "portfolio": ((120, 40), ["P"]),
    "form": ((120, 32), ["a", *"statementmade", "enter"]),
    "welcome": ((120, 24), None),
}
RECORDED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


async def picture(log: Path, size: tuple[int, int], keys: list[str] | None) -> str:
    """Return the screen that some keys lead to, as SVG; for None the one that is seen where there is no log."""
    with EventLog.open(log, read_only=True) as book:
        # Who may only read is offered no form; nothing is recorded here in any case.
        is_reading = keys is not None and "a" not in keys
        app = Workspace(book if keys is not None else None, "us-niger", today=date(2026, 1, 2), read_only=is_reading)
        async with app.run_test(size=size) as pilot:
            while isinstance(app.screen, OpeningScreen):
                await pilot.pause()
            await pilot.press(*(keys or []))
            while app.jobs:
                await pilot.pause()
            await pilot.pause()
            app.clear_notifications()
            await pilot.pause()
            return steady(app.export_screenshot(title="communiqué"))


def steady(svg: str) -> str:
    """Return an SVG without what differs from run to run, and without fonts from elsewhere."""
    svg = re.sub(r"terminal-[0-9]+-", "terminal-", svg)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main() -> int:
    """Make every picture; with ``--check`` only say which one is not as it would be made."""
    is_check = "--check" in sys.argv[1:]
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        # When somebody looked is kept there, and no matter of whoever makes pictures.
        os.environ["XDG_STATE_HOME"] = folder
        log = Path(folder) / "us-niger.db"
        with EventLog.open(log, clock=lambda: RECORDED_AT, by="analyst") as book:
            for history in seeds():
                record_script(book, read_script(seed_path(history)))
        for name, (size, keys) in PICTURES.items():
            path = FOLDER / f"{name}.svg"
            made = asyncio.run(picture(log, size, keys))
            if is_check and (not path.is_file() or path.read_text(encoding="utf-8") != made):
                stale.append(path.name)
            elif not is_check:
                path.write_text(made, encoding="utf-8")
    if stale:
        sys.stderr.write(f"not as the program draws them now: {', '.join(stale)}; run python docs/images/make.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
