"""The order of recording decides nothing: entries that are recorded in any order give the same answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections import Cut, History, diff, findings, status
from projections.readmodel.tables import view_rows
from projections.views.answers.parts import parts_of
from projections.views.why import why_of
from tests.projections.everything import CLAIMS, KNOWLEDGE, shuffled
from tests.projections.stories import PUBLISHED, draw_claim, draw_stage
from tests.projections.telling import history

if TYPE_CHECKING:
    from projections import Status
    from tracker.events import Event

_PUBLISHED = st.sampled_from(PUBLISHED)
_CUTS = st.builds(
    Cut,
    happened_by=st.none() | st.sampled_from(("2024-05-01", "2024-05-06", "2024-05")),
    known_by=st.none() | st.sampled_from(("2024-05-04", "2024-05-08", "2024-05")),
)
_TODAY = st.sampled_from((None, date(2024, 5, 5), date(2024, 7, 1)))


@st.composite
def _orders(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Return a history twice, its claims in two orders; each is dated, or when it was recorded would date it."""
    registers = draw_stage(draw)
    count = draw(st.integers(2, 10))
    told = [draw_claim(draw, f"e{number}", published=draw(_PUBLISHED)) for number in range(count)]
    return [*registers, *told], [*registers, *draw(st.permutations(told))]


@given(_orders())
def test_claims_recorded_in_another_order_give_the_same_answers(orders: tuple[list[Event], list[Event]]) -> None:
    one, other = (history(*events) for events in orders)
    assert findings(one, "n") == findings(other, "n")
    first, second = status(one, "n").to_json(), status(other, "n").to_json()
    for answer in (first, second):
        answer.pop("head", None)
    assert first == second


def _asked(standing: Status) -> list[str]:
    """Return all that can be asked of a status: subjects, and the parts of things and positions."""
    found = []
    for subject in standing.subjects:
        found.append(subject)
        view = standing.view(subject)
        if view is not None and subject.partition(":")[0] not in {"party", "matter"}:
            found += [f"{subject}/{part}" for part in parts_of(view)]  # type: ignore[arg-type]
    return sorted(found)


def _answers(told: History, cut: Cut, today: date | None) -> dict[str, Any]:
    """Return all answers at a cut, but for those that count what was recorded."""
    standing = status(told, "n", cut, today=today)
    rows = view_rows(standing, 0)
    shown = standing.to_json()
    for answer in (shown, *rows["negotiations"]):
        del answer["head"]
    return {
        **shown,
        "rows": rows,
        "diff": diff(status(told, "n", Cut(known_by="2024-05-05")), standing, notes=True).to_json(),
        "why": {subject: why_of(standing, subject).to_json() for subject in _asked(standing)},
    }


def _same(orders: tuple[list[Event], list[Event]], cut: Cut, today: date | None) -> None:
    one, other = (_answers(history(*events), cut, today) for events in orders)
    for name, answer in one.items():
        assert answer == other[name], name


@given(shuffled(), _CUTS, _TODAY)
def test_entries_of_all_types_recorded_in_another_order_give_the_same_answers(
    orders: tuple[list[Event], list[Event]], cut: Cut, today: date | None
) -> None:
    _same(orders, cut, today)


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(max_examples=3000)
@given(shuffled(most=20), _CUTS, _TODAY)
def test_thousands_of_entries_of_all_types_recorded_in_another_order_give_the_same_answers(
    orders: tuple[list[Event], list[Event]], cut: Cut, today: date | None
) -> None:
    _same(orders, cut, today)


def test_all_types_are_shuffled() -> None:
    assert len(CLAIMS) + len(KNOWLEDGE) > 90
