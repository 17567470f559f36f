"""Identity: one name for two parties, one person with two roles, and sources that repeat one another in a circle."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from projections.findings.finding import Finding, listed
from projections.persons import fold_name
from projections.voices import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims import Claims
    from projections.registers import Registers


def aliases(registers: Registers) -> Iterator[Finding]:
    """Yield the aliases that are used for two parties, or for one while they are another's name or id."""
    owners: dict[str, dict[str, str]] = {}
    spelt: dict[str, str] = {}
    for party, alias, entry in registers.party_aliases:
        folded = fold_name(alias)
        if folded:
            spelt.setdefault(folded, alias)
            owners.setdefault(folded, {}).setdefault(party, entry)
    for known in registers.parties.values():
        for name in (known.id, known.name or ""):
            if (folded := fold_name(name)) in owners:
                owners[folded].setdefault(known.id, known.entry)
    for folded, parties in owners.items():
        if len(parties) > 1:
            names = sorted(parties)
            entries = tuple(dict.fromkeys(parties[name] for name in names))
            message = f"{spelt[folded]} is used for {listed(names)}."
            yield Finding("identity", f"party:{names[0]}", entries, message)


class _Role(NamedTuple):
    """A role that a piece of evidence gives a person, with the bounds of the claim that it supports."""

    role: str
    lower: int
    upper: int
    entry: str
    written: str


def roles(claims: Claims) -> Iterator[Finding]:
    """Yield the persons to whom evidence of overlapping time gives two roles.

    The time of a piece of evidence is that of the claim that it supports. The entries named are those that carry the
    evidence.
    """
    given: dict[str, list[_Role]] = {}
    names: dict[str, str] = {}
    persons = claims.registers.persons
    for reading in (*claims.standing, *claims.knowledge):
        if reading.event.event == "EntryCorroborated":
            continue  # its evidence counts with the claim that it joined
        if not any(item.role for item in reading.evidence):
            continue
        for entry, item in evidence_of(claims, (reading,)):
            if item.role and (role := fold_name(item.role)) and (person := persons.key(item.attributed_to)):
                names.setdefault(person, item.attributed_to or person)
                given.setdefault(person, []).append(_Role(role, reading.lower, reading.upper, entry, item.role))
    for person, found in given.items():
        if len({one.role for one in found}) > 1 and (apart := _apart(found)):
            written = list({one.role: one.written for one in apart}.values())
            entries = tuple(dict.fromkeys(one.entry for one in apart))
            message = f"{persons.name(person, names[person])} is called {listed(written)} at one time."
            yield Finding("identity", f"person:{person.replace(' ', '-')}", entries, message)


def _apart(found: Iterable[_Role]) -> list[_Role]:
    """Return those roles beside which another one is given at an overlapping time."""
    found = list(found)
    ends: dict[str, tuple[list[int], list[int]]] = {}
    for one in found:
        lowers, uppers = ends.setdefault(one.role, ([], []))
        lowers.append(one.lower)
        uppers.append(one.upper)
    for lowers, uppers in ends.values():
        lowers.sort()
        uppers.sort()

    def meets(one: _Role, role: str) -> bool:
        # All that have begun by its end, but for those that ended before it began, overlap it.
        lowers, uppers = ends[role]
        return bisect_right(lowers, one.upper) > bisect_left(uppers, one.lower)

    return [one for one in found if any(meets(one, role) for role in ends if role != one.role)]


def circles(claims: Claims) -> Iterator[Finding]:
    """Yield the circles of sources that are said to repeat one another; they are not gone round, and are one voice."""
    sources = claims.registers.sources
    for circle in claims.registers.relays.cycles:
        entries: dict[str, None] = {}
        for name in circle:
            if name in sources:
                reading = claims.get(sources[name].entry)
                entries.update(dict.fromkeys((sources[name].entry, *(reading.corrected_by if reading else ()))))
        verb = "repeat one another" if len(circle) > 1 else "is said to repeat itself"
        message = f"{listed(circle)} {verb}, which cannot be; they count as one voice."
        yield Finding("relay-cycle", f"source:{circle[0]}", tuple(entries), message)
