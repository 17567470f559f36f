"""Make docs/images/serve.png, the workspace in a browser: `python -m tests.tui.serve_picture` (needs Chromium)."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.chromium import Chromium
from tests.tui.served import Screen, Server
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file

PICTURE: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "serve.png"
_RECORDED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_DAY: Final = "2024-05-11"


def main() -> None:
    """Take the picture, of what was known on one day, from a log made for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with EventLog.open(folder / "us-niger.db", clock=lambda: _RECORDED_AT, by="analyst") as log:
            record_file(log, seed_path("us-niger"))
        home = {"HOME": name, "XDG_STATE_HOME": name, "XDG_CONFIG_HOME": name, "COMMUNIQUE_NOW": "2026-01-02T12:00:00Z"}
        variables = {**os.environ, **home, "PYTHONPATH": str(PICTURE.parents[2])}
        with (
            Server(folder / "us-niger.db", "us-niger", "--read-only", variables=variables) as served,
            Chromium(folder / "profile") as browser,
        ):
            screen = Screen(browser.open(served.address, 1280, 800))
            screen.until_drawn("Evidence")
            screen.press("g")
            # What the field says while it is empty.
            screen.until_drawn("two to compare")
            for key in (*_DAY, "Enter"):
                screen.press(key)
            screen.until_drawn("REPLAY")
            screen.picture_at_rest(PICTURE)


if __name__ == "__main__":
    main()
