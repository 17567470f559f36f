"""The only door through which text from outside reaches a terminal.

What a source, a script or a file name says may hold escape sequences, marks that turn the order of characters round,
and characters that nobody sees. Here all of them become visible, and none is dropped, so that what is shown differs
from what is recorded only where it would otherwise deceive.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from tracker.unseen import JOINING, UNSEEN, as_seen, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many names of a long list a person is told.
_MOST: Final = 12
#: What is unseen or obeyed, but for line breaks and tabs.
_TO_SHOW_IN_LINES: Final = re.compile(f"(?<=[{JOINING}])[\u200c\u200d](?=[{JOINING}])|((?![\n\t])[{UNSEEN}])")


def clean(text: object) -> str:
    r"""Return a text for one line of a terminal, with what is unseen or obeyed made visible.

    A control character becomes its picture (``␛``, a line break ``␊``), any other such character its number
    (``⟨U+202E⟩``). Zero-width joiners stay where the spelling of a script needs them.

    >>> clean("a\x1b[2Jb")
    'a␛[2Jb'
    """
    return visible(str(text))


def clean_lines(text: object) -> str:
    """Return a text of several lines for a terminal: as `clean`, but line breaks stay and a tab is a space."""
    return _TO_SHOW_IN_LINES.sub(as_seen, str(text).replace("\r\n", "\n")).replace("\t", " ")


def width(text: str) -> int:
    """Return how many columns a cleaned text takes on a terminal (UAX #11; ambiguous characters are narrow)."""
    # wcwidth knows more of signs made of several, and takes 36 ms to import, a twentieth of a whole `status`.
    # The workspace counts as Textual does, which draws what is counted.
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def shorten(text: str, columns: int) -> str:
    """Return a cleaned text in at most so many columns, an ellipsis at its end where something is left out."""
    if width(text) <= columns:
        return text
    taken, kept = 0, []
    for character in text:
        taken += _columns(character)
        if taken >= columns:
            break
        kept.append(character)
    return "".join(kept) + "…" if columns > 0 else ""


def wrap(text: str, columns: int) -> list[str]:
    """Return a cleaned text as lines of at most so many columns, broken between words where it can be; one at least."""
    lines, line, taken = [], "", 0
    for word in text.split(" "):
        for part in _parts(word, max(columns, 2)):
            wide = width(part)
            if line and taken + 1 + wide > columns:
                lines.append(line)
                line, taken = part, wide
            else:
                line, taken = (f"{line} {part}", taken + 1 + wide) if line else (part, wide)
    return [*lines, line]


def listed(names: Iterable[object]) -> str:
    """Return names for a person, cleaned, a long list cut: ``a, b … and 173 more``."""
    given = list(names)
    kept = ", ".join(clean(name) for name in given[:_MOST])
    return f"{kept} … and {len(given) - _MOST:,} more" if len(given) > _MOST else kept


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun: ``1 entry``, ``2,000 entries``."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _parts(word: str, columns: int) -> list[str]:
    """Return a word in parts of at most so many columns."""
    if width(word) <= columns:
        return [word]
    parts: list[str] = []
    part: list[str] = []
    taken = 0
    for character in word:
        wide = _columns(character)
        if taken + wide > columns:
            parts.append("".join(part))
            part, taken = [], 0
        part.append(character)
        taken += wide
    return [*parts, "".join(part)]


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def in_words(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value of a field, as JSON holds it, in one line for people; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{clean(name)} {in_words(item)}" for name, item in value.items())
    return clean(value)
