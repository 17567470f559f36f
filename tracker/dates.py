"""Dates as people know them: EDTF text (ISO 8601-2) with the first and last instant that it may mean.

Supported: level 0; level 1 without seasons and without years past 9999; of level 2 the sets "one of these", `[a,b]` and `[a..b]`.
Wider than the standard in one point: the ends of intervals and sets may be clock times.
Instants are whole microseconds since 1970-01-01T00:00Z in the proleptic Gregorian calendar, without leap seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn, Self, final

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = ["OPEN_FUTURE", "OPEN_PAST", "DateError", "Precision", "When", "end_of", "from_instant", "instant"]

Precision = Literal["instant", "second", "minute", "day", "month", "year", "decade", "century", "interval", "set"]

OPEN_PAST: Final = -(2**63) + 1
OPEN_FUTURE: Final = 2**63 - 1

LONGEST: Final = 100
_SHOWN: Final = 40
_CACHED: Final = 16_384
_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_DAYS_IN_400_YEARS: Final = 146_097

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE: Final = tuple(sum(_LENGTHS[:month]) for month in range(13))

_PLAIN_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE: Final = re.compile(
    r"(-?)([0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:(Z)|([+-])([0-9]{2})(?::([0-9]{2}))?)?)?"
    r"([?~%]?)",
)

# What people write instead of EDTF, and what to tell them; the first that matches the whole text speaks.
_ADVICE: Final = tuple(
    (re.compile(pattern, re.DOTALL), advice)
    for pattern, advice in (
        (r"\{.*", "stands for all of its dates, which is not supported: write [a,b] for one of them, or one entry for each"),
        (r"\[.*", "is no set of dates: write [2024-05-06,2024-05-08], [2024-05..2024-07], [..2024-05] or [2024-05..]"),
        (r"Y.*", "has a year past 9999, which is not supported: write a year of four digits"),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", r"lacks its hyphens: write \1-\2-\3"),
        (r"([0-9]{4})/([0-9]{2})/([0-9]{2})", r"has slashes, which divide the ends of an interval: write \1-\2-\3"),
        (r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}", "puts the year last: write year, month, day, such as 2024-03-16"),
        (r"([0-9]{4})-([0-9])", r"lacks a digit: write \1-0\2"),
        (r"([0-9]{4})-([0-9])-([0-9])", r"lacks digits: write \1-0\2-0\3"),
        (r"([0-9]{4})-([0-9])-([0-9]{2})", r"lacks a digit: write \1-0\2-\3"),
        (r"([0-9]{4})-([0-9]{2})-([0-9])", r"lacks a digit: write \1-\2-0\3"),
        (r"([0-9X-]+)(?:\?~|~\?)", r"has two marks: write \1%, which means both uncertain and approximate"),
        (r"[0-9X?~%-]*[?~%][0-9X?~%-]+", "has a mark inside: ? ~ and % go at the end of the date, such as 2024-05~"),
        (r"[0-9-]+[ tT][0-9]{2}:?[0-9].*", "is no clock time: write 2024-05-06T14:30Z, or +01:00 in place of Z"),
        (r"[0-9X-]*X[0-9X-]*", "leaves digits open elsewhere than at the end: write 201X, 20XX, 2024-XX, 2024-05-XX or 2024-XX-XX"),
        (r".*/.*/.*", "has more than one slash: an interval is one date, a slash and another, such as 2024-05-06/2024-05-10"),
        (r"-?[0-9]{1,3}", "is no year: write four digits, such as 0987"),
    )
)
_WRITE: Final = "is no date: write 2024-05-06, 2024-05, 2024, 2024-05-06T14:30Z or an interval such as 2024-05-06/2024-05-10"


class DateError(ValueError):
    """A text that is no supported date; the message says what is wrong with it and what to write instead."""


class _Span(NamedTuple):
    """The bounds of one text, and what else it says."""

    lower: int
    upper: int
    flag: str
    precision: Precision


@final
class When:
    """A date as a source gives it: EDTF text with the first and last instant that it may mean.

    `text` is exactly as written. `lower` and `upper` are microseconds since 1970-01-01T00:00Z, both inclusive: a day ends at
    23:59:59.999999; an end that is open or not known is `OPEN_PAST` or `OPEN_FUTURE`. A clock time without an offset is UTC.
    `approximate` (`~`, `%`) and `uncertain` (`?`, `%`) are flags and never widen the bounds; on an interval or set they hold
    when they hold for any of its dates. `precision` names the smallest part that is given.

    Immutable, hashable, equal by text, without an order: of two dates neither need precede the other. A pydantic field type.
    Raises DateError for any text that is no supported date. EDTF is ISO 8601-2:2019, as profiled by the Library of Congress.
    """

    __slots__ = ("approximate", "lower", "precision", "text", "uncertain", "upper")

    text: str
    lower: int
    upper: int
    approximate: bool
    uncertain: bool
    precision: Precision

    def __new__(cls, text: str) -> Self:
        """Parse, or hand out the object that an earlier call with this text has made."""
        if type(text) is not str:
            if not isinstance(text, str):
                message = f"{_show(repr(text))} is no text: write the date in quotes, such as '2024-05-06'"
                raise DateError(message)
            text = str(text)
        return _when(text)  # type: ignore[return-value]  # final: Self is When

    def overlaps(self, other: When) -> bool:
        """Tell whether some instant may belong to both."""
        return self.lower <= other.upper and other.lower <= self.upper

    def precedes(self, other: When) -> bool:
        """Tell whether all of this lies before all of the other."""
        return self.upper < other.lower

    @property
    def is_open_start(self) -> bool:
        """Whether the start is open or not known."""
        return self.lower == OPEN_PAST

    @property
    def is_open_end(self) -> bool:
        """Whether the end is open or not known."""
        return self.upper == OPEN_FUTURE

    def earliest_iso(self) -> str | None:
        """Give the lower bound as ISO 8601 text: a day where it is a day's first instant, else an instant in UTC; None when open."""
        if self.is_open_start:
            return None
        days, rest = divmod(self.lower, _DAY)
        return _day_text(days) if rest == 0 else f"{_day_text(days)}T{_clock_text(rest, exact=rest % _SECOND != 0)}"

    def latest_iso(self) -> str | None:
        """Give the upper bound as ISO 8601 text: a day where it is a day's last instant, else an instant in UTC; None when open."""
        if self.is_open_end:
            return None
        days, rest = divmod(self.upper, _DAY)
        # With all six decimals, as a time without them would mean the whole of its second.
        return _day_text(days) if rest == _DAY - 1 else f"{_day_text(days)}T{_clock_text(rest, exact=True)}"

    def __eq__(self, other: object) -> bool:
        """Compare by text."""
        return self.text == other.text if isinstance(other, When) else NotImplemented

    def __hash__(self) -> int:
        """Hash by text."""
        return hash(self.text)

    def __str__(self) -> str:
        """Give the text as written."""
        return self.text

    def __repr__(self) -> str:
        """Give the call that makes this."""
        return f"When({self.text!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: a date does not change."""
        message = f"a When does not change: {name} cannot be set"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse: a date does not change."""
        message = f"a When does not change: {name} cannot be deleted"
        raise AttributeError(message)

    def __reduce__(self) -> tuple[type[When], tuple[str]]:
        """Copy and pickle by text."""
        return When, (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic take EDTF text or a When, and write the text in JSON."""
        from pydantic_core import PydanticCustomError, core_schema  # noqa: PLC0415  # pydantic is slow to import

        def validate(value: Any) -> When:  # noqa: ANN401  # whatever a model is given
            if type(value) is When:
                return value
            try:
                return When(value)
            except DateError as error:
                kind = "edtf"
                raise PydanticCustomError(kind, "{problem}", {"problem": str(error)}) from None

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the text in JSON Schema; `edtf` is no registered format, so validators only annotate it."""
        return {
            "type": "string",
            "format": "edtf",
            "examples": ["2024-05-06", "2024-05~", "2024-05-06/2024-05-10", "2024-09-15/..", "2024-05-06T14:30+01:00"],
        }


def instant(moment: datetime) -> int:
    """Give an aware datetime as microseconds since 1970-01-01T00:00Z; DateError when it has no time zone."""
    if moment.utcoffset() is None:
        message = f"{moment.isoformat()} has no time zone: give one, such as datetime.UTC"
        raise DateError(message)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_instant(microseconds: int) -> datetime:
    """Give microseconds since 1970-01-01T00:00Z as a datetime in UTC; DateError outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        message = f"{microseconds} microseconds from 1970 lie outside the years 1 to 9999, which is all a datetime can hold"
        raise DateError(message) from None


