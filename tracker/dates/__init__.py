"""Dates as people know them: EDTF text (ISO 8601-2) with the first and the last instant that it may mean.

An instant is a whole number of microseconds since 1970-01-01T00:00Z in the proleptic Gregorian calendar, without leap
seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, final

from tracker.edtf import (
    ANY_DATE,
    ANY_TIME,
    DAY,
    OPEN_FUTURE,
    OPEN_PAST,
    SECOND,
    DateError,
    Precision,
    Span,
    day_number,
    parse,
    show,
)

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = [
    "OPEN_FUTURE",
    "OPEN_PAST",
    "ZONES",
    "DateError",
    "Precision",
    "When",
    "day_end",
    "disjoint",
    "end_of",
    "from_instant",
    "instant",
]

_CACHED: Final = 16_384  # more than forty years of days; some 5 MB when full
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_DAYS_IN_400_YEARS: Final = 146_097
_HOUR: Final = 3600 * SECOND
_EAST: Final = 14 * _HOUR
#: How far at most zones may part a plain date and a clock time that are the same.
ZONES: Final = _EAST
_WEST: Final = 12 * _HOUR
_SPANS: Final = frozenset({"interval", "set"})
_CLOCK: Final = frozenset({"instant", "second", "minute"})
#: How far an approximate date leaves room on either side, by its precision.
_ROOM: Final = {"month": 31 * DAY, "season": 31 * DAY, "year": 366 * DAY, "decade": 3653 * DAY, "century": 36525 * DAY}
_SAFE_DAY: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")  # a day in every year


@final
class When:
    """A date as a source gives it: EDTF text with the first and the last instant that it may mean.

    `text` is exactly as written. `lower` and `upper` are microseconds since 1970-01-01T00:00Z, both inclusive: a day
    ends at 23:59:59.999999, and an end that is open or not known is `OPEN_PAST` or `OPEN_FUTURE`. A clock time without
    an offset is UTC. `approximate` (``~``, ``%``) and `uncertain` (``?``, ``%``) are flags and never widen the bounds;
    an interval or a set has those of all its dates. `precision` is the last unit given, not counting those of X.

    Immutable, hashable, equal by text, and without an order, as two dates may overlap. A pydantic field type.
    Raises DateError for any text that `tracker.edtf` does not read.
    """

    __slots__ = ("approximate", "lower", "precision", "text", "uncertain", "upper")

    text: str
    lower: int
    upper: int
    approximate: bool
    uncertain: bool
    precision: Precision

    def __new__(cls, text: str) -> When:
        """Return the date that this text means; the same object when the same text was read before."""
        given: object = text
        if not isinstance(given, str):
            raise DateError(f"{show(repr(given))} is no text: write the date in quotes, such as '2024-05-06'")
        return _read(given if type(given) is str else str(given))

    def overlaps(self, other: When) -> bool:
        """Tell whether some instant may belong to both."""
        return self.lower <= other.upper and other.lower <= self.upper

    def precedes(self, other: When) -> bool:
        """Tell whether every instant of this lies before every instant of the other."""
        return self.upper < other.lower

    @property
    def is_clock_time(self) -> bool:
        """Whether it gives a clock time, and with that a zone."""
        return self.precision in _CLOCK

    def proves(self) -> tuple[int, int]:
        """Return the first and last instant that it leaves room for as evidence, which a flag widens.

        An approximate date leaves room on both sides: 3 days for a day, a month for a month, a year for a year, 10
        years for a decade. One that is uncertain proves nothing.
        """
        return _proves(self.text)

    def is_disjoint(self, other: When) -> bool:
        """Tell whether it proves that the two are not the same time; against a clock time a day spans all zones."""
        return disjoint(self.proves(), self.is_clock_time, other.proves(), other.is_clock_time)

    @property
    def is_open_start(self) -> bool:
        """Whether the start is open or not known."""
        return self.lower == OPEN_PAST

    @property
    def is_open_end(self) -> bool:
        """Whether the end is open or not known."""
        return self.upper == OPEN_FUTURE

    def earliest_iso(self) -> str | None:
        """Return the lower bound in ISO 8601: a day where it begins one, else an instant in UTC; None if open."""
        if self.is_open_start:
            return None
        days, rest = divmod(self.lower, DAY)
        return _day_text(days) if rest == 0 else _day_text(days) + _clock_text(rest, whole_second=rest % SECOND == 0)

    def latest_iso(self) -> str | None:
        """Return the upper bound in ISO 8601: a day where it ends one, else an instant in UTC; None if open."""
        if self.is_open_end:
            return None
        days, rest = divmod(self.upper, DAY)
        # Always with its decimals: without them, the time would mean the whole of its second.
        return _day_text(days) if rest == DAY - 1 else _day_text(days) + _clock_text(rest, whole_second=False)

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, When) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"When({self.text!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a date never changes: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a date never changes: {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[When], tuple[str]]:
        return When, (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a pydantic field take a When or its text; in JSON it is the text."""
        from pydantic_core import PydanticCustomError, core_schema

        def validate(value: Any) -> When:  # noqa: ANN401  # whatever was given to the field
            if type(value) is When:
                return value
            try:
                return When(value)
            except DateError as error:
                raise PydanticCustomError("edtf", "{problem}", {"problem": str(error)}) from None

        as_text = core_schema.to_string_ser_schema(when_used="json")
        return core_schema.no_info_plain_validator_function(validate, serialization=as_text)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the text; JSON Schema has no format of this name, so a validator takes it as a note."""
        return {
            "type": "string",
            "format": "edtf",
            "examples": ["2024-05-06", "2024-05~", "2024-05-06/2024-05-10", "2024-09-15/..", "2024-05-06T14:30+01:00"],
        }


def disjoint(one: tuple[int, int], one_is_clock: bool, other: tuple[int, int], other_is_clock: bool) -> bool:  # noqa: FBT001 - of pairs
    """Tell whether two times, as evidence, leave no room for each other; of each, whether it is a clock time.

    A plain date may be that of any zone: against a clock time it lasts from 14 hours before to 12 hours after its day.
    """
    if one_is_clock == other_is_clock:
        return one[1] < other[0] or other[1] < one[0]
    (first, last), (begins, ends) = (other, one) if one_is_clock else (one, other)
    return ends < first - _EAST or last + _WEST < begins


def instant(dt: datetime) -> int:
    """Return an aware datetime as microseconds since 1970-01-01T00:00Z; DateError for one without a time zone."""
    if dt.utcoffset() is None:
        raise DateError(f"{dt.isoformat()} has no time zone: give it one, such as datetime.UTC")
    return (dt - _EPOCH) // timedelta(microseconds=1)


def day_end(i: int) -> int:
    """Return the last instant of the UTC day that an instant lies in; an open end stays one."""
    return i if i >= OPEN_FUTURE - DAY else i // DAY * DAY + DAY - 1


def from_instant(i: int) -> datetime:
    """Return microseconds since 1970-01-01T00:00Z as a datetime in UTC; DateError outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(microseconds=i)
    except OverflowError:
        # Not the number itself, which may have more digits than Python agrees to write out.
        raise DateError("no datetime holds an instant outside the years 1 to 9999: use a text") from None


