"""Claims and conclusions at any cut of any history, against working them out the slow way."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from hypothesis import given

from projections import Cut, status
from tests.projections import oracle_parties
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
    assert stances == oracle.stances()
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
    standing, oracle = _asked(events)
    for name, agreement in standing.agreements.items():
        shown = {party: part.state for party, part in agreement.participants.items()}
        assert shown == oracle_parties.participants(oracle, name)


def _asked(events: list[Event]) -> tuple[Status, Oracle]:
    """Return what is said of a history whatever the day, by the program and by working it out."""
    loaded = history(*events)
    return status(loaded, "n"), Oracle(loaded.entries, Cut())
