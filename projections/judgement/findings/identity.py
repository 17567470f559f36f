"""Identity: one name for two parties, two roles of a person, two sources at one address, sources in a circle."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from projections.claims.persons import fold_name
from projections.judgement.findings import Finding
from projections.judgement.voices import evidence_of
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from projections.claims.persons import Persons
    from projections.claims.readings import Order, Reading
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


def addresses(registers: Registers) -> Iterator[Finding]:
    """Yield the addresses at which several sources are registered, which may be one source."""
    found: dict[str, list[str]] = {}
    for source in registers.sources.values():
        if source.url is not None and (address := _address(source.url)):
            found.setdefault(address, []).append(source.id)
    for names in found.values():
        if len(names) > 1:
            names.sort()
            entries = tuple(registers.sources[name].entry for name in names)
            yield Finding("identity", f"source:{names[0]}", entries, f"{listed(names)} have one address.")


def _address(url: str) -> str:
    """Return an address as addresses are compared: the case of the host and a last slash make no other one."""
    scheme, separator, rest = url.strip().partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}".rstrip("/")


class Role(NamedTuple):
    """A role that a piece of evidence gives a person; `order` is the fold order of the claim that it supports."""

    order: Order
    role: str
    entry: str
    person: str
    written: str


def roles_in(reading: Reading, get: Callable[[str], Reading | None]) -> Iterator[tuple[str, Role]]:
    """Yield the roles that an entry's evidence gives to persons, each with the person's name as names are compared.

    The time of a piece of evidence is that of the claim that it supports; `get` finds the entries that corroborate it.
    """
    # What corroborates a claim counts with the claim.
    if reading.kind != "EntryCorroborated" and any(item.role for item in reading.evidence):
        for entry, item in evidence_of(get, (reading,)):
            if item.role and item.attributed_to:
                name, role = fold_name(item.attributed_to), fold_name(item.role)
                if name and role:
                    yield name, Role(reading.order, role, entry, item.attributed_to, item.role)


def two_roles(persons: Persons, person: str, given: Iterable[Role]) -> Finding | None:
    """Return the finding that evidence of overlapping time gives a person two roles, with the entries that carry it."""
    known = set(given)
    if len({one.role for one in known}) < 2 or not (apart := _apart(sorted(known))):  # noqa: PLR2004 - two roles
        return None
    written = list({one.role: one.written for one in apart}.values())
    entries = tuple(dict.fromkeys(one.entry for one in apart))
    message = f"{persons.name(person, apart[0].person)} is called {listed(written)} at one time."
    return Finding("identity", f"person:{person.replace(' ', '-')}", entries, message)


def _apart(found: Sequence[Role]) -> list[Role]:
    """Return those roles, of two at least, beside which another one is given at an overlapping time."""
    ends: dict[str, tuple[list[int], list[int]]] = {}
    for (lower, upper, *_), role, *_ in found:
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
