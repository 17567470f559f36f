"""`export tables`, `export sqlite` and `fleet`: what they write, and what they refuse with which exit code."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


def test_tables_go_out_and_are_folded(invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = invoke("--log", bundled, "export", "tables", folder, "us-niger", "--partitions", "2", "--json")
    assert done.exit_code == 0
    summary = json.loads(done.stdout)
    assert summary == json.loads((folder / "export.json").read_text("utf-8"))
    assert list(summary["heads"]) == ["us-niger"]
    folded = invoke("fleet", "status", folder, "--known-by", "2024-05-11", "--json")
    assert folded.exit_code == 0
    found = json.loads(folded.stdout)
    assert (found["negotiations"], found["partitions"], found["engine"]) == (1, 1, "process")
    assert parquet.read_table(str(folder / "status"), partitioning=None).num_rows == found["states"]
    again = invoke("--log", bundled, "export", "tables", folder)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "another folder" in again.stderr


def test_sqlite_has_its_metadata_beside_and_nothing_is_written_over(
    invoke: Invoke, bundled: Path, tmp_path: Path
) -> None:
    file = tmp_path / "niger.db"
    done = invoke("--log", bundled, "export", "sqlite", file, "us-niger")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"to {file}, and {file}.metadata.yaml for Datasette" in " ".join(done.stderr.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["niger.db", "niger.db.metadata.yaml"]
    before = file.read_bytes()
    again = invoke("--log", bundled, "export", "sqlite", file)
    assert (again.exit_code, file.read_bytes()) == (2, before)
    odd = invoke("--log", bundled, "export", "sqlite", tmp_path / "my log.db")
    assert odd.exit_code == 2
    assert "letters, digits" in odd.stderr
    assert not (tmp_path / "my log.db").exists()
    nowhere = invoke("--log", bundled, "export", "sqlite", tmp_path / "none" / "x.db")
    assert (nowhere.exit_code, nowhere.stderr.count(".part")) == (3, 0)
    assert f"{tmp_path / 'none'} is no folder" in nowhere.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "tables"), "takes a DIR"),
        (("export", "sqlite", "x.db", "--output", "y.db"), "takes a FILE"),
        (("export", "tables", "x", "--known-by", "2024"), "take no cut"),
        (("export", "sqlite", "x.db", "--partitions", "2"), "--partitions goes with export tables"),
        (("export", "script", "us-niger", "--json"), "go with export tables"),
        (("export", "script"), "takes one NEGOTIATION"),
        (("export", "tables", "x", "us-nigr"), "us-nigr"),
        (("fleet", "status", "x", "--on", "spark"), "no engine"),
        (("fleet", "states", "x"), "is not one of status"),
        (("fleet", "status", "x", "--without", "s"), "sources belong to one"),
    ],
)
def test_what_does_not_go_together_is_refused(
    *,
    words: tuple[str, ...],
    said: str,
    invoke: Invoke,
    bundled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("--log", bundled, *words)
    assert (done.exit_code, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert said in done.stderr


def test_a_log_is_not_written_over(invoke: Invoke, bundled: Path) -> None:
    before = bundled.read_bytes()
    for form in ("tables", "sqlite"):
        assert invoke("--log", bundled, "export", form, bundled).exit_code == 2
    assert bundled.read_bytes() == before


@pytest.mark.long
def test_a_broken_chain_is_told_with_1_and_no_tables_with_3(invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert invoke("--log", bundled, "export", "tables", folder, "us-niger").exit_code == 0
    (file,) = folder.glob("entries/*/part-0.parquet")
    rows = parquet.ParquetFile(file).read()
    parquet.write_table(rows.slice(0, rows.num_rows - 1), file)
    broken = invoke("fleet", "status", folder)
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert "us-niger" in broken.stderr
    missing = invoke("fleet", "status", tmp_path / "none")
    assert missing.exit_code == 3
    assert "export tables" in missing.stderr


def test_without_the_extra_it_says_what_to_install(
    invoke: Invoke, bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = invoke("--log", bundled, "export", "tables", "x")
    assert (done.exit_code, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert "pip install 'communique[tables]'" in done.stderr
