"""Which entries are meant: by the options of `log`, or as they are typed, such as ``party:NER`` or ``family:talks``."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from projections.claims.persons import fold_name
from projections.claims.readings import subjects_of
from tracker.dates import DateError, When, instant
from tracker.dates.informal import at_prompt
from tracker.errors import NameUnknownError, nearest
from tracker.events.references import REGISTERED_BY, actors, body_of, names
from tracker.events.registry import EVENT_TYPES, event_types, find_event_type
from tracker.events.stage import AliasAdded, PartyAdded, SourceRegistered
from tui.environment import today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from tracker.codec import Recorded
    from tracker.events.base import Event

#: What may stand before a colon.
KEYS: Final = ("party", "matter", "source", "speaker", "by", "type", "family", "grade", "id")
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


def joined(name: str) -> str:
    """Return a name of several words as a filter has it: as it is compared, with hyphens between.

    >>> joined("Ali Lamine  Zéine")
    'ali-lamine-zeine'
    """
    return fold_name(name).replace(" ", "-")


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
    if key == "speaker":
        wanted = registers.persons.key(value)
        return lambda reading: any(
            registers.persons.key(item.attributed_to) == wanted for item in reading.evidence if item.attributed_to
        )
    if key == "by":
        wanted = joined(value)
        return lambda reading: joined(reading.recorded.recorded_by) == wanted
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
    if name is None and key == "party":
        wanted = joined(value)
        name = next((party for party in registers.parties if wanted in map(joined, registers.called(party))), None)
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


class Selection:
    """What an entry must have to be listed; None asks for nothing.

    `since` and `until` are EDTF texts. Raises `click.UsageError` for a text that is no date.
    """

    def __init__(  # noqa: PLR0913 - one argument an option
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        party: str | None = None,
        matter: str | None = None,
        event: str | None = None,
        source: str | None = None,
        subject: str | None = None,
    ) -> None:
        self.since = read_date("--since", since)
        self.until = read_date("--until", until)
        self.names: dict[Literal["party", "matter", "source"], str | None] = {
            "party": party,
            "matter": matter,
            "source": source,
        }
        self.event = event
        self.subject = subject
        self._registered: dict[str, set[str]] = {kind: set() for kind in REGISTERED_BY.values()}
        self._published: dict[tuple[str, str], When] = {}
        #: The ids of the party that is asked for, by one of these or by what it is called, and all that it is called.
        self._parties: set[str] = set()
        self._called: set[str] = set()
        self._read: Callable[[str], Claims | None] = lambda _: None
        #: By negotiation, under which ids is found what is asked for.
        self._meant: dict[str, dict[str, set[str]]] = {}
        self._types: set[str] = set()
        self._subjects: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether every entry is meant."""
        asked = (self.since, self.until, self.event, self.subject, *self.names.values())
        return all(value is None for value in asked)

    def choose(
        self, entries: Iterable[Recorded], read: Callable[[str], Claims | None] = lambda _: None
    ) -> Iterator[Recorded]:
        """Yield the entries that are meant, by how they were recorded or by how they read; by dates, as they read.

        `read` gives how the entries of a negotiation read, None where that is not known. Raises `NameUnknownError` at
        the end where a name was asked for that none of the entries registers.
        """
        self._read = read
        if self.is_open:
            yield from entries
            return
        if self.names["party"] is not None:
            entries = list(entries)
            self._parties, self._called = _parties_called(self.names["party"], entries)
        for recorded in entries:
            self._register(recorded.event)
            if self._is_meant(recorded):
                yield recorded
        self._require_names()

    def _is_meant(self, recorded: Recorded) -> bool:
        event = recorded.event
        # Where a type alone is asked for, it does not matter how entries read.
        is_read = self.subject or self.since or self.until or any(self.names.values())
        claims = self._read(event.negotiation) if is_read else None
        reading = claims.get(recorded.id) if claims is not None else None
        events = (event,) if reading is None else (event, reading.event)
        if self.subject is not None:
            self._subjects.update(subject for one in events for subject in subjects_of(one))
        if self.event is not None and event.event != self.event:
            return False
        meant = self._meant.get(event.negotiation)
        if meant is None:
            meant = self._meant[event.negotiation] = self._ids(claims)
        for kind, ids in meant.items():
            if all(ids.isdisjoint(self._named(kind, one)) for one in events):
                return False
        if self.since is None and self.until is None:
            return True
        lower, upper = self._bounds(recorded, events[-1])
        if self.since is not None and upper < self.since.lower:
            return False
        return self.until is None or lower <= self.until.upper

    def _ids(self, claims: Claims | None) -> dict[str, set[str]]:
        """Return the ids of what is asked for, with those as which they read, by what it is."""
        asked: dict[str, set[str]] = {
            kind: {*self._parties} if kind == "party" else {name}
            for kind, name in self.names.items()
            if name is not None
        }
        if self.subject is not None:
            asked["subject"] = {self.subject}
        if claims is not None:
            for kind, ids in asked.items():
                ids.update([_kept(claims, name) if kind == "subject" else claims.kept(kind, name)[0] for name in ids])
        return asked

    def _named(self, kind: str, event: Event) -> Iterable[str]:
        """Return what an entry names of a kind, a body by which a party is called among the parties."""
        if kind == "subject":
            return subjects_of(event)
        if kind == "source":
            return _sources(event)
        if kind == "matter":
            return names(event, "matter")
        body = body_of(event)
        own = () if body is None else (body, *(self._parties if joined(body) in self._called else ()))
        return (*names(event, "party"), *own)

    def _bounds(self, recorded: Recorded, event: Event) -> tuple[int, int]:
        """Return when an entry happened, else became public: as given, by its earliest source, else when recorded."""
        when = event.occurred or event.published
        if when is None:
            dates = [
                date
                for item in event.evidence
                if (date := self._published.get((event.negotiation, item.source))) is not None
            ]
            when = min(dates, key=lambda date: (date.upper, date.lower), default=None)
        if when is not None:
            return when.lower, when.upper
        moment = instant(recorded.recorded_at)
        return moment, moment

    def _register(self, event: Event) -> None:
        self._types.add(event.event)
        kind = REGISTERED_BY.get(type(event))
        if kind is None:
            return
        name: str = getattr(event, kind)
        self._registered[kind].add(name)
        if kind == "source" and event.published is not None:
            self._published[event.negotiation, name] = event.published

    def _require_names(self) -> None:
        if self.subject is not None and self.subject not in self._subjects:
            hint = nearest(self.subject, self._subjects) or "; write it as in agreement:ID or position:PARTY/MATTER"
            raise NameUnknownError(f"nothing is recorded of {self.subject!r}{hint}")
        for kind, name in self.names.items():
            known = self._registered[kind]
            if name is not None and name not in known and not (kind == "party" and self._parties):
                raise NameUnknownError(f"there is no {kind} {name!r}{nearest(name, known)}")
        if self.event is not None and self.event not in self._types and find_event_type(self.event) is None:
            hint = nearest(self.event, EVENT_TYPES)
            raise NameUnknownError(
                f"there is no event type {self.event!r}{hint}; `communique schema --list` lists them"
            )


