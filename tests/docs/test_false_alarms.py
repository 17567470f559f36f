"""How many conflicts and questions are right, in the bundled histories and in two made-up ones; as the page tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from projections import status
from tests.projections.made_up import BOTH, SIZE, TODAY
from tests.projections.telling import history, seed

if TYPE_CHECKING:
    from projections import Finding, Status

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "false-alarms.md"
SEEDS: Final = ("us-niger", "panama-canal", "visiting-forces", "black-sea")


def told(standing: Status) -> list[Finding]:
    """Return the conflicts and the questions."""
    return [finding for finding in standing.findings if not finding.is_note]


def rows() -> dict[str, tuple[int, int, int, int, int]]:
    """Return the rows of the page's table by negotiation: entries, conflicts, questions, right, false."""
    found = {}
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6 and cells[1].isdigit():
            entries, conflicts, questions, right, false = map(int, cells[1:])
            found[cells[0]] = entries, conflicts, questions, right, false
    return found


def test_the_page_tells_of_all_and_fewer_than_one_in_ten_is_a_false_alarm() -> None:
    table = rows()
    assert set(table) == {*SEEDS, *BOTH, "all"}
    parts = [row for name, row in table.items() if name != "all"]
    assert table["all"] == tuple(map(sum, zip(*parts, strict=True)))
    for _, conflicts, questions, right, false in table.values():
        assert conflicts + questions == right + false
    *_, right, false = table["all"]
    assert false * 10 < right + false


@pytest.mark.parametrize("name", SEEDS)
def test_a_bundled_history_has_the_findings_of_the_page(name: str, tmp_path: Path) -> None:
    loaded = seed(name, tmp_path)
    standing = status(loaded, name, today=TODAY.replace(year=2026))
    assert _counts(standing) == rows()[name][:3]
    # Each was looked at by hand: they are listed one by one on the page.
    text = PAGE.read_text("utf-8")
    assert [finding.message for finding in told(standing) if finding.message not in text] == []


@pytest.mark.parametrize("name", BOTH)
def test_a_made_up_history_has_the_faults_put_into_it_and_few_others(name: str) -> None:
    made = BOTH[name]()
    standing = status(history(*made.events), "n", today=TODAY)
    assert len(made.events) == SIZE
    assert len({event.id for event in made.events}) == SIZE
    found = told(standing)
    assert made.faults <= {(finding.kind, finding.subject) for finding in found}
    false = [finding for finding in found if (finding.kind, finding.subject) not in made.faults]
    assert (*_counts(standing), len(found) - len(false), len(false)) == rows()[name]
    text = re.sub(r"\s+", " ", PAGE.read_text("utf-8"))
    assert [finding.message for finding in false if finding.message not in text] == []


def test_the_same_entries_are_made_up_each_time() -> None:
    for make in BOTH.values():
        assert make().events == make().events


def _counts(standing: Status) -> tuple[int, int, int]:
    found = told(standing)
    conflicts = sum(finding.severity == "conflict" for finding in found)
    return standing.entries, conflicts, len(found) - conflicts
