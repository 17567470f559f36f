"""The walk through a history, without a screen: steps, cuts, marks, playing, and what others record meanwhile."""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.claims.cut import AXES, Cut, CutError
from projections.claims.history import History
from projections.views.status import status
from tests.tui.workspace.given import ENTRIES, RECORDED_AT, TODAY
from tracker import EventLog
from tracker.dates import DateError, instant
from tracker.events import StatementMade
from tracker.events.parsing import parse
from tracker.scripts.reading import seeds
from tui.workspace.time.intervals import between, lag, learned
from tui.workspace.time.session import SPEEDS, Session
from tui.workspace.time.stops import TimeScale
from tui.workspace.time.ticks import ticks
from tui.workspace.widgets.lanes import drawn, scale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KNOWN = [
    "2024-01-10",  # the gazette
    "2024-02-02",  # the courier
    "2024-03-15T00:00:00Z",  # what the courier reports before its day
    "2024-03-20",  # the herald
    "2024-03-22T00:00:00Z",  # what the herald reports before its day
    "2024-04-02",  # the correction
    "2024-04-05",  # the retraction
]


@pytest.fixture
def session(river: Path) -> Iterator[Session]:
    with EventLog.open(river, read_only=True) as log:
        yield Session(History.load(log, "river"), today=TODAY)


def walked(session: Session, count: int = 1) -> list[str]:
    """Return the cuts on the way until nothing moves any more."""
    cuts = []
    while session.step(count):
        cuts.append(str(session.cut))
    return cuts


def test_a_session_begins_in_the_present_with_the_last_entry_that_became_known(session: Session) -> None:
    assert session.is_live
    assert session.axis == "known"
    assert session.selected == "began"  # without a source, so that it was known only when it was recorded


def test_steps_back_visit_every_moment_at_which_something_became_known(session: Session) -> None:
    cuts = [cut.removeprefix("known:") for cut in walked(session, -1)]
    assert list(dict.fromkeys(cuts)) == ["2026-01-01T00:00:00Z", *reversed(KNOWN)]
    claims = [entry for entry in ENTRIES if not entry["id"].startswith(("src-", "p-", "m-", "opened"))]
    assert len(cuts) == len(claims)


def test_each_step_looks_at_the_entry_that_it_adds(session: Session) -> None:
    session.rewind()
    seen = [session.selected]
    while session.step() and not session.is_live:
        seen.append(session.selected)
    assert seen[:3] == ["treaty", "north-open", "south-opposes"]
    assert len(seen) == len(set(seen))


def test_after_the_last_step_comes_the_present_and_then_nothing(session: Session) -> None:
    session.move("2024-04-05")
    cuts = walked(session)
    assert cuts == ["known:2026-01-01T00:00:00Z", "now"]
    assert not session.step()


@pytest.mark.parametrize("axis", AXES)
def test_stepping_to_the_end_ends_where_the_present_is(session: Session, axis: str) -> None:
    session.axis = axis
    session.rewind()
    statuses = [session.status]
    while session.step():
        statuses.append(session.status)
    assert session.is_live
    assert statuses[-1].to_json()["withdrawals"] == statuses[-2].to_json()["withdrawals"]


def test_a_step_tells_what_it_changed(session: Session) -> None:
    session.move("2024-03-20")
    session.move("2024-04-02")
    assert list(session.changes) == ["withdrawal:garrison"]
    assert session.changes["withdrawal:garrison"][0] == "strength"


def test_steps_on_one_axis_skip_what_another_axis_cuts_off(session: Session) -> None:
    session.move("2024-02-02", axis="known")
    session.axis = "happened"
    entries = []
    while session.step(-1):
        entries.append(session.selected)
    assert entries == ["asks", "revoked", "south-opposes", "north-open", "treaty"]


def test_days_are_stepped_one_by_one_and_end_in_the_present(session: Session) -> None:
    session.axis = "happened"
    session.move("2024-03-21")
    assert session.step_day(1)
    assert session.cut == Cut(happened_by="2024-03-22")
    assert session.step_day(1)
    assert session.is_live
    assert not session.step_day(1)
    assert session.step_day(-1)
    assert session.cut == Cut(happened_by="2024-03-22")


def test_on_the_recorded_axis_a_day_is_a_day_of_recording(session: Session) -> None:
    session.axis = "recorded"
    assert session.step_day(-1)
    assert session.cut == Cut(recorded_by=f"#{len(ENTRIES)}")
    assert not session.step_day(-1)


