"""`draft`, `drafts` and `review`: what they answer, in JSON and in words, and what they refuse."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import shlex
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tracker import EventLog
from tracker.scripts.reading import seed_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Invoke

CLAIM = {"event": "StatementMade", "negotiation": "us-niger", "party": "NER"}


@pytest.fixture
def captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """Return the folder of captures, which the environment names, and the digest of a page in it."""
    page = b"<html><body><p>We shall with&shy;draw by\n September.</p></body></html>"
    digest = hashlib.sha256(page).hexdigest()
    folder = tmp_path / "captures"
    folder.mkdir()
    (folder / f"{digest}.html").write_bytes(page)
    monkeypatch.setenv("COMMUNIQUE_CAPTURES", str(folder))
    return folder, digest


def script(*entries: dict[str, Any]) -> str:
    return "".join(json.dumps({**CLAIM, **entry}) + "\n" for entry in entries)


def document(invoke: Invoke, own: Path, *words: object, stdin: str | None = None, code: int = 0) -> dict[str, Any]:
    done = invoke("--log", own, *words, "--json", stdin=stdin)
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def quoting(invoke: Invoke, own: Path, digest: str) -> None:
    """Draft a source and three claims: with a true quote, an invented one, and one of another source."""
    source = {"event": "SourceRegistered", "negotiation": "us-niger", "source": "page", "sha256": digest}
    claims = [
        ("page", "WE SHALL WITHDRAW by September"),
        ("page", "We shall stay"),
        ("politico-2024-05-10", "Who knows"),
    ]
    texts = script(*({"text": quote, "evidence": [{"source": name, "quote": quote}]} for name, quote in claims))
    found = document(invoke, own, "draft", "-", "--by", "bot", stdin=json.dumps(source) + "\n" + texts)
    assert (found["drafted"], found["drafts"]) == (4, [1, 2, 3, 4])


def test_what_is_drafted_is_told_line_by_line(invoke: Invoke, own: Path) -> None:
    before = own.read_bytes()
    text = script({"text": "One"}, {"text": "One", "id": "another"}, {"party": "XXX"}, {"words": "One"})
    found = document(invoke, own, "draft", "-", stdin=text, code=1)
    errors = found.pop("errors")
    assert found == {"drafted": 1, "already": 1, "rejected_before": 0, "invalid": 2, "drafts": [1, 1, None, None]}
    assert [(error["file"], error["line"], error["field"]) for error in errors] == [
        ("<stdin>", 3, "party"),
        ("<stdin>", 4, "words"),
    ]
    assert own.read_bytes() == before


def test_drafts_have_their_quotes_looked_for(invoke: Invoke, own: Path, captures: tuple[Path, str]) -> None:
    quoting(invoke, own, captures[1])
    found = document(invoke, own, "drafts", "us-niger", "--drafted-by", "bot")["drafts"]
    assert list(found[0]) == [
        *("draft", "negotiation", "state", "entry", "drafted_by", "drafted_at", "decided_by", "decided_at"),
        *("reason", "recorded", "quotes"),
    ]
    assert [quote["found"] for draft in found for quote in draft["quotes"]] == [True, False, None]
    assert found[2]["quotes"] == [{"item": 0, "source": "page", "quote": "We shall stay", "found": False}]
    assert "NOT FOUND" in invoke("--log", own, "drafts", "--source", "page").stdout
    assert document(invoke, own, "drafts", "--source", "politico-2024-05-10")["drafts"][0]["draft"] == 4
    assert document(invoke, own, "drafts", "us-niger", "--state", "accepted") == {"drafts": []}


def test_drafts_call_parties_as_the_log_does_or_as_drafts_would(invoke: Invoke, own: Path) -> None:
    party = {"event": "PartyAdded", "negotiation": "us-niger", "party": "TCD", "name": "Chad"}
    texts = script({"party": "USA", "text": "One"}, {"party": "TCD", "text": "Two"})
    invoke("--log", own, "draft", "-", stdin=json.dumps(party) + "\n" + texts)
    shown = invoke("--log", own, "drafts", "--plain").stdout
    assert "United States of America states: One" in shown
    assert "Chad states: Two" in shown


def test_an_invented_quote_is_never_accepted_together_with_others(
    invoke: Invoke, own: Path, captures: tuple[Path, str]
) -> None:
    quoting(invoke, own, captures[1])
    for words in (("1", "2", "3", "4"), ("--all",)):
        found = document(invoke, own, "review", *words, "--accept", "--by", "ann", code=1)
        assert [left["draft"] for left in found["left"] if "captured text of page" in left["why"]] == [3]
    assert [found["draft"] for found in document(invoke, own, "drafts")["drafts"]] == [3]
    alone = document(invoke, own, "review", "3", "--accept", "--by", "ann")
    assert (alone["accepted"], alone["left"]) == (1, [])
    (last,) = map(json.loads, invoke("--log", own, "log", "-n", "1", "--jsonl").stdout.splitlines())
    assert (last["recorded_by"], last["drafted_by"], last["text"]) == ("ann", "bot", "We shall stay")
    assert alone["head"] == {"us-niger": last["digest"]}
    assert "by ann, drafted by bot" in invoke("--log", own, "show", "us-niger", last["id"]).stdout


def test_a_captures_folder_may_be_named(invoke: Invoke, own: Path, captures: tuple[Path, str], tmp_path: Path) -> None:
    quoting(invoke, own, captures[1])
    empty = tmp_path / "empty"
    empty.mkdir()
    found = document(invoke, own, "drafts", "--captures", empty)["drafts"]
    assert {quote["found"] for draft in found for quote in draft["quotes"]} == {None}
    done = document(invoke, own, "review", "--all", "us-niger", "--accept", "--captures", empty)
    assert (done["accepted"], done["recorded"], done["left"]) == (4, 4, [])


def test_what_was_rejected_stays_rejected_with_its_reason(invoke: Invoke, own: Path) -> None:
    text = script({"text": "One"}, {"text": "Two"})
    document(invoke, own, "draft", "-", stdin=text)
    found = document(invoke, own, "review", "1", "2", "--reject", "--reason", "Old.", "--by", "ann")
    assert found == {"accepted": 0, "rejected": 2, "left": [], "recorded": 0, "head": {}}
    again = document(invoke, own, "draft", "-", stdin=text)
    assert (again["drafted"], again["rejected_before"], again["drafts"]) == (0, 2, [1, 2])
    (one, _) = document(invoke, own, "drafts", "--state", "rejected")["drafts"]
    assert (one["reason"], one["decided_by"], one["recorded"]) == ("Old.", "ann", None)
    left = document(invoke, own, "review", "1", "--accept", code=1)["left"]
    assert left[0]["why"].startswith("rejected by ann")


def test_what_is_set_is_recorded(invoke: Invoke, own: Path) -> None:
    document(invoke, own, "draft", "-", stdin=script({"text": "One", "evidence": "politico-2024-05-10"}))
    words = ["--set", "evidence.0.credibility=2", "--set", "occurred=2024-05-10"]
    assert document(invoke, own, "review", "1", "--accept", *words)["recorded"] == 1
    (last,) = map(json.loads, invoke("--log", own, "log", "-n", "1", "--jsonl").stdout.splitlines())
    assert (last["evidence"][0]["credibility"], last["occurred"]) == (2, "2024-05-10")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["review"], "asks on a terminal"),
        (["review", "--accept"], "say which drafts"),
        (["review", "1", "--reject"], "say why with --reason"),
        (["review", "one", "--accept"], "is no draft's number"),
        (["review", "9", "--accept"], "there is no draft 9"),
        (["review", "1", "--reject", "--reason", "a", "--set", "a=b"], "--set belongs to --accept"),
        (["drafts", "us-nigr"], "did you mean 'us-niger'"),
        (["draft", "nothing.jsonl"], "there is no file"),
    ],
)
def test_what_does_not_go_together_is_refused(invoke: Invoke, own: Path, words: list[str], message: str) -> None:
    done = invoke("--log", own, *words)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize("words", [["drafts"], ["draft", "-"], ["review", "--all", "--accept"]])
def test_a_queue_that_is_no_file_is_told(invoke: Invoke, tmp_path: Path, words: list[str]) -> None:
    place = tmp_path / "n.db.drafts"
    place.mkdir()
    done = invoke("--log", tmp_path / "n.db", *words, stdin="{}")
    assert done.exit_code == 3
    assert done.stderr == f"error: {place} is no file; move it away, so that drafts can be kept there\n"


def test_the_examples_work(invoke: Invoke, own: Path) -> None:
    from tests.tui.cli_reference import verbs

    texts = script(*({"text": f"Number {number}", "evidence": "politico-2024-05-10"} for number in range(6)))
    assert document(invoke, own, "draft", "-", "--by", "converter", stdin=texts)["drafted"] == 6
    for _, example in (*verbs()["review"].examples, *verbs()["draft"].examples):
        words = shlex.split(example[example.index("communique") :])[1:]
        words = [str(seed_path("us-niger")) if word.endswith(".jsonl") else word for word in words]
        done = invoke("--log", own, *words, stdin=texts)
        assert done.exit_code == (2 if words == ["review"] else 0), (example, done.output)


@pytest.mark.long
def test_on_a_terminal_drafts_are_asked_about_one_by_one(
    invoke: Invoke, own: Path, captures: tuple[Path, str], environment: Callable[..., dict[str, str]]
) -> None:
    quoting(invoke, own, captures[1])
    ours, theirs = pty.openpty()
    variables = environment(COMMUNIQUE_CAPTURES=str(captures[0]), COLUMNS="120", NO_COLOR="1")
    command = [sys.executable, "-m", "tui", "--log", str(own), "review", "--by", "ann"]
    shown = ""
    answers = iter(["a", "c", "occurred=2024-05-10", "", "a", "r", "Nobody said so.", "s"])
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=variables) as running:
        os.close(theirs)
        with suppress(OSError):  # how a terminal ends
            while part := os.read(ours, 65536):
                shown += part.decode()
                if shown.endswith(": "):
                    os.write(ours, f"{next(answers)}\n".encode())
    os.close(ours)
    assert running.returncode == 0, shown
    assert "▸We shall with\xaddraw by September◂" in shown.replace("⟨U+00AD⟩", "\xad")
    assert "QUOTE NOT FOUND in the captured text" in shown
    assert "no text is captured" in shown
    assert "accepted 2, rejected 1, left 0" in shown
    states = {one["draft"]: one["state"] for one in document(invoke, own, "drafts", "--state", "all")["drafts"]}
    assert states == {1: "accepted", 2: "accepted", 3: "rejected", 4: "pending"}
    (last,) = map(json.loads, invoke("--log", own, "log", "-n", "1", "--jsonl").stdout.splitlines())
    assert (last["recorded_by"], last["occurred"]) == ("ann", "2024-05-10")


def test_a_negotiation_may_begin_with_drafts(invoke: Invoke, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    opening = {"event": "NegotiationOpened", "negotiation": "talks", "title": "Talks"}
    assert document(invoke, new, "draft", "-", stdin=json.dumps(opening))["drafted"] == 1
    assert not new.exists()
    assert len(document(invoke, new, "drafts", "talks")["drafts"]) == 1
    assert document(invoke, new, "review", "--all", "--accept")["recorded"] == 1
    with EventLog.open(new, create=False) as log:
        assert log.negotiations() == {"talks": 1}