def end_of(text: str) -> int:
    """Give the last microsecond of a day, month, year or clock time, which is what a cut at it means; UTC without an offset.

    DateError when the text is no date, or one that a cut cannot take: an interval, a set, a mark or an open digit.
    """
    when = When(text)
    if when.precision in {"interval", "set"} or when.text[-1] in "?~%X":
        message = f"{_show(text)} is no time to cut at: write a day, a month, a year or a clock time, such as 2024-05-06"
        raise DateError(message)
    return when.upper


@lru_cache(maxsize=_CACHED)
def _when(text: str) -> When:
    lower, upper, flag, precision = _span(text)
    made = object.__new__(When)
    put = object.__setattr__
    put(made, "text", text)
    put(made, "lower", lower)
    put(made, "upper", upper)
    put(made, "approximate", "~" in flag or "%" in flag)
    put(made, "uncertain", "?" in flag or "%" in flag)
    put(made, "precision", precision)
    return made


def _span(text: str) -> _Span:
    plain = _PLAIN_DAY.fullmatch(text)
    if plain:
        return _days_span(text, *map(int, plain.groups()))
    if not text:
        message = "the date is empty: write one, such as 2024-05-06, or leave the field out"
        raise DateError(message)
    if len(text) > LONGEST:
        raise _error(text, f"has {len(text)} characters: a date has at most {LONGEST}, such as 2024-05-06")
    if text != text.strip():
        raise _error(text, f"has white space around it: write {_show(text.strip()) if text.strip() else '2024-05-06'}")
    if text[0] == "[":
        return _set(text)
    if text.count("/") == 1 and text[0] != "{":
        return _interval(text)
    return _date(text, text)


