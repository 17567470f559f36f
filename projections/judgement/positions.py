"""Positions: where a party stands on a matter, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from projections.judgement.states import ids
from projections.wording.plain import Plain

if TYPE_CHECKING:
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


class Stance:
    """A party's position on a matter as its entries that were taken in so far tell of it."""

    def __init__(self, party: str, matter: str) -> None:
        self.party = party
        self.matter = matter
        self.readings: list[Reading] = []
        self.stance: str | None = None
        self._because: list[Reading] = []
        self._count = 0
        self._asserted: list[Reading] = []
        #: The ids of either.
        self._names: list[str] = []
        self._asserted_names: list[str] = []
        self._terms: str | None = None
        self._red_lines: list[str] = []
        self._concessions: list[str] = []

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on; the list goes on while they do, and is another once they are."""
        return self._because or self._asserted

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        self.readings.append(reading)
        if not reading.asserts:
            return
        self._asserted.append(reading)
        self._asserted_names.append(reading.id)
        fields = reading.event.__dict__
        self._terms = fields.get("terms") or self._terms
        if reading.kind == "RedLineDeclared":
            self._red_lines.append(reading.id)
        elif reading.kind == "ConcessionMade":
            self._concessions.append(reading.id)
        new = fields.get("stance")
        if new is not None and new == self.stance:
            self._because.append(reading)
            self._names.append(reading.id)
        elif new is not None:
            self.stance, self._because, self._names = new, [reading], [reading.id]
            self._count += 1

    def view(self) -> Position:
        """Return the position; there must have been an entry."""
        because = self.because
        return Position(
            party=self.party,
            matter=self.matter,
            stance=self.stance,
            since=because[0].occurred if because else None,
            because=tuple(self._names or self._asserted_names),
            terms=self._terms,
            red_lines=tuple(self._red_lines),
            concessions=tuple(self._concessions),
            count=self._count,
            uncertain=all(reading.uncertain for reading in because or self.readings),
            mentions=() if because else ids(self.readings),
        )
