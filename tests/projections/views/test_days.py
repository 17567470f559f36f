"""Days: each day on which a status says something else than on the day before is a step, and no other day is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given

from projections import Cut, History, claims, status
from projections.claims.cut import AXES, CutError
from projections.views.days import Days
from projections.wording.plain import plain
from tests.projections.telling import history, party, seed, tell
from tests.projections.worlds import worlds
from tracker.scripts.reading import seeds

if TYPE_CHECKING:
    from pathlib import Path

    from projections import Status
    from tracker.events import Event

_CUT: Final = {"cut"}


def said(found: Status) -> dict[str, Any]:
    """Return what a status says, but for the cut."""
    return {name: value for name, value in found.to_json().items() if name not in _CUT}


def assert_days(loaded: History, axis: str, *, most: int = 1500) -> None:
    """Hold the steps of an axis against the status of each of its days, asked for by itself."""
    days = Days(loaded, axis)
    steps = []
    for day in filter(attrgetter("is_step"), days):
        steps.append(date.fromisoformat(day.day))
        cut = Cut(**{f"{axis}_by": day.day})
        assert plain(days.status(day).to_json()) == plain(status(loaded, loaded.negotiation, cut).to_json()), day.day
    assert steps == sorted(set(steps))
    # All days where they are few; of a long time those of the steps and beside them.
    ends = steps or [date(2024, 5, 1)]
    first, last = ends[0] - timedelta(days=2), ends[-1] + timedelta(days=40)
    if (last - first).days <= most:
        asked = [first + timedelta(days=number) for number in range((last - first).days)]
    else:
        asked = sorted({step + timedelta(days=number) for step in steps for number in range(-2, 3)})
    before: dict[str, Any] | None = None
    found = []
    for number, here in enumerate(asked):
        now = said(status(loaded, loaded.negotiation, Cut(**{f"{axis}_by": here.isoformat()})))
        if number and asked[number - 1] == here - timedelta(days=1) and now != before:
            found.append(here)
        before = now
    assert found == steps


@pytest.mark.long
@pytest.mark.parametrize(("name", "axis"), [(name, axis) for name in seeds() for axis in AXES])
def test_steps_are_the_days_on_which_the_status_of_a_seed_says_something_else(
    name: str, axis: str, tmp_path: Path
) -> None:
    assert_days(seed(name, tmp_path), axis)


@pytest.mark.long
@pytest.mark.parametrize("axis", AXES)
@given(events=worlds())
def test_steps_are_the_days_on_which_any_status_says_something_else(axis: str, events: list[Event]) -> None:
    assert_days(history(*events), axis, most=60)


def test_a_day_on_which_only_time_passes_is_a_step() -> None:
    loaded = history(
        party("USA"),
        tell("CommitmentUndertaken", "word", "2024-05-01", commitment="c", party="USA", due="2024-05-08"),
    )
    assert [day.day for day in Days(loaded, "happened") if day.is_step] == ["2024-05-01", "2024-05-09"]


@pytest.mark.parametrize("axis", AXES)
def test_a_day_on_which_another_claim_becomes_the_last_is_a_step(axis: str) -> None:
    loaded = history(
        party("USA"),
        tell("StatementMade", "plan", "2026-01-20", party="USA", published="2025-12-20", modality="announced"),
        tell("StatementMade", "early", "2026-01-10", party="USA", published="2025-12-20", modality="done"),
        tell("StatementMade", "said", "2025-12-30", party="USA"),
    )
    assert_days(loaded, axis)


@pytest.mark.long
@pytest.mark.parametrize(
    "base", [Cut(known_by="2024-05-11"), Cut(happened_by="2024-04"), Cut(recorded_by="#110", known_by="2024-06-01")]
)
@pytest.mark.parametrize("axis", ["known", "happened"])
def test_days_end_at_a_cut_and_say_what_the_status_says_there(base: Cut, axis: str, tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    without = [next(iter(claims(loaded, "us-niger").registers.sources))]
    days = Days(loaded, axis, base, without=without)
    found = [day for day in days if day.is_step]
    assert len(found) > 5
    for day in found[-5:]:
        cut = replace(base, **{f"{axis}_by": day.day})
        assert plain(days.status(day).to_json()) == plain(status(loaded, "us-niger", cut, without=without).to_json())
    last = getattr(base, f"{axis}_by")
    assert last is None or found[-1].day[: len(last)] <= last


def test_another_axis_is_refused() -> None:
    with pytest.raises(CutError, match="no axis"):
        Days(history(party("USA")), "read")
