"""Figures as people write them in a form: read whole, or not at all, with what each may mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from projections.wording.sentences import figure_text as words_of_figure
from tui.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: A blank, of whatever width, a comma or an apostrophe divides thousands, and the same one all of them.
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}([, \u00a0\u2009\u202f'\u2019])[0-9]{3}(?:\1[0-9]{3})*(?:\.[0-9]+)?")
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TO: Final = r"(?:-|\u2013|\u2014|\.\.|\sto\s)"
_ABOUT: Final = re.compile(r"(?:~|\u2248|(?:about|around|approximately|approx\.?|circa|ca\.?|c\.)\s)\s*", re.IGNORECASE)
_RANGE: Final = re.compile(rf"([^-\u2013\u2014]+?)\s*{_TO}\s*([^-\u2013\u2014]+)", re.IGNORECASE)
_MOST: Final = re.compile(r"[<\u2264]=?\s*(.+)")
_LEAST: Final = re.compile(r"[>\u2265]=?\s*(.+)|(.+?)\s*\+")
_BELOW: Final = re.compile(r"[-\u2212\u2013]\s*([0-9]+)")
_SIGNS: Final = re.compile(r"[^0-9]+")
_ENDS: Final = ("low", "high")
#: How figures are written, as the hint of a field shows it.
HINT: Final = "1000, ~1000, 650-1000, >600, <1100"
#: No figure is longer, with all that stands around it.
_MOST_CHARACTERS: Final = 100
#: Digits of a number that is written out in a message, and columns of what is no figure.
_MOST_DIGITS: Final = 20
_LONGEST: Final = 40


def number_of(text: str) -> str | None:
    """Return a number without what divides its thousands; None for what is none.

    >>> number_of("1 000"), number_of("1,000.5"), number_of("1,00"), number_of("1000 2000")
    ('1000', '1000.5', None, None)
    """
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return text
    found = _GROUPED.fullmatch(text)
    return text.replace(found[1], "") if found else None


def figure_of(text: str) -> dict[str, Any] | None:
    """Return the parts of a figure, None for what is none: nothing of a text is left out.

    >>> figure_of("about 1,000"), figure_of("650-1 000"), figure_of("1000 2000")
    ({'value': '1000', 'approximate': True}, {'low': '650', 'high': '1000'}, None)
    """
    text = text.strip()
    if len(text) > _MOST_CHARACTERS:
        return None
    about = _ABOUT.match(text)
    rest = text[about.end() :] if about else text
    found: dict[str, str | None]
    if (number := number_of(rest)) is not None:
        found = {"value": number}
    elif match := _MOST.fullmatch(rest):
        found = {"high": number_of(match[1])}
    elif match := _LEAST.fullmatch(rest):
        found = {"low": number_of(match[1] or match[2])}
    elif match := _RANGE.fullmatch(rest):
        found = {"low": number_of(match[1]), "high": number_of(match[2])}
    else:
        return None
    if None in found.values():
        return None
    return {**found, **({"approximate": True} if about else {})}


def in_words(text: str) -> str:
    """Return what a figure is read as; empty for what is none.

    >>> in_words("~1 000"), in_words("650 to 1000"), in_words("1000 2000")
    ('about 1,000', '650–1,000', '')
    """
    figure = figure_of(text) if len(text) <= _LONGEST else None
    if figure is None:
        return ""
    ends = [figure.get(part) or figure.get("value") for part in _ENDS]
    low, high = (None if end is None else float(end) if "." in end else int(end) for end in ends)
    return words_of_figure(low, high, approximate=bool(figure.get("approximate")))


def readings_of(text: str) -> str:
    """Return what is wrong with a text that is no figure, with each figure that it may mean."""
    text = text.strip()
    readings = dict(_readings(text))
    said = f"{shorten(text, _LONGEST)} is no figure; "
    return said + (", ".join(f"for {what} write {text}" for what, text in readings.items()) or f"write it as {HINT}")


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield each figure that a text may mean, in words and as it is to be written."""
    if below := _BELOW.fullmatch(text):
        yield f"up to {below[1]}", f"<{below[1]}"
        yield below[1], below[1]
        return
    parts = _SIGNS.split(text)
    whole = "".join(parts)
    if len(parts) == 1 or not all(parts) or len(whole) > _MOST_DIGITS:
        return
    yield f"{int(whole):,}", f"{int(whole)}"
    if len(parts) == len(_ENDS):
        low, high = parts
        if "," in text:
            yield f"{low} and a fraction", f"{low}.{high}"
        elif int(low) <= int(high):
            yield "a range", f"{low}-{high}"


def figure_text(figure: Mapping[str, Any]) -> str:
    """Return a figure as a form takes it."""
    about = "~" if figure.get("approximate") else ""
    if figure.get("value") is not None:
        return f"{about}{figure['value']}"
    low, high = figure.get("low"), figure.get("high")
    if low is None:
        return f"{about}<{high}"
    return f"{about}>{low}" if high is None else f"{about}{low}-{high}"
