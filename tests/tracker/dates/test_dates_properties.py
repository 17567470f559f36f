from __future__ import annotations

import calendar
import itertools
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tracker.dates import DateError, When, from_instant, instant

FIELD: Final = TypeAdapter(When)

offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59)
marks = st.sampled_from(["", "?", "~", "%"])
years = st.integers(-9999, 9999).map(lambda year: f"{'-' if year < 0 else ''}{abs(year):04}")
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.builds("{}-{:02}".format, months, st.integers(1, 28)) | st.dates().map(date.isoformat)
open_digits = (
    st.integers(0, 999).map("{:03}X".format)
    | st.integers(0, 99).map("{:02}XX".format)
    | years.map("{}-XX".format)
    | years.map("{}-XX-XX".format)
    | months.map("{}-XX".format)
)
clock_times = st.builds(
    "{}T{}{}".format,
    # Away from the outermost years, which an offset may leave.
    st.dates(date(2, 1, 1), date(9998, 12, 31)).map(date.isoformat),
    st.times().map(time.isoformat) | st.times().map(lambda at: f"{at:%H:%M}"),
    st.just("") | st.just("Z") | offsets.map(lambda m: f"{'-' if m < 0 else '+'}{abs(m) // 60:02}:{abs(m) % 60:02}"),
)
dates = st.builds(str.__add__, years | months | days | open_digits, marks) | clock_times


@st.composite
def intervals(draw: st.DrawFn, between: str = "/") -> str:
    start, end = sorted((draw(dates), draw(dates)), key=lambda text: When(text).lower)
    return f"{start}{between}{end}"


sets = st.lists(dates | intervals(".."), min_size=1, max_size=3).map(",".join).map("[{}]".format)
openings = st.builds(str.format, st.sampled_from(["{}/..", "{}/", "../{}", "/{}", "[{}..]", "[..{}]"]), dates)
edtf = (dates | intervals() | sets | openings).filter(lambda text: len(text) <= 100)
# One wrong stroke away from a date.
slips = st.builds(
    lambda text, at, put, cut: text[:at] + put + text[at + cut :],
    edtf,
    st.integers(0, 30),
    st.text("0123456789-/.,:TZXY?~%[]{}+ \n٣", max_size=3),
    st.integers(0, 3),
)


@given(edtf)
@example("[..9999]")
def test_a_date_is_kept_as_written_and_its_bounds_are_in_order(text: str) -> None:
    when = When(text)
    assert when.text == text
    assert when.lower <= when.upper
    assert when.approximate == any(mark in text for mark in "~%")
    assert when.uncertain == any(mark in text for mark in "?%")


@given(st.text() | st.text("0123456789-/.,:TZX?~%[]") | slips)
@example("\ud800")
@example("²⁰²⁴")
def test_any_text_is_a_date_or_refused_in_printable_words(text: str) -> None:
    try:
        when = When(text)
    except DateError as error:
        assert str(error).isprintable()  # noqa: PT017  # most texts are refused, not all
    else:
        assert when.text == text
        assert text.isascii()
        assert when.lower <= when.upper


@given(st.dates())
@example(date.min)
@example(date.max)
@example(date(2000, 2, 29))
@example(date(1900, 2, 28))
def test_a_day_is_the_one_that_datetime_knows(day: date) -> None:
    when = When(day.isoformat())
    assert from_instant(when.lower) == datetime.combine(day, time.min, UTC)
    assert from_instant(when.upper) == datetime.combine(day, time.max, UTC)
    assert when.earliest_iso() == when.latest_iso() == day.isoformat()


@given(st.integers(1, 9999), st.integers(1, 12))
@example(1900, 2)
@example(2000, 2)
def test_a_month_ends_where_the_calendar_says(year: int, month: int) -> None:
    length = calendar.monthrange(year, month)[1]
    assert When(f"{year:04}-{month:02}").latest_iso() == f"{year:04}-{month:02}-{length:02}"
    with pytest.raises(DateError, match=f"has {length} days"):
        When(f"{year:04}-{month:02}-{length + 1:02}")


