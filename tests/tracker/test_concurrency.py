"""Several writers at once, threads and processes: everything is there once, and every chain is whole."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.tracker.given import NEGOTIATION, stage, statement
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT: Final = Path(__file__).resolve().parents[2]
WRITER: Final = """
import sys
from tests.tracker.given import stage, statement
from tracker import EventLog
path, writer, count, negotiation = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
print("ready", flush=True)
sys.stdin.readline()
with EventLog.open(path, by=f"writer-{writer}") as log:
    log.record(stage(negotiation))
    for number in range(count):
        log.record([statement(writer * 10_000 + number, negotiation)])
        print(number, flush=True)
"""


def assert_whole(log: EventLog, negotiation: str, ids: set[str]) -> None:
    """Check that a negotiation holds the stage and these entries, each once, in an unbroken chain."""
    chain = list(log.read(negotiation))
    assert [recorded.version for recorded in chain] == list(range(1, len(chain) + 1))
    assert len(chain) == len(ids) + len(stage())
    assert {recorded.id for recorded in chain} == ids | {str(event.id) for event in stage(negotiation)}
    assert [recorded.recorded_at for recorded in chain] == sorted(recorded.recorded_at for recorded in chain)
    assert log.verify(log.heads().values()).ok


def run_writers(path: Path, writers: int, count: int, negotiation: Callable[[int], str]) -> None:
    """Run writers in processes of their own that all begin at once, on a log that none of them has made yet."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(writer), str(count), negotiation(writer)],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for writer in range(writers)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        assert out.split() == [str(number) for number in range(count)]


@pytest.mark.long
@pytest.mark.slow
def test_processes_that_write_to_one_negotiation(log_path: Path) -> None:
    run_writers(log_path, 8, 40, lambda _: NEGOTIATION)
    with EventLog.open(log_path) as log:
        ids = {f"statement-{writer * 10_000 + number}" for writer in range(8) for number in range(40)}
        assert_whole(log, NEGOTIATION, ids)
        for writer in range(8):
            own = [recorded.id for recorded in log.read() if recorded.recorded_by == f"writer-{writer}"]
            made = [entry for entry in own if entry.startswith("statement-")]
            assert made == [f"statement-{writer * 10_000 + number}" for number in range(40)]


@pytest.mark.long
@pytest.mark.slow
def test_processes_that_write_to_a_negotiation_each(log_path: Path) -> None:
    run_writers(log_path, 4, 40, lambda writer: f"talks-{writer}")
    with EventLog.open(log_path) as log:
        for writer in range(4):
            ids = {f"statement-{writer * 10_000 + number}" for number in range(40)}
            assert_whole(log, f"talks-{writer}", ids)
        assert [recorded.position for recorded in log.read()] == list(range(1, 4 * 52 + 1))


@pytest.mark.parametrize("shared", [True, False], ids=["one log object", "a log object each"])
def test_threads_that_write_to_one_negotiation(log_path: Path, shared: bool) -> None:
    errors: list[BaseException] = []

    def write(log: EventLog, writer: int) -> None:
        try:
            for number in range(25):
                log.record([statement(writer * 100 + number)])
                assert log.entry(NEGOTIATION, f"statement-{writer * 100 + number}").version > len(stage())
        except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
            errors.append(error)

    with EventLog.open(log_path) as log:
        log.record(stage())
        logs = [log if shared else EventLog.open(log_path) for _ in range(6)]
        threads = [threading.Thread(target=write, args=(own, writer)) for writer, own in enumerate(logs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert_whole(log, NEGOTIATION, {f"statement-{writer * 100 + n}" for writer in range(6) for n in range(25)})
        for own in logs:
            own.close()


def test_the_same_entries_recorded_by_all_at_once_are_there_once(log_path: Path) -> None:
    counted: list[tuple[int, int]] = []

    def write(log: EventLog) -> None:
        receipts = [log.record([statement(number)]) for number in range(20)]
        counted.append((sum(receipt.count for receipt in receipts), sum(receipt.already for receipt in receipts)))

    with EventLog.open(log_path) as first:
        first.record(stage())
        logs = [EventLog.open(log_path) for _ in range(4)]
        threads = [threading.Thread(target=write, args=(log,)) for log in logs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for log in logs:
            log.close()
        assert sum(count for count, _ in counted) == 20
        assert sum(already for _, already in counted) == 60
        assert_whole(first, NEGOTIATION, {f"statement-{number}" for number in range(20)})


@pytest.mark.long
@pytest.mark.slow
def test_a_follower_misses_nothing_that_other_processes_write(log_path: Path) -> None:
    with EventLog.open(log_path) as log:
        log.record(stage())
        seen: list[str] = []
        done = threading.Event()

        def follow() -> None:
            following = log.follow(after=0, poll=0.001, should_stop=lambda: done.is_set() and len(seen) >= 172)
            seen.extend(recorded.id for recorded in following)

        follower = threading.Thread(target=follow)
        follower.start()
        run_writers(log_path, 4, 40, lambda _: NEGOTIATION)
        done.set()
        follower.join(timeout=120)
        assert not follower.is_alive()
        assert seen == [recorded.id for recorded in log.read()]
