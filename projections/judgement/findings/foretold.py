"""Foretold: what cannot have been so when it was said, such as a signature that is reported before its day."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from projections.judgement.findings import Finding
from tracker.dates import OPEN_PAST, disjoint
from tracker.edtf import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.claims.figures import Measure
    from projections.claims.readings import Order, Reading
    from projections.claims.versions import Version

_SAID: Final = frozenset({"done", "reported"})
#: The fields that say by when something is owed.
_OWED: Final = ("deadline", "due")


#: What figures are compared by: their unit and scope.
_Kind = tuple[str | None, str | None]


class Foretold:
    """What the entries about a subject that had happened by the day foretell, though they report it."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._found: list[Finding] = []
        #: By unit and scope, the most that are said to have been there so far, and to have departed.
        self._there: dict[_Kind, Measure] = {}
        self._gone: dict[_Kind, Measure] = {}
        #: How many were there by then.
        self._there_then: dict[_Kind, Measure] = {}

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        if not reading.asserts or reading.is_plan or reading.subjects[0] != self._subject:
            return
        if _is_before_its_day(reading):
            published = reading.event.published
            message = f"{reading.id}: published {published}, but said to have happened {reading.occurred}."
            self._found.append(self._finding(message, reading.id))
        is_dated, fields = reading.is_dated or reading.event.occurred is not None, reading.event.__dict__
        for field in _OWED:
            owed = fields.get(field)
            if owed is not None and is_dated and owed.proves()[1] < reading.proves[0]:
                occurred = reading.event.occurred
                is_clock = occurred is not None and occurred.is_clock_time
                if disjoint(owed.proves(), owed.is_clock_time, reading.proves, is_clock):
                    message = f"{reading.id}: the {field} {owed} lies before the day on which it was set."
                    self._found.append(self._finding(message, reading.id))
        # Of one entry, how many there were comes before how many departed.
        measures = reading.measures
        for measure in sorted(measures, key=lambda measure: measure.quantity == "departed") if measures else ():
            self._count(measure)

    def _count(self, measure: Measure) -> None:
        """Take in how many departed, or were there: what counts is how many were there by the time of the departure."""
        kind = (measure.unit, measure.scope)
        if measure.quantity == "departed":
            if kind not in self._gone or measure.low > self._gone[kind].low:
                self._gone[kind] = measure
                if kind in self._there:
                    self._there_then[kind] = self._there[kind]
        elif measure.quantity == "strength":
            known = self._there.get(kind)
            if known is None or measure.room[1] > known.room[1]:
                self._there[kind] = measure
            gone, then = self._gone.get(kind), self._there_then.get(kind)
            if gone is not None and not measure.reading.is_disjoint(gone.reading):
                self._there_then[kind] = measure if then is None or measure.room[1] > then.room[1] else then

    def findings(self, ahead: Sequence[Reading]) -> Iterator[Finding]:
        """Yield them; `ahead` are the entries that tell of a time which has not come on the day."""
        yield from self._found
        for reading in ahead:
            is_said = reading.event.modality in _SAID and reading.event.occurred is not None
            if is_said and reading.subjects[0] == self._subject:
                message = f"{reading.id}: said to have happened {reading.occurred}, which has not come."
                yield self._finding(message, reading.id)
        for kind, gone in self._gone.items():
            there = self._there_then.get(kind)
            if there is not None and gone.room[0] > there.room[1]:
                whose = f" of {kind[1]}" if kind[1] else ""
                message = f"{self._subject.partition(':')[2]}: more{whose} departed than there were."
                yield self._finding(message, *dict.fromkeys((there.reading.id, gone.reading.id)))

    def _finding(self, message: str, *entries: str) -> Finding:
        return Finding("foretold", self._subject, entries, message)


def foretold_by(reading: Reading, day: int | None) -> Iterator[Finding]:
    """Yield what an entry that is about no subject foretells, though it reports it."""
    event, subject = reading.event, f"entry:{reading.id}"
    if reading.subjects or event.modality not in _SAID or event.occurred is None or event.kind_of_entry != "claim":
        return
    if day is not None and reading.order[0] > day:
        message = f"{reading.id}: said to have happened {reading.occurred}, which has not come."
        yield Finding("foretold", subject, (reading.id,), message)
    elif _is_before_its_day(reading):
        message = f"{reading.id}: published {event.published}, but said to have happened {reading.occurred}."
        yield Finding("foretold", subject, (reading.id,), message)


class UnboundForetold:
    """What entries about no subject foretell along an axis."""

    def __init__(self) -> None:
        #: Those that may ever be found: all that were published before their day, and all by their earliest moment.
        self._early: list[Version] = []
        self._all: list[Version] = []

    def take(self, span: Version) -> None:
        """Take in an entry where it stands."""
        if any(foretold_by(span.reading, OPEN_PAST)):
            self._all.append(span)
            if any(foretold_by(span.reading, None)):
                self._early.append(span)

    def settle(self) -> None:
        """Put what was taken in in fold order."""
        self._early.sort(key=_place)
        self._all.sort(key=_place)

    def findings(self, step: int, day: int | None) -> list[Finding]:
        """Return them at a step and by a day, in fold order."""
        first = len(self._all) if day is None else bisect_right(self._all, day, key=_moment)
        found = [span for span in self._early if day is None or _moment(span) <= day]
        standing = (span.reading for span in (*found, *self._all[first:]) if span.since <= step < span.until)
        return [one for reading in standing for one in foretold_by(reading, day)]


def _place(span: Version) -> Order:
    return span.reading.order


def _moment(span: Version) -> int:
    return span.reading.order[0]


def _is_before_its_day(reading: Reading) -> bool:
    """Say whether an entry reports what began more than a day after its own publication as written."""
    occurred, published = reading.event.occurred, reading.event.published
    if reading.event.modality not in _SAID or occurred is None or published is None:
        return False
    (first, last), begins = published.proves(), occurred.proves()
    return last < begins[0] and disjoint(begins, occurred.is_clock_time, (first, last + DAY), published.is_clock_time)
