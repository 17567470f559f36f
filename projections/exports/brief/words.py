"""Dates, cuts and values as a reader of a brief meets them: ISO days, with what is not certain said in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from projections.wording.sentences import figure_text, is_state, listed, vote_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from projections.claims.cut import Cut

NOTHING: Final = "not known"
#: The aspects of a change that are dates.
_DATES: Final = frozenset({"since", "deadline", "scheduled", "due"})
_OPEN_ENDS: Final = frozenset({"", ".."})
_LESS_THAN_A_DAY: Final = (
    (re.compile(r"(-?[0-9]{4}-[0-9]{2})-XX"), r"a day in \1"),
    (re.compile(r"(-?[0-9]{4})-XX-XX"), r"a day in \1"),
    (re.compile(r"(-?[0-9]{4})-XX"), r"a month in \1"),
    (re.compile(r"(-?[0-9]{3})X"), r"the \g<1>0s"),
    (re.compile(r"(-?[0-9]{2})XX"), r"a year from \g<1>00 to \g<1>99"),
)
SETTLED: Final = "Settled"
_AGAINST: Final = {
    "figure-conflict": "gives another figure",
    "date-conflict": "gives another date",
    "state-conflict": "says otherwise",
    "value-conflict": "says otherwise",
    "illegal-transition": "does not follow",
    "order-conflict": "is out of order",
    "retracted": "was said, and retracted",
    "superseded": "was said before",
}


def when(text: str | None) -> str:
    """Return an EDTF date in words, its days as written; empty for none.

    >>> when("2024-04~"), when("2024-05-06/2024-05-10"), when("[2024-05..]")
    ('about 2024-04', '2024-05-06 to 2024-05-10', '2024-05 or later')
    """
    if not text:
        return ""
    if text.startswith("["):
        return " or ".join(_of_set(part) for part in text[1:-1].split(","))
    start, slash, end = text.partition("/")
    if not slash:
        return _single(text)
    if start in _OPEN_ENDS:
        return NOTHING if end in _OPEN_ENDS else f"{_single(end)} or earlier"
    return f"{_single(start)} or later" if end in _OPEN_ENDS else f"{_single(start)} to {_single(end)}"


def _of_set(part: str) -> str:
    start, dots, end = part.partition("..")
    if not dots:
        return _single(part)
    if not start:
        return f"{_single(end)} or earlier"
    return f"some time from {_single(start)} to {_single(end)}" if end else f"{_single(start)} or later"


def _single(text: str) -> str:
    text = text.strip()
    mark = text[-1:] if text[-1:] in {"~", "?", "%"} else ""
    text = text.removesuffix(mark)
    for pattern, words in _LESS_THAN_A_DAY:
        if found := pattern.fullmatch(text):
            text = found.expand(words)
            break
    text = f"about {text}" if mark in {"~", "%"} else text
    return f"{text} (doubtful)" if mark in {"?", "%"} else text


def since(text: str | None) -> str:
    """Return since when something stands, in words; empty where that is not known."""
    if not text:
        return ""
    said = when(text)
    return f"since some time from {said}" if " to " in said and not said.startswith("some") else f"since {said}"


def dated(occurred: str | None, published: str | None) -> str:
    """Return when something happened, else when it was published, in words."""
    return when(occurred) or (f"published {when(published)}" if published else "no date")


def as_of(cut: Cut, today: date | None) -> str:
    """Return in words what a cut lets in; of an open one, with the day that the caller gave."""
    parts = []
    if cut.happened_by is not None:
        parts.append(f"had happened by {cut.happened_by}")
    if cut.known_by is not None:
        parts.append(f"was public by {cut.known_by}")
    if cut.recorded_by is not None:
        by = cut.recorded_by
        parts.append(f"was recorded up to entry {by} of the log" if by.startswith("#") else f"was recorded by {by}")
    if parts:
        return f"what {listed(parts)}"
    return f"all that is recorded, on {today.isoformat()}" if today else "all that is recorded"


def value(aspect: str, given: Any, names: Mapping[str, str] | None = None) -> str:  # noqa: ANN401 - any conclusion
    """Return the value of a conclusion in words; `names` are what to call those who voted."""
    if given is None or given in ((), []) or (isinstance(given, str) and not given.strip()):
        return "nothing" if is_state(aspect) and aspect != "outcome" else NOTHING
    if isinstance(given, dict):
        low, high, unit, scope = (given.get(name) for name in ("low", "high", "unit", "scope"))
        return figure_text(low, high, unit, scope, approximate=bool(given.get("approximate")))
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, tuple | list):
        return ", ".join(vote_text(item, names) if isinstance(item, dict) else str(item) for item in given)
    if aspect in _DATES:
        return when(str(given))
    return words(str(given)) if is_state(aspect) else str(given)


def against(how: str) -> str:
    """Return why an entry argues against a conclusion, as part of a sentence."""
    return _AGAINST.get(how, how)


def words(name: str) -> str:
    """Return a name of the vocabulary as words: ``denunciation-announced`` without its hyphen."""
    return name.replace("-", " ").replace("_", " ")


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun: ``1 entry``, ``2,000 entries``."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"
