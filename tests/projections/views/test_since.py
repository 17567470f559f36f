"""What differs since a mark: between what a person saw that day and what there is now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import Cut, History, diff, status
from projections.views.since import Mark, since
from tests.projections.stories import stories
from tests.projections.telling import history, party, tell
from tracker.errors import NameUnknownError

if TYPE_CHECKING:
    from tracker.events import Event

TODAY: Final = date(2024, 6, 1)
THEN: Final = date(2024, 5, 1)
TALE: Final = (
    party("USA"),
    tell("WithdrawalOrdered", "order", "2024-04-01", withdrawal="w", party="USA"),
    tell("WithdrawalTimetableSet", "deadline", "2024-04-02", withdrawal="w", deadline="2024-05-20"),
    tell("WithdrawalBegan", "began", "2024-04-20", withdrawal="w"),
)


def mark_at(told: History, position: int, day: date = THEN) -> Mark:
    return Mark(position, told.entries[position - 1].digest, day)


def test_the_first_look_has_nothing_to_compare_with() -> None:
    told = history(*TALE)
    look = since(told, "n", None, today=TODAY)
    assert (look.mark, look.fits, look.entries, bool(look.changes)) == (None, True, 0, False)
    assert look.now == Mark(4, told.entries[-1].digest, TODAY)
    assert look.to_json()["first"] is True
    assert look.to_json()["since"] is None


def test_what_was_recorded_since_is_told_with_its_cause() -> None:
    told = history(*TALE)
    look = since(told, "n", mark_at(told, 3), today=THEN)
    (change,) = look.changes.changes
    assert (change.subject, change.aspect, change.before, change.after) == (
        "withdrawal:w",
        "state",
        "scheduled",
        "under-way",
    )
    assert change.because == ("began",)
    assert look.entries == 1
    assert look.to_json()["since"] == {"cut": "#3", "day": "2024-05-01"}


def test_what_only_the_days_brought_is_told_once() -> None:
    told = history(*TALE)
    (overdue,) = since(told, "n", mark_at(told, 4), today=TODAY).changes.appeared
    assert (overdue.kind, overdue.entries) == ("overdue", ("deadline",))
    assert not since(told, "n", mark_at(told, 4, TODAY), today=TODAY).changes
    assert not since(told, "n", mark_at(told, 4), today=date(2024, 5, 19)).changes


def test_a_mark_that_is_of_no_earlier_state_of_the_log_compares_nothing() -> None:
    told = history(*TALE)
    for mark in (Mark(3, "f" * 64, THEN), Mark(9, "f" * 64, THEN), Mark(0, "f" * 64, THEN)):
        look = since(told, "n", mark, today=TODAY)
        assert (look.fits, bool(look.changes)) == (False, False)
        assert look.now == Mark(4, told.entries[-1].digest, TODAY)


def test_a_position_between_two_entries_of_a_negotiation_means_the_one_before() -> None:
    told = history(*TALE)
    spread = History("n", [entry._replace(position=entry.position * 10) for entry in told.entries])
    look = since(spread, "n", Mark(35, told.entries[2].digest, THEN), today=THEN)
    assert look.fits
    assert look.changes == since(told, "n", mark_at(told, 3), today=THEN).changes


def test_a_cut_holds_on_both_sides() -> None:
    told = history(*TALE)
    assert not since(told, "n", mark_at(told, 3), Cut(happened_by="2024-04-10"), today=THEN).changes
    assert not since(told, "n", mark_at(told, 2), Cut(recorded_by="#2"), today=THEN).changes
    assert since(told, "n", mark_at(told, 3), Cut(happened_by="2024-05-06"), today=THEN).changes


def test_a_source_that_does_not_exist() -> None:
    told = history(*TALE)
    with pytest.raises(NameUnknownError):
        since(told, "n", mark_at(told, 3), today=TODAY, without=("nobody",))


@given(stories(), st.data())
def test_since_is_the_difference_between_the_log_as_it_was_and_as_it_is(told: list[Event], data: st.DataObject) -> None:
    whole = history(*told)
    seen = data.draw(st.integers(1, len(told)))
    look = since(whole, "n", mark_at(whole, seen, TODAY), today=TODAY)
    before = status(history(*told[:seen]), "n", today=TODAY)
    after = status(whole, "n", today=TODAY)
    expected = diff(before, after)
    assert look.changes.to_json() == expected.to_json()
    assert look.entries == len(told) - seen
