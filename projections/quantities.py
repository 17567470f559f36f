"""Quantities: the range that the claims about one figure leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.readings import Reading
    from tracker.events.base import Figure


class Measure(NamedTuple):
    """One claim about a figure."""

    reading: Reading
    figure: Figure


@dataclass(frozen=True, slots=True)
class Quantity:
    """The hull of the claims that may speak of the same time as the latest one; an end is None where it is open."""

    low: float | None
    high: float | None
    unit: str
    scope: str | None
    because: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the range, its unit and scope, and the entries it rests on."""
        return {
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "scope": self.scope,
            "because": list(self.because),
        }


def quantity(measures: Sequence[Measure]) -> Quantity | None:
    """Return what claims in fold order say of a figure, or None where there are none.

    Where scopes differ, claims without a scope are taken, else those of the latest claim's scope; so with units.
    """
    measures = [measure for measure in measures if measure.reading.asserts]
    if not measures:
        return None
    unscoped = [measure for measure in measures if measure.figure.scope is None]
    measures = unscoped or measures
    latest = measures[-1]
    same = [
        measure
        for measure in measures
        if (measure.figure.unit, measure.figure.scope) == (latest.figure.unit, latest.figure.scope)
        and measure.reading.overlaps(latest.reading)
    ]
    lows = [measure.figure.bounds[0] for measure in same]
    highs = [measure.figure.bounds[1] for measure in same]
    return Quantity(
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
        unit=latest.figure.unit,
        scope=latest.figure.scope,
        because=tuple(dict.fromkeys(measure.reading.id for measure in same)),
    )
