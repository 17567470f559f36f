"""`communique record` and `communique add`: all of a file or nothing, and one clear line for each mistake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tracker.scripts.reading import seed_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke, Run

PARTY = '{"event": "PartyAdded", "negotiation": "talks", "id": "p1", "party": "USA"}\n'
US_NIGER = sum(1 for line in seed_path("us-niger").read_text("utf-8").splitlines() if line.strip())


def script(folder: Path, *lines: str, name: str = "script.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{line.strip()}\n" for line in lines), "utf-8")
    return path


def test_recording_twice_records_nothing_twice(invoke: Invoke) -> None:
    first = invoke("record", seed_path("us-niger"), "--json")
    second = invoke("record", seed_path("us-niger"), "--json")
    assert (first.exit_code, second.exit_code) == (0, 0)
    before, after = json.loads(first.stdout), json.loads(second.stdout)
    assert (before["recorded"], before["already"]) == (US_NIGER, 0)
    assert after == {**before, "recorded": 0, "already": US_NIGER, "range": None}
    assert before["range"] == f"#1..#{US_NIGER}"
    assert list(before["head"]) == ["us-niger"]
    assert before["errors"] == []


def test_a_person_reads_one_line(invoke: Invoke) -> None:
    done = invoke("record", seed_path("us-niger"))
    assert done.stdout == f"recorded {US_NIGER}, already there 0, rejected 0\n"
    assert done.stderr == f"entries #1..#{US_NIGER} of the log\n"


def test_all_mistakes_are_told_at_once_and_nothing_is_recorded(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY, name="first.jsonl"))
    before = invoke("verify", "--json").stdout
    path = script(
        tmp_path,
        PARTY.replace("p1", "p2").replace("USA", "NER"),
        '{"event": "PositionTaken", "negotiation": "talks", "party": "USB", "matter": "base", "stance": "open"}',
        '{"event": "StatementMade", "negotiation": "talks", "party": "USA", "occurred": "2023-02-29", "txt": "x"}',
    )
    done = invoke("record", path, "--json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert (document["recorded"], document["rejected"]) == (0, 2)
    places = [(error["file"], error["line"], error["field"]) for error in document["errors"]]
    assert places == [
        (str(path), 2, "party"),
        (str(path), 2, "matter"),
        (str(path), 3, "occurred"),
        (str(path), 3, "txt"),
    ]
    assert done.stderr.splitlines()[0].startswith(f"{path}:2: party: unknown party 'USB'; did you mean 'USA'?")
    assert len(done.stderr.splitlines()) == 4
    assert invoke("verify", "--json").stdout == before


REJECTED = {
    "unknown-field": (PARTY[:-2] + ', "colour": "red"}\n').encode(),
    "impossible-date": b'{"event": "StatementMade", "negotiation": "talks", "party": "USA", "occurred": "2023-02-29"}',
    "unknown-party": b'{"event": "StatementMade", "negotiation": "talks", "party": "FRA"}\n',
    "reused-id": b'{"event": "PartyAdded", "negotiation": "talks", "id": "p1", "party": "NER"}\n',
    "broken-json": b'{"event": "PartyAdded", \n',
    "wrong-utf-8": b'{"event": "PartyAdded", "negotiation": "talks", "party": "USA", "name": "\xff"}\n',
    "empty-file": b"",
    "blank-lines": b"\n\n  \n",
    "huge-line": b'{"event": "StatementMade", "negotiation": "talks", "party": "USA", "text": "'
    + b"x" * 10_000_000
    + b'"}\n',
    "no-mapping": b"[1, 2]\n",
    "nested": b"[" * 100_000 + b"\n",
    "unknown-event": b'{"event": "PartyAddded", "negotiation": "talks", "party": "USA"}\n',
    "nul": b"\0\n",
    "utf-16": PARTY.encode("utf-16"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", REJECTED)
def test_bad_input_is_one_clear_line_and_leaves_the_log_alone(name: str, invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY, name="good.jsonl"))
    before = invoke("verify", "--json").stdout
    path = tmp_path / f"{name}.jsonl"
    path.write_bytes(REJECTED[name])
    done = invoke("record", path)
    assert done.exit_code == 1
    assert done.stdout == "recorded 0, already there 0, rejected 1\n"
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr[:2000]
    assert lines[0].startswith(f"{path}:")
    assert len(lines[0]) < 500
    assert invoke("verify", "--json").stdout == before


def test_of_very_many_mistakes_all_are_counted_and_the_first_are_told(invoke: Invoke, tmp_path: Path) -> None:
    path = script(tmp_path, *['{"event": "Nothing"}'] * 1500)
    for options in ((), ("--keep-going",)):
        done = invoke("record", path, "--json", *options)
        document = json.loads(done.stdout)
        assert (done.exit_code, document["recorded"], document["rejected"]) == (1, 0, 1500)
        assert 100 <= len(document["errors"]) <= 1500


def test_a_name_that_is_wrong_in_many_lines_is_told_once_with_their_number(invoke: Invoke, tmp_path: Path) -> None:
    path = script(tmp_path, PARTY, *['{"event": "StatementMade", "negotiation": "talks", "party": "UAS"}'] * 5)
    done = invoke("record", path, "--json")
    assert len(json.loads(done.stdout)["errors"]) == 5
    told = "unknown party 'UAS'; did you mean 'USA'? (in 5 lines)"
    assert done.stderr.splitlines() == [f"{path}:2: party: {told}"]


def test_what_comes_to_life_with_an_id_close_to_another_one_is_warned_of(invoke: Invoke, tmp_path: Path) -> None:
    first = '{"event": "WithdrawalOrdered", "negotiation": "talks", "withdrawal": "all-forces", "party": "USA"}'
    second = '{"event": "WithdrawalCompleted", "negotiation": "talks", "withdrawal": "all-force"}'
    told = "new withdrawal 'all-force'; did you mean 'all-forces'?"
    invoke("record", script(tmp_path, PARTY, first))
    trial = invoke("record", "--dry-run", script(tmp_path, second, second.replace("all-force", "others")))
    assert trial.stderr.splitlines() == ["new withdrawal 'others'", f"warning: {told}"]
    assert json.loads(invoke("record", script(tmp_path, second), "--json").stdout)["warnings"] == [told]
    added = invoke("add", "WithdrawalCompleted", "-n", "talks", "withdrawal=all-forcess", "--dry-run")
    assert "warning: new withdrawal 'all-forcess'" in added.stderr


def test_a_list_is_written_without_a_gap_and_whole_in_a_correction(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY, PARTY.replace("p1", "p2").replace("USA", "NER")))
    gap = invoke("add", "RoundHeld", "-n", "talks", "round=r", "parties.0=USA", "parties.5=NER")
    assert "parties: counts its items from 0 without a gap: write parties=USA,NER" in gap.stderr
    invoke("add", "RoundHeld", "-n", "talks", "id=r1", "round=r", "parties=USA,NER")
    part = invoke("add", "EntryCorrected", "-n", "talks", "entry=r1", "changes.parties.2=USA")
    assert "changes.parties: replaces the whole list" in part.stderr
    assert (gap.exit_code, part.exit_code) == (1, 1)


def test_each_file_is_a_transaction_of_its_own(invoke: Invoke, tmp_path: Path) -> None:
    good = script(tmp_path, PARTY, name="good.jsonl")
    bad = script(tmp_path, PARTY.replace("USA", "usA"), name="bad.jsonl")
    late = script(tmp_path, PARTY.replace("p1", "p2").replace("USA", "NER"), name="late.jsonl")
    done = invoke("record", good, bad, late)
    assert done.exit_code == 1
    assert done.stdout == "recorded 2, already there 0, rejected 1\n"
    assert [entry["id"] for entry in map(json.loads, invoke("log", "--jsonl").stdout.splitlines())] == ["p1", "p2"]


def test_keep_going_records_what_is_right(invoke: Invoke, tmp_path: Path) -> None:
    path = script(tmp_path, PARTY, "{", PARTY.replace("p1", "p2").replace("USA", "NER"))
    done = invoke("record", "--keep-going", path)
    assert (done.exit_code, done.stdout) == (1, "recorded 2, already there 0, rejected 1\n")
    again = invoke("record", "--keep-going", path)
    assert (again.exit_code, again.stdout) == (1, "recorded 0, already there 2, rejected 1\n")


def test_a_trial_records_nothing_and_makes_no_log(invoke: Invoke, tmp_path: Path) -> None:
    done = invoke("record", "--dry-run", script(tmp_path, PARTY))
    assert (done.exit_code, done.stdout) == (0, "would record 1, already there 0, rejected 0\n")
    assert not (tmp_path / "negotiations.db").exists()


def test_a_trial_knows_what_the_log_holds(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY))
    more = script(tmp_path, PARTY, '{"event": "StatementMade", "negotiation": "talks", "party": "USA", "text": "x"}')
    assert invoke("record", "--dry-run", more).stdout == "would record 1, already there 1, rejected 0\n"
    assert len(invoke("log", "--jsonl").stdout.splitlines()) == 1


@pytest.mark.parametrize("has_log", [False, True])
def test_a_trial_of_several_files_says_what_recording_them_does(
    invoke: Invoke, tmp_path: Path, *, has_log: bool
) -> None:
    if has_log:
        invoke("record", script(tmp_path, PARTY.replace("talks", "others")))
    said = '{"event": "StatementMade", "negotiation": "talks", "id": "s1", "party": "USA", "text": "x"}'
    wrong = PARTY.replace("p1", "p2").replace("USA", "NER")
    files = [
        script(tmp_path, PARTY, name="1.jsonl"),
        script(tmp_path, wrong, '{"event": "StatementMade", "negotiation": "talks", "party": "TCD"}', name="2.jsonl"),
        script(tmp_path, PARTY, said, name="3.jsonl"),
        script(tmp_path, said.replace("USA", "NER").replace("s1", "s2"), name="4.jsonl"),
        script(tmp_path, said, name="5.jsonl"),
    ]
    tried = invoke("record", "--dry-run", "--json", *files)
    assert "talks" not in invoke("log").stdout
    done = invoke("record", "--json", *files)
    assert (tried.exit_code, tried.stderr) == (done.exit_code, done.stderr) == (1, done.stderr)
    found, wanted = json.loads(tried.stdout), json.loads(done.stdout)
    assert (wanted["recorded"], wanted["already"], wanted["rejected"]) == (2, 2, 2)
    assert list(wanted["head"]) == ["talks"]
    assert found == {**wanted, "dry_run": True, "head": {}, "range": None}
    assert not wanted["dry_run"]


@pytest.mark.long
def test_standard_input_is_named_as_such(communique: Run) -> None:
    done = communique("record", "-", stdin=b'{"event": "Nothing"}\n')
    assert done.returncode == 1
    assert done.stderr.startswith("<stdin>:1: event: unknown event type 'Nothing'")


@pytest.mark.parametrize(
    ("format_name", "text"),
    [
        ("jsonl", PARTY),
        ("yaml", "- event: PartyAdded\n  negotiation: talks\n  party: USA\n"),
        ("csv", "event,negotiation,party\nPartyAdded,talks,USA\n"),
    ],
)
def test_the_format_can_be_named(format_name: str, text: str, invoke: Invoke) -> None:
    done = invoke("record", "-", "--format", format_name, stdin=text)
    assert (done.stdout, done.stderr) == ("recorded 1, already there 0, rejected 0\n", "")


def test_the_recorder_has_the_name_that_was_given(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY), "--by", "Zoë")
    entry = json.loads(invoke("log", "--jsonl").stdout)
    assert (entry["recorded_by"], entry["recorded_at"]) == ("Zoë", "2026-01-02T12:00:00.000000Z")


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage_and_nothing_is_recorded(
    name: str, invoke: Invoke, tmp_path: Path
) -> None:
    done = invoke("record", script(tmp_path, PARTY), tmp_path / name)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "negotiations.db").exists()


def test_a_hostile_script_cannot_reach_the_terminal(invoke: Invoke, tmp_path: Path) -> None:
    path = script(tmp_path, '{"event": "PartyAdded", "negotiation": "talks", "party": "\\u001b[2J\\u202e\\u009b"}')
    done = invoke("record", path)
    assert done.exit_code == 1
    assert done.stderr.strip().isprintable()


def test_one_entry_from_the_shell(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", script(tmp_path, PARTY))
    done = invoke("add", "StatementMade", "-n", "talks", "party=USA", "text=a=b, c", "occurred=2024-04~", "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["recorded"], document["already"], document["errors"]) == (1, 0, [])
    assert document["entry"]["text"] == "a=b, c"
    assert document["head"] == {"talks": document["entry"]["digest"]}
    again = invoke("add", "StatementMade", "-n", "talks", "party=USA", "text=a=b, c", "occurred=2024-04~")
    assert (again.exit_code, again.stdout) == (0, "talks has this entry already\n")


def test_a_negotiation_that_was_misspelt_is_told_where_the_entry_is_wrong_too(invoke: Invoke) -> None:
    invoke("record", seed_path("us-niger"))
    for options in ([], ["--dry-run"]):
        done = invoke("add", "StatementMade", "-n", "us-nigr", "party=NER", "text=x", *options)
        assert done.exit_code == 1
        assert done.stderr.splitlines() == [
            "us-nigr is a new negotiation; did you mean 'us-niger'?",
            "party: unknown party 'NER'; add it first with PartyAdded",
        ]


def test_an_entry_from_the_shell_can_be_tried(invoke: Invoke, tmp_path: Path) -> None:
    done = invoke("add", "PartyAdded", "-n", "talks", "party=USA", "id=usa", "--dry-run")
    assert (done.exit_code, done.stdout) == (0, "would record talks usa\n")
    assert not (tmp_path / "negotiations.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["PartyAddde", "-n", "talks", "party=USA"],
            2,
            "error: unknown event type 'PartyAddde'; did you mean 'PartyAdded'?",
        ),
        (["PartyAdded", "-n", "talks", "party=usA"], 1, "party: 'usA' is not right"),
        (["PartyAdded", "-n", "talks"], 1, "party: is required"),
        (["PartyAdded", "party=USA"], 2, "error: Missing option '-n'"),
        (["PartyAdded", "-n", "talks", "party=USA", "name"], 1, "'name' gives no value; write it as name=value"),
        (["PartyAdded", "-n", "Talks", "party=USA"], 1, "negotiation: 'Talks' is not right"),
        (["StatementMade", "-n", "talks", "party=FRA"], 1, "party: unknown party 'FRA'"),
    ],
)
def test_a_wrong_entry_from_the_shell_is_told_by_field(
    arguments: list[str], code: int, said: str, invoke: Invoke
) -> None:
    done = invoke("add", *arguments)
    assert done.exit_code == code
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_all_that_is_wrong_with_an_added_entry_is_told_at_once(invoke: Invoke, bundled: Path) -> None:
    words = ("add", "BaseRequestRefused", "-n", "us-niger", "occured=2024-04~", "proposal=x", "party=NRE")
    evidence = ("evidence.0.source=nowhere", "evidence.0.credibility=9")
    done = invoke("--log", bundled, *words, *evidence)
    assert (done.exit_code, done.stdout) == (1, "")
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        "evidence.0.credibility",
        "occured",
        "party",
        "evidence.0.source",
    ]
    document = json.loads(invoke("--log", bundled, *words, *evidence, "--json").stdout)
    assert (document["recorded"], document["rejected"], document["entry"]) == (0, 1, None)
    assert [error["field"] for error in document["errors"]] == [
        line.split(": ")[0] for line in done.stderr.splitlines()
    ]


def test_an_entry_from_the_shell_may_be_as_short_as_in_a_script(invoke: Invoke, tmp_path: Path) -> None:
    opened = invoke("add", "NegotiationOpened", "-n", "talks", "parties=USA,NER", "id=o", "--json")
    assert (json.loads(opened.stdout)["recorded"], json.loads(opened.stdout)["entry"]["id"]) == (3, "o")
    described = ("evidence.0.source.publisher=AFP", "evidence.0.source.published=2020-03-03")
    words = ("add", "StatementMade", "-n", "talks", "id=s", "party=Niger", "occurred=2020-03-02", *described)
    trial = invoke(*words, "--dry-run")
    assert trial.stdout == "would record talks s, with source afp-2020-03-03\n"
    assert invoke(*words).stdout == "recorded talks s as #5, with source afp-2020-03-03\n"
    assert invoke(*words).stdout == "talks has this entry already\n"
    shown = json.loads(invoke("show", "talks", "s", "--json").stdout)["entry"]
    assert (shown["party"], shown["occurred"], shown["evidence"]) == (
        "NER",
        "2020-03-02",
        [{"source": "afp-2020-03-03"}],
    )
    cited = invoke(
        "add",
        "RoundHeld",
        "-n",
        "talks",
        "round=r",
        "parties=Niger,United States of America",
        "evidence=afp-2020-03-03",
    )
    assert cited.exit_code == 0, cited.stderr
    wrong = invoke(
        "add", "RoundHeld", "-n", "talks", "round=r2", "parties=Nigr,Narnia", "evidence.0.source.publisher=X"
    )
    assert (wrong.exit_code, "must not be empty" in wrong.stderr) == (1, False)
    assert "parties.0: no party is called 'Nigr'; did you mean NER?" in wrong.stderr
    before = invoke("verify", "--json").stdout
    assert invoke("add", "StatementMade", "-n", "talks", "party=NER", "note=", "no=x", *described).exit_code == 1
    assert invoke("verify", "--json").stdout == before


@pytest.mark.parametrize("name", ["", " "])
def test_nobody_records_without_a_name(name: str, invoke: Invoke) -> None:
    done = invoke("add", "PartyAdded", "-n", "talks", "party=USA", "--by", name)
    assert done.exit_code == 2
    assert "a name is empty" in done.stderr


def test_a_script_that_is_rejected_makes_no_log(invoke: Invoke, tmp_path: Path) -> None:
    wrong = script(tmp_path, PARTY, PARTY.replace("USA", "usa usa").replace("p1", "p2"))
    new = tmp_path / "new.db"
    done = invoke("--log", new, "record", wrong)
    assert (done.exit_code, done.stdout) == (1, "recorded 0, already there 0, rejected 1\n")
    assert done.stderr.count("\n") == 1
    assert not new.exists()
    right = script(tmp_path, PARTY)
    assert invoke("--log", new, "record", right).stdout == "recorded 1, already there 0, rejected 0\n"
    assert new.exists()


def test_dates_are_taken_as_a_spreadsheet_writes_them_once_their_order_is_said(invoke: Invoke, tmp_path: Path) -> None:
    rows = ("id,event,negotiation,party,occurred", "p,PartyAdded,talks,USA,", "s,StatementMade,talks,USA,5/6/2024")
    path = script(tmp_path, *rows, name="talks.csv")
    refused = invoke("record", path)
    assert refused.exit_code == 1
    assert "occurred: 5/6/2024 puts the year last: write 2024-06-05 or 2024-05-06" in refused.stderr
    assert json.loads(invoke("record", path, "--dates", "dmy", "--dry-run", "--json").stdout)["recorded"] == 2
    assert json.loads(invoke("record", path, "--dates", "dmy", "--json").stdout)["recorded"] == 2
    again = invoke("record", "-", "--format", "csv", "--dates", "dmy", "--json", stdin=path.read_bytes())
    assert json.loads(again.stdout)["already"] == 2
    assert json.loads(invoke("show", "talks", "s", "--json").stdout)["entry"]["occurred"] == "2024-06-05"
    other = invoke("record", path, "--dates", "ymd")
    assert (other.exit_code, "'ymd' is not one of dmy, mdy" in other.stderr) == (2, True)
