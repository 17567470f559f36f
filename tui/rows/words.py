"""Values in words: names of the vocabulary, quantities, and what a field or a conclusion holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projections.claims.figures import Quantity

#: What may be said about an entry: the field of its reading, and how a person is told.
ABOUT: Final = {
    "corrected_by": "corrected by",
    "retracted_by": "retracted by",
    "disputed_by": "disputed by",
    "corroborated_by": "corroborated by",
    "assessed_by": "graded anew by",
}


def words(name: str) -> str:
    """Return a name of the vocabulary as words: ``denunciation-announced`` without its hyphen."""
    return clean(name).replace("-", " ")


def figure(quantity: Mapping[str, Any]) -> str:
    """Return a quantity of a document in words: ``1,000``, ``650–1,000``, ``at least 600``."""
    from projections.wording.sentences import figure_text

    low, high, unit, scope = (quantity.get(name) for name in ("low", "high", "unit", "scope"))
    return figure_text(low, high, unit or "personnel", scope)


def number(quantity: Quantity) -> str:
    """Return a quantity for a pane, without what it counts; ``?`` if nothing is known of it."""
    from projections.wording.sentences import figure_text

    low, high = quantity.low, quantity.high
    return "?" if low is None and high is None else figure_text(low, high, clean(quantity.unit))


def conclusion(value: Any) -> str:  # noqa: ANN401 - whatever a conclusion holds
    """Return what a conclusion holds in words, for a table."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return figure(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def shown_conclusion(value: Any) -> str:  # noqa: ANN401 - whatever a conclusion holds
    """Return one side of a change in few words, for a screen; a state, which is a word of ours, without hyphens."""
    from projections.claims.readings import MACHINES

    if isinstance(value, dict):
        return _bounds(value.get("low"), value.get("high"))
    if isinstance(value, list | tuple):
        return clean(", ".join(str(item) for item in value))
    if value is True:
        return "yes"
    is_state = isinstance(value, str) and any(value in machine.states for machine in MACHINES.values())
    return words(value) if is_state else clean(str(value))


def shown_field(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Return what a field of an entry holds in words, for a screen."""
    from tracker.events.base import Figure

    if isinstance(value, Figure):
        parts = (_bounds(*value.bounds), value.unit, value.scope, f"({value.basis})" if value.basis else "")
        return " ".join(part for part in parts if part)
    if isinstance(value, list | tuple):
        return ", ".join(shown_field(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown_field(item)}" for key, item in value.items())
    return "nothing" if value is None else str(value)


def _bounds(low: float | None, high: float | None) -> str:
    """Return a range in figures alone: ``1,000``, ``650–1,000``, ``600–``."""
    if low == high and low is not None:
        return f"{low:,}"
    return f"{'' if low is None else f'{low:,}'}–{'' if high is None else f'{high:,}'}"
