"""Files of tables: read by what people read them with, whole or not there, and enough to compute all else from."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import yaml
from pyarrow import compute as pc
from pyarrow import parquet

from projections import Cut, History, status
from projections.frames import tables
from projections.tables.columns import JUDGED, TABLES
from projections.tables.datasette import QUESTIONS
from projections.tables.parquet import bucket_of, export
from projections.tables.sqlite import export as export_sqlite
from projections.tables.sqlite import metadata, require_name
from tests.projections.telling import party, tell
from tracker import EventLog
from tracker.codec import decode, digest_of
from tracker.errors import LogError, NameUnknownError
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = "2024-05-11"
_HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventLog]:
    """Return a log with two bundled negotiations and one of a hostile author."""
    with EventLog.open(tmp_path_factory.mktemp("log") / "log.db") as made:
        for name in ("us-niger",):
            record_script(made, read_script(seed_path(name)))
        made.record(
            [party("USA", name=_HOSTILE), tell("PositionTaken", "it", party="USA", matter="m", stance="open")][:1]
        )
        yield made


@pytest.fixture(scope="module")
def folder(log: EventLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all tables are in."""
    place = tmp_path_factory.mktemp("tables") / "out"
    export(log, place)
    return place


def table(folder: Path, name: str) -> Any:  # noqa: ANN401 - Arrow has no types
    return parquet.read_table(str(folder / name), partitioning=None)


def test_the_summary_tells_rows_and_heads_and_buckets_are_those_of_the_ids(log: EventLog, folder: Path) -> None:
    summary = json.loads((folder / "export.json").read_text("utf-8"))
    assert summary["version"] == 1
    assert summary["heads"] == log.heads()
    assert summary["tables"] == {name: table(folder, name).num_rows for name in TABLES}
    for path in folder.glob("*/bucket=*/part-0.parquet"):
        bucket = int(path.parent.name.removeprefix("bucket="))
        for name in set(parquet.ParquetFile(path).read(["negotiation"])["negotiation"].to_pylist()):
            assert bucket == bucket_of(name, 16) == hashlib.sha256(name.encode()).digest()[0] % 16


def test_the_chain_and_a_status_come_from_the_entries_alone(log: EventLog, folder: Path) -> None:
    rows = table(folder, "entries").filter(pc.field("negotiation") == "us-niger").sort_by("version").to_pylist()
    previous = "0" * 64
    for row in rows:
        assert row["previous"] == previous
        assert digest_of(row["stored"]) == row["digest"]
        previous = row["digest"]
    assert log.heads()["us-niger"] == previous
    entries = [decode(row["event"], row["stored"], row["position"]) for row in rows]
    cut = Cut(known_by=DAY)
    found = status(History("us-niger", entries), "us-niger", cut)
    assert found.to_json() == status(log, "us-niger", cut).to_json()


HELD = (
    "SELECT subject, value FROM states WHERE negotiation = 'us-niger' AND axis = 'known' AND aspect = 'state' "
    "AND valid_from <= '2024-05-11' AND (valid_to IS NULL OR valid_to > '2024-05-11') ORDER BY 1"
)


@pytest.mark.long
def test_files_and_frames_say_the_same_to_whoever_reads_them(log: EventLog, folder: Path, tmp_path: Path) -> None:
    import duckdb
    import polars as pl

    found = status(log, "us-niger", Cut(known_by=DAY))
    things = [state for things in found.things.values() for state in things.values() if state.state is not None]
    expected = sorted((state.subject, str(state.state)) for state in things)
    frames = tables(log, "us-niger")
    # DuckDB finds the frame by its name.
    states = frames["states"]
    assert duckdb.execute(HELD).fetchall() == expected
    assert pl.SQLContext(states=pl.DataFrame(states)).execute(HELD).collect().rows() == expected
    files = f"read_parquet('{folder}/states/*/*.parquet')"
    assert duckdb.execute(HELD.replace("FROM states", f"FROM {files}")).fetchall() == expected
    lazily = pl.scan_parquet(f"{folder}/states/**/*.parquet")
    assert pl.SQLContext(states=lazily).execute(HELD).collect().rows() == expected
    file = tmp_path / "log.db"
    export_sqlite(log, file, ["us-niger"])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(HELD).fetchall() == expected
    for name, frame in frames.items():
        whole = pa.table(frame)
        assert whole.column_names == list(frame.columns) == list(TABLES[name].names)
        assert whole.num_rows == len(frame) == len(list(frame.rows()))


@pytest.mark.long
def test_pandas_reads_frames_and_files(log: EventLog, folder: Path) -> None:
    pd: Any = pytest.importorskip("pandas")  # it ships no types

    frame = pd.DataFrame.from_arrow(tables(log, "us-niger")["entries"])
    assert list(frame.columns) == list(TABLES["entries"].names)
    assert len(frame) == log.negotiations()["us-niger"]
    assert len(pd.read_parquet(folder / "findings")) == table(folder, "findings").num_rows


def test_a_frame_outlives_its_log_and_shows_hostile_text_as_text(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "log.db") as made:
        made.record([party("USA", name=_HOSTILE)])
        frames = tables(made)
    assert repr(frames).startswith("<Tables: negotiations, parties")
    assert "<td>valid_to" not in frames._repr_html_()
    assert "valid_from, valid_to</td>" in frames._repr_html_()
    shown = frames["parties"]._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "\x1b" not in shown
    assert next(frames["parties"].rows())["name"] == _HOSTILE


