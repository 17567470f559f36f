"""Sources: grades, the tree of relays, and what would fall without each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut, History, sources, status
from projections.views.what_if import fallen
from tests.projections.telling import history, party, seed, source, tell
from tracker.errors import NameUnknownError

if TYPE_CHECKING:
    from projections import Sources
    from tracker.events import Event

STAGE: Final = (
    party("USA"),
    source("agency", "2024-05-01", reliability="B", publisher="An agency"),
    source("paper", "2024-05-02", "agency"),
    source("other", "2024-05-03"),
    source("digest", "2024-05-04", "paper", "other"),
)


def told(*events: Event, cut: Cut | None = None) -> Sources:
    return sources(history(*STAGE, *events), "n", cut)


def tree(found: Sources) -> list[str]:
    return [f"{'  ' * branch.depth}{branch.source}{' again' if branch.again else ''}" for branch in found.tree]


ORDERED: Final = tell("WithdrawalOrdered", "order", "2024-05-01", "agency", "paper", withdrawal="w", party="USA")


def test_the_tree_has_its_roots_first_and_tells_each_source_under_all_it_repeats() -> None:
    assert tree(told()) == ["agency", "  paper", "    digest", "other", "  digest again"]
    assert told().sources["digest"].roots == ("agency", "other")
    assert told().sources["agency"].relayed_by == ("paper",)


def test_a_circle_hangs_on_the_one_that_stands_for_it() -> None:
    circle = tell("EntryCorrected", "c", None, entry="src-agency", changes={"relays": ["paper"]})
    assert tree(told(circle)) == ["agency", "  paper", "    agency again", "    digest", "other", "  digest again"]
    assert told(circle).cycles == (("agency", "paper"),)


def test_a_source_tells_what_it_supports_and_what_rests_on_it_alone() -> None:
    events = [
        ORDERED,
        tell("StatementMade", "both", "2024-05-01", "paper", "other", party="USA"),
        tell("EntryCorroborated", "again", None, "other", entry="order"),
        tell("StatementMade", "none", "2024-05-01", party="USA"),
    ]
    found = told(*events).sources
    assert set(found["agency"].entries) == {"order"}
    assert set(found["paper"].entries) == {"order", "both"}
    assert set(found["other"].entries) == {"order", "both", "again"}
    assert found["agency"].alone == (), "another voice stands behind the order"
    assert set(told(*events[:2]).sources["agency"].alone) == {"order"}
    assert found["other"].alone == ("again",)


def test_what_falls_is_told_with_what_would_be_left() -> None:
    demanded = tell("WithdrawalDemanded", "demand", "2024-04-01", withdrawal="w", party="USA")
    [fall] = told(demanded, ORDERED).sources["agency"].falls
    assert (fall.subject, fall.before, fall.after) == ("withdrawal:w", "ordered", "demanded")
    [fall] = told(ORDERED).sources["agency"].falls
    assert (fall.before, fall.after) == ("ordered", None)
    assert told(ORDERED).sources["paper"].falls == ()


def test_partners_fall_too() -> None:
    ties = tell("TiesDeepened", "ties", "2024-05-01", "other", party="USA", **{"with": "NER"})
    [fall] = told(party("NER"), ties).sources["other"].falls
    assert (fall.subject, fall.before, fall.after) == ("party:USA", "NER", None)


def test_a_retraction_that_falls_restores_what_it_took() -> None:
    retracted = tell("EntryRetracted", "r", None, "other", entry="order")
    [fall] = told(ORDERED, retracted).sources["other"].falls
    assert (fall.subject, fall.before, fall.after) == ("withdrawal:w", None, "ordered")


def test_without_its_first_report_an_entry_may_not_yet_be_known() -> None:
    event = tell("WithdrawalOrdered", "order", "2024-05-01", "agency", "other", withdrawal="w", party="USA")
    assert told(event, cut=Cut(known_by="2024-05-02")).sources["agency"].falls[0].after is None
    assert told(event, cut=Cut(known_by="2024-05-03")).sources["agency"].falls == ()


def test_what_was_only_corroborated_stays_as_it_was_before() -> None:
    event = tell("WithdrawalOrdered", "order", "2024-05-01", withdrawal="w", party="USA")
    found = told(event, tell("EntryCorroborated", "again", None, "other", entry="order")).sources["other"]
    assert (found.alone, found.falls) == (("again",), ())


def test_what_falls_without_several_sources_is_told_at_once() -> None:
    event = tell("WithdrawalOrdered", "order", "2024-05-01", "agency", "other", withdrawal="w", party="USA")
    ours = history(*STAGE, event)
    assert fallen(ours, "n", ["agency"]).to_json() == {"entries": [], "falls": []}
    assert fallen(ours, "n", ["agency", "other"]).to_json() == {
        "entries": ["order"],
        "falls": [{"subject": "withdrawal:w", "before": "ordered", "after": None}],
    }
    with pytest.raises(NameUnknownError, match="did you mean 'agency'"):
        fallen(ours, "n", ["agenc"])


def test_grades_are_those_of_the_cut() -> None:
    worse = tell("AssessmentChanged", "worse", None, source="agency", reliability="E", published="2024-06-01")
    assert told(worse).sources["agency"].source.reliability == "E"
    assert told(worse).sources["agency"].source.assessed_by == ("worse",)
    assert told(worse, cut=Cut(known_by="2024-05-31")).sources["agency"].source.reliability == "B"


def test_a_source_whose_registration_is_retracted_is_graded_f() -> None:
    gone = tell("EntryRetracted", "r", None, entry="src-other")
    found = told(tell("StatementMade", "a", "2024-05-01", "other", party="USA"), gone).sources["other"]
    assert (found.source.reliability, found.source.publisher, found.entries) == ("F", None, ("a",))


def test_json_has_sources_tree_and_cycles() -> None:
    shown = json.loads(json.dumps(told(ORDERED).to_json()))
    assert list(shown["sources"]) == ["agency", "paper", "other", "digest"]
    assert shown["sources"]["agency"]["falls"] == [{"subject": "withdrawal:w", "before": "ordered", "after": None}]
    assert shown["tree"][1] == {"depth": 1, "source": "paper", "again": False}
    assert shown["cycles"] == []


def test_an_unknown_source_to_leave_out_is_told() -> None:
    with pytest.raises(NameUnknownError, match="did you mean 'agency'"):
        sources(history(*STAGE), "n", without=["agenc"])


def test_the_order_rests_on_one_report(tmp_path_factory: pytest.TempPathFactory) -> None:
    loaded: History = seed("us-niger", tmp_path_factory.mktemp("log"))
    cut = Cut(known_by="2024-05-11")
    politico = sources(loaded, "us-niger", cut).sources["politico-2024-05-10"]
    assert politico.roots == ("politico-2024-05-10",)
    assert set(politico.relayed_by) >= {"hot-air-2024-05-11", "iuvm-2024-05-11", "just-the-news-2024-05-10"}
    assert {"order-this-week", "order-last-week"} <= set(politico.alone)
    assert ("withdrawal:all-forces", "ordered", "agreed") in {
        (fall.subject, fall.before, fall.after) for fall in politico.falls
    }
    left = status(loaded, "us-niger", cut, without=["politico-2024-05-10"])
    assert left.withdrawals["all-forces"].state == "agreed"
