"""A cut is written and read as one, refuses what it cannot mean, and gives the day by which deadlines are judged."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import Cut, CutError
from tracker.dates import instant

DATES = st.sampled_from(
    ("2024-05-01", "2024-05", "2024", "2024-05-01T12:00Z", "2024-05-01T12:00:30+01:00", "-0044-03-15", "2024-02-29")
)
CUTS = st.builds(
    Cut,
    happened_by=st.none() | DATES,
    known_by=st.none() | DATES,
    recorded_by=st.none() | DATES | st.integers(0, 10**12).map("#{}".format),
)


@given(CUTS)
def test_a_cut_is_read_as_it_is_written(cut: Cut) -> None:
    assert Cut.parse(str(cut)) == cut
    assert Cut(**cut.to_json()) == cut
    assert cut.is_open == (str(cut) == "now")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("now", Cut()),
        ("", Cut()),
        ("#412", Cut(recorded_by="#412")),
        ("known:2024-05-01,happened:2024-04", Cut(happened_by="2024-04", known_by="2024-05-01")),
        (" recorded:2024-06 , known-by:2024 ", Cut(known_by="2024", recorded_by="2024-06")),
        ("happened_by:2024-05-01T12:00Z", Cut(happened_by="2024-05-01T12:00Z")),
    ],
)
def test_the_ways_to_write_a_cut(text: str, cut: Cut) -> None:
    assert Cut.parse(text) == cut


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("2024-05-01", datetime(2024, 5, 1, 23, 59, 59, 999_999, UTC)),
        ("2024-02", datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)),
        ("2024", datetime(2024, 12, 31, 23, 59, 59, 999_999, UTC)),
        ("2024-05-01T12:00", datetime(2024, 5, 1, 12, 0, 59, 999_999, UTC)),
        ("2024-05-01T12:00+02:00", datetime(2024, 5, 1, 10, 0, 59, 999_999, UTC)),
    ],
)
def test_a_value_is_read_as_the_end_of_its_period(value: str, end: datetime) -> None:
    for axis in ("happened", "known", "recorded"):
        assert getattr(Cut(**{f"{axis}_by": value}), axis) == instant(end)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("known", "is no cut"),
        ("knwon:2024", "did you mean 'known'"),
        ("published:2024", "is no cut; write known:"),
        ("known:2024,known:2025", "given twice"),
        ("known:2023-02-29", "known_by: "),
        ("happened:2024-05-06/2024-05-10", "happened_by: .*no time to cut at"),
        ("happened:2024-05~", "no time to cut at"),
        ("#four", "no position"),
        ("#-1", "no position"),
        ("recorded:#", "no position"),
        ("known:#4", "known_by: "),
    ],
)
def test_what_cannot_be_a_cut_is_told(text: str, words: str) -> None:
    with pytest.raises(CutError, match=words):
        Cut.parse(text)


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_position_beyond_any_is_told(digits: int) -> None:
    with pytest.raises(CutError, match="is beyond any position"):
        Cut(recorded_by="#" + "9" * digits)


def test_a_position_is_no_time_and_a_time_no_position() -> None:
    assert (Cut(recorded_by="#12").position, Cut(recorded_by="#12").recorded) == (12, None)
    assert Cut(recorded_by="2024").position is None
    assert Cut(recorded_by="2024").recorded is not None


def test_the_day_is_the_first_that_the_cut_or_the_caller_gives() -> None:
    today = date(2024, 6, 1)
    end = {month: Cut(known_by=f"2024-{month:02}").known for month in (3, 4, 5)}
    whole = Cut(happened_by="2024-03", known_by="2024-04", recorded_by="2024-05")
    assert whole.day(7, today) == end[3]
    assert Cut(known_by="2024-04", recorded_by="2024-05").day(7, today) == end[4]
    assert Cut(recorded_by="2024-05").day(7, today) == end[5]
    assert Cut(recorded_by="#9").day(7, today) == 7
    assert Cut().day(7, today) == Cut(known_by="2024-06-01").known
    assert Cut().day(7, None) is None
