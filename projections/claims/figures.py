"""Quantities: the figures that entries give, and the range that the claims about one figure leave open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.wording.plain import Plain
from tracker.events.base import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from tracker.events.base import Event


class Measure(NamedTuple):
    """One claim about a figure: of which quantity, in which unit and scope; an end that is open is infinite."""

    reading: Reading
    quantity: str
    unit: str | None
    scope: str | None
    low: float
    high: float

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The two ends, None where open."""
        return (None if self.low == -inf else self.low, None if self.high == inf else self.high)


@dataclass(frozen=True, slots=True)
class Quantity(Plain):
    """The hull of the claims that may speak of the same time as the latest one; an end is None where it is open."""

    low: float | None
    high: float | None
    unit: str | None
    scope: str | None
    because: tuple[str, ...]


def measures_of(reading: Reading) -> Iterator[Measure]:
    """Yield the figures that an entry gives."""
    for field, quantity_name in figure_fields(type(reading.event)):
        figure: Amount | None = reading.event.__dict__[field]
        if figure is not None:
            low, high = figure.bounds
            yield Measure(
                reading,
                quantity_name,
                figure.unit,
                figure.scope,
                -inf if low is None else low,
                inf if high is None else high,
            )


@lru_cache(maxsize=256)
def figure_fields(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """Return the figures of an event type as (field, quantity): of how many a part has left is a strength too."""
    return tuple(
        (name, "strength" if (kind.__name__, name) == ("WithdrawalProgressReported", "of") else name)
        for name, info in kind.model_fields.items()
        if _is_figure(info.annotation)
    )


def _is_figure(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    is_one = isinstance(annotation, type) and issubclass(annotation, Amount)
    return is_one or any(_is_figure(part) for part in getattr(annotation, "__args__", ()))


class Claimed:
    """What the claims that assert a figure, taken in so far, say of it.

    Where scopes differ, claims without a scope are taken, else those of the latest claim's scope; so with units.
    """

    def __init__(self) -> None:
        self._latest: Measure | None = None
        #: By unit and scope, the claims that may still speak of the time of a later one.
        self._open: dict[tuple[str | None, str | None], list[Measure]] = {}

    def take(self, measure: Measure) -> None:
        """Take in the next claim in fold order."""
        latest = self._latest
        if latest is None or latest.scope is not None or measure.scope is None:
            self._latest = measure
        kind = (measure.unit, measure.scope)
        # In fold order none begins before the one before it: what has ended is over for all to come, and let go of now
        # and then.
        since = measure.reading.lower
        same = self._open.setdefault(kind, [])
        if same and min(same[0].reading.upper, same[-1].reading.upper) < since:
            same[:] = [one for one in same if one.reading.upper >= since]
        same.append(measure)

    def quantity(self) -> Quantity | None:
        """Return the hull of the claims that may speak of the same time as the latest, or None where there are none."""
        latest = self._latest
        if latest is None:
            return None
        since = latest.reading.lower
        same = [one for one in self._open[latest.unit, latest.scope] if one.reading.upper >= since]
        low = min(measure.low for measure in same)
        high = max(measure.high for measure in same)
        return Quantity(
            low=None if low == -inf else low,
            high=None if high == inf else high,
            unit=latest.unit,
            scope=latest.scope,
            because=tuple(dict.fromkeys(measure.reading.id for measure in same)),
        )
