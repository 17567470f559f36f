"""Quotes: whether what a draft quotes is in the text that was captured.

The two are compared as a reader compares them: case, spaces, soft hyphens, words that were broken at the end of a line,
ligatures and other forms of one letter (Unicode's NFKC), quotation marks and dashes of any kind make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.drafts.captured import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
#: What is passed over (a soft hyphen with the break behind it, what nobody sees, quotation marks with the spaces that
#: French puts inside, a hyphen inside a word, broken or not), a space, a run of plain letters, anything else.
_PIECES: Final = re.compile(
    r"(?P<gone>\xad\s*|[\u200b-\u200f\u2060\ufeff]+|(?<!\w)«\s+|\s+»(?!\w)"
    r"|[\"'`\xb4\u2018-\u201f\u2039\u203a«»「」『』〝〞〟]"
    r"|(?<=[^\W\d_])[-\u2010\u2011]\s*(?=[^\W\d_]))"
    r"|(?P<space>\s+)|(?P<plain>[A-Za-z0-9]+)|(?P<other>.)"
)


#: What belongs to a figure before a digit of it, and behind one.
_IN_FIGURE_BEFORE: Final = re.compile(r"(?:\d[.,'\u2019\xa0\u202f]?|(?<!\w)[-\u2212])$")
_IN_FIGURE_BEHIND: Final = re.compile(r"[.,'\u2019\xa0\u202f]?\d")


class Folded(NamedTuple):
    """A text as texts are compared, the place that each of its characters has in the original, and the original."""

    text: str
    places: list[int]
    original: str

    def find(self, quote: str) -> tuple[int, int] | None:
        """Return where in the original a quote begins and ends, None if it is not there."""
        sought = folded(quote).text.strip()
        at = self.text.find(sought) if sought else -1
        while at >= 0:
            start, end = self.places[at], self.places[at + len(sought) - 1] + 1
            if not self._is_cut(start, end):
                return start, end
            at = self.text.find(sought, at + 1)
        return None

    def _is_cut(self, start: int, end: int) -> bool:
        """Say whether a place begins or ends inside a figure, or a word of a script that puts spaces between words."""
        text = self.original
        if text[start].isdecimal() and _IN_FIGURE_BEFORE.search(text, max(0, start - 3), start):
            return True
        if text[end - 1].isdecimal() and _IN_FIGURE_BEHIND.match(text, end):
            return True
        return _is_in_word(text, start) or _is_in_word(text, end)


def _is_in_word(text: str, at: int) -> bool:
    """Say whether a place lies between two letters that have a case, as those of scripts with spaces have."""
    return 0 < at < len(text) and all(one.isalpha() and one.lower() != one.upper() for one in text[at - 1 : at + 1])


def folded(text: str) -> Folded:
    """Return a text as texts are compared."""
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    places: list[int] = []
    for match in _PIECES.finditer(text):
        start, end = match.span()
        if match.lastgroup == "plain":
            parts.append(match[0].lower())
            places += range(start, end)
        elif match.lastgroup == "space" and parts and parts[-1] != " ":
            parts.append(" ")
            places.append(start)
        elif match.lastgroup == "other":
            same = _as_compared(match[0])
            parts.append(same)
            places += [start] * len(same)
    return Folded("".join(parts), places, text)


@lru_cache(maxsize=4096)
def _as_compared(character: str) -> str:
    return unicodedata.normalize("NFKC", _DASHES.get(character, character)).casefold()


class Quote(NamedTuple):
    """A quote of a draft: of which item of its evidence, and whether its source's captured text holds it.

    `found` is None if nothing of that source is captured.
    """

    item: int
    source: str
    quote: str
    found: bool | None


class Captures:
    """The captured documents that quotes are looked for in.

    `folder` is that of the captures, None if there is none; `digests` are those of the documents by (negotiation,
    source).
    """

    def __init__(self, folder: Path | None, digests: Mapping[tuple[str, str], str]) -> None:
        self._folder = folder
        self._digests = digests
        self._texts: dict[str, Folded | None] = {}

    def text(self, negotiation: str, source: str) -> Folded | None:
        """Return the captured text of a source, None if nothing of it is captured, or what is has no text."""
        digest = self._digests.get((negotiation, source))
        if self._folder is None or not digest:
            return None
        if digest not in self._texts:
            text = text_of(self._folder, digest)
            self._texts[digest] = folded(text) if text else None
        return self._texts[digest]

    def quotes(self, entry: Mapping[str, Any]) -> list[Quote]:
        """Return the quotes of an entry, as a script writes it."""
        found = []
        for index, item in enumerate(entry.get("evidence", ())):
            if quote := item.get("quote"):
                text = self.text(entry["negotiation"], item["source"])
                is_there = None if text is None else text.find(quote) is not None
                found.append(Quote(index, item["source"], quote, is_there))
        return found
