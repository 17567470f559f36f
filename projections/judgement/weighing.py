"""Weighing: which of several rivals is shown, where sources contradict each other and one value must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.judgement.voices import VoicesSoFar, evidence_of

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

    def chosen(self, rivals: Mapping[str, Sequence[Reading]], weights: dict[str, Weight] | None = None) -> str:
        """Return which of some rivals is shown, each given with the entries that say so.

        `weights` are those found before for fewer of these entries, to go on with.
        """
        self.has_chosen = True
        weights = {} if weights is None else weights
        for name, readings in rivals.items():
            weight = weights.get(name)
            if weight is None:
                weight = weights[name] = Weight(self.registers)
            weight.take(readings, self._get)
        return min(rivals, key=lambda name: (*weights[name].key, name))


class Weight:
    """How much weighs what some entries say: the later, the better graded, the more voices, the smaller the key."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._count = 0
        self._latest: int | None = None
        self._grade = _UNGRADED
        self._voices = VoicesSoFar(registers)

    def take(self, readings: Sequence[Reading], get: Callable[[str], Reading | None]) -> None:
        """Take in those of some entries that come after the ones taken in before."""
        new = readings[self._count :]
        self._count = len(readings)
        for reading in new:
            self._latest = reading.told if self._latest is None else max(self._latest, reading.told)
            grades = (
                (self._registers.source(item.source).reliability, reading.credibility_of(item))
                for item in reading.evidence
            )
            self._grade = min((self._grade, *grades))
        for entry, item in evidence_of(get, new):
            self._voices.take(entry, item)

    @property
    def key(self) -> tuple[int, tuple[str, int], int]:
        """What orders it among others, the weightiest first."""
        return -(self._latest or 0), self._grade, -self._voices.count
