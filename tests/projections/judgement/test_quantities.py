"""A quantity is the hull of the claims that may speak of the same time as the latest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, status
from projections.wording.sentences import figure_text
from tests.projections.telling import history, party, tell

if TYPE_CHECKING:
    from projections.judgement.states import Withdrawal
    from tracker.events import Event


def withdrawal(*events: Event, cut: Cut | None = None) -> Withdrawal:
    return status(history(party("USA"), *events), "n", cut).withdrawals["w"]


def strength(entry: str, day: str, figure: Any, **fields: Any) -> Event:  # noqa: ANN401 - a number or a range
    return tell("StrengthReported", entry, day, withdrawal="w", strength=figure, **fields)


def ends(quantity: Any) -> tuple[float | None, float | None, tuple[str, ...]]:  # noqa: ANN401 - a quantity
    return quantity.low, quantity.high, quantity.because


def test_a_single_value_has_equal_ends() -> None:
    assert ends(withdrawal(strength("a", "2024-05-01", 1000)).strength) == (1000, 1000, ("a",))


def test_the_hull_takes_what_overlaps_the_latest_claim_and_leaves_the_past() -> None:
    found = withdrawal(
        strength("past", "2024-03-01", 2000),
        strength("month", "2024-05", 900),
        strength("span", "2024-05-01/2024-05-10", {"low": 650, "high": 700}),
        strength("latest", "2024-05-08", 946),
    )
    assert ends(found.strength) == (650, 946, ("span", "month", "latest"))


def test_an_open_end_stays_open() -> None:
    found = withdrawal(strength("more", "2024-05-01", {"low": 600}), strength("about", "2024-05-01", 650))
    assert ends(found.strength) == (600, None, ("about", "more"))
    found = withdrawal(strength("most", "2024-05-01", {"high": 1100}), strength("about", "2024-05-01", 650))
    assert ends(found.strength) == (None, 1100, ("about", "most"))


def test_what_has_no_scope_is_shown_before_what_has_else_the_latest_scope() -> None:
    scoped = strength("scoped", "2024-05-09", {"value": 269, "scope": "contractors"})
    whole = strength("whole", "2024-05-01", 1000)
    other = strength("other", "2024-05-08", {"value": 5, "scope": "guards"})
    assert ends(withdrawal(whole, scoped).strength) == (1000, 1000, ("whole",))
    assert ends(withdrawal(scoped, other).strength) == (269, 269, ("scoped",))
    shown = withdrawal(scoped, other).strength
    assert shown is not None
    assert shown.scope == "contractors"


def test_figures_of_another_unit_are_not_mixed_in() -> None:
    found = withdrawal(
        strength("tonnes", "2024-05-01", {"value": 40, "unit": "tonnes"}), strength("people", "2024-05-02", 1000)
    )
    assert ends(found.strength) == (1000, 1000, ("people",))


def test_those_of_whom_some_left_were_as_many_as_are_said_to_have_been() -> None:
    progress = tell(
        "WithdrawalProgressReported", "p", "2024-06-07", withdrawal="w", departed={"low": 269}, of={"value": 946}
    )
    found = withdrawal(progress)
    assert ends(found.departed) == (269, None, ("p",))
    assert ends(found.strength) == (946, 946, ("p",))
    assert found.residual is None


def test_an_order_and_a_completion_give_figures_too() -> None:
    order = tell("WithdrawalOrdered", "o", "2024-05-01", withdrawal="w", party="USA", strength=1000)
    done = tell("WithdrawalCompleted", "c", "2024-09-15", withdrawal="w", residual={"high": 20})
    assert ends(withdrawal(order, done).strength) == (1000, 1000, ("o",))
    assert ends(withdrawal(order, done).residual) == (None, 20, ("c",))


@pytest.mark.parametrize("modality", ["denied", "hypothetical"])
def test_a_figure_that_nobody_asserts_is_not_shown(modality: str) -> None:
    denied = strength("no", "2024-05-01", 5, modality=modality)
    assert withdrawal(denied).strength is None
    assert ends(withdrawal(strength("yes", "2024-05-01", 7), denied).strength) == (7, 7, ("yes",))


def test_a_figure_is_that_of_the_cut() -> None:
    early = strength("early", "2024-05-01", 1000, published="2024-05-02")
    late = strength("late", "2024-05-20", 234, published="2024-07-01")
    assert ends(withdrawal(early, late).strength) == (234, 234, ("late",))
    assert ends(withdrawal(early, late, cut=Cut(known_by="2024-06")).strength) == (1000, 1000, ("early",))


def test_deadline_destination_and_sites_are_the_latest_said() -> None:
    events = [
        tell("WithdrawalTimetableSet", "set", "2024-05-19", withdrawal="w", deadline="2024-09-15"),
        tell("DestinationUndetermined", "open", "2024-05-10", withdrawal="w", candidates=["Chad", "Benin"]),
        tell("SiteHandedOver", "one", "2024-07-07", withdrawal="w", site="air-base-101"),
        tell("WithdrawalTimetableFlagged", "flag", "2024-05-20", withdrawal="w", reason="may change"),
    ]
    found = withdrawal(*events)
    assert (found.deadline, found.deadline_because, found.destination) == ("2024-09-15", "set", None)
    assert (found.undetermined, found.candidates, found.sites) == (("open",), ("Chad", "Benin"), ("air-base-101",))
    assert found.flagged == ("flag",)
    settled = tell("DestinationSet", "to", "2024-07-05", withdrawal="w", destination="Europe")
    revised = tell("WithdrawalTimetableRevised", "later", "2024-08-01", withdrawal="w", deadline="2024-10")
    found = withdrawal(*events, settled, revised)
    assert (found.destination, found.undetermined, found.candidates, found.deadline) == ("Europe", (), (), "2024-10")


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ((1000, 1000), "1,000"),
        ((650, 1000), "650–1,000"),
        ((600, None), "at least 600"),
        ((None, 1100), "at most 1,100"),
        ((None, None), "an unknown number"),
        ((1.5, 1.5, "tonnes"), "1.5 tonnes"),
        ((5, 5, "personnel", "guards"), "5 (guards)"),
    ],
)
def test_figures_as_people_write_them(figure: tuple[Any, ...], text: str) -> None:
    assert figure_text(*figure) == text
