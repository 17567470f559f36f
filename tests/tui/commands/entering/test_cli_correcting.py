"""`communique correct`: each field before and after, whole values, and the same correction once more."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.tui.commands.entering.given import LAKE, document, reads, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Invoke

ROUND = {"event": "RoundHeld", "negotiation": "lake", "id": "r", "round": "r1", "parties": ["NOR", "SWE"]}
ORDERED = {
    "event": "WithdrawalOrdered",
    "negotiation": "lake",
    "id": "w",
    "withdrawal": "all",
    "party": "NOR",
    "strength": {"low": 650, "high": 700, "scope": "police"},
}


@pytest.fixture(autouse=True)
def _recorded(invoke: Invoke, tmp_path: Path) -> None:
    invoke("record", written(tmp_path / "stage.jsonl", *LAKE, ROUND, ORDERED))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets a minute pass: of two corrections, the one that became known later holds."""
    minutes = count(1)
    return lambda: monkeypatch.setenv("COMMUNIQUE_NOW", f"2026-01-02T12:{next(minutes):02}:00Z")


def test_each_field_is_printed_before_and_after(invoke: Invoke, later: Callable[[], None]) -> None:
    done = invoke("correct", "lake", "r", "parties=NOR,SWE,FIN", "venue=Oslo", "--reason", "a third party came")
    first, second, last = done.stdout.splitlines()
    assert (first, second) == ("parties: NOR, SWE → NOR, SWE, FIN", "venue: nothing → Oslo")
    assert last.startswith("corrected lake r by entry-corrected-")
    assert done.stderr == "recorded as #8\n"
    assert (reads(invoke, "r")["parties"], reads(invoke, "r")["venue"]) == (["NOR", "SWE", "FIN"], "Oslo")
    later()
    assert invoke("correct", "lake", "r", "venue=null").stdout.startswith("venue: Oslo → nothing\n")
    assert "venue" not in reads(invoke, "r")


def test_a_program_gets_the_same(invoke: Invoke) -> None:
    done = document(invoke, "correct", "lake", "w", "strength.low=650", "strength.high=1200", "strength.scope=police")
    before, after = {"low": 650, "high": 700, "scope": "police"}, {"low": 650, "high": 1200, "scope": "police"}
    assert done["changes"] == [{"field": "strength", "before": before, "after": after}]
    assert (done["recorded"], done["entry"]["changes"]) == (1, {"strength": after})
    again = document(invoke, "correct", "lake", "w", "strength.low=650", "strength.high=1200", "strength.scope=police")
    assert (again["recorded"], again["already"], again["changes"], again["entry"]) == (0, 1, [], None)


def test_trying_records_nothing(invoke: Invoke) -> None:
    done = invoke("correct", "lake", "r", "venue=Oslo", "--dry-run")
    assert done.stdout.startswith("venue: nothing → Oslo\nwould be: corrected lake r by ")
    assert "venue" not in reads(invoke, "r")


