"""`communique since`: each look begins where the last one ended."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.histories import ALL, ENTRIES, LAST
from tui.environment import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke, Run

REVERSAL: Final = ("add", "WithdrawalReversed", "-n", "us-niger", "withdrawal=all-forces", "party=USA", "id=back")


def changed(document: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(change["subject"], change["before"], change["after"]) for change in document["changes"]]


def marks() -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(state_folder().rglob("*.json"))]


def test_the_first_look_says_so_and_sets_the_mark(invoke: Invoke, own: Path) -> None:
    first = invoke("--log", own, "since", "us-niger")
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr.startswith("us-niger: you look for the first time, so there is nothing to compare with")
    (kept,) = marks()
    assert kept["negotiations"]["us-niger"]["position"] == LAST
    assert list(kept["negotiations"]) == ["us-niger"]
    again = invoke("--log", own, "since", "us-niger")
    assert again.stderr == ""
    assert again.stdout == (
        f"us-niger: 0 entries since you looked on 2026-01-02, at #{LAST}\n  nothing that can be said has changed\n"
    )


def test_what_changed_is_told_once(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    invoke("--log", own, *REVERSAL, "occurred=2024-10")
    told = json.loads(invoke("--log", own, "since", "us-niger", "--json").stdout)
    assert changed(told) == [("withdrawal:all-forces", "completed", "reversed")]
    assert told["changes"][0]["because"] == ["back"]
    assert [finding["kind"] for finding in told["findings"]["appeared"]] == ["illegal-transition"]
    assert (told["first"], told["fits"], told["entries"]) == (False, True, 1)
    assert told["since"] == {"cut": f"#{LAST}", "day": "2026-01-02"}
    assert changed(json.loads(invoke("--log", own, "since", "us-niger", "--json").stdout)) == []


def test_the_mark_can_be_left_where_it_is(invoke: Invoke, own: Path) -> None:
    assert "the mark stays as it is" in invoke("--log", own, "since", "--keep").stderr
    assert marks() == []
    invoke("--log", own, "since")
    invoke("--log", own, *REVERSAL)
    shown = [invoke("--log", own, "since", "--keep").stdout for _ in range(2)]
    assert shown[0] == shown[1]
    assert "withdrawal:all-forces state: completed → reversed  [back]" in shown[0]


@pytest.mark.long
def test_all_negotiations_are_told_those_with_something_new_by_name(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    silent = invoke("--log", own, "since")
    assert (silent.stdout, silent.stderr) == ("", "nothing was recorded, and nothing has changed, since you looked\n")
    invoke("--log", own, *REVERSAL)
    document = json.loads(invoke("--log", own, "since", "--json", "--keep").stdout)
    assert [(one["negotiation"], one["entries"]) for one in document["negotiations"]] == [
        *((name, int(name == "us-niger")) for name in ENTRIES),
    ]
    assert [json.loads(line) for line in invoke("--log", own, "since", "--jsonl", "--keep").stdout.splitlines()] == (
        document["negotiations"]
    )
    header, row, *findings = invoke("--log", own, "since", "--csv", "--keep").stdout.splitlines()
    assert header == "negotiation,subject,aspect,before,after,because"
    assert row == "us-niger,withdrawal:all-forces,state,completed,reversed,back"
    assert [cells.split(":", 2)[1].partition(",,")[0] for cells in findings] == ["all-forces,finding"]
    shown = invoke("--log", own, "since").stdout
    assert shown.startswith(f"us-niger: 1 entry since you looked on 2026-01-02, at #{LAST}\n")
    assert "panama-canal" not in shown


def test_an_entry_that_changes_nothing_is_told_as_such(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    invoke("--log", own, "add", "StatementMade", "-n", "us-niger", "party=USA", "text=No change.")
    assert invoke("--log", own, "since").stdout == (
        f"us-niger: 1 entry since you looked on 2026-01-02, at #{LAST}\n  nothing that can be said has changed\n"
    )


def test_each_person_looks_for_themselves(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since", "us-niger", "--by", "Zoë")
    invoke("--log", own, *REVERSAL)
    assert "first time" in invoke("--log", own, "since", "us-niger", "--by", "Ann").stderr
    assert "reversed" in invoke("--log", own, "since", "us-niger", "--by", "Zoë").stdout
    assert {kept["person"] for kept in marks()} == {"Zoë", "Ann"}


def test_another_log_of_the_same_name_is_another(invoke: Invoke, own: Path, tmp_path: Path) -> None:
    invoke("--log", own, "since")
    own.rename(tmp_path / "moved.db")
    invoke("--log", own, "record", "-", stdin='{"event": "NegotiationOpened", "negotiation": "us-niger", "title": "x"}')
    assert "first time" in invoke("--log", own, "since", "us-niger").stderr
    assert invoke("--log", tmp_path / "moved.db", "since", "us-niger").stderr == ""


def test_a_log_that_is_no_later_state_of_what_was_seen_is_told(invoke: Invoke, own: Path, tmp_path: Path) -> None:
    older = own.read_bytes()
    invoke("--log", own, *REVERSAL)
    invoke("--log", own, "since", "us-niger")
    for path in own.parent.glob("own.db*"):
        path.unlink()
    own.write_bytes(older)
    invoke("--log", own, "add", "StatementMade", "-n", "us-niger", "party=USA", "text=Another branch.")
    done = invoke("--log", own, "since", "us-niger")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"the log does not hold the entry that you saw last, #{ALL + 1}" in done.stderr
    assert invoke("--log", own, "since", "us-niger").stderr == ""


def test_days_alone_can_bring_something(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        {"event": "PartyAdded", "party": "USA"},
        {"event": "WithdrawalTimetableSet", "withdrawal": "w", "deadline": "2026-01-10"},
    )
    invoke("record", "-", stdin="\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines))
    invoke("since")
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-11T00:00:00Z")
    shown = invoke("since").stdout
    assert shown.startswith("talks: 0 entries since you looked on 2026-01-02, at #2\n  + overdue: ")
    assert invoke("since").stdout == ""


def test_a_look_at_a_cut_leaves_the_mark(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    invoke("--log", own, *REVERSAL, "occurred=2024-10")
    before = marks()
    cut = invoke("--log", own, "since", "us-niger", "--happened-by", "2024-09-30")
    assert "nothing that can be said has changed" in cut.stdout
    invoke("--log", own, "since", "us-niger", "--without", "politico-2024-05-10")
    assert marks() == before
    assert "reversed" in invoke("--log", own, "since", "us-niger").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["since", "us-nigr"], 2, "did you mean 'us-niger'?"),
        (["since", "--without", "x"], 2, "error: --without needs a negotiation"),
        (["--log", "nowhere.db", "since"], 3, "nowhere.db"),
    ],
)
def test_a_wrong_word_gets_one_line_and_moves_nothing(
    arguments: list[str], code: int, said: str, invoke: Invoke, own: Path
) -> None:
    done = invoke("--log", own, *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert marks() == []


def test_a_damaged_mark_is_told_and_forgotten(invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    (path,) = state_folder().rglob("*.json")
    path.write_text("{", "utf-8")
    done = invoke("--log", own, "since", "us-niger")
    assert done.exit_code == 0
    first, second = done.stderr.splitlines()
    assert "is damaged" in first
    assert "you look for the first time" in second
    assert invoke("--log", own, "since", "us-niger").stderr == ""


def test_a_mark_that_cannot_be_kept_is_told_after_what_there_was_to_tell(
    invoke: Invoke, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("--log", own, "since")
    invoke("--log", own, *REVERSAL)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        done = invoke("--log", own, "since", "us-niger")
    assert done.exit_code == 3
    assert "reversed" in done.stdout
    assert "No space left on device; when you looked is not kept" in done.stderr
    assert "reversed" in invoke("--log", own, "since", "us-niger").stdout


def test_an_empty_log_has_nothing_to_tell(invoke: Invoke, own: Path, tmp_path: Path) -> None:
    from tracker import EventLog

    EventLog.open(tmp_path / "empty.db").close()
    done = invoke("--log", tmp_path / "empty.db", "since")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "the log has no negotiation yet\n")
    assert json.loads(invoke("--log", tmp_path / "empty.db", "since", "--json").stdout) == {"negotiations": []}


@pytest.mark.long
def test_two_at_once_leave_marks_that_can_be_read(communique: Run, invoke: Invoke, own: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda name: communique("--log", own, "since", name), ["us-niger", "panama-canal"] * 2))
    assert [one.returncode for one in done] == [0] * 4
    assert invoke("--log", own, "since", "--json").exit_code == 0
    (kept,) = marks()
    assert set(kept["negotiations"]) == {"black-sea", "panama-canal", "us-niger", "visiting-forces"}


@pytest.mark.long
@pytest.mark.parametrize("style", ["--plain", "--csv", "--jsonl"])
def test_a_finding_alone_is_told_in_every_form(style: str, invoke: Invoke, own: Path) -> None:
    invoke("--log", own, "since")
    disputed = ("EntryDisputed", "-n", "us-niger", "entry=base-refusal", "ground=Not so.", "party=USA", "id=dispute")
    assert invoke("--log", own, "add", *disputed).exit_code == 0
    told = invoke("--log", own, "since", "us-niger", style).stdout
    assert "USA disputes base-refusal (dispute)." in told
    differs = invoke("--log", own, "diff", "us-niger", f"#{ALL}", "now", style).stdout
    assert "USA disputes base-refusal (dispute)." in differs
    steps = invoke("--log", own, "replay", "us-niger", "--by", "recorded", "--from", f"#{ALL + 1}", style).stdout
    assert "USA disputes base-refusal (dispute)." in steps
