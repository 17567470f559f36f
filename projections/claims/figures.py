"""Quantities: the figures that entries give, and the range that the claims about one figure leave open."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.wording.plain import Plain
from projections.wording.sentences import figure_text
from tracker.dates import ZONES
from tracker.events.base import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    approximate: bool = False

    @property
    def room(self) -> tuple[float, float]:
        """The two ends with the room that an approximate figure leaves: a tenth on either side."""
        return (self.low * 0.9, self.high * 1.1) if self.approximate else (self.low, self.high)

    def contradicts(self, other: Measure) -> bool:
        """Say whether the ranges of the two leave no room for each other."""
        (low, high), (least, most) = self.room, other.room
        return high < least or most < low

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
    approximate: bool = False


def measures_of(reading: Reading) -> Iterator[Measure]:
    """Yield the figures that an entry gives."""
    fields = reading.event.__dict__
    for field, name in figure_fields(type(reading.event)):
        figure: Amount | None = fields[field]
        quantity_name = fields["quantity"] if field == "figure" and "quantity" in fields else name
        if figure is not None:
            low, high = figure.bounds
            yield Measure(
                reading,
                quantity_name,
                figure.unit,
                figure.scope,
                -inf if low is None else low,
                inf if high is None else high,
                figure.approximate,
            )


@lru_cache(maxsize=256)
def figure_fields(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """Return the figures of an event type as (field, quantity): of how many a part has left is a strength too.

    What an incident was about is no quantity that goes on.
    """
    if kind.__name__ == "IncidentReported":
        return ()
    return tuple(
        (name, "strength" if (kind.__name__, name) == ("WithdrawalProgressReported", "of") else name)
        for name, info in kind.model_fields.items()
        if _is_figure(info.annotation)
    )


def _is_figure(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field is annotated with
    is_one = isinstance(annotation, type) and issubclass(annotation, Amount)
    return is_one or any(_is_figure(part) for part in getattr(annotation, "__args__", ()))


@dataclass(frozen=True, slots=True)
class Counted(Plain):
    """What is said of one quantity in one unit and scope: the range of the claims of the latest time, as written."""

    quantity: str
    unit: str | None
    scope: str | None
    low: float | None
    high: float | None
    approximate: bool
    at: str | None
    because: tuple[str, ...]

    @property
    def as_quantity(self) -> Quantity:
        """The same as a quantity, without its name and time."""
        return Quantity(self.low, self.high, self.unit, self.scope, self.because, self.approximate)


class Lines:
    """The figures of a subject that its entries, taken in so far, give: a line for each quantity, unit and scope.

    A line says what the claims say that may speak of the time of its latest one.
    """

    def __init__(self) -> None:
        #: By line, its claims as (instant at which they are over as evidence, number, claim), and the latest.
        self._said: dict[tuple[str, str | None, str | None], list[tuple[int, int, Measure]]] = {}
        self._latest: dict[tuple[str, str | None, str | None], Measure] = {}
        self._kept: dict[tuple[str, str | None, str | None], Counted] = {}

    def take(self, measure: Measure) -> None:
        """Take in the next claim in fold order."""
        key = measure[1:4]
        said = self._said.setdefault(key, [])
        insort(said, (measure.reading.proves[1], len(said), measure))
        self._latest[key] = measure
        self._kept.pop(key, None)

    def all(self) -> tuple[Counted, ...]:
        """Return the lines by quantity, scope and unit."""
        return tuple(self._line(key) for key in sorted(self._said, key=_place))

    def one(self, quantity: str) -> Quantity | None:
        """Return what is said of a quantity: its line without a scope, else the latest one; None if nothing is."""
        found = [measure for key, measure in self._latest.items() if key[0] == quantity]
        if not found:
            return None
        whole = [measure for measure in found if measure.scope is None]
        latest = max(whole or found, key=lambda measure: measure.reading.order)
        return self._line(latest[1:4]).as_quantity

    def _line(self, key: tuple[str, str | None, str | None]) -> Counted:
        line = self._kept.get(key)
        if line is None:
            line = self._kept[key] = self._made(key)
        return line

    def _made(self, key: tuple[str, str | None, str | None]) -> Counted:
        said, latest = self._said[key], self._latest[key]
        start = bisect_left(said, latest.reading.proves[0] - ZONES, key=_over)
        same = [measure for _, _, measure in said[start:] if not measure.reading.is_disjoint(latest.reading)]
        same.sort(key=lambda measure: measure.reading.order)
        low, high = min(measure.low for measure in same), max(measure.high for measure in same)
        return Counted(
            *key,
            low=None if low == -inf else low,
            high=None if high == inf else high,
            approximate=any(measure.approximate for measure in same),
            at=latest.reading.occurred,
            because=tuple(dict.fromkeys(measure.reading.id for measure in same)),
        )


def _over(said: tuple[int, int, Measure]) -> int:
    return said[0]


def _place(key: tuple[str, str | None, str | None]) -> tuple[str, str, str]:
    quantity, unit, scope = key
    return quantity, scope or "", unit or ""


def figures_text(figures: Sequence[Counted]) -> list[str]:
    """Return figures, one text a quantity: ``strength 6,120 troops · 1,762 police (2014-03)``."""
    by_quantity: dict[str, list[Counted]] = {}
    for figure in figures:
        by_quantity.setdefault(figure.quantity, []).append(figure)
    return [f"{quantity.replace('_', ' ')} {_lines(lines)}" for quantity, lines in by_quantity.items()]


def _lines(lines: Sequence[Counted]) -> str:
    """Return the lines of a quantity, with when each was so unless all were at one time."""
    times = {line.at for line in lines}
    told = []
    for line in lines:
        people = line.unit in {None, "personnel"}
        scope = None if people else line.scope
        text = figure_text(line.low, line.high, line.unit, scope, approximate=line.approximate)
        text = f"{text} {line.scope}" if people and line.scope else text
        told.append(f"{text} ({line.at})" if len(times) > 1 and line.at else text)
    (at,) = times if len(times) == 1 else (None,)
    return f"{' · '.join(told)} ({at})" if at else " · ".join(told)
