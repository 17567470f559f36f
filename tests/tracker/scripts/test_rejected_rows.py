"""Hints for what is wrong with many rows: each name is looked up once, and only so many as are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statements
from tracker.errors import EntryRejectedError, Problem
from tracker.scripts.reading import ScriptLine
from tracker.scripts.script import MAX_PROBLEMS, record_script
from tracker.spelling import Hints, Words

if TYPE_CHECKING:
    from tracker.log import EventLog


class Counting(Words):
    """Words that count how often one is looked for among them."""

    asked = 0

    def nearest(self, word: str) -> str | None:
        """Count, and look."""
        Counting.asked += 1
        return super().nearest(word)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.spelling.Words", Counting)
    Counting.asked = 0


def rejected(log: EventLog, parties: list[str]) -> EntryRejectedError:
    """Return what is wrong with statements of these parties."""
    said = statements(len(parties))
    events = [*stage(), *(event.model_copy(update={"party": name}) for event, name in zip(said, parties, strict=True))]
    with pytest.raises(EntryRejectedError) as caught:
        record_script(log, [ScriptLine("s", number, event) for number, event in enumerate(events, 1)])
    return caught.value


def test_a_name_that_many_rows_hold_is_looked_up_once(log: EventLog) -> None:
    error = rejected(log, ["NRE"] * 3000)
    assert Counting.asked == 1
    assert error.rejected == 3000
    assert {problem.message for problem in error.problems[:-1]} == {"unknown party 'NRE'; did you mean 'NER'?"}


def test_no_more_names_are_looked_up_than_problems_are_told(log: EventLog) -> None:
    error = rejected(log, [f"ner-{number}" for number in range(3000)])
    assert Counting.asked == MAX_PROBLEMS
    assert all("did you mean" in problem.message for problem in error.problems[:-1])


def test_what_was_registered_meanwhile_is_hinted_at() -> None:
    hints, register = Hints(), {"NER": None}
    assert hints.among("n", "party", "CHM", register) == ""
    register["CHN"] = None
    assert hints.among("n", "party", "CNH", register) == "; did you mean 'CHN'?"


def test_entries_are_read_once_and_taken_in_as_they_are_recorded() -> None:
    hints, asked = Hints(), []

    def entries() -> list[str]:
        asked.append(1)
        return ["opened"]

    assert hints.entry("n", "opend", entries) == "; did you mean 'opened'?"
    hints.recorded("n", "order-this-week")
    assert hints.entry("n", "order-this-wek", entries) == "; did you mean 'order-this-week'?"
    assert len(asked) == 1


def test_a_problem_compares_by_what_it_tells(log: EventLog) -> None:
    problem = rejected(log, ["NRE"]).problems[0]
    line = len(stage()) + 1
    assert problem == Problem("unknown party 'NRE'; did you mean 'NER'?", "party", "s", line)
