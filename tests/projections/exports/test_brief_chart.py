"""The drawing: every date in its place, and drawn as sure as it is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.exports.brief.chart import DAY, Chart, ChartMark, Scale, chart_of
from projections.views.status import status
from tests.projections.exports.briefs import TODAY, river
from tests.projections.stories import WHEN
from tests.projections.telling import history, source, tell
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When

if TYPE_CHECKING:
    from projections.claims.cut import Cut
    from tracker.events import Event

instants = st.integers(-(10**17), 10**17)


def chart(*events: Event, cut: Cut | None = None) -> Chart:
    standing = status(history(*events), "n", cut, today=TODAY)
    drawn = chart_of(standing)
    assert drawn is not None
    return drawn


def only(when: str) -> ChartMark:
    """Return the mark of a date among two certain days."""
    drawn = chart(
        tell("AgreementSigned", "first", "2024-01-01", agreement="x", by=["USA"]),
        tell("AgreementEnteredIntoForce", "this", when, agreement="x"),
        tell("AgreementSigned", "last", "2025-01-01", agreement="x", by=["USA"]),
    )
    (mark,) = [mark for mark in drawn.lanes[0].marks if "enters into force" in mark.told]
    return mark


@given(st.lists(instants, min_size=1, max_size=30), instants)
def test_all_that_is_shown_is_on_the_line_and_in_its_order(known: list[int], other: int) -> None:
    scale = Scale.over(known)
    assert scale is not None
    places = [scale.x(moment) for moment in sorted(known)]
    assert all(0 <= place <= 100 for place in (*places, scale.x(other)))
    assert all(before <= after for before, after in pairwise(places))


@given(st.lists(instants, min_size=1, max_size=30))
def test_ticks_are_few_in_order_and_on_the_line(known: list[int]) -> None:
    scale = Scale.over(known)
    assert scale is not None
    ticks = scale.ticks()
    assert len(ticks) <= 11
    assert all(before.x < after.x for before, after in pairwise(ticks))
    assert all(0 <= tick.x <= 100 for tick in ticks)


def test_nothing_with_a_date_has_no_scale() -> None:
    assert Scale.over([]) is None
    assert Scale.over([OPEN_PAST, OPEN_FUTURE]) is None


@pytest.mark.parametrize(("days", "first"), [(5, "2024-05-01"), (40, "2024-05-01"), (400, "2024-05"), (9000, "2025")])
def test_ticks_are_days_months_or_years(days: int, first: str) -> None:
    start = When("2024-05-01").lower
    scale = Scale.over([start, start + days * DAY])
    assert scale is not None
    assert scale.ticks()[0].text == first


def test_what_lies_far_off_is_drawn_behind_a_break() -> None:
    days = [When(text).lower for text in ("1960-01-01", "2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01")]
    scale = Scale.over(days)
    assert scale is not None
    assert len(scale.breaks) == 1
    assert scale.x(days[0]) < scale.breaks[0] < scale.x(days[1])
    assert scale.x(days[2]) - scale.x(days[1]) > 20
    assert scale.ticks()[0].text == "1960"


def test_years_that_no_calendar_here_holds_are_drawn_without_words() -> None:
    scale = Scale.over([When("-9000").lower, When("-8000").lower])
    assert scale is not None
    assert scale.ticks() == ()


def test_a_cut_a_little_after_the_end_is_on_the_line() -> None:
    start = When("2024-05-01").lower
    scale = Scale.over([start, start + 100 * DAY], [start + 110 * DAY])
    assert scale is not None
    assert scale.end == start + 110 * DAY
    far = Scale.over([start, start + 100 * DAY], [start + 200 * DAY])
    assert far is not None
    assert far.end == start + 100 * DAY


@pytest.mark.parametrize(
    ("when", "shape", "fill", "doubtful"),
    [
        ("2024-05-06", "dot", "full", False),
        ("2024-05-06T12:00Z", "dot", "full", False),
        ("2024-05-06?", "range", "full", True),
        ("2024-05-06~", "range", "soft", False),
        ("2024-05", "range", "full", False),
        ("2024-05~", "range", "soft", False),
        ("2024-05%", "range", "soft", True),
        ("2024-05-06/2024-05-10", "range", "full", False),
        ("2024-05-06/..", "range", "soft-right", False),
        ("../2024-05-06", "range", "soft-left", False),
        ("[2024-05-06..2024-05-10]", "range", "full", False),
    ],
)
def test_a_date_is_drawn_as_sure_as_it_is(when: str, shape: str, fill: str, doubtful: bool) -> None:
    mark = only(when)
    assert (mark.shape, mark.fill, mark.doubtful) == (shape, fill, doubtful)


def test_a_range_is_as_wide_as_it_is_long_and_an_open_one_goes_to_the_edge() -> None:
    month, week = only("2024-05"), only("2024-05-06/2024-05-12")
    assert month.width > 3 * week.width
    assert only("2024-05/..").x + only("2024-05/..").width == pytest.approx(100, abs=0.02)
    assert only("../2024-05").x == 0


@given(st.lists(st.sampled_from(WHEN), min_size=1, max_size=12))
def test_no_mark_leaves_the_drawing_and_no_day_covers_another(dates: list[str]) -> None:
    events = [tell("StatementMade", f"e{number}", when, party="USA") for number, when in enumerate(dates)]
    drawn = chart(tell("PartyAdded", "party", party="USA"), *events)
    marks = [mark for lane in drawn.lanes for mark in lane.marks]
    assert len({mark.told for mark in marks}) == len(set(dates))
    for mark in marks:
        assert mark.x >= 0
        assert mark.x + mark.width <= 100.01
        assert 0 < mark.y < drawn.height
    days = [(mark.x, mark.y) for mark in marks if mark.shape == "dot"]
    assert len(days) == len(set(days))


def test_the_lines_are_the_things_then_the_parties() -> None:
    drawn = chart(*river())
    assert [lane.name for lane in drawn.lanes] == [
        "treaty",
        "more-water",
        "first",
        "engineers",
        "Upper State",
        "Lower State",
    ]
    marks = {lane.name: lane.marks for lane in drawn.lanes}
    assert [mark.told for mark in marks["engineers"] if mark.shape == "due"] == ["Deadline 2024-05-20"]
    assert [mark.doubtful for mark in marks["first"] if mark.shape == "due"] == [True]
    (retracted,) = [mark for lane in drawn.lanes for mark in lane.marks if mark.retracted]
    assert retracted.told.startswith("Retracted. some time from 2024-03-05")
    assert [mark.rests for mark in marks["more-water"]] == [False, True]
    (published,) = [mark for mark in marks["Lower State"] if "published" in mark.told]
    assert published.told == "2024-03-03 (published): Lower State deepens its ties with Upper State."


def test_what_only_a_retraction_leaves_has_a_line_of_its_own() -> None:
    drawn = chart(
        tell("AgreementSigned", "signed", "2024-01-01", agreement="x", by=["USA"]),
        tell("AgreementSigned", "other", "2024-01-02", agreement="y", by=["USA"]),
        tell("EntryRetracted", "out", entry="signed"),
    )
    assert [(lane.name, lane.state) for lane in drawn.lanes] == [("y", "signed"), ("x", "retracted")]


def test_many_things_are_left_to_the_table() -> None:
    events = [tell("AgreementSigned", f"e{n}", "2024-01-01", agreement=f"x{n}", by=["USA"]) for n in range(30)]
    drawn = chart(*events)
    assert (len(drawn.lanes), drawn.left_out) == (24, 6)


def test_entries_of_one_date_share_a_mark_that_tells_the_first_of_them() -> None:
    events = [tell("StatementMade", f"e{n}", "2024-01-01", party="USA", text=f"No. {n}") for n in range(9)]
    drawn = chart(tell("PartyAdded", "party", party="USA"), *events)
    (mark,) = drawn.lanes[0].marks
    assert mark.told.splitlines()[0] == "2024-01-01: USA states: No. 0."
    assert mark.told.splitlines()[-1] == "and 3 more"


def test_nothing_with_a_date_is_not_drawn() -> None:
    standing = status(history(tell("NegotiationOpened", "opened", title="x"), source("s", None)), "n")
    assert chart_of(standing) is None
