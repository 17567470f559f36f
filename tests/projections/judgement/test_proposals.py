"""Proposals: each party answers by itself, a vote may decide, and an agreement may settle one."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from projections import diff, status
from projections.views.why import why_of
from tests.projections.telling import found, history, party, source, tell

if TYPE_CHECKING:
    from projections import Status
    from projections.judgement.states import Proposal
    from tracker.events import Event

STAGE = [party(name) for name in ("NOR", "SWE", "FIN", "DNK")]


def tabled(day: str | None = "2021-04-01", entry: str = "t", **fields: Any) -> Event:  # noqa: ANN401 - of any type
    return tell("ProposalTabled", entry, day, proposal="p", party="NOR", **fields)


def accepted(who: str, day: str, entry: str | None = None, /, *said_by: str, **fields: Any) -> Event:  # noqa: ANN401
    return tell("ProposalAccepted", entry or f"acc-{who.lower()}", day, *said_by, proposal="p", party=who, **fields)


def refused(who: str, day: str, entry: str | None = None, /, *said_by: str, **fields: Any) -> Event:  # noqa: ANN401
    return tell("ProposalRefused", entry or f"ref-{who.lower()}", day, *said_by, proposal="p", party=who, **fields)


def vote(day: str = "2021-05-01", entry: str = "v", **fields: Any) -> Event:  # noqa: ANN401 - of any type
    return tell("VoteHeld", entry, day, **{"proposal": "p", "body": "Council", "decides": True} | fields)


def standing(*events: Event) -> Status:
    return status(history(*STAGE, *events), "n")


def shown(*events: Event) -> Proposal:
    return standing(*events).proposals["p"]


def answers(*events: Event) -> dict[str, str | None]:
    return {name: answer.state for name, answer in shown(*events).answers.items()}


@pytest.mark.parametrize(
    ("to", "given", "state"),
    [
        (None, [], "tabled"),
        (None, [accepted("SWE", "2021-05-01")], "accepted"),
        ("SWE", [refused("SWE", "2021-05-01")], "refused"),
        (None, [accepted("SWE", "2021-05-01"), accepted("FIN", "2021-05-02")], "accepted"),
        (None, [accepted("SWE", "2021-05-01"), refused("FIN", "2021-05-02")], "divided"),
        # Of one day they are divided, too, and nothing contradicts.
        (None, [accepted("SWE", "2021-05-01"), refused("FIN", "2021-05-01")], "divided"),
        (["SWE", "FIN"], [accepted("SWE", "2021-05-01")], "tabled"),
        (["SWE", "FIN"], [refused("SWE", "2021-05-01")], "tabled"),
        (["SWE", "FIN"], [accepted("SWE", "2021-05-01"), accepted("FIN", "2021-05-02")], "accepted"),
        (["SWE", "FIN", "DNK"], [accepted("SWE", "2021-05-01"), refused("FIN", "2021-05-02")], "divided"),
        (["SWE", "FIN"], [accepted("SWE", "2021-05-01"), accepted("DNK", "2021-05-02")], "tabled"),
    ],
)
def test_the_state_follows_from_the_answers(to: Any, given: list[Event], state: str) -> None:  # noqa: ANN401
    events = [tabled(to=to), *given]
    seen = standing(*events)
    assert seen.proposals["p"].state == state
    assert {name: one.state for name, one in seen.proposals["p"].answers.items()} == {
        event.party: "accepted" if event.event == "ProposalAccepted" else "refused"  # type: ignore[attr-defined]
        for event in given
    }
    assert not [one for one in seen.findings if one.severity == "conflict"]


def test_a_divided_one_rests_on_all_answers_and_party_is_the_first() -> None:
    proposal = shown(tabled(), refused("FIN", "2021-05-02"), accepted("SWE", "2021-05-01"))
    assert (proposal.because, proposal.party) == (("acc-swe", "ref-fin"), "SWE")


def test_who_changes_its_answer_is_told_of_and_the_others_keep_theirs() -> None:
    events = [tabled(), accepted("SWE", "2021-05-01"), accepted("FIN", "2021-05-02"), refused("SWE", "2021-06-01")]
    assert shown(*events).state == "divided"
    assert shown(*events).because == ("acc-fin", "ref-swe")
    assert found("illegal-transition", *STAGE, *events) == [("proposal:p", {"acc-swe", "ref-swe"})]
    assert shown(*events, refused("FIN", "2021-06-02")).state == "refused"


@pytest.mark.parametrize("occurred", ["2021-05-03", "2021-05"])
def test_one_that_accepts_and_refuses_at_one_time_contradicts_itself_in_whatever_order(occurred: str) -> None:
    """The case of a user: two papers contradict each other on the same day."""
    sources = [source("gazette", "2021-05-03", reliability="B"), source("herald", "2021-05-10", reliability="B")]
    both = [accepted("SWE", occurred, None, "gazette"), refused("SWE", occurred, None, "herald")]
    for order in permutations(both):
        seen = standing(*sources, tabled(to="SWE"), *order)
        proposal = seen.proposals["p"]
        assert (proposal.state, proposal.answers["SWE"].state) == ("refused", "refused")
        assert [(rival.state, rival.because) for rival in proposal.rivals] == [("accepted", ("acc-swe",))]
        conflicts = [one for one in seen.findings if one.kind == "state-conflict"]
        assert [(one.severity, set(one.entries)) for one in conflicts] == [("conflict", {"acc-swe", "ref-swe"})]
        assert [ground.entry for ground in why_of(seen, "proposal:p").against] == ["acc-swe"]


def test_who_is_silent_is_part_of_the_question() -> None:
    events = [tabled(to=["SWE", "FIN", "DNK"]), accepted("FIN", "2021-05-01")]
    (question,) = [one for one in standing(*events).findings if one.kind == "open-question"]
    assert question.message == "p: it has no answer of SWE and DNK."
    assert not found("open-question", *STAGE, *events, refused("SWE", "2021-05-02"))


def test_whom_it_was_put_to_counts_if_that_is_told_at_the_time_of_the_answer() -> None:
    events = [accepted("SWE", "2021-05"), tabled("2021-05", "z", to=["SWE", "FIN"])]
    assert shown(*events).state == "tabled"


def test_a_counter_proposal_answers_the_older_one_and_tables_the_new_one() -> None:
    counter = tell(
        "ProposalCountered", "c", "2021-05-01", proposal="q", in_reply_to="p", party="SWE", to="NOR", terms="half"
    )
    before, after = standing(tabled(to="SWE")), standing(tabled(to="SWE"), counter)
    assert after.proposals["p"].state == "countered"
    new = after.proposals["q"]
    assert (new.state, new.tabled_by, new.to, new.terms) == ("tabled", "SWE", "NOR", "half")
    changes = {(one.subject, one.aspect): one.after for one in diff(before, after).changes}
    assert changes["proposal:p", "state"] == "countered"
    assert changes["proposal:q", "state"] == "tabled"
    assert [ground.entry for ground in why_of(after, "proposal:p").lines] == ["c"]
    assert found("open-question", *STAGE, tabled(to="SWE"), counter) == [("proposal:q", {"c"})]


@pytest.mark.parametrize(
    ("fields", "state", "given"),
    [
        ({"result": "approved"}, "accepted", {"Council": "accepted"}),
        ({"result": "rejected", "party": "SWE"}, "refused", {"SWE": "refused"}),
        (
            {"result": "approved", "votes": {"SWE": "for", "FIN": "against", "DNK": "abstain"}},
            "accepted",
            {"SWE": "accepted", "FIN": "refused"},
        ),
        ({"result": "vetoed", "votes": {"SWE": "for", "FIN": "veto"}}, "refused", {"FIN": "refused"}),
        ({"result": "rejected", "votes": {"SWE": "for", "FIN": "abstain"}}, "refused", {}),
        ({"result": "tied"}, "tabled", {}),
        ({"result": "inquorate"}, "tabled", {}),
        ({"result": "approved", "decides": False}, "tabled", {}),
        ({"result": "approved", "motion": "amend"}, "tabled", {}),
    ],
)
def test_a_vote_that_decides(fields: dict[str, Any], state: str, given: dict[str, str]) -> None:
    seen = shown(tabled(), vote(**fields))
    assert seen.state == state
    assert {name: one.state for name, one in seen.answers.items()} == given
    listed = seen.votes if fields.get("motion") == "amend" else seen.approvals
    assert [(one.entry, one.result) for one in listed] == [("v", fields["result"])]


def test_a_vote_is_told_of_by_a_difference_and_asked_why() -> None:
    before, after = standing(tabled()), standing(tabled(), vote(result="approved", votes={"SWE": "for"}))
    changes = {one.aspect: one.because for one in diff(before, after).changes}
    assert changes == {"state": ("v",), "answers.SWE": ("v",), "approvals": ("v",)}
    assert why_of(after, "proposal:p/SWE").value == "accepted"
    assert [ground.entry for ground in why_of(after, "proposal:p/SWE").lines] == ["v"]


def test_two_results_of_one_vote_contradict_each_other_once() -> None:
    votes = [vote(result="approved"), vote(entry="w", result="rejected", published="2021-06-01")]
    assert shown(tabled(), *votes).state == "refused"
    assert found("state-conflict", *STAGE, tabled(), *votes) == [("proposal:p", {"v", "w"})]


def test_an_agreement_settles_a_proposal_and_makes_none() -> None:
    settles = tell("AgreementSigned", "s", "2021-06-01", agreement="a", by=["NOR", "SWE"], settles=["p", "other"])
    ratified = [
        tell("AgreementRatified", f"r{day}", f"2021-06-0{day}", agreement="a", party="NOR", settles=["p"])
        for day in (2, 9)
    ]
    seen = standing(tabled(), settles, *ratified)
    assert seen.proposals.keys() == {"p"}
    assert seen.proposals["p"].state == "tabled"
    assert "proposal:other" not in seen.subjects
    assert [one.subject for one in seen.findings if one.kind == "open-question"] == ["agreement:a"]
    assert {one.subject for one in seen.findings if one.kind == "date-conflict"} == {"agreement:a"}


@pytest.mark.parametrize(
    ("given", "terms"),
    [
        ([], "two"),
        ([accepted("SWE", "2021-05-01")], "two"),
        ([accepted("SWE", "2021-05-01", terms="as granted"), accepted("FIN", "2021-05-02")], "as granted"),
        ([refused("SWE", "2021-05-01", terms="never")], "two"),
    ],
)
def test_terms_are_those_of_the_last_acceptance_else_as_tabled(given: list[Event], terms: str) -> None:
    assert shown(tabled(terms="one"), tabled("2021-04-02", "u", terms="two"), *given).terms == terms


def test_cosponsors_and_an_unknown_proposer() -> None:
    unknown = tell("ProposalTabled", "t", "2021-04-01", proposal="p", cosponsors=["SWE"])
    assert shown(unknown).state == "tabled"
    assert answers(unknown) == {}


def test_an_answer_to_what_was_withdrawn_on_the_same_day_is_a_rival() -> None:
    events = [
        tabled(),
        accepted("SWE", "2021-05-01", published="2021-05-01"),
        tell("ProposalWithdrawn", "w", "2021-05-01", proposal="p", party="NOR", published="2021-05-02"),
    ]
    proposal = shown(*events)
    assert proposal.state == "withdrawn"
    assert [rival.state for rival in proposal.rivals] == ["accepted"]


def test_a_figure_about_a_proposal_is_kept_with_it_and_answers_nothing() -> None:
    tabled = tell("ProposalTabled", "tabled", "2024-05-01", proposal="p", party="USA")
    counted = tell("FigureReported", "count", "2024-05-02", about="proposal:p", quantity="signatures", figure=40)
    standing = status(history(party("USA"), tabled, counted), "n")
    assert [(line.quantity, line.low) for line in standing.proposals["p"].figures] == [("signatures", 40)]
    assert [finding.subject for finding in standing.questions] == ["proposal:p"]
    alone = status(history(party("USA"), counted), "n").proposals["p"]
    assert (alone.state, len(alone.figures)) == (None, 1)
