"""States that rest on little, or on what was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from projections import Cut, Replay
from tests.projections.telling import all_found, cites, found, history, party, person, source, tell

if TYPE_CHECKING:
    from tracker.events import Event

SOURCES: Final = (
    source("agency", "2024-05-01"),
    source("paper", "2024-05-02", "agency"),
    source("other", "2024-05-03"),
)


def ordered(name: str, day: str, *said_by: str | dict[str, Any], **fields: object) -> Event:
    return tell("WithdrawalOrdered", name, day, *said_by, withdrawal="w", party="USA", **fields)


def demanded(name: str, day: str, *said_by: str, **fields: object) -> Event:
    return tell("WithdrawalDemanded", name, day, *said_by, withdrawal="w", party="NER", **fields)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        pytest.param([ordered("a", "2024-05-01")], "unsourced", id="no evidence"),
        pytest.param([ordered("a", "2024-05-01", "agency")], "single-voice", id="one source"),
        pytest.param([ordered("a", "2024-05-01", "agency", "paper")], "single-voice", id="one source and its relay"),
        pytest.param([ordered("a", "2024-05-01", "agency", "other")], None, id="two sources"),
        pytest.param(
            [ordered("a", "2024-05-01", cites("agency", "an official"), cites("other", "An Official"))],
            "single-voice",
            id="two sources that cite one person",
        ),
        pytest.param(
            [ordered("a", "2024-05-01", "agency"), ordered("b", "2024-05-02", "other")], None, id="two entries"
        ),
        pytest.param(
            [ordered("a", "2024-05-01", "agency"), tell("EntryCorroborated", "b", None, "other", entry="a")],
            None,
            id="corroborated",
        ),
        pytest.param(
            [ordered("a", "2024-05-01"), tell("EntryCorroborated", "b", None, "other", entry="a")],
            "single-voice",
            id="corroborated where nothing was",
        ),
        pytest.param([ordered("a", "2024-05-01", modality="denied")], None, id="no state at all"),
    ],
)
def test_a_state_says_on_how_much_it_rests(events: list[Event], kind: str | None) -> None:
    told = [finding for finding in all_found(*SOURCES, *events) if finding.kind in {"unsourced", "single-voice"}]
    expected = {event.id for event in events if event.event == "WithdrawalOrdered"}
    assert [(finding.kind, finding.subject, set(finding.entries)) for finding in told] == [
        (kind, "withdrawal:w", expected)
    ] * (kind is not None)


@pytest.mark.parametrize("fields", [{"kind": "primary"}, {"reliability": "A"}])
def test_a_primary_or_completely_reliable_source_may_stand_alone(fields: dict[str, str]) -> None:
    event = ordered("a", "2024-05-01", "text")
    assert found("single-voice", source("text", **fields), event) == []
    assert found("single-voice", source("text", kind="press", reliability="B"), event) == [("withdrawal:w", {"a"})]


def test_a_grade_that_becomes_known_later_lets_a_voice_stand_alone_from_then_on() -> None:
    events = [
        source("text", kind="press", reliability="B"),
        ordered("a", "2024-05-01", "text"),
        tell("AssessmentChanged", "graded", source="text", reliability="A", published="2024-06-01"),
    ]
    assert found("single-voice", *events, cut=Cut(known_by="2024-05-31")) == [("withdrawal:w", {"a"})]
    assert found("single-voice", *events, cut=Cut(known_by="2024-06-01")) == []


def test_only_the_entries_of_the_present_state_count() -> None:
    events = demanded("a", "2024-04-01", "agency", "other"), ordered("b", "2024-05-01", "agency")
    assert found("single-voice", *SOURCES, *events) == [("withdrawal:w", {"b"})]


def test_positions_rest_on_evidence_too() -> None:
    events = [
        tell("PositionTaken", "a", "2024-05-01", party="NER", matter="m", stance="open"),
        tell("PositionTaken", "b", "2024-05-01", "agency", "paper", party="USA", matter="m", stance="open"),
    ]
    assert found("unsourced", *SOURCES, *events) == [("position:NER/m", {"a"})]
    assert found("single-voice", *SOURCES, *events) == [("position:USA/m", {"b"})]


def test_a_position_that_is_only_denied_rests_on_nothing() -> None:
    took = {"party": "NER", "matter": "m", "stance": "open", "modality": "denied"}
    for said_by in ([], ["agency"]):
        told = all_found(*SOURCES, tell("PositionTaken", "a", "2024-05-01", *said_by, **took))
        assert not {finding.kind for finding in told} & {"unsourced", "single-voice"}


def test_an_alias_makes_one_voice_of_two() -> None:
    event = ordered("a", "2024-05-01", cites("agency", "Ali Tassa"), cites("other", "Ali Tase'"))
    assert found("single-voice", *SOURCES, event) == []
    assert found("single-voice", *SOURCES, person("Ali Tassa", "Ali Tase"), event) == [("withdrawal:w", {"a"})]


def test_a_state_that_only_retracted_entries_had_supported_is_told() -> None:
    events = ordered("a", "2024-05-01"), ordered("b", "2024-05-02"), tell("EntryRetracted", "r", None, entry="a")
    assert found("retracted-support", *events) == [], "the other entry still supports it"
    gone = (*events, tell("EntryRetracted", "q", None, entry="b"))
    assert found("retracted-support", *gone) == [("withdrawal:w", {"a", "b", "r", "q"})]
    [message] = [finding.message for finding in all_found(*gone)]
    assert message == "Only what was retracted said that w is ordered."


def test_a_state_that_a_retraction_changed_is_told() -> None:
    events = [
        demanded("a", "2024-04-01"),
        ordered("b", "2024-05-01"),
        tell("EntryRetracted", "r", None, entry="b", published="2024-06-01"),
    ]
    assert found("retracted-support", *events) == [("withdrawal:w", {"b", "r"})]
    messages = [finding.message for finding in all_found(*events) if finding.kind == "retracted-support"]
    assert messages == ["w is demanded, and was ordered before a retraction."]


def test_a_retraction_counts_from_its_own_publication_on() -> None:
    events = [
        ordered("b", "2024-05-01", published="2024-05-01"),
        tell("EntryRetracted", "r", None, entry="b", published="2024-06-01"),
    ]
    assert found("retracted-support", *events, cut=Cut(known_by="2024-05-31")) == []
    assert found("retracted-support", *events, cut=Cut(known_by="2024-06-01")) == [("withdrawal:w", {"b", "r"})]


def test_a_retraction_of_a_step_back_out_of_the_way_is_blamed_on_what_led_away() -> None:
    events = [
        tell("TalksSuspended", "a", "2024-05-01", round="t"),
        tell("RoundHeld", "b", "2024-05-02", round="t", parties=["USA"]),
        tell("TalksSuspended", "c", "2024-05-03", round="t"),
        tell("EntryRetracted", "r", None, entry="c"),
    ]
    assert found("retracted-support", *events) == [("round:t", {"c", "r"})]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([ordered("a", "2024-05-01"), tell("EntryRetracted", "r", None, entry="a")], id="control"),
        pytest.param(
            [
                ordered("a", "2024-05-01"),
                tell("EntryRetracted", "r", None, entry="a"),
                tell("EntryRetracted", "s", None, entry="r"),
            ],
            id="a retraction retracted",
        ),
        pytest.param(
            [ordered("a", "2024-05-01", modality="denied"), tell("EntryRetracted", "r", None, entry="a")],
            id="a denial retracted",
        ),
        pytest.param(
            [
                tell("StrengthReported", "a", "2024-05-01", withdrawal="w", strength=5),
                tell("EntryRetracted", "r", None, entry="a"),
            ],
            id="what moves no state",
        ),
        pytest.param(
            [tell("StatementMade", "a", "2024-05-01", party="USA"), tell("EntryRetracted", "r", None, entry="a")],
            id="what has no subject",
        ),
    ],
)
def test_a_retraction_that_changes_no_state_is_not(events: list[Event], request: pytest.FixtureRequest) -> None:
    expected = [("withdrawal:w", {"a", "r"})] if request.node.callspec.id == "control" else []
    assert found("retracted-support", *events) == expected


def test_positions_change_by_retraction_too() -> None:
    events = [
        tell("PositionTaken", "a", "2024-05-01", party="NER", matter="m", stance="open"),
        tell("PositionTaken", "b", "2024-05-02", party="NER", matter="m", stance="opposes"),
        tell("EntryRetracted", "r", None, entry="b"),
    ]
    assert found("retracted-support", *events) == [("position:NER/m", {"b", "r"})]


def test_a_retracted_correction_changes_a_state_too() -> None:
    events = [
        ordered("a", "2024-05-01", modality="denied"),
        tell("EntryCorrected", "c", None, entry="a", changes={"modality": "announced"}),
        tell("EntryRetracted", "r", None, entry="c"),
    ]
    assert found("retracted-support", *events) == [("withdrawal:w", {"a", "c", "r"})]
    [other_way] = [
        tell("EntryCorrected", "c", None, entry="a", changes={"modality": "denied"}),
    ]
    events = [ordered("a", "2024-05-01"), other_way, tell("EntryRetracted", "r", None, entry="c")]
    assert found("retracted-support", *events) == [("withdrawal:w", {"a", "c", "r"})]
    messages = [finding.message for finding in all_found(*events) if finding.kind == "retracted-support"]
    assert messages == ["w is ordered only since a retraction."]


REVOKED = {"agreement": "a", "party": "NER"}
IN_JUNE = Cut(happened_by="2024-06")


@pytest.mark.parametrize(
    ("field", "said", "corrected", "message"),
    [
        ("occurred", "2025-03-16", "2024-01", "Only what was retracted said that a is denunciation announced."),
        ("occurred", "2024-03-16", "2025-01", "a is denunciation announced only since a retraction."),
        ("published", "2025-03-16", "2024-01-01", "Only what was retracted said that a is denunciation announced."),
        ("published", "2024-03-16", "2025-01", "a is denunciation announced only since a retraction."),
    ],
)
def test_a_retracted_correction_may_have_moved_an_entry_across_the_cut(
    field: str, said: str, corrected: str, message: str
) -> None:
    given = {"occurred": "2024-01", "published": "2024-02-01", field: said}
    events = [
        tell("AgreementRevoked", "r", given["occurred"], published=given["published"], **REVOKED),
        tell("EntryCorrected", "c", None, entry="r", changes={field: corrected}, published="2024-02-01"),
        tell("EntryRetracted", "x", None, entry="c", published="2024-03-01"),
    ]
    cut = IN_JUNE if field == "occurred" else Cut(known_by="2024-06")
    assert found("retracted-support", *events, cut=cut) == [("agreement:a", {"r", "c", "x"})]
    assert [one.message for one in all_found(*events, cut=cut) if one.kind == "retracted-support"] == [message]
    assert found("retracted-support", *events, cut=Cut(known_by="2024-02")) == []
    assert found("retracted-support", *events) == []


def test_a_retracted_corroboration_may_have_made_an_entry_known() -> None:
    events = [
        source("first", "2024-01-01"),
        source("second", "2024-05-01"),
        tell("AgreementRevoked", "r", "2023-12", "second", **REVOKED),
        tell("EntryCorroborated", "k", None, "first", entry="r"),
        tell("EntryRetracted", "x", None, entry="k", published="2024-02-01"),
    ]
    assert found("retracted-support", *events, cut=Cut(known_by="2024-03")) == [("agreement:a", {"r", "k", "x"})]
    assert found("retracted-support", *events, cut=Cut(known_by="2024-06")) == []


def test_a_step_past_where_an_entry_would_have_stood_finds_it() -> None:
    events = [
        party("NER"),
        tell("StatementMade", "before", "2023-12", party="NER"),
        tell("StatementMade", "after", "2024-05", party="NER"),
        tell("AgreementRevoked", "r", "2025-03-16", **REVOKED),
        tell("EntryCorrected", "c", None, entry="r", changes={"occurred": "2024-01"}),
        tell("EntryRetracted", "x", None, entry="c"),
    ]
    steps = [
        (step.entry, [one.kind for one in step.appeared])
        for step in Replay(history(*events), notes=True).steps("happened", each_entry=True)
    ]
    assert steps[0] == ("after", ["retracted-support"])


def test_a_retracted_correction_of_the_subject_is_told_of_both() -> None:
    events = [
        ordered("a", "2024-05-01"),
        tell("EntryCorrected", "c", None, entry="a", changes={"withdrawal": "v"}),
        tell("EntryRetracted", "r", None, entry="c"),
    ]
    assert sorted(found("retracted-support", *events)) == [
        ("withdrawal:v", {"a", "c", "r"}),
        ("withdrawal:w", {"a", "c", "r"}),
    ]
