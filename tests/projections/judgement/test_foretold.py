"""Foretold: what cannot have been so when it was said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, status
from tests.projections.telling import found, history, party, source, tell

if TYPE_CHECKING:
    from tracker.events import Event


def signed(occurred: str, **fields: Any) -> Event:  # noqa: ANN401 - of any type
    return tell("AgreementSigned", "s", occurred, **{"agreement": "a", "by": ["NOR"], "modality": "done"} | fields)


@pytest.mark.parametrize(
    ("occurred", "fields", "is_foretold"),
    [
        ("2021-05-03", {"published": "2021-05-02"}, False),
        ("2021-05-03", {"published": "2021-05-01"}, True),
        ("2021-05-03~", {"published": "2021-05-01"}, False),
        ("2021-05", {"published": "2021-04"}, False),
        ("2021-06", {"published": "2021-04"}, True),
        ("2021-05-03", {"published": "2021-05-01", "modality": "announced"}, False),
        ("2021-05-03", {"published": "2021-05-01", "modality": "denied"}, False),
        ("2021-05-03", {}, False),
    ],
)
def test_what_is_reported_before_its_day(occurred: str, fields: dict[str, Any], is_foretold: bool) -> None:
    told = found("foretold", party("NOR"), signed(occurred, **fields))
    assert told == ([("agreement:a", {"s"})] if is_foretold else [])


def test_the_date_of_a_source_is_no_fault_but_a_day_that_has_not_come_is() -> None:
    """The case of a user: signed in 2042, reported in 2021."""
    events = [party("NOR"), source("gazette", "2021-05-03"), signed("2042-05-03")]
    now = status(history(*events), "n", today=date(2026, 1, 1))
    assert [one.entries for one in now.findings if one.kind == "foretold"] == [("s",)]
    assert now.agreements["a"].state is None
    assert found("foretold", *events, cut=Cut(happened_by="2043")) == []


@pytest.mark.parametrize(
    ("deadline", "is_foretold"), [("2021-05-03", False), ("2021-05-02", True), ("2021-05?", False)]
)
def test_a_deadline_before_the_day_on_which_it_was_set(deadline: str, is_foretold: bool) -> None:
    event = tell("WithdrawalTimetableSet", "d", "2021-05-03", withdrawal="w", deadline=deadline)
    assert bool(found("foretold", event)) is is_foretold


@pytest.mark.parametrize(
    ("there", "gone", "is_foretold"),
    [
        (1000, 1001, True),
        (1000, 1000, False),
        ({"value": 1000, "approximate": True}, 1100, False),
        ({"low": 900}, 5000, False),
        ({"value": 10, "scope": "police"}, 1001, False),
        ({"value": 10, "scope": "police"}, {"value": 11, "scope": "police"}, True),
    ],
)
def test_more_departed_than_there_were(there: Any, gone: Any, is_foretold: bool) -> None:  # noqa: ANN401 - figures
    events = [
        tell("StrengthReported", "s", "2021-05-03", withdrawal="w", strength=there),
        tell("WithdrawalProgressReported", "p", "2021-06-03", withdrawal="w", departed=gone),
        # That few are left is no contradiction.
        tell("StrengthReported", "left", "2021-07-03", withdrawal="w", strength=5),
    ]
    assert bool(found("foretold", *events)) is is_foretold


def test_what_has_no_date_of_its_own_foretells_nothing_however_late_it_was_recorded() -> None:
    loaded = history(party("NOR"), tell("WithdrawalBegan", "b", withdrawal="w"))
    standing = status(loaded, "n", today=date(2025, 6, 1))
    assert [finding.kind for finding in standing.findings] == []
    assert standing.expected == ()


def stated(occurred: str, **fields: Any) -> Event:  # noqa: ANN401 - of any type
    return tell("StatementMade", "said", occurred, **{"party": "NOR", "text": "So it is.", "modality": "done"} | fields)


@pytest.mark.parametrize(
    ("fields", "is_foretold"),
    [({"published": "2020"}, True), ({}, True), ({"modality": "announced"}, False), ({"modality": "denied"}, False)],
)
def test_a_claim_about_no_subject_is_foretold_too(fields: dict[str, Any], is_foretold: bool) -> None:
    events = [party("NOR"), stated("2031", **fields)]
    now = status(history(*events), "n", today=date(2026, 1, 1))
    told = [(one.subject, one.entries) for one in now.findings if one.kind == "foretold"]
    assert told == ([("entry:said", ("said",))] if is_foretold else [])
    later = found("foretold", *events, cut=Cut(happened_by="2032"))
    assert later == ([("entry:said", {"said"})] if is_foretold and fields else [])


def test_what_has_not_come_by_the_day_is_not_last() -> None:
    loaded = history(
        party("NOR"),
        tell("AgreementSigned", "s", "2019-01-01", agreement="a", by=["NOR"]),
        tell("WithdrawalBegan", "plan", "2030-01-01", withdrawal="w", published="2020-01-01", modality="announced"),
        stated("2031-01-01", published="2020-01-01"),
    )
    lasts = {}
    for year in (2018, 2026, 2030, 2032):
        seen = status(loaded, "n", today=date(year, 6, 1))
        lasts[year] = seen.last.entry if seen.last else None
        after, until = seen.days
        assert after < (seen.day or 0) <= until
    assert lasts == {2018: None, 2026: "s", 2030: "plan", 2032: "said"}
