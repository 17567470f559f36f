"""Expectations: what entries say is to come, and whether it is still ahead, was met, has passed or is void."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from projections.judgement.states import Expected
from tracker.dates import When, day_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.claims.readings import Reading
    from projections.judgement.things import Gathered


#: The kind of what is announced for a later time.
PLAN: Final = "plan"


class Announced(NamedTuple):
    """Something to come, before it is held against a day: by which date, and the entries that say so.

    `met` are the entries that fulfil it; `is_void` says that it is no longer to come.
    """

    subject: str
    kind: str
    date: When
    because: Sequence[Reading]
    met: Sequence[Reading] = ()
    is_void: bool = False


def passes(date: When) -> int:
    """Return the instant after which a date has passed: the end of the day on which it lies at the latest."""
    return day_end(date.proves()[1])


def standing_of(announced: Announced, day: int | None) -> Expected:
    """Return an expectation as it stands on a day; without one, nothing has passed. What is met is not void."""
    if announced.met:
        standing = "met"
    elif announced.is_void:
        standing = "void"
    else:
        standing = "passed" if day is not None and passes(announced.date) < day else "ahead"
    return Expected(
        announced.subject,
        announced.kind,
        announced.date.text,
        standing,
        tuple(dict.fromkeys(reading.id for reading in announced.because)),
        tuple(dict.fromkeys(reading.id for reading in announced.met)),
    )


def announced_of(subject: str, said: Gathered) -> Iterator[Announced]:
    """Yield what is to come of a subject: what its entries date, what is announced for later, and what has not come.

    What was announced is met by an entry of the same type, or by one that asserts a later state.
    """
    for one in (*said.expects(), *_plans(subject, said)):
        yield one if one.met or one.is_void or not said.is_off(one) else one._replace(is_void=True)


def _plans(subject: str, said: Gathered) -> Iterator[Announced]:
    for reading in (*said.planned, *said.ahead()):
        occurred = reading.event.occurred
        if occurred is not None and reading.subjects[0] == subject:
            yield Announced(subject, PLAN, occurred, (reading,), said.meeting(reading))


def expected_of(announced: Iterable[Announced], day: int | None) -> tuple[Expected, ...]:
    """Return expectations as they stand on a day, the earliest first."""
    return in_order(standing_of(one, day) for one in announced)


def in_order(expected: Iterable[Expected]) -> tuple[Expected, ...]:
    """Return expectations by their dates, then by subject and kind."""
    return tuple(sorted(expected, key=_place))


def _place(one: Expected) -> tuple[int, int, str, str, tuple[str, ...]]:
    date = When(one.date)
    return date.lower, date.upper, one.subject, one.kind, one.because
