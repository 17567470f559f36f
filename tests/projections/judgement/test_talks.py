"""Talks: rounds that are scheduled, held, concluded and reopened, where, how and with which outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, diff, status
from projections.views.why import why_of
from tests.projections.telling import found, history, party, tell

if TYPE_CHECKING:
    from projections import Status
    from tracker.events import Event

STAGE = [party("IRN"), party("USA"), party("OMN")]


def said(kind: str, entry: str, day: str | None, /, **fields: Any) -> Event:  # noqa: ANN401 - of any type
    given = {"parties": ["IRN", "USA"]} if kind in {"TalksAnnounced", "RoundHeld", "NegotiationContinued"} else {}
    return tell(kind, entry, day, round="r", **given | fields)


def standing(*events: Event, day: str = "2020") -> Status:
    return status(history(*STAGE, *events), "n", Cut(happened_by=day))


ANNOUNCED = said("TalksAnnounced", "a", "2019-05-01", scheduled="2019-06-10")


@pytest.mark.parametrize(
    ("day", "state"),
    [("2019-06-10", "under-way"), ("2019-06-12", "under-way"), ("2019-06-13", "held"), ("2020", "held")],
)
def test_a_round_is_held_from_the_day_after_its_last(day: str, state: str) -> None:
    held = said("RoundHeld", "h", "2019-06-10/2019-06-12")
    found_round = standing(held, day=day).talks["r"]
    assert (found_round.state, found_round.uncertain) == (state, False)


def test_a_round_that_was_held_may_be_concluded_and_reopened() -> None:
    events = [
        said("RoundHeld", "h1", "2019-06-10"),
        said("TalksConcluded", "c1", "2019-06-12", outcome="no-agreement"),
        said("NegotiationContinued", "h2", "2019-07-01/2019-07-03"),
        said("TalksConcluded", "c2", "2019-07-05", outcome="agreement"),
    ]
    states = [standing(*events, day=day).talks["r"].state for day in ("2019-06-11", "2019-06-13", "2019-07-02", "2020")]
    assert states == ["held", "concluded", "under-way", "concluded"]
    seen = standing(*events)
    assert seen.talks["r"].outcome == "agreement"
    assert not [one for one in seen.findings if one.severity == "conflict"]


@pytest.mark.parametrize(("field", "kind"), [("venue", "RoundHeld"), ("outcome", "TalksConcluded")])
def test_two_values_of_one_time_are_a_conflict(field: str, kind: str) -> None:
    values = {"venue": ("Muscat", "Rome"), "outcome": ("agreement", "no-agreement")}[field]
    events = [
        said(kind, "x", "2019-06-10", published="2019-06-11", **{field: values[0]}),
        said(kind, "y", "2019-06-10", published="2019-06-12", **{field: values[1]}),
    ]
    for order in (events, events[::-1]):
        assert getattr(standing(*order).talks["r"], field) == values[1]
        assert found("value-conflict", *STAGE, *order) == [("round:r", {"x", "y"})]


def test_a_round_that_was_held_and_suspended_on_one_day_is_uncertain() -> None:
    held, suspended = said("RoundHeld", "h", "2019-06-10"), said("TalksSuspended", "s", "2019-06-10")
    assert standing(ANNOUNCED, held, suspended, day="2019-06-20").talks["r"].uncertain
    assert not standing(ANNOUNCED, held, day="2019-06-20").talks["r"].uncertain


def test_mode_and_mediators_are_told_compared_and_asked_why() -> None:
    before = standing(ANNOUNCED, day="2019-07")
    held = said("RoundHeld", "h", "2019-06-10", mode="indirect", mediators=["OMN"])
    after = standing(ANNOUNCED, held, day="2019-07")
    assert (after.talks["r"].mode, after.talks["r"].mediators) == ("indirect", ("OMN",))
    changes = {one.aspect: (one.after, one.because) for one in diff(before, after).changes}
    assert changes["mode"] == ("indirect", ("h",))
    assert changes["mediators"] == (("OMN",), ("h",))
    assert [ground.entry for ground in why_of(after, "round:r/mediators").lines] == ["h"]


@pytest.mark.parametrize(
    ("events", "day", "standings"),
    [
        ([], "2019-06-10", ["ahead"]),
        ([], "2019-06-11", ["passed"]),
        ([said("RoundHeld", "h", "2019-06-20")], "2019-07", ["met"]),
        ([said("TalksConcluded", "h", "2019-06-20")], "2019-07", ["met"]),
        ([said("TalksCancelled", "h", "2019-06-01", party="IRN")], "2019-07", ["void"]),
        ([said("TalksAnnounced", "h", "2019-06-01", scheduled="2019-08-01")], "2019-07", ["void", "ahead"]),
    ],
)
def test_a_scheduled_round(events: list[Event], day: str, standings: list[str]) -> None:
    seen = standing(ANNOUNCED, *events, day=day)
    assert [one.standing for one in seen.expected if one.kind == "scheduled"] == standings
    questions = [(one.subject, one.entries) for one in seen.findings if one.kind == "open-question"]
    assert questions == ([("round:r", ("a",))] if "passed" in standings else [])
