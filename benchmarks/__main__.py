"""Run the benchmarks and print their table: ``python -m benchmarks [--quick] [--json FILE] [--icews FOLDER]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import growth, harness, keys, processes, reading, stepping, workspace, writing
from benchmarks.load import write_script
from tracker import EventLog
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.harness import Row


def measure(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Yield each row when it has been measured."""
    total = 50_000 if quick else 1_000_000
    rounds = 1 if quick else 3
    yield writing.append(folder, quick=quick)
    yield writing.imports(folder, quick=quick)
    yield processes.status(folder, quick=quick)
    script = write_script(folder / "large.jsonl", total)
    large = folder / "large.db"
    yield writing.large_import(folder, script, large, total)
    yield reading.verify(large, total, rounds)
    yield from reading.rebuild(large, total, rounds)
    small = folder / "small.db"
    name = "talks-0042"
    with EventLog.open(large, read_only=True) as source, EventLog.open(small, by="bench") as target:
        target.record([recorded.event for recorded in source.read(name)])
    yield reading.cold_status(large, small, name, 3 if quick else 7)
    one = write_script(folder / "one.jsonl", 2000 if quick else 10_000, 1)
    with EventLog.open(folder / "one.db", by="bench") as log:
        record_file(log, one)
    yield from stepping.steps(folder / "one.db")
    yield workspace.first_paint(folder / "us-niger.db", 5 if quick else 15)
    yield workspace.opening(folder, large, 3 if quick else 9)
    yield from workspace.steps(folder / "one.db")
    yield from growth.rows(folder, quick=quick)
    yield from keys.rows(folder / "one.db")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def main() -> int:
    """Measure, print and perhaps write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less load, under a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    rows = []
    start = time.perf_counter()
    print(f"{'work':<62} {'ours':>10} {'reference':>10} {'ratio':>7}  reach")
    with tempfile.TemporaryDirectory(prefix="communique-bench-") as folder:
        for row in measure(Path(folder), quick=arguments.quick):
            rows.append(row)
            print(harness.line(row), flush=True)
    print(f"took {time.perf_counter() - start:.0f} s on {machine()}")
    if arguments.json:
        figures = {"machine": machine(), "rows": [row.to_json() for row in rows]}
        arguments.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
