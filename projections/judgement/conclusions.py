"""Conclusions: what is said of a subject from any set of its entries: a state, a stance, or partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from projections.claims.readings import MACHINES, split
from projections.judgement.positions import Position, position_of
from projections.judgement.states import State, conclude, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading


@dataclass(frozen=True, slots=True)
class Partners:
    """Whom a party says it is open to, or deepens its ties with, as they are named, and because of which entries."""

    party: str
    partners: tuple[str, ...]
    because: tuple[str, ...]


#: What is said of a subject.
View: TypeAlias = State | Position | Partners


def view_of(subject: str, readings: Sequence[Reading]) -> View | None:
    """Return what can be said of a subject from its standing entries in fold order; None where they say nothing."""
    family, name = split(subject)
    if not readings:
        return None
    if family in MACHINES:
        return conclude(subject, readings)
    if family == "position":
        party, _, matter = name.partition("/")
        return position_of(party, matter, readings)
    return partners_of(name, readings)


def partners_of(party: str, readings: Iterable[Reading]) -> Partners | None:
    """Return the partners that a party's standing entries name; None where they only deny."""
    partners: dict[str, None] = {}
    because: list[str] = []
    for reading in readings:
        if reading.asserts:
            fields = reading.event.__dict__
            named = fields.get("toward") or (fields.get("with_"),)
            partners.update(dict.fromkeys(name for name in named if name))
            because.append(reading.id)
    return Partners(party, tuple(partners), tuple(because)) if because else None


def conclusion(subject: str, readings: Sequence[Reading]) -> tuple[str | None, list[Reading]]:
    """Return a thing's state or a party's stance from its entries in fold order, and the entries that assert it.

    None where nothing says so, and for subjects that have neither.
    """
    family, name = split(subject)
    if not readings or family not in {*MACHINES, "position"}:
        return None, []
    if family == "position":
        party, _, matter = name.partition("/")
        position = position_of(party, matter, readings)
        because = frozenset(position.because)
        return position.stance, [reading for reading in readings if reading.id in because]
    life = fold(MACHINES[family], name, readings)
    return life.state, life.because or list(readings)
