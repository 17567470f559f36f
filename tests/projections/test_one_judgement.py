"""One judgement: a step, a jump, a difference, a row of a table and a status at one cut are the same answers."""

from __future__ import annotations

import itertools
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from benchmarks.growing import NAME, script
from projections import Cut, History, Replay, diff, status
from projections.readmodel.tables import finding_rows, position_rows, thing_rows
from tests.counting import MOST, growth, operations, row
from tests.lengths import in_short, one_in
from tests.projections.telling import history, party, recorded, source, tell
from tests.projections.views.test_replay import AXES, WITHOUT, assert_same
from tests.projections.worlds import CUTS, worlds
from tracker.events import parse

if TYPE_CHECKING:
    from projections import Difference, Status, Step
    from tracker.events import Event

SIZE = 60


def _answers(standing: Status) -> list[Any]:
    """Return the rows of a status in the tables."""
    return [*thing_rows(standing), *position_rows(standing), *finding_rows(standing)]


def _changes(found: Difference | Step) -> set[tuple[str, str, str, str]]:
    """Return what changed, whichever entries are named as causes."""
    return {(change.subject, change.aspect, str(change.before), str(change.after)) for change in found.changes}


@given(worlds(), AXES, WITHOUT)
def test_a_step_is_the_difference_of_the_statuses_at_its_cut_and_the_one_before(
    events: list[Event], axis: str, without: set[str]
) -> None:
    loaded = history(*events)
    left_out = sorted(without)
    replay = Replay(loaded, without=left_out)
    before: Status | None = None
    for step in replay.steps(axis, all=True):
        cut = Cut.parse(step.cut)
        after = status(loaded, "n", cut, without=left_out)
        assert_same(replay.at(cut), after)
        assert _answers(replay.at(cut)) == _answers(after)
        if before is not None:
            expected = diff(before, after)
            assert _changes(step) == _changes(expected)
            assert set(step.appeared) == set(expected.appeared)
            assert set(step.gone) == set(expected.gone)
            assert set(step.changed) == set(expected.changed)
            assert replay.diff(before.cut, cut) == expected
        before = after


@given(worlds(), CUTS, CUTS)
def test_going_back_says_what_was_said_there(events: list[Event], here: Cut, there: Cut) -> None:
    replay = Replay(history(*events))
    first = replay.at(here)
    replay.at(there)
    again = replay.at(here)
    assert_same(again, first)
    assert all(again.view(subject) is first.view(subject) for subject in first.subjects)


def test_what_came_in_at_one_time_is_one_step_unless_each_entry_is_to_be() -> None:
    events = [
        party("USA"),
        source("s", "2024-05-06"),
        tell("WithdrawalOrdered", "order", "2024-05-02", "s", withdrawal="w", party="USA"),
        tell("StrengthReported", "count", "2024-05-03T12:00Z", "s", withdrawal="w", strength=600),
        tell("StrengthReported", "later", "2024-05-03T12:00:30Z", withdrawal="w", strength=500, published="2024-05-09"),
    ]
    replay = Replay(history(*events))
    known = [(step.step, step.entry, step.entries, step.cut) for step in replay.steps("known")]
    assert known == [(2, "count", ("count", "order"), "known:2024-05-06"), (3, "later", ("later",), "known:2024-05-09")]
    assert [step.entries for step in replay.steps("known", each_entry=True)] == [("count",), ("order",), ("later",)]
    assert [step.cut for step in replay.steps("happened")] == [
        "happened:2024-05-02",
        "happened:2024-05-03T12:00:00Z",
        "happened:2024-05-03",
    ]
    assert [step.cut for step in replay.steps("recorded")] == ["recorded:#3", "recorded:#4", "recorded:#5"]


def test_a_replay_that_begins_late_tells_of_no_deadline_that_passed_before() -> None:
    events = [
        party("USA"),
        tell("WithdrawalTimetableSet", "date", withdrawal="w", deadline="2024-05-20", published="2024-05-01"),
        tell("StatementMade", "words", party="USA", published="2024-05-10"),
        tell("StatementMade", "late", party="USA", published="2024-05-30"),
    ]
    replay = Replay(history(*events), today=date(2026, 1, 1))
    # Nor does it blame the next entry for what time changes.
    steps = [(step.at, step.entry, [one.kind for one in step.appeared]) for step in replay.steps("known", "2024-05-05")]
    assert steps == [("2024-05-21", None, ["overdue"])]
    assert list(replay.steps("known", "2024-05-22")) == []


def test_what_time_changes_on_the_day_of_an_entry_is_a_part_of_its_step() -> None:
    events = [
        party("USA"),
        tell("RoundHeld", "held", "2024-05-01", round="r", published="2024-05-01", parties=["USA"]),
        tell("StatementMade", "words", "2024-05-02", party="USA", published="2024-05-02"),
        tell("StatementMade", "early", "2024-05-06", party="USA", published="2024-05-04", modality="done"),
    ]
    replay = Replay(history(*events), today=date(2026, 1, 1))
    for axis in ("happened", "known"):
        steps = [(step.at, step.entry, [one.after for one in step.changes]) for step in replay.steps(axis)]
        assert steps[:2] == [("2024-05-01", "held", ["under-way"]), ("2024-05-02", "words", ["held"])]
    # What is done is known on its day, however early somebody said so.
    assert [step.at for step in replay.steps("known", all=True)] == ["2024-05-01", "2024-05-02", "2024-05-06"]
    judged_elsewhere = Replay(history(*events), base=Cut(happened_by="2024-05-01"), today=date(2026, 1, 1))
    assert [step.at for step in judged_elsewhere.steps("known")] == ["2024-05-01"]


