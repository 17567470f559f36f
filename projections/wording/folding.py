"""Text as searches compare it: without case, accents, vowel signs and the Arabic article."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.events.base import Event
from tracker.events.references import reference_fields
from tracker.events.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The fields of our own event types that hold words, in the order in which they are indexed.
WORDS: Final = (
    *("title", "summary", "note", "terms", "text", "content", "reason", "ground", "consequence", "measure", "label"),
    *("name", "alias", "aliases", "person", "publisher", "author", "force", "site", "venue", "authority"),
    *("question", "body"),
    *("destination", "candidates", "legislature", "outcome", "actor", "target", "heads"),
)
#: The same of a piece of evidence.
_SAID: Final = ("quote", "paraphrase", "attributed_to", "role")
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
#: The Arabic article with what may be written before it as one word: and, by, as, so, for (Larkey's light stemming).
_ARTICLE: Final = re.compile(r"\b(?:[وفبك]?ال|لل)(?=[\u0620-\u064a]{2})")


def fold(text: str) -> str:
    """Return a text in lower case with its marks removed, so that ``Zéine`` and ``zeine`` are the same (Unicode NFKD).

    Arabic vowel signs and the hamza on its carriers are marks too, and Arabic words are taken without their article.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _ARTICLE.sub("", "".join(character for character in decomposed if not unicodedata.combining(character)))


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


class Term(NamedTuple):
    """A word that is sought, or what words begin with, as texts are compared."""

    word: str
    is_beginning: bool

    @property
    def query(self) -> str:
        """An FTS5 query for it, in which nothing is syntax."""
        return f'"{self.word}"{"*" if self.is_beginning else ""}'

    @property
    def pattern(self) -> str:
        """What is LIKE the words of a `bag` that holds it."""
        return f"% {self.word}%" if self.is_beginning else f"% {self.word} %"

    def is_in(self, words: str) -> bool:
        """Say whether the words of a `bag` hold it."""
        return (f" {self.word}" if self.is_beginning else f" {self.word} ") in words


def terms_of(text: str) -> list[Term]:
    """Return the words that are sought by a text; a word may end in ``*``, all else is taken as plain text."""
    folded = fold(text)
    return [Term(match.group(), folded[match.end() : match.end() + 1] == "*") for match in _WORD.finditer(folded)]


def bag(texts: Iterable[str]) -> str:
    """Return the words of some texts as they are compared, each between blanks."""
    return f" {' '.join(match.group() for text in texts for match in _WORD.finditer(fold(text)))} "


def excerpt(event: Event, sought: str, length: int = 80) -> str:
    """Return the part of an entry's words around the first word that is sought, some `length` characters long.

    If none is in them, as where a party's name has found it, they are shown from their beginning.
    """
    wanted = [term.word for term in terms_of(sought)]
    words = words_of(event)
    for text in words:
        for match in _WORD.finditer(text):
            if any(fold(match.group()).startswith(word) for word in wanted):
                start = max(0, match.start() - length // 3)
                end = min(len(text), start + length)
                return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
    first = words[0] if words else ""
    return f"{first[:length]}…" if len(first) > length else first
