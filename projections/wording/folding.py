"""Text as searches compare it: without case, accents and vowel signs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from tracker.events.base import Event
from tracker.events.references import reference_fields
from tracker.events.registry import BUILT_IN

#: The fields of our own event types that hold words, in the order in which they are indexed.
WORDS: Final = (
    *("title", "summary", "note", "terms", "text", "content", "reason", "ground", "consequence", "measure", "label"),
    *("name", "alias", "aliases", "person", "publisher", "author", "force", "site", "venue", "authority"),
    *("destination", "candidates", "legislature", "outcome", "actor", "target", "heads"),
)
#: The same of a piece of evidence.
_SAID: Final = ("quote", "paraphrase", "attributed_to", "role")
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)


def fold(text: str) -> str:
    """Return a text in lower case with its marks removed, so that ``Zéine`` and ``zeine`` are the same (Unicode NFKD).

    Arabic vowel signs and the hamza on its carriers are marks too.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=256)
def _fields_of_words(kind: type[Event]) -> tuple[str, ...]:
    named = {attribute for attribute, *_ in reference_fields(kind)}
    words: list[str] = [name for name in WORDS if name in kind.model_fields]
    if kind not in BUILT_IN:
        # What another package adds is called as it likes.
        ours = next(
            base for base in kind.__mro__[1:] if issubclass(base, Event) and base.__module__.startswith("tracker.")
        )
        words += [name for name in kind.model_fields if name not in ours.model_fields and name not in words]
    return tuple(name for name in words if name not in named)


def words_of(event: Event) -> list[str]:
    """Return the words of an entry: titles, notes, terms, and its evidence's quotes, paraphrases and attributions."""
    words: list[str] = []
    values = event.__dict__
    for name in _fields_of_words(type(event)):
        value = values[name]
        if value:
            if isinstance(value, str):
                words.append(value)
            elif isinstance(value, tuple | list):
                words += [item for item in value if isinstance(item, str)]
    for item in values["evidence"]:
        said = item.__dict__
        for name in _SAID:
            if value := said[name]:
                words.append(value)
    return words


def match_query(text: str) -> str:
    """Return an FTS5 query that finds all the words of a text in any order; a word may end in ``*``.

    Everything else in it is taken as plain text, never as FTS5 syntax. Empty where it holds no word.
    """
    folded = fold(text)
    parts = []
    for match in _WORD.finditer(folded):
        prefix = "*" if folded[match.end() : match.end() + 1] == "*" else ""
        parts.append(f'"{match.group()}"{prefix}')
    return " ".join(parts)


def excerpt(event: Event, sought: str, length: int = 80) -> str:
    """Return the part of an entry's words around the first word that is sought, some `length` characters long."""
    wanted = [match.group() for match in _WORD.finditer(fold(sought))]
    for text in words_of(event):
        for match in _WORD.finditer(text):
            if any(fold(match.group()).startswith(word) for word in wanted):
                start = max(0, match.start() - length // 3)
                end = min(len(text), start + length)
                return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
    return ""
