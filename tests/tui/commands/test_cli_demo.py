"""`communique demo` without a terminal: the bundled history in a log of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tui import environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


def test_the_demonstration_shows_where_things_stand(invoke: Invoke) -> None:
    first = invoke("demo")
    assert first.exit_code == 0
    assert first.stdout.startswith("United States and Niger")
    log = environment.data_folder() / "demo" / "us-niger.db"
    assert first.stderr == f"the log of this demonstration is {log}\n"
    assert invoke("demo").stdout == first.stdout
    assert json.loads(invoke("--log", log, "verify", "--json").stdout)["entries"] == 163


def test_the_demonstration_takes_no_log_of_the_person(invoke: Invoke, tmp_path: Path, monkeypatch: object) -> None:
    assert invoke("demo", "--dir", tmp_path / "deep" / "down", "--json").exit_code == 0
    assert (tmp_path / "deep" / "down" / "us-niger.db").exists()
    assert not (tmp_path / "negotiations.db").exists()


def test_what_a_person_added_stays(invoke: Invoke, tmp_path: Path) -> None:
    invoke("demo", "--dir", tmp_path)
    log = tmp_path / "us-niger.db"
    assert invoke("--log", log, "add", "PartyAdded", "-n", "us-niger", "party=FRA").exit_code == 0
    assert "164 entries" in invoke("demo", "--dir", tmp_path).stdout


def test_another_form_of_the_history_is_left_alone(invoke: Invoke, tmp_path: Path) -> None:
    log = tmp_path / "us-niger.db"
    invoke("--log", log, "add", "NegotiationOpened", "-n", "us-niger", "id=opened", "title=Mine")
    done = invoke("demo", "--dir", tmp_path)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "Mine")
    assert "which stays as it is" in done.stderr


def test_a_folder_that_cannot_be_made_is_storage(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = invoke("demo", "--dir", tmp_path / "file" / "folder")
    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
