"""Figures and dates that cannot both be right, denials, and moves that nothing allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from projections import Cut, status
from tests.projections.telling import all_found, found, history, source, tell
from tracker.events import EVENT_TYPES

if TYPE_CHECKING:
    from tracker.events import Event


def strength(entry: str, occurred: str | None, figure: object, **fields: object) -> Event:
    return tell("StrengthReported", entry, occurred, withdrawal=fields.pop("of", "w"), strength=figure, **fields)


def departed(entry: str, occurred: str, figure: object, of: object = None) -> Event:
    return tell("WithdrawalProgressReported", entry, occurred, withdrawal="w", departed=figure, of=of)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (650, 1000),
        (1000, 650),
        ({"low": 600, "high": 700}, {"low": 701, "high": 800}),
        ({"high": 649}, {"low": 650}),
        (0.5, {"low": 0.75}),
        ({"value": 3, "unit": "aircraft"}, {"value": 4, "unit": "aircraft"}),
        ({"value": 3, "scope": "combat"}, {"value": 4, "scope": "combat"}),
    ],
)
def test_figures_apart_at_one_time_conflict(first: object, second: object) -> None:
    events = strength("a", "2024-05", first), strength("b", "2024-05-10", second)
    assert found("figure-conflict", *events) == [("withdrawal:w", {"a", "b"})]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (650, 650),
        ({"low": 600}, 946),
        ({"low": 600}, {"low": 1000}),
        ({"low": 600, "high": 700}, {"low": 700, "high": 800}),
        ({"value": 3, "unit": "aircraft"}, 4),
        ({"value": 3, "scope": "combat"}, {"value": 4, "scope": "contractors"}),
        ({"value": 3, "scope": "combat"}, 4),
    ],
)
def test_figures_that_leave_room_or_measure_another_thing_do_not(first: object, second: object) -> None:
    assert found("figure-conflict", strength("a", "2024-05", first), strength("b", "2024-05-10", second)) == []


def test_a_figure_that_changes_over_time_is_no_conflict() -> None:
    assert found("figure-conflict", strength("a", "2024-04", 1000), strength("b", "2024-05", 650)) == []
    ordered = tell("WithdrawalOrdered", "a", "2024-05", withdrawal="w", party="USA", strength=1000)
    assert found("figure-conflict", ordered, departed("b", "2024-07", 766)) == []
    assert found("figure-conflict", ordered, departed("b", "2024-05", 766)) == [], "how many left is another quantity"


def test_how_many_there_were_of_those_who_left_is_a_strength() -> None:
    events = strength("a", "2024-05-19", 1100), departed("b", "2024-05-19/2024-06-07", 269, of=946)
    assert found("figure-conflict", *events) == [("withdrawal:w", {"a", "b"})]


def test_residuals_are_compared_too() -> None:
    events = [
        tell("WithdrawalCompleted", name, "2024-09-15", withdrawal="w", residual=figure)
        for name, figure in (("a", 20), ("b", 30))
    ]
    assert found("figure-conflict", *events) == [("withdrawal:w", {"a", "b"})]


def test_figures_of_two_withdrawals_are_not_compared() -> None:
    assert found("figure-conflict", strength("a", "2024-05", 1), strength("b", "2024-05", 2, of="v")) == []


@pytest.mark.parametrize("modality", ["denied", "hypothetical"])
def test_what_is_denied_or_supposed_is_no_figure(modality: str) -> None:
    events = strength("a", "2024-05", 650), strength("b", "2024-05", 1000, modality=modality)
    assert found("figure-conflict", *events) == []


def test_figures_that_disagree_with_one_another_are_one_finding() -> None:
    events = [
        strength("some", "2024-05", {"low": 600}),
        strength("a", "2024-05-01/2024-05-10", 650),
        strength("b", "2024-05", 1000),
        strength("c", "2024-05-20/2024-05-30", 650),
        strength("later", "2024-08", 5),
    ]
    assert found("figure-conflict", *events) == [("withdrawal:w", {"a", "b", "c"})]


def test_disagreements_at_two_times_are_two_findings_that_name_their_figures() -> None:
    events = [
        strength("a", "2024-03", 650),
        strength("b", "2024-03", 1000),
        strength("c", "2024-07", 1),
        strength("d", "2024-07", {"low": 20, "high": 30, "scope": "guards", "unit": "people"}),
        strength("e", "2024-07", {"high": 10, "scope": "guards", "unit": "people"}),
    ]
    assert found("figure-conflict", *events) == [("withdrawal:w", {"a", "b"}), ("withdrawal:w", {"d", "e"})]
    messages = [finding.message for finding in all_found(*events) if finding.kind == "figure-conflict"]
    assert messages == [
        "w: strength is given as 650 and 1,000 for one time.",
        "w: strength is given as 20–30 and at most 10 people (guards) for one time.",
    ]


def test_a_figure_reads_as_corrected_and_counts_until_retracted() -> None:
    events = [strength("a", "2024-05", 650), strength("b", "2024-05", 1000)]
    later = {"published": "2024-06-01", "entry": "b"}
    corrected = tell("EntryCorrected", "c", None, changes={"strength": 650}, **later)
    retracted = tell("EntryRetracted", "c", None, **later)
    for cure in (corrected, retracted):
        assert found("figure-conflict", *events, cure) == []
        before = Cut(known_by="2024-05-31")
        dated = [event.model_copy(update={"published": event.occurred}) for event in events]
        assert found("figure-conflict", *dated, cure, cut=before) == [("withdrawal:w", {"a", "b"})]


THINGS: Final[dict[str, dict[str, Any]]] = {
    "AgreementNegotiated": {"agreement": "x"},
    "AgreementSigned": {"agreement": "x", "by": ["USA"]},
    "AgreementRatified": {"agreement": "x", "party": "USA"},
    "AgreementEnteredIntoForce": {"agreement": "x"},
    "AgreementRevoked": {"agreement": "x", "party": "USA"},
    "AgreementTerminated": {"agreement": "x"},
    "AgreementExpired": {"agreement": "x"},
    "WithdrawalOrdered": {"withdrawal": "x", "party": "USA"},
    "WithdrawalBegan": {"withdrawal": "x"},
    "WithdrawalCompleted": {"withdrawal": "x"},
    "SiteHandedOver": {"withdrawal": "x", "site": "Base 101"},
    "TalksConcluded": {"round": "x"},
    "ProposalAccepted": {"proposal": "x", "party": "NER"},
    "ConsentExpressed": {"agreement": "x", "party": "USA"},
}


@pytest.mark.parametrize("kind", THINGS)
def test_a_once_only_happening_on_two_days_is_a_conflict(kind: str) -> None:
    events = [tell(kind, name, day, **THINGS[kind]) for name, day in (("a", "2024-05-01"), ("b", "2024-05-02"))]
    [(subject, entries)] = found("date-conflict", *events)
    assert subject.endswith(":x")
    assert entries == {"a", "b"}


@pytest.mark.parametrize("kind", THINGS)
def test_dates_that_overlap_are_not(kind: str) -> None:
    days = ("a", "2024-05-02"), ("b", "2024-05"), ("c", "2024-04-15/2024-05-02"), ("d", "2024?")
    assert found("date-conflict", *(tell(kind, name, day, **THINGS[kind]) for name, day in days)) == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("RoundHeld", {"round": "x", "parties": ["USA"]}),
        ("WithdrawalDemanded", {"withdrawal": "x", "party": "NER"}),
        ("WithdrawalTimetableSet", {"withdrawal": "x"}),
        ("DenunciationNotified", {"agreement": "x", "party": "NER"}),
        ("AgreementSuspended", {"agreement": "x", "party": "NER"}),
        ("ProposalWithdrawn", {"proposal": "x", "party": "NER"}),
        ("PositionTaken", {"party": "NER", "matter": "m", "stance": "open"}),
        ("StatementMade", {"party": "NER"}),
    ],
)
def test_what_may_happen_again_is_none(kind: str, fields: dict[str, Any]) -> None:
    events = [tell(kind, name, day, **fields) for name, day in (("a", "2024-05-01"), ("b", "2024-06-01"))]
    assert found("date-conflict", *events) == []


def test_one_finding_names_every_entry_that_disagrees_and_none_that_leaves_room() -> None:
    days = ("a", "2012"), ("b", "2013"), ("c", "2013-01-28"), ("d", "2015"), ("room", "2010/2020")
    events = [tell("AgreementEnteredIntoForce", name, day, agreement="sofa") for name, day in days]
    assert found("date-conflict", *events) == [("agreement:sofa", {"a", "b", "c", "d"})]
    [message] = [finding.message for finding in all_found(*events) if finding.kind == "date-conflict"]
    assert message == "sofa: its entry into force is dated 2012, 2013, 2013-01-28 and 2015."


def test_an_entry_without_a_date_proves_nothing() -> None:
    events = [
        tell("WithdrawalBegan", "a", "2024-05-19", withdrawal="w"),
        tell("WithdrawalBegan", "b", None, withdrawal="w", published="2024-06-08"),
    ]
    assert found("date-conflict", *events) == []


@pytest.mark.parametrize("modality", ["denied", "hypothetical"])
def test_what_is_denied_or_supposed_dates_nothing(modality: str) -> None:
    events = [
        tell("WithdrawalBegan", "a", "2024-05-19", withdrawal="w"),
        tell("WithdrawalBegan", "b", "2024-06-08", withdrawal="w", modality=modality),
    ]
    assert found("date-conflict", *events) == []


def test_sites_are_handed_over_and_parties_ratify_once_each() -> None:
    def handed(name: str, day: str, site: str | None) -> Event:
        return tell("SiteHandedOver", name, day, withdrawal="w", site=site)

    assert found("date-conflict", handed("a", "2024-07-07", "101"), handed("b", "2024-08-05", "201")) == []
    assert found("date-conflict", handed("a", "2024-07-07", None), handed("b", "2024-08-05", None)) == []
    one = handed("a", "2024-07-07", "Base 101"), handed("b", "2024-07-08", "base-101")
    two = handed("c", "2024-08-05", "201"), handed("d", "2024-08-06", "201")
    assert found("date-conflict", *one, *two) == [("withdrawal:w", {"a", "b", "c", "d"})]

    def ratified(name: str, day: str, party: str) -> Event:
        return tell("AgreementRatified", name, day, agreement="x", party=party)

    assert found("date-conflict", ratified("a", "2024-07-07", "USA"), ratified("b", "2024-08-05", "NER")) == []
    events = ratified("a", "2024-07-07", "USA"), ratified("b", "2024-08-05", "USA"), ratified("c", "2024-08-05", "NER")
    assert found("date-conflict", *events) == [("agreement:x", {"a", "b"})]


REVOKED = tell("AgreementRevoked", "a", "2024-03-16", "s", agreement="sofa", party="NER", published="2024-03-16")


def test_a_denial_of_a_standing_entry_bears_its_subject() -> None:
    denial = tell("DenialIssued", "d", "2024-03-21", party="USA", of="a")
    assert found("denial", REVOKED, denial) == [("agreement:sofa", {"a", "d"})]
    [message] = [finding.message for finding in all_found(REVOKED, denial) if finding.kind == "denial"]
    assert message == "USA denies a (d)."


def test_a_dispute_bears_the_subject_of_what_it_disputes() -> None:
    dispute = tell("EntryDisputed", "d", None, entry="a", party="USA", published="2024-04-01")
    assert found("denial", REVOKED, dispute) == [("agreement:sofa", {"a", "d"})]
    assert found("denial", REVOKED, dispute, cut=Cut(known_by="2024-03-31")) == []


@pytest.mark.parametrize(
    "events",
    [
        [tell("DenialIssued", "d", "2024-03-21", party="USA", text="of nothing in the log")],
        [tell("DenialIssued", "d", "2024-03-21", party="USA", of="a", modality="hypothetical")],
        [tell("DenialIssued", "d", "2024-03-21", party="USA", of="a", modality="denied")],
        [
            tell("DenialIssued", "d", "2024-03-21", party="USA", of="a"),
            tell("EntryRetracted", "r", None, entry="d"),
        ],
        [
            tell("DenialIssued", "d", "2024-03-21", party="USA", of="a"),
            tell("EntryRetracted", "r", None, entry="a"),
        ],
        [tell("EntryDisputed", "d", None, entry="a"), tell("EntryRetracted", "r", None, entry="d")],
        [tell("EntryDisputed", "d", None, entry="a"), tell("EntryRetracted", "r", None, entry="a")],
    ],
)
def test_nothing_is_denied_where_either_side_does_not_stand(events: list[Event]) -> None:
    assert found("denial", REVOKED, *events) == []


def test_a_denial_of_an_entry_of_no_subject_bears_the_entry() -> None:
    threat = tell("UltimatumIssued", "a", "2024-03-12", party="USA", to="NER")
    dispute = tell("EntryDisputed", "d", None, entry="a", party="USA")
    assert found("denial", threat, dispute) == [("entry:a", {"a", "d"})]


def test_a_denial_of_a_denial_bears_what_that_denied() -> None:
    events = [
        REVOKED,
        tell("DenialIssued", "d", "2024-03-21", party="USA", of="a"),
        tell("DenialIssued", "e", "2024-03-22", party="NER", of="d"),
    ]
    assert found("denial", *events) == [("agreement:sofa", {"a", "d"}), ("agreement:sofa", {"d", "e"})]


def test_knowledge_and_registers_can_be_disputed_too() -> None:
    events = [
        source("s"),
        REVOKED,
        tell("EntryCorrected", "c", None, entry="a", changes={"note": "x"}),
        tell("EntryDisputed", "d", None, entry="c"),
        tell("EntryDisputed", "e", None, entry="src-s"),
    ]
    assert sorted(found("denial", *events)) == [("agreement:sofa", {"c", "d"}), ("source:s", {"src-s", "e"})]


def test_partnerships_are_denied_under_their_party() -> None:
    events = [
        tell("TiesDeepened", "a", "2024-04", party="NER", **{"with": "RUS"}),
        tell("DenialIssued", "d", "2024-05", party="NER", of="a"),
    ]
    assert found("denial", *events) == [("party:NER", {"a", "d"})]


def test_a_source_that_denies_the_same_happening_denies_the_entry() -> None:
    def ordered(name: str, day: str | None, published: str, **fields: object) -> Event:
        return tell("WithdrawalOrdered", name, day, withdrawal="w", party="USA", published=published, **fields)

    asserted = ordered("a", "2024-05", "2024-05-10")
    denied = ordered("d", "2024-05-08", "2024-05-09", modality="denied")
    assert found("denial", asserted, denied) == [("withdrawal:w", {"a", "d"})]
    elsewhere = tell("WithdrawalBegan", "d", "2024-05-08", withdrawal="w", modality="denied")
    another_time = ordered("d", "2024-06-01", "2024-06-02", modality="denied")
    supposed = ordered("d", "2024-05-08", "2024-05-09", modality="hypothetical")
    said_before = ordered("d", None, "2024-05-09", modality="denied")
    for innocent in (elsewhere, another_time, supposed, said_before):
        assert found("denial", asserted, innocent) == []
    assert found("denial", asserted, ordered("d", None, "2024-05-11", modality="denied")) != []


def test_who_denies_a_stance_denies_that_stance_only() -> None:
    def stance(name: str, what: str, **fields: object) -> Event:
        return tell("PositionTaken", name, "2024-05", party="NER", matter="m", stance=what, **fields)

    assert found("denial", stance("a", "opposes"), stance("d", "supports", modality="denied")) == []
    assert found("denial", stance("a", "opposes"), stance("d", "opposes", modality="denied")) == [
        ("position:NER/m", {"a", "d"})
    ]


def test_a_proposal_that_supersedes_another_is_denied_once() -> None:
    events = [
        tell("ProposalTabled", "a", "2024-05", proposal="new", supersedes="old", party="USA"),
        tell("EntryDisputed", "d", None, entry="a"),
    ]
    assert found("denial", *events) == [("proposal:new", {"a", "d"})]


def test_a_move_that_nothing_allows_is_told_with_both_entries() -> None:
    events = [
        tell("ProposalAccepted", "a", "2024-04-01", proposal="p", party="NER"),
        tell("ProposalRefused", "b", "2024-04-02", proposal="p", party="NER"),
    ]
    assert found("illegal-transition", *events) == [("proposal:p", {"a", "b"})]
    assert found("order-conflict", *events) == []


def test_a_move_out_of_a_state_that_another_proposal_gave_names_that_state() -> None:
    events = [
        tell("ProposalTabled", "a", "2024-04-01", proposal="p", party="USA"),
        tell("ProposalCountered", "b", "2024-04-02", proposal="q", in_reply_to="p", party="NER", terms="less"),
        tell("ProposalAccepted", "c", "2024-04-03", proposal="p", party="NER"),
    ]
    messages = [one.message for one in all_found(*events) if one.kind == "illegal-transition"]
    assert messages == ["p went from countered to accepted, which nothing allows."]


def test_a_step_back_is_a_conflict_of_order() -> None:
    events = [
        tell("AgreementEnteredIntoForce", "a", "2013", agreement="x"),
        tell("AgreementSigned", "b", "2014", agreement="x", by=["USA"]),
    ]
    assert found("order-conflict", *events) == [("agreement:x", {"a", "b"})]
    assert found("illegal-transition", *events) == []


def test_coarse_dates_prove_no_order() -> None:
    events = [
        tell("BaseRequestRefused", "a", "2024-04", proposal="p", party="NER"),
        tell("BaseRequestMade", "b", "2024-04-10", proposal="p", party="USA"),
    ]
    assert found("order-conflict", *events) == []
    assert found("illegal-transition", *events) == []


@pytest.mark.parametrize("kind", ["WithdrawalTimetableSet", "WithdrawalTimetableRevised"])
@pytest.mark.parametrize("state", ["WithdrawalBegan", "WithdrawalCompleted"])
def test_a_timetable_of_what_is_under_way_or_over_comes_too_late_and_its_deadline_counts(kind: str, state: str) -> None:
    events = [
        tell("WithdrawalTimetableSet", "set", "2024-04-01", withdrawal="w", deadline="2024-06-30"),
        tell(state, "moved", "2024-04-10", withdrawal="w"),
        tell(kind, "moved-on", "2024-05-01", withdrawal="w", deadline="2024-08-31"),
        tell(kind, "again", "2024-05-02", withdrawal="w", deadline="2024-08-31"),
    ]
    assert len(found("order-conflict", *events)) == 2
    assert status(history(*events), "n").withdrawals["w"].deadline == "2024-08-31"
    withdrawal = status(history(*events), "n").withdrawals["w"]
    assert withdrawal.state == EVENT_TYPES[state].moves_to
    assert withdrawal.deadline == "2024-08-31"
