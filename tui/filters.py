"""Which entries a person wants to see or find: words, and names such as ``party:NER`` or ``family:talks``."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import nearest
from tracker.events.references import names
from tracker.events.registry import event_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.claims.readings import Reading
    from projections.claims.registers import Registers

#: What may stand before a colon.
KEYS: Final = ("party", "matter", "source", "type", "family", "grade", "id")
#: What looks like a field; a clock time, an address and a colon at the end of nothing are words.
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z-]*:(?!//)")
_GRADE: Final = re.compile(r"[A-Fa-f][1-6]?")
#: What the family is called of types that name none.
OTHER: Final = "other"


class FilterError(ValueError):
    """A filter that names something that does not exist; the message says what there is."""


def folded(text: str) -> str:
    """Return a text as it is compared: without case and without marks over and under letters."""
    if text.isascii():
        return text.casefold()
    return "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    ).casefold()


def words_of(reading: Reading) -> str:
    """Return everything that an entry says, ready to be searched; made once, since a filter asks at every key."""
    if reading.words is None:
        reading.words = _words_of(reading)
    return reading.words


def _words_of(reading: Reading) -> str:
    event = reading.event
    said: list[str] = [event.event, reading.id, event.note or ""]
    for name in type(event).model_fields:
        value: Any = event.__dict__[name]
        if name not in {"evidence", "negotiation", "id", "note"} and value is not None:
            said.append(" ".join(map(str, value)) if isinstance(value, tuple) else str(value))
    for item in reading.evidence:
        said += [item.source, item.attributed_to or "", item.role or "", item.quote or "", item.paraphrase or ""]
    return folded("\n".join(said))


def parse(text: str, registers: Registers) -> Callable[[Reading], bool]:
    """Return what an entry must be to pass; all words must fit.

    Raises `FilterError` for a field, party, matter, source, type, family or grade that does not exist.
    """
    tests = [_test(word, registers) for word in text.split()]
    return lambda reading: all(test(reading) for test in tests)


def _test(word: str, registers: Registers) -> Callable[[Reading], bool]:
    key, _, value = word.partition(":")
    if not _FIELD.match(word):
        wanted = folded(word)
        return lambda reading: wanted in words_of(reading)
    key = key.casefold()
    if key not in KEYS:
        raise FilterError(f"there is no field {key!r}{nearest(key, KEYS)}; there are {', '.join(KEYS)}")
    if key == "grade":
        if not _GRADE.fullmatch(value):
            raise FilterError(f"there is no grade {value!r}; write a source's letter, A to F, or B2")
        return lambda reading: any(
            registers.grade(item.source, reading.credibility_of(item)).startswith(value.upper())
            for item in reading.evidence
        )
    if key == "id":
        return lambda reading: value in reading.id
    kinds = event_types()
    known: dict[str, Any] = {
        "party": registers.parties,
        "matter": registers.matters,
        "source": registers.sources,
        "type": kinds,
        "family": dict.fromkeys(kind.family or OTHER for kind in kinds.values()),
    }
    name = next((name for name in known[key] if name.casefold() == value.casefold()), None)
    if name is None:
        hint = nearest(value, known[key]) or f"; there are {', '.join(list(known[key])[:8])}"
        raise FilterError(f"there is no {key} {value!r}{hint}")
    return _TESTS[key](name)


def _source(name: str) -> Callable[[Reading], bool]:
    def test(reading: Reading) -> bool:
        if any(item.source == name for item in reading.evidence):
            return True
        # A register and an assessment are about a source; a claim that names one rests on it.
        return reading.event.kind_of_entry == "claim" and name in names(reading.event, "source")

    return test


_TESTS: Final[dict[str, Callable[[str], Callable[[Reading], bool]]]] = {
    "party": lambda name: lambda reading: name in names(reading.event, "party"),
    "matter": lambda name: lambda reading: name in names(reading.event, "matter"),
    "source": _source,
    "type": lambda name: lambda reading: reading.event.event == name,
    "family": lambda name: lambda reading: (reading.event.family or OTHER) == name,
}
