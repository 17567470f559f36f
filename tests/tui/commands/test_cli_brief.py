"""`communique brief`: where it goes, what it takes, and what a wrong word gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from projections.claims.cut import Cut
from projections.exports.brief import brief, page, report
from tracker import EventLog
from tui.environment import today
from tui.kept import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Ask, Invoke


def test_markdown_goes_to_standard_output(invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "brief", "us-niger", "--known-by", "2024-05-11")
    with EventLog.open(bundled, read_only=True) as log:
        expected = brief(log, "us-niger", Cut(known_by="2024-05-11"), today=today())
    assert (done.exit_code, done.stderr, done.stdout) == (0, "", report(expected))
    assert "**As of:** what was public by 2024-05-11." in done.stdout


def test_a_page_goes_to_a_file_and_is_the_same_on_standard_output(
    invoke: Invoke, bundled: Path, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    done = invoke("--log", bundled, "brief", "us-niger", "--html", "--output", file)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"wrote {file}\n")
    with EventLog.open(bundled, read_only=True) as log:
        expected = page(brief(log, "us-niger", today=today()))
    assert file.read_text("utf-8") == expected
    assert invoke("--log", bundled, "brief", "us-niger", "--html").stdout == expected


@pytest.mark.long
def test_a_page_can_play_and_a_report_cannot(invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "brief", "us-niger", "--html", "--play")
    assert (done.exit_code, done.stderr) == (0, "")
    assert 'id="play-at"' in done.stdout
    done = invoke("--log", bundled, "brief", "us-niger", "--play")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "give --html too" in done.stderr


@pytest.mark.long
def test_a_page_that_plays_takes_the_place_of_an_earlier_one(invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    arguments = ("--log", bundled, "brief", "us-niger", "--html", "--play", "--output", tmp_path / "niger.html")
    assert invoke(*arguments).exit_code == 0
    before = (tmp_path / "niger.html").read_bytes()
    again = invoke(*arguments)
    assert (again.exit_code, (tmp_path / "niger.html").read_bytes()) == (0, before)


def test_changes_are_told_since_a_cut(invoke: Invoke, bundled: Path) -> None:
    words = ["brief", "us-niger", "--known-by", "2024-05-11", "--since", "known:2024-05-01"]
    shown = invoke("--log", bundled, *words).stdout
    assert "## Changes since what was public by 2024-05-01" in shown
    assert "- **all-forces**, state: agreed → **ordered**" in shown
    assert "<h2>Changes since what was public by 2024-05-01</h2>" in invoke("--log", bundled, *words, "--html").stdout
    assert "Changes since" not in invoke("--log", bundled, *words[:4]).stdout


def test_the_document_holds_what_the_report_tells(ask: Ask) -> None:
    document = ask("brief", "us-niger", "--known-by", "2024-05-11")
    assert document["as_of"] == "what was public by 2024-05-11"
    assert document["standing"][0]["heading"] == "Agreements"
    assert document["since"] is None
    assert document["sources"][0]["number"] == 1


def test_a_source_can_be_left_out_of_account(invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "brief", "us-niger", "--without", "politico-2024-05-10")
    assert "**Left out of account:** politico-2024-05-10, with what only repeats it." in done.stdout
    assert "Just The News" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["brief"], 2, "error: Missing argument 'NEGOTIATION'"),
        (["brief", "us-nigr"], 2, "did you mean 'us-niger'?"),
        (["brief", "us-niger", "--since", "yesterday"], 2, "error: 'yesterday' is no cut"),
        (["brief", "us-niger", "--known-by", "2024-13"], 2, "error: --known-by: 2024-13 is no month"),
        (["brief", "us-niger", "--without", "nobody"], 2, "error: there is no source 'nobody'"),
        (["brief", "us-niger", "--html", "--json"], 2, "error: --json goes to standard output"),
        (["brief", "us-niger", "--output", "own.db"], 2, "error: --output: own.db is the log itself"),
        (["brief", "us-niger", "--output", "."], 2, "error: Invalid value for '--output'"),
        (["brief", "us-niger", "--output", "nowhere/x.md"], 3, "error: nowhere/x.md: No such file or directory"),
    ],
)
def test_a_wrong_word_gets_one_line(arguments: list[str], code: int, said: str, invoke: Invoke, own: Path) -> None:
    before = own.read_bytes()
    done = invoke("--log", own.name, *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert own.read_bytes() == before


def test_hostile_text_reaches_neither_a_terminal_nor_a_reader_of_markup(invoke: Invoke) -> None:
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\u202e\x9b<script>alert(1)</script>"
    lines: list[dict[str, Any]] = [
        {"event": "NegotiationOpened", "title": evil},
        {"event": "PartyAdded", "party": "USA", "name": evil},
        {"event": "SourceRegistered", "source": "s", "publisher": evil, "url": "javascript:x", "published": "2024"},
        {
            "event": "DemandMade",
            "proposal": "p",
            "party": "USA",
            "to": "USA",
            "terms": evil,
            "evidence": [{"source": "s"}],
        },
    ]
    text = "\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines)
    assert invoke("record", "-", stdin=text).exit_code == 0
    for style in ([], ["--html"], ["--json"]):
        shown = invoke("brief", "talks", *style).stdout
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
        assert "<script>" not in shown or style == ["--json"]
        assert 'href="javascript' not in shown


@pytest.mark.long
def test_a_reader_that_goes_away_is_no_error(own: Path, environment: Callable[..., dict[str, str]]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "--log", str(own), "brief", "us-niger", "--html"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(200) == 0
        assert process.stderr.read() == b""


def test_a_file_is_written_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    file, link = tmp_path / "brief.md", tmp_path / "link.md"
    write_whole(file, "old\n")
    file.chmod(0o640)
    link.symlink_to(file)
    write_whole(link, "new é\r\n")
    assert file.read_bytes() == "new é\r\n".encode()
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief.md", "link.md"]


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "brief.md"
    write_whole(file, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "new \udc80")
    assert file.read_text("utf-8") == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["brief.md"]


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        write_whole(pipe, "through\n")
        assert reader.communicate()[0] == b"through\n"
    assert pipe.is_fifo()


def test_a_day_tells_what_changed_and_what_happened_since_and_a_number_the_last_lines(
    ask: Ask, invoke: Invoke, bundled: Path
) -> None:
    whole = ask("brief", "us-niger")
    late = ask("brief", "us-niger", "--since", "2024-08-15")
    assert late["since"]["cut"] == "what was public by 2024-08-15"
    # Of a month, all of it is since then, in the changes as in the chronology.
    assert ask("brief", "us-niger", "--since", "2024-08")["since"]["cut"] == "what was public by 2024-07-31"
    assert 0 < len(late["chronology"]) < len(whole["chronology"])
    assert late["left_out"] == len(whole["chronology"]) - len(late["chronology"])
    assert len(ask("brief", "us-niger", "--last", "4")["chronology"]) == 4
    assert ask("brief", "us-niger", "--since", "#40")["left_out"] == 0
    wrong = invoke("--log", bundled, "brief", "us-niger", "--since", "2024-13")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "--since: 2024-13 is no month" in wrong.stderr
