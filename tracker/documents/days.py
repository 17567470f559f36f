"""Days of publication as documents write them: in ISO 8601, by numbers, in words, as seconds since 1970, in addresses.

A day is taken as it is written, whatever the zone of the clock time behind it: it is the day that a reader saw.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from tracker.dates.informal import informal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: No page says truly that it was published before newspapers were digitised from.
_FIRST: Final = date(1700, 1, 1)
_LONGEST: Final = 200
_ISO: Final = re.compile(r"(?<!\d)([12]\d{3})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_BASIC: Final = re.compile(r"(?<!\d)([12]\d{3})(\d\d)(\d\d)(?=T?\d{4}|T?\d{6}|$|\D)")
_CHARACTERS: Final = re.compile(r"([12]\d{3})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_EPOCH: Final = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_NUMBERS: Final = re.compile(r"(?<![\d/.-])\d{1,2}([./-])\d{1,2}\1[12]\d{3}(?!\d)")
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º)?\.?(?:\s|-)+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?(?:\s|-)+(?:de\s+|del\s+)?([12]\d{3})(?!\d)"
)
_MONTH_FIRST: Final = re.compile(r"(?<!\w)([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+([12]\d{3})(?!\d)")
#: How addresses hold days in numbers, with the groups that are year, month and day.
_IN_ADDRESS: Final = (
    (re.compile(r"(?<!\d)((?:19|20)\d\d)[/._-](\d{1,2})[/._-](\d{1,2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)/(\d\d)(\d\d)(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)"), (1, 2, 3)),
    (re.compile(r"/((?:19|20)\d\d)/[\w-]{2,40}/(\d{1,2})/(\d{1,2})/"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{1,2})[/_-](\d\d)[/_-]((?:19|20)\d\d)(?!\d)"), (3, 2, 1)),
)
#: How they hold days whose month has its name, with the groups that are day, month and year.
_NAMED_IN_ADDRESS: Final = (
    (re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]([a-z]{3,9})[/_-](\d{1,2})(?!\d)", re.IGNORECASE), (3, 2, 1)),
    (re.compile(r"(?<![a-z])([a-z]{3,9})-(\d{1,2})-((?:19|20)\d\d)(?!\d)", re.IGNORECASE), (2, 1, 3)),
    (re.compile(r"(?<!\d)(\d{1,2})[/_-]([a-z]{3,9})[/_-]((?:19|20)\d\d)(?!\d)", re.IGNORECASE), (1, 2, 3)),
)
_MONTH_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=[/_-])")


def day_text(year: str | int, month: str | int, day: str | int) -> str | None:
    """Return a day as ISO 8601 writes it, None if there is no such day."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if found >= _FIRST else None


def days_in(text: str) -> tuple[str, ...]:
    """Return the days that a short text may mean, by its first date: none, one, or two if only its order is unclear.

    >>> days_in("2024-05-06T23:30:00-04:00"), days_in("6 mai 2024")
    (('2024-05-06',), ('2024-05-06',))
    """
    text = text[:_LONGEST].strip()
    if found := (_ISO.search(text) or _BASIC.match(text) or _CHARACTERS.search(text)):
        parts = found.groups()
        day = day_text(parts[0], parts[-2], parts[-1])
        if day:
            return (day,)
    if seconds := _EPOCH.fullmatch(text):
        return (datetime.fromtimestamp(int(seconds[1]), UTC).date().isoformat(),)
    if words := _DAY_FIRST.search(text):
        return _informal(f"{words[1]} {words[2]} {words[3]}")
    if words := _MONTH_FIRST.search(text):
        return _informal(f"{words[1]} {words[2]}, {words[3]}")
    numbers = _NUMBERS.search(text)
    return _informal(numbers[0]) if numbers else ()


def _informal(text: str) -> tuple[str, ...]:
    found = informal(text)
    return tuple(reading for reading in found.readings if _ISO.fullmatch(reading)) if found else ()


def day_in_address(url: str) -> str | None:
    """Return the day that stands in an address, or its month (``2024-05``) if there is no more; else None."""
    return next(_days_in_address(url), None)


def _days_in_address(url: str) -> Iterator[str]:
    for pattern, order in _IN_ADDRESS:
        for found in pattern.finditer(url):
            if day := day_text(*(found[group] for group in order)):
                yield day
    for pattern, order in _NAMED_IN_ADDRESS:
        for found in pattern.finditer(url):
            yield from _informal(" ".join(found[group] for group in order))
    if month := _MONTH_IN_ADDRESS.search(url):
        yield f"{month[1]}-{month[2]}"