def _interval(text: str) -> _Span:
    start, end = text.split("/")
    if not start and not end:
        raise _error(text, "has no date: write one end at least, such as 2024-05-06/ or ../2024-05-06")
    lower, flag = OPEN_PAST, ""
    if start not in {"", ".."}:
        lower, _, flag, _ = _date(start, text)
    upper, other = OPEN_FUTURE, ""
    if end not in {"", ".."}:
        _, upper, other, _ = _date(end, text)
    if lower > upper:
        raise _error(text, f"ends before it starts: write the earlier date first, {_show(f'{end}/{start}')}")
    return _Span(lower, upper, flag + other, "interval")


def _set(text: str) -> _Span:
    if text[-1] != "]" or len(text) == 2:
        raise _malformed(text)
    parts = text[1:-1].split(",")
    spans = []
    for position, part in enumerate(parts):
        start, dots, end = part.partition("..")
        if not dots:
            spans.append(_date(part, text))
            continue
        if (not start and (position > 0 or not end)) or (not end and position < len(parts) - 1):
            raise _error(text, "has an open end inside: .. may begin the first date or end the last, such as [2023,2024..]")
        first = _date(start, text) if start else None
        last = _date(end, text) if end else None
        lower, upper = first.lower if first else OPEN_PAST, last.upper if last else OPEN_FUTURE
        if lower > upper:
            raise _error(text, f"has a range that ends before it starts: write {_show(f'{end}..{start}')}")
        spans.append(_Span(lower, upper, (first.flag if first else "") + (last.flag if last else ""), "set"))
    flags = "".join(span.flag for span in spans)
    return _Span(min(span.lower for span in spans), max(span.upper for span in spans), flags, "set")


def _date(text: str, whole: str) -> _Span:
    """Read one date or clock time; `whole` is the interval or set that it stands in, for the message."""
    try:
        return _single(text)
    except DateError as error:
        if text == whole:
            raise
        message = f"{error} (in {_show(whole)})"
        raise DateError(message) from None


def _single(text: str) -> _Span:
    found = _DATE.fullmatch(text)
    if not found:
        raise _malformed(text)
    sign, year_text, month_text, day_text, hour, *_, flag = found.groups()
    if "X" in year_text:
        if month_text or hour:
            raise _malformed(text)
        return _years_span(text, sign, year_text, flag)
    year = int(sign + year_text)
    if sign and not year:
        raise _error(text, "is no year: the year before 0001 is written 0000, and the one before that -0001")
    if month_text is None or month_text == "XX":
        if hour or day_text not in {None, "XX"}:
            raise _malformed(text)
        return _Span(_days(year, 1, 1) * _DAY, _days(year + 1, 1, 1) * _DAY - 1, flag, "year")
    month = int(month_text)
    if not 1 <= month <= 12:
        raise _error(text, _no_month(sign + year_text, month))
    if day_text is None or day_text == "XX":
        if hour:
            raise _malformed(text)
        first = _days(year, month, 1)
        return _Span(first * _DAY, (first + _length(year, month)) * _DAY - 1, flag, "month")
    span = _days_span(text, year, month, int(day_text))
    return _clock_span(text, span.lower, found) if hour else span._replace(flag=flag)


def _years_span(text: str, sign: str, digits: str, flag: str) -> _Span:
    low, high = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    if sign:
        low, high = -high, min(-low, -1)  # there is no year -0000
    if low > high:  # pragma: no cover - high is at most -1 and low at most -9
        raise _malformed(text)
    precision: Precision = "century" if digits.endswith("XX") else "decade"
    return _Span(_days(low, 1, 1) * _DAY, _days(high + 1, 1, 1) * _DAY - 1, flag, precision)


