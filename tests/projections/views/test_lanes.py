"""Lanes: at every instant, each bar says what the status at that cut says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections import Cut, status
from projections.judgement.states import State
from projections.views.lanes import FAMILIES, lanes_of
from tests.projections.telling import seed
from tracker.dates import day_end, from_instant

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("axis", ["known", "happened"])
def test_each_bar_says_what_the_status_on_its_day_says(axis: str, tmp_path: Path) -> None:
    history = seed("panama-canal", tmp_path)
    lanes = lanes_of(history, axis)
    families = [lane.family for lane in lanes]
    assert families == sorted(families, key=[*FAMILIES, "party", "matter"].index)
    days = sorted({bar.start for lane in lanes for bar in lane.bars})
    for start in days[:: max(len(days) // 8, 1)]:
        day = from_instant(day_end(start)).date().isoformat()
        now = status(history, history.negotiation, Cut(**{f"{axis}_by": day}))
        for lane in lanes:
            view = now.view(lane.subject)
            state = view.state if isinstance(view, State) else None
            assert [None, *(bar.state for bar in lane.bars if bar.start <= start)][-1] == state, (lane.subject, day)


def test_expectations_and_figures_stand_on_the_lane_of_their_thing_with_their_grade(tmp_path: Path) -> None:
    lanes = {lane.subject: lane for lane in lanes_of(seed("us-niger", tmp_path), "happened")}
    forces = lanes["withdrawal:all-forces"]
    assert [(due.kind, due.date, due.standing) for due in forces.due] == [("deadline", "2024-09-15", "met")]
    by_name = {figures.name: [(point.text, point.grade) for point in figures.points] for figures in forces.figures}
    assert ("946", "A2") in by_name["strength"]
    assert by_name["departed"] == [("269", "A2"), ("766", "D3")]
    assert lanes["agreement:sofa-2012"].name.startswith("Status of forces agreement")
