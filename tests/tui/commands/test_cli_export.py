"""`communique export` and `communique verify --bundle`: a negotiation handed on, and the log held against it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.tui.histories import LAST, position
from tracker.scripts.reading import seed_path, seeds
from tui.commands.export import FORMATS

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


def test_a_bundle_is_taken_in_with_its_chain(invoke: Invoke, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    would = invoke("--log", other, "import", "bundle", bundle, "--dry-run")
    assert (would.exit_code, would.stdout) == (0, "would record 163, already there 0, rejected 0\n")
    assert not other.exists()
    done = invoke("--log", other, "import", "bundle", bundle, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (0, "")
    assert {**told, "head": None} == {
        "dry_run": False,
        "recorded": 163,
        "already": 0,
        "rejected": 0,
        "errors": [],
        "range": "#1..#163",
        "warnings": [],
        "head": None,
    }
    assert invoke("--log", other, "verify", "--bundle", bundle).exit_code == 0
    for words in (["log", "us-niger", "--jsonl"], ["status", "us-niger", "--json"]):
        assert invoke(*words, "--log", other).stdout == invoke(*words).stdout
    again = invoke("--log", other, "import", "bundle", bundle)
    assert (again.exit_code, again.stdout) == (0, "recorded 0, already there 163, rejected 0\n")


def test_a_bundle_that_does_not_fit_is_told_with_its_line(invoke: Invoke, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    script = f'{{"event":"PartyAdded","negotiation":"us-niger","party":"USA","name":"{"x" * 9}","role":"principal"}}'
    assert invoke("--log", other, "import", "script", "-", stdin=script).exit_code == 0
    done = invoke("--log", other, "import", "bundle", bundle, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["recorded"], told["rejected"]) == (1, 0, 1)
    (error,) = told["errors"]
    assert (error["file"], error["line"], error["field"]) == (str(bundle), 1, "")
    assert done.stderr.startswith(f"{bundle}:1: the log holds another entry as version 1 of us-niger; ")
    bundle.write_bytes(bundle.read_bytes().replace(b"NER", b"NGA", 1))
    done = invoke("--log", tmp_path / "third.db", "import", "bundle", bundle)
    assert (done.exit_code, done.stdout) == (1, "recorded 0, already there 0, rejected 1\n")
    assert not (tmp_path / "third.db").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("import bundle -", 2, "a bundle is read twice"),
        ("import bundle absent", 2, "there is no file absent"),
        ("import script absent.jsonl", 2, "there is no file absent.jsonl"),
        ("import icals x", 2, "is not one of bundle, script"),
        ("import bundel x", 2, "did you mean 'bundle'?"),
        ("import bundle .", 1, "cannot be read"),
        ("import", 2, "Missing argument 'FORMAT'. Choose from: bundle, script"),
    ],
)
def test_what_cannot_be_taken_in_is_told(words: str, code: int, said: str, invoke: Invoke, tmp_path: Path) -> None:
    done = invoke(*words.split())
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("name", seeds())
def test_a_csv_gives_the_same_entries_elsewhere(name: str, invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    script, other = tmp_path / "exported.csv", tmp_path / "other.db"
    done = invoke("--log", bundled, "export", "csv", name, "--output", script)
    assert (done.exit_code, done.stdout) == (0, "")
    assert invoke("--log", other, "record", script).exit_code == 0
    ours, theirs = (invoke("--log", log, "export", "script", name).stdout for log in (bundled, other))
    assert theirs == ours


@pytest.mark.parametrize("option", [("--known-by", "2024"), ("--recorded-by", "#3"), ("--without", "x")])
def test_a_whole_chain_takes_no_cut(option: tuple[str, str], invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    path = tmp_path / "out"
    done = invoke("--log", bundled, "export", "bundle", "us-niger", *option, "--output", path)
    assert (done.exit_code, done.stdout, path.exists()) == (2, "", False)
    assert "a bundle holds a whole chain" in done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    "option",
    [
        ("--known-by", "2024-04"),
        ("--recorded-by", f"#{position('us-niger', 41)}"),
        ("--without", "politico-2024-05-10"),
    ],
)
def test_a_cut_leaves_out_what_the_list_of_entries_leaves_out(
    option: tuple[str, str], invoke: Invoke, bundled: Path
) -> None:
    listed = [
        json.loads(line)["id"]
        for line in invoke("--log", bundled, "log", "us-niger", *option, "--jsonl").stdout.splitlines()
    ]
    assert 0 < len(listed) < 163
    script = invoke("--log", bundled, "export", "script", "us-niger", *option).stdout.splitlines()
    assert [json.loads(line)["id"] for line in script] == listed
    events = invoke("--log", bundled, "export", "cloudevents", "us-niger", *option).stdout.splitlines()
    assert [json.loads(line)["data"]["id"] for line in events] == listed
    rows = csv.DictReader(io.StringIO(invoke("--log", bundled, "export", "csv", "us-niger", *option).stdout))
    assert [row["id"] for row in rows] == listed


@pytest.mark.parametrize(("other", "name"), [("ics", "ical"), ("icalendar", "ical"), ("jsonl", "script")])
def test_a_format_may_be_called_by_its_other_name(other: str, name: str, invoke: Invoke, bundled: Path) -> None:
    assert invoke("--log", bundled, "export", other, "us-niger").stdout == (
        invoke("--log", bundled, "export", name, "us-niger", "--output", "-").stdout
    )


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_says_what_is_not_there_and_leaves_no_file(
    format_name: str, invoke: Invoke, bundled: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    done = invoke("--log", bundled, "export", format_name, "us-nigr", "--output", path)
    assert (done.exit_code, done.stdout, path.exists()) == (2, "", False)
    assert "did you mean 'us-niger'?" in done.stderr


@pytest.mark.long
@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_gives_the_same_bytes_each_time(
    format_name: str, invoke: Invoke, bundled: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        done = invoke("--log", bundled, "export", format_name, "us-niger", "--output", path)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr.splitlines()[-1].startswith("wrote ")
    one, two = (path.read_bytes() for path in paths)
    assert one == two
    assert one == invoke("--log", bundled, "export", format_name, "us-niger").stdout_bytes


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_file_that_cannot_be_written_to_its_end_is_not_left_behind(
    format_name: str, invoke: Invoke, own: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(own)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE stored_events SET state = 'x' WHERE rowid = ?", (LAST,))
        connection.commit()
    path = tmp_path / "out"
    done = invoke("--log", own, "export", format_name, "us-niger", "--output", path)
    if format_name != "bundle":
        assert (done.exit_code, path.exists()) == (3, False)


@pytest.mark.parametrize(
    ("format_name", "package", "extra"), [("ical", "icalendar", "calendar"), ("parquet", "pyarrow", "parquet")]
)
def test_without_the_extra_it_says_what_to_install(
    *,
    format_name: str,
    package: str,
    extra: str,
    invoke: Invoke,
    bundled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    path = tmp_path / "out"
    done = invoke("--log", bundled, "export", format_name, "us-niger", "--output", path)
    assert (done.exit_code, done.stdout, path.exists()) == (2, "", False)
    assert f"{format_name} needs the extra `{extra}`, which is not installed" in done.stderr
    assert f"pip install 'communique[{extra}]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_judged_is_judged_at_the_cut(invoke: Invoke, bundled: Path) -> None:
    told = invoke("--log", bundled, "export", "ical", "us-niger").stdout
    assert "DTSTART;VALUE=DATE:20240915" in told
    assert "20240915" not in invoke("--log", bundled, "export", "ical", "us-niger", "--known-by", "2024-05-11").stdout
    assert "20240425" not in invoke("--log", bundled, "export", "ical", "us-niger", "--happened-by", "2024-03").stdout
    by_may = json.loads(invoke("--log", bundled, "export", "timelinejs", "us-niger", "--known-by", "2024-05").stdout)
    assert "deadline-set" in {event["unique_id"] for event in by_may["events"]}
    assert "completed-on-15" not in {event["unique_id"] for event in by_may["events"]}
    wrong = invoke("--log", bundled, "export", "ical", "us-niger", "--without", "polítco")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "there is no source" in wrong.stderr


def test_a_bundle_is_no_script(invoke: Invoke, bundle: Path, tmp_path: Path) -> None:
    for words in (("import", "script"), ("record", "--format", "jsonl"), ("record", "--format", "yaml")):
        done = invoke("--log", tmp_path / "other.db", *words, bundle)
        assert done.exit_code == 1
        assert done.stderr == f"{bundle}:1: this is a bundle; `communique import bundle` takes it in\n"
