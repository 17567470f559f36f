"""What a cell says: dates in the forms that a map declares, numbers with its marks, and what its expressions find.

Nothing is guessed. Python's own regular expressions have no bound: `(a|aa)+$` on 40 letters tries for hours. Those of
the package regex, which reads the same language, stop after a time that is given.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tracker.dates.informal import month_of
from tracker.errors import EntryRejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.errors import Problem

#: Names of forms of dates; any other one is of `strptime`.
FORMS: Final = ("dmy", "mdy", "ymd", "excel")
_EPOCH: Final = date(1899, 12, 30)
#: Characters of a number; Python converts no more than 4,300 digits.
_LONGEST_NUMBER: Final = 1000
#: The first serial number for which spreadsheets and the calendar agree; before it they count a 29 February 1900.
_FIRST_SERIAL: Final = 61
_LAST_SERIAL: Final = 2_958_465
_CLOCK: Final = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?)?"
#: Seconds in which an expression is found in a text or not; nearly all take some millionths of one.
_LONGEST_SEARCH: Final = 1.0
_SHOWN: Final = 40
_MONTH: Final = r"(\d{1,2}|[^\W\d_]{3,}\.?)"
_YEAR_FIRST: Final = re.compile(
    rf"(\d{{4}})(?:(?P<mark>[-/. ])(\d{{1,2}}|[^\W\d_]{{3,}}\.?)(?:(?P=mark)(\d{{1,2}}){_CLOCK})?)?",
    re.ASCII | re.IGNORECASE,
)
_EIGHT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST: Final = re.compile(
    rf"(?:(?:{_MONTH}[-/. ]{{1,2}})?{_MONTH}(?:[-/. ]|, ?)\s?)?(\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
#: What a column of precision may say, as the UCDP codes it, and how many characters of the date that leaves.
_KEPT: Final = {"1": 10, "day": 10, "4": 7, "month": 7, "5": 4, "year": 4}
_DAYS: Final = {"2": 6, "3": 6, "week": 6}


class CellError(ValueError):
    """A cell does not say what the map asks of it; the message tells why."""


@lru_cache(maxsize=4096)
def read_date(text: str, forms: tuple[str, ...]) -> str:
    """Return a date (EDTF) as the first of some forms reads it; raises `CellError`."""
    plain = " ".join(text.split())
    for form in forms:
        found = _reads(plain, form)
        if found is not None:
            return found
    wanted = " or ".join(forms)
    raise CellError(f"{text[:40]!r} is no date as {wanted}; name its form in `date`, or mend the cell")


def _reads(text: str, form: str) -> str | None:
    """Return the date that a text is in a form, None if it is none."""
    try:
        if form == "excel":
            return _serial(text)
        if "%" in form:
            return _by_pattern(text, form)
        return _in_numbers(text, form)
    except (ValueError, OverflowError):
        return None


def _serial(text: str) -> str | None:
    days = int(float(text.replace(",", ".")))
    return str(_EPOCH + timedelta(days=days)) if _FIRST_SERIAL <= days <= _LAST_SERIAL else None


def _by_pattern(text: str, form: str) -> str:
    found = datetime.strptime(text, form)  # noqa: DTZ007 - a table has days, and a clock time only with its offset
    if found.tzinfo is not None:
        return found.isoformat()
    has_day = re.search(r"%[djDxcFuw]", form)
    has_month = re.search(r"%[mbBhDxcF]", form)
    return found.strftime("%Y-%m-%d")[: 10 if has_day else 7 if has_month else 4]


def _in_numbers(text: str, form: str) -> str | None:
    if form == "ymd":
        found = _YEAR_FIRST.fullmatch(text)
        parts = (found[1], found[3], found[4]) if found else None
        if parts is None and (eight := _EIGHT.fullmatch(text)):
            parts = (eight[1], eight[2], eight[3])
    else:
        found = _YEAR_LAST.fullmatch(text)
        parts = (found[3], found[2], found[1]) if found else None
        if parts is not None and form == "mdy" and parts[2] is not None:
            parts = (parts[0], parts[2], parts[1])
    if parts is None:
        return None
    year, month, day = parts
    if month is None:
        return year
    number = int(month) if month.isdecimal() else month_of(month.rstrip(".").casefold())
    if number is None or (day is not None and not day.isdecimal()):
        return None
    return str(date(int(year), number, int(day or 1)))[: 10 if day else 7]


def with_precision(day: str, precision: str, forms: tuple[str, ...]) -> str:
    """Return a date as precise as a column says: a word, a code of the UCDP, or the day on which it ends.

    `day`, `month` and `year` (1, 4 and 5) cut the date; `week` (2 and 3) makes an interval of seven days; a date makes
    an interval up to it. Raises `CellError`.
    """
    word = precision.strip().casefold()
    if word in _KEPT:
        return day[: _KEPT[word]]
    if word in _DAYS:
        return f"{day}/{date.fromisoformat(day) + timedelta(days=_DAYS[word])}"
    end = read_date(precision, forms)
    return day if end == day else f"{day}/{end}"


def read_number(text: str, decimal: str, thousands: str) -> float:
    """Return a number, whole where it has no decimal part; raises `CellError`."""
    plain = text.strip().replace("\u202f", " ").replace("\xa0", " ")
    mark = thousands.replace("\u202f", " ").replace("\xa0", " ")
    grouped = rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+|" if mark else ""
    found = re.fullmatch(rf"([-+]?)({grouped}\d+)(?:{re.escape(decimal)}(\d+))?", plain, re.ASCII)
    if found is None:
        marks = f"with {decimal!r} before decimals" + (f" and {thousands!r} between thousands" if thousands else "")
        raise CellError(f"{text[:40]!r} is no number {marks}; say so in the map's `decimal` and `thousands`")
    if len(plain) > _LONGEST_NUMBER:
        raise CellError(f"{text[:40]!r}… has more than {_LONGEST_NUMBER:,} characters, which no figure has")
    whole = int(found[1] + (found[2].replace(mark, "") if mark else found[2]))
    return float(f"{whole}.{found[3]}" if whole or found[1] != "-" else f"-0.{found[3]}") if found[3] else whole


class PatternError(ValueError):
    """A text is no regular expression; the message tells why."""


class Pattern:
    """A regular expression; `fault` makes of what is wrong with it what is told, with its place in the map."""

    def __init__(self, text: object, fault: Callable[[str], Problem]) -> None:
        # Most maps have none, and the package takes a while to load.
        import regex

        try:
            self._compiled = regex.compile(text)
        except (regex.error, TypeError) as error:
            raise PatternError(f"is no regular expression: {error}") from None
        self._fault = fault
        self.groups: tuple[str, ...] = (*self._compiled.groupindex,)

    def search(self, text: str) -> Mapping[str, str | None] | None:
        """Return the named groups of where it is found in a text, None where it is not.

        Raises `EntryRejectedError` for one that takes longer than a second on a text.
        """
        try:
            found = self._compiled.search(text, timeout=_LONGEST_SEARCH)
        except TimeoutError:
            raise EntryRejectedError([self._fault(_too_long(text))]) from None
        return None if found is None else found.groupdict()


def _too_long(text: str) -> str:
    return (
        f"takes more than a second on {text[:_SHOWN]!r}{'…' if len(text) > _SHOWN else ''}; "
        "write it so that no part that repeats stands in another one that does"
    )
