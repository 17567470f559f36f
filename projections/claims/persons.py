"""Persons: one person under the several spellings in which sources name him."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from projections.claims.graphs import components

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Marks that transliterations put in or leave out: they are dropped, where other punctuation parts words.
_DROPPED: Final = frozenset("'\"`’‘ʼʻʿʾ\N{ACUTE ACCENT}")


@lru_cache(maxsize=16_384)
def fold_name(name: str) -> str:
    """Return a name as names are compared: without case, accents, apostrophes and punctuation, with single spaces.

    Honorifics, initials and the order of names stay as they are: that two spellings are one person beyond this is the
    analyst's to say, with `AliasAdded`. (Compatibility caseless matching: Unicode, section 3.13, definition 146.)

    >>> fold_name("  Ali  TASE'-Ñ ")
    'ali tase n'
    """
    letters = []
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", name).casefold())
    for letter in unicodedata.normalize("NFKD", decomposed.casefold()):
        category = unicodedata.category(letter)
        if category[0] in "LN":
            letters.append(letter)
        elif category[0] != "M" and category != "Cf" and letter not in _DROPPED:
            letters.append(" ")
    return " ".join("".join(letters).split())


class Persons:
    """Who is who among the persons whom sources cite, from the aliases in force.

    An alias holds both ways, and through others: all spellings that aliases join are one person.
    """

    def __init__(self, aliases: Iterable[tuple[str, str, str]] = ()) -> None:
        spellings: dict[str, list[str]] = {}
        joined: dict[str, list[str]] = {}
        said_to_be_alias = set()
        for person, alias, _ in aliases:
            name, other = fold_name(person), fold_name(alias)
            if not name or not other:
                continue
            spellings.setdefault(name, []).append(person)
            spellings.setdefault(other, []).append(alias)
            if name != other:
                said_to_be_alias.add(other)
                joined.setdefault(name, []).append(other)
                joined.setdefault(other, []).append(name)
        #: For each spelling that an alias concerns, the one that stands for the person.
        self._keys: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._spellings: dict[str, list[str]] = {}
        for group in components(spellings, lambda name: joined.get(name, ())):
            chosen = min(group, key=lambda name: (name in said_to_be_alias, name))
            self._keys.update(dict.fromkeys(group, chosen))
            self._names[chosen] = min(spellings[chosen])
            self._spellings[chosen] = sorted({spelling for name in group for spelling in spellings[name]})

    def key(self, name: str | None) -> str:
        """Return what all spellings of a person share; empty where nobody is named."""
        folded = fold_name(name) if name else ""
        return self._keys.get(folded, folded)

    def name(self, key: str, default: str = "") -> str:
        """Return how the register of aliases spells a person, or the default where it has none."""
        return self._names.get(key, default or key)

    def spellings(self, key: str) -> Sequence[str]:
        """Return all that the register of aliases calls a person, by what the spellings share."""
        return self._spellings.get(key, ())
