"""Cells say dates and numbers in the forms that a map declares, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scripts.tables.cells import CellError, read_date, read_number, with_precision


@pytest.mark.parametrize(
    ("text", "forms", "found"),
    [
        ("2021-05-03", ("ymd",), "2021-05-03"),
        ("2021/5/3", ("ymd",), "2021-05-03"),
        ("20210503", ("ymd",), "2021-05-03"),
        ("2021-05-03 00:00:00.000", ("ymd",), "2021-05-03"),
        ("2021-05", ("ymd",), "2021-05"),
        ("2021", ("ymd",), "2021"),
        ("3/5/2021", ("dmy",), "2021-05-03"),
        ("03.05.2021", ("dmy",), "2021-05-03"),
        ("3 May 2021", ("dmy",), "2021-05-03"),
        ("3-Mai-2021", ("dmy",), "2021-05-03"),
        ("May 2021", ("dmy",), "2021-05"),
        ("5/3/2021", ("mdy",), "2021-05-03"),
        ("May 3, 2021", ("mdy",), "2021-05-03"),
        ("44319", ("excel",), "2021-05-03"),
        ("44319,75", ("excel",), "2021-05-03"),
        ("03 05 21", ("%d %m %y",), "2021-05-03"),
        ("05/2021", ("%m/%Y",), "2021-05"),
        ("20210503234500", ("%Y%m%d%H%M%S",), "2021-05-03"),
        ("13/05/2021", ("ymd", "dmy"), "2021-05-13"),
    ],
)
def test_a_date_is_read_in_its_form(text: str, forms: tuple[str, ...], found: str) -> None:
    assert read_date(text, forms) == found


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("3/5/21", "dmy"),
        ("31/02/2021", "dmy"),
        ("13/25/2021", "mdy"),
        ("25/13/2021", "mdy"),
        ("60", "excel"),
        ("2021-05-03", "excel"),
        ("2021-05-03", "dmy"),
        ("soon", "ymd"),
        ("", "ymd"),
        ("9" * 400, "excel"),
        ("inf", "excel"),
    ],
)
def test_what_is_no_date_in_a_form_is_refused(text: str, form: str) -> None:
    with pytest.raises(CellError, match="is no date as"):
        read_date(text, (form,))


@given(st.dates(min_value=date(1900, 3, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert read_date(f"{day.day}/{day.month}/{day.year:04}", ("dmy",)) == str(day)
    assert read_date(f"{day.month}/{day.day}/{day.year:04}", ("mdy",)) == str(day)
    assert read_date(f"{day:%Y%m%d}", ("ymd",)) == str(day)
    serial = (day - date(1899, 12, 30)).days
    assert read_date(str(serial), ("excel",)) == str(day)


@pytest.mark.parametrize(
    ("precision", "found"),
    [
        ("1", "2021-05-03"),
        ("day", "2021-05-03"),
        ("month", "2021-05"),
        ("5", "2021"),
        ("week", "2021-05-03/2021-05-09"),
        ("2021-05-03", "2021-05-03"),
        ("2021-05-05", "2021-05-03/2021-05-05"),
    ],
)
def test_a_date_is_as_precise_as_another_column_says(precision: str, found: str) -> None:
    assert with_precision("2021-05-03", precision, ("ymd",)) == found


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "found"),
    [
        ("12", ".", "", 12),
        ("-1.5", ".", "", -1.5),
        ("1,234.5", ".", ",", 1234.5),
        ("1.234,5", ",", ".", 1234.5),
        ("1\u202f234", ",", " ", 1234),
        ("1234", ".", ",", 1234),
    ],
)
def test_a_number_is_read_with_its_marks(text: str, decimal: str, thousands: str, found: float) -> None:
    assert read_number(text, decimal, thousands) == found


@pytest.mark.parametrize("text", ["1,5", "1.234.5", "12a", "", "1,23", "NaN", "١٢"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is no number"):
        read_number(text, ".", "")
