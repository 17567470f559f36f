"""Voices: how many sources speak for something independently of one another, and how many against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.claims.persons import fold_name
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from tracker.events.base import Evidence


@dataclass(frozen=True, slots=True)
class Voice(Plain):
    """One independent voice: evidence that goes back to a common source, or cites a common person.

    `sources` are those that speak, `roots` where they have it from, `persons` whom they cite, `entries` those that
    carry it.
    """

    sources: tuple[str, ...]
    roots: tuple[str, ...]
    persons: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """The independent voices for something, and those against it: disputes and denials."""

    groups: tuple[Voice, ...] = ()
    opposed: tuple[Voice, ...] = ()

    @property
    def for_(self) -> int:
        """The number of voices for it."""
        return len(self.groups)

    @property
    def against(self) -> int:
        """The number of voices against it."""
        return len(self.opposed)

    def __str__(self) -> str:
        """Return ``2 for, 1 against``."""
        return f"{self.for_} for, {self.against} against"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers, and who speaks."""
        return {
            "for": self.for_,
            "against": self.against,
            "groups": [voice.to_json() for voice in self.groups],
            "opposed": [voice.to_json() for voice in self.opposed],
        }


def voices(claims: Claims, readings: Iterable[Reading], against: Iterable[Reading] = ()) -> Voices:
    """Return the independent voices for what some standing entries say together, and against it.

    Those of the objections to these entries are against it, and those of the entries `against` it.
    """
    readings = list(readings)
    opposed = {objection.id: objection for reading in readings for objection in claims.objections.get(reading.id, ())}
    opposed.update((reading.id, reading) for reading in against)
    return Voices(
        voices_among(claims.registers, evidence_of(claims.get, readings)),
        voices_among(claims.registers, evidence_of(claims.get, opposed.values())),
    )


def evidence_of(get: Callable[[str], Reading | None], readings: Iterable[Reading]) -> Iterator[tuple[str, Evidence]]:
    """Yield each piece of evidence with the entry that carries it: the claim, or what corroborates it.

    `get` finds the entries that corroborate others, as `Claims.get` does.
    """
    # Without recursion, since what corroborates may be corroborated in turn, at any length.
    stack = list(readings)[::-1]
    while stack:
        reading = stack.pop()
        further = [later for name in reading.corroborated_by if (later := get(name)) is not None]
        own = len(reading.evidence) - sum(len(later.evidence) for later in further)
        yield from ((reading.id, item) for item in reading.evidence[:own])
        stack += reversed(further)


def voices_among(registers: Registers, evidence: Iterable[tuple[str, Evidence]]) -> tuple[Voice, ...]:
    """Return the independent voices among pieces of evidence, each given with its entry, in the order given."""
    found = VoicesSoFar(registers)
    for entry, item in evidence:
        found.take(entry, item)
    return found.all()


class VoicesSoFar:
    """The independent voices among the pieces of evidence that were taken in so far.

    Two pieces are one voice where they share a root through relays, or the person whom they cite, or if neither cites a
    person the publisher of a root, directly or through others.
    """

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._pieces = 0
        self._groups: dict[int, _Group] = {}
        #: In which group a root, person or publisher is.
        self._found: dict[tuple[str, str], int] = {}

    @property
    def count(self) -> int:
        """The number of voices."""
        return len(self._groups)

    def take(self, entry: str, item: Evidence) -> None:
        """Take in the next piece of evidence, which an entry carries."""
        registers, groups, found = self._registers, self._groups, self._found
        marks = {("root", root): root for root in sorted(registers.relays.roots(item.source))}
        if person := registers.persons.key(item.attributed_to):
            marks["person", person] = item.attributed_to or person
        else:
            published = (registers.source(root).publisher for _, root in tuple(marks))
            marks.update({("publisher", key): name for name in published if name and (key := fold_name(name))})
        # What was told apart so far may be one voice by this piece; the earliest takes the others in.
        same = dict.fromkeys(found[mark] for mark in marks if mark in found)
        first = min(same, default=self._pieces)
        self._pieces += 1
        group = groups.setdefault(first, _Group({}, {}, {}))
        for taken in (groups.pop(other) for other in same if other != first):
            group.entries.update(taken.entries)
            group.sources.update(taken.sources)
            group.marks.update(taken.marks)
            found.update(dict.fromkeys(taken.marks, first))
        group.entries[entry] = group.sources[item.source] = None
        for mark, shown in marks.items():
            group.marks.setdefault(mark, shown)
        found.update(dict.fromkeys(marks, first))

    def all(self) -> tuple[Voice, ...]:
        """Return the voices, in the order of their first pieces."""
        return tuple(group.voice(self._registers) for group in self._groups.values())


class _Group(NamedTuple):
    """Evidence that is one voice so far: its entries and sources, and what makes it one, as found and as shown."""

    entries: dict[str, None]
    sources: dict[str, None]
    marks: dict[tuple[str, str], str]

    def voice(self, registers: Registers) -> Voice:
        return Voice(
            sources=tuple(self.sources),
            roots=tuple(name for kind, name in self.marks if kind == "root"),
            persons=tuple(
                registers.persons.name(name, shown) for (kind, name), shown in self.marks.items() if kind == "person"
            ),
            entries=tuple(self.entries),
        )
