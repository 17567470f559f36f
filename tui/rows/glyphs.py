"""Glyphs, so that nothing is told by colour alone: what sort of entry, which stance, how good a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from tracker.events.base import Event

#: Stances and what they look like: the glyph, and the style that repeats it.
STANCES: Final[dict[str | None, tuple[str, str]]] = {
    "supports": ("▲", "$text-success"),
    "opposes": ("▼", "$text-error"),
    "conditional": ("◆", "$text-warning"),
    "open": ("◇", "$text-accent"),
    "undecided": ("○", "$text-muted"),
    None: ("□", "$text-muted"),
}
NO_STANCE: Final = "·"
REFUSES: Final = frozenset({"refused", "cancelled", "breached", "reversed", "suspended", "deadlocked"})
AGREES: Final = frozenset({"accepted", "agreed", "signed", "concluded", "fulfilled"})
#: What a legend says of the glyphs of entries.
LEGEND: Final = (
    ("■", "moves the state of something"),
    ("▲", "agrees, accepts, concludes"),
    ("▼", "refuses, suspends, breaks off"),
    ("◆", "says something; moves nothing"),
    ("±", "corrects, retracts, disputes, grades another entry"),
    ("○", "registers a party, matter or source"),
    ("•", "new since you last looked, and not seen yet; stands after the sign"),
)
#: What stands behind an entry's name, and what it means.
FLAGS: Final = (
    ("×", "retracted"),
    ("±", "corrected since"),
    ("!", "disputed"),
    ("?", "may have happened after the cut"),
    ("¬", "a denial"),
    ("~", "hypothetical"),
    ("∅", "without evidence"),
)


def glyph_of(event: Event) -> tuple[str, str]:
    """Return the glyph of an entry and its style."""
    if event.kind_of_entry == "stage":
        return "○", "$text-muted"
    if event.kind_of_entry == "knowledge":
        return "±", "$text-accent"
    if event.moves_to in REFUSES:
        return "▼", "$text-error"
    if event.moves_to in AGREES:
        return "▲", "$text-success"
    if event.moves_to is not None:
        return "■", "$text-primary"
    return "◆", "$text-secondary"


def flags_of(reading: Reading) -> str:
    """Return the flags of an entry, each one character."""
    event = reading.event
    stands = (
        *(reading.retracted_by, reading.corrected_by, reading.disputed_by, reading.uncertain),
        *(event.modality == "denied", event.modality == "hypothetical"),
        event.kind_of_entry == "claim" and not reading.evidence,
    )
    return "".join(flag for (flag, _), is_so in zip(FLAGS, stands, strict=True) if is_so)


def grade_of(reading: Reading, standing: Claims) -> str:
    """Return the best grade of an entry's evidence, by reliability and then credibility; empty where it has none."""
    grades = [standing.registers.grade(item.source, reading.credibility_of(item)) for item in reading.evidence]
    return min(grades, default="")


def grade_style(grade: str) -> str:
    """Return the style that repeats a grade: green for what can be relied on, red for what cannot."""
    if not grade:
        return "$text-muted"
    return {"A": "$text-success", "B": "$text-success", "C": "$text-warning"}.get(grade[0], "$text-error")