@given(days)
def test_a_day_lies_in_its_month_year_decade_and_century(day: str) -> None:
    year = day[:-6]
    wider = [When(day), When(day[:-3]), When(year), When(f"{year[:-1]}X"), When(f"{year[:-2]}XX")]
    for inner, outer in itertools.pairwise(wider):
        assert outer.lower <= inner.lower <= inner.upper <= outer.upper


@given(years.filter(lambda year: year != "9999"))
def test_years_follow_each_other_without_a_gap(year: str) -> None:
    following = int(year) + 1
    after = When(f"{'-' if following < 0 else ''}{abs(following):04}")
    assert When(year).upper + 1 == after.lower
    assert When(f"{year}-12-31").upper == When(year).upper
    assert When(f"{year}-02").upper + 1 == When(f"{year}-03-01").lower


@given(st.datetimes(), offsets.map(lambda minutes: timezone(timedelta(minutes=minutes))))
def test_a_clock_time_is_the_instant_that_datetime_knows(at: datetime, zone: timezone) -> None:
    moment = at.replace(tzinfo=zone)
    try:
        when = When(moment.isoformat(timespec="microseconds"))
    except DateError as error:
        assert "lies outside the years" in str(error)  # noqa: PT017  # only the last hours of 9999 are refused
        assert at.year == 9999
    else:
        assert when.lower == when.upper == instant(moment)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back(moment: datetime) -> None:
    assert from_instant(instant(moment)) == moment


@given(edtf, edtf)
def test_two_dates_overlap_or_one_precedes_the_other(text: str, other_text: str) -> None:
    when, other = When(text), When(other_text)
    assert when.overlaps(other) == other.overlaps(when)
    assert [when.overlaps(other), when.precedes(other), other.precedes(when)].count(True) == 1
    assert when.overlaps(when)


@given(edtf)
def test_the_bounds_read_back_from_iso_text(text: str) -> None:
    when = When(text)
    earliest, latest = when.earliest_iso(), when.latest_iso()
    assert (earliest is None) == when.is_open_start
    assert (latest is None) == when.is_open_end
    assert earliest is None or When(earliest).lower == when.lower
    assert latest is None or When(latest).upper == when.upper


@given(edtf)
def test_pydantic_gives_back_what_it_took(text: str) -> None:
    when = FIELD.validate_python(text)
    assert FIELD.validate_json(FIELD.dump_json(when)) == when
    assert FIELD.dump_python(when, mode="json") == text


@given(
    years.filter(lambda text: not text.startswith("-"))
    | st.dates(date(1000, 1, 1)).map(date.isoformat)
    | st.dates(date(1000, 1, 1)).map("{:%Y-%m}".format)
    | st.integers(100, 998).map("{}X".format)
    | st.integers(10, 98).map("{}XX".format)
    | st.builds(
        lambda a, b: f"{min(a, b)}/{max(a, b)}",
        st.dates(date(1000, 1, 1)).map(date.isoformat),
        st.dates(date(1000, 1, 1)).map(date.isoformat),
    )
)
@settings(max_examples=15)
def test_the_library_edtf_finds_the_same_days(text: str) -> None:
    # It accepts days that do not exist and intervals that run backwards, and drops clock times: none of those here.
    library = pytest.importorskip("edtf", reason="pip install edtf: these dates are checked against it")
    theirs = library.parse_edtf(text)
    first, last = theirs.lower_strict(), theirs.upper_strict()
    assert When(text).earliest_iso() == f"{first.tm_year:04}-{first.tm_mon:02}-{first.tm_mday:02}"
    assert When(text).latest_iso() == f"{last.tm_year:04}-{last.tm_mon:02}-{last.tm_mday:02}"
