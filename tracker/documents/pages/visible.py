"""The day that a reader sees on a page: as htmldate finds it (extra `capture`), or where another reading names it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final

from tracker.documents.dating import GivenDay
from tracker.documents.days import days_in
from tracker.documents.pages.markup import seen_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.html import HtmlElement

#: Characters of visible markup that htmldate looks through.
MOST: Final = 1 << 20
#: Lines that are looked through for a day.
_MOST_LINES: Final = 2000
_READ_ELSEWHERE: Final = ("script", "style", "meta", "link", "noscript", "svg", "template", "iframe", "base")


def _htmldate() -> Callable[..., str | None] | None:
    """Return what finds a day, None if it is not installed."""
    # Its fetching, of which nothing is used, binds a socket when it is imported, to see whether there is IPv6.
    had, socket.has_ipv6 = socket.has_ipv6, False
    try:
        from htmldate import find_date
    except ImportError:
        return None
    finally:
        socket.has_ipv6 = had
    return find_date


def visible_day(tree: HtmlElement, latest: str) -> str | None:
    """Return the day of publication that stands in the text of a page; None if there is none, or no htmldate.

    What other readings are made of is kept from it, so that where it agrees with one there are two.
    """
    find_date = _htmldate()
    if find_date is None:
        return None
    from lxml import etree

    etree.strip_elements(tree, *_READ_ELSEWHERE, with_tail=False)
    for element in tree.iter("time"):
        element.attrib.pop("datetime", None)
    content = etree.tostring(tree, encoding="utf-8", method="html")
    if len(content) > MOST:
        return None
    try:
        found = find_date(content, extensive_search=False, original_date=True, max_date=latest)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        # Whatever a hostile page makes of a library that guesses, it is no day.
        return None
    return found or None


def written_days(tree: HtmlElement, readings: Iterable[GivenDay]) -> Iterator[GivenDay]:
    """Yield the days of other readings that stand in the text of a page, a line's first one each.

    htmldate tells one day, and that may be one of an event, or of another page.
    """
    sought = {reading.day for reading in readings if not reading.weak}
    if not sought:
        return
    for line in seen_text(tree).split("\n", _MOST_LINES)[:_MOST_LINES]:
        for day in sought.intersection(days_in(line)):
            sought.discard(day)
            yield GivenDay("text", day, "text", weak=True)
