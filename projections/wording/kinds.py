"""The headings over findings of each kind, for pages and screens alike."""

from __future__ import annotations

from typing import Final

#: The headings by kind.
HEADINGS: Final = {
    "open-question": "Open questions",
    "overdue": "Overdue",
    "figure-conflict": "Figures that contradict each other",
    "date-conflict": "Dates that contradict each other",
    "state-conflict": "States that exclude each other",
    "value-conflict": "Words that contradict each other",
    "foretold": "Told before it happened",
    "denial": "Denied or disputed",
    "illegal-transition": "Steps that do not follow",
    "order-conflict": "Steps out of order",
    "identity": "Who is who",
    "alike": "Names that are nearly alike",
    "relay-cycle": "Sources that repeat one another",
    "retracted-support": "What lost its support",
    "unsourced": "Without any source",
    "single-voice": "Resting on one voice",
}


def heading_of(kind: str) -> str:
    """Return the heading over findings of a kind."""
    return HEADINGS.get(kind) or kind.replace("-", " ").capitalize()
