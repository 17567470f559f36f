"""Claims and conclusions at any cut of any history, against working them out the slow way."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections import Cut, status
from tests.projections import oracle_expected, oracle_parties, oracle_single, oracle_values
from tests.projections.everything import CLAIMS, claims_of_types
from tests.projections.oracle import Oracle
from tests.projections.telling import history
from tests.projections.worlds import CUTS, worlds
from tracker.events import EVENT_TYPES

if TYPE_CHECKING:
    from projections import Status
    from tracker.events import Event

_AGREEMENTS = [name for name in CLAIMS if EVENT_TYPES[name].family == "agreements"]
_COMING_BACK = [
    *("AgreementSigned", "AgreementSuspended", "AgreementResumed", "AgreementRevoked", "DenunciationNotified"),
    *("DenunciationWithdrawn", "RatificationRefused"),
]
_ANSWERS = ["ProposalTabled", "DemandMade", "ProposalAccepted", "ProposalRefused", "BaseRequestRefused", "VoteHeld"]
_DATED = [
    *("WithdrawalOrdered", "WithdrawalTimetableSet", "WithdrawalTimetableRevised", "WithdrawalCompleted"),
    *("WithdrawalSuspended", "CommitmentUndertaken", "CommitmentAmended", "CommitmentFulfilled", "CommitmentBreached"),
    *("TalksAnnounced", "RoundHeld", "TalksCancelled", "TalksConcluded", "UltimatumIssued", "AgreementSigned"),
]
_COMMITMENTS = [name for name in CLAIMS if EVENT_TYPES[name].family == "commitments"]
_VALUED = ["PositionTaken", "DestinationSet", "DestinationUndetermined", "CommitmentSuspended", "CommitmentAmended"]
_DAYS: Final = (date(2024, 5, 4), date(2024, 5, 25), date(2024, 6, 20), date(2024, 8, 1))
_FIGURES = [
    *("FigureReported", "WithdrawalOrdered", "StrengthReported", "WithdrawalProgressReported", "WithdrawalCompleted"),
    *("CommitmentUndertaken", "CommitmentAmended", "CommitmentBreached", "IncidentReported"),
]


@given(worlds(), CUTS)
def test_the_claims_that_stand_are_those_that_judgement_asks_for(events: list[Event], cut: Cut) -> None:
    loaded = history(*events)
    oracle = Oracle(loaded.entries, cut)
    standing = status(loaded, "n", cut).claims
    assert standing is not None
    assert [reading.id for reading in standing.standing] == [entry.id for entry in oracle.standing()]
    for reading, entry in zip(standing.standing, oracle.standing(), strict=True):
        assert reading.event == oracle.event(entry)
        assert list(reading.evidence) == oracle.evidence(entry)
        assert (reading.lower, reading.upper) == oracle.occurred(entry)
        assert (reading.published_lower, reading.published_upper) == oracle.published(entry)
        assert reading.uncertain == oracle.is_uncertain(entry)
    claims = {reading.id for reading in standing.retracted if reading.event.kind_of_entry == "claim"}
    assert claims == {entry.id for entry in oracle.admitted()} - {entry.id for entry in oracle.standing()}


@given(worlds(), CUTS)
def test_the_conclusions_are_those_that_judgement_asks_for(events: list[Event], cut: Cut) -> None:
    loaded = history(*events)
    oracle = Oracle(loaded.entries, cut)
    standing = status(loaded, "n", cut)
    states = oracle.states()
    views = {view.subject: view for family in standing.things.values() for view in family.values()}
    assert views.keys() == states.keys()
    for subject, expected in states.items():
        shown = views[subject].to_json()
        assert {name: shown[name] for name in expected} == expected
    stances = {
        (party, matter): (position.stance, list(position.because))
        for party, matters in standing.positions.items()
        for matter, position in matters.items()
        if position.stance is not None
    }
    assert stances == oracle_values.stances(oracle)
    assert {party: list(partners) for party, partners in standing.partners.items()} == oracle.partners()


@given(claims_of_types(*_FIGURES))
def test_the_figures_are_kept_and_compared_as_judgement_asks_for(events: list[Event]) -> None:
    standing, oracle = _asked(events)
    shown = {
        (subject, line.quantity, line.unit, line.scope): (
            -inf if line.low is None else line.low,
            inf if line.high is None else line.high,
            list(line.because),
        )
        for subject in standing.subjects
        for line in getattr(standing.view(subject), "figures", ())
    }
    assert shown == oracle_parties.lines(oracle)
    found: dict[str, set[str]] = {}
    for finding in standing.findings:
        if finding.kind == "figure-conflict":
            found.setdefault(finding.subject, set()).update(finding.entries)
    assert found == oracle_parties.contradicting(oracle)


@given(claims_of_types(*_ANSWERS))
def test_each_party_answers_as_judgement_asks_for(events: list[Event]) -> None:
    standing, oracle = _asked(events)
    shown = {
        name: {party: (answer.state, list(answer.because)) for party, answer in proposal.answers.items()}
        for name, proposal in standing.proposals.items()
        if proposal.answers
    }
    assert shown == oracle_parties.answered(oracle)


@given(claims_of_types(*_AGREEMENTS) | claims_of_types(*_COMING_BACK))
def test_each_party_takes_part_as_judgement_asks_for(events: list[Event]) -> None:
    _hold_parties(events)


@settings(max_examples=20)
@given(claims_of_types(*_AGREEMENTS, groups=True) | claims_of_types(*_COMING_BACK, groups=True))
def test_groups_take_part_as_judgement_asks_for(events: list[Event]) -> None:
    _hold_parties(events)


@settings(max_examples=20)
@given(claims_of_types(*_AGREEMENTS))
def test_terms_and_consents_are_those_that_judgement_asks_for(events: list[Event]) -> None:
    _hold_terms(events)


@settings(max_examples=20)
@given(claims_of_types(*_ANSWERS))
def test_proposals_end_as_judgement_asks_for(events: list[Event]) -> None:
    _hold_proposals(events)


@settings(max_examples=20)
@given(
    claims_of_types(*_DATED) | claims_of_types(*_AGREEMENTS) | claims_of_types(*_COMMITMENTS),
    st.none() | st.sampled_from(_DAYS),
)
def test_what_is_expected_is_what_judgement_asks_for(events: list[Event], today: date | None) -> None:
    _hold_expectations(events, today)


@settings(max_examples=20)
@given(
    claims_of_types(*_DATED) | claims_of_types(*_AGREEMENTS) | claims_of_types(*_VALUED),
    st.none() | st.sampled_from(_DAYS),
)
def test_values_that_contradict_each_other_are_those_that_judgement_asks_for(
    events: list[Event], today: date | None
) -> None:
    _hold_values(events, today)


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(max_examples=500)
@given(
    claims_of_types(*_DATED, most=16),
    claims_of_types(*_ANSWERS, most=12),
    claims_of_types(*_AGREEMENTS, most=12),
    claims_of_types(*_AGREEMENTS, most=12, groups=True),
    st.none() | st.sampled_from(_DAYS),
)
def test_long_worlds_are_judged_as_judgement_asks_for(
    dated: list[Event], answers: list[Event], agreed: list[Event], grouped: list[Event], today: date | None
) -> None:
    for told in (dated, agreed, grouped):
        _hold_expectations(told, today)
        _hold_values(told, today)
    _hold_proposals(answers)
    _hold_terms(agreed)
    _hold_parties(grouped)


def _hold_parties(events: list[Event]) -> None:
    standing, oracle = _asked(events)
    for name, agreement in standing.agreements.items():
        shown = {party: part.state for party, part in agreement.participants.items()}
        assert shown == oracle_parties.participants(oracle, name)


def _hold_terms(events: list[Event]) -> None:
    standing, oracle = _asked(events)
    for name, agreement in standing.agreements.items():
        assert agreement.until == oracle_single.shown(oracle, oracle_values.terms_of(oracle, name))
        assert agreement.consents == oracle_values.consents(oracle, name)


def _hold_proposals(events: list[Event]) -> None:
    standing, oracle = _asked(events)
    states = {name: proposal.state for name, proposal in standing.proposals.items() if not proposal.mentions}
    told = oracle_values.proposals(oracle)
    assert {name: state for name, state in states.items() if name in told} == told


def _hold_expectations(events: list[Event], today: date | None) -> None:
    standing, oracle = _asked(events, today)
    # Of proposals, positions, partners and matters there are plans, which are not worked out.
    families = ("agreement", "round", "withdrawal", "commitment", "sanction", "entry")
    shown = {
        (one.subject, one.kind, one.date, one.standing)
        for one in standing.expected
        if one.subject.partition(":")[0] in families
    }
    assert _foremost(shown) == _foremost(oracle_expected.expected(oracle))
    for family, fields in oracle_values.SINGLES.items():
        for name, view in standing.things[family].items():
            for field in fields:
                said = oracle_values.said_of(oracle, f"{family}:{name}", field)
                if not (field == "outcome" and view.state in {"under-way", "held"}):
                    assert getattr(view, field) == oracle_single.shown(oracle, said), field


def _hold_values(events: list[Event], today: date | None) -> None:
    standing, oracle = _asked(events, today)
    found: dict[str, set[str]] = {}
    for finding in standing.findings:
        if finding.kind == "value-conflict":
            found.setdefault(finding.subject, set()).update(finding.entries)
    assert found == oracle_values.conflicts(oracle)
    stances = {
        (party, matter): (position.stance, list(position.because))
        for party, matters in standing.positions.items()
        for matter, position in matters.items()
        if position.stance is not None
    }
    assert stances == oracle_values.stances(oracle)


def _foremost(expected: set[oracle_expected.Coming]) -> set[oracle_expected.Coming]:
    """Return what is expected, without what is void if the same is not: one date may be given twice."""
    other = {one[:3] for one in expected if one[3] != "void"}
    return {one for one in expected if one[3] != "void" or one[:3] not in other}


def _asked(events: list[Event], today: date | None = None) -> tuple[Status, Oracle]:
    """Return what is said of a history, whatever the day unless it is given, by the program and by working it out."""
    loaded = history(*events)
    oracle = Oracle(loaded.entries, Cut())
    oracle.day = Cut().day(None, today)
    return status(loaded, "n", today=today), oracle