def _kept(claims: Claims, subject: str) -> str:
    """Return as which subject one reads, as ``agreement:vfa`` or ``agreement:vfa/PHL``."""
    family, _, name = subject.partition(":")
    name, slash, part = name.partition("/")
    return f"{family}:{claims.kept(family, name)[0]}{slash}{part}"


def _parties_called(name: str, entries: Iterable[Recorded]) -> tuple[set[str], set[str]]:
    """Return the parties of an id, or if there is none those of which it is a name or an alias, and all their names."""
    called: dict[str, set[str]] = {}
    ids = set()
    for event in (recorded.event for recorded in entries):
        if isinstance(event, PartyAdded | AliasAdded) and event.party is not None:
            told = (event.name, *event.aliases) if isinstance(event, PartyAdded) else (event.alias,)
            ids.add(event.party)
            for each in filter(None, told):
                called.setdefault(joined(each), set()).add(event.party)
    found = {name} if name in ids else called.get(joined(name), set())
    return found, {each for each, parties in called.items() if parties <= found}


def acting_party(event: Event) -> str | None:
    """Return the party that acts, the parties where several do; None where the entry names none."""
    return ", ".join(actors(event)) or None


def _sources(event: Event) -> set[str]:
    """Return the sources of an entry's evidence, and those that it registers or is about."""
    found = {item.source for item in event.evidence}
    # What a source repeats is told of that source, and is not what its registration is about.
    return found | ({event.source} if isinstance(event, SourceRegistered) else set(names(event, "source")))


def read_date(option: str, text: str | None) -> When | None:
    """Return the date that an option holds, None where it is not given; raises `click.UsageError`."""
    if text is None:
        return None
    try:
        return When(at_prompt(text, today()))
    except DateError as error:
        raise click.UsageError(f"{option}: {error}") from None
