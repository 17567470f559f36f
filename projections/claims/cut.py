"""A cut: up to when things happened, were known, or were recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock_time
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tracker.dates import DateError, end_of, instant
from tracker.errors import nearest

if TYPE_CHECKING:
    from datetime import date

AXES: Final = ("happened", "known", "recorded")
#: After every instant and every position: where an open cut ends.
END: Final = 2**63
#: After every id of an entry.
LAST: Final = "\U0010ffff"
_YEAR: Final = 4
#: The longest position that is before `END`, with its sign.
_LONGEST: Final = 19


class CutError(ValueError):
    """A cut that cannot be read; the message says what to write instead."""


@dataclass(frozen=True)
class Cut:
    """Up to when: in the world, in public, and in the log; each as written, None where it is open.

    A value is an EDTF day, month, year or clock time, read as the end of that period, UTC where no offset is given;
    `recorded_by` may be a position in the log too, ``#412``. Raises `CutError`. (Valid and transaction time: Snodgrass,
    1999.)
    """

    happened_by: str | None = None
    known_by: str | None = None
    recorded_by: str | None = None

    def __post_init__(self) -> None:
        # Reading them now tells of a mistake where it was made.
        _ = (self.happened, self.known, self.recorded, self.position)

    @classmethod
    def parse(cls, text: str) -> Cut:
        """Return the cut written as ``known:2024-05-01,happened:2024-04``, ``#412``, or ``now`` for an open one.

        Raises `CutError`.
        """
        values: dict[str, str] = {}
        for part in text.split(","):
            word = part.strip()
            if word in {"", "now"}:
                continue
            axis, separator, value = word.partition(":")
            if word.startswith("#"):
                axis, separator, value = "recorded", ":", word
            axis = axis.removesuffix("-by").removesuffix("_by")
            if not separator or axis not in AXES:
                hint = nearest(axis, AXES) if separator else ""
                raise CutError(
                    f"{word!r} is no cut{hint}; write known:2024-05-01, happened:2024-04, recorded:2024-06, #412 or now"
                )
            if axis in values:
                raise CutError(f"{axis} is given twice in {text!r}; give it once")
            values[axis] = value
        return cls(**{f"{axis}_by": value for axis, value in values.items()})

    @classmethod
    def at_prompt(cls, text: str, today: date | None = None) -> Cut:
        """Return the cut that a person writes at an option or a prompt: as `parse` has it, with dates as people write.

        ``known:-2w`` counts from `today`. Raises `CutError`.
        """
        from tracker.dates.informal import at_prompt

        parts = (part.strip().partition(":") for part in text.split(","))
        return cls.parse(",".join(f"{axis}{colon}{at_prompt(value, today)}" for axis, colon, value in parts))

    @cached_property
    def happened(self) -> int | None:
        """The last instant of what had happened, in microseconds since 1970."""
        return _end(self.happened_by, "happened_by")

    @cached_property
    def known(self) -> int | None:
        """The last instant of what was public, in microseconds since 1970."""
        return _end(self.known_by, "known_by")

    @cached_property
    def recorded(self) -> int | None:
        """The last instant of what was recorded, in microseconds since 1970; None where a position is given."""
        return None if self.position is not None else _end(self.recorded_by, "recorded_by")

    @cached_property
    def position(self) -> int | None:
        """The last position in the log, where one is given."""
        text = self.recorded_by
        if text is None or not text.startswith("#"):
            return None
        if not (text[1:].isascii() and text[1:].isdigit()):
            raise CutError(f"recorded_by: {text!r:.40} is no position; write # and a whole number, as in #412")
        if len(text) > _LONGEST:
            raise CutError(f"recorded_by: {text:.40} is beyond any position; leave recorded_by out for the whole log")
        return int(text[1:])

    @property
    def is_open(self) -> bool:
        """Whether nothing is cut off."""
        return self.happened_by is None and self.known_by is None and self.recorded_by is None

    def day(self, recorded: int | None, today: date | None) -> int | None:
        """Return the instant that stands for the cut's day, or None where neither the cut nor the caller gives one.

        `recorded` is the recording instant of the last entry of the cut, for a `recorded_by` that is a position.
        """
        if self.happened is not None:
            return self.happened
        if self.known is not None:
            return self.known
        if self.recorded_by is not None:
            return self.recorded if self.recorded is not None else recorded
        return None if today is None else instant(datetime.combine(today, clock_time.max, UTC))

    def to_json(self) -> dict[str, str | None]:
        """Return the three values as written."""
        return {"happened_by": self.happened_by, "known_by": self.known_by, "recorded_by": self.recorded_by}

    def __str__(self) -> str:
        """Return the cut as `parse` reads it."""
        parts = [f"{axis}:{value}" for axis in AXES if (value := getattr(self, f"{axis}_by")) is not None]
        return ",".join(parts) or "now"


def _end(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    try:
        return end_of(text)
    except DateError as error:
        if field == "recorded_by" and text.isascii() and text.isdigit() and len(text) != _YEAR:
            raise CutError(f"{field}: {text} is no year; write #{text} for a position in the log") from None
        raise CutError(f"{field}: {error}") from None
