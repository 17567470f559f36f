"""Knowing better: corrections are checked against what they correct, and kept in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tracker.given import NEGOTIATION, entry, statement
from tracker.errors import EntryRejectedError
from tracker.events import EntryCorrected
from tracker.events.knowledge import EntryCorrected as Correction
from tracker.negotiation import apply_changes

if TYPE_CHECKING:
    from tracker.log import EventLog


@pytest.fixture
def ordered(staged: EventLog) -> EventLog:
    """Return a log with an order to withdraw in it."""
    staged.record(
        [
            entry(
                "WithdrawalOrdered",
                id="order",
                withdrawal="all-forces",
                party="USA",
                strength={"low": 650, "high": 1000},
                occurred="2024-05",
                evidence=[{"source": "wire", "credibility": 3}],
            )
        ]
    )
    return staged


def changes(log: EventLog, **fields: object) -> dict[str, Any]:
    """Correct the order and return the changes as they were recorded."""
    (recorded,) = log.record([entry("EntryCorrected", entry="order", changes=fields)]).recorded
    assert isinstance(recorded.event, EntryCorrected)
    (stored,) = list(log.read(after=recorded.position - 1))
    assert stored.event == recorded.event
    return recorded.event.changes


def rejected(log: EventLog, target: str = "order", /, **fields: object) -> list[str]:
    """Return what is wrong with a correction."""
    before = len(list(log.read()))
    with pytest.raises(EntryRejectedError) as caught:
        log.record([entry("EntryCorrected", entry=target, changes=fields)])
    assert len(list(log.read())) == before
    return [str(problem).removeprefix("1: ") for problem in caught.value.problems]


def test_changes_are_kept_in_the_form_in_which_the_entry_would_hold_them(ordered: EventLog) -> None:
    assert changes(ordered, strength="1000") == {"strength": {"value": 1000}}
    assert changes(ordered, strength={"low": "700"}) == {"strength": {"low": 700}}
    assert changes(ordered, evidence=[{"source": "daily", "credibility": "2", "quote": None}]) == {
        "evidence": [{"source": "daily", "credibility": 2}]
    }


def test_null_removes_a_field(ordered: EventLog) -> None:
    assert changes(ordered, occurred=None, strength=None) == {"occurred": None, "strength": None}


def test_whole_fields_are_replaced(ordered: EventLog) -> None:
    target = ordered.entry(NEGOTIATION, "order").event
    reading = apply_changes(target, {"strength": {"low": 700}, "occurred": None})
    assert reading.model_dump(mode="json", exclude_defaults=True)["strength"] == {"low": 700}
    assert reading.occurred is None
    assert reading.evidence == target.evidence


def test_the_same_correction_however_written_is_recorded_once(ordered: EventLog) -> None:
    first = ordered.record([entry("EntryCorrected", entry="order", changes={"strength": "1000"})])
    assert len(first.recorded) == 1
    for same in ({"strength": 1000}, {"strength": {"value": "1000"}}, {"strength": {"value": 1000.0}}):
        again = ordered.record([entry("EntryCorrected", entry="order", changes=same)])
        assert (len(again.recorded), again.already) == (0, 1)
    one = ordered.record([entry("EntryCorrected", entry="order", changes={"note": "n", "occurred": "2024"})])
    other = ordered.record([entry("EntryCorrected", entry="order", changes={"occurred": "2024", "note": "n"})])
    assert (len(one.recorded), len(other.recorded), other.already) == (1, 0, 1)


def test_a_correction_in_the_batch_of_its_entry_is_checked_too(staged: EventLog) -> None:
    with pytest.raises(EntryRejectedError, match=r"2: changes.text: must be text"):
        staged.record([statement(1), entry("EntryCorrected", entry="statement-1", changes={"text": 7})])
    receipt = staged.record([statement(1), entry("EntryCorrected", entry="statement-1", changes={"text": "better"})])
    assert len(receipt.recorded) == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"strenth": 1}, "changes.strenth: WithdrawalOrdered has no such field; did you mean 'strength'?"),
        ({"strength": "many"}, "changes.strength.value: must be a number, not 'many'"),
        ({"occurred": "2023-02-29"}, "changes.occurred: "),
        ({"party": None}, "changes.party: is required"),
        ({"party": "XYZ"}, "changes.party: unknown party 'XYZ'; add it first with PartyAdded"),
        ({"evidence": [{"source": "wier"}]}, "changes.evidence.0.source: unknown source 'wier'; did you mean 'wire'?"),
        ({"id": "other"}, "changes.id: says which entry it is and cannot change"),
        ({"event": "WithdrawalAgreed"}, "changes.event: says which entry it is and cannot change"),
        ({"negotiation": "us-chad"}, "changes.negotiation: says which entry it is and cannot change"),
        ({"recorded_at": "2024"}, "changes.recorded_at: is set by the log and cannot change"),
    ],
)
def test_changes_that_the_entry_could_not_have_are_rejected(
    ordered: EventLog, fields: dict[str, object], problem: str
) -> None:
    (found,) = rejected(ordered, **fields)
    assert found.startswith(problem)


def test_all_that_is_wrong_with_changes_is_told_at_once(ordered: EventLog) -> None:
    assert len(rejected(ordered, strenth=1, id="x")) == 2
    assert len(rejected(ordered, occurred="soon", modality="sure")) == 2


def test_no_changes_are_no_correction() -> None:
    with pytest.raises(EntryRejectedError, match="changes: must not be empty"):
        entry("EntryCorrected", entry="order", changes={})


def test_a_correction_of_a_correction_changes_its_changes_but_not_its_entry(ordered: EventLog) -> None:
    ordered.record([entry("EntryCorrected", id="first", entry="order", changes={"strength": 1000})])
    ordered.record([entry("EntryCorrected", id="second", entry="first", changes={"changes": {"strength": 1100}})])
    second = ordered.entry(NEGOTIATION, "second").event
    assert isinstance(second, Correction)
    assert second.changes == {"changes": {"strength": {"value": 1100}}}
    assert rejected(ordered, "first", entry="opened")[0].startswith("changes.entry: cannot change")
    assert rejected(ordered, "first", changes=None) == ["changes.changes: is required"]


def test_a_correction_of_a_correction_is_checked_against_the_entry_itself(ordered: EventLog) -> None:
    ordered.record([entry("EntryCorrected", id="first", entry="order", changes={"strength": 1000})])
    assert rejected(ordered, "first", changes={"strenth": 1, "strength": "x"}) == [
        "changes.changes.strenth: WithdrawalOrdered has no such field; did you mean 'strength'?"
    ]
    assert rejected(ordered, "first", changes={"strength": "x"})[0].startswith(
        "changes.changes.strength.value: must be"
    )
    ordered.record([entry("EntryCorrected", id="second", entry="first", changes={"changes": {"strength": "900"}})])
    fields = {"changes": {"changes": {"strength": "800"}}}
    ordered.record([entry("EntryCorrected", id="third", entry="second", changes=fields)])
    third = ordered.entry(NEGOTIATION, "third").event
    assert isinstance(third, Correction)
    assert third.changes == {"changes": {"changes": {"strength": {"value": 800}}}}


def test_a_field_may_be_corrected_to_its_default(ordered: EventLog) -> None:
    ordered.record([statement(1, modality="denied")])
    correction = entry("EntryCorrected", id="c", entry="statement-1", changes={"modality": "reported", "evidence": []})
    ordered.record([correction])
    assert ordered.entry(NEGOTIATION, "c").event == correction


def test_entries_of_knowledge_name_entries_of_every_kind(ordered: EventLog) -> None:
    ordered.record(
        [
            entry("EntryRetracted", id="retraction", entry="order", reason="withdrawn by the wire"),
            entry("EntryRetracted", id="unretraction", entry="retraction"),
            entry("EntryDisputed", entry="order", party="NER", ground="no such order"),
            entry("EntryCorroborated", entry="order", evidence=[{"source": "daily"}]),
            entry("AssessmentChanged", entry="order", credibility=2),
            entry("AssessmentChanged", source="wire", reliability="C"),
            entry("EntryRetracted", entry="source-wire"),
        ]
    )
    assert len(list(ordered.read(NEGOTIATION))) == 13 + 7


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"entry": "order"},
        {"credibility": 2},
        {"entry": "order", "reliability": "B"},
        {"source": "wire", "credibility": 2},
        {"entry": "order", "source": "wire", "credibility": 2, "reliability": "B"},
    ],
)
def test_an_assessment_is_of_an_entry_or_of_a_source(fields: dict[str, object]) -> None:
    with pytest.raises(EntryRejectedError, match="give entry and credibility, or source and reliability"):
        entry("AssessmentChanged", **fields)


def test_a_corroboration_names_its_sources_in_its_evidence(ordered: EventLog) -> None:
    with pytest.raises(EntryRejectedError, match=r"evidence.0.source: unknown source 'dailly'"):
        ordered.record([entry("EntryCorroborated", entry="order", evidence=[{"source": "dailly"}])])


@pytest.mark.parametrize(
    ("entry_id", "name"), [("party-ner", "party"), ("matter-air-bases", "matter"), ("source-wire", "source")]
)
def test_what_a_register_knows_a_thing_by_cannot_change(staged: EventLog, entry_id: str, name: str) -> None:
    with pytest.raises(EntryRejectedError, match=f"changes.{name}: says which {name} it is and cannot change"):
        staged.record([entry("EntryCorrected", entry=entry_id, changes={name: "other"})])


def test_an_entry_that_a_correction_names_must_be_there(ordered: EventLog) -> None:
    ordered.record([entry("DenialIssued", id="denial", party="USA", of="order"), statement(1, id="other")])
    (problem,) = rejected(ordered, "denial", of="othr")
    assert problem == "changes.of: there is no entry 'othr' before this one; did you mean 'other'?"
    ordered.record([entry("EntryCorrected", entry="denial", changes={"of": "other"})])
    later = [
        entry("EntryCorrected", entry="denial", changes={"of": "new"}),
        statement(2, id="new"),
    ]
    with pytest.raises(EntryRejectedError, match="there is no entry 'new' before this one"):
        ordered.record(later)
    ordered.record(later[::-1])
