"""Conclusions: what is said of a subject from any set of its entries: a state, a party's stance, or its partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from projections.claims.readings import MACHINES, split
from projections.judgement.expectations import Announced
from projections.judgement.families import THINGS
from projections.judgement.lifecycle import Shown
from projections.judgement.states import Rival, State, Vote, vote_of
from projections.judgement.things import Gathered, Thing
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.claims.figures import Counted
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
    """Whom a party says it is open to, or deepens its ties with, as they are named, and the figures told of it."""

    party: str
    partners: tuple[str, ...]
    because: tuple[str, ...]
    figures: tuple[Counted, ...] = ()

    @property
    def subject(self) -> str:
        """The subject, ``party:NER``."""
        return f"party:{self.party}"


class Ties(Gathered):
    """A party's partners as its entries that were taken in so far name them."""

    def __init__(self, party: str, weighing: Weighing) -> None:
        super().__init__(weighing)
        self.party = party
        self._partners: dict[str, None] = {}
        #: The entries that name partners.
        self._naming: list[str] = []

    @property
    def value(self) -> str | None:
        """The partners in a row; None where the entries only deny."""
        return ", ".join(self._partners) if self._naming else None

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        if reading.kind != "FigureReported":
            self._naming.append(reading.id)
        named = fields.get("toward") or (fields.get("with_"),)
        self._partners.update(dict.fromkeys(name for name in named if name))

    def view(self, day: int | None) -> Partners | None:
        """Return the partners; None where the entries only deny."""
        del day
        if not self.asserted:
            return None
        return Partners(self.party, tuple(self._partners), tuple(self._naming), self.lines.all())


@dataclass(frozen=True, slots=True)
class Topic(Plain):
    """What was voted and counted about a matter."""

    hidden: ClassVar = frozenset({"matter", "because"})
    matter: str
    approvals: tuple[Vote, ...]
    votes: tuple[Vote, ...]
    figures: tuple[Counted, ...]
    because: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The subject, ``matter:prisoners``."""
        return f"matter:{self.matter}"


class Discussed(Gathered):
    """A matter as votes and figures about it tell of it."""

    def __init__(self, matter: str, weighing: Weighing) -> None:
        super().__init__(weighing)
        self.matter = matter
        self._votes: dict[bool, list[Vote]] = {True: [], False: []}

    @property
    def value(self) -> str | None:
        """Nothing is concluded of a matter in one word."""
        return None

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in a vote; figures are taken in by themselves."""
        if reading.kind == "VoteHeld":
            self._votes[fields["motion"] == "approve"].append(vote_of(reading))

    def view(self, day: int | None) -> Topic | None:
        """Return what there is to say; None where the entries only deny."""
        del day
        approvals, votes = (tuple(self._votes[is_approval]) for is_approval in (True, False))
        return Topic(self.matter, approvals, votes, self.lines.all(), tuple(self.names)) if self.asserted else None


class Threat(Gathered):
    """An ultimatum with a deadline: nothing is concluded of it but what is to come."""

    def __init__(self, entry: str, weighing: Weighing) -> None:
        super().__init__(weighing)
        self.entry = entry

    @property
    def value(self) -> str | None:
        """Nothing is concluded of an ultimatum in one word."""
        return None

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in an entry; that it is there is all."""

    def expects(self) -> Iterator[Announced]:
        """Yield its deadline, which is void once something is said to settle it."""
        own = [reading for reading in self.asserted if reading.kind == "UltimatumIssued"]
        is_settled = len(own) < len(self.asserted)
        for reading in own:
            deadline = reading.event.__dict__["deadline"]
            yield Announced(f"entry:{self.entry}", "ultimatum", deadline, (reading,), (), is_settled)

    def view(self, day: int | None) -> None:
        """Return nothing, since an ultimatum has no state."""
        del day


#: What is said of a subject.
View: TypeAlias = State | Position | Partners | Topic


#: What gathers the entries about a subject.
Gatherer: TypeAlias = Thing | Stance | Ties | Discussed | Threat


def gathering(subject: str, weighing: Weighing) -> Gatherer:
    """Return what gathers a subject's conclusions from its entries in fold order, and goes on where it stopped."""
    family, name = split(subject)
    if family in MACHINES:
        return THINGS[family](name, weighing)
    if family == "position":
        party, _, matter = name.partition("/")
        return Stance(party, matter, weighing)
    return (Ties if family == "party" else Discussed if family == "matter" else Threat)(name, weighing)


def gathered(subject: str, readings: Iterable[Reading], weighing: Weighing, day: int | None) -> Gatherer:
    """Return a subject's conclusions on a day from all of some entries in fold order; without a day, all count."""
    found = gathering(subject, weighing)
    for reading in readings:
        found.take(reading)
    found.settle(day)
    return found


def view_of(subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None) -> View | None:
    """Return what can be said of a subject from its standing entries in fold order; None where they say nothing."""
    found = gathered(subject, readings, weighing, day)
    return found.view(day) if found.is_named() else None


def conclusion(
    subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None
) -> tuple[str | None, list[Reading]]:
    """Return a thing's state or a party's stance from its entries in fold order, and the entries that assert it.

    None where nothing says so, and for subjects that have neither.
    """
    return told_by(gathered(subject, readings, weighing, day), readings, day)


def told_by(found: Gatherer, readings: Sequence[Reading], day: int | None) -> tuple[str | None, list[Reading]]:
    """Return the same of what was gathered from some entries."""
    if not readings or not isinstance(found, Thing | Stance):
        return None, []
    if isinstance(found, Stance):
        return found.value, found.because
    return found.state(day), found.life.because or list(readings)


def concluded(subject: str, readings: Sequence[Reading], weighing: Weighing, day: int | None) -> str | None:
    """Return in one word what is concluded of a subject: its state, a stance, or partners; None where nothing is."""
    found = gathered(subject, readings, weighing, day)
    return found.state(day) if isinstance(found, Thing) else found.value
