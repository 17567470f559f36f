"""Of what is counted there are whole numbers only, and a point that may divide thousands is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projections.telling import tell
from tracker.events.counting import uncounted


def _advice(field: str, number: float) -> str:
    other = f"if its point divides thousands, write {number * 1000:.0f}; else name another unit"
    return f"{field}: {number} is no whole number of personnel; {other}"


@pytest.mark.parametrize(
    ("strength", "told"),
    [
        ("1.100", ["strength: 1.100 is no whole number of personnel; for 1,100 write 1100"]),
        ("1.000", ["strength: 1.000 is no whole number of personnel; for 1,000 write 1000, for 1 write 1"]),
        ("~1.100", ["strength: ~1.100 is no whole number of personnel; for 1,100 write 1100"]),
        (
            1.1,
            [_advice("strength", 1.1)],
        ),
        (
            {"low": 1.0, "high": 1.2},
            [_advice("strength.high", 1.2)],
        ),
        ({"value": "1.100", "unit": "tonnes"}, []),
        ({"value": 1.5, "unit": "percent"}, []),
        ({"low": "650", "high": 1000}, []),
        (1000, []),
        ("1100", []),
    ],
)
def test_a_figure_of_personnel_is_whole(strength: Any, told: list[str]) -> None:  # noqa: ANN401 - as scripts hold it
    event = tell("StrengthReported", "e1", withdrawal="w", strength=strength)
    assert [str(problem) for problem in uncounted(event, {"strength": strength})] == told
