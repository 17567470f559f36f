"""Denials of a happening: who denies one does not deny another, by another party or of another figure."""

from __future__ import annotations

import pytest

from tests.projections.telling import found, tell


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("AgreementRatified", {"agreement": "x"}),
        ("AgreementRevoked", {"agreement": "x"}),
        ("ProposalAccepted", {"proposal": "p"}),
        ("ProposalRefused", {"proposal": "p"}),
    ],
)
def test_who_denies_that_one_party_acted_denies_no_act_of_another(kind: str, fields: dict[str, str]) -> None:
    asserted = tell(kind, "a", "2024-03", party="USA", **fields)
    for name, denied in (("USA", [{"a", "d"}]), ("NER", [])):
        told = found("denial", asserted, tell(kind, "d", "2024-03", party=name, modality="denied", **fields))
        assert [entries for _, entries in told] == denied


def test_where_nobody_need_be_named_who_acts_the_denial_is_of_whoever_did() -> None:
    asserted = tell("AgreementTerminated", "a", "2024-03", agreement="x", party="USA")
    denied = tell("AgreementTerminated", "d", "2024-03", agreement="x", modality="denied")
    assert found("denial", asserted, denied) == [("agreement:x", {"a", "d"})]


@pytest.mark.parametrize(
    ("asserted", "denied", "is_denied"),
    [
        (650, 1000, False),
        (1000, 1000, True),
        (650, None, True),
        (650, {"low": 600}, True),
        ({"low": 600}, 650, False),
        ({"low": 640, "high": 660}, {"low": 600, "high": 700}, True),
        ({"low": 640}, {"low": 600, "high": 700}, False),
        (650, {"value": 650, "unit": "vehicles"}, False),
    ],
)
def test_who_denies_a_figure_denies_those_within_it(asserted: object, denied: object, *, is_denied: bool) -> None:
    events = [
        tell("StrengthReported", "a", "2024-03", withdrawal="w", strength=asserted),
        tell("StrengthReported", "d", "2024-03", withdrawal="w", strength=denied, modality="denied"),
    ]
    assert bool(found("denial", *events)) is is_denied


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        ("ConcessionMade", {"terms": "One base,  until JUNE"}, {"terms": "two bases"}),
        ("RedLineDeclared", {"terms": "one base until June"}, {"terms": "no drones"}),
    ],
)
def test_who_denies_some_terms_denies_no_others(kind: str, same: dict[str, str], other: dict[str, str]) -> None:
    fields = {"party": "NER", "matter": "m"}
    asserted = tell(kind, "a", terms="one base until June", **fields)
    for terms, is_denied in ((same, True), ({}, True), (other, False)):
        told = found("denial", asserted, tell(kind, "d", modality="denied", **fields, **terms))
        assert bool(told) is is_denied


def test_who_denies_a_date_denies_those_that_may_be_the_same() -> None:
    asserted = tell("WithdrawalTimetableSet", "a", "2024-05", withdrawal="w", deadline="2024-09-15")
    for deadline, is_denied in (("2024-09", True), ("2024-09-15", True), ("2024-08-31", False)):
        denied = tell("WithdrawalTimetableSet", "d", "2024-05", withdrawal="w", deadline=deadline, modality="denied")
        assert bool(found("denial", asserted, denied)) is is_denied