def test_there_and_back_and_there_again(invoke: Invoke, later: Callable[[], None]) -> None:
    for venue in ("Oslo", "Bergen", "Oslo", "Bergen", "Oslo"):
        later()
        assert document(invoke, "correct", "lake", "r", f"venue={venue}")["recorded"] == 1
        assert reads(invoke, "r")["venue"] == venue
    assert invoke("verify").exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ("r", "parties.2=FIN"),
            1,
            "parties: replaces the whole list, and NOR, SWE would be lost; write parties=NOR,SWE",
        ),
        (("w", "strength.high=1200"), 1, "strength: replaces the whole value, and low 650, scope police would be lost"),
        (("r", "partie=FIN"), 1, "partie: unknown field; did you mean 'parties'?"),
        (("r", "parties=NRO"), 1, "parties.0: unknown party 'NRO'; did you mean 'NOR'?"),
        (("r", "id=x"), 1, "id: says which entry it is and cannot change"),
        (("r", "origin=x"), 1, "origin: is set by the log"),
        (("rr", "venue=x"), 2, "lake has no entry 'rr'"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_recorded(
    words: tuple[str, ...], code: int, told: str, invoke: Invoke
) -> None:
    before = invoke("verify", "--json").stdout
    done = invoke("correct", "lake", *words)
    assert done.exit_code == code
    assert told in done.stderr
    assert invoke("verify", "--json").stdout == before


def test_parties_and_sources_are_written_as_for_add(invoke: Invoke) -> None:
    described = ("evidence.0.source.publisher=Herald", "evidence.0.source.published=2021-05-02")
    done = invoke("correct", "lake", "r", "parties=Sweden,Norway", "occurred=2021-05-03", *described)
    assert done.exit_code == 0, done.stderr
    found = reads(invoke, "r")
    assert (found["parties"], found["occurred"]) == (["SWE", "NOR"], "2021-05-03")
    assert found["evidence"] == [{"source": "herald-2021-05-02"}]
    words = ("entry=w", "changes.party=Sweden", "changes.evidence=gazette", "changes.occurred=2021-05-04")
    assert invoke("add", "EntryCorrected", "-n", "lake", *words).exit_code == 0
    found = reads(invoke, "w")
    assert (found["party"], found["occurred"], found["evidence"]) == ("SWE", "2021-05-04", [{"source": "gazette"}])


def test_a_bare_number_loses_nothing_of_a_figure(invoke: Invoke) -> None:
    before = invoke("verify", "--json").stdout
    done = invoke("correct", "lake", "w", "strength=1200")
    assert (done.exit_code, "scope police would be lost; write strength.scope=police" in done.stderr) == (1, True)
    assert invoke("verify", "--json").stdout == before
    assert invoke("correct", "lake", "w", "strength.value=1200", "strength.scope=null").exit_code == 0
    assert reads(invoke, "w")["strength"] == {"value": 1200}


def test_adding_a_correction_loses_nothing_either(invoke: Invoke) -> None:
    part = invoke("add", "EntryCorrected", "-n", "lake", "entry=w", "changes.strength.high=1200")
    assert part.exit_code == 1
    assert "low 650, scope police would be lost; write changes.strength.low=650" in part.stderr
    part = invoke("add", "EntryCorrected", "-n", "lake", "entry=r", "changes.parties.2=FIN")
    assert "NOR, SWE would be lost; write changes.parties=NOR,SWE,FIN" in part.stderr
    assert invoke("add", "EntryCorrected", "-n", "lake", "entry=r", "changes.parties=NOR,SWE,FIN").exit_code == 0
    assert reads(invoke, "r")["parties"] == ["NOR", "SWE", "FIN"]


def test_correcting_what_is_retracted_says_so(invoke: Invoke, later: Callable[[], None]) -> None:
    invoke("retract", "lake", "r", "--reason", "no such round")
    told = "r is retracted (no such round); `communique retract lake r --restore` brings it back"
    for done in (
        invoke("correct", "lake", "r", "venue=Oslo", "--dry-run"),
        invoke("correct", "lake", "r", "venue=Oslo"),
        invoke("add", "EntryCorrected", "-n", "lake", "entry=r", "changes.venue=Bergen"),
    ):
        assert done.exit_code == 0
        assert f"warning: {told}\n" in done.stderr
    assert document(invoke, "correct", "lake", "r", "venue=Vik")["warnings"] == [told]
    later()
    invoke("add", "NegotiationOpened", "-n", "sea")
    invoke("move", "lake", "w", "--to", "sea")
    assert "w is retracted (moved to sea as w); " in invoke("correct", "lake", "w", "party=SWE").stderr
    assert invoke("correct", "sea", "w", "authority=Storting").stderr.startswith("recorded as ")


def test_a_field_that_another_one_corrects_otherwise_is_told(
    invoke: Invoke, tmp_path: Path, later: Callable[[], None]
) -> None:
    entry = {"event": "EntryCorrected", "negotiation": "lake", "entry": "r", "reason": "as the report has it"}
    first = entry | {"id": "ca", "changes": {"venue": "Oslo"}}
    invoke("record", written(tmp_path / "first.jsonl", first), "--by", "ada")
    later()
    said = "r: ca and {} give venue different values; the later published applies"
    added = ("add", "EntryCorrected", "-n", "lake", "id=cb", "entry=r", "changes.venue=Bergen", "reason=B")
    assert invoke(*added, "--by", "ben").stderr == f"warning: {said.format('cb')}\n"
    # Whoever corrects what is their own has changed their mind.
    revised = entry | {"id": "cc", "changes": {"venue": "Moss"}}
    later()
    assert (
        "warning"
        not in invoke(
            "record",
            written(tmp_path / "same.jsonl", entry | {"id": "cd", "changes": {"mode": "direct"}}),
            "--by",
            "ada",
        ).stderr
    )
    done = invoke("record", written(tmp_path / "revised.jsonl", revised), "--by", "ben")
    assert f"warning: {said.format('cc')}" in done.stderr
    later()
    done = invoke("correct", "lake", "r", "venue=Hamar", "--by", "cem")
    assert "give venue different values" in done.stderr
