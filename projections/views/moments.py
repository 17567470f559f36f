"""Moments of an axis: the shortest text of each, and the days on which time alone changes something."""

from __future__ import annotations

from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from projections.claims.cut import END, CutError
from projections.claims.resolver import START
from tracker.codec import timestamp
from tracker.dates import OPEN_FUTURE, DateError, When, end_of, from_instant, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY: Final = 86_400_000_000
_SECOND: Final = 1_000_000
#: The moments that a date can be written for; what is earlier is told with the first.
EARLIEST: Final = instant(datetime.min.replace(tzinfo=UTC))
LATEST: Final = instant(datetime.max.replace(tzinfo=UTC))


class Turning:
    """The subjects by the day after which each is judged otherwise, though nothing else may have changed."""

    def __init__(self) -> None:
        self._untils: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def put(self, subject: str, until: int) -> None:
        """Take note of a subject's last day."""
        if until < OPEN_FUTURE and self._untils.get(subject) != until:
            self._untils[subject] = until
            heappush(self._heap, (until, subject))

    def next(self) -> int | None:
        """Return the earliest such day, None if there is none."""
        while self._heap and self._untils.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def passed(self, day: int | None) -> Iterator[str]:
        """Yield the subjects that are judged otherwise on a day, and forget them until they are put again."""
        while self._heap and day is not None and self._heap[0][0] < day:
            until, subject = heappop(self._heap)
            if self._untils.get(subject) == until:
                del self._untils[subject]
                yield subject


def moment_of(entry: tuple[tuple[int, ...], int]) -> int:
    """Return the instant at which an entry comes in."""
    return max(entry[0][0], EARLIEST)


def text_of(moment: int, following: int) -> tuple[str | None, int]:
    """Return the shortest text of a cut that takes in a moment and nothing from the following one on, and its end.

    None and the end of time where no date can be written that late.
    """
    if moment > LATEST:
        return None, END
    day_end = moment // _DAY * _DAY + _DAY - 1
    if following > day_end:
        return from_instant(moment).date().isoformat(), day_end
    second_end = moment // _SECOND * _SECOND + _SECOND - 1
    if following > second_end:
        return from_instant(moment).isoformat(timespec="seconds").replace("+00:00", "Z"), second_end
    return timestamp(from_instant(moment)), moment


def bound_of(text: str | None, axis: str, *, is_end: bool) -> int:
    """Return the first instant of a start, or the last one of an end."""
    if text is None:
        return END if is_end else START + 1
    if axis == "recorded" and text.startswith("#"):
        return 0
    try:
        last = end_of(text)
    except DateError as error:
        raise CutError(f"{'the end' if is_end else 'the start'} of the replay: {error}") from None
    return last if is_end else When(text).lower
