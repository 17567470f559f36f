"""Spelling: the known word that somebody may have meant by one that does not exist."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

#: Among more words than this nearly every word is somewhat like another; there only one slip of the hand is a hint.
_MANY: Final = 1000
#: Longer words are no names, and are not compared.
_LONG: Final = 100
_LIKENESS: Final = 60.0
#: Names of one script that are looked up, and words that they are compared with in all: some seconds of work.
MOST_NAMES: Final = 1000
_MOST_COMPARISONS: Final = 20_000_000


class Words:
    """Known words, among which the nearest to one after another is looked for."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._names: dict[str, str] = {}
        #: How many words were taken in, those that differ in case alone included.
        self.count = 0
        self.add(known)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, known: Iterable[str]) -> None:
        """Take in more words."""
        for name in known:
            self._names[name.casefold()] = name
            self.count += 1

    def nearest(self, word: str) -> str | None:
        """Return the known word that is most like another one without regard to case, or None where none is.

        Among few words by their longest common subsequence, of subjects such as ``agreement:vfa`` that of what stands
        behind the family, too; among very many only what one letter left out, put in or mistaken, or two letters
        swapped, make of the word.
        """
        sought = word.casefold()
        if sought in self._names:
            return self._names[sought]
        if not self._names or not sought or len(sought) > _LONG:
            return None
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import OSA

        if len(self._names) > _MANY:
            found = process.extractOne(sought, self._names.keys(), scorer=OSA.distance, score_cutoff=1)
            return None if found is None else self._names[found[0]]
        _, colon, own = sought.partition(":")
        known: Collection[str] = self._names.keys()
        if colon:
            # That the family is the same makes no subject like another one.
            parts = ((name, name.partition(":")) for name in known)
            known = [
                name
                for name, (_, divided, rest) in parts
                if not divided or fuzz.ratio(own, rest) >= _LIKENESS or OSA.distance(own, rest) <= 1
            ]
        alike = process.extract(sought, known, scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=8)
        # Of those that are as like, the one that fewer slips of the hand make of the word.
        best = min(alike, key=lambda one: (-one[1], OSA.distance(sought, one[0])), default=None)
        return None if best is None else self._names[best[0]]

    def hint(self, word: str) -> str:
        """Return ``; did you mean 'NER'?`` for the nearest word, or an empty string."""
        found = self.nearest(word)
        return "" if found is None else f"; did you mean {found!r}?"


class Hints:
    """Hints for the names of one script that do not exist: each name is looked up once, and so many at most.

    Words that are known are read once a register and taken in as it grows; it only ever grows.
    """

    def __init__(self) -> None:
        self._registers: dict[tuple[str, str], Words] = {}
        self._entries: dict[str, Words] = {}
        self._found: dict[tuple[str, str, str], str] = {}
        self._comparisons = 0

    def among(self, negotiation: str, kind: str, name: str, known: Collection[str]) -> str:
        """Return the hint for a name that one of a negotiation's registers lacks, empty where there is none."""
        words = self._registers.setdefault((negotiation, kind), Words())
        if words.count < len(known):
            words.add(islice(known, words.count, None))
        return self._hint(negotiation, kind, name, words)

    def entry(self, negotiation: str, name: str, entries: Callable[[], Iterable[str]]) -> str:
        """Return the hint for an entry that a negotiation lacks; `entries` are its ids, asked for once."""
        if negotiation not in self._entries:
            self._entries[negotiation] = Words(entries())
        return self._hint(negotiation, "entry", name, self._entries[negotiation])

    def recorded(self, negotiation: str, entry: str) -> None:
        """Take in an entry that a negotiation got since its ids were asked for."""
        if self._entries and negotiation in self._entries:
            self._entries[negotiation].add((entry,))

    def _hint(self, negotiation: str, kind: str, name: str, words: Words) -> str:
        key = (negotiation, kind, name)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_NAMES or self._comparisons >= _MOST_COMPARISONS:
                return ""
            self._comparisons += len(words)
            found = self._found[key] = words.hint(name)
        return found
