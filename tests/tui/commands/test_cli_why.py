"""`communique why` and `communique sources`: what stands behind what is said, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from projections import status, why
from projections.views.sources import sources
from tests.lengths import in_short
from tracker import EventLog
from tui.cli import cli
from tui.environment import today

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Ask, Invoke, Run


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_line_names_its_entry_source_attribution_and_grade(invoke: Invoke, bundled: Path) -> None:
    shown = invoke("--log", bundled, "why", "us-niger", "withdrawal:all-forces", "--known-by", "2024-05-11").stdout
    assert shown.startswith(
        "all-forces is ordered.\nwithdrawal:all-forces · since 2024-04-29/2024-05-05 · 1 for, 0 against\n"
    )
    assert "\n  order-this-week  2024-05-06/2024-05-10  United States of America orders the withdrawal" in shown
    assert "\n    B2  politico-2024-05-10  Politico · " in shown
    assert "\n        citing US official speaking to Politico, US official, not named\n" in shown
    rows = table(
        invoke("--log", bundled, "why", "us-niger", "withdrawal:all-forces", "--known-by", "2024-05-11", "--csv").stdout
    )
    assert {row["entry"] for row in rows} == {"order-last-week", "order-this-week"}
    assert {row["grade"] for row in rows} == {"B2", "C3", "E5"}
    assert all(row["source"] and row["grade"] and row["side"] == "for" for row in rows)


def test_what_argues_against_is_told_with_how(invoke: Invoke, bundled: Path) -> None:
    shown = invoke("--log", bundled, "why", "us-niger", "agreement:sofa-2012", "--known-by", "2024-05-11").stdout
    assert "2 for, 1 against" in shown
    against = shown.partition("\nAgainst\n")[2]
    assert against.startswith("  no-formal-request  2024-03-21  United States of America denies sofa-revoked: ")
    assert "(denies sofa-revoked)\n" in against
    assert "\nVoices against\n  1. ap-2024-03-21, candorium-2024-03-21, citing Celeste Wallander\n" in shown


@pytest.mark.long
@pytest.mark.parametrize(
    "subject",
    [
        "proposal:keep-air-base",
        "position:NER/air-bases",
        "withdrawal:all-forces/strength",
        "date-conflict:withdrawal:all-forces",
        "party:NER",
        "source:politico-2024-05-10",
        "entry:order-this-week",
    ],
)
def test_the_document_is_that_of_the_projection(subject: str, ask: Ask, bundled: Path) -> None:
    with EventLog.open(bundled, read_only=True) as log:
        expected = why(log, "us-niger", subject, today=today()).to_json()
    document = ask("why", "us-niger", subject)
    assert {name: document[name] for name in expected} == json.loads(json.dumps(expected))
    lines = ask("why", "us-niger", subject, "--jsonl")
    assert [line["entry"] for line in lines if line["side"] == "for"] == [line["entry"] for line in document["lines"]]
    assert len(lines) == len(document["lines"]) + len(document["against"])


@pytest.mark.long
def test_every_subject_of_a_status_can_be_asked_why(invoke: Invoke, bundled: Path) -> None:
    with EventLog.open(bundled, read_only=True) as log:
        standing = status(log, "us-niger")
    asked = [subject for subject in standing.subjects if standing.view(subject) is not None]
    assert len(asked) > 15
    for subject in asked:
        done = invoke("--log", bundled, "why", "us-niger", subject, "--plain")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.count("\t") >= 11


def test_a_correction_is_told_with_both_readings(invoke: Invoke) -> None:
    lines: list[dict[str, Any]] = [
        {"event": "PartyAdded", "party": "USA"},
        {"event": "WithdrawalOrdered", "id": "order", "withdrawal": "w", "party": "USA", "occurred": "2024-05-01"},
        {
            "event": "EntryCorrected",
            "id": "better",
            "entry": "order",
            "changes": {"occurred": "2024-05-02"},
            "reason": "A slip.",
        },
    ]
    invoke("record", "-", stdin="\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines))
    shown = invoke("why", "talks", "withdrawal:w").stdout
    assert "    corrected by better: occurred: 2024-05-01 → 2024-05-02 (A slip.)\n" in shown
    assert "    no evidence\n" in shown


def test_the_sources_stand_under_those_that_they_repeat(invoke: Invoke, bundled: Path) -> None:
    shown = invoke("--log", bundled, "sources", "us-niger").stdout.splitlines()
    assert shown[0].split() == ["source", "grade", "published", "entries", "alone", "publisher", "falls"]
    top = next(number for number, line in enumerate(shown) if line.startswith("cnsp-2024-03-16"))
    assert [line.split("  ")[1:3] if line.startswith("  ") else line for line in shown[top + 1 : top + 4]]
    assert shown[top + 1].startswith("  └ rt-2024-03-16 ")
    assert shown[top + 4].startswith("    └ menafn-2024-03-17 ")
    assert sum("benin-web-tv-2024-05 (see above)" in line for line in shown) == 1


@pytest.mark.long
def test_what_would_fall_without_a_source_is_told(ask: Ask, invoke: Invoke, bundled: Path) -> None:
    document = ask("sources", "us-niger")
    with EventLog.open(bundled, read_only=True) as log:
        expected = sources(log, "us-niger", today=today()).to_json()
    assert set(document) == {"negotiation", "cut", "sources", "tree", "cycles"}
    assert list(document["sources"]) == list(expected["sources"])
    politico = document["sources"]["politico-2024-05-10"]
    assert {"subject": "position:USA/combat-presence", "before": "open", "after": "supports"} in politico["falls"]
    without = ask("status", "us-niger", "--without", "politico-2024-05-10")
    assert without["positions"]["USA"]["combat-presence"]["stance"] == "supports"
    rows = {row["source"]: row for row in table(invoke("--log", bundled, "sources", "us-niger", "--csv").stdout)}
    assert rows.keys() == document["sources"].keys()
    assert "position:USA/combat-presence open → supports" in rows["politico-2024-05-10"]["falls"]
    assert rows["menafn-2024-03-17"]["relays"] == "kuna-2024-03-17"
    assert rows["menafn-2024-03-17"]["roots"] == "cnsp-2024-03-16"
    lines = ask("sources", "us-niger", "--jsonl")
    assert {line["source"]: {**line, "source": None} for line in lines} == {
        name: {**one, "source": None} for name, one in document["sources"].items()
    }


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments", in_short([("sources",), ("why", "agreement:sofa-2012"), ("brief",)], ("brief",)), ids=" ".join
)
def test_every_process_answers_alike(
    arguments: tuple[str, ...], communique: Run, invoke: Invoke, bundled: Path
) -> None:
    verb, *more = arguments
    words = ("--log", bundled, verb, "us-niger", *more, "--json")
    # This process hashes with a seed of chance.
    done = communique(*words, variables={"PYTHONHASHSEED": "1"})
    assert done.returncode == 0
    assert done.stdout == invoke(*words).stdout


def test_sources_are_graded_as_at_the_cut(ask: Ask) -> None:
    grades = [
        ask("sources", "us-niger", "--known-by", day)["sources"]["iuvm-2024-05-11"]["reliability"]
        for day in ("2024-05-10", "2024-05-11")
    ]
    assert grades == ["D", "E"]


def test_a_log_without_sources_says_so(invoke: Invoke) -> None:
    invoke("record", "-", stdin='{"event": "PartyAdded", "negotiation": "talks", "party": "USA"}')
    done = invoke("sources", "talks")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no source is registered yet\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["why", "us-niger"], "error: Missing argument 'SUBJECT'"),
        (["why", "us-niger", "sofa-2012"], "'sofa-2012' is no subject; did you mean 'agreement:sofa-2012'?"),
        (["why", "us-niger", "agreement:sofa-2013"], "did you mean 'agreement:sofa-2012'?"),
        (["why", "us-niger", "withdrawal:all-forces/strenght"], "did you mean 'strength'?"),
        (["why", "us-niger", "withdrawal:all-forces", "--known-by", "2022"], "only at a later one"),
        (["why", "us-nigr", "x"], "did you mean 'us-niger'?"),
        (["sources", "us-nigr"], "did you mean 'us-niger'?"),
        (["sources", "us-niger", "--without", "politco-2024-05-10"], "did you mean 'politico-2024-05-10'?"),
    ],
)
def test_a_wrong_name_gets_one_line_with_the_nearest(
    arguments: list[str], said: str, invoke: Invoke, bundled: Path
) -> None:
    done = invoke("--log", bundled, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_subjects_are_completed_from_the_log(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_LOG", str(bundled))
    monkeypatch.setenv("_COMMUNIQUE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "communique why us-niger agr")
    monkeypatch.setenv("COMP_CWORD", "3")
    done = CliRunner().invoke(cli, prog_name="communique", complete_var="_COMMUNIQUE_COMPLETE")
    assert done.stdout == "plain,agreement:sofa-2012\n"