def test_rounds_are_stepped_by_themselves(session: Session) -> None:
    assert session.step(-1, rounds=True)
    assert session.selected == "first-round"
    assert not session.step(-1, rounds=True)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("2024-02-02", Cut(known_by="2024-02-02")),
        ("2024-02", Cut(known_by="2024-02-29")),
        ("2024", Cut(known_by="2024-12-31")),
        ("2024-02-01/2024-02-05", Cut(known_by="2024-02-05")),
        ("2024-02~", Cut(known_by="2024-02-29")),
        ("12", Cut(recorded_by="#12")),
        ("#2024", Cut(recorded_by="#2024")),
        ("happened:2024-02,known:2024-03", Cut(happened_by="2024-02", known_by="2024-03")),
        ("-2w", Cut(known_by="2025-12-19")),
        ("yesterday", Cut(known_by="2026-01-01")),
        ("known:-1m,happened:11 May 2024", Cut(happened_by="2024-05-11", known_by="2025-12-02")),
    ],
)
def test_one_goes_to_a_date_a_number_or_a_cut(session: Session, text: str, cut: Cut) -> None:
    assert session.go_to(text)
    assert session.cut == cut


def test_now_is_the_present(session: Session) -> None:
    session.move("2024-02-02")
    assert session.go_to("now")
    assert session.is_live


@pytest.mark.parametrize("text", ["2024-13", "tomorrow", "-2q", "known:never", "#", "2023-02-29"])
def test_what_is_no_place_is_refused_and_moves_nothing(session: Session, text: str) -> None:
    with pytest.raises((CutError, DateError)):
        session.go_to(text)
    assert session.is_live


def test_two_marks_are_compared_and_a_third_says_which_it_moves(session: Session) -> None:
    session.move("2024-02-02")
    assert session.mark() == "A"
    session.move("2024-03-20")
    assert session.mark() == "B"
    assert session.pair == (Cut(known_by="2024-02-02"), Cut(known_by="2024-03-20"))
    assert session.distance == 4  # the proposal, the round, the withdrawal, and the south's partners
    session.live()
    assert session.mark("A") == "A"
    assert session.pair == (Cut(), Cut(known_by="2024-03-20"))
    assert session.mark("B") == "B"
    assert session.pair == (Cut(), Cut())


def test_two_places_with_dots_between_are_to_be_compared(session: Session) -> None:
    assert session.stretch("2024-02-02..2024-03") == (Cut(known_by="2024-02-02"), Cut(known_by="2024-03-31"))
    assert session.stretch("1 Feb 2024 .. 20 Mar 2024") == (Cut(known_by="2024-02-01"), Cut(known_by="2024-03-20"))
    assert session.stretch("-1y..yesterday") == (Cut(known_by="2025-01-02"), Cut(known_by="2026-01-01"))
    for one in ("2024-02-02", "2024-02/..", "[2024-02-01..2024-02-05]", "now"):
        assert session.stretch(one) is None, one


def test_one_jumps_between_the_marks(session: Session) -> None:
    assert not session.jump()
    session.move("2024-02-02")
    session.mark()
    session.live()
    assert session.jump()
    assert session.cut == Cut(known_by="2024-02-02")


def test_playing_begins_at_the_beginning_and_stops_in_the_present(session: Session) -> None:
    assert session.play()
    assert session.cut == Cut(known_by="2024-01-10")
    ticks = 0
    while session.playing:
        session.tick()
        ticks += 1
    assert session.is_live
    assert ticks == len(session.stops["known"])
    assert not session.tick()


def test_there_are_gears_from_slow_to_fast(session: Session) -> None:
    assert session.speed == 1.0
    assert [session.faster(1) for _ in SPEEDS][-1] == SPEEDS[-1]
    assert [session.faster(-1) for _ in SPEEDS][-1] == SPEEDS[0]


def test_what_comes_in_is_followed_in_the_present_and_counted_until_it_is_seen(river: Path) -> None:
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        history = History.load(log, "river")
        session = Session(history, today=TODAY)
        for name, is_live in (("in-the-present", True), ("in-the-past", False)):
            if not is_live:
                session.move("2024-02-02")
            receipt = log.record([StatementMade(negotiation="river", id=name, party="NTH", text="Soon.")])
            session.extend(session.grown(History("river", [*session.history.entries, *receipt.recorded])), 1)
            assert (session.selected == name) is is_live
            assert session.unseen == 1
            assert session.see() is is_live
            assert session.unseen == (0 if is_live else 1)
        session.live()
        assert session.unseen == 0
        assert session.selected == "in-the-past"