def end_of(text: str) -> int:
    """Return the last microsecond, in UTC, of a day, month, year or clock time; DateError for any other text."""
    try:
        when = When(text)
    except DateError as error:
        raise DateError(str(error).replace(ANY_DATE, ANY_TIME)) from None
    if when.precision in {"interval", "set"} or when.text[-1] in "?~%X":
        raise DateError(f"{show(text)} is no time to cut at: write a day, month, year or clock time")
    return when.upper


@lru_cache(maxsize=_CACHED)
def _proves(text: str) -> tuple[int, int]:
    when = _read(text)
    if when.uncertain:
        return OPEN_PAST, OPEN_FUTURE
    if not when.approximate:
        return when.lower, when.upper
    # Of an interval or a set, each end has a precision of its own.
    ends = [part for part in re.split(r"/|\.\.|,", text.strip("[]{}")) if part] if when.precision in _SPANS else []
    rooms = [_ROOM.get(_read(end).precision, 3 * DAY) if "~" in end else 0 for end in ends]
    first, last = (rooms[0], rooms[-1]) if rooms else (_ROOM.get(when.precision, 3 * DAY),) * 2
    return max(when.lower - first, OPEN_PAST), min(when.upper + last, OPEN_FUTURE)


@lru_cache(maxsize=_CACHED)
def _read(text: str) -> When:
    precision: Precision
    if _SAFE_DAY.fullmatch(text):  # nearly every date of a log
        lower = day_number(int(text[:4]), int(text[5:7]), int(text[8:])) * DAY
        upper, marks, precision = lower + DAY - 1, "", "day"
    else:
        lower, upper, marks, precision = _parse(text)
    when = object.__new__(When)
    put = object.__setattr__
    put(when, "text", text)
    put(when, "lower", lower)
    put(when, "upper", upper)
    put(when, "approximate", "~" in marks or "%" in marks)
    put(when, "uncertain", "?" in marks or "%" in marks)
    put(when, "precision", precision)
    return when


def _parse(text: str) -> Span:
    """Read a text of EDTF; of one that people write otherwise, the error tells what it may mean."""
    try:
        return parse(text)
    except DateError:
        from tracker.dates.informal import informal

        found = informal(text)
        if found is None:
            raise
        raise DateError(f"{show(text)} {found.problem}: write {' or '.join(found.readings)}") from None


def _day_text(days: int) -> str:
    # The calendar repeats every 400 years, so any day has a twin in the years 1 to 400, which datetime.date knows.
    cycles, rest = divmod(days + _EPOCH_ORDINAL - 1, _DAYS_IN_400_YEARS)
    twin = date.fromordinal(rest + 1)
    year = twin.year + 400 * cycles
    return f"{'-' if year < 0 else ''}{abs(year):04}-{twin.month:02}-{twin.day:02}"


def _clock_text(rest: int, *, whole_second: bool) -> str:
    seconds, micros = divmod(rest, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"T{hour:02}:{minute:02}:{second:02}{'' if whole_second else f'.{micros:06}'}Z"
