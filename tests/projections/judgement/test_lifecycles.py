"""States move as the machines' arrows lead; what does not fit is kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, status
from projections.claims.readings import MACHINES
from projections.judgement.conclusions import concluded
from projections.judgement.weighing import weighing_of
from tests.projections.telling import history, party, tell
from tracker.events import EVENT_TYPES

if TYPE_CHECKING:
    from projections.judgement.states import State

#: An event type that moves a thing of each family to each state, with the fields that it cannot do without.
MOVES: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "agreement": {
        "negotiated": ("AgreementNegotiated", {}),
        "signed": ("AgreementSigned", {"by": ["USA"]}),
        "in-force": ("AgreementEnteredIntoForce", {}),
        "suspended": ("AgreementSuspended", {"party": "USA"}),
        "denunciation-announced": ("AgreementRevoked", {"party": "USA"}),
        "adopted": ("AgreementAdopted", {}),
        "provisionally-applied": ("AgreementProvisionallyApplied", {}),
        "denunciation-notified": ("DenunciationNotified", {"party": "USA"}),
        "denunciation-suspended": ("DenunciationSuspended", {"party": "USA"}),
        "terminated": ("AgreementTerminated", {}),
        "expired": ("AgreementExpired", {}),
        "superseded": ("AgreementSuperseded", {}),
    },
    "proposal": {
        "tabled": ("DemandMade", {"party": "USA"}),
        "accepted": ("ProposalAccepted", {"party": "USA"}),
        "refused": ("ProposalRefused", {"party": "USA"}),
        "withdrawn": ("ProposalWithdrawn", {"party": "USA"}),
        "lapsed": ("ProposalLapsed", {}),
    },
    "round": {
        "proposed": ("TalksProposed", {"party": "USA"}),
        "announced": ("TalksAnnounced", {"parties": ["USA"]}),
        "under-way": ("RoundHeld", {"parties": ["USA"]}),
        "suspended": ("TalksSuspended", {}),
        "deadlocked": ("TalksDeadlocked", {}),
        "cancelled": ("TalksCancelled", {"party": "USA"}),
        "concluded": ("TalksConcluded", {}),
    },
    "withdrawal": {
        "demanded": ("WithdrawalDemanded", {"party": "USA"}),
        "agreed": ("WithdrawalAgreed", {"parties": ["USA"]}),
        "ordered": ("WithdrawalOrdered", {"party": "USA"}),
        "scheduled": ("WithdrawalTimetableSet", {}),
        "rescheduled": ("WithdrawalTimetableRevised", {}),
        "under-way": ("WithdrawalBegan", {}),
        "completed": ("WithdrawalCompleted", {}),
        "suspended": ("WithdrawalSuspended", {"party": "USA"}),
        "breached": ("WithdrawalBreached", {"party": "USA"}),
        "reversed": ("WithdrawalReversed", {"party": "USA"}),
    },
    "commitment": {
        "undertaken": ("CommitmentUndertaken", {"party": "USA"}),
        "fulfilled": ("CommitmentFulfilled", {}),
        "breached": ("CommitmentBreached", {}),
        "released": ("CommitmentReleased", {}),
        "suspended": ("CommitmentSuspended", {}),
        "expired": ("CommitmentExpired", {}),
    },
    "sanction": {
        "imposed": ("SanctionImposed", {"party": "USA"}),
        "eased": ("SanctionEased", {"party": "USA"}),
        "lifted": ("SanctionLifted", {"party": "USA"}),
    },
}
#: The states that follow from what is said, and to which no event moves a thing by itself.
DERIVED = {"open-for-consent", "held", "divided", "countered", "superseded"}


def told(family: str, *states: str) -> tuple[State, list[str]]:
    """Return a thing that is said to be in these states (``ordered:denied``) day after day, and what does not fit."""
    events = []
    for number, said in enumerate(states):
        state, _, modality = said.partition(":")
        kind, fields = MOVES[family][state]
        day = f"2024-05-{number + 1:02}"
        events.append(tell(kind, f"e{number}", day, **{family: "x"}, modality=modality or "reported", **fields))
    standing = status(history(party("USA"), *events), "n")
    kinds = [finding.kind for finding in standing.findings if finding.kind in {"illegal-transition", "order-conflict"}]
    return standing.things[family]["x"], kinds


def test_the_table_moves_every_family_to_every_state_of_its_machine() -> None:
    for family, machine in MACHINES.items():
        expected = {*machine.states, *(kind.moves_to for kind in EVENT_TYPES.values() if kind.machine is machine)}
        assert {*MOVES[family]} == expected - {None} - (DERIVED - {*MOVES[family]})
        for state, (kind, _) in MOVES[family].items():
            assert EVENT_TYPES[kind].moves_to == state


@pytest.mark.parametrize(
    ("family", "states", "present", "kinds"),
    [
        # legal: no state before, the same again, an arrow, a path of arrows
        ("withdrawal", ["completed"], "completed", []),
        ("withdrawal", ["ordered", "ordered"], "ordered", []),
        ("withdrawal", ["ordered", "scheduled"], "scheduled", []),
        ("withdrawal", ["ordered", "under-way"], "under-way", []),
        ("agreement", ["negotiated", "terminated"], "terminated", []),
        ("agreement", ["in-force", "terminated"], "terminated", []),
        ("withdrawal", ["scheduled", "rescheduled", "scheduled"], "scheduled", []),
        # side states: from any that is not final, and on from the open ones to any
        ("withdrawal", ["demanded", "suspended", "completed"], "completed", []),
        ("withdrawal", ["under-way", "suspended", "demanded"], "demanded", []),
        ("withdrawal", ["ordered", "breached", "under-way"], "under-way", []),
        ("withdrawal", ["under-way", "reversed"], "reversed", []),
        ("round", ["announced", "cancelled"], "cancelled", []),
        ("round", ["proposed", "deadlocked", "concluded"], "concluded", []),
        ("agreement", ["signed", "suspended", "in-force"], "in-force", []),
        ("agreement", ["negotiated", "expired"], "expired", []),
        ("agreement", ["signed", "superseded"], "superseded", []),
        ("commitment", ["undertaken", "breached", "fulfilled"], "fulfilled", []),
        # a step back moves nothing
        ("agreement", ["in-force", "signed"], "in-force", ["order-conflict"]),
        ("withdrawal", ["completed", "under-way"], "completed", ["order-conflict"]),
        ("proposal", ["refused", "tabled"], "refused", ["order-conflict"]),
        ("agreement", ["terminated", "negotiated", "signed"], "terminated", ["order-conflict", "order-conflict"]),
        # any other moves and is held against it; final states included
        ("proposal", ["accepted", "refused"], "refused", ["illegal-transition"]),
        ("commitment", ["fulfilled", "released"], "released", ["illegal-transition"]),
        ("withdrawal", ["reversed", "under-way"], "under-way", ["illegal-transition"]),
        ("round", ["cancelled", "concluded"], "concluded", ["illegal-transition"]),
        ("agreement", ["expired", "terminated"], "terminated", ["illegal-transition"]),
        ("withdrawal", ["completed", "suspended"], "suspended", ["illegal-transition"]),
        ("round", ["concluded", "cancelled"], "cancelled", ["illegal-transition"]),
        # what is denied or supposed moves nothing
        ("withdrawal", ["ordered", "completed:denied", "completed:hypothetical"], "ordered", []),
        ("withdrawal", ["ordered:announced", "scheduled:done"], "scheduled", []),
        ("withdrawal", ["ordered:denied"], None, []),
    ],
)
def test_moves(family: str, states: list[str], present: str | None, kinds: list[str]) -> None:
    thing, found = told(family, *states)
    assert thing.state == present
    assert found == kinds


def test_dates_too_coarse_to_prove_an_order_excuse_what_would_not_fit() -> None:
    refusal = tell("ProposalRefused", "refusal", "2024-04", proposal="x", party="USA")
    request = tell("DemandMade", "request", "2024-04-10", proposal="x", party="USA")
    standing = status(history(party("USA"), request, refusal), "n")
    assert standing.proposals["x"].state == "refused"
    assert standing.proposals["x"].because == ("refusal",)
    assert not {"illegal-transition", "order-conflict"} & {finding.kind for finding in standing.findings}


def test_the_overlap_is_with_the_entry_that_set_the_present_state() -> None:
    events = [
        tell("ProposalAccepted", "first", "2024-04-01", proposal="x", party="USA"),
        tell("ProposalAccepted", "second", "2024-04-09/2024-04-20", proposal="x", party="USA"),
        tell("ProposalRefused", "no", "2024-04-15", proposal="x", party="USA"),
    ]
    standing = status(history(party("USA"), *events), "n")
    assert standing.proposals["x"].state == "refused"
    assert ("illegal-transition", ("first", "no")) in [(found.kind, found.entries) for found in standing.findings]


def test_because_names_all_that_assert_the_state_since_it_was_last_entered() -> None:
    events = [
        tell("AgreementEnteredIntoForce", "one", "2012", agreement="x"),
        tell("AgreementSuspended", "off", "2020-01-01", agreement="x", party="USA"),
        tell("AgreementResumed", "on", "2021-03~", agreement="x"),
        tell("AgreementEnteredIntoForce", "again", "2022", agreement="x"),
        tell("AgreementRatified", "ratified", "2023", agreement="x", party="USA"),
    ]
    agreement = status(history(party("USA"), *events), "n").agreements["x"]
    assert (agreement.state, agreement.since, agreement.because) == ("in-force", "2021-03~", ("on", "again"))


def test_a_thing_that_entries_only_name_has_no_state_and_rests_on_all_of_them() -> None:
    events = [
        tell("StrengthReported", "count", "2024-05-02", withdrawal="x", strength=5),
        tell("DestinationUndetermined", "where", "2024-05-01", withdrawal="x"),
    ]
    withdrawal = status(history(*events), "n").withdrawals["x"]
    assert (withdrawal.state, withdrawal.because, withdrawal.since) == (None, ("where", "count"), "2024-05-01")
    assert status(history(*events), "n", Cut(happened_by="2024-04")).withdrawals == {}


def test_what_is_only_denied_or_supposed_has_no_state_that_rests_on_anything() -> None:
    events = [
        tell("AgreementRevoked", "no", "2024-05-01", agreement="x", party="NER", modality="denied"),
        tell("AgreementRevoked", "perhaps", "2024-05", agreement="x", party="NER", modality="hypothetical"),
    ]
    agreement = status(history(party("NER"), *events), "n").agreements["x"]
    assert (agreement.state, agreement.because, agreement.since) == (None, (), None)
    assert set(agreement.mentions) == {"no", "perhaps"}
    assert "mentions" not in agreement.to_json()
    named = tell("AgreementRatified", "named", "2024-05-02", agreement="x", party="NER")
    agreement = status(history(party("NER"), *events, named), "n").agreements["x"]
    assert (agreement.state, agreement.because, agreement.mentions) == ("open-for-consent", ("named",), ())
    (before,) = status(history(party("NER"), events[1]), "n", Cut(happened_by="2024-05-01")).agreements.values()
    assert before.uncertain


def test_a_proposal_that_supersedes_another_moves_both() -> None:
    events = [
        tell("ProposalTabled", "old", "2024-05-01", proposal="a", party="USA"),
        tell("ProposalTabled", "new", "2024-05-02", proposal="b", party="USA", supersedes="a"),
    ]
    proposals = status(history(party("USA"), *events), "n").proposals
    assert {name: proposal.state for name, proposal in proposals.items()} == {"a": "superseded", "b": "tabled"}
    assert proposals["a"].because == ("new",)
    unknown = status(history(party("USA"), events[1]), "n").proposals
    assert unknown["a"].state == "superseded"


def test_a_proposal_that_supersedes_itself_is_tabled_once() -> None:
    event = tell("ProposalTabled", "odd", "2024-05-01", proposal="a", party="USA", supersedes="a")
    proposal = status(history(party("USA"), event), "n").proposals["a"]
    assert (proposal.state, proposal.because) == ("tabled", ("odd",))


def test_contested_is_a_flag_beside_the_state() -> None:
    events = [
        tell("AgreementRevoked", "revoked", "2024-03-16", agreement="x", party="USA"),
        tell("DenunciationContested", "no", "2024-03-21", agreement="x", party="USA", ground="not notified"),
    ]
    agreement = status(history(party("USA"), *events), "n").agreements["x"]
    assert (agreement.state, agreement.contested) == ("denunciation-announced", True)
    assert not status(history(party("USA"), events[0]), "n").agreements["x"].contested


def test_a_coded_event_moves_no_state() -> None:
    event = tell("CodedEventReported", "coded", "2024-05-01", actor="USA", target="NER", code="1056")
    standing = status(history(event), "n")
    assert not any(standing.things.values())
    assert standing.last is not None
    assert standing.last.entry == "coded"


def test_a_fold_of_nothing_has_no_state() -> None:
    standing = status(history(tell("ProposalLapsed", "e", proposal="x")), "n")
    assert concluded("round:x", [], weighing_of(standing.claims), None) is None
    assert concluded("proposal:x", standing.readings("proposal:x"), weighing_of(standing.claims), None) == "lapsed"
