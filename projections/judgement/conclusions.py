"""Conclusions: what is said of a subject from any set of its entries: a state, a party's stance, or its partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from projections.claims.readings import MACHINES, split
from projections.judgement.states import THINGS, Gathered, State, Thing
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading


@dataclass(frozen=True, slots=True)
class Position(Plain):
    """Where a party stands on a matter.

    `stance` is None where only concessions or red lines are known; `count` is the number of stances taken so far, the
    present one included; `since` is the `occurred` of the first entry in `because`, as written. `mentions` are the
    entries that name it where they all only deny or suppose something of it.
    """

    hidden: ClassVar = frozenset({"party", "matter", "count", "mentions"})
    party: str
    matter: str
    stance: str | None
    since: str | None
    because: tuple[str, ...]
    terms: str | None
    red_lines: tuple[str, ...]
    concessions: tuple[str, ...]
    count: int
    uncertain: bool
    mentions: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The subject, ``position:NER/combat-presence``."""
        return f"position:{self.party}/{self.matter}"


class Stance(Gathered):
    """A party's position on a matter as its entries that were taken in so far tell of it."""

    def __init__(self, party: str, matter: str) -> None:
        super().__init__()
        self.party = party
        self.matter = matter
        self.value: str | None = None
        #: The entries that take the present stance since it was last taken, and their ids.
        self._because: list[Reading] = []
        self._because_names: list[str] = []
        self._count = 0
        self._terms: str | None = None
        self._entries: dict[str, list[str]] = {"RedLineDeclared": [], "ConcessionMade": []}

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on: those that take the stance, else all that assert something."""
        return self._because or self.asserted

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        self._terms = fields.get("terms") or self._terms
        if reading.kind in self._entries:
            self._entries[reading.kind].append(reading.id)
        new = fields.get("stance")
        if new is not None and new == self.value:
            self._because.append(reading)
            self._because_names.append(reading.id)
        elif new is not None:
            self.value, self._because, self._because_names = new, [reading], [reading.id]
            self._count += 1

    def view(self) -> Position:
        """Return the position; there must have been an entry."""
        return Position(
            party=self.party,
            matter=self.matter,
            stance=self.value,
            because=tuple(self._because_names or self.names),
            terms=self._terms,
            red_lines=tuple(self._entries["RedLineDeclared"]),
            concessions=tuple(self._entries["ConcessionMade"]),
            count=self._count,
            **self.standing(),
        )


@dataclass(frozen=True, slots=True)
class Partners:
    """Whom a party says it is open to, or deepens its ties with, as they are named, and because of which entries."""

    party: str
    partners: tuple[str, ...]
    because: tuple[str, ...]


class Ties(Gathered):
    """A party's partners as its entries that were taken in so far name them."""

    def __init__(self, party: str) -> None:
        super().__init__()
        self.party = party
        self._partners: dict[str, None] = {}

    @property
    def value(self) -> str | None:
        """The partners in a row; None where the entries only deny."""
        return ", ".join(self._partners) if self.asserted else None

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        del reading
        named = fields.get("toward") or (fields.get("with_"),)
        self._partners.update(dict.fromkeys(name for name in named if name))

    def view(self) -> Partners | None:
        """Return the partners; None where the entries only deny."""
        return Partners(self.party, tuple(self._partners), tuple(self.names)) if self.asserted else None


#: What is said of a subject.
View: TypeAlias = State | Position | Partners


def gathering(subject: str) -> Thing | Stance | Ties:
    """Return what gathers a subject's conclusions from its entries in fold order, and goes on where it stopped."""
    family, name = split(subject)
    if family in MACHINES:
        return THINGS[family](name)
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
        return found.value, found.because
    return found.value, found.life.because or list(readings)


def concluded(subject: str, readings: Sequence[Reading]) -> str | None:
    """Return in one word what is concluded of a subject: its state, a stance, or partners; None where nothing is."""
    return gathered(subject, readings).value
