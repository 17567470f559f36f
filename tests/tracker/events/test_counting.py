"""Of what is counted there are whole numbers only, and a point that may divide thousands is asked about."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.projections.telling import tell
from tracker.events.counting import ambiguous, fractions

_ADVICE: Final = "if its point divides thousands, correct it to"


@pytest.mark.parametrize(
    ("strength", "told"),
    [
        ("1.100", ["strength: 1.100 is no whole number of personnel; for 1,100 write 1100"]),
        ("1.000", ["strength: 1.000 is no whole number of personnel; for 1,000 write 1000, for 1 write 1"]),
        ("~1.100", ["strength: ~1.100 is no whole number of personnel; for 1,100 write 1100"]),
        (
            {"low": "1.000", "high": "1.200"},
            [
                "strength.low: 1.000 is no whole number of personnel; for 1,000 write 1000, for 1 write 1",
                "strength.high: 1.200 is no whole number of personnel; for 1,200 write 1200",
            ],
        ),
        ({"value": "1.100", "unit": "tonnes"}, []),
        ({"low": "650", "high": 1000}, []),
        ("0.125", []),
        (1000, []),
        ("1100", []),
    ],
)
def test_a_text_in_which_a_point_may_divide_thousands_is_asked_about(strength: Any, told: list[str]) -> None:  # noqa: ANN401 - as scripts hold it
    event = tell("StrengthReported", "e1", withdrawal="w", strength=strength)
    assert [str(problem) for problem in ambiguous(event, {"strength": strength})] == told


@pytest.mark.parametrize(
    ("strength", "told"),
    [
        (
            1.1,
            [f"strength of e1 is 1.1 personnel, which is no whole number; {_ADVICE} 1100"],
        ),
        ({"value": 1.5, "unit": "percent"}, []),
        ({"low": 1.0, "high": 2}, []),
    ],
)
def test_a_number_of_people_that_is_not_whole_is_told(strength: Any, told: list[str]) -> None:  # noqa: ANN401 - as scripts hold it
    assert [*fractions(tell("StrengthReported", "e1", withdrawal="w", strength=strength))] == told