def _days_span(text: str, year: int, month: int, day: int) -> _Span:
    if not 1 <= month <= 12:
        raise _error(text, _no_month(text[: text.index("-", 1)], month))
    if not 1 <= day <= 28 and not 1 <= day <= _length(year, month):
        length = _length(year, month)
        raise _error(text, f"is no day of the calendar: {_MONTHS[month - 1]} {year} has {length} days")
    lower = _days(year, month, day) * _DAY
    return _Span(lower, lower + _DAY - 1, "", "day")


def _clock_span(text: str, midnight: int, found: re.Match[str]) -> _Span:
    hour, minute, second, fraction, _, sign, offset_hour, offset_minute, flag = found.groups()[4:]
    if flag:
        raise _error(text, f"marks a clock time: ? ~ and % are for dates, so write {_show(text.partition('T')[0] + flag)}")
    if int(hour) > 23:
        raise _error(text, f"has hour {hour}: hours run from 00 to 23, and midnight is 00:00 of the next day")
    if int(minute) > 59:
        raise _error(text, f"has minute {minute}: minutes run from 00 to 59")
    if second and int(second) > 59:
        raise _error(text, f"has second {second}: seconds run from 00 to 59, and leap seconds are not counted")
    if sign and (int(offset_hour) > 23 or int(offset_minute or 0) > 59):
        raise _error(text, "is no offset from UTC: write Z, or hours and minutes such as +01:00")
    lower = midnight + int(hour) * _HOUR + int(minute) * _MINUTE + int(second or 0) * _SECOND
    width, precision = (_SECOND, "second") if second else (_MINUTE, "minute")
    if fraction:
        width, precision = 10 ** max(0, 6 - len(fraction)), "instant"
        lower += int(fraction[:6]) * width
    if sign:
        offset = int(offset_hour) * _HOUR + int(offset_minute or 0) * _MINUTE
        lower += offset if sign == "-" else -offset
    if not _FIRST <= lower <= _LAST:
        raise _error(text, "lies past the years -9999 to 9999 in UTC: write its day")
    return _Span(lower, lower + width - 1, "", precision)  # type: ignore[arg-type]  # one of the three above


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _length(year: int, month: int) -> int:
    return 29 if month == 2 and _leap(year) else _LENGTHS[month]


def _days(year: int, month: int, day: int) -> int:
    """Count the days from 1970-01-01; floor division keeps it right for years before 1."""
    past = year - 1
    count = past * 365 + past // 4 - past // 100 + past // 400 + _BEFORE[month] + day - _EPOCH_ORDINAL
    return count + 1 if month > 2 and _leap(year) else count


_FIRST: Final = _days(-9999, 1, 1) * _DAY
_LAST: Final = _days(10_000, 1, 1) * _DAY - 1


def _day_text(days: int) -> str:
    # The calendar repeats every 400 years, so any day has a twin in the years 1 to 400, which datetime.date knows.
    cycles, rest = divmod(days + _EPOCH_ORDINAL - 1, _DAYS_IN_400_YEARS)
    twin = date.fromordinal(rest + 1)
    year = twin.year + 400 * cycles
    return f"{'-' if year < 0 else ''}{abs(year):04}-{twin.month:02}-{twin.day:02}"


def _clock_text(rest: int, *, exact: bool) -> str:
    seconds, micros = divmod(rest, _SECOND)
    minutes, second = divmod(seconds, 60)
    fraction = f".{micros:06}" if exact else ""
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{fraction}Z"


def _no_month(year: str, month: int) -> str:
    if 21 <= month <= 41:
        return f"names a season, which is not supported: write an interval of months, such as {year}-03/{year}-05"
    return f"is no month of the calendar: months run from 01 to 12, such as {year}-01"


def _malformed(text: str) -> DateError:
    for pattern, advice in _ADVICE:
        found = pattern.fullmatch(text)
        if found:
            return _error(text, found.expand(advice))
    return _error(text, _WRITE)


def _error(text: str, problem: str) -> DateError:
    return DateError(f"{_show(text)} {problem}")


def _show(text: str) -> str:
    """Make a text safe and short to print: what cannot be seen is escaped, and quotes stand where the ends would be lost."""
    seen = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii") for char in text[:LONGEST]
    )
    if len(seen) > _SHOWN:
        seen = seen[: _SHOWN - 1] + "…"
    return seen if seen and " " not in seen else f"'{seen}'"
