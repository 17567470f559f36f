"""Two real negotiations are judged as an analyst would: the Visiting Forces Agreement, and the Black Sea initiative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, diff, status
from projections.views.why import why
from tests.projections.telling import seed

if TYPE_CHECKING:
    from projections import History

VFA = "visiting-forces"
SEA = "black-sea"


@pytest.fixture(scope="module")
def vfa(tmp_path_factory: pytest.TempPathFactory) -> History:
    return seed(VFA, tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> History:
    return seed(SEA, tmp_path_factory.mktemp("log"))


def at(told: History, day: str) -> dict[str, Any]:
    return status(told, told.negotiation, Cut(known_by=day)).to_json()


def found(told: History, day: str, *severities: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["subject"]) for one in at(told, day)["findings"] if one["severity"] in severities]


def changes(told: History, before: str, after: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    one, other = (status(told, told.negotiation, Cut(known_by=day)) for day in (before, after))
    return {(change.subject, change.aspect): (change.before, change.after) for change in diff(one, other).changes}


@pytest.mark.parametrize(
    ("day", "state", "since"),
    [
        ("1999-01-01", "signed", "1998-02-10"),
        ("1999-05-31", "signed", "1998-02-10"),
        ("2020-01-31", "in-force", "1999-06-01"),
        ("2020-02-08", "denunciation-announced", "2020-02-07"),
        ("2020-02-20", "denunciation-notified", "2020-02-11"),
        ("2020-06-10", "denunciation-suspended", "2020-06-01"),
        ("2020-09-01", "denunciation-suspended", "2020-06-01"),
        ("2021-08-30", "in-force", "2021-07-29/2021-07-30"),
    ],
)
def test_where_the_visiting_forces_agreement_stood(vfa: History, day: str, state: str, since: str) -> None:
    agreement = at(vfa, day)["agreements"]["vfa-1998"]
    assert (agreement["state"], agreement["since"], agreement["uncertain"]) == (state, since, False)


def test_a_denunciation_is_a_question_until_it_is_notified(vfa: History) -> None:
    assert found(vfa, "2020-02-08", "conflict", "question") == [("open-question", "agreement:vfa-1998")]
    assert found(vfa, "2020-02-20", "conflict", "question") == []


def test_a_notice_says_when_the_agreement_ends(vfa: History) -> None:
    shown = at(vfa, "2020-02-20")
    assert shown["agreements"]["vfa-1998"]["ends"] == "2020-08-09"
    expected = [(one["kind"], one["date"], one["standing"]) for one in shown["expected"]]
    assert ("effective", "2020-08-09", "ahead") in expected
    assert at(vfa, "2020-09-01")["agreements"]["vfa-1998"]["ends"] is None
    assert found(vfa, "2020-09-01", "conflict", "question") == []


def test_it_is_contested_until_the_denunciation_is_withdrawn(vfa: History) -> None:
    assert at(vfa, "2020-03-10")["agreements"]["vfa-1998"]["contested"] is True
    asked = why(vfa, VFA, "agreement:vfa-1998/contested", Cut(known_by="2020-03-10"))
    assert [line.entry for line in asked.lines] == ["senate-petition"]
    assert at(vfa, "2021-08-30")["agreements"]["vfa-1998"]["contested"] is False


def test_what_was_suspended_is_the_denunciation_and_never_the_agreement(vfa: History) -> None:
    told = changes(vfa, "2020-05-01", "2020-06-10")
    assert told["agreement:vfa-1998", "state"] == ("denunciation-notified", "denunciation-suspended")
    past = why(vfa, VFA, "agreement:vfa-1998").history
    assert [one.state for one in past] == [
        "signed",
        "in-force",
        "denunciation-announced",
        "denunciation-notified",
        "denunciation-suspended",
        "in-force",
    ]


def test_the_demand_for_payment_stays_open(vfa: History) -> None:
    assert at(vfa, "2021-03-01")["proposals"]["payment"]["state"] == "tabled"
    assert ("open-question", "proposal:payment") in found(vfa, "2021-03-01", "question")


def test_the_recall_brings_it_back_into_force_without_a_conflict(vfa: History) -> None:
    told = changes(vfa, "2021-06-30", "2021-08-01")
    assert told["agreement:vfa-1998", "state"] == ("denunciation-suspended", "in-force")
    assert found(vfa, "2021-08-30", "conflict") == []
    assert at(vfa, "2021-08-30")["agreements"]["vfa-1998"]["ends"] is None


def test_the_headline_is_the_agreement(vfa: History, sea: History) -> None:
    assert status(vfa, VFA).headline == "Visiting Forces Agreement in force"
    assert status(sea, SEA).headline == "Black Sea Grain Initiative terminated"


@pytest.mark.parametrize(
    ("day", "state", "since", "until"),
    [
        ("2022-07-23", "in-force", "2022-07-22", "2022-11-19"),
        ("2022-12-01", "in-force", "2022-07-22", "2023-03-18"),
        ("2023-06-01", "in-force", "2022-07-22", "2023-07-18"),
        ("2023-07-20", "terminated", "2023-07-17", "2023-07-18"),
    ],
)
def test_where_the_initiative_stood(sea: History, day: str, state: str, since: str, until: str) -> None:
    agreement = at(sea, day)["agreements"]["initiative"]
    assert (agreement["state"], agreement["since"], agreement["until"]) == (state, since, until)
    assert found(sea, day, "conflict", "question") == []


@pytest.mark.parametrize(("day", "term"), [("2022-10-01", "2022-11-19"), ("2022-12-01", "2023-03-18")])
def test_each_end_of_the_term_is_expected_before_it_comes(sea: History, day: str, term: str) -> None:
    expected = at(sea, day)["expected"]
    terms = [one for one in expected if one["subject"] == "agreement:initiative" and one["standing"] == "ahead"]
    assert [(one["kind"], one["date"]) for one in terms] == [("term", term)]


def test_a_round_whose_days_are_over_was_held(sea: History) -> None:
    assert at(sea, "2022-09-01")["talks"]["istanbul"]["state"] == "held"


def test_one_of_many_suspends_its_own_part_alone(sea: History) -> None:
    for day, part, since in (("2022-10-30", "suspended", "2022-10-29"), ("2022-11-03", "bound", "2022-07-22")):
        agreement = at(sea, day)["agreements"]["initiative"]
        assert agreement["state"] == "in-force"
        assert (agreement["participants"]["RUS"]["state"], agreement["participants"]["RUS"]["since"]) == (part, since)
    assert changes(sea, "2022-10-28", "2022-10-30") == {
        ("agreement:initiative", "participants.RUS"): ("bound", "suspended")
    }
    assert changes(sea, "2022-10-30", "2022-11-03") == {
        ("agreement:initiative", "participants.RUS"): ("suspended", "bound")
    }


def test_a_refused_proposal(sea: History) -> None:
    proposal = at(sea, "2023-03-15")["proposals"]["sixty-days"]
    assert (proposal["state"], proposal["since"]) == ("refused", "2023-03-14")
    assert proposal["answers"]["UKR"]["state"] == "refused"


def test_two_terms_of_one_day_are_a_conflict_that_names_both(sea: History) -> None:
    conflicts = [one for one in at(sea, "2023-03-20")["findings"] if one["severity"] == "conflict"]
    assert [(one["kind"], set(one["entries"])) for one in conflicts] == [
        ("value-conflict", {"term-3-ukr", "term-3-rus"})
    ]


@pytest.mark.parametrize("name", [VFA, SEA])
def test_whatever_the_order_of_recording(name: str, request: pytest.FixtureRequest) -> None:
    from tests.projections.telling import history

    told: History = request.getfixturevalue("vfa" if name == VFA else "sea")
    stage = [entry.event for entry in told.entries if entry.event.kind_of_entry == "stage"]
    claims = [entry.event for entry in told.entries if entry.event.kind_of_entry != "stage"]
    one, other = (history(*stage, *order) for order in (claims, claims[::-1]))
    first, second = (status(each, name).to_json() for each in (one, other))
    for shown in (first, second):
        del shown["head"]
    assert first == second
