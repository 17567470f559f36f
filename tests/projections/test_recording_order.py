"""The order of recording decides nothing: claims that are recorded in any order give the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from projections import findings, status
from tests.projections.stories import PUBLISHED, draw_claim, draw_stage
from tests.projections.telling import history

if TYPE_CHECKING:
    from tracker.events import Event

_PUBLISHED = st.sampled_from(PUBLISHED)


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
