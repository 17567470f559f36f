"""Figures that disagree: the groups that a sweep finds are those that comparing each with each finds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from projections import History, status
from projections.judgement.findings.figures import Figures
from tests.projections.telling import history, tell

if TYPE_CHECKING:
    from projections.claims.readings import Reading


@st.composite
def reports(draw: st.DrawFn) -> History:
    """Return reports of one strength: of a day, of some days or without an end; a value, a range or open on a side."""
    told = []
    for number in range(draw(st.integers(2, 14))):
        begins, lasts = draw(st.integers(0, 9)), draw(st.none() | st.integers(0, 6))
        first = date(2024, 1, 1) + timedelta(days=begins)
        ends = "" if lasts is None else str(first + timedelta(days=lasts))
        occurred = str(first) if lasts == 0 else f"{first}/{ends or '..'}"
        low, high = sorted((draw(st.integers(0, 6)), draw(st.integers(0, 6))))
        strength = draw(st.sampled_from(({"low": low, "high": high}, {"low": low}, {"high": high}, {"value": low})))
        told.append(tell("StrengthReported", f"e{number}", occurred, withdrawal="force", strength=strength))
    return history(*told)


def groups_by_pairs(readings: list[Reading]) -> list[set[str]]:
    """Return the groups of figures that disagree directly or through others, found by comparing each with each."""
    groups: list[set[str]] = []
    for one, other in combinations(readings, 2):
        (first,), (second,) = one.measures, other.measures
        if one.overlaps(other) and (first.high < second.low or second.high < first.low):
            pair = {one.id, other.id}
            groups, joined = [g for g in groups if g.isdisjoint(pair)], [g for g in groups if not g.isdisjoint(pair)]
            groups.append(pair.union(*joined))
    return groups


@given(reports())
def test_groups_are_those_of_pairs(told: History) -> None:
    standing = status(told, "n")
    readings = standing.readings("withdrawal:force")
    figures = Figures("withdrawal:force")
    for reading in readings:
        figures.take(reading)
    found = [finding.entries for finding in figures.findings()]
    assert sorted(map(sorted, found)) == sorted(map(sorted, groups_by_pairs(readings)))
    order = [reading.id for reading in readings]
    places = [[order.index(name) for name in entries] for entries in found]
    assert places == sorted(map(sorted, places))
