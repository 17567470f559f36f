from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from tracker.dates import OPEN_FUTURE, OPEN_PAST, DateError, When, end_of, from_instant, instant


class Note(BaseModel):
    occurred: When


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        # The examples of the specification of the Library of Congress, level 0.
        ("1985-04-12", "1985-04-12", "1985-04-12", "day"),
        ("1985-04", "1985-04-01", "1985-04-30", "month"),
        ("1985", "1985-01-01", "1985-12-31", "year"),
        ("1985-04-12T23:20:30", "1985-04-12T23:20:30Z", "1985-04-12T23:20:30.999999Z", "second"),
        ("1985-04-12T23:20:30Z", "1985-04-12T23:20:30Z", "1985-04-12T23:20:30.999999Z", "second"),
        ("1985-04-12T23:20:30-04", "1985-04-13T03:20:30Z", "1985-04-13T03:20:30.999999Z", "second"),
        ("1985-04-12T23:20:30+04:30", "1985-04-12T18:50:30Z", "1985-04-12T18:50:30.999999Z", "second"),
        ("1964/2008", "1964-01-01", "2008-12-31", "interval"),
        ("2004-06/2006-08", "2004-06-01", "2006-08-31", "interval"),
        ("2004-02-01/2005-02-08", "2004-02-01", "2005-02-08", "interval"),
        ("2004-02-01/2005-02", "2004-02-01", "2005-02-28", "interval"),
        ("2004-02-01/2005", "2004-02-01", "2005-12-31", "interval"),
        ("2005/2006-02", "2005-01-01", "2006-02-28", "interval"),
        # Level 1.
        ("1984?", "1984-01-01", "1984-12-31", "year"),
        ("2004-06~", "2004-06-01", "2004-06-30", "month"),
        ("2004-06-11%", "2004-06-11", "2004-06-11", "day"),
        ("201X", "2010-01-01", "2019-12-31", "decade"),
        ("20XX", "2000-01-01", "2099-12-31", "century"),
        ("2004-XX", "2004-01-01", "2004-12-31", "year"),
        ("1985-04-XX", "1985-04-01", "1985-04-30", "month"),
        ("1985-XX-XX", "1985-01-01", "1985-12-31", "year"),
        ("1985-04-12/..", "1985-04-12", None, "interval"),
        ("1985-04/..", "1985-04-01", None, "interval"),
        ("1985/..", "1985-01-01", None, "interval"),
        ("../1985-04-12", None, "1985-04-12", "interval"),
        ("../1985-04", None, "1985-04-30", "interval"),
        ("../1985", None, "1985-12-31", "interval"),
        ("1985-04-12/", "1985-04-12", None, "interval"),
        ("1985-04/", "1985-04-01", None, "interval"),
        ("1985/", "1985-01-01", None, "interval"),
        ("/1985-04-12", None, "1985-04-12", "interval"),
        ("/1985-04", None, "1985-04-30", "interval"),
        ("/1985", None, "1985-12-31", "interval"),
        ("-1985", "-1985-01-01", "-1985-12-31", "year"),
        # Level 2: one of a set, and an interval whose end has an X.
        ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31", "set"),
        ("[..1760-12-03]", None, "1760-12-03", "set"),
        ("[1760-12..]", "1760-12-01", None, "set"),
        ("[1760-01,1760-02,1760-12..]", "1760-01-01", None, "set"),
        ("[1667,1760-12]", "1667-01-01", "1760-12-31", "set"),
        ("[..1984]", None, "1984-12-31", "set"),
        ("2004-06-XX/2004-07-03", "2004-06-01", "2004-07-03", "interval"),
        # What the examples leave out.
        ("../..", None, None, "interval"),
        ("/..", None, None, "interval"),
        ("2024/2024", "2024-01-01", "2024-12-31", "interval"),
        ("2024-06-15/2024", "2024-06-15", "2024-12-31", "interval"),
        ("2024-05-06T10:00Z/2024-05-06T12:00Z", "2024-05-06T10:00:00Z", "2024-05-06T12:00:59.999999Z", "interval"),
        ("2024-05~/2024-07?", "2024-05-01", "2024-07-31", "interval"),
        ("[2024-05-12,2024-05-10]", "2024-05-10", "2024-05-12", "set"),
        ("[2024-05-10..2024-05-12]", "2024-05-10", "2024-05-12", "set"),
        ("[2024]", "2024-01-01", "2024-12-31", "set"),
        ("[..2023,2024-05]", None, "2024-05-31", "set"),
        ("[2024-05-10?,2024-05-12T10:00Z]", "2024-05-10", "2024-05-12T10:00:59.999999Z", "set"),
        ("0000", "0000-01-01", "0000-12-31", "year"),
        ("0000-02-29", "0000-02-29", "0000-02-29", "day"),
        ("-0004-02-29", "-0004-02-29", "-0004-02-29", "day"),
        ("-0044-03-15", "-0044-03-15", "-0044-03-15", "day"),
        ("-9999", "-9999-01-01", "-9999-12-31", "year"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "day"),
        ("-004X", "-0049-01-01", "-0040-12-31", "decade"),
        ("-000X", "-0009-01-01", "-0001-12-31", "decade"),
        ("-00XX", "-0099-01-01", "-0001-12-31", "century"),
        ("000X", "0000-01-01", "0009-12-31", "decade"),
        ("201X?", "2010-01-01", "2019-12-31", "decade"),
        ("2024-02-XX", "2024-02-01", "2024-02-29", "month"),
        ("1900-02", "1900-02-01", "1900-02-28", "month"),
        ("2000-02", "2000-02-01", "2000-02-29", "month"),
        ("2021-25", "2021-03-01", "2021-05-31", "season"),
        ("2021-28", "2021-12-01", "2022-02-28", "season"),
        ("2021-22", "2021-06-01", "2021-08-31", "season"),
        ("2021-24", "2021-12-01", "2022-02-28", "season"),
        ("2021-29", "2021-09-01", "2021-11-30", "season"),
        ("2021-30", "2021-12-01", "2022-02-28", "season"),
        ("2021-32", "2021-06-01", "2021-08-31", "season"),
        ("2021-34", "2021-04-01", "2021-06-30", "season"),
        ("2021-36", "2021-10-01", "2021-12-31", "season"),
        ("2021-39", "2021-09-01", "2021-12-31", "season"),
        ("2021-40", "2021-01-01", "2021-06-30", "season"),
        ("2021-41", "2021-07-01", "2021-12-31", "season"),
        ("2021-33/2021-35", "2021-01-01", "2021-09-30", "interval"),
        ("2024-05-06T14:30", "2024-05-06T14:30:00Z", "2024-05-06T14:30:59.999999Z", "minute"),
        ("2024-05-06T00:00Z", "2024-05-06", "2024-05-06T00:00:59.999999Z", "minute"),
        ("2024-05-06T23:59:59Z", "2024-05-06T23:59:59Z", "2024-05-06", "second"),
        ("2024-05-06T14:30:00.5Z", "2024-05-06T14:30:00.500000Z", "2024-05-06T14:30:00.599999Z", "instant"),
        ("2024-05-06T14:30:00.000001Z", "2024-05-06T14:30:00.000001Z", "2024-05-06T14:30:00.000001Z", "instant"),
        ("2024-05-06T14:30:00.123456789Z", "2024-05-06T14:30:00.123456Z", "2024-05-06T14:30:00.123456Z", "instant"),
        ("2024-05-06T14:30:00.000000Z", "2024-05-06T14:30:00Z", "2024-05-06T14:30:00.000000Z", "instant"),
        ("2024-01-01T00:30+01:00", "2023-12-31T23:30:00Z", "2023-12-31T23:30:59.999999Z", "minute"),
        ("2024-05-06T14:30-00:00", "2024-05-06T14:30:00Z", "2024-05-06T14:30:59.999999Z", "minute"),
    ],
)
def test_bounds(text: str, earliest: str | None, latest: str | None, precision: str) -> None:
    when = When(text)
    assert (when.earliest_iso(), when.latest_iso(), when.precision) == (earliest, latest, precision)
    assert when.text == str(when) == text


