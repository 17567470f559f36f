"""The states of agreements, proposals, talks, withdrawals, commitments and sanctions, and which may follow which."""

from __future__ import annotations

from typing import Final

import pytest

from tracker.events.acts import SANCTION
from tracker.events.agreements import AGREEMENT
from tracker.events.base import FINAL_SIDE, OPEN_SIDE, Machine
from tracker.events.commitments import COMMITMENT
from tracker.events.proposals import PROPOSAL
from tracker.events.registry import EVENT_TYPES
from tracker.events.talks import TALKS
from tracker.events.withdrawals import WITHDRAWAL

MACHINES: Final = (AGREEMENT, PROPOSAL, TALKS, WITHDRAWAL, COMMITMENT, SANCTION)
LEGAL: Final = {
    AGREEMENT.subject: "negotiated>signed signed>in-force in-force>suspended suspended>in-force "
    "in-force>denunciation-announced denunciation-announced>denunciation-notified denunciation-notified>terminated "
    "negotiated>in-force negotiated>terminated in-force>terminated suspended>terminated signed>expired "
    "in-force>superseded negotiated>expired signed>signed denunciation-announced>expired negotiated>adopted "
    "adopted>signed adopted>in-force signed>provisionally-applied provisionally-applied>in-force "
    "open-for-consent>in-force denunciation-notified>denunciation-suspended denunciation-suspended>terminated "
    "denunciation-suspended>denunciation-notified",
    PROPOSAL.subject: "tabled>accepted tabled>refused tabled>withdrawn tabled>superseded tabled>lapsed tabled>tabled "
    "tabled>countered",
    TALKS.subject: "proposed>announced announced>under-way under-way>suspended suspended>under-way proposed>under-way "
    "under-way>concluded proposed>concluded announced>cancelled announced>deadlocked deadlocked>under-way "
    "deadlocked>proposed suspended>concluded under-way>held held>concluded held>deadlocked",
    WITHDRAWAL.subject: "demanded>agreed agreed>ordered ordered>scheduled scheduled>rescheduled rescheduled>scheduled "
    "scheduled>under-way rescheduled>under-way under-way>completed demanded>ordered demanded>under-way "
    "ordered>under-way ordered>completed scheduled>suspended suspended>under-way suspended>ordered breached>completed "
    "under-way>breached under-way>reversed demanded>reversed ordered>breached",
    COMMITMENT.subject: "undertaken>fulfilled undertaken>breached undertaken>released breached>fulfilled "
    "undertaken>suspended suspended>undertaken undertaken>expired suspended>breached",
    SANCTION.subject: "imposed>eased eased>lifted imposed>lifted lifted>imposed eased>imposed",
}
ILLEGAL: Final = {
    AGREEMENT.subject: "signed>negotiated in-force>signed in-force>negotiated terminated>in-force terminated>signed "
    "denunciation-notified>in-force denunciation-announced>in-force expired>in-force superseded>signed "
    "terminated>expired terminated>suspended expired>superseded signed>adopted in-force>provisionally-applied "
    "denunciation-suspended>in-force",
    PROPOSAL.subject: "accepted>refused refused>accepted refused>tabled withdrawn>accepted lapsed>tabled "
    "superseded>accepted accepted>withdrawn",
    TALKS.subject: "announced>proposed under-way>announced under-way>proposed concluded>under-way cancelled>under-way "
    "concluded>cancelled concluded>deadlocked cancelled>announced",
    WITHDRAWAL.subject: "agreed>demanded ordered>agreed under-way>scheduled completed>under-way completed>breached "
    "reversed>under-way completed>reversed under-way>demanded",
    COMMITMENT.subject: "fulfilled>breached released>fulfilled fulfilled>undertaken released>breached "
    "breached>undertaken",
    SANCTION.subject: "",
}


def cases(table: dict[str, str]) -> list[tuple[Machine, str, str]]:
    return [(machine, *pair.split(">")) for machine in MACHINES for pair in table[machine.subject].split()]  # type: ignore[misc]


