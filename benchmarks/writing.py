"""Writing: one entry a commit, and scripts of many."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import count, islice
from typing import TYPE_CHECKING

from benchmarks import raw
from benchmarks.harness import Row, Watch, interleave
from benchmarks.load import claim, stage, write_script
from tracker import EventLog
from tracker.events import parse
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from pathlib import Path


def append(folder: Path, *, quick: bool) -> Row:
    """Measure `EventLog.record` with one entry a call against one insert a commit."""
    import random

    number, rounds = (150, 5) if quick else (400, 9)
    chance = random.Random(7)
    log = EventLog.open(folder / "append.db", by="bench")
    log.record([parse(entry) for entry in stage("talks")])
    events = (parse(claim("talks", index, chance)) for index in count())
    reference = raw.empty(folder / "append-raw.db")
    rows: list[raw.Stored] = []

    def ours(watch: Watch) -> None:
        batch = [next(events) for _ in range(number)]
        with watch.running():
            for event in batch:
                log.record([event])
        rows[:] = [row for row in raw.stored(folder / "append.db") if row[1] > 0][-number:]

    def theirs(watch: Watch) -> None:
        with watch.running():
            raw.insert_one_by_one(reference, rows)

    medians = interleave({"ours": ours, "raw": theirs}, rounds)
    log.close()
    reference.close()
    return Row(
        "durable append, one entry a commit",
        "sqlite3 insert, one commit each",
        medians["ours"] / number,
        medians["raw"] / number,
        0.5,
        higher_is_better=True,
    )


def imports(folder: Path, *, quick: bool) -> Row:
    """Measure recording a script of 50,000 entries against inserting their bytes."""
    total, rounds = (20_000, 3) if quick else (50_000, 5)
    script = write_script(folder / "import.jsonl", total)
    path = folder / "import.db"

    def ours(watch: Watch) -> None:
        remove(path)
        with EventLog.open(path, by="bench") as log, watch.running():
            receipt = record_file(log, script)
        assert receipt.count == total

    def theirs(watch: Watch) -> None:
        rows = list(raw.stored(path))
        reference = raw.empty(folder / "import-raw.db")
        with watch.running():
            raw.insert_many(reference, rows)
        reference.close()

    medians = interleave({"ours": ours, "raw": theirs}, rounds)
    return Row(
        f"import of {total:,} entries over 100 negotiations",
        "executemany of the same bytes, 1,000 a commit",
        medians["ours"],
        medians["raw"],
        0.25,
        higher_is_better=True,
        detail={"entries_per_second": round(total / medians["ours"])},
    )


def large_import(folder: Path, script: Path, path: Path, total: int) -> Row:
    """Measure recording a very long script in a process of its own, with its peak of memory; the log stays."""
    remove(path)
    code = (
        "import resource, sys, time\n"
        "from pathlib import Path\n"
        "from tracker import EventLog\n"
        "from tracker.scripts.script import record_file\n"
        "with EventLog.open(sys.argv[2], by='bench') as log:\n"
        "    start = time.perf_counter()\n"
        "    record_file(log, Path(sys.argv[1]))\n"
        "    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(script), str(path)], check=True, capture_output=True, text=True, env=os.environ
    )
    seconds, megabytes = map(float, done.stdout.split())
    reference = raw.empty(folder / "large-raw.db")
    spent = 0.0
    rows = iter(raw.stored(path))
    while part := list(islice(rows, 50_000)):
        start = time.perf_counter()
        raw.insert_many(reference, part)
        spent += time.perf_counter() - start
    reference.close()
    remove(folder / "large-raw.db")
    return Row(
        f"import of {total:,}",
        "executemany of the same bytes, 1,000 a commit",
        seconds,
        spent,
        0.25,
        higher_is_better=True,
        detail={"peak_megabytes": round(megabytes), "entries_per_second": round(total / seconds)},
    )


def remove(path: Path) -> None:
    """Remove a database and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", ".readmodel"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
