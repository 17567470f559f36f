"""The grammar of EDTF (ISO 8601-2:2019, as the Library of Congress profiles it): from a text to its bounds.

Read here: level 0; level 1 without years past 9999; of level 2 the seasons, quarters and halves 21 to 41, and the sets
"one of these", ``[a,b]`` and ``[a..b]``. Wider than the standard in one point: an end of an interval or a set may be a
clock time. A clock time without an offset is UTC. `tracker.dates` is what the rest of the program uses.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal, NamedTuple

Precision = Literal[
    "instant", "second", "minute", "day", "month", "season", "year", "decade", "century", "interval", "set"
]

OPEN_PAST: Final = -(2**63) + 1
OPEN_FUTURE: Final = 2**63 - 1

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_LONGEST: Final = 100
_SHOWN: Final = 40
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE: Final = tuple(sum(_LENGTHS[:month]) for month in range(13))  # days of a common year before each month
_DECEMBER: Final = 12
#: Seasons and other groups of months: the first month and how many. Those that are of no hemisphere (21 to 24) are read
#: as the northern ones, about; winter, and the southern summer, end in the next year.
_SEASONS: Final = {
    **{21 + place: (month, 3) for place, month in enumerate((3, 6, 9, 12))},
    **{25 + place: (month, 3) for place, month in enumerate((3, 6, 9, 12))},
    **{29 + place: (month, 3) for place, month in enumerate((9, 12, 3, 6))},
    **{33 + place: (month, 3) for place, month in enumerate((1, 4, 7, 10))},
    **{37 + place: (month, 4) for place, month in enumerate((1, 5, 9))},
    **{40 + place: (month, 6) for place, month in enumerate((1, 7))},
}
_OF_NO_HEMISPHERE: Final = range(21, 25)
_LAST_HOUR: Final = 23
_LAST_SIXTIETH: Final = 59
_DECIMALS: Final = 6

_DATE: Final = re.compile(
    r"(-?(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX))"
    r"(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?"
    r"(T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([0-9]{2})(?::([0-9]{2}))?)?)?"
    r"([?~%]?)"
)

#: What is said of a text that is like no date, where any date may stand, and where an interval may not.
ANY_DATE: Final = "is no date: write 2024-05-06, 2024-05, 2024, 2024-05-06T14:30Z or 2024-05-06/2024-05-10"
ANY_TIME: Final = "is no date: write 2024-05-06, 2024-05, 2024 or 2024-05-06T14:30Z"

# What people write instead, and what to tell them; the first that matches the whole text speaks.
_ADVICE: Final = tuple(
    (re.compile(pattern, re.DOTALL), advice)
    for pattern, advice in (
        (r"\{.*", "means all of its dates, which is not supported: write [a,b] for one of them, or an entry for each"),
        (r"\[.*", "is no set of dates: write [2024-05-06,2024-05-08], [2024-05..2024-07], [..2024-05] or [2024-05..]"),
        (r"Y.*", "has a year past 9999, which is not supported: write a year of four digits"),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", r"lacks its hyphens: write \1-\2-\3"),
        (r"([0-9]{4})/([0-9]{2})/([0-9]{2})", r"has slashes, which divide the ends of an interval: write \1-\2-\3"),
        (r"([0-9]{4})-([0-9])", r"lacks a digit: write \1-0\2"),
        (r"([0-9]{4})-([0-9])-([0-9])", r"lacks digits: write \1-0\2-0\3"),
        (r"([0-9]{4})-([0-9])-([0-9]{2})", r"lacks a digit: write \1-0\2-\3"),
        (r"([0-9]{4})-([0-9]{2})-([0-9])", r"lacks a digit: write \1-\2-0\3"),
        (r"([0-9X-]+)(?:\?~|~\?)", r"has two marks: write \1%, which means both uncertain and approximate"),
        (r"[0-9X?~%-]*[?~%][0-9X?~%-]+", "has a mark inside: ? ~ and % go at the end of a date, such as 2024-05~"),
        (r"[0-9]{4}-[0-9]{2}[0-9-]*[ tT].*", "is no clock time: write 2024-05-06T14:30Z, or +01:00 in place of Z"),
        (r"[0-9X-]*X[0-9X-]*", "has an X before its end: write 201X, 20XX, 2024-XX, 2024-05-XX or 2024-XX-XX"),
        (r".*/.*/.*", "has more than one slash: an interval has two ends, such as 2024-05-06/2024-05-10"),
        (r".*/.*", "is an interval, which no set holds: write .. in place of /, such as [2024-05-06..2024-05-10]"),
        (r"-?[0-9]{1,3}", "is no year: write four digits, such as 0987"),
        (r".*", ANY_DATE),
    )
)


class DateError(ValueError):
    """A text that is no supported date; the message says what is wrong with it and what to write instead."""


class Span(NamedTuple):
    """The first and the last microsecond of a text, both inclusive, its marks (``? ~ %``) and its last unit."""

    lower: int
    upper: int
    marks: str
    precision: Precision


def parse(text: str) -> Span:
    """Read a text of EDTF; DateError when it is none, or one that is not supported."""
    if not text:
        raise DateError("the date is empty: write one, such as 2024-05-06, or leave the field out")
    if len(text) > _LONGEST:
        raise _error(text, f"has {len(text)} characters: a date has at most {_LONGEST}, such as 2024-05-06")
    if text != text.strip():
        raise _error(text, "has white space around it: write the date alone, such as 2024-05-06")
    listed, slashes = text[0] == "[", text.count("/")
    if (listed or slashes == 1) and any(char.isspace() for char in text):
        raise _error(text, "has white space inside: write it without")
    if listed:
        return _set(text)
    return _interval(text) if slashes == 1 and text[0] != "{" else _date(text)


def day_number(year: int, month: int, day: int) -> int:
    """Count the days from 1970-01-01 in the proleptic Gregorian calendar, whose year before 1 is 0."""
    past = year - 1  # floor division keeps the count of leap days right before year 1
    days = past * 365 + past // 4 - past // 100 + past // 400 + _BEFORE[month] + day - _EPOCH_ORDINAL
    return days + 1 if month > 2 and _is_leap(year) else days  # noqa: PLR2004  # February


def show(text: str) -> str:
    """Make a text short and safe to print: the unseen is escaped, and quotes stand where white space would be lost."""
    # Only the beginning is ever shown, so only that is escaped.
    head = text[: _SHOWN + 1]
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in head)
    if len(seen) > _SHOWN:
        seen = seen[: _SHOWN - 1] + "…"
    return f"'{seen}'" if " " in seen else seen


def _interval(text: str) -> Span:
    start, end = text.split("/")
    if not start and not end:
        raise _error(text, "has no date: write one end at least, such as 2024-05-06/ or ../2024-05-06")
    first = _OPEN if start in {"", ".."} else _date(start, text)
    last = _OPEN if end in {"", ".."} else _date(end, text)
    if first.lower > last.upper:
        raise _error(text, f"ends before it starts: write {end}/{start}")
    return Span(first.lower, last.upper, first.marks + last.marks, "interval")


def _set(text: str) -> Span:
    if text[-1] != "]" or text == "[]":
        raise _malformed(text)
    parts = text[1:-1].split(",")
    spans = []
    for place, part in enumerate(parts):
        start, dots, end = part.partition("..")
        if (dots and not start and (place > 0 or not end)) or (dots and not end and place < len(parts) - 1):
            raise _error(
                text, "has .. in a wrong place: write it between two dates, before the first or after the last"
            )
        first = _date(start, text) if start or not dots else _OPEN
        last = _date(end, text) if end else _OPEN if dots else first
        if first.lower > last.upper:
            raise _error(text, f"has a range that ends before it starts: write {end}..{start}")
        spans.append(Span(first.lower, last.upper, first.marks + last.marks, "set"))
    lower, upper = min(span.lower for span in spans), max(span.upper for span in spans)
    return Span(lower, upper, "".join(span.marks for span in spans), "set")


def _date(text: str, whole: str = "") -> Span:
    """Read one date or clock time; `whole` is the interval or the set that it stands in, for the message."""
    try:
        return _single(text)
    except DateError as error:
        if not whole:
            raise
        raise DateError(f"{error} (in {show(whole)})") from None


def _single(text: str) -> Span:
    found = _DATE.fullmatch(text)
    if not found:
        raise _malformed(text)
    year, month, day, clock, marks = found.group(1, 2, 3, 4, 12)
    ends_early = "X" in year or month == "XX"
    if (clock and (not day or day == "XX")) or ("X" in year and month) or (ends_early and day and day != "XX"):
        raise _malformed(text)
    if "X" in year:
        return _years(year, marks)
    if year == "-0000":
        raise _error(text, "is no year: the year before 0001 is written 0000, and the one before that -0001")
    number = int(year)
    if month is None or month == "XX":
        return _days(day_number(number, 1, 1), day_number(number + 1, 1, 1), marks, "year")
    month_number = int(month)
    if not 1 <= month_number <= _DECEMBER:
        if day is None and month_number in _SEASONS:
            return _season(number, month_number, marks)
        raise _error(text, f"is no month of the calendar: months run from 01 to 12, such as {year}-01")
    length = 29 if month_number == 2 and _is_leap(number) else _LENGTHS[month_number]  # noqa: PLR2004  # February
    if day is None or day == "XX":
        first = day_number(number, month_number, 1)
        return _days(first, first + length, marks, "month")
    if not 1 <= int(day) <= length:
        raise _error(text, f"is no day of the calendar: {MONTHS[month_number - 1]} {year} has {length} days")
    first = day_number(number, month_number, int(day))
    return _clock(text, first * DAY, found) if clock else _days(first, first + 1, marks, "day")


def _days(first: int, after: int, marks: str, precision: Precision) -> Span:
    return Span(first * DAY, after * DAY - 1, marks, precision)


def _season(year: int, code: int, marks: str) -> Span:
    first, count = _SEASONS[code]
    years, month = divmod(first - 1 + count, _DECEMBER)
    span = _days(day_number(year, first, 1), day_number(year + years, month + 1, 1), marks, "season")
    return span._replace(marks=marks or "~") if code in _OF_NO_HEMISPHERE else span


def _years(digits: str, marks: str) -> Span:
    low, high = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    if digits[0] == "-":
        low, high = high, min(low, -1)  # there is no year -0000
    return _days(
        day_number(low, 1, 1), day_number(high + 1, 1, 1), marks, "century" if digits.endswith("XX") else "decade"
    )


def _clock(text: str, midnight: int, found: re.Match[str]) -> Span:
    hour, minute, second, fraction, sign, offset_hour, offset_minute, mark = found.groups()[4:]
    if mark:
        raise _error(text, f"marks a clock time: ? ~ and % are for dates, so write {text.partition('T')[0]}{mark}")
    if int(hour) > _LAST_HOUR:
        raise _error(text, f"has hour {hour}: hours run from 00 to 23, and midnight is 00:00 of the next day")
    if int(minute) > _LAST_SIXTIETH:
        raise _error(text, f"has minute {minute}: minutes run from 00 to 59")
    if second and int(second) > _LAST_SIXTIETH:
        raise _error(text, f"has second {second}: seconds run from 00 to 59, and leap seconds are not counted")
    if sign and (int(offset_hour) > _LAST_HOUR or int(offset_minute or 0) > _LAST_SIXTIETH):
        raise _error(text, "has no offset from UTC at its end: write Z, or hours and minutes such as +01:00")
    precision: Precision = "instant" if fraction else "second" if second else "minute"
    # A time means all of its last written unit: 14:30 is a minute long, and 14:30:00.5 a tenth of a second.
    width = 10 ** max(0, _DECIMALS - len(fraction)) if fraction else SECOND if second else MINUTE
    lower = midnight + int(hour) * HOUR + int(minute) * MINUTE + int(second or 0) * SECOND
    if fraction:
        lower += int(fraction[:_DECIMALS]) * width
    if sign:
        offset = int(offset_hour) * HOUR + int(offset_minute or 0) * MINUTE
        lower += offset if sign == "-" else -offset
    if not _FIRST <= lower <= _LAST:
        raise _error(text, "lies outside the years -9999 to 9999 in UTC: write its day alone")
    return Span(lower, lower + width - 1, "", precision)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _malformed(text: str) -> DateError:
    # The last one matches every text.
    found, advice = next((found, advice) for pattern, advice in _ADVICE if (found := pattern.fullmatch(text)))
    return _error(text, found.expand(advice))


def _error(text: str, problem: str) -> DateError:
    return DateError(f"{show(text) or 'an empty date'} {problem}")


_OPEN: Final = Span(OPEN_PAST, OPEN_FUTURE, "", "interval")
_FIRST: Final = day_number(-9999, 1, 1) * DAY
_LAST: Final = day_number(10_000, 1, 1) * DAY - 1
