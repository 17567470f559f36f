"""What a script writes shortly is recorded as the long form, with the same id."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tracker import EventLog, system
from tracker.codec import as_written
from tracker.errors import EntryRejectedError
from tracker.events.acts import StatementMade
from tracker.scripts import script
from tracker.scripts.order import rests_on_its_order
from tracker.scripts.reading import read_script
from tracker.scripts.script import record_file, record_script
from tracker.scripts.shorthands import Shorthands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.scripts.script import ScriptReceipt

OPENED: dict[str, Any] = {"event": "NegotiationOpened", "negotiation": "lake", "title": "Lake accord"}


def party(name: str, called: str, **fields: object) -> dict[str, Any]:
    return {"event": "PartyAdded", "negotiation": "lake", "party": name, "name": called, **fields}


def source(name: str, **fields: object) -> dict[str, Any]:
    return {"event": "SourceRegistered", "negotiation": "lake", "source": name, **fields}


def said(text: str, **fields: object) -> dict[str, Any]:
    return {"event": "StatementMade", "negotiation": "lake", "party": "NOR", "text": text, **fields}


STAGE = [
    OPENED,
    party("NOR", "Norway"),
    party("eu", "European Union", aliases=["EU"]),
    source("gazette", publisher="G"),
]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog.open(tmp_path / "lake.db", by="test") as opened:
        yield opened


def record(log: EventLog, *entries: object, defaults: dict[str, str] | None = None) -> ScriptReceipt:
    text = "\n".join(map(json.dumps, entries)).encode()
    lines = read_script(io.BytesIO(text), format="jsonl", name="s", shorthands=Shorthands(log, defaults))
    return record_script(log, lines)


def recorded(log: EventLog) -> list[dict[str, Any]]:
    return [{name: value for name, value in as_written(one).items() if name != "id"} for one in log.read("lake")]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (said("a", evidence="gazette"), [said("a", evidence=[{"source": "gazette"}])]),
        (said("a", evidence=["gazette"]), [said("a", evidence=[{"source": "gazette"}])]),
        (said("a", party="European Union"), [said("a", party="eu")]),
        (said("a", party="norway"), [said("a", party="NOR")]),
        (said("a", party="EU"), [said("a", party="eu")]),
        (
            said("a", evidence=[{"source": {"publisher": "AP", "published": "2024-05-10"}, "quote": "…"}]),
            [
                source("ap-2024-05-10", publisher="AP", published="2024-05-10"),
                said("a", evidence=[{"source": "ap-2024-05-10", "quote": "…"}]),
            ],
        ),
        (
            said("a", evidence=[{"source": {"source": "wire", "publisher": "Agência"}}]),
            [source("wire", publisher="Agência"), said("a", evidence=[{"source": "wire"}])],
        ),
    ],
)
def test_the_short_form_is_the_long_form(log: EventLog, short: object, long: list[object]) -> None:
    record(log, *STAGE, short)
    with EventLog.open(log.location + "-long", by="test") as other:
        record(other, *STAGE, *long)
        assert recorded(log) == recorded(other)
        assert [one.id for one in log.read("lake")] == [one.id for one in other.read("lake")]


def test_defaults_are_fields_of_the_claims_that_follow_and_have_them(log: EventLog) -> None:
    record(
        log,
        *STAGE,
        {"defaults": {"negotiation": "lake", "modality": "done", "evidence": "gazette", "agreement": "truce"}},
        {"event": "StatementMade", "party": "NOR", "text": "a"},
        {"event": "StatementMade", "party": "NOR", "text": "b", "modality": "denied"},
        {"event": "MatterAdded", "matter": "fish"},
        {"defaults": {"negotiation": "lake"}},
        {"event": "StatementMade", "party": "NOR", "text": "c"},
    )
    by_gazette = [{"source": "gazette"}]
    assert recorded(log)[4:] == [
        said("a", modality="done", evidence=by_gazette),
        said("b", modality="denied", evidence=by_gazette),
        {"event": "MatterAdded", "negotiation": "lake", "matter": "fish"},
        said("c"),
    ]


def test_defaults_may_stand_beside_the_entries(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("defaults: {negotiation: lake}\nentries:\n- {event: StatementMade, party: NOR, text: a}\n")
    record(log, *STAGE)
    record_file(log, path, defaults={"modality": "done"})
    assert recorded(log)[-1] == said("a", modality="done")


def test_a_negotiation_is_opened_with_its_parties(log: EventLog) -> None:
    parties = {"NOR": "Norway", "eu": {"name": "European Union", "role": "mediator"}}
    record(log, {**OPENED, "parties": parties}, said("a", party="European Union"))
    assert recorded(log) == [
        OPENED,
        party("NOR", "Norway", role="principal"),
        party("eu", "European Union", role="mediator"),
        said("a", party="eu"),
    ]


def test_a_source_that_is_described_again_is_the_same_and_another_one_has_another_name(log: EventLog) -> None:
    one, other = (
        {"publisher": "AP", "published": "2024-05-10"},
        {"publisher": "AP", "published": "2024-05-10", "title": "t"},
    )
    record(log, *STAGE, said("a", evidence=[{"source": one}]))
    record(log, said("b", evidence=[{"source": one}]), said("c", evidence=[{"source": other}]))
    cited = [entry["evidence"][0]["source"] for entry in recorded(log) if entry["event"] == "StatementMade"]
    assert cited == ["ap-2024-05-10", "ap-2024-05-10", "ap-2024-05-10-2"]


def test_a_name_of_two_parties_lists_their_ids(log: EventLog) -> None:
    with pytest.raises(EntryRejectedError) as rejected:
        record(log, *STAGE, party("nordic-union", "European Union"), said("a", party="European Union"))
    (problem,) = rejected.value.problems
    assert (problem.line, problem.field) == (6, "party")
    assert problem.message == "'European Union' is a name of eu and of nordic-union; write one of the ids"


@pytest.mark.parametrize(
    ("again", "field"),
    [
        (party("NOR", "Norge"), "party"),
        (source("gazette", publisher="Another"), "source"),
        ({**OPENED, "title": "Another"}, "negotiation"),
    ],
)
def test_what_is_registered_is_not_registered_otherwise(log: EventLog, again: dict[str, Any], field: str) -> None:
    record(log, *STAGE)
    with pytest.raises(EntryRejectedError) as rejected:
        record(log, again)
    (problem,) = rejected.value.problems
    assert problem.field == field
    assert "is registered already by" in problem.message
    assert "EntryCorrected" in problem.message
    record(log, *STAGE)
    assert len(recorded(log)) == len(STAGE)


def test_what_differs_is_shown_however_late_it_differs(log: EventLog) -> None:
    summary = "It was agreed on the shore. " * 20
    with pytest.raises(EntryRejectedError) as rejected:
        record(log, {**OPENED, "summary": f"{summary}Then."}, {**OPENED, "summary": f"{summary}Now."})
    (problem,) = rejected.value.problems
    assert 'agreed on the shore. Then." there' not in problem.message
    assert 'on the shore. Then." there, …' in problem.message
    assert 'on the shore. Now." here' in problem.message
    assert len(problem.message) < 300


def test_an_alias_of_three_capitals_is_a_name_as_others_are(log: EventLog) -> None:
    record(log, *STAGE, party("palestine-lo", "Organisation", aliases=["PLO"]), said("a", party="PLO"))
    assert recorded(log)[-1]["party"] == "palestine-lo"


def test_a_negotiation_is_opened_with_states_by_their_codes(log: EventLog) -> None:
    record(log, {**OPENED, "parties": ["NER", "USA"]})
    opened, *parties = recorded(log)
    assert "parties" not in opened
    assert [(one["party"], one["name"], one["role"]) for one in parties] == [
        ("NER", "Niger", "principal"),
        ("USA", "United States of America", "principal"),
    ]


@pytest.mark.parametrize(
    ("parties", "told"),
    [
        ("NER", "must be a mapping of parties"),
        (["NER", "ZZZ"], "'ZZZ' is no ISO 3166-1 alpha-3 code"),
        (["NER", {"party": "USA"}], "is no ISO 3166-1 alpha-3 code"),
        ({"NER": "Niger", "USA": 3}, "'USA' must have a name"),
    ],
)
def test_parties_that_cannot_be_registered_are_told(log: EventLog, parties: object, told: str) -> None:
    with pytest.raises(EntryRejectedError) as rejected:
        record(log, {**OPENED, "parties": parties})
    (problem,) = rejected.value.problems
    assert (problem.line, problem.field) == (1, "parties")
    assert told in problem.message


@pytest.mark.parametrize(
    ("entry", "rests"),
    [
        (said("a"), False),
        (said("a", party="eu"), False),
        (said("a", party="European Union"), True),
        (said("a", evidence=[{"source": "gazette"}]), False),
        (said("a", evidence=[{"source": {"publisher": "AP"}}]), True),
        ({"event": "RoundHeld", "parties": ["NOR", "European Union"]}, True),
        ({"event": "RoundHeld", "parties": ["NOR", "eu"]}, False),
        ({"event": "VoteHeld", "votes": {"NOR": "for", "European Union": "against"}}, True),
        ({"event": "VoteHeld", "votes": {"NOR": "for", "eu": "against"}}, False),
        (party("eu", "European Union", aliases=["The Union"]), False),
        ({"defaults": {"modality": "announced"}}, True),
    ],
)
def test_a_long_script_is_read_in_its_order_where_it_rests_on_it(entry: dict[str, Any], *, rests: bool) -> None:
    assert rests_on_its_order(json.dumps(line).encode() for line in (OPENED, entry)) is rests


@pytest.mark.parametrize("keep_going", [False, True])
@pytest.mark.parametrize("name", ["norway", "Norway"])
def test_a_long_script_calls_parties_by_names_however_they_are_written_and_wherever(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, keep_going: bool
) -> None:
    monkeypatch.setattr(script, "WORTH_IT", 0)
    monkeypatch.setattr(system, "cores", lambda: 2)
    record(log, OPENED)
    entries = [
        party("NOR", "Norway"),
        *(said(f"t{number}") for number in range(60)),
        said("as it is called", party=name),
        said("t5"),
    ]
    path = tmp_path / "s.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    receipt = record_file(log, path, keep_going=keep_going, batch=10)
    assert (receipt.count, receipt.already, receipt.rejected, receipt.positions) == (62, 1, 0, (2, 63))
    last = [recorded.event for recorded in log.read("lake")][-1]
    assert isinstance(last, StatementMade)
    assert (last.party, last.text) == ("NOR", "as it is called")


@pytest.mark.long
def test_entries_beside_defaults_in_yaml_are_told_at_their_lines_however_many(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    entries = "".join(
        f"- {{event: StatementMade, party: NOR, text: {'a' * 1000} {number}}}\n" for number in range(1200)
    )
    path.write_text(f"defaults: {{negotiation: lake}}\nentries:\n{entries}- {{event: StatementMade, txt: b}}\n")
    record(log, *STAGE)
    with pytest.raises(EntryRejectedError) as rejected:
        record_file(log, path)
    assert {problem.line for problem in rejected.value.problems} == {1203}
    path.write_text(f"defaults: {{negotiation: lake}}\nentries:\n{entries}")
    assert record_file(log, path).count == 1200


@pytest.mark.parametrize(
    ("text", "line", "field", "told"),
    [
        ("entries: []\ndefaults: {negotiation: lake}\n", 2, "defaults", "must stand before the entries"),
        ("defaults: {negotiation: lake}\nevent: StatementMade\n", 2, "event", "beside no other key"),
        ("defaults: lake\nentries: []\n", 1, "defaults", "must be a mapping of fields"),
        ("defaults: {negotiation: lake}\nentries: {event: StatementMade}\n", 2, "entries", "must be a list of entries"),
    ],
)
def test_what_stands_beside_entries_otherwise_is_told(text: str, line: int, field: str, told: str) -> None:
    lines = read_script(io.BytesIO(text.encode()), format="yaml", name="s")
    (problem,) = [problem for each in lines for problem in each.problems]
    assert (problem.line, problem.field) == (line, field)
    assert told in problem.message


def test_a_name_that_no_party_has_is_told_with_the_party_that_may_be_meant(log: EventLog) -> None:
    text = """
    - {event: NegotiationOpened, negotiation: lake, title: Lake, parties: {NER: Niger, SWE: Sweden}}
    - {event: StatementMade, negotiation: lake, party: Nigr, text: x}
    - {event: StatementMade, negotiation: lake, party: Republic of Somewhere, text: x}
    """
    with pytest.raises(EntryRejectedError) as caught:
        record_script(log, read_script(io.BytesIO(text.encode()), format="yaml", shorthands=Shorthands(log)))
    first, second = caught.value.problems
    assert (first.field, first.message) == ("party", "no party is called 'Nigr'; did you mean NER?")
    assert "'Republic of Somewhere' is not right" in second.message


def problems_of_yaml(log: EventLog, text: str) -> list[str]:
    with pytest.raises(EntryRejectedError) as caught:
        record_script(log, read_script(io.BytesIO(text.encode()), format="yaml", shorthands=Shorthands(log)))
    return [f"{problem.field}: {problem.message}" for problem in caught.value.problems]


_SAID = "- {{event: StatementMade, negotiation: lake, party: FRA, text: x, evidence: [{{source: {{{}}}}}]}}\n"
_LAKE = "- {event: NegotiationOpened, negotiation: lake, title: Lake, parties: {FRA: France, SWE: Sweden}}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "- {event: VoteHeld, negotiation: lake, agreement: a, body: C, votes: {France: for, FRA: against}}",
            "votes.France: 'France' is FRA, which stands there too; keep one",
        ),
        (
            "- {event: AgreementSigned, negotiation: lake, agreement: a, by: [France, FRA]}",
            "by.0: 'France' is FRA, which stands there too; keep one",
        ),
        (
            "- {event: NegotiationOpened, negotiation: p, title: T, parties: {USA: {name: U, party: NER}}}",
            "parties: 'USA' may not say its party, which stands outside",
        ),
        (
            _SAID.format("publisher: G, event: X"),
            "evidence.0.source: a source that is described here may not say its event",
        ),
        (
            _SAID.format("publisher: G") + _SAID.format("publisher: G, reliability: A"),
            "evidence.0.source: g is registered with reliability F, not A; correct its registration",
        ),
        ("- {defaults: {modalty: done}}", "defaults.modalty: is a field of no event type; did you mean 'modality'?"),
    ],
)
def test_what_a_shorthand_would_lose_in_silence_is_told(log: EventLog, text: str, told: str) -> None:
    assert told in problems_of_yaml(log, _LAKE + text)


def test_members_are_named_in_any_order_and_by_their_names(log: EventLog) -> None:
    bundestag = {"name": "Bundestag", "kind": "body", "of": "Germany"}
    parties = {
        "eu": {"name": "Union", "members": ["France", "DEU"]},
        "bt": bundestag,
        "FRA": "France",
        "DEU": "Germany",
    }
    record(log, {**OPENED, "parties": parties})
    added = recorded(log)[1:]
    assert [entry["party"] for entry in added] == ["FRA", "DEU", "eu", "bt"]
    assert (added[2]["members"], added[3]["of"]) == (["FRA", "DEU"], "DEU")


def test_a_source_that_was_described_in_a_script_is_counted_when_that_is_recorded_again(log: EventLog) -> None:
    described = {"publisher": "AP", "published": "2024-05-10", "reliability": "B"}
    told = {"event": "StatementMade", "negotiation": "n", "party": "USA", "evidence": [{"source": described}]}
    lines = [
        {"event": "NegotiationOpened", "negotiation": "n", "parties": {"USA": "United States"}},
        *({**told, "text": text} for text in ("one", "another")),
    ]
    assert (first := record(log, *lines)).count == 5
    again = record(log, *lines)
    assert (again.count, again.already) == (0, first.count)


def test_a_subject_that_calls_a_party_by_its_name_stays_a_subject(log: EventLog) -> None:
    figure = {"event": "FigureReported", "negotiation": "lake", "id": "f", "about": "party:Norway"}
    record(log, *STAGE, figure | {"quantity": "ships", "figure": 7})
    assert as_written(log.entry("lake", "f"))["about"] == "party:NOR"
