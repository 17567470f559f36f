"""Make the pictures of the documentation, by the program itself: `python docs/images/make.py`, or with `--check`."""  # noqa: INP001 - no package

from __future__ import annotations

import asyncio
import hashlib
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
from tracker.codec import timestamp  # noqa: E402
from tracker.drafts.proposing import propose  # noqa: E402
from tracker.drafts.queue import Queue, place_of  # noqa: E402
from tracker.events.parsing import parse  # noqa: E402
from tracker.scripts.reading import ScriptLine, seed_path, seeds  # noqa: E402
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
    "welcome": ((120, 24), None),
    "form": ((120, 32), ["a", *"statementmade", "enter"]),
    "review": ((120, 32), ["V"]),
}
#: The pictures of what is only to be had in a log that can be written.
WRITING: Final = frozenset({"form", "review"})
#: A page that was made up, of which an entry is proposed.
PAGE: Final = (
    "NIAMEY, 20 May. The two delegations have ended five days of talks in the capital, both sides said on Sunday.\n\n"
    "“We have agreed on the with\xaddrawal of all forces by 15 September,” a member of the delegation said.\n\n"
    "The members of the two delegations shook hands and left without taking questions.\n"
)
PROPOSED: Final = {
    "event": "WithdrawalTimetableSet",
    "negotiation": "us-niger",
    "withdrawal": "all-forces",
    "deadline": "2024-09-15",
    "occurred": "2024-05-19",
    "evidence": [
        {
            "source": "gazette-2024-05-20",
            "quote": "We have agreed on the withdrawal of all forces by 15 September",
            "credibility": 2,
            "attributed_to": "a member of the delegation",
        }
    ],
}
RECORDED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


def with_drafts(log: Path, captures: Path) -> None:
    """Let a log have a captured page, and a draft that quotes it."""
    digest = hashlib.sha256(PAGE.encode()).hexdigest()
    (captures / f"{digest}.txt").write_text(PAGE, encoding="utf-8")
    source = {"source": "gazette-2024-05-20", "publisher": "The Gazette", "published": "2024-05-20", "reliability": "B"}
    with EventLog.open(log, clock=lambda: RECORDED_AT, by="analyst") as book:
        book.record([parse({"event": "SourceRegistered", "negotiation": "us-niger", "sha256": digest, **source})])
        with Queue(place_of(book.location, book.identity)) as queue:
            line = ScriptLine("proposals", 1, parse(PROPOSED))
            propose(queue, book, [line], by="mcp:assistant", at=timestamp(RECORDED_AT), reason="found in the page")


async def picture(log: Path, size: tuple[int, int], keys: list[str] | None, *, read_only: bool = True) -> str:
    """Return the screen that some keys lead to, as SVG; for None the one that is seen where there is no log."""
    with EventLog.open(log, read_only=read_only) as book:
        app = Workspace(
            book if keys is not None else None,
            "us-niger",
            today=date(2026, 1, 2),
            read_only=read_only and keys is not None,
        )
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
            if name == "review":
                os.environ["COMMUNIQUE_CAPTURES"] = folder
                with_drafts(log, Path(folder))
            made = asyncio.run(picture(log, size, keys, read_only=name not in WRITING))
            if is_check and (not path.is_file() or path.read_text(encoding="utf-8") != made):
                stale.append(path.name)
            elif not is_check:
                path.write_text(made, encoding="utf-8")
    if stale:
        sys.stderr.write(f"not as the program draws them now: {', '.join(stale)}; run python docs/images/make.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