def test_what_is_told_as_a_fact_is_not_learned_before_it_happened(session: Session) -> None:
    early = [reading for reading in session.claims.standing if reading.known > reading.published_upper]
    assert {between(*learned(reading)) for reading in early} == {"2024-03-15"}
    assert {lag(reading) for reading in early} == {""}


def test_the_days_of_a_scale_with_years_left_out_have_labels() -> None:
    days = [instant(datetime(*day, tzinfo=UTC)) for day in ((2018, 6, 17), (2018, 6, 18), (2018, 6, 20), (2018, 6, 22))]
    # The years between are left out, as they are the longest of several gaps.
    labels = ticks(TimeScale([*days, instant(datetime(2026, 11, 28, tzinfo=UTC))], 108)).replace("╵", " ").split()
    assert labels == ["2018-06-17", "2018-06-18", "2018-06-20", "2026-11-28"]


def test_an_empty_negotiation_has_nowhere_to_go() -> None:
    session = Session(History("nothing", []), today=TODAY)
    assert not session.step()
    assert not session.step(-1)
    assert not session.step_day(-1)
    assert not session.play()
    assert session.title == "nothing"


@pytest.mark.long
@pytest.mark.parametrize("name", seeds())
@pytest.mark.parametrize("axis", AXES)
def test_every_step_through_a_seed_shows_the_status_of_its_cut(name: str, axis: str, bundled: Path) -> None:
    with EventLog.open(bundled, read_only=True) as log:
        history = History.load(log, name)
    session = Session(history, today=TODAY)
    session.axis = axis
    session.rewind()
    cuts = {str(session.cut)}
    while session.step():
        assert session.selected is None or session.claims.get(session.selected) is not None
        cuts.add(str(session.cut))
    assert session.is_live
    for cut in sorted(cuts)[::7]:
        assert session.at(Cut.parse(cut)) == status(history, name, Cut.parse(cut), today=TODAY)


MOVES = st.lists(
    st.sampled_from(["next", "back", "day", "day-back", "axis", "live", "mark", "jump", "first", "round"]), max_size=25
)


@given(moves=MOVES)
def test_whatever_the_moves_the_entry_looked_at_is_one_that_there_is(moves: list[str]) -> None:
    history = _history()
    session = Session(history, today=TODAY)
    actions: dict[str, Callable[[], object]] = {
        "next": lambda: session.step(1),
        "back": lambda: session.step(-1),
        "day": lambda: session.step_day(1),
        "day-back": lambda: session.step_day(-1),
        "axis": session.next_axis,
        "live": session.live,
        "mark": session.mark,
        "jump": session.jump,
        "first": session.rewind,
        "round": lambda: session.step(1, rounds=True),
    }
    for move in moves:
        actions[move]()
        assert session.selected is None or history.get(session.selected) is not None
        assert session.status.cut == session.cut
        assert Cut.parse(str(session.cut)) == session.cut


@cache
def _history() -> History:
    with (
        tempfile.TemporaryDirectory() as folder,
        EventLog.open(Path(folder) / "log.db", clock=lambda: RECORDED_AT) as log,
    ):
        log.record([parse({"negotiation": "river", **entry}) for entry in ENTRIES])
        return History.load(log, "river")


def test_a_figure_of_a_lane_is_whole_or_left_out(bundled: Path) -> None:
    with EventLog.open(bundled, read_only=True) as log:
        session = Session(History.load(log, "us-niger"), today=TODAY)
    session.make_lanes()
    told = {point.text for lane in session.lanes() or () for track in lane.figures for point in track.points}
    lines: list[str] = []
    for columns in range(20, 240, 5):
        lines = [line.plain[12:] for line in drawn(session, scale_of(session, columns), 12, 40)]
        figures = [piece for line in lines for piece in re.findall(r"╷([^╷─┃]+)", line)]
        assert [piece for piece in figures if re.sub(r" [A-F][1-6]$", "", piece.strip()) not in told] == [], columns
    assert any(re.search(r"946 [A-F][1-6]", line) for line in lines)