def test_bounds_are_microseconds_of_the_first_and_the_last_instant() -> None:
    day = When("2024-05-06")
    assert from_instant(day.lower) == datetime(2024, 5, 6, tzinfo=UTC)
    assert from_instant(day.upper) == datetime(2024, 5, 6, 23, 59, 59, 999_999, tzinfo=UTC)
    assert When("1970").lower == 0
    assert When("1969-12-31").upper == -1


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2024-05", False, False),
        ("2024-05~", True, False),
        ("2024-05?", False, True),
        ("2024-05%", True, True),
        ("2021-21", True, False),
        ("2021-25", False, False),
        ("2021-21?", False, True),
        ("2024-05~/2024-06", True, False),
        ("2024-05/2024-06?", False, True),
        ("2024-05~/2024-06?", True, True),
        ("../2024-06%", True, True),
        ("[2024-05,2024-06?]", False, True),
        ("[2024-05~..]", True, False),
    ],
)
def test_marks_are_flags_that_never_widen_the_bounds(text: str, *, approximate: bool, uncertain: bool) -> None:
    when = When(text)
    assert (when.approximate, when.uncertain) == (approximate, uncertain)
    plain = When(text.translate({ord(mark): None for mark in "?~%"}))
    assert (when.lower, when.upper, when.precision) == (plain.lower, plain.upper, plain.precision)


