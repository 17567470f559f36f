"""A fleet: what is folded from partitions is what a status of the log says, and a broken chain is named."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from projections import Cut, ReadModel, status
from projections.fleet import ChainBrokenError, fold, fold_file, is_engine, run
from projections.tables.judged import state_rows
from projections.tables.parquet import export
from tracker import EventLog
from tracker.errors import LogError
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TODAY = date(2026, 1, 1)
NAMES = ("black-sea", "visiting-forces")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventLog]:
    with EventLog.open(tmp_path_factory.mktemp("log") / "log.db") as made:
        for name in NAMES:
            record_script(made, read_script(seed_path(name)))
        yield made


@pytest.fixture(scope="module")
def folder(log: EventLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables") / "out"
    export(log, place, partitions=4)
    return place


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parquet.read_table(str(folder / name), partitioning=None).to_pylist()
    return found


@pytest.mark.parametrize("cut", ["now", "known:2023-05-11", "happened:2023-01", "recorded:#60"])
def test_a_fold_is_the_status_of_one_process(cut: str, log: EventLog, folder: Path, tmp_path: Path) -> None:
    found = run(folder, tmp_path, Cut.parse(cut), TODAY)
    states, findings = read(tmp_path, "status"), read(tmp_path, "status_findings")
    for name in NAMES:
        said = status(log, name, Cut.parse(cut), today=TODAY)
        own = [row for row in states if row["negotiation"] == name]
        assert {(row["entries"], row["head"]) for row in own} == {(said.entries, said.head)}
        told = [(row["subject"], row["aspect"], row["value"], row["since"], tuple(row["because"])) for row in own]
        assert [row for row in told if row[0] is not None] == list(state_rows(said))
        assert [row for row in findings if row["negotiation"] == name] == [
            {
                "negotiation": name,
                "kind": one.kind,
                "severity": one.severity,
                "subject": one.subject,
                "entries": list(one.entries),
                "message": one.message,
            }
            for one in said.findings
        ]
    assert found == {
        "negotiations": 2,
        "entries": sum(log.negotiations().values()),
        "states": sum(row["subject"] is not None for row in states),
        "findings": len(findings),
        "partitions": len(list(folder.glob("entries/*"))),
        "engine": "process",
    }


def test_heads_and_findings_are_those_of_the_read_model(log: EventLog, folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path, Cut(), TODAY)
    heads = {row["negotiation"]: (row["entries"], row["head"]) for row in read(tmp_path, "status")}
    serious = [row["negotiation"] for row in read(tmp_path, "status_findings") if row["severity"] != "note"]
    with ReadModel.open(log, tmp_path / "readmodel", today=TODAY) as model:
        rows = model.portfolio()
    assert heads == {row["negotiation"]: (row["entries"], row["head"]) for row in rows}
    assert {name: serious.count(name) for name in NAMES} == {row["negotiation"]: row["findings"] for row in rows}


def test_a_task_that_runs_twice_leaves_one_file(folder: Path, tmp_path: Path) -> None:
    (source, *_) = folder.glob("entries/*/part-0.parquet")
    once = fold_file(str(source), output=str(tmp_path), cut="now", day=TODAY)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert fold_file(str(source), output=str(tmp_path), cut="now", day=TODAY) == once
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert len(files) == 2


def entries(folder: Path) -> Any:  # noqa: ANN401 - Arrow has no types
    return parquet.read_table(str(folder / "entries"), partitioning=None, columns=["negotiation", "version", "stored"])


def _without_third(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["version"] != 3]


def _changed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "stored": row["stored"].replace(b"recorded_by", b"recorded_to", 1)} for row in rows]


def _exchanged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "version": {2: 3, 3: 2}.get(row["version"], row["version"])} for row in rows]


def _twice(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*rows, *(row for row in rows if row["version"] == 3)]


def _emptied(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "stored": None if row["version"] == 3 else row["stored"]} for row in rows]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_without_third, "black-sea: version 3 is missing"),
        (_twice, "black-sea: version 3 is there twice"),
        (_changed, "black-sea: the bytes of version 1 were changed"),
        (_exchanged, "black-sea: version 2 does not follow"),
        (_emptied, "black-sea: a row has no number or no bytes"),
    ],
)
def test_a_broken_chain_is_named(
    *, damage: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], told: str, folder: Path
) -> None:
    table = entries(folder)
    rows = [row for row in table.to_pylist() if row["negotiation"] == "black-sea"]
    with pytest.raises(ChainBrokenError, match=f"^{told}"):
        fold(pa.Table.from_pylist(damage(rows), schema=table.schema))


def test_rows_under_another_name_are_told(folder: Path) -> None:
    table = entries(folder)
    rows = [{**row, "negotiation": "other"} for row in table.to_pylist() if row["negotiation"] == "black-sea"]
    with pytest.raises(ChainBrokenError, match=r"^other: version 1 is of black-sea"):
        fold(pa.Table.from_pylist(rows, schema=table.schema))


def test_a_run_takes_the_place_of_the_one_before(log: EventLog, folder: Path, tmp_path: Path) -> None:
    other, output = tmp_path / "other", tmp_path / "out"
    export(log, other, partitions=1)
    mine = output / "status" / "bucket=99" / "mine.txt"
    for place in (other, folder):
        found = run(place, output, Cut(), TODAY)
        mine.parent.mkdir(exist_ok=True)
        mine.write_text("mine")
        states = [parquet.ParquetFile(path).read() for path in (output / "status").glob("*/part-0.parquet")]
        assert sum(table.num_rows - table["subject"].null_count for table in states) == found["states"]
    buckets = {path.name for path in (folder / "entries").iterdir()}
    assert {path.name for path in (output / "status_findings").iterdir()} == buckets
    assert mine.read_text() == "mine"


def test_files_that_are_no_partition_are_told(log: EventLog, tmp_path: Path) -> None:
    place = tmp_path / "in"
    export(log, place, ["visiting-forces"], partitions=1)
    file = place / "entries" / "bucket=00" / "part-0.parquet"
    whole = file.read_bytes()
    twin = file.parent.with_name("bucket=01") / file.name
    twin.parent.mkdir()
    twin.write_bytes(whole)
    with pytest.raises(ChainBrokenError, match=r"^visiting-forces: it is in two partitions"):
        run(place, tmp_path, Cut(), TODAY)
    twin.unlink()
    states = (place / "states" / "bucket=00" / "part-0.parquet").read_bytes()
    for damaged, told in ((whole[:2000], "cannot be read"), (b"", "cannot be read"), (states, "no column version")):
        file.write_bytes(damaged)
        with pytest.raises(LogError, match=f"part-0.parquet .*{told}"):
            run(place, tmp_path, Cut(), TODAY)
    for damage in (file.mkdir, partial(os.mkfifo, file)):
        file.rmdir() if file.is_dir() else file.unlink()
        damage()
        with pytest.raises(LogError, match=r"part-0.parquet is no file"):
            run(place, tmp_path, Cut(), TODAY)
    wrong = ("{", '{"version": 1}', '{"version": 1, "heads": []}', '{"version": 1, "heads": 5}')
    for text, told in (*((text, "not as") for text in wrong), ('{"version": 2, "heads": {}}', "version 2")):
        (place / "export.json").write_text(text, "utf-8")
        with pytest.raises(LogError, match=f"export.json is {told}|export.json is of {told}"):
            run(place, tmp_path, Cut(), TODAY)


@pytest.mark.long
def test_entries_missing_at_the_end_or_a_partition_are_missed(log: EventLog, tmp_path: Path) -> None:
    place = tmp_path / "out"
    export(log, place, ["black-sea", "visiting-forces"], partitions=1)
    file = place / "entries" / "bucket=00" / "part-0.parquet"
    table = parquet.ParquetFile(file).read()
    last = log.negotiations()["black-sea"]
    kept = [row for row in table.to_pylist() if (row["negotiation"], row["version"]) != ("black-sea", last)]
    parquet.write_table(pa.Table.from_pylist(kept, schema=table.schema), file)
    with pytest.raises(ChainBrokenError, match="black-sea: it does not end"):
        run(place, place, Cut(), TODAY)
    # A cut by what was recorded ends before them; they are missing all the same.
    with pytest.raises(ChainBrokenError, match="black-sea: it does not end"):
        run(place, place, Cut.parse("recorded:#3"), TODAY)
    file.unlink()
    with pytest.raises(ChainBrokenError, match="its partition is missing"):
        run(place, place, Cut(), TODAY)


def test_a_negotiation_of_which_nothing_is_said_still_has_its_head(folder: Path) -> None:
    found = fold(entries(folder), "known:1900", TODAY).to_pylist()
    assert {row["negotiation"] for row in found if row["subject"] is None} == set(NAMES)
    assert all(row["head"] for row in found)


def test_a_folder_without_tables_and_an_engine_of_another_name(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="holds no tables"):
        run(tmp_path, tmp_path, Cut(), TODAY)
    assert all(map(is_engine, ("dask", "dask://host:8786", "dask://[::1]:65535")))
    assert not any(
        map(is_engine, ("spark", "dask://host", "dask://:1", "dask://x:0", "dask://x:99999999", "dask://x:²"))
    )