@pytest.mark.parametrize(("machine", "present", "new"), cases(LEGAL), ids=str)
def test_a_path_forward_and_a_side_state_are_legal(machine: Machine, present: str, new: str) -> None:
    assert machine.is_legal(present, new)


@pytest.mark.parametrize(("machine", "present", "new"), cases(ILLEGAL), ids=str)
def test_a_way_back_and_a_way_out_of_an_end_are_not(machine: Machine, present: str, new: str) -> None:
    assert not machine.is_legal(present, new)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
def test_anything_may_be_the_first_that_is_heard_of_a_thing(machine: Machine) -> None:
    for state in (*machine.states, *OPEN_SIDE, *FINAL_SIDE):
        assert machine.is_legal(None, state)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
def test_the_same_state_again_is_legal_everywhere(machine: Machine) -> None:
    for state in (*machine.states, *OPEN_SIDE, *FINAL_SIDE):
        assert machine.is_legal(state, state)


@pytest.mark.parametrize(
    ("machine", "present", "new", "back"),
    [
        (AGREEMENT, "in-force", "signed", True),
        (AGREEMENT, "terminated", "negotiated", True),
        (AGREEMENT, "signed", "in-force", False),
        (WITHDRAWAL, "under-way", "scheduled", True),
        (PROPOSAL, "refused", "accepted", False),
        (PROPOSAL, "refused", "tabled", True),
        (TALKS, "cancelled", "announced", False),
    ],
)
def test_a_step_back_is_told_from_a_step_aside(machine: Machine, present: str, new: str, back: bool) -> None:
    assert machine.is_step_back(present, new) is back


@pytest.mark.parametrize(
    ("machine", "ends"),
    [
        (AGREEMENT, {"terminated"}),
        (PROPOSAL, {"accepted", "refused", "divided", "countered", "withdrawn", "superseded", "lapsed"}),
        (TALKS, {"concluded"}),
        (WITHDRAWAL, {"completed"}),
        (COMMITMENT, {"fulfilled", "released"}),
        (SANCTION, set()),
    ],
)
def test_what_has_no_arrow_and_is_no_open_side_state_is_an_end(machine: Machine, ends: set[str]) -> None:
    assert {state for state in machine.states if machine.is_final(state)} == ends
    assert all(machine.is_final(state) for state in FINAL_SIDE)


@pytest.mark.parametrize(
    ("machine", "present", "new", "events"),
    [
        (AGREEMENT, "denunciation-announced", "in-force", {"DenunciationWithdrawn"}),
        (AGREEMENT, "denunciation-notified", "in-force", {"DenunciationWithdrawn"}),
        (AGREEMENT, "denunciation-suspended", "in-force", {"DenunciationWithdrawn"}),
        (TALKS, "concluded", "under-way", {"RoundHeld", "NegotiationContinued"}),
        (COMMITMENT, "breached", "undertaken", {"CommitmentResumed"}),
    ],
)
def test_a_way_back_is_taken_by_the_event_that_names_it_alone(
    machine: Machine, present: str, new: str, events: set[str]
) -> None:
    assert {name for name in EVENT_TYPES if machine.is_legal(present, new, name)} == events


@pytest.mark.parametrize(
    ("machine", "apart"),
    [
        (AGREEMENT, "terminated>expired terminated>superseded expired>superseded"),
        (
            PROPOSAL,
            "accepted>refused accepted>withdrawn accepted>lapsed refused>withdrawn refused>lapsed withdrawn>lapsed",
        ),
        (TALKS, "under-way>cancelled held>cancelled concluded>cancelled"),
        (WITHDRAWAL, "completed>reversed"),
        (COMMITMENT, "fulfilled>breached"),
        (SANCTION, ""),
    ],
    ids=str,
)
def test_some_states_exclude_each_other(machine: Machine, apart: str) -> None:
    pairs = {frozenset(pair.split(">")) for pair in apart.split()}
    states = (*machine.states, *FINAL_SIDE, *OPEN_SIDE)
    assert {frozenset((one, other)) for one in states for other in states if machine.excludes(one, other)} == pairs
