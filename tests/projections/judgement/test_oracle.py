"""Claims and conclusions at any cut of any history, against working them out the slow way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from projections import Cut, status
from tests.projections.oracle import Oracle
from tests.projections.telling import history
from tests.projections.worlds import CUTS, worlds

if TYPE_CHECKING:
    from tracker.events import Event


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
