"""Commitments, sanctions and ultimatums: what is owed, for how long, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, Replay, diff, status
from projections.views.why import why_of
from tests.projections.telling import found, history, party, source, tell

if TYPE_CHECKING:
    from projections import Status
    from projections.judgement.states import Commitment
    from tracker.events import Event

STAGE = [party("IRN"), party("USA"), party("FRA")]


def said(kind: str, entry: str, day: str, /, **fields: Any) -> Event:  # noqa: ANN401 - of any type
    return tell(f"Commitment{kind}", entry, day, commitment="c", **fields)


def undertaken(**fields: Any) -> Event:  # noqa: ANN401 - of any type
    return said("Undertaken", "u", "2015-07-14", party="IRN", **fields)


def standing(*events: Event, day: str = "2020") -> Status:
    return status(history(*STAGE, *events), "n", Cut(happened_by=day))


def shown(*events: Event, day: str = "2020") -> Commitment:
    return standing(*events, day=day).commitments["c"]


def expected(*events: Event, day: str = "2020") -> list[tuple[str, str, str]]:
    return [(one.kind, one.date, one.standing) for one in standing(*events, day=day).expected]


def test_a_commitment_in_full() -> None:
    seen = shown(
        undertaken(
            by=["FRA"],
            terms="low enrichment",
            begins="2016-01-16",
            until="2031",
            limit={"value": 300, "unit": "kg"},
            agreement="jcpoa",
        )
    )
    assert (seen.state, seen.party, seen.by, seen.begins, seen.until, seen.agreement) == (
        "undertaken",
        "IRN",
        ("FRA",),
        "2016-01-16",
        "2031",
        "jcpoa",
    )
    (limit,) = seen.figures
    assert (limit.quantity, limit.high, limit.unit) == ("limit", 300, "kg")


@pytest.mark.parametrize(
    ("events", "states"),
    [
        ([said("Suspended", "s", "2016", party="IRN")], "suspended"),
        ([said("Suspended", "s", "2016"), said("Resumed", "r", "2017")], "undertaken"),
        ([said("Breached", "b", "2016"), said("Resumed", "r", "2017")], "undertaken"),
        ([said("Amended", "a", "2016", terms="less")], "undertaken"),
        ([said("Expired", "e", "2016")], "expired"),
        ([said("Released", "e", "2016")], "released"),
    ],
)
def test_each_new_event_moves_it(events: list[Event], states: str) -> None:
    seen = standing(undertaken(), *events)
    assert seen.commitments["c"].state == states
    assert not [one for one in seen.findings if one.severity == "conflict"]
    changes = diff(standing(undertaken()), seen).changes
    if events[-1].event in {"CommitmentAmended", "CommitmentResumed"}:
        assert {one.aspect for one in changes} == (
            {"terms"} if states == "undertaken" and len(events) == 1 else {"since"}
        )
    else:
        assert [(one.aspect, one.after, one.because) for one in changes if one.aspect == "state"] == [
            ("state", states, (events[-1].id,))
        ]
        assert [ground.entry for ground in why_of(seen, "commitment:c").lines] == [events[-1].id]


def test_an_amendment_changes_terms_dates_and_limit() -> None:
    amended = said("Amended", "a", "2016", terms="less", due="2017", until="2025", limit={"value": 200, "unit": "kg"})
    before = [undertaken(terms="low", due="2016-06", until="2031", limit={"value": 300, "unit": "kg"})]
    seen = standing(*before, amended, day="2016-12")
    changes = {
        one.aspect: (one.before, one.after, one.because) for one in diff(standing(*before, day="2016-12"), seen).changes
    }
    assert {name: given[1] for name, given in changes.items() if name != "figures.limit"} == {
        "due": "2017",
        "until": "2025",
        "terms": "less",
    }
    assert changes["figures.limit"][1]["high"] == 200
    assert all(given[2] == ("a",) for given in changes.values())
    assert why_of(seen, "commitment:c/until").value == "2025"
    assert [ground.entry for ground in why_of(seen, "commitment:c/until").lines] == ["a"]


def test_two_dates_of_one_time_are_a_conflict() -> None:
    events = [
        source("a", "2021-05-03", reliability="B"),
        source("b", "2021-05-10", reliability="B"),
        tell("CommitmentUndertaken", "x", "2021-05-03", "a", commitment="c", party="IRN", due="2021-09-15"),
        tell("CommitmentUndertaken", "y", "2021-05-03", "b", commitment="c", party="IRN", due="2021-12-31"),
    ]
    assert shown(*events, day="2021-06").due == "2021-12-31"
    assert found("value-conflict", *STAGE, *events) == [("commitment:c", {"x", "y"})]


def test_two_deadlines_of_a_withdrawal_in_whatever_order() -> None:
    """The case of a user: two papers give two deadlines for the same order, on the same day."""
    stage = [source("gazette", "2021-05-03", reliability="B"), source("herald", "2021-05-10", reliability="B")]
    deadlines = [
        tell("WithdrawalTimetableSet", "d1", "2021-05-03", "gazette", withdrawal="w", deadline="2021-09-15"),
        tell("WithdrawalTimetableSet", "d2", "2021-05-03", "herald", withdrawal="w", deadline="2021-12-31"),
    ]
    for order in (deadlines, deadlines[::-1]):
        seen = standing(*stage, *order, day="2021-06")
        assert seen.withdrawals["w"].deadline == "2021-12-31"
        (conflict,) = [one for one in seen.findings if one.kind == "value-conflict"]
        assert (conflict.severity, set(conflict.entries)) == ("conflict", {"d1", "d2"})
        assert ("deadline", "2021-12-31", "ahead") in [(one.kind, one.date, one.standing) for one in seen.expected]


@pytest.mark.parametrize(
    ("events", "day", "standings"),
    [
        ([], "2016-06-01", [("due", "2016-06", "ahead")]),
        ([], "2016-07-01", [("due", "2016-06", "passed")]),
        ([said("Fulfilled", "f", "2016-08")], "2016-09", [("due", "2016-06", "met")]),
        ([said("Released", "f", "2016-01")], "2016-09", [("due", "2016-06", "void")]),
        ([said("Breached", "f", "2016-01")], "2016-09", [("due", "2016-06", "void")]),
        ([said("Suspended", "f", "2016-01")], "2016-09", [("due", "2016-06", "void")]),
        (
            [said("Amended", "f", "2016-01", due="2017")],
            "2016-09",
            [("due", "2016-06", "void"), ("due", "2017", "ahead")],
        ),
    ],
)
def test_what_is_due(events: list[Event], day: str, standings: list[tuple[str, str, str]]) -> None:
    assert expected(undertaken(due="2016-06"), *events, day=day) == standings
    overdue = found("overdue", *STAGE, undertaken(due="2016-06"), *events, cut=Cut(happened_by=day))
    assert overdue == ([("commitment:c", {"u"})] if ("due", "2016-06", "passed") in standings else [])


def test_a_due_date_that_is_set_while_it_is_suspended_is_ahead() -> None:
    events = [said("Suspended", "s", "2016-01"), said("Amended", "a", "2016-03", due="2018")]
    assert ("due", "2018", "ahead") in expected(undertaken(due="2016-06"), *events, day="2017")


def test_a_term_runs_out_without_a_question() -> None:
    seen = standing(undertaken(until="2019"), day="2020")
    assert (seen.commitments["c"].state, seen.commitments["c"].term_over) == ("undertaken", True)
    assert [(one.kind, one.standing) for one in seen.expected] == [("until", "passed")]
    assert not [one for one in seen.findings if one.severity != "note"]
    assert not shown(undertaken(until="2019"), day="2019-12-31").term_over
    assert why_of(seen, "commitment:c/term_over").value is True
    assert [ground.entry for ground in why_of(seen, "commitment:c/term_over").lines] == ["u"]


def test_a_replay_steps_on_the_day_on_which_a_term_runs_out() -> None:
    told = history(*STAGE, undertaken(until="2019"), tell("StatementMade", "late", "2021", party="USA"))
    passing = [
        (step.cut, [(one.aspect, one.after) for one in step.changes])
        for step in Replay(told, today=date(2026, 1, 1)).steps("happened")
        if step.entry is None or step.entry == "late"
    ]
    assert passing == [("happened:2020-01-01", [("term_over", True)])]


def test_a_term_is_met_by_an_extension_or_an_end() -> None:
    extended = said("Amended", "a", "2018", until="2025")
    assert expected(undertaken(until="2019"), extended) == [("until", "2019", "met"), ("until", "2025", "ahead")]
    assert expected(undertaken(until="2019"), said("Breached", "b", "2018")) == [("until", "2019", "met")]


def test_a_suspension_that_ended_without_a_word_is_a_question() -> None:
    events = [undertaken(), said("Suspended", "s", "2016", until="2017-03")]
    assert found("open-question", *STAGE, *events, cut=Cut(happened_by="2017-04")) == [("commitment:c", {"s"})]
    resumed = said("Resumed", "r", "2017-06")
    assert found("open-question", *STAGE, *events, resumed, cut=Cut(happened_by="2018")) == []
    assert shown(*events).until is None


def test_a_suspension_is_prolonged_and_two_ends_of_one_are_a_conflict() -> None:
    suspended = said("Suspended", "s", "2016", until="2017-03")
    prolonged = said("Suspended", "p", "2017", until="2018-03")
    assert expected(undertaken(), suspended, prolonged, day="2017-06") == [
        ("until", "2017-03", "met"),
        ("until", "2018-03", "ahead"),
    ]
    other = said("Suspended", "o", "2016", until="2019-03")
    assert found("value-conflict", *STAGE, undertaken(), suspended, other) == [("commitment:c", {"s", "o"})]


def test_going_on_is_planned_while_it_is_suspended() -> None:
    plan = said("Resumed", "plan", "2017-03-01", modality="announced", published="2016-06-01")
    told = (*STAGE, undertaken(), said("Suspended", "s", "2016-01-01"), plan)
    for events, year, standing in (
        ([], 2016, "ahead"),
        ([], 2018, "passed"),
        ([said("Resumed", "r", "2017-02-01")], 2018, "met"),
    ):
        (one,) = status(history(*told, *events), "n", today=date(year, 12, 1)).commitments["c"].expected
        assert (one.kind, one.standing) == ("plan", standing)


def test_incidents_are_counted_and_move_nothing() -> None:
    incident = tell("IncidentReported", "i", "2016", commitment="c", party="USA", text="shots", figure=3)
    before, after = standing(undertaken()), standing(undertaken(), incident)
    seen = after.commitments["c"]
    assert (seen.state, seen.party, seen.incidents, seen.figures) == ("undertaken", "IRN", ("i",), ())
    assert [(one.aspect, one.after, one.because) for one in diff(before, after).changes] == [
        ("incidents", ("i",), ("i",))
    ]
    assert [ground.entry for ground in why_of(after, "commitment:c/incidents").lines] == ["i"]


def test_a_breach_says_by_how_much() -> None:
    seen = shown(undertaken(), said("Breached", "b", "2019", level={"value": 370, "unit": "kg"}))
    assert [(one.quantity, one.high, one.unit) for one in seen.figures] == [("level", 370, "kg")]


def test_a_sanction_is_imposed_eased_lifted_and_imposed_again() -> None:
    acts = [
        tell("SanctionImposed", "i", "2012", party="USA", on="IRN", measure="oil", sanction="s"),
        tell("SanctionEased", "e", "2014", party="FRA", on="IRN", sanction="s"),
        tell("SanctionLifted", "l", "2016", party="USA", on="IRN", sanction="s"),
        tell("SanctionImposed", "j", "2018", party="USA", on="IRN", measure="oil and banks", sanction="s"),
    ]
    states = ["imposed", "eased", "lifted", "imposed"]
    seen = [standing(*acts[: number + 1]) for number in range(4)]
    assert [one.sanctions["s"].state for one in seen] == states
    document = seen[1].to_json()["sanctions"]["s"]
    assert (document["party"], document["on"], document["measure"]) == ("USA", "IRN", "oil")
    assert ("measure", "oil", "oil and banks") in [
        (one.aspect, one.before, one.after) for one in diff(seen[2], seen[3]).changes
    ]
    assert [ground.entry for ground in why_of(seen[3], "sanction:s").lines] == ["j"]
    assert not found("illegal-transition", *STAGE, *acts)


def test_an_ultimatum_is_expected_until_it_passes_or_is_settled() -> None:
    ultimatum = tell("UltimatumIssued", "ult", "2019-05-08", party="IRN", to="FRA", deadline="2019-07-07")
    ahead, passed = (standing(ultimatum, day=day) for day in ("2019-06", "2019-08"))
    assert [one.to_json() for one in ahead.expected] == [
        {"subject": "entry:ult", "kind": "ultimatum", "date": "2019-07-07", "standing": "ahead", "because": ["ult"]}
    ]
    assert [one.standing for one in passed.expected] == ["passed"]
    assert [(one.kind, one.subject) for one in passed.findings] == [("open-question", "entry:ult")]
    assert why_of(passed, "entry:ult").findings == passed.findings
    settled = tell("AgreementNegotiated", "deal", "2019-06-30", agreement="a", kind="political", settles=["ult"])
    seen = standing(ultimatum, settled, day="2019-08")
    assert [one.standing for one in seen.expected] == ["void"]
    assert not [one for one in seen.findings if one.kind == "open-question"]
    assert seen.proposals == {}
