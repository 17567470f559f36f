"""Nothing that is there is replaced or waited for by what is entered, and what does not go together is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tracker.documents.bounded import Worker
from tracker.errors import LogError
from tracker.log import EventLog
from tracker.scripts.tables.rejects import Rejects
from tracker.scripts.tables.rows import RawRow, Shape
from tui.adding import Adding

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke

MAP: Final = """\
negotiation = "{N}"
source = "gazette"

[[register]]
event = "PartyAdded"
party = "NOR"

[[entry]]
event = "StatementMade"
id = "s{No}"
occurred = { from = "When", date = "ymd" }
party = "NOR"
text = "{What}"
"""
WRONG: Final = "No,When,What,N\n1,2021-05-03,We agree,lake\n2,bad,We do not,lake\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("map.toml").write_text(MAP, "utf-8")
    Path("rows.csv").write_text(WRONG, "utf-8")


def importing(invoke: Invoke, *words: str) -> tuple[int, str]:
    done = invoke("--log", "n.db", "import", "table", "rows.csv", "--map", "map.toml", *words)
    return done.exit_code, done.stderr


def test_rejected_rows_replace_rejected_rows_only(invoke: Invoke) -> None:
    assert invoke("--log", "other.db", "add", "NegotiationOpened", "-n", "lake", "title=Lake").exit_code == 0
    os.mkfifo("pipe")
    Path("link").symlink_to("nowhere")
    kept = {name: Path(name).read_bytes() for name in ("map.toml", "other.db")}
    for name in (*kept, "pipe", "link", "other.db-wal", ""):
        code, told = importing(invoke, "--rejects", name)
        assert (code, told.count("\n")) == (2, 1), told
    assert {name: Path(name).read_bytes() for name in kept} == kept
    assert Path("pipe").is_fifo()
    assert not Path("n.db").exists()
    Path("bad.csv").touch()
    for _ in range(2):
        assert importing(invoke, "--rejects", "bad.csv")[0] == 1
    assert "s2" not in Path("bad.csv").read_text("utf-8")
    assert "2,bad,We do not" in Path("bad.csv").read_text("utf-8")


@pytest.mark.parametrize("place", ["sea", ""])
def test_a_rejected_row_is_not_taken_for_one_that_moved(place: str, invoke: Invoke) -> None:
    Path("rows.csv").write_text("No,When,What,N\n1,2021-05-03,We agree,lake\n", "utf-8")
    importing(invoke, "--published", "2021-06-01")
    Path("rows.csv").write_text(f"No,When,What,N\n1,bad,We agree,{place}\n", "utf-8")
    assert importing(invoke, "--update", "--published", "2021-07-01")[0] == 1
    log = invoke("--log", "n.db", "log", "lake", "--jsonl").stdout
    assert "EntryRetracted" not in log


def test_a_version_without_rows_is_told_with_what_it_retracts(invoke: Invoke) -> None:
    importing(invoke, "--published", "2021-06-01")
    Path("rows.csv").write_text("No,When,What,N\n", "utf-8")
    done = invoke(
        "--log", "n.db", "import", "table", "rows.csv", "--map", "map.toml", "--update", "--published", "2021-07-01"
    )
    assert done.stdout.splitlines()[:2] == [
        "0 rows: used 0, filtered 0, rejected 0",
        "corrected 0, retracted 1, restored 0",
    ]


def test_no_pipe_is_waited_for(invoke: Invoke) -> None:
    os.mkfifo("pipe")
    assert "pipe is no file" in invoke("import", "table", "rows.csv", "--map", "pipe").stderr
    Path("map.toml").write_text(MAP + '[lookup.a]\nfile = "pipe"\nkey = "k"\nvalue = "v"\n', "utf-8")
    assert "pipe is no file" in importing(invoke)[1]
    Path("page.html").write_text("<title>Talks</title>", "utf-8")
    for name in ("n.db", "m.db"):
        EventLog.open(name).close()
    kept = Path(
        invoke("--log", "n.db", "source", "add", "page.html", "-n", "lake", "--keep", "k", "--json").stdout and "k"
    )
    (copy,) = kept.iterdir()
    copy.unlink()
    os.mkfifo(copy)
    told = invoke("--log", "m.db", "source", "add", "page.html", "-n", "lake", "--keep", "k").stderr
    assert "is there, and no file; move it away" in told


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        (MAP + f"a = {'[' * 3000}{']' * 3000}\n", (), "map.toml: is nested too deeply"),
        (MAP, ("--encoding", "undefined"), "rows.csv: cannot be read as undefined"),
        (
            MAP.replace('text = "{What}"', 'text = { from = "What", number = true }'),
            (),
            "has more than 1,000 characters",
        ),
    ],
)
def test_what_no_table_has_is_one_line(text: str, words: tuple[str, ...], told: str, invoke: Invoke) -> None:
    Path("map.toml").write_text(text, "utf-8")
    Path("rows.csv").write_text(f"No,When,What,N\n1,2021-05-03,{'9' * 5000},lake\n", "utf-8")
    code, errors = importing(invoke, *words)
    assert (code, told in errors) == (1, True), errors


@pytest.mark.parametrize("when", ["Fri Dec 31 9999 23:59:59 GMT-1400", "Mon Jan 01 0001 00:00:00 GMT+1400"])
def test_a_capture_at_the_ends_of_the_calendar_is_no_capture(when: str, invoke: Invoke) -> None:
    head = f"<html><!--\n Page saved with SingleFile\n url: https://example.org/a\n saved date: {when}\n-->"
    Path("page.html").write_text(f"{head}<title>Talks</title></html>", "utf-8")
    EventLog.open("n.db").close()
    done = invoke("--log", "n.db", "source", "add", "page.html", "-n", "lake", "--json")
    assert done.exit_code == 0, done.stderr
    (source,) = json.loads(done.stdout)["sources"]
    assert source["entry"]["captured_at"][:4] not in {"9999", "0001"}


def test_a_review_decides_one_way_and_about_what_is_there(invoke: Invoke) -> None:
    claim = {"event": "NegotiationOpened", "negotiation": "lake", "title": "Lake"}
    assert invoke("--log", "n.db", "draft", "-", stdin=json.dumps(claim)).exit_code == 0
    for words, told in (
        (("--all", "--accept", "--reject", "--reason", "x"), "do not go together"),
        (("--all", "nowhere", "--accept"), "no negotiation 'nowhere'"),
        (("9" * 20, "--accept"), "there is no draft 999"),
    ):
        done = invoke("--log", "n.db", "review", *words)
        assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    assert [draft["state"] for draft in json.loads(invoke("--log", "n.db", "drafts", "--json").stdout)["drafts"]] == [
        "pending"
    ]


def test_an_id_that_another_takes_meanwhile_is_not_insisted_on(invoke: Invoke) -> None:
    for name in ("one", "two", "three"):
        head = f'<title>{name}</title><meta property="og:site_name" content="Post">'
        Path(f"{name}.html").write_text(head, "utf-8")
        os.utime(f"{name}.html", (1_700_000_000, 1_700_000_000))
    with EventLog.open("n.db") as log, Worker() as worker:
        items = Adding("lake", {}, None, dry_run=False).add(log, worker, (Path("one.html"), Path("three.html")))
        first = next(items)
        assert invoke("--log", "n.db", "source", "add", "two.html", "-n", "lake").exit_code == 0
        (last,) = items
    assert [first.source, last.source, last.error] == ["post-2023-11-14", "post-2023-11-14-3", None]


def test_rejected_rows_that_cannot_be_written_are_told_by_their_file(tmp_path: Path) -> None:
    shape = Shape("csv", "utf-8", ",", ["No"])
    with (
        Rejects(tmp_path / "gone" / "bad.csv") as rejects,
        pytest.raises(LogError, match=r"bad\.csv: No such file.*nothing was recorded"),
    ):
        rejects.add(shape, RawRow(1, 2, ["1"]), "rows.csv", [])


@pytest.mark.long
def test_what_cannot_be_printed_is_no_fault_of_the_log(tmp_path: Path) -> None:
    Path("page.html").write_text("<title>Talks</title>", "utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    EventLog.open(tmp_path / "n.db").close()
    words = ("--log", str(tmp_path / "n.db"), "source", "add", "page.html", "-n", "lake", "--dry-run")
    done = subprocess.run([sys.executable, "-m", "tui", *words], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
