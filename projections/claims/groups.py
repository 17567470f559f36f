"""Groups and bodies: for which parties somebody acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.claims.registers import Registers


def whose(registers: Registers, name: str) -> str:
    """Return the party whose body somebody is: a party itself, if it is none."""
    seen = set()
    while (party := registers.parties.get(name)) is not None and party.of and party.kind == "body" and name not in seen:
        seen.add(name)
        name = party.of
    return name


def members_of(registers: Registers, name: str) -> tuple[str, ...]:
    """Return the parties for which a party stands that is named as one: an organisation for itself, a group for all."""
    name = whose(registers, name)
    party = registers.parties.get(name)
    if party is None or not party.members or party.kind == "organisation":
        return (name,)
    return tuple(dict.fromkeys(whose(registers, member) for member in party.members))


def has_members(registers: Registers, name: str) -> bool:
    """Say whether somebody may act for others: a group or an organisation, or a body of one."""
    party = registers.parties.get(whose(registers, name))
    return party is not None and bool(party.members)


def stands_for(registers: Registers, name: str, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parties for which somebody acts: itself if it is one, else its members that are."""
    name = whose(registers, name)
    party = registers.parties.get(name)
    if name in parties or party is None or not party.members:
        return (name,)
    members = tuple(dict.fromkeys(whose(registers, member) for member in party.members))
    return tuple(member for member in members if member in parties) or members_of(registers, name)
