"""`communique move` and `merge`: what comes of them, told to people and to programs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tui.cli_reference import verbs
from tests.tui.commands.entering.given import LAKE, document, said, written

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke


@pytest.fixture
def apart(invoke: Invoke, tmp_path: Path) -> Path:
    """Return a log that was copied from that in the folder, after which each was gone on with."""
    invoke("record", written(tmp_path / "stage.jsonl", *LAKE), "--by", "ana")
    shutil.copy("negotiations.db", "colleague.db")
    invoke("record", written(tmp_path / "mine.jsonl", said("x", "one")), "--by", "ana")
    theirs = written(tmp_path / "theirs.jsonl", said("t", "we fish"), said("x", "two"))
    invoke("--log", "colleague.db", "record", theirs, "--by", "bob")
    return tmp_path / "colleague.db"


def test_a_log_is_joined_and_what_is_left_out_is_told(invoke: Invoke, apart: Path) -> None:
    done = document(invoke, "merge", "colleague.db", code=1)
    assert (done["recorded"], done["already"], done["rejected"]) == (1, len(LAKE), 1)
    why = "id: 'x' is the id of another entry here; give it another one with --rename SUFFIX"
    assert done["left"] == [{"negotiation": "lake", "entry": "x", "position": len(LAKE) + 2, "why": why}]
    (error,) = done["errors"]
    assert (Path(error["file"]).name, error["line"], error["field"]) == ("colleague.db", len(LAKE) + 2, "id")
    (joined,) = [entry for entry in document(invoke, "log", "lake")["entries"] if entry["id"] == "t"]
    assert set(joined["origin"]) == {"log", "position", "recorded_at", "recorded_by", "digest"}
    assert (joined["origin"]["recorded_by"], joined["origin"]["position"]) == ("bob", len(LAKE) + 1)
    shown = invoke("show", "lake", "t").stdout
    assert f"by bob: #{len(LAKE) + 1} of the log {joined['origin']['log']}" in shown
    named = invoke("merge", "colleague.db", "--rename", "-b")
    assert (named.exit_code, named.stdout) == (0, f"recorded 1, already there {len(LAKE) + 1}, left out 0\n")
    assert "lake: x of the other log is x-b here" in named.stderr
    assert invoke("verify").exit_code == invoke("--log", apart, "verify").exit_code == 0


def test_what_is_left_out_is_not_said_to_have_another_id(invoke: Invoke, tmp_path: Path) -> None:
    for name, title in (("negotiations.db", "A"), ("b.db", "B")):
        opening = {"event": "NegotiationOpened", "negotiation": "sea", "id": "o", "title": title}
        matter = {"event": "MatterAdded", "negotiation": "sea", "id": "m", "matter": "fish", "title": title}
        own = {"event": "StatementMade", "negotiation": "sea", "id": "s", "party": "NOR", "text": title}
        party = {"event": "PartyAdded", "negotiation": "sea", "party": "NOR"}
        invoke("--log", name, "record", written(tmp_path / f"{name}.jsonl", opening, matter, party, own))
    done = invoke("merge", "b.db", "--rename", "-b")
    assert (done.exit_code, done.stdout) == (1, "recorded 1, already there 1, left out 2\n")
    assert [line for line in done.stderr.splitlines() if "of the other log" in line] == [
        "sea: s of the other log is s-b here"
    ]


@pytest.mark.parametrize(
    ("example", "code"), [(words, "--rename" not in words) for _, words in verbs()["merge"].examples]
)
def test_every_example_works(example: str, code: int, invoke: Invoke, apart: Path) -> None:
    assert apart.exists()
    assert invoke(*example.split()[1:]).exit_code == code


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("merge", "negotiations.db"), 2, "is the log itself"),
        (("merge", "nowhere.db"), 3, "there is no log at"),
        (("--log", "lgo.db", "merge", "colleague.db"), 3, "there is no log at"),
        (("--log", "lgo.db", "merge", "colleague.db", "--dry-run"), 3, "there is no log at"),
        (("--log", "lgo.db", "retract", "lake", "x", "--dry-run"), 3, "there is no log at"),
        (("merge", "colleague.db", "--rename", "B!"), 2, "cannot end an id"),
        (("move", "lake", "x", "--to", "lake"), 2, "are in lake already"),
        (("move", "lake", "x", "--to", "laek"), 2, "did you mean 'lake'?"),
        (("move", "lake", "nix", "--to", "lake-2"), 2, "lake has no entry 'nix'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: tuple[str, ...], code: int, told: str, invoke: Invoke, apart: Path
) -> None:
    assert apart.exists()
    done = invoke(*words)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert told in done.stderr
    assert not Path("lgo.db").exists()


def test_what_is_still_named_is_told_when_its_registration_goes(invoke: Invoke, apart: Path) -> None:
    assert apart.exists()
    invoke("add", "NegotiationOpened", "-n", "sea")
    said_by_all = [said(f"more-{number}", "more") for number in range(4)]
    invoke("record", written(apart.with_name("more.jsonl"), *said_by_all))
    source, party = (
        entry["id"]
        for kind in ("SourceRegistered", "PartyAdded")
        for entry in document(invoke, "log", "lake", "--type", kind)["entries"][:1]
    )
    warnings = document(invoke, "move", "lake", source, "--to", "sea", "--dry-run")["warnings"]
    assert warnings == ["source gazette is still named in lake by x, more-0, more-1 and 2 more"]
    assert invoke("move", "lake", source, "--to", "sea").stderr.startswith(f"warning: {warnings[0]}\n")
    invoke("retract", "lake", "more-1", "more-2", "more-3")
    assert document(invoke, "retract", "lake", party)["warnings"] == ["party NOR is still named in lake by x, more-0"]
    assert document(invoke, "retract", "lake", party, "--restore")["warnings"] == []
    assert document(invoke, "retract", "lake", "x", "more-0", party)["warnings"] == []


def test_a_range_is_moved_in_one_transaction(invoke: Invoke, apart: Path) -> None:
    assert apart.exists()
    invoke("add", "NegotiationOpened", "-n", "sea")
    tried = invoke("move", "lake", "x", "--to", "sea", "--dry-run")
    assert tried.stdout == "would be: moved 1 entry to sea, with party NOR, source gazette\n"
    at = len(LAKE) + 1
    done = document(invoke, "move", "lake", f"#{at}", "--to", "sea")
    assert (done["moved"], done["to"], done["registered"]) == (["x"], "sea", ["party NOR", "source gazette"])
    assert done["recorded"] == 4
    (moved,) = [entry for entry in document(invoke, "log", "sea")["entries"] if entry["id"] == "x"]
    assert (moved["origin"]["negotiation"], moved["origin"]["entry"]) == ("lake", "x")
    assert f"first recorded {moved['origin']['recorded_at']} by ana: lake x, #{at}" in invoke("show", "sea", "x").stdout
    (away,) = document(invoke, "log", "lake", "--type", "EntryRetracted")["entries"]
    assert (away["entry"], away["reason"]) == ("x", "moved to sea as x")
    assert [line["entry"] for line in document(invoke, "timeline", "lake", "--standing")["lines"]] == []
