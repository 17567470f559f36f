"""Changes as a command line writes them: whole values, and what parts of one would lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.events.base import Figure
from tracker.events.talks import RoundHeld
from tracker.events.withdrawals import WithdrawalOrdered
from tracker.scripts.corrections import changes_from, fields_as_written

if TYPE_CHECKING:
    from tracker.events import Event

ROUND = RoundHeld(
    negotiation="lake",
    id="r",
    round="r1",
    parties=("NOR", "SWE"),
    venue="Oslo",
    evidence=[{"source": "gazette", "quote": "they met", "credibility": 2}],
)
RANGE = WithdrawalOrdered(
    negotiation="lake",
    id="w",
    withdrawal="all",
    party="NOR",
    strength={"low": 650, "high": 700, "unit": "police", "scope": "in the north"},
)
ABOUT = RANGE.model_copy(update={"strength": Figure(value=1000, approximate=True)})
PLAIN = RANGE.model_copy(update={"strength": Figure(value=1000)})


def problems(target: Event, *assignments: str, prefix: str = "") -> list[str]:
    return [str(problem) for problem in changes_from(target, assignments, prefix)[1]]


@pytest.mark.parametrize(
    ("target", "assignments", "changes"),
    [
        (ROUND, ["parties=NOR,SWE,FIN"], {"parties": ["NOR", "SWE", "FIN"]}),
        (ROUND, ["parties.0=SWE", "parties.1=FIN"], {"parties": ["SWE", "FIN"]}),
        (ROUND, ["venue=null", "note=x=y"], {"venue": None, "note": "x=y"}),
        (ROUND, ["outcome=null"], {"outcome": None}),
        (PLAIN, ["strength=1200"], {"strength": "1200"}),
        (PLAIN, ["strength=~1200"], {"strength": "~1200"}),
        (
            RANGE,
            ["strength.value=1200", "strength.unit=null", "strength.scope=null"],
            {"strength": {"value": "1200", "unit": None, "scope": None}},
        ),
        (
            ROUND,
            ["evidence.0.source=gazette", "evidence.0.quote=null", "evidence.0.credibility=2"],
            {"evidence": [{"source": "gazette", "quote": None, "credibility": "2"}]},
        ),
        (PLAIN, ["strength.high=1200"], {"strength": {"high": "1200"}}),
        (
            RANGE,
            ["strength.value=7", "strength.unit=police", "strength.scope=x"],
            {"strength": {"value": "7", "unit": "police", "scope": "x"}},
        ),
    ],
)
def test_whole_values_are_changes(target: Event, assignments: list[str], changes: dict[str, Any]) -> None:
    assert changes_from(target, assignments) == (changes, [])


@pytest.mark.parametrize(
    ("target", "assignments", "told"),
    [
        (
            ROUND,
            ["parties.2=FIN"],
            "parties: replaces the whole list, and NOR, SWE would be lost; write parties=NOR,SWE,FIN",
        ),
        (ROUND, ["parties.0=FIN"], "parties: replaces the whole list, and SWE would be lost; write parties=FIN,SWE"),
        (
            RANGE,
            ["strength.high=1200"],
            (
                "strength: replaces the whole value, and low 650, unit police, scope in the north would be lost; "
                "write strength.low=650 strength.high=1200 strength.unit=police strength.scope='in the north'"
            ),
        ),
        (
            RANGE,
            ["strength.value=9"],
            (
                "strength: replaces the whole value, and unit police, scope in the north would be lost; "
                "write strength.unit=police strength.scope='in the north' strength.value=9"
            ),
        ),
        (
            RANGE,
            ["strength=1200"],
            (
                "strength: replaces the whole value, and unit police, scope in the north would be lost; "
                "write strength.unit=police strength.scope='in the north' strength.value=1200"
            ),
        ),
        (
            ABOUT,
            ["strength=1200"],
            (
                "strength: replaces the whole value, and approximate True would be lost; "
                "write strength.value=1200 strength.approximate=true"
            ),
        ),
        (
            ROUND,
            ["evidence=herald"],
            "evidence: replaces the whole list, and evidence.0 would be lost; write every evidence.N.FIELD",
        ),
        (
            ROUND,
            ["event=TalksHeld"],
            "event: says which entry it is and cannot change; retract the entry and record another, or move it",
        ),
        (
            ROUND,
            ["evidence.0.quote=they did not meet"],
            (
                "evidence: replaces the whole list, and evidence.0.source gazette, "
                "evidence.0.credibility 2 would be lost; write every evidence.N.FIELD"
            ),
        ),
        (
            ROUND,
            ["evidence.1.source=herald"],
            "evidence: replaces the whole list, and evidence.0 would be lost; write every evidence.N.FIELD",
        ),
        (ROUND, ["venue"], "'venue' gives no value; write it as venue=value"),
    ],
)
def test_what_parts_would_lose_is_told_with_what_to_write(target: Event, assignments: list[str], told: str) -> None:
    assert problems(target, *assignments) == [told]


def test_in_a_correction_fields_are_told_as_it_has_them() -> None:
    told = "changes.parties: replaces the whole list, and NOR, SWE would be lost; write changes.parties=NOR,SWE,FIN"
    assert problems(ROUND, "parties.2=FIN", prefix="changes.") == [told]


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["FIN", "DNK", "ISL"])), min_size=1, max_size=4))
def test_no_part_of_a_list_is_lost_without_a_word(items: list[tuple[int, str]]) -> None:
    pairs = [f"parties.{index}={party}" for index, party in dict(items).items()]
    changes, found = changes_from(ROUND, pairs)
    kept = len(dict(items).keys() & {0, 1}) == 2
    assert bool(found) == (not kept or sorted(dict(items)) != list(range(len(dict(items)))))
    assert found or len(changes["parties"]) >= len(fields_as_written(ROUND)["parties"])