def test_an_open_end_and_an_unknown_one_lie_beyond_every_date() -> None:
    for text in ("2024/..", "2024/", "[2024..]"):
        assert (When(text).upper, When(text).is_open_end, When(text).is_open_start) == (OPEN_FUTURE, True, False)
    for text in ("../2024", "/2024", "[..2024]"):
        assert (When(text).lower, When(text).is_open_start, When(text).is_open_end) == (OPEN_PAST, True, False)
    assert When("-9999").lower > OPEN_PAST
    assert When("9999").upper < OPEN_FUTURE


WRONG = {
    "2023-02-29": "2023-02-29 is no day of the calendar: February 2023 has 28 days",
    "1900-02-29": "1900-02-29 is no day of the calendar: February 1900 has 28 days",
    "-0044-02-30": "-0044-02-30 is no day of the calendar: February -0044 has 29 days",
    "2024-04-31": "2024-04-31 is no day of the calendar: April 2024 has 30 days",
    "2024-05-00": "2024-05-00 is no day of the calendar: May 2024 has 31 days",
    "2024-13": "2024-13 is no month of the calendar: months run from 01 to 12, such as 2024-01",
    "2024-00": "2024-00 is no month of the calendar: months run from 01 to 12, such as 2024-01",
    "2024-25-12": "2024-25-12 is no month of the calendar: months run from 01 to 12, such as 2024-01",
    "2001-42": "2001-42 is no month of the calendar",
    "2024-05-06T24:00Z": "2024-05-06T24:00Z has hour 24: hours run from 00 to 23, and midnight is 00:00",
    "2024-05-06T12:60Z": "2024-05-06T12:60Z has minute 60: minutes run from 00 to 59",
    "2016-12-31T23:59:60Z": "has second 60: seconds run from 00 to 59, and leap seconds are not counted",
    "2024-05-06T12:00+24:00": "has no offset from UTC at its end: write Z, or hours and minutes such as +01:00",
    "2024-05-06T12:00+01:60": "has no offset from UTC at its end: write Z, or hours and minutes such as +01:00",
    "9999-12-31T23:59-05:00": "lies outside the years -9999 to 9999 in UTC: write its day alone",
    "-9999-01-01T00:00+05:00": "lies outside the years -9999 to 9999 in UTC: write its day alone",
    "2024-05-06T12:00Z?": "marks a clock time: ? ~ and % are for dates, so write 2024-05-06?",
    "-0000": "-0000 is no year: the year before 0001 is written 0000, and the one before that -0001",
    "2025/2024": "2025/2024 ends before it starts: write 2024/2025",
    "2024-05-06T12:00Z/2024-05-06T10:00Z": "ends before it starts: write 2024-05-06T10:00Z/2024-05-06T12:00Z",
    "[2025..2024]": "[2025..2024] has a range that ends before it starts: write 2024..2025",
    "2024-02-30/2025": "2024-02-30 is no day of the calendar: February 2024 has 29 days (in 2024-02-30/2025)",
    "[2024-02-30..]": "2024-02-30 is no day of the calendar: February 2024 has 29 days (in [2024-02-30..])",
    "/": "/ has no date: write one end at least, such as 2024-05-06/ or ../2024-05-06",
    "2024-05-06/2024-05-08/2024-05-10": "has more than one slash",
    "[..]": "[..] has .. in a wrong place",
    "[2023,..2024]": "[2023,..2024] has .. in a wrong place",
    "[2023..,2024]": "[2023..,2024] has .. in a wrong place",
    "[]": "[] is no set of dates: write [2024-05-06,2024-05-08]",
    "[2024": "[2024 is no set of dates",
    "[2024]?": "[2024]? is no set of dates",
    "[2024,]": "an empty date is no date: write 2024-05-06",
    "[2024/2025]": "2024/2025 is an interval, which no set holds: write .. in place of /",
    "[2024, 2025]": "'[2024, 2025]' has white space inside: write it without",
    "2024 / 2025": "'2024 / 2025' has white space inside: write it without",
    "{1960,1961-12}": "{1960,1961-12} means all of its dates, which is not supported: write [a,b] for one of them",
    "{2024/2025}": "{2024/2025} means all of its dates",
    "": "the date is empty: write one, such as 2024-05-06, or leave the field out",
    " 2024": "' 2024' has white space around it: write the date alone",
    "2024-05-06\n": "2024-05-06\\n has white space around it",
    "2024\u00a0": "2024\\xa0 has white space around it",
    "٢٠٢٤-٠٥-٠٦": "٢٠٢٤-٠٥-٠٦ is no date: write 2024-05-06",  # noqa: RUF001  # the digits are the point
    "2024-0\u0665": "is no date: write 2024-05-06",
    "2" * 101: f"{'2' * 39}… has 101 characters: a date has at most 100",
    "2024-5-6": "2024-5-6 lacks digits: write 2024-05-06",
    "2024-5": "2024-5 lacks a digit: write 2024-05",
    "2024-5-16": "2024-5-16 lacks a digit: write 2024-05-16",
    "2024-05-6": "2024-05-6 lacks a digit: write 2024-05-06",
    "20240506": "20240506 lacks its hyphens: write 2024-05-06",
    "2024/05/06": "2024/05/06 has slashes, which divide the ends of an interval: write 2024-05-06",
    "16/03/2024": "16/03/2024 puts the year last: write 2024-03-16",
    "16.3.2024": "16.3.2024 puts the year last: write 2024-03-16",
    "987": "987 is no year: write four digits, such as 0987",
    "Y170000002": "Y170000002 has a year past 9999, which is not supported: write a year of four digits",
    "Y-17E7": "Y-17E7 has a year past 9999, which is not supported",
    "1950S2": "1950S2 is no date: write 2024-05-06",
    "1984?~": "1984?~ has two marks: write 1984%, which means both uncertain and approximate",
    "2004-06~-11": "2004-06~-11 has a mark inside: ? ~ and % go at the end of a date, such as 2024-05~",
    "?2004-06-~11": "?2004-06-~11 has a mark inside",
    "156X-12-25": "156X-12-25 has an X before its end: write 201X, 20XX, 2024-XX, 2024-05-XX or 2024-XX-XX",
    "XXXX-12-XX": "XXXX-12-XX has an X before its end",
    "2024-XX-05": "2024-XX-05 has an X before its end",
    "1984-1X": "1984-1X has an X in its last digit alone: write 1984-10/1984-12",
    "2024-05-06 12:00": "'2024-05-06 12:00' is no clock time, which has a T before it and Z or an offset",
    "2024-05T12:00": "2024-05T12:00 is no clock time",
    "2024-05-XXT12:00": "2024-05-XXT12:00 is no date",
    "2024-05-06T1200Z": "2024-05-06T1200Z is no clock time",
    "2024-05-06T12:00:00,5Z": "2024-05-06T12:00:00,5Z is no clock time",
    "2024-05-06T12:00:00.1234567890Z": "is no clock time",
    "2024-05-06/P3D": "P3D is no date: write 2024-05-06",
    "May 2024": "'May 2024' is a date in words: write 2024-05",
    "11 May 2024": "'11 May 2024' is a date in words: write 2024-05-11",
    "1st september 2024": "'1st september 2024' is a date in words: write 2024-09-01",
    "Sept. 3, 2024": "'Sept. 3, 2024' is a date in words: write 2024-09-03",
    "3 Mai 2024": "'3 Mai 2024' is a date in words: write 2024-05-03",
    "3 May 4, 2024": "'3 May 4, 2024' is no date: write 2024-05-06",
    "the 3rd of May": "'the 3rd of May' is no date: write 2024-05-06",
    "\x1b[31m2024": "\\x1b[31m2024 is no date",
    "\u202e4202": "\\u202e4202 is no date",
    "\ud800": "\\ud800 is no date",
    "2024\x00": "2024\\x00 is no date",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_text_that_is_no_supported_date_is_refused_and_told_what_to_write(text: str) -> None:
    with pytest.raises(DateError) as refusal:
        When(text)
    message = str(refusal.value)
    assert WRONG[text] in message
    assert message.isprintable()


def test_a_long_text_is_shortened_in_the_message() -> None:
    with pytest.raises(DateError) as refusal:
        When("\x1b" * 60)
    shown, _, _ = str(refusal.value).partition(" ")
    assert len(shown) == 40
    assert shown.startswith("\\x1b\\x1b")


def test_what_is_no_text_is_refused() -> None:
    given: Any
    for given in (2024, None, date(2024, 5, 6), ["2024"], b"2024"):
        with pytest.raises(DateError, match="is no text: write the date in quotes, such as '2024-05-06'"):
            When(given)


def test_overlaps_counts_both_ends() -> None:
    assert When("2024-05").overlaps(When("2024-05-31/2024-06"))
    assert When("2024-05-31/..").overlaps(When("[2024..]"))
    assert not When("2024-05").overlaps(When("2024-06"))


def test_precedes_needs_all_of_one_before_all_of_the_other() -> None:
    assert When("2024-05").precedes(When("2024-06"))
    assert not When("2024-05").precedes(When("2024-05-31"))
    assert not When("2024-06").precedes(When("2024-05"))
    assert not When("2024/..").precedes(When("2025"))


def test_equal_by_text_and_never_changed() -> None:
    when = When("2024-05")
    assert when == When("2024-05")
    assert hash(when) == hash(When("2024-05"))
    assert when != When("2024-05-01/2024-05-31")
    assert when != "2024-05"
    assert repr(when) == "When('2024-05')"
    with pytest.raises(AttributeError, match="a date never changes"):
        when.lower = 0
    with pytest.raises(AttributeError, match="a date never changes"):
        del when.text
    with pytest.raises(AttributeError, match="a date never changes"):
        object.__getattribute__(when, "__setattr__")("new", 1)


def test_copies_and_pickles() -> None:
    when = When("2024-05-06/..")
    for twin in (copy.copy(when), copy.deepcopy(when), pickle.loads(pickle.dumps(when))):  # noqa: S301  # our own bytes
        assert (twin, twin.lower, twin.upper) == (when, when.lower, when.upper)


def test_a_text_of_a_subclass_is_kept_as_plain_text() -> None:
    class Loud(str):
        __slots__ = ()

        def __str__(self) -> str:
            return self.upper()

    assert type(When(Loud("2024-05")).text) is str


def test_a_pydantic_field_takes_text_and_gives_text() -> None:
    note = Note.model_validate_json('{"occurred": "2024-05~"}')
    assert note.occurred == When("2024-05~")
    assert note.model_dump() == {"occurred": When("2024-05~")}
    assert note.model_dump(mode="json") == {"occurred": "2024-05~"}
    assert note.model_dump_json() == '{"occurred":"2024-05~"}'
    assert Note(occurred=note.occurred).occurred is note.occurred
    assert Note.model_validate({"occurred": "2024-05~"}, strict=True) == note


def test_a_pydantic_field_refuses_in_our_words() -> None:
    given: Any
    for given, problem in (
        ("2023-02-29", "2023-02-29 is no day of the calendar: February 2023 has 28 days"),
        (date(2024, 5, 6), "'datetime.date(2024, 5, 6)' is no text: write the date in quotes, such as '2024-05-06'"),
        ("{problem}", "{problem} means all of its dates, which is not supported"),
    ):
        with pytest.raises(ValidationError) as refusal:
            Note(occurred=given)
        (error,) = refusal.value.errors()
        assert error["msg"].startswith(problem)
        assert (error["type"], error["loc"]) == ("edtf", ("occurred",))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_says_edtf_with_examples_that_hold(mode: Any) -> None:  # noqa: ANN401  # one of two literals
    schema = TypeAdapter(When).json_schema(mode=mode)
    assert (schema["type"], schema["format"]) == ("string", "edtf")
    assert set(schema) == {"type", "format", "examples"}
    assert [When(example).text for example in schema["examples"]] == schema["examples"]


def test_instant_reads_any_offset() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert instant(datetime(1970, 1, 1, 5, 30, 0, 7, tzinfo=east)) == 7
    assert instant(datetime(1, 1, 1, tzinfo=east)) == When("0001-01-01T00:00+05:30").lower
    assert instant(datetime.max.replace(tzinfo=UTC)) == When("9999").upper
    with pytest.raises(DateError, match="2024-05-06T00:00:00 has no time zone"):
        instant(datetime(2024, 5, 6))  # noqa: DTZ001  # the lack is the point


def test_from_instant_refuses_what_no_datetime_holds() -> None:
    for outside in (OPEN_PAST, OPEN_FUTURE, When("0000").upper, When("9999").upper + 1, 10**5000):
        with pytest.raises(DateError, match="outside the years 1 to 9999"):
            from_instant(outside)


def test_from_instant_spans_the_years_1_to_9999() -> None:
    assert from_instant(When("0001").lower) == datetime.min.replace(tzinfo=UTC)
    assert from_instant(When("9999").upper) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2024-05-06", "2024-05-06T23:59:59.999999Z"),
        ("2024-02", "2024-02-29T23:59:59.999999Z"),
        ("2024", "2024-12-31T23:59:59.999999Z"),
        ("2024-05-06T14:30", "2024-05-06T14:30:59.999999Z"),
        ("2024-05-06T14:30:00+02:00", "2024-05-06T12:30:00.999999Z"),
        ("2024-05-06T14:30:00.123456Z", "2024-05-06T14:30:00.123456Z"),
    ],
)
def test_a_cut_falls_at_the_end_of_its_period(text: str, end: str) -> None:
    assert from_instant(end_of(text)) == datetime.fromisoformat(end)


