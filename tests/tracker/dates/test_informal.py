"""Dates as people and spreadsheets write them: each reading is named, and none is guessed."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import DateError, When
from tracker.dates.informal import at_prompt, in_order, informal

TODAY: Final = date(2024, 3, 31)

READINGS: Final = {
    "Mar-24": ("2024-03",),
    "16-Mar-24": ("2024-03-16",),
    "44319": ("2021-05-03",),
    "44319.0": ("2021-05-03",),
    "2021-05-03 00:00:00": ("2021-05-03",),
    "2024-05-06 14:30": ("2024-05-06T14:30Z",),
    "5/6/2024": ("2024-06-05", "2024-05-06"),
    "5/6/2024 14:30": ("2024-06-05T14:30Z", "2024-05-06T14:30Z"),
    "5/6/2024 00:00:00": ("2024-06-05", "2024-05-06"),
    "13/6/2024": ("2024-06-13",),
    "6/13/2024": ("2024-06-13",),
    "5.6.2024": ("2024-06-05",),
    "21-05-03": ("2003-05-21", "2021-05-03"),
    "2021-05-03 to 2021-05-05": ("2021-05-03/2021-05-05",),
    "from 3 May 2024 to 5 May 2024": ("2024-05-03/2024-05-05",),
    "2021-05-03\u20132021-05-05": ("2021-05-03/2021-05-05",),
    "2021\u201105\u201103": ("2021-05-03",),
    "24/05/12": ("2012-05-24", "2024-05-12"),
    "5/6/2024 - 7/6/2024": ("2024-06-05/2024-06-07", "2024-05-06/2024-07-06"),
    "between 11 May 2024 and 13 June 2024": ("2024-05-11/2024-06-13",),
    "2024\u201325": ("2024/2025", "2024-25"),
    "2010\u201311": ("2010/2011", "2010-11"),
    "2023/24": ("2023/2024",),
    "Winter 2023/2024": ("2023-24",),
    "Winter 2023/24": ("2023-24",),
    "May '24": ("2024-05",),
    "am 11. Mai 2024": ("2024-05-11",),
    "44 BC": ("-0043",),
    "1 BCE": ("0000",),
    "AD 44": ("0044",),
    "-44": ("-0044",),
    "2021-0X": ("2021-01/2021-09",),
    "2021-1X": ("2021-10/2021-12",),
    "2021-02-2X": ("2021-02-20/2021-02-28",),
    "11 May 2024": ("2024-05-11",),
    "Saturday, May 11th, 2024": ("2024-05-11",),
    "Mai 2024": ("2024-05",),
    "1. März 2024": ("2024-03-01",),
    "1er août 2024": ("2024-08-01",),
    "11 de mayo de 2024": ("2024-05-11",),
    "about 11 May 2024": ("2024-05-11~",),
    "c. 2024": ("2024~",),
    "Spring 2021": ("2021-21",),
    "Q2 2021": ("2021-34",),
    "2021 Q2": ("2021-34",),
}


@pytest.mark.parametrize("text", READINGS)
def test_a_script_is_told_each_reading_of_a_date_that_people_write(text: str) -> None:
    with pytest.raises(DateError) as refusal:
        When(text)
    assert str(refusal.value).endswith(f": write {' or '.join(READINGS[text])}")


@pytest.mark.parametrize("text", READINGS)
def test_a_prompt_takes_what_has_one_reading(text: str) -> None:
    readings = READINGS[text] if not text.isdecimal() else ()
    assert at_prompt(text, TODAY) == (readings[0] if len(readings) == 1 else text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "16-Mar", "jui 2024", "Marley 2024", "31/11/2024", "3 May 4, 2024", "99999", "\x1b[31m11 May 2024"],
)
def test_what_nobody_can_read_has_no_reading(text: str) -> None:
    assert informal(text) is None
    assert at_prompt(text, TODAY) == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2024-03-31"),
        ("Yesterday", "2024-03-30"),
        ("-3d", "2024-03-28"),
        ("-2w", "2024-03-17"),
        ("-1m", "2024-02-29"),
        ("-1y", "2023-03-31"),
        ("-9999y", "-9999y"),
        ("2024-05", "2024-05"),
        ("#12", "#12"),
    ],
)
def test_a_prompt_counts_from_today(text: str, day: str) -> None:
    assert at_prompt(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2009-2-4", "2009-02-04"),
        ("2009-2", "2009-02"),
        (" 2009/02/4 ", "2009-02-04"),
        ("2009.2.14", "2009-02-14"),
        ("2009-13-4", "2009-13-4"),
        ("2009-2/4", "2009-2/4"),
        ("2009/2", "2009/2"),
    ],
)
def test_a_day_or_a_month_of_one_digit_with_the_year_first_has_one_reading(text: str, date: str) -> None:
    assert at_prompt(text) == date


@given(st.text(alphabet="0123456789-/. XTZ:MarchQB\u2013", max_size=24))
def test_every_reading_is_a_date_and_no_text_is_too_much(text: str) -> None:
    found = informal(text)
    for reading in found.readings if found else ():
        assert When(reading).text == reading
    assert at_prompt(at_prompt(text, TODAY), TODAY) == at_prompt(text, TODAY)


@pytest.mark.parametrize(
    ("text", "dmy", "mdy"),
    [
        ("5/6/2024 14:30", "2024-06-05T14:30Z", "2024-05-06T14:30Z"),
        ("5/6/2024", "2024-06-05", "2024-05-06"),
        ("05.06.2024", "2024-06-05", "2024-05-06"),
        ("5-6-24", "2024-06-05", "2024-05-06"),
        ("about 5/6/2024", "2024-06-05~", "2024-05-06~"),
        ("5/6/2024 - 7/6/2024", "2024-06-05/2024-06-07", "2024-05-06/2024-07-06"),
        ("16-Mar-24", "2024-03-16", "2024-03-16"),
        ("Mar-24", "2024-03", "2024-03"),
        ("2021-05-03 00:00:00", "2021-05-03", "2021-05-03"),
        # What is EDTF, or has no reading in the order, stays as it is: a serial number might be a year.
        ("2024-05-06", "2024-05-06", "2024-05-06"),
        ("2024-05~/2024-06", "2024-05~/2024-06", "2024-05~/2024-06"),
        ("25/12/2024", "2024-12-25", "25/12/2024"),
        ("12/25/2024", "12/25/2024", "2024-12-25"),
        ("31/2/2024", "31/2/2024", "31/2/2024"),
        ("44319", "44319", "44319"),
        ("soon", "soon", "soon"),
        ("5/6/2024" * 100, "5/6/2024" * 100, "5/6/2024" * 100),
    ],
)
def test_an_order_that_is_given_settles_what_numbers_mean(text: str, dmy: str, mdy: str) -> None:
    assert (in_order(text, "dmy"), in_order(text, "mdy")) == (dmy, mdy)


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(["/", "-", "."]), st.booleans())
def test_every_day_comes_back_in_the_order_in_which_it_was_written(day: date, mark: str, short: bool) -> None:
    year = f"{day:%y}" if short else str(day.year)
    assert in_order(mark.join((str(day.day), str(day.month), year)), "dmy") == str(day)
    assert in_order(mark.join((f"{day:%m}", f"{day:%d}", year)), "mdy") == str(day)
