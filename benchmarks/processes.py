"""Whole processes: what a person waits for after pressing return."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.harness import Row, Watch, interleave
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from pathlib import Path


def status(folder: Path, *, quick: bool) -> Row:
    """Measure `communique status us-niger` against `sqlite-utils tables` on the same file."""
    path = folder / "us-niger.db"
    with EventLog.open(path, by="bench") as log:
        record_file(log, seed_path("us-niger"))

    # As a person runs it: modules that were loaded once are not compiled again.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def process(watch: Watch, *command: str) -> None:
        with watch.running():
            subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True, env=variables)

    medians = interleave(
        {
            "ours": lambda watch: process(watch, "tui", "--log", str(path), "status", "us-niger"),
            "peer": lambda watch: process(watch, "sqlite_utils", "tables", str(path)),
        },
        5 if quick else 15,
    )
    return Row(
        "communique status us-niger, whole process",
        "sqlite-utils tables on the same file, whole process",
        medians["ours"],
        medians["peer"],
        1.5,
        higher_is_better=False,
    )
