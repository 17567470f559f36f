"""Conclusions: what is said of a subject from any set of its entries: a state, a party's stance, or its partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from projections.claims.readings import MACHINES, split
from projections.judgement.agreements import AgreementThing
from projections.judgement.lifecycle import Shown
from projections.judgement.states import Rival, State
from projections.judgement.things import THINGS, Gathered, Thing
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading
    from projections.judgement.weighing import Weighing


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
    rivals: tuple[Rival, ...] = ()

    @property
    def subject(self) -> str:
        """The subject, ``position:NER/combat-presence``."""
        return f"position:{self.party}/{self.matter}"


class Stance(Gathered):
    """A party's position on a matter as its entries that were taken in so far tell of it."""

    def __init__(self, party: str, matter: str, weighing: Weighing) -> None:
        super().__init__(weighing)
        self.party = party
        self.matter = matter
        #: The stance last taken, and the entries that take it since then.
        self._taken: str | None = None
        self._because: list[Reading] = []
        self._count = 0
        self._terms: str | None = None
        self._entries: dict[str, list[str]] = {"RedLineDeclared": [], "ConcessionMade": []}

    @property
    def value(self) -> str | None:
        """The stance."""
        return self._shown().value if self._because else None

    def _shown(self) -> Shown:
        """Return the stance: the one last taken, or of several at one time the one that outweighs the others."""
        shown = self.single("stance").shown()
        return shown if shown.rivals else Shown(self._taken, self._because, {})

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on: those that take the stance, else all that assert something."""
        return (self._shown().because if self._because else []) or self.asserted

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        self._terms = fields.get("terms") or self._terms
        if reading.kind in self._entries:
            self._entries[reading.kind].append(reading.id)
        new = fields.get("stance")
        if new is None:
            return
        self.single("stance").take(reading, new)
        if new == self._taken:
            self._because.append(reading)
        else:
            self._taken, self._because = new, [reading]
            self._count += 1

    def view(self, day: int | None) -> Position:
        """Return the position; there must have been an entry."""
        del day
        rivals = self._shown().rivals.items() if self._because else ()
        return Position(
            party=self.party,
            matter=self.matter,
            stance=self.value,
            because=tuple(reading.id for reading in self.because),
            rivals=tuple(Rival(name, tuple(reading.id for reading in readings)) for name, readings in rivals),
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

    def __init__(self, party: str, weighing: Weighing) -> None:
        super().__init__(weighing)
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

    def view(self, day: int | None) -> Partners | None:
        """Return the partners; None where the entries only deny."""
        del day
        return Partners(self.party, tuple(self._partners), tuple(self.names)) if self.asserted else None


#: What is said of a subject.
View: TypeAlias = State | Position | Partners


def gathering(subject: str, weighing: Weighing) -> Thing | Stance | Ties:
    """Return what gathers a subject's conclusions from its entries in fold order, and goes on where it stopped."""
    family, name = split(subject)
    if family == "agreement":
        return AgreementThing(name, weighing)
    if family in MACHINES:
        return THINGS[family](name, weighing)
    if family == "position":
        party, _, matter = name.partition("/")
        return Stance(party, matter, weighing)
    return Ties(name, weighing)


def gathered(subject: str, readings: Iterable[Reading], weighing: Weighing, day: int | None) -> Thing | Stance | Ties:
    """Return a subject's conclusions on a day from all of some entries in fold order; without a day, all count."""
    found = gathering(subject, weighing)
    for reading in readings:
        found.take(reading)
    found.settle(day)
    return found


def view_of(subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None) -> View | None:
    """Return what can be said of a subject from its standing entries in fold order; None where they say nothing."""
    return gathered(subject, readings, weighing, day).view(day) if readings else None


def conclusion(
    subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None
) -> tuple[str | None, list[Reading]]:
    """Return a thing's state or a party's stance from its entries in fold order, and the entries that assert it.

    None where nothing says so, and for subjects that have neither.
    """
    found = gathered(subject, readings, weighing, day)
    if not readings or isinstance(found, Ties):
        return None, []
    if isinstance(found, Stance):
        return found.value, found.because
    return found.value, found.life.because or list(readings)


def concluded(subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None) -> str | None:
    """Return in one word what is concluded of a subject: its state, a stance, or partners; None where nothing is."""
    return gathered(subject, readings, weighing, day).value
