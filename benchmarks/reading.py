"""Reading a large log: verifying it, building its tables anew, and one negotiation in it."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks import peers
from benchmarks.harness import Row, Watch, interleave
from projections.readmodel.model import ReadModel
from tracker import EventLog

if TYPE_CHECKING:
    from pathlib import Path

_SELECT = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"


def verify(path: Path, total: int, rounds: int) -> Row:
    """Measure verifying a log against reading and hashing the same bytes."""

    def ours(watch: Watch) -> None:
        with EventLog.open(path, read_only=True) as log, watch.running():
            assert log.verify().ok

    def theirs(watch: Watch) -> None:
        with closing(sqlite3.connect(path)) as connection, watch.running():
            for row in connection.execute(_SELECT):
                hashlib.sha256(row[4]).hexdigest()

    medians = interleave({"ours": ours, "raw": theirs}, rounds)
    return Row(
        f"verify {total:,} entries",
        "read and sha256 of the same bytes",
        medians["ours"],
        medians["raw"],
        1.5,
        higher_is_better=False,
    )


def rebuild(path: Path, total: int, rounds: int) -> list[Row]:
    """Measure building every table anew against selecting all rows, and against the library's own projection runner."""
    sample = min(total, 2000)

    def ours(watch: Watch) -> None:
        with EventLog.open(path, read_only=True) as log, ReadModel(log, path.with_suffix(".readmodel")) as model:
            with watch.running():
                count = model.rebuild()
            assert count == total

    def theirs(watch: Watch) -> None:
        with closing(sqlite3.connect(path)) as connection, watch.running():
            for _ in connection.execute(_SELECT):
                pass

    medians = interleave({"ours": ours, "raw": theirs}, rounds)
    runner = peers.projection_runner(path.parent, sample)
    return [
        Row(
            f"full rebuild of every table from {total:,} entries",
            "SELECT of all rows",
            medians["ours"],
            medians["raw"],
            0.08,
            higher_is_better=True,
            detail={"entries_per_second": round(total / medians["ours"])},
        ),
        Row(
            "the same, an entry",
            f"the library's ProjectionRunner writing to SQLite ({sample:,} events)",
            medians["ours"] / total,
            runner / sample,
            15,
            higher_is_better=True,
        ),
    ]


def cold_status(large: Path, small: Path, name: str, rounds: int) -> Row:
    """Measure the status of one negotiation in a large log and in a small one, each in a process of its own."""

    def process(path: Path, watch: Watch) -> None:
        with watch.running():
            subprocess.run(
                [sys.executable, "-m", "tui", "--log", str(path), "status", name, "--json"],
                check=True,
                capture_output=True,
            )

    medians = interleave(
        {"large": lambda watch: process(large, watch), "small": lambda watch: process(small, watch)}, rounds
    )
    return Row(
        "status of one negotiation, cold process, in the large log",
        "the same negotiation alone in a log",
        medians["large"],
        medians["small"],
        1.5,
        higher_is_better=False,
    )
