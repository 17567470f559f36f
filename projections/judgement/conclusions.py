"""Conclusions: a thing's state or a party's stance from any set of its entries, to ask what would be concluded if."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.subjects import MACHINES, split
from projections.judgement.lifecycle import fold
from projections.judgement.positions import position_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.claims.readings import Reading


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
