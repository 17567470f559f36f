"""`communique export` and `communique verify --bundle`: a negotiation handed on, and the log held against it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tracker.seeds import seed_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


@pytest.fixture
def bundle(invoke: Invoke, tmp_path: Path) -> Path:
    invoke("record", seed_path("us-niger"))
    path = tmp_path / "us-niger.bundle"
    assert invoke("export", "bundle", "us-niger", "--output", path).exit_code == 0
    return path


def test_a_log_that_grew_still_holds_the_bundle(invoke: Invoke, bundle: Path) -> None:
    invoke("add", "StatementMade", "-n", "us-niger", "party=NER", "text=later")
    checked = invoke("verify", "--bundle", bundle, "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["ok"]) == (0, True)


def test_a_log_that_was_cut_does_not_hold_the_bundle(invoke: Invoke, bundle: Path, log_path: Path) -> None:
    with closing(sqlite3.connect(log_path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        last = connection.execute("SELECT MAX(rowid) FROM stored_events").fetchone()[0]
        connection.execute("DELETE FROM stored_events WHERE rowid = ?", (last,))
        connection.commit()
    checked = invoke("verify", "--bundle", bundle, "--json")
    found = json.loads(checked.stdout)
    assert (checked.exit_code, found["ok"]) == (1, False)
    assert found["negotiations"]["us-niger"]["broken_at"] == last - 1


def test_a_broken_bundle_is_told_with_its_line(invoke: Invoke, bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes().replace(b"NER", b"NGA", 1))
    checked = invoke("verify", "--bundle", bundle)
    assert checked.exit_code == 1
    assert f"{bundle}:" in checked.stderr


def test_a_script_gives_the_same_negotiation_elsewhere(invoke: Invoke, bundle: Path, tmp_path: Path) -> None:
    script = tmp_path / "again.jsonl"
    script.write_text(invoke("export", "script", "us-niger").stdout, "utf-8")
    again = json.loads(invoke("record", script, "--json").stdout)
    assert (again["recorded"], again["rejected"]) == (0, 0)
    other = json.loads(invoke("--log", tmp_path / "other.db", "record", script, "--json").stdout)
    assert other["recorded"] == again["already"]


def test_a_file_that_is_there_is_not_written_over(invoke: Invoke, bundle: Path) -> None:
    before = bundle.read_bytes()
    again = invoke("export", "bundle", "us-niger", "--output", bundle)
    assert (again.exit_code, bundle.read_bytes()) == (2, before)
