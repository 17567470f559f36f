"""Identity: one name for two parties, one person with two roles, and sources that repeat one another in a circle."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from projections.claims.persons import fold_name
from projections.judgement.findings.finding import Finding, listed
from projections.judgement.voices import evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from projections.claims.persons import Persons
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers


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


def _gives_role(reading: Reading) -> bool:
    for item in reading.evidence:  # noqa: SIM110 - asked of every entry, most of which have one piece: a generator costs more
        if item.role:
            return True
    return False


class _Role(NamedTuple):
    """A role that a piece of evidence gives a person; `order` is the fold order of the claim that it supports."""

    order: tuple[int, int, int]
    role: str
    entry: str
    person: str
    written: str


class Roles:
    """The roles that evidence gives to persons, kept up to date as entries come into force and go.

    The time of a piece of evidence is that of the claim that it supports.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, dict[_Role, None]] = {}
        self._by_entry: dict[str, list[tuple[str, _Role]]] = {}
        #: Names whose roles are others since findings were last asked for, and what was found then, by person.
        self._stale: dict[str, None] = {}
        self._found: dict[str, Finding] = {}
        self._persons: Persons | None = None
        self._names: dict[str, dict[str, None]] = {}

    def put(self, reading: Reading, get: Callable[[str], Reading | None]) -> bool:
        """Take in an entry in force, as it reads, and say whether it gives or gave a role.

        `get` finds those that corroborate it.
        """
        had = reading.id in self._by_entry and self.drop(reading.id)
        # What corroborates a claim counts with the claim.
        if not _gives_role(reading) or reading.kind == "EntryCorroborated":
            return had
        if reading.corroborated_by:
            carried = list(evidence_of(get, (reading,)))
        else:
            carried = [(reading.id, item) for item in reading.evidence]
        kept = []
        for entry, item in carried:
            if item.role and item.attributed_to:
                name, role = fold_name(item.attributed_to), fold_name(item.role)
                if name and role:
                    one = _Role(reading.order, role, entry, item.attributed_to, item.role)
                    kept.append((name, one))
                    self._by_name.setdefault(name, {})[one] = None
                    self._stale[name] = None
        if kept:
            self._by_entry[reading.id] = kept
        return had or bool(kept)

    def drop(self, entry: str) -> bool:
        """Leave out an entry that is no longer in force, and say whether it gave a role."""
        kept = self._by_entry.pop(entry, None)
        if kept is None:
            return False
        for name, one in kept:
            self._by_name[name].pop(one, None)
            self._stale[name] = None
        return True

    def findings(self, persons: Persons) -> tuple[Finding, ...]:
        """Return the persons to whom evidence of overlapping time gives two roles, with the entries that carry it."""
        if persons is not self._persons:
            self._persons = persons
            self._names.clear()
            self._found.clear()
            self._stale = dict.fromkeys(self._by_name)
        stale: dict[str, None] = {}
        for name in self._stale:
            person = persons.key(name)
            stale[person] = None
            self._names.setdefault(person, {})[name] = None
        self._stale.clear()
        for person in stale:
            found = self._find(persons, person)
            if found is not None:
                self._found[person] = found
            else:
                self._found.pop(person, None)
        return tuple(self._found[person] for person in sorted(self._found))

    def _find(self, persons: Persons, person: str) -> Finding | None:
        given = [one for name in self._names[person] for one in self._by_name[name]]
        if len({one.role for one in given}) < 2 or not (apart := _apart(sorted(given))):  # noqa: PLR2004 - two roles
            return None
        written = list({one.role: one.written for one in apart}.values())
        entries = tuple(dict.fromkeys(one.entry for one in apart))
        message = f"{persons.name(person, apart[0].person)} is called {listed(written)} at one time."
        return Finding("identity", f"person:{person.replace(' ', '-')}", entries, message)


def _apart(found: Sequence[_Role]) -> list[_Role]:
    """Return those roles, of two at least, beside which another one is given at an overlapping time."""
    ends: dict[str, tuple[list[int], list[int]]] = {}
    for (lower, upper, _), role, *_ in found:
        lowers, uppers = ends.setdefault(role, ([], []))
        lowers.append(lower)
        uppers.append(upper)
    for lowers, uppers in ends.values():
        lowers.sort()
        uppers.sort()
    # All that have begun by its end, but for those that ended before it began, overlap it.
    return [
        one
        for one in found
        if any(
            bisect_right(lowers, one.order[1]) > bisect_left(uppers, one.order[0])
            for role, (lowers, uppers) in ends.items()
            if role != one.role
        )
    ]


def circles(registers: Registers, get: Callable[[str], Reading | None]) -> Iterator[Finding]:
    """Yield the circles of sources that are said to repeat one another; they are not gone round, and are one voice."""
    sources = registers.sources
    for circle in registers.relays.cycles:
        entries: dict[str, None] = {}
        for name in circle:
            if name in sources:
                reading = get(sources[name].entry)
                entries.update(dict.fromkeys((sources[name].entry, *(reading.corrected_by if reading else ()))))
        verb = "relay one another in a cycle" if len(circle) > 1 else "is said to relay itself"
        message = f"{listed(circle)} {verb}, which cannot be; that counts as one voice."
        yield Finding("relay-cycle", f"source:{circle[0]}", tuple(entries), message)
