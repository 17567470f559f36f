"""What the bundled history of Washington and Niamey comes to on the days that its facts were chosen for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections import Cut, Status, status
from tests.projections.telling import seed
from tracker.scripts.reading import seeds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def niger(tmp_path: Path) -> dict[str, Status]:
    loaded = seed("us-niger", tmp_path)
    days = {"april": "2024-04-30", "may": "2024-05-11"}
    cuts = {name: Cut(known_by=day) for name, day in days.items()} | {"end": Cut()}
    return {name: status(loaded, "us-niger", cut) for name, cut in cuts.items()}


def questions(standing: Status) -> list[str]:
    return [f"{finding.subject} {finding.message}" for finding in standing.questions]


def test_on_11_may_the_order_is_known_and_neither_timetable_nor_destination(niger: dict[str, Status]) -> None:
    may = niger["may"]
    assert may.agreements["sofa-2012"].state == "denunciation-announced"
    assert may.proposals["keep-air-base"].state == "refused"
    assert may.proposals["keep-air-base"].party == "NER"
    withdrawal = may.withdrawals["all-forces"]
    assert withdrawal.state == "ordered"
    assert withdrawal.strength is not None
    assert (withdrawal.strength.low, withdrawal.strength.high) == (1000, 1000)
    assert (withdrawal.deadline, withdrawal.destination, withdrawal.departed) == (None, None, None)
    assert "under-way" in {talks.state for talks in may.talks.values()}
    assert may.partners["NER"] == ("RUS", "CHN", "IRN")
    asked = [question for question in questions(may) if question.startswith("withdrawal:all-forces")]
    assert any("no timetable" in question for question in asked)
    assert any("where the force will go" in question for question in asked)


def test_on_30_april_there_is_no_order_yet(niger: dict[str, Status]) -> None:
    assert niger["april"].withdrawals["all-forces"].state == "agreed"
    assert not any("timetable" in question for question in questions(niger["april"]))


def test_at_the_end_of_the_log_the_force_is_gone(niger: dict[str, Status]) -> None:
    withdrawal = niger["end"].withdrawals["all-forces"]
    assert withdrawal.state == "completed"
    assert withdrawal.deadline == "2024-09-15"
    assert withdrawal.departed is not None
    assert (withdrawal.departed.low, withdrawal.departed.high) == (766, 766)


@pytest.mark.parametrize("name", seeds())
def test_nothing_is_shown_that_cannot_be_asked_why(name: str, tmp_path: Path) -> None:
    loaded = seed(name, tmp_path)
    standing = status(loaded, name)
    shown = standing.to_json()
    assert shown["entries"] == len(loaded.entries)
    assert shown["head"] == loaded.entries[-1].digest
    for family in ("agreements", "proposals", "talks", "withdrawals", "commitments"):
        for view in shown[family].values():
            assert view["because"]
    for matters in shown["positions"].values():
        for position in matters.values():
            assert position["because"]


def test_entries_and_head_are_those_of_the_recorded_prefix(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    for cut in (Cut(known_by="2024-04-30"), Cut(happened_by="2024-04-30"), Cut(recorded_by="#50")):
        standing = status(loaded, "us-niger", cut)
        count = 50 if cut.position else len(loaded.entries)
        assert (standing.entries, standing.head) == (count, loaded.entries[count - 1].digest)
    nothing = status(loaded, "us-niger", Cut(recorded_by="#0"))
    assert (nothing.entries, nothing.head, nothing.last, nothing.title) == (0, "0" * 64, None, None)
