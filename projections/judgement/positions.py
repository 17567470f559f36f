"""Positions: where a party stands on a matter, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading


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