@pytest.mark.parametrize("text", ["2024/2025", "2024/..", "[2024,2025]", "2024~", "2024-05-06?", "201X", "2024-XX"])
def test_a_cut_takes_no_interval_set_mark_or_open_digit(text: str) -> None:
    with pytest.raises(DateError, match="is no time to cut at: write a day, month, year or clock time"):
        end_of(text)


def test_a_cut_at_no_date_is_refused_as_a_date() -> None:
    with pytest.raises(DateError, match="February 2023 has 28 days"):
        end_of("2023-02-29")


def test_what_is_advised_for_a_cut_is_taken_there() -> None:
    with pytest.raises(DateError) as refusal:
        end_of("soon")
    advised = str(refusal.value).partition(": write ")[2].replace(" or ", ", ").split(", ")
    assert [end_of(text) for text in advised]
    with pytest.raises(DateError, match=r"write 2024-05-11$"):
        end_of("11 May 2024")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("2021-04-15", "2021-04-16", True),
        ("2021-04-15~", "2021-04-16", False),
        ("2021-04-15~", "2021-04-18", False),
        ("2021-04-15~", "2021-04-19", True),
        ("2021-04-15?", "2021-05", False),
        ("2021-04-15%", "2030", False),
        ("2021-04~", "2021-05-31", False),
        ("2021-04~", "2021-07", True),
        ("2021~", "2022-01", False),
        ("2021~", "2023-06", True),
        ("202X~", "2039", False),
        ("2021-04~/2021-06", "2021-03-05", False),
        ("2021-04~/2021-06", "2021-07-01", True),
        ("../2024-09-15", "2013-03-01", False),
        ("2021-05-03T23:30-05:00", "2021-05-03", False),
        ("2020-01-31T23:00Z", "2020-02-01", False),
        ("2020-01-31T09:00Z", "2020-02-01", True),
        ("2020-02-02T13:00Z", "2020-02-01", True),
        ("2020-02-02T11:00Z", "2020-02-01", False),
        ("2020-01-31T23:00Z", "2020-02-01T00:10Z", True),
    ],
)
def test_only_dates_that_leave_no_room_for_each_other_are_disjoint(one: str, other: str, apart: bool) -> None:
    assert When(one).is_disjoint(When(other)) is apart
    assert When(other).is_disjoint(When(one)) is apart