def test_answers_show_hostile_text_as_text(tmp_path: Path) -> None:
    from projections import findings, why

    with EventLog.open(tmp_path / "log.db") as made:
        title = {"agreement": "a", "title": _HOSTILE, "by": ["USA"]}
        made.record([party("USA"), tell("AgreementSigned", "signed", "2024-05-01", **title)])
        shown = [
            status(made, "n")._repr_html_(),
            why(made, "n", "agreement:a")._repr_html_(),
            findings(made, "n")._repr_html_(),
        ]
    assert all("<table>" in page and "<script>" not in page and "\x1b" not in page for page in shown)
    assert "agreement:a" in shown[0]


def test_a_frame_without_pyarrow_says_what_to_install(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = tables(log)["parties"]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for ask in (frame.__arrow_c_schema__, frame.__arrow_c_stream__):
        with pytest.raises(ImportError, match=r"pip install 'communique\[tables\]'"):
            ask()
    assert list(frame.rows())


def test_what_comes_next_is_told_first(tmp_path: Path) -> None:
    dues = {"open-end": "2024-07/..", "by-june": "../2024-06", "on-a-day": "2024-05-20", "in-a-month": "2024-05"}
    promise = {"party": "USA", "terms": "t", "published": "2024-01-05"}
    file = tmp_path / "tables.db"
    with EventLog.open(tmp_path / "log.db") as made:
        made.record([party("USA")])
        made.record(
            [
                tell("CommitmentUndertaken", name, "2024-01-05", **promise, commitment=name, due=due)
                for name, due in dues.items()
            ]
        )
        export_sqlite(made, file)
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            QUESTIONS["coming_deadlines"][1], {"negotiation": "n", "day": "2024-02-01"}
        ).fetchall()
    order = ["on-a-day", "in-a-month", "by-june", "open-end"]
    assert [row[0] for row in rows] == [f"commitment:{name}" for name in order]


def test_a_question_takes_any_period_and_says_what_it_cannot_take(tmp_path: Path) -> None:
    file = tmp_path / "tables.db"
    with EventLog.open(tmp_path / "log.db") as made:
        made.record(
            [
                party("USA"),
                tell("ProposalTabled", "tabled", "2024-01-31", proposal="p", party="USA", published="2024-01-31"),
                tell("ProposalRefused", "refused", "2024-05-02", proposal="p", party="USA", published="2024-05-02"),
            ]
        )
        export_sqlite(made, file)
    with closing(sqlite3.connect(file)) as connection:

        def ask(day: str, negotiation: str = "n") -> list[str]:
            asked = {"negotiation": negotiation, "day": day}
            return [row[2] for row in connection.execute(QUESTIONS["as_of"][1], asked)]

        assert [ask(day) for day in ("2023", "2024-01-30")] == [[], []]
        assert {tuple(ask(day)) for day in ("2024-01", "2024-01-31", "2024-02", "2024-05-01")} == {("tabled",)}
        assert {tuple(ask(day)) for day in ("2024-05", "2024", "2024-05-02", "2025", "")} == {("refused",)}
        for day in ("May 2024", "2024-5-1", "2024-02-31", "2024-13", "12", "now"):
            with pytest.raises(sqlite3.OperationalError, match="write one as 2024-05-11"):
                ask(day)
        with pytest.raises(sqlite3.OperationalError, match="write the id of one"):
            ask("2024-05-11", "m")
        assert ask("", "") == []


def test_sqlite_has_keys_that_lead_somewhere_and_texts_that_are_found(log: EventLog, tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    counts = export_sqlite(log, file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        leads = {row[2] for row in connection.execute("PRAGMA foreign_key_list(evidence)")}
        assert leads == {"negotiations", "entries"}
        where = "rowid IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'agadez')"
        sql = f"SELECT content FROM entries WHERE {where}"  # noqa: S608 - of the text above
        assert all("agadez" in text.casefold() for (text,) in connection.execute(sql))
        assert connection.execute(sql).fetchall()
        rows = {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in TABLES}  # noqa: S608
        assert rows == counts
        for name, (_, question) in QUESTIONS.items():
            asked = {"negotiation": "us-niger", "day": "2024-06-01"}
            assert connection.execute(question, asked).fetchall(), name


def test_metadata_name_the_database_as_its_file() -> None:
    from pathlib import Path as Place

    told = yaml.safe_load(metadata(Place("here/us-niger.db")))
    (database,) = told["databases"].items()
    assert database[0] == "us-niger"
    assert set(database[1]["queries"]) == set(QUESTIONS)
    assert set(database[1]["tables"]) == set(TABLES)
    for name in ("my log.db", "a.b.db", "ä.db", ".db"):
        with pytest.raises(LogError, match="letters"):
            require_name(Place(name))


def test_a_folder_that_holds_something_is_left_alone(log: EventLog, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(LogError, match="another folder"):
        export(log, tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.txt"]


@pytest.mark.long
def test_what_fails_leaves_nothing(log: EventLog, tmp_path: Path) -> None:
    with pytest.raises(NameUnknownError, match="us-niger"):
        export(log, tmp_path / "out", ["us-nigr"])

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(log, tmp_path / "out", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_tables_of_what_is_judged_hold_three_axes(folder: Path) -> None:
    for name in JUDGED:
        assert set(table(folder, name)["axis"].to_pylist()) <= {"known", "happened", "recorded"}
    assert set(table(folder, "states")["axis"].to_pylist()) == {"known", "happened", "recorded"}
