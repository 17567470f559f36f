"""Moving through a history gives at each place what asking there anew gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import Cut, CutError, Findings, History, Replay, claims, diff, status
from projections.claims.claims import GROUPS
from projections.claims.readings import subjects_of
from tests.projections.stories import SOURCES
from tests.projections.telling import history, party, seed, source, tell
from tests.projections.worlds import CUTS, worlds
from tracker import EventLog
from tracker.dates import OPEN_FUTURE, OPEN_PAST, from_instant, instant
from tracker.errors import NameUnknownError
from tracker.scripts.reading import seeds

if TYPE_CHECKING:
    from pathlib import Path

    from projections import Change, Status, Step
    from tracker.events import Event

#: What a count of people is beside its ends.
PEOPLE = {"unit": "personnel", "scope": None, "approximate": False}
#: What only says what a thing is; that it has a name at all is no change of it.
NAMING = ("title", "kind", "parties")
AXES = st.sampled_from(("happened", "known", "recorded"))
WITHOUT: st.SearchStrategy[set[str]] = st.just(set()) | st.sets(st.sampled_from(SOURCES), min_size=1, max_size=2)


_FIRST = instant(datetime.min.replace(tzinfo=UTC))
_LAST = instant(datetime.max.replace(tzinfo=UTC))


def shown(standing: Status, *, edge: bool = True) -> dict[str, Any]:
    """Return all that a status says; without an `edge`, but for what may have happened after the cut."""
    everything = standing.to_json()
    return everything if edge else _without_edge(everything)


def _without_edge(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _without_edge(inner) for name, inner in value.items() if name not in {"uncertain", "cut"}}
    return [_without_edge(inner) for inner in value] if isinstance(value, list) else value


def assert_same(moved: Status, asked: Status) -> None:
    """Hold a status that was moved to its cut against one that was asked for there."""
    assert shown(moved) == shown(asked)
    assert list(moved.subjects) == list(asked.subjects)
    for name in (*GROUPS, "entries", "head", "recorded", "without", "registers"):
        assert getattr(moved.claims, name) == getattr(asked.claims, name), name
    for index in range(asked.claims.entries):
        assert moved.claims.placed.at(index) == asked.claims.placed.at(index)
    assert moved.claims.objections == asked.claims.objections


@given(worlds(circles=True), st.lists(CUTS, min_size=1, max_size=6))
def test_going_from_cut_to_cut_is_asking_at_each(events: list[Event], cuts: list[Cut]) -> None:
    loaded = history(*events)
    replay = Replay(loaded)
    for cut in cuts:
        assert_same(replay.at(cut), status(loaded, "n", cut))


@given(worlds(), st.lists(CUTS, min_size=1, max_size=5), st.sets(st.sampled_from(SOURCES), min_size=1, max_size=2))
def test_so_it_is_without_a_source(events: list[Event], cuts: list[Cut], without: set[str]) -> None:
    loaded = history(*events)
    replay = Replay(loaded, without=sorted(without))
    for cut in cuts:
        assert_same(replay.at(cut), status(loaded, "n", cut, without=sorted(without)))


@given(worlds(), CUTS, CUTS)
def test_a_diff_is_the_diff_of_the_two_statuses(events: list[Event], before: Cut, after: Cut) -> None:
    loaded = history(*events)
    replay = Replay(loaded)
    expected = diff(status(loaded, "n", before), status(loaded, "n", after))
    assert replay.diff(before, after) == expected
    assert replay.diff(before, after) == expected


@given(worlds(circles=True), AXES)
def test_stepping_to_the_end_is_the_status_and_so_it_is_up_to_any_instant(events: list[Event], axis: str) -> None:
    _assert_steps_are_cuts(history(*events), axis, [])


@given(worlds(), AXES, WITHOUT)
def test_so_is_stepping_without_a_source(events: list[Event], axis: str, without: set[str]) -> None:
    _assert_steps_are_cuts(history(*events), axis, sorted(without))


def _assert_steps_are_cuts(loaded: History, axis: str, left_out: list[str]) -> None:
    """Hold the status after each instant of a walk against the cut there, and the last against the whole."""
    last: Status | None = None
    moment: int | None = None
    for stop in list(Replay(loaded, without=left_out).walk(axis, each_entry=True))[1:]:
        reach = stop.where.reach
        here = {"happened": reach.happened[0], "known": reach.known[0], "recorded": reach.recorded}[axis]
        if last is not None and moment is not None and here != moment:
            _assert_is_at(loaded, axis, moment, last, left_out)
        last, moment = stop.status(), here
    if last is not None and moment is not None:
        _assert_is_at(loaded, axis, moment, last, left_out)
        open_ended = replace(status(loaded, "n", without=left_out, today=_date(last.day)), findings=Findings())
        assert shown(replace(last, findings=Findings()), edge=False) == shown(open_ended, edge=False)


def _date(day: int | None) -> date | None:
    """Return the day that ends at an instant or holds it; the last one for the end of time."""
    if day is None:
        return None
    return date.max if day > _LAST else from_instant(max(day, _FIRST)).date()


def _assert_is_at(loaded: History, axis: str, moment: int, last: Status, without: list[str]) -> None:
    """Hold the status after all entries up to an instant against the cut there."""
    if moment in {OPEN_PAST, OPEN_FUTURE}:
        return
    text = f"#{moment}" if axis == "recorded" else from_instant(moment).isoformat().replace("+00:00", "Z")
    asked = status(loaded, "n", Cut(**{f"{axis}_by": text}), without=without)
    assert shown(last, edge=False) == shown(asked, edge=False)


@given(worlds(), AXES, WITHOUT)
def test_the_changes_of_all_steps_add_up_to_the_conclusions(events: list[Event], axis: str, without: set[str]) -> None:
    loaded = history(*events)
    said: dict[tuple[str, str], Any] = {}
    replay = Replay(loaded, without=sorted(without))
    for step in replay.steps(axis, each_entry=True):
        for change in step.changes:
            assert change.because
            assert all(loaded.get(entry) is not None for entry in change.because)
            if change.aspect not in {"since", *NAMING}:
                assert (said.get((change.subject, change.aspect)) or None) == (change.before or None)
                said[change.subject, change.aspect] = change.after
    nothing = status(loaded, "n", Cut(recorded_by="#0"))
    changes = diff(nothing, list(replay.walk(axis, each_entry=True))[-1].status()).changes
    expected = {
        (change.subject, change.aspect): change.after for change in changes if change.aspect not in {"since", *NAMING}
    }
    assert {key: value for key, value in said.items() if value} == expected


@given(worlds(), st.sampled_from(("known", "recorded")))
def test_what_a_step_lets_in_is_among_the_causes_of_what_it_changes(events: list[Event], axis: str) -> None:
    loaded = history(*events)
    for step in Replay(loaded).steps(axis, each_entry=True):
        root = loaded.entries[loaded.root(loaded.index[step.entry or ""])].event
        # What registers a source, and what is said of that, shows in the dates of entries only.
        if root.kind_of_entry == "claim":
            # The day may bring a change of something else, such as a round that is over or a plan that has passed.
            own = [
                change
                for change in step.changes
                if change.subject in subjects_of(root) and (change.before, change.after) != ("ahead", "passed")
            ]
            assert all(step.entry in change.because for change in own)


def test_a_plan_that_is_met_as_it_comes_rests_on_what_made_it_one() -> None:
    loaded = history(
        party("NER"),
        source("s1", "2024-05-02"),
        tell("WithdrawalDemanded", "said", withdrawal="w1", party="NER", modality="announced"),
        tell("WithdrawalDemanded", "done", withdrawal="w1", party="NER"),
        tell("EntryCorrected", "dated", entry="said", changes={"occurred": "2024-05-03"}),
        tell("EntryCorrected", "sourced", entry="said", changes={"evidence": [{"source": "s1"}]}),
    )
    last = list(Replay(loaded).steps("known", each_entry=True))[-1]
    (plan,) = [change for change in last.changes if change.aspect == "plan 2024-05-03"]
    assert (plan.before, plan.after) == (None, "met")
    assert plan.because == ("said", "sourced")


def test_a_plan_that_is_void_rests_on_what_made_it_so() -> None:
    loaded = history(
        party("USA"),
        party("NER"),
        source("s0", "2024-05-01"),
        tell("WithdrawalOrdered", "said", "2024-05-02", "s0", withdrawal="w1", party="USA", modality="announced"),
        tell("WithdrawalDemanded", "asked", withdrawal="w1", party="NER"),
        tell("WithdrawalSuspended", "halted", withdrawal="w1", party="USA"),
    )
    last = list(Replay(loaded).steps("known", each_entry=True))[-1]
    (plan,) = [change for change in last.changes if change.aspect == "plan 2024-05-02"]
    assert (plan.after, plan.because) == (None, ("halted",))


@given(worlds(), AXES)
def test_a_step_without_changes_is_left_out_unless_all_are_asked_for(events: list[Event], axis: str) -> None:
    replay = Replay(history(*events))
    every = list(replay.steps(axis, all=True, each_entry=True))
    assert [step.step for step in every] == sorted({step.step for step in every})
    assert list(replay.steps(axis, each_entry=True)) == [step for step in every if step]


@given(worlds(), AXES, st.data())
def test_a_replay_of_a_part_is_that_part_of_the_replay(events: list[Event], axis: str, data: st.DataObject) -> None:
    replay = Replay(history(*events))
    days = ("2024-05-02", "2024-05-05", "2024-05-09")
    times = ("#3", "#11", "2026-01-01T00:00:12Z", "#15")
    chosen = st.sampled_from(times if axis == "recorded" else days)
    start, end = sorted((data.draw(chosen), data.draw(chosen)))
    whole = [_without_time(step) for step in replay.steps(axis, all=True, each_entry=True)]
    part = [_without_time(step) for step in replay.steps(axis, start, end, all=True, each_entry=True)]
    # The whole may have one of these steps twice: once in the part, and once beside it.
    remaining = iter(whole)
    assert all(step in remaining for step in part)
    placed = claims(replay.history, "n").placed
    inside = {
        reading.id
        for number, reading in enumerate((placed.at(index)[1] for index in range(len(replay.history.entries))), 1)
        if reading is not None and _lies_between(axis, number, reading, start, end)
    }
    admitted = {entry for _, entry, _ in whole}
    if axis != "known":  # where what is said about entries can bring them forward before they are admitted
        assert {entry for _, entry, _ in part} == inside & admitted


def _without_time(step: Step) -> tuple[str, str | None, list[Change]]:
    """Return a step without the plans and rounds that passed since the step before: maybe before a part begins."""
    passing = (("ahead", "passed"), ("under-way", "held"))
    return step.at, step.entry, [one for one in step.changes if (one.before, one.after) not in passing]


def _lies_between(axis: str, number: int, reading: Any, start: str, end: str) -> bool:  # noqa: ANN401 - a reading
    if axis == "recorded":
        low = int(start[1:]) if start.startswith("#") else 12
        high = int(end[1:]) if end.startswith("#") else 12
        return low <= number <= high
    moment = reading.lower if axis == "happened" else reading.published_upper
    first, last = Cut(known_by=start).known, Cut(known_by=end).known
    assert first is not None
    assert last is not None
    return bool(first - 86_400_000_000 < moment <= last)


@pytest.mark.long
@pytest.mark.parametrize("name", seeds())
@pytest.mark.parametrize("axis", ["happened", "known", "recorded"])
def test_replaying_a_bundled_history_to_its_end_is_its_status(name: str, axis: str, tmp_path: Path) -> None:
    loaded = seed(name, tmp_path)
    today = date(2026, 1, 1)
    replay = Replay(loaded, today=today)
    steps = list(replay.steps(axis, each_entry=True))
    assert steps
    said: dict[tuple[str, str], Any] = {}
    for step in steps:
        said.update({(change.subject, change.aspect): change.after for change in step.changes})
    for family in status(loaded, name, today=today).things.values():
        for view in family.values():
            assert said.get((view.subject, "state")) == view.state
    moments = sorted({instant(entry.recorded_at) for entry in loaded.entries})
    assert len(moments) == 1
    for day in ("2024-03-16", "2024-05-11", "2024-09", "1977-09"):
        assert_same(replay.at(Cut(known_by=day)), status(loaded, name, Cut(known_by=day), today=today))
        assert_same(replay.at(Cut(happened_by=day)), status(loaded, name, Cut(happened_by=day), today=today))
    for number in range(0, len(loaded.entries), 7):
        cut = Cut(recorded_by=f"#{number}")
        assert_same(replay.at(cut), status(loaded, name, cut))


def test_what_was_recorded_since_is_taken_in(log_path: Path) -> None:
    order = tell("WithdrawalOrdered", "order", "2024-05-02", withdrawal="w", party="USA", published="2024-05-02")
    with EventLog.open(log_path, by="test") as log:
        log.record([party("USA"), order])
        loaded = History.load(log, "n")
        replay = Replay(loaded)
        assert replay.at(Cut()).withdrawals["w"].state == "ordered"
        log.record([tell("EntryRetracted", "undo", None, entry="order", published="2024-05-03")])
        loaded.extend(log)
    assert replay.at(Cut()).withdrawals == {}
    assert replay.at(Cut(known_by="2024-05-02")).withdrawals["w"].state == "ordered"


def test_a_step_tells_what_changed_why_and_when_as_written() -> None:
    events = [
        party("USA"),
        source("s", "2024-05-08"),
        tell("WithdrawalOrdered", "a-order", "2024-05~", "s", withdrawal="w", party="USA", strength=1000),
        tell("StrengthReported", "count", "2024-05-07", "s", withdrawal="w", strength={"low": 600}),
        tell("EntryRetracted", "undo", None, entry="count", published="2024-06-01"),
    ]
    steps = list(Replay(history(*events)).steps("known", each_entry=True))
    assert [(step.step, step.at, step.entry) for step in steps] == [
        (1, "2024-05-08", "a-order"),
        (2, "2024-05-08", "count"),
        (3, "2024-06-01", "undo"),
    ]
    assert [(change.aspect, change.before, change.after, change.because) for change in steps[0].changes] == [
        ("state", None, "ordered", ("a-order",)),
        ("strength", None, {**PEOPLE, "low": 1000, "high": 1000}, ("a-order",)),
    ]
    assert [(change.aspect, change.because) for change in steps[1].changes] == [("strength", ("count",))]
    assert [(change.aspect, change.because) for change in steps[2].changes] == [("strength", ("undo",))]
    assert [step.at for step in Replay(history(*events)).steps("happened", each_entry=True)] == ["2024-05~"]
    recorded = list(Replay(history(*events)).steps("recorded", each_entry=True))
    assert recorded[0].to_json()["at"] == "2026-01-01T00:00:03.000000Z"
    assert set(recorded[0].to_json()) == {"step", "at", "entry", "entries", "cut", "changes", "findings"}


def test_a_step_that_leaves_another_source_out_tells_only_what_that_changes() -> None:
    events = [
        party("USA"),
        source("one"),
        tell("AgreementRevoked", "revoked", "2024-01", "one", agreement="a", party="USA"),
        source("two"),
        source("relay", "2024-01-01", "two"),
        tell("DenunciationNotified", "notified", "2024-02", "relay", agreement="a", party="USA"),
        tell("AgreementTerminated", "ended", "2024-03", "relay", "one", agreement="a"),
        tell("EntryCorrected", "c", entry="src-one", changes={"relays": ["two"]}, published="2024-04"),
    ]
    steps = list(Replay(history(*events), without=["two"]).steps("recorded", each_entry=True))
    states = [(step.entry, [one for one in step.changes if one.aspect == "state"]) for step in steps]
    assert [(entry, [(change.before, change.after) for change in changes]) for entry, changes in states] == [
        ("revoked", [(None, "denunciation-announced")]),
        ("ended", [("denunciation-announced", "terminated")]),
        ("c", [("terminated", None)]),
    ]


def test_a_step_that_is_left_out_itself_tells_what_else_it_leaves_out() -> None:
    events = [
        party("USA"),
        source("one", "2024-03-01"),
        source("two", "2024-03-01"),
        tell("AgreementRevoked", "revoked", "2024-01", "one", agreement="a", party="USA"),
        tell("EntryCorrected", "c", None, "two", entry="src-one", changes={"relays": ["two"]}, published="2024-04"),
    ]
    steps = list(Replay(history(*events), without=["two"]).steps("known", each_entry=True))
    assert [(step.step, step.entry, [change.after for change in step.changes]) for step in steps] == [
        (1, "revoked", ["denunciation-announced"] * 2),
        (2, "c", [None] * 2),
    ]


def test_a_denial_of_a_registration_goes_and_comes_with_what_it_denies() -> None:
    events = [
        party("USA"),
        source("s"),
        tell("DenialIssued", "d", party="USA", of="src-s", published="2024-01-01"),
        tell("EntryRetracted", "x", None, entry="src-s", published="2024-02-01"),
    ]
    loaded = history(*events)
    steps = [
        (step.entry, [one.kind for one in step.appeared], step.gone)
        for step in Replay(loaded).steps("known", each_entry=True)
    ]
    (denial,) = status(loaded, "n", Cut(known_by="2024-01-15")).findings
    assert steps == [("d", ["denial"], ()), ("x", [], (denial,))]
    replay = Replay(loaded)
    for cut in (Cut(), Cut(known_by="2024-01-15"), Cut(known_by="2024-02-15"), Cut(recorded_by="#3")):
        assert_same(replay.at(cut), status(loaded, "n", cut))


def test_a_retraction_that_lost_its_date_is_stepped_to_when_it_was_recorded() -> None:
    events = [
        party("USA"),
        tell("StatementMade", "e", party="USA"),
        tell("EntryRetracted", "undo", None, entry="e", published="2024-05-01"),
        tell("EntryRetracted", "redo", None, entry="undo"),
        tell("EntryCorrected", "c", None, entry="undo", changes={"published": None}, published="2024-05-01"),
    ]
    replay = Replay(history(*events))
    seen = [stop.status().claims for stop in replay.walk("known", each_entry=True)]
    stands = [standing.counts("e") for standing in seen]
    assert stands[-3:] == [True, False, True]
    for second in (2, 3, 4):
        cut = Cut(known_by=f"2026-01-01T00:00:{second:02}Z")
        assert_same(replay.at(cut), status(replay.history, "n", cut))


def test_a_deadline_passes_between_steps() -> None:
    events = [
        party("USA"),
        tell("WithdrawalTimetableSet", "date", withdrawal="w", deadline="2024-05-20", published="2024-05-01"),
        tell("StatementMade", "words", "2024-05-30", party="USA", published="2024-05-30"),
    ]
    step = list(Replay(history(*events)).steps("known", each_entry=True))[-1]
    assert (step.entry, step.changes) == ("words", ())
    assert [finding.kind for finding in step.appeared] == ["overdue"]


@pytest.mark.parametrize(
    ("axis", "start", "words"),
    [
        ("published", None, "no axis"),
        ("known", "soon", "start"),
        ("known", "#3", "start"),
        ("recorded", "#x", "no position"),
    ],
)
def test_a_replay_that_cannot_be_is_told(axis: str, start: str | None, words: str) -> None:
    with pytest.raises(CutError, match=words):
        list(Replay(history(party("USA"))).steps(axis, start))


def test_a_source_that_does_not_exist_is_told_with_the_nearest() -> None:
    with pytest.raises(NameUnknownError, match="did you mean 'report'"):
        Replay(history(source("report")), without=["reprot"])


def test_what_would_stand_but_for_a_retraction_is_found_in_its_whole_instant() -> None:
    moved = {"occurred": "2024-05-03"}
    loaded = history(
        tell("WithdrawalDemanded", "first", withdrawal="w", party="NER"),
        tell("WithdrawalTimetableSet", "set", withdrawal="w", deadline="2024-05-20"),
        tell("EntryCorrected", "moves-set", entry="set", changes=moved),
        tell("EntryCorrected", "moves-first", entry="first", changes=moved),
        tell("EntryRetracted", "undo", entry="moves-set"),
    )
    _assert_steps_are_cuts(loaded, "happened", [])
    found = status(loaded, "n", Cut(happened_by="2024-05-03")).findings
    assert [finding.kind for finding in found] == ["unsourced", "retracted-support"]


def test_two_names_that_become_one_person_are_found_with_two_roles_where_one_steps_there() -> None:
    roles = (
        {"source": "s0", "attributed_to": "A", "role": "minister"},
        {"source": "s0", "attributed_to": "B", "role": "diplomat"},
    )
    loaded = history(
        party("NER"),
        source("s0", "2024-05-01"),
        tell("WithdrawalDemanded", "e1", "2024-05-01", *roles, withdrawal="w1", party="NER"),
        tell("SameAs", "e2", kind="person", keep="A", same=["B"]),
    )
    found = [
        [finding.kind for finding in stop.status().findings].count("identity")
        for stop in Replay(loaded).walk("known", each_entry=True)
    ]
    assert found[-2:] == [0, 1]


@pytest.mark.parametrize(
    "entries",
    [
        [
            party("eu"),
            tell("AgreementRevoked", "e6", "2024-01-01", agreement="a1", party="grp"),
            tell("AgreementExpired", "e8", "2024-02-01", agreement="a1", parties=["USA", "eu"]),
        ],
        [
            party("body1", kind="body", of="USA"),
            tell("AgreementRatified", "e6", "2024-01-01", agreement="a1", party="grp"),
            tell("AgreementSuperseded", "e8", "2024-02-01", agreement="a1", parties=["body1"]),
        ],
        [
            tell("ReservationWithdrawn", "e8", "2024-01-01", agreement="a3", parties=["grp"], party="USA"),
            tell("EntryRetracted", "e9", entry="party-grp"),
        ],
    ],
)
@pytest.mark.parametrize("axis", ["happened", "known", "recorded"])
def test_what_a_group_did_is_judged_anew_where_the_parties_are_others(entries: list[Event], axis: str) -> None:
    known = history(party("USA"), party("NER"), party("grp", members=["USA", "NER"]), *entries)
    _assert_steps_are_cuts(known, axis, [])
    replay = Replay(known)
    for number in range(3, len(known.entries) + 1):
        assert_same(replay.at(Cut(recorded_by=f"#{number}")), status(known, "n", Cut(recorded_by=f"#{number}")))
