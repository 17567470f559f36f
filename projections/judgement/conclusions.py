"""Conclusions: what is said of a subject from any set of its entries: a state, a stance, or partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from projections.claims.readings import MACHINES, split
from projections.judgement.positions import Position, Stance
from projections.judgement.states import State, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading


@dataclass(frozen=True, slots=True)
class Partners:
    """Whom a party says it is open to, or deepens its ties with, as they are named, and because of which entries."""

    party: str
    partners: tuple[str, ...]
    because: tuple[str, ...]


class Ties:
    """A party's partners as its entries that were taken in so far name them."""

    def __init__(self, party: str) -> None:
        self.party = party
        self.readings: list[Reading] = []
        self.because: list[Reading] = []
        self._names: list[str] = []
        self._partners: dict[str, None] = {}

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        self.readings.append(reading)
        if reading.asserts:
            fields = reading.event.__dict__
            named = fields.get("toward") or (fields.get("with_"),)
            self._partners.update(dict.fromkeys(name for name in named if name))
            self.because.append(reading)
            self._names.append(reading.id)

    def view(self) -> Partners | None:
        """Return the partners; None where the entries only deny."""
        return Partners(self.party, tuple(self._partners), tuple(self._names)) if self.because else None


#: What is said of a subject.
View: TypeAlias = State | Position | Partners


def gathering(subject: str) -> Thing | Stance | Ties:
    """Return what gathers a subject's conclusions from its entries in fold order, and goes on where it stopped."""
    family, name = split(subject)
    if family in MACHINES:
        return Thing(family, name)
    if family == "position":
        party, _, matter = name.partition("/")
        return Stance(party, matter)
    return Ties(name)


def gathered(subject: str, readings: Iterable[Reading]) -> Thing | Stance | Ties:
    """Return a subject's conclusions from all of some entries in fold order."""
    found = gathering(subject)
    for reading in readings:
        found.take(reading)
    return found


def view_of(subject: str, readings: Sequence[Reading]) -> View | None:
    """Return what can be said of a subject from its standing entries in fold order; None where they say nothing."""
    return gathered(subject, readings).view() if readings else None


def conclusion(subject: str, readings: Sequence[Reading]) -> tuple[str | None, list[Reading]]:
    """Return a thing's state or a party's stance from its entries in fold order, and the entries that assert it.

    None where nothing says so, and for subjects that have neither.
    """
    found = gathered(subject, readings)
    if not readings or isinstance(found, Ties):
        return None, []
    if isinstance(found, Stance):
        return found.stance, found.because
    return found.life.state, found.life.because or list(readings)


def concluded(subject: str, readings: Sequence[Reading]) -> str | None:
    """Return in one word what is concluded of a subject: its state, a stance, or partners; None where nothing is."""
    found = gathered(subject, readings)
    if isinstance(found, Ties):
        view = found.view()
        return ", ".join(view.partners) if view else None
    return conclusion(subject, readings)[0]
