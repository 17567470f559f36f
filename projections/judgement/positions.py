"""Positions: where each party stands on each matter, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.views.status import Status
    from tracker.log import EventLog


@dataclass(frozen=True, slots=True)
class Position:
    """Where a party stands on a matter.

    `stance` is None where only concessions or red lines are known; `count` is the number of stances taken so far, the
    present one included; `since` is the `occurred` of the first entry in `because`, as written. `mentions` are the
    entries that name it where they all only deny or suppose something of it.
    """

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

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON holds it."""
        return {
            "stance": self.stance,
            "since": self.since,
            "because": list(self.because),
            "terms": self.terms,
            "red_lines": list(self.red_lines),
            "concessions": list(self.concessions),
            "uncertain": self.uncertain,
        }


def position_of(party: str, matter: str, readings: Sequence[Reading]) -> Position:
    """Return a party's position from its standing entries on a matter, in fold order."""
    stance: str | None = None
    because: list[Reading] = []
    count = 0
    asserted = [reading for reading in readings if reading.asserts]
    for reading in asserted:
        new = reading.event.__dict__.get("stance")
        if new is None:
            continue
        if new == stance:
            because.append(reading)
        else:
            stance, because, count = new, [reading], count + 1
    because = because or asserted
    terms = [text for reading in asserted if (text := reading.event.__dict__.get("terms"))]
    return Position(
        party=party,
        matter=matter,
        stance=stance,
        since=because[0].occurred if because else None,
        because=tuple(dict.fromkeys(reading.id for reading in because)),
        terms=terms[-1] if terms else None,
        red_lines=_ids(asserted, "RedLineDeclared"),
        concessions=_ids(asserted, "ConcessionMade"),
        count=count,
        uncertain=all(reading.uncertain for reading in because or readings),
        mentions=() if because else tuple(reading.id for reading in readings),
    )


def _ids(readings: Iterable[Reading], event: str) -> tuple[str, ...]:
    return tuple(reading.id for reading in readings if reading.kind == event)


@dataclass(frozen=True, slots=True)
class Positions:
    """A matrix of positions: matters and parties in the order of registration, cells by (matter, party)."""

    matters: dict[str, str | None]
    parties: dict[str, str | None]
    cells: dict[tuple[str, str], Position]

    def to_json(self) -> dict[str, Any]:
        """Return the positions by party and matter, with the titles of matters and names of parties."""
        by_party: dict[str, dict[str, Any]] = {}
        for (matter, party), position in self.cells.items():
            by_party.setdefault(party, {})[matter] = position.to_json()
        return {"matters": self.matters, "parties": self.parties, "positions": by_party}


def positions(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Positions:
    """Return the matrix of positions at a cut; parties that take none are left out, matters are not."""
    from projections.views.status import status

    return positions_in(status(source, negotiation, cut, without=without, today=today))


def positions_in(standing: Status) -> Positions:
    """Return the matrix of positions of a status."""
    registers = standing.claims.registers if standing.claims else None
    cells = {
        (matter, party): position
        for party, by_matter in standing.positions.items()
        for matter, position in by_matter.items()
    }
    matters = {name: matter.title for name, matter in registers.matters.items()} if registers else {}
    parties = {name: party.name for name, party in registers.parties.items()} if registers else {}
    for matter, party in cells:
        matters.setdefault(matter, None)
        parties.setdefault(party, None)
    present = {party for _, party in cells}
    return Positions(matters, {name: title for name, title in parties.items() if name in present}, cells)
