"""Places in time as a person writes them: the cut that is meant, or two of them to be compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from projections.claims.cut import AXES, Cut
from tracker.dates import When
from tracker.dates.informal import at_prompt

if TYPE_CHECKING:
    from datetime import date

    from tui.workspace.time.session import Session


def stretch_of(text: str, here: Cut, axis: str, today: date | None = None) -> tuple[Cut, Cut] | None:
    """Return the two cuts that a person means by ``2024-04-30..2024-05-11``, to be compared; None for one place.

    Raises `CutError` and `DateError`.
    """
    before, dots, after = (part.strip() for part in text.partition(".."))
    if not dots or not before or not after or set(text) & set("[]{}"):
        return None
    return place_of(before, here, axis, today), place_of(after, here, axis, today)


def place_of(text: str, here: Cut, axis: str, today: date | None = None) -> Cut:
    """Return the cut that a person means: a date, a number in the log (``412``, ``#412``), ``now``, or a whole cut.

    A date cuts the axis that the steps move, or ``known`` where they move ``recorded``; an interval is read to its
    end, and ``yesterday`` and ``-2w`` count from `today`. Raises `CutError` and `DateError`.
    """
    word = at_prompt(text.strip(), today)
    if word.removeprefix("#").isdigit() and (word.startswith("#") or len(word) != len("2024")):
        return replace(here, recorded_by=f"#{word.removeprefix('#')}")
    if word in {"", "now"} or ":" in word.partition("T")[0]:
        return Cut.at_prompt(word, today)
    moved = "known" if axis == "recorded" else axis
    return replace(here, **{f"{moved}_by": When(word).latest_iso()})


def ways_on(session: Session) -> str:
    """Return which keys lead on from where a session stands: `]` does not if the axis that it steps is not cut."""
    if session.is_live:
        return "[ goes back to the previous entry."
    first = "t steps along another axis" if session.now() is None else "] goes on to the next entry"
    return f"{first}, L goes to the present."


def is_earlier(cut: Cut, other: Cut) -> bool:
    """Say whether a cut lets less in than another on the first axis on which they differ."""
    for axis in AXES:
        here, there = (getattr(one, f"{axis}_by") for one in (cut, other))
        if here != there:
            if here is None or there is None:
                return there is None
            if axis == "recorded":
                return (cut.position or cut.recorded or 0) < (other.position or other.recorded or 0)
            return bool(getattr(cut, axis) < getattr(other, axis))
    return False
