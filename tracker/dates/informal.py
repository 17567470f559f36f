"""Informal dates: how people and their spreadsheets write dates, with each date (EDTF) that such a text may mean.

Nothing is guessed: a text with two readings has both, and it is the person's to say which. No library of loose dates
fits, as each of them fills in what was not written, and chooses between day and month in silence.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.edtf import DateError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 60
#: As few letters name a month.
_SHORTEST: Final = 3
_LONGEST_MONTH: Final = 31
#: The names of the months in English, German, French, Spanish, Italian and Portuguese, without accents.
_MONTHS: Final = (
    "january januar janner janvier enero gennaio janeiro",
    "february februar fevrier febrero febbraio fevereiro",
    "march marz mars marzo marco mrz",
    "april avril abril aprile",
    "may mai mayo maggio maio",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout agosto",
    "september septembre septiembre setiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dicembre dezembro",
)
_CENTURY: Final = 100
_WINTER: Final = 24
_SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
#: Two digits of a year up to this one mean this century (POSIX, strptime).
_PIVOT: Final = 69
#: Day numbers of spreadsheets, which count from 1899-12-30: those of the years 1954 to 2119.
_SERIALS: Final = range(20_000, 80_400)
_EPOCH: Final = date(1899, 12, 30)
_HYPHENS: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
#: A day in numbers: two that are day and month, a mark between them, and a year.
_IN_NUMBERS: Final = r"([0-9]{1,2})([/.-]) ?([0-9]{1,2})\2 ?([0-9]{4}|[0-9]{2})"
_CLOCK: Final = r"(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?)?"
_WEEKDAY: Final = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? ", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(?:about|around|circa|ca?\.?|approx\.?|approximately) ", re.IGNORECASE)
_RANGE: Final = re.compile(
    r"(?:from |between )?(.+?)(?: to | until | till | bis | and | - |--| – | — |[\u2013\u2014])(.+)"
)
#: The year first, then month and day, of which one digit may be written; a year and a month have a hyphen.
_ONE_DIGIT: Final = re.compile(r"([0-9]{4})(?:([-/.])(?=[0-9]{1,2}\2)|-)([0-9]{1,2})(?:\2([0-9]{1,2}))?")
_AGO: Final = re.compile(r"-([0-9]{1,4}) ?([dwmy])")


class Informal(NamedTuple):
    """What an informal text may mean: its readings as EDTF, and what is wrong with it as it is written."""

    readings: tuple[str, ...]
    problem: str


def informal(text: str) -> Informal | None:
    """Return the readings of a text that is no date of EDTF; None if it is like no date that people write."""
    if len(text) > _LONGEST or not text.isprintable():
        return None
    stripped = " ".join(text.split())
    if not stripped:
        return None
    for read in (_years, _interval, _hyphens, _unwanted_clock, _numbers, _spreadsheet, _era, _unknown_digit, _words):
        found = read(stripped)
        if found is not None:
            kept = tuple(dict.fromkeys(reading for reading in found.readings if _is_date(reading)))
            if kept:
                return found._replace(readings=kept)
    return None


def at_prompt(text: str, today: date | None = None) -> str:
    """Return the date that a person means at an option or in a form: as written if it is EDTF, else its one reading.

    ``today``, ``yesterday`` and ``-2w`` (d, w, m, y) count from a day, if one is given. A text of no reading, or of
    several, is returned as it is, for whoever reads it to say what is wrong.
    """
    word = text.strip().casefold()
    if word.isdecimal():
        return text  # a position or a year, never a spreadsheet's number of a day
    if today is not None and word in {"today", "yesterday"}:
        return (today - timedelta(days=word == "yesterday")).isoformat()
    if today is not None and (ago := _AGO.fullmatch(word)):
        return _ago(today, int(ago[1]), ago[2]) or text
    if _is_date(text):
        return text
    whole = _with_zeros(text.strip())
    if _is_date(whole):
        return whole
    found = informal(text)
    return found.readings[0] if found is not None and len(found.readings) == 1 else text


def _with_zeros(text: str) -> str:
    """Return a day or a month of one digit, year first, as EDTF writes it; any other text as it is."""
    found = _ONE_DIGIT.fullmatch(text)
    return "-".join([found[1], *(f"{int(part):02}" for part in (found[3], found[4]) if part)]) if found else text


def in_order(text: str, order: str) -> str:
    """Return the date that a text means whose days in numbers have an order, `dmy` or `mdy`.

    A text of no reading in that order is returned as it is, for whoever reads it to say what is wrong.
    """
    if len(text) > _LONGEST or _is_date(text):
        return text

    def as_edtf(found: re.Match[str]) -> str:
        day, month = (found[1], found[3]) if order == "dmy" else (found[3], found[1])
        return f"{_whole_year(found[4])}-{int(month):02}-{int(day):02}"

    found = at_prompt(re.sub(rf"(?<![0-9]){_IN_NUMBERS}(?![0-9])", as_edtf, text))
    return found if _is_date(found) else text


def _ago(today: date, count: int, unit: str) -> str | None:
    """Return the day some days, weeks, months or years before one; None before the year 1."""
    try:
        if unit in "dw":
            return (today - timedelta(days=count * (7 if unit == "w" else 1))).isoformat()
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return today.replace(year=year, month=month + 1, day=min(today.day, monthrange(year, month + 1)[1])).isoformat()
    except (ValueError, OverflowError):
        return None


def _is_date(text: str) -> bool:
    try:
        parse(text)
    except DateError:
        return False
    return True


def _one(text: str) -> tuple[str, ...]:
    """Return the readings of a text that may be EDTF already."""
    if _is_date(text):
        return (text,)
    found = informal(text)
    return found.readings if found is not None else ()


def _interval(text: str) -> Informal | None:
    found = _RANGE.fullmatch(text) or re.fullmatch(r"([^/]+?) ?/ ?([^/]+)", text)
    if found is None:
        return None
    if re.search(r"[^\W\d_]", found[1]) and re.fullmatch(r"[0-9]{2,4}", found[2]):
        return None  # a season or a month of two years
    is_between = text.startswith("between ")
    if " and " in text and not is_between:
        return None
    starts, ends = _one(found[1]), _one(found[2])
    if len(starts) == len(ends) > 1:
        # Both ends are written by one rule.
        return Informal(
            tuple(map("/".join, zip(starts, ends, strict=True))), "is no interval of two dates with a slash"
        )
    if found.re is not _RANGE and _is_date(found[1]) and _is_date(found[2]):
        return None  # white space alone is wrong with it
    both = tuple(f"{start}/{end}" for start in starts for end in ends if "/" not in start + end)
    return Informal(both, "is no interval of two dates with a slash") if both else None


def _years(text: str) -> Informal | None:
    """Read a span of years, ``2024–25``, which looks like a month or a season."""
    found = re.fullmatch(r"([0-9]{2})([0-9]{2}) ?[/\u2010-\u2014\u2212]([0-9]{2})", text)
    if found is None or int(found[3]) <= int(found[2]):
        return None
    span = f"{found[1]}{found[2]}/{found[1]}{found[3]}"
    month = f"{found[1]}{found[2]}-{found[3]}"
    return Informal((span, *([month] if "/" not in text and len(text) == len("2024-25") else ())), "is a span of years")


def _hyphens(text: str) -> Informal | None:
    plain = text.translate(_HYPHENS)
    readings = _one(plain) if plain != text else ()
    return Informal(readings, "has other hyphens than -") if readings else None


def _clocked(day: str, hour: str | None, minute: str | None, second: str | None) -> str:
    """Return a day with a clock time; midnight to the second is what a spreadsheet puts behind a day."""
    if hour is None or minute is None or (int(hour) == int(minute) == int(second or 1) == 0):
        return day
    return f"{day}T{int(hour):02}:{minute}{f':{second}' if second else ''}Z"


def _unwanted_clock(text: str) -> Informal | None:
    found = re.fullmatch(
        r"([0-9]{4})[-/.]([0-9]{2})[-/.]([0-9]{2}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?", text
    )
    if found is None:
        return None
    reading = _clocked(f"{found[1]}-{found[2]}-{found[3]}", found[4], found[5], found[6])
    if "T" not in reading:
        return Informal((reading,), "is a day with the clock time that a spreadsheet adds")
    return Informal((reading,), "is no clock time, which has a T before it and Z or an offset such as +01:00 behind it")


def _numbers(text: str) -> Informal | None:
    """Read days that numbers alone give, in whichever order they may stand."""
    found = re.fullmatch(_IN_NUMBERS + _CLOCK, text)
    if found is None:
        return None
    first, mark, second, last = found.group(1, 2, 3, 4)
    year = _whole_year(last)
    orders = [(year, second, first)]
    if mark != ".":
        orders.append((year, first, second))
    if mark != "." and len(last) == len(first) == len("24"):
        orders.append((_whole_year(first), second, last))
    readings = [
        _clocked(f"{whole}-{int(month):02}-{int(day):02}", *found.group(5, 6, 7))
        for whole, month, day in orders
        if day and month
    ]
    problem = "puts the year last" if len(last) == len(year) else "has a year of two digits"
    return Informal(tuple(readings), problem)


def _whole_year(digits: str) -> str:
    if len(digits) == len("2024"):
        return digits
    number = int(digits)
    return f"{number + (2000 if number < _PIVOT else 1900)}"


def _spreadsheet(text: str) -> Informal | None:
    """Read what spreadsheets make of days and months: ``Mar-24``, ``16-Mar-24``, and the number of a day."""
    if re.fullmatch(r"[0-9]{5}(?:\.0+)?", text) and int(text[:5]) in _SERIALS:
        day = (_EPOCH + timedelta(days=int(text[:5]))).isoformat()
        return Informal((day,), "is a number that a spreadsheet makes of a day, whose cells are better written as text")
    found = re.fullmatch(r"(?:([0-9]{1,2})[- ])?([^\W\d_]{3,9})\.?(-|[- ]'| )([0-9]{2})", text)
    if found is None or (month := month_of(found[2])) is None:
        return None
    if found[3] == " " and not found[1] and int(found[4]) <= _LONGEST_MONTH:
        return None  # a day without its year
    year = _whole_year(found[4])
    reading = f"{year}-{month:02}-{int(found[1]):02}" if found[1] else f"{year}-{month:02}"
    return Informal((reading,), "is how a spreadsheet shows a date, whose cells are better written as text")


def _era(text: str) -> Informal | None:
    """Read years before the year 1, of which 1 BC is 0000."""
    if found := re.fullmatch(r"([0-9]{1,4}) ?(?:B\.?C\.?E?\.?|v\. ?Chr\.|av\. J\.-C\.)", text, re.IGNORECASE):
        year = 1 - int(found[1])
        return Informal((f"-{-year:04}" if year else "0000",), "is a year before the year 1, of which 1 BC is 0000")
    if found := re.fullmatch(r"(?:A\.?D\.? ?)([0-9]{1,4})|([0-9]{1,4}) ?(?:A\.?D\.?|C\.?E\.?)", text, re.IGNORECASE):
        return Informal((f"{int(found[1] or found[2]):04}",), "is no year of four digits")
    if found := re.fullmatch(r"-([0-9]{1,3})", text):
        before = int(found[1]) + 1
        return Informal((f"-{int(found[1]):04}",), f"is no year of four digits (it would be {before} BC)")
    return None


def _unknown_digit(text: str) -> Informal | None:
    """Read ``2021-1X`` and ``2021-05-1X``, which EDTF writes as intervals."""
    found = re.fullmatch(r"([0-9]{4})-(?:([01])X|([01][0-9])-([0-3])X)", text)
    if found is None:
        return None
    year, tens, month, days = found.groups()
    if tens is not None:
        last = f"{year}-09" if tens == "0" else f"{year}-12"
        return Informal((f"{year}-{tens}{'1' if tens == '0' else '0'}/{last}",), "has an X in its last digit alone")
    if not 1 <= int(month) <= len(_MONTHS):
        return None
    end = min(int(f"{days}9"), monthrange(int(year) or 4, int(month))[1])
    begin = max(int(f"{days}0"), 1)
    return Informal((f"{year}-{month}-{begin:02}/{year}-{month}-{end:02}",), "has an X in its last digit alone")


def _words(text: str) -> Informal | None:
    """Read dates in words, ``11 May 2024`` and ``Spring 2024``."""
    mark = ""
    if about := _ABOUT.match(text):
        if "/" in text:
            return None
        text, mark = text[about.end() :], "~"
    weekday = _WEEKDAY.match(text)
    if weekday:
        text = text[weekday.end() :]
    for read in _IN_WORDS:
        reading = read(text)
        if reading and weekday and not _is_on(reading, weekday[0]):
            return None
        if reading:
            return Informal((reading + mark,), "is a date in words")
    if mark and _is_date(text) and text[-1] not in "?~%" and "/" not in text:
        return Informal((text + mark,), "is a date in words")
    return None


def _is_on(reading: str, weekday: str) -> bool:
    """Say whether a day is on a day of the week, of which the first letters are written."""
    try:
        return f"{date.fromisoformat(reading):%a}".casefold() == weekday[:3].casefold()
    except ValueError:
        return False


def _day_of_month(text: str) -> str | None:
    text = re.sub(r"\b(?:the|of|de|del|di|le|den|el|il)\b ?|^am ", "", text, flags=re.IGNORECASE).strip()
    found = re.fullmatch(
        r"(?:([0-9]{1,2})(?:st|nd|rd|th|er|º|°|\.)? )?([^\W\d_]{3,10})\.?"
        rf"(?: ([0-9]{{1,2}})(?:st|nd|rd|th)?)?,? ([0-9]{{4}}){_CLOCK}",
        text,
        re.IGNORECASE,
    )
    if found is None or (found[1] and found[3]) or (month := month_of(found[2])) is None:
        return None
    day = found[1] or found[3]
    if not day:
        return f"{found[4]}-{month:02}" if found[5] is None else None
    return _clocked(f"{found[4]}-{month:02}-{int(day):02}", *found.group(5, 6, 7))


def _season(text: str) -> str | None:
    found = re.fullmatch(
        r"([a-z]+)(?: of)? ([0-9]{4})(?: ?[/\u2010-\u2014-] ?([0-9]{2}|[0-9]{4}))?", text, re.IGNORECASE
    )
    number = _SEASONS.get(found[1].casefold()) if found else None
    if found is None or number is None:
        return None
    is_next = found[3] is None or (int(found[3]) - int(found[2])) % _CENTURY == 1
    # Of the seasons, winter alone lies in two years.
    return f"{found[2]}-{number}" if is_next and (found[3] is None or number == _WINTER) else None


def _quarter(text: str) -> str | None:
    if found := re.fullmatch(r"(?:Q([1-4])[ /]?([0-9]{4})|([0-9]{4})[ /-]?Q([1-4]))", text, re.IGNORECASE):
        return f"{found[2] or found[3]}-{32 + int(found[1] or found[4])}"
    return None


_IN_WORDS: Final[tuple[Callable[[str], str | None], ...]] = (_day_of_month, _season, _quarter)


def month_of(name: str) -> int | None:
    """Return the number of the month of this name, whole or by its first letters; None if it is that of none or two."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    found = [
        number for number, names in enumerate(_MONTHS, 1) if any(known.startswith(folded) for known in names.split())
    ]
    return found[0] if len(found) == 1 and len(folded) >= _SHORTEST else None
