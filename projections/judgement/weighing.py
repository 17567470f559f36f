"""Weighing: which of several rivals is shown, where sources contradict each other and one value must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.judgement.voices import evidence_of, voices_among

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers

#: Below every grade of the Admiralty code: what no evidence supports.
_UNGRADED = ("G", 7)


def weighing_of(claims: Claims) -> Weighing:
    """Return what chooses between rivals at a cut."""
    return Weighing(claims.registers, claims.get)


class Weighing:
    """Chooses by what was published later, then by the better grade, then by more voices, then by the alphabet.

    The order of recording never decides. `get` finds the entries that corroborate others, as `Claims.get` does.
    `has_chosen` says whether anything rests on a choice, so that other registers might change it.
    """

    def __init__(self, registers: Registers, get: Callable[[str], Reading | None]) -> None:
        self.registers = registers
        self.has_chosen = False
        self._get = get

    def chosen(self, rivals: Mapping[str, Sequence[Reading]]) -> str:
        """Return which of some rivals is shown, each given with the entries that say so."""
        self.has_chosen = True
        return min(rivals, key=lambda name: (*self._weight(rivals[name]), name))

    def _weight(self, readings: Sequence[Reading]) -> tuple[int, tuple[str, int], int]:
        latest = max(reading.told for reading in readings)
        evidence = list(evidence_of(self._get, readings))
        grades = (
            (self.registers.source(item.source).reliability, reading.credibility_of(item))
            for reading in readings
            for item in reading.evidence
        )
        return -latest, min(grades, default=_UNGRADED), -len(voices_among(self.registers, evidence))
