"""Dask: a cluster gives the tables of one process, also where a worker dies, and a scheduler that is gone is told."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from projections import Cut
from projections.fleet import ChainBrokenError, fold_file, run
from projections.tables.parquet import export
from tests.ports import free_port
from tracker import EventLog
from tracker.errors import LogError
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.long,
    # Its processes and sockets are closed by its own loop, some after the test.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables") / "out"
    with EventLog.open(tmp_path_factory.mktemp("log") / "log.db") as log:
        for name in ("us-niger", "black-sea", "visiting-forces", "panama-canal"):
            record_script(log, read_script(seed_path(name)))
        export(log, place)
    return place


def assert_same(one: Path, other: Path) -> None:
    for name in ("status", "status_findings"):
        mine, its = (parquet.read_table(str(place / name), partitioning=None) for place in (one, other))
        assert mine.equals(its)
        files = [
            sorted(path.relative_to(place) for path in place.rglob("*") if path.is_file()) for place in (one, other)
        ]
        assert files[0] == files[1]


def dying_once(source: str, *, output: str, marks: str) -> object:
    """Fold a file, but die without a word the first time that it is asked for."""
    mark = os.path.join(marks, source.replace(os.sep, "_"))  # noqa: PTH118 - crosses to another process as text
    if not os.path.exists(mark):  # noqa: PTH110 - as above
        with open(mark, "w", encoding="utf-8"):  # noqa: PTH123 - as above
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    return fold_file(source, output=output, cut="now", day=TODAY)


def test_a_cluster_gives_the_tables_of_one_process(folder: Path, tmp_path: Path) -> None:
    alone = run(folder, tmp_path / "one", Cut(), TODAY)
    together = run(folder, tmp_path / "many", Cut(), TODAY, on="dask")
    assert together == {**alone, "engine": "dask"}
    assert_same(tmp_path / "one", tmp_path / "many")


def test_a_worker_killed_midway_changes_nothing(folder: Path, tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    run(folder, tmp_path / "one", Cut(), TODAY)
    (tmp_path / "marks").mkdir()
    sources = [str(path) for path in sorted(folder.glob("entries/*/part-0.parquet"))]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        # One of them dies, the nanny starts another, and what it had in hand is done again.
        first, *rest = sources
        futures = [client.submit(dying_once, first, output=str(tmp_path / "many"), marks=str(tmp_path / "marks"))]
        futures += client.map(fold_file, rest, output=str(tmp_path / "many"), cut="now", day=TODAY)
        client.gather(futures)
    assert_same(tmp_path / "one", tmp_path / "many")


def test_a_scheduler_that_is_gone_is_told_and_nothing_is_half_written(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="is gone or cannot be reached"):
        run(folder, tmp_path / "out", Cut(), TODAY, on=f"dask://127.0.0.1:{free_port()}")
    assert not list(tmp_path.rglob("*.part*"))


def test_a_scheduler_that_goes_away_midway_is_told(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from distributed import LocalCluster

    failed: list[BaseException] = []
    told: list[str] = []

    def fold(address: str) -> None:
        try:
            run(folder, tmp_path / "out", Cut(), TODAY, on=address, tell=told.append)
        except LogError as error:
            failed.append(error)

    # Without workers, the partitions wait until the scheduler goes.
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        thread = threading.Thread(target=fold, args=(address,))
        thread.start()
        while not cluster.scheduler.tasks:
            thread.join(0.05)
    thread.join()
    assert [str(error).partition(" of ")[0] for error in failed] == ["the scheduler"]
    assert told == [f"{address} has no workers yet; waiting for one"]
    assert "Traceback" not in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_broken_chain_is_told_without_a_traceback(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "in"
    shutil.copytree(folder, place)
    (first, *_) = sorted((place / "entries").glob("*/part-0.parquet"))
    rows = parquet.ParquetFile(first).read()
    parquet.write_table(rows.slice(1), first)
    with pytest.raises(ChainBrokenError, match="version 1 is missing"):
        run(place, tmp_path / "out", Cut(), TODAY, on="dask")
    assert "Traceback" not in capfd.readouterr().err
