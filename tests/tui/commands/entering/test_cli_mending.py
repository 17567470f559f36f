"""`communique retract` and `same`: batches taken back and brought back, ids that are one, and what is told of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.commands.entering.given import LAKE, document, reads, said, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

COUNT = 20


@pytest.fixture
def batch(invoke: Invoke, tmp_path: Path) -> Path:
    """Return a script that is recorded after the stage, in a range of its own."""
    path = written(tmp_path / "batch.jsonl", *(said(f"i-{number}", f"line {number}") for number in range(COUNT)))
    invoke("record", written(tmp_path / "stage.jsonl", *LAKE))
    assert document(invoke, "record", path)["range"] == f"#{len(LAKE) + 1}..#{len(LAKE) + COUNT}"
    return path


@pytest.fixture
def span(batch: Path) -> str:
    return f"#{len(LAKE) + 1}..#{len(LAKE) + COUNT}"


def standing(invoke: Invoke, *options: str) -> int:
    lines = document(invoke, "timeline", "lake", *options)["lines"]
    return sum(line["event"] == "StatementMade" and not line["retracted"] for line in lines)


def test_a_batch_is_retracted_and_brought_back_by_its_range(invoke: Invoke, span: str) -> None:
    done = document(invoke, "retract", "lake", span, "--reason", "wrong file")
    assert (done["recorded"], done["already"], standing(invoke)) == (COUNT, 0, 0)
    again = document(invoke, "retract", "lake", span)
    assert (again["recorded"], again["already"], again["range"]) == (0, COUNT, None)
    back = document(invoke, "retract", "lake", span, "--restore")
    assert (back["recorded"], standing(invoke)) == (COUNT, COUNT)
    assert document(invoke, "retract", "lake", span, "--restore")["already"] == COUNT
    # The same words once more, and back once more.
    assert document(invoke, "retract", "lake", span, "--reason", "wrong file")["recorded"] == COUNT
    assert standing(invoke) == 0
    assert document(invoke, "retract", "lake", "i-1", "i-2", "--restore")["recorded"] == 2
    assert standing(invoke) == 2
    assert invoke("verify").exit_code == 0


def test_recording_what_is_retracted_says_so(invoke: Invoke, batch: Path, span: str) -> None:
    invoke("retract", "lake", span)
    done = invoke("record", batch)
    assert (done.exit_code, done.stdout) == (0, f"recorded 0, already there {COUNT}, rejected 0\n")
    assert f"communique retract lake '{span}' --restore" in done.stderr
    (warning,) = document(invoke, "record", batch)["warnings"]
    assert warning.startswith(f"{COUNT} entries of lake that are there already are retracted (i-0, i-1, i-2 …)")
    invoke("retract", "lake", span, "--restore")
    assert document(invoke, "record", batch)["warnings"] == []
    invoke("retract", "lake", "i-3")
    added = invoke("add", "StatementMade", "-n", "lake", "id=i-3", "party=NOR", "occurred=2021-05-01", "text=line 3")
    assert added.exit_code == 1
    added = invoke(
        *("add", "StatementMade", "-n", "lake", "id=i-3", "party=NOR", "occurred=2021-05-01"),
        *("text=line 3", "evidence.0.source=gazette"),
    )
    assert (added.exit_code, added.stdout) == (0, "lake has this entry already\n")
    assert "`communique retract lake i-3 --restore` brings it back" in added.stderr


def test_a_script_that_retracts_its_own_entries_is_recorded_again_without_a_word(invoke: Invoke, batch: Path) -> None:
    own = {"event": "EntryRetracted", "negotiation": "lake", "entry": "i-9"}
    path = written(batch.with_name("own.jsonl"), said("i-9", "line 9"), own)
    assert document(invoke, "record", path)["warnings"] == []
    assert document(invoke, "record", path)["warnings"] == []
    assert len(document(invoke, "record", batch)["warnings"]) == 1


def test_of_a_range_only_what_belongs_to_the_negotiation_is_retracted(
    invoke: Invoke, span: str, tmp_path: Path
) -> None:
    invoke("record", written(tmp_path / "other.jsonl", {"event": "NegotiationOpened", "negotiation": "other"}))
    last = len(LAKE) + COUNT + 1
    done = invoke("retract", "lake", f"#{last - 1}..#{last}", "--dry-run")
    assert "1 entries of" in done.stderr
    assert done.stdout == "would be: retracted 1, already retracted 0\n"
    assert standing(invoke) == COUNT
    assert invoke("retract", "lake", "#900..#901").exit_code == 2
    assert invoke("retract", "lake", "i-1", "i-77").exit_code == 2
    assert standing(invoke) == COUNT
    assert span


def test_what_was_retracted_is_left_out_where_asked(invoke: Invoke, span: str) -> None:
    invoke("retract", "lake", span)
    invoke("retract", "lake", "i-7", "--restore")
    assert len(document(invoke, "timeline", "lake")["lines"]) == 2 * COUNT + 1
    assert [line["entry"] for line in document(invoke, "timeline", "lake", "--standing")["lines"]] == ["i-7"]
    brief = invoke("brief", "lake", "--standing").stdout
    assert "line 7" in brief
    assert "line 8" not in brief
    assert "line 8" in invoke("brief", "lake").stdout
    found = document(invoke, "search", "line")["entries"]
    assert [hit["id"] for hit in found if not hit["retracted"]] == ["i-7"]
    assert len(found) == COUNT
    for options in ((), ("--known-by", "2030")):
        assert [hit["id"] for hit in document(invoke, "search", "line", "--standing", *options)["entries"]] == ["i-7"]


def test_ids_are_made_one_and_parted_again(invoke: Invoke, batch: Path) -> None:
    ordered = {"event": "WithdrawalOrdered", "negotiation": "lake", "withdrawal": "all-forces", "party": "NOR"}
    completed = {"event": "WithdrawalCompleted", "negotiation": "lake", "withdrawal": "all-force"}
    norge = {"event": "PartyAdded", "negotiation": "lake", "party": "nor", "name": "Norge"}
    invoke("record", written(batch.with_name("more.jsonl"), ordered, completed, norge))
    assert set(document(invoke, "status", "lake")["withdrawals"]) == {"all-forces", "all-force"}
    words = ("same", "withdrawal", "all-forces", "all-force", "-n", "lake")
    assert document(invoke, *words)["recorded"] == 1
    assert set(document(invoke, "status", "lake")["withdrawals"]) == {"all-forces"}
    again = document(invoke, *words)
    assert (again["recorded"], again["already"]) == (0, 1)
    again = document(invoke, *words, "--reason", "a slip")
    assert (again["recorded"], again["already"]) == (0, 1)
    # Another one to keep is another word, and the first one after it is so again.
    turned = ("same", "withdrawal", "all-force", "all-forces", "-n", "lake")
    assert document(invoke, *turned)["recorded"] == 1
    assert set(document(invoke, "status", "lake")["withdrawals"]) == {"all-force"}
    invoke("retract", "lake", document(invoke, "log", "lake", "--type", "SameAs")["entries"][1]["id"])
    same = document(invoke, "log", "lake", "--type", "SameAs")["entries"][0]["id"]
    invoke("retract", "lake", same)
    assert len(document(invoke, "status", "lake")["withdrawals"]) == 2
    assert document(invoke, *words)["recorded"] == 1
    assert len(document(invoke, "status", "lake")["withdrawals"]) == 1
    assert document(invoke, "same", "party", "NOR", "nor", "-n", "lake", "--reason", "a slip")["recorded"] == 1
    assert [hit["id"] for hit in document(invoke, "search", "Norge", "line", "7")["entries"]] == ["i-7"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("withdrawal", "all-forces", "all-forcs"), 2, "no entry of lake names withdrawal"),
        (("party", "NOR", "NRO"), 2, "no entry of lake names party 'NRO'; did you mean 'NOR'?"),
        (("party", "NOR", "NOR"), 2, "NOR is the one to keep"),
        (("person", "Ann Lie", "An Li"), 2, "no entry of lake names a person 'An Li'; did you mean 'Ann Li'?"),
        (("person", "Ann Lie", "Nobody"), 2, "no entry of lake names a person 'Nobody'; write it as evidence cites it"),
        (("parties", "NOR", "SWE"), 2, "did you mean 'party'?"),
    ],
)
def test_ids_that_nobody_names_are_told(
    words: tuple[str, ...], code: int, told: str, invoke: Invoke, batch: Path
) -> None:
    cited = [{"source": "gazette", "attributed_to": "Ann Li"}]
    invoke("record", written(batch.with_name("cited.jsonl"), said("c", "cited", evidence=cited)))
    done = invoke("same", *words, "-n", "lake")
    assert done.exit_code == code
    assert told in done.stderr
    assert batch.exists()
    assert reads(invoke, "i-1")["text"] == "line 1"


def test_what_a_batch_took_back_itself_stays_taken_back(invoke: Invoke, span: str) -> None:
    assert document(invoke, "retract", "lake", "i-1")["recorded"] == 1
    first = span.partition("..")[0]
    done = document(invoke, "retract", "lake", f"{first}..#{len(LAKE) + COUNT + 1}")
    assert (done["recorded"], done["already"], standing(invoke)) == (COUNT - 1, 1, 0)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("#9..#7", "#9..#7 ends before it begins; write '#7..#9'"),
        ("#7-#9", "#7-#9 is no entry and no range; write '#7..#9'"),
        ("7..9", "7..9 is no entry and no range; write '#7..#9'"),
    ],
)
def test_a_range_that_is_written_otherwise_is_told_how(word: str, told: str, invoke: Invoke, span: str) -> None:
    done = invoke("retract", "lake", word)
    assert (done.exit_code, done.stderr) == (2, f"error: {told}\n")
    assert span


def test_a_range_beyond_the_log_takes_nothing_back(invoke: Invoke, span: str) -> None:
    first = span.partition("..")[0]
    done = invoke("retract", "lake", f"{first}..#99999999")
    assert done.exit_code == 2
    assert f"{first}..#99999999 goes beyond the log, which ends at #" in done.stderr
    assert standing(invoke) == COUNT


def test_a_person_may_be_kept_by_a_new_name(invoke: Invoke, batch: Path) -> None:
    cited = [{"source": "gazette", "attributed_to": "Ann Li"}]
    invoke("record", written(batch.with_name("cited.jsonl"), said("c", "cited", evidence=cited)))
    done = invoke("same", "person", "Ann Lie", "ANN LI", "-n", "lake")
    assert done.stdout == "ANN LI reads as Ann Lie\n"
    assert done.stderr.startswith("Ann Lie is a new name of a person; did you mean 'Ann Li'?\n")
    assert invoke("same", "person", "A. Li", "ann  lie", "-n", "lake").exit_code == 0
    for options in ((), ("--known-by", "2030")):
        assert [hit["id"] for hit in document(invoke, "search", "Lie cited", *options)["entries"]] == ["c"]
        assert document(invoke, "search", "Lie", "line", *options)["entries"] == []


def test_what_reads_as_what_is_told_where_ids_go_round(
    invoke: Invoke, batch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ("one", "two", "three", "four")
    held = [{"event": "RoundHeld", "negotiation": "lake", "round": name, "parties": ["NOR"]} for name in ids]
    invoke("record", written(batch.with_name("held.jsonl"), *held))
    minutes = iter(range(1, 60))

    def same(keep: str, *others: str, options: tuple[str, ...] = ()) -> str:
        monkeypatch.setenv("COMMUNIQUE_NOW", f"2026-01-02T12:{next(minutes):02}:00Z")
        return invoke("same", "round", keep, *others, "-n", "lake", *options).stdout

    def rounds() -> set[str]:
        return set(document(invoke, "status", "lake")["talks"])

    assert same("one", "two") == "two reads as one\n"
    tried = same("two", "one", options=("--dry-run",))
    assert tried == "would be: one reads as two, and no longer two as one\n"
    assert same("two", "one") == "one reads as two, and no longer two as one\n"
    assert rounds() == {"two", "three", "four"}
    # A chain reads as its head, and all of it goes round.
    assert same("one", "three") == "three reads as two, as one does\n"
    assert rounds() == {"two", "four"}
    assert same("one", "three") == "three and one are one already, and read as two\n"
    assert same("three", "two") == "two reads as three, and no longer three as two; so does one\n"
    assert rounds() == {"three", "four"}
    assert same("four", "one") == "one reads as four; so do two, three\n"
    assert rounds() == {"four"}
    assert invoke("verify").exit_code == 0
