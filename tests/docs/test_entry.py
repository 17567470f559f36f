"""What the reference says of entries and scripts is what the program does."""

from __future__ import annotations

import re
from typing import Final

from tests.docs.pages import DOCS
from tracker.dates import When
from tracker.events.base import MAX_TEXT, Event, Evidence, Figure
from tracker.events.parsing import LOG_FIELDS
from tracker.scripts.formats import ENDINGS, MAX_DEPTH, MAX_LINE
from tracker.scripts.script import MAX_PROBLEMS

ENTRY: Final = (DOCS / "reference" / "entry.md").read_text("utf-8")
SCRIPTS: Final = (DOCS / "reference" / "scripts.md").read_text("utf-8")


def section(page: str, heading: str) -> str:
    """Return a page's section, the first one for an empty heading."""
    return next(part for part in re.split(r"^#+ ", page, flags=re.MULTILINE) if part.startswith(heading))


def first_cells(text: str) -> set[str]:
    """Return the names in the first column of a table."""
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def test_every_field_is_listed() -> None:
    assert first_cells(section(ENTRY, "Entries")) == {"event", *Event.model_fields}
    assert first_cells(section(ENTRY, "Evidence")) == set(Evidence.model_fields)
    assert first_cells(section(ENTRY, "What the log adds")) == LOG_FIELDS
    assert set(re.findall(r"`(\w+)`", section(ENTRY, "Figures"))) == {*Figure.model_fields, "personnel"}


def test_every_date_shown_is_one() -> None:
    shown = [
        text
        for row in re.findall(r"^\| (`.*?) \|", section(ENTRY, "Dates"), re.MULTILINE)
        for text in re.findall(r"`([^`]+)`", row)
    ]
    assert len(shown) > 15
    assert [str(When(text)) for text in shown] == shown
    assert When("2024-03-XX").lower == When("2024-03").lower
    assert When("2024-04-15~").upper == When("2024-04-15").upper


def test_the_limits_are_those_of_the_program() -> None:
    assert (MAX_LINE, MAX_DEPTH, MAX_TEXT, MAX_PROBLEMS) == (1 << 20, 20, 1_048_576, 1000)
    limits = section(SCRIPTS, "Limits")
    assert [word for word in ("1 MiB", "20 levels", "1,048,576 characters", "1,000, and") if word not in limits] == []
    assert [ending for ending in ENDINGS if f"`{ending}`" not in SCRIPTS] == []