def _told(world: str, size: int) -> History:
    return History(NAME, list(recorded(map(parse, script(world, size)))))


@pytest.mark.long
@pytest.mark.parametrize(
    ("world", "axis"),
    one_in(4, itertools.product(["states of one", "figures of one"], ["happened", "known", "recorded"])),
)
def test_a_replay_grows_with_the_entries_of_one_subject(world: str, axis: str) -> None:
    # What is kept from one reading to the next, such as names that were folded, is there from the start.
    list(Replay(_told(world, SIZE)).steps(axis))
    counted = (operations(lambda loaded: list(Replay(loaded).steps(axis)), _told(world, n * SIZE)) for n in (1, 2, 4))
    counts = (next(counted), next(counted), next(counted))
    sys.stdout.write(row(world, f"replay {axis}", counts))
    assert growth(counts) <= MOST


@pytest.mark.parametrize(
    ("world", "axis"), list(itertools.product(["corrections in a row", "disputes in a row"], ["known", "recorded"]))
)
def test_what_is_said_about_an_entry_is_read_anew_only_where_it_changes(world: str, axis: str) -> None:
    size = SIZE // 3
    list(Replay(_told(world, size)).steps(axis))
    counted = (operations(lambda loaded: list(Replay(loaded).steps(axis)), _told(world, n * size)) for n in (1, 2, 4))
    counts = (next(counted), next(counted), next(counted))
    sys.stdout.write(row(world, f"replay {axis}", counts))
    assert growth(counts) <= MOST


@pytest.mark.long
@pytest.mark.parametrize("axis", ["happened", "recorded"])
def test_a_step_among_many_entries_looks_at_few(axis: str) -> None:
    replay = Replay(_told("states of one", 40 * SIZE))
    middle = date(2020, 1, 1) + timedelta(days=20 * SIZE)
    cuts = [f"#{20 * SIZE + number}" if axis == "recorded" else str(middle + timedelta(number)) for number in (0, 1)]
    places = [Cut(**{f"{axis}_by": cut}) for cut in cuts]
    for place in (*places, places[0]):
        replay.at(place)
    # Back and forth is looking up; were every entry looked at, it would be thousands.
    assert operations(replay.at, places[1]) < SIZE * 10


@pytest.mark.parametrize("world", in_short(["corrections in a row", "retractions", "sources corrected"], "retractions"))
def test_where_much_is_said_of_one_entry_a_jump_still_grows_with_the_entries(world: str) -> None:
    status(_told(world, SIZE), NAME)
    counted = (operations(lambda loaded: Replay(loaded).at(Cut()), _told(world, n * SIZE)) for n in (4, 8, 16))
    counts = (next(counted), next(counted), next(counted))
    sys.stdout.write(row(world, "jump", counts))
    assert growth(counts) <= MOST


@pytest.mark.parametrize("axis", ["known", "happened"])
def test_what_was_retracted_and_would_have_moved_on_its_day_is_found_from_that_day_on(axis: str) -> None:
    consent = {"agreement": "ab", "party": "USA", "means": "accession", "effective": "2024-03-28"}
    events = [
        party("USA"),
        tell("ConsentExpressed", "consent", "2024-01-10", published="2024-01-10", **consent),
        tell("EntryRetracted", "back", entry="consent", published="2024-01-11"),
        tell("AgreementNegotiated", "other", "2024-05-01", published="2024-05-01", agreement="aa"),
    ]
    replay = Replay(history(*events), today=date(2026, 1, 1), notes=True)
    steps = {step.at: [one.kind for one in step.appeared] for step in replay.steps(axis, all=True)}
    assert "retracted-support" in steps["2024-03-28"]
    _is_a_status_at_each_step(replay, axis)


@pytest.mark.parametrize("axis", ["known", "happened"])
def test_a_single_voice_is_named_by_the_same_source_however_one_came_there(axis: str) -> None:
    both = {"round": "r1", "parties": ["FRA", "USA"]}
    events = [
        *(party(name) for name in ("USA", "FRA")),
        *(tell("SourceRegistered", f"src-{name}", source=name, publisher="AP") for name in ("s-b", "s-d")),
        tell("NegotiationContinued", "goes-on", "2024-01-01", "s-d", published="2024-01-01", **both),
        tell("TalksSuspended", "halt", None, "s-b", round="r1", party="USA", published="2024-02-05"),
        tell("RoundHeld", "held", "2024-01%", "s-b", published="2024-02-02", **both),
        tell("EntryCorroborated", "more", None, "s-d", entry="halt", published="2024-02-06"),
    ]
    _is_a_status_at_each_step(Replay(history(*events), today=date(2026, 1, 1), notes=True), axis)


def _is_a_status_at_each_step(replay: Replay, axis: str) -> None:
    for step in replay.steps(axis, all=True):
        cut = Cut.parse(step.cut)
        assert replay.at(cut).to_json() == status(replay.history, "n", cut, today=replay.today).to_json()
