"""Which claims the three cuts admit, in which order, and that a log's past is a log that ended there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from projections import Cut, History, status
from tests.projections.sayings import at, standing, words
from tests.projections.telling import history, source, tell
from tests.projections.worlds import worlds

if TYPE_CHECKING:
    from tracker.events import Event


def test_each_axis_cuts_by_its_own_time_and_all_together() -> None:
    events = [
        words("early", "2024-05-01", published="2024-05-09"),
        words("late", "2024-05-08", published="2024-05-02"),
    ]
    assert standing(events) == ["early", "late"]
    assert standing(events, happened_by="2024-05-07") == ["early"]
    assert standing(events, known_by="2024-05-08") == ["late"]
    assert standing(events, recorded_by="#5") == ["early"]
    assert standing(events, recorded_by="2026-01-01T00:00:05Z") == ["early"]
    assert standing(events, recorded_by="2025") == []
    assert standing(events, happened_by="2024-05-07", known_by="2024-05-08") == []


def test_what_a_cut_does_not_admit_is_pending_but_for_what_is_not_recorded() -> None:
    days = {"known": "2024-05-01", "unknown": "2024-05-09"}
    events = [words(name, "2024-05-01", published=day) for name, day in days.items()]
    assert [reading.id for reading in at(events, known_by="2024-05-05").pending] == ["unknown"]
    assert [reading.id for reading in at(events, happened_by="2024-04").pending] == ["known", "unknown"]
    assert at(events, recorded_by="#5").pending == ()
    assert at(events, recorded_by="#5").get("unknown") is None
    assert at(events, known_by="2024-05-05").get("unknown") is not None


def test_a_coarse_date_makes_nothing_known_before_its_end() -> None:
    events = [words("e", "2024-04-01", published="2024-05")]
    assert standing(events, known_by="2024-05-30") == []
    assert standing(events, known_by="2024-05-31") == ["e"]
    assert standing(events, known_by="2024-05") == ["e"]


@pytest.mark.parametrize(
    ("occurred", "is_uncertain"), [("2024-05", True), ("2024-05-06/2024-05-10", True), ("2024-05-08", False)]
)
def test_what_may_lie_beyond_the_edge_is_kept_and_marked(occurred: str, *, is_uncertain: bool) -> None:
    (reading,) = at([words("e", occurred)], happened_by="2024-05-08").standing
    assert reading.uncertain is is_uncertain
    assert standing([words("e", occurred)], happened_by="2024-04") == []


def test_an_entry_without_a_date_is_placed_by_its_publication() -> None:
    events = [words("dated", "2024-05-05"), words("undated", None, published="2024-05-03")]
    assert standing(events) == ["undated", "dated"]
    assert standing(events, happened_by="2024-05-04") == ["undated"]
    assert standing(events, happened_by="2024-05-02") == []


def test_published_is_as_given_else_by_the_earliest_source_else_when_recorded() -> None:
    events = [
        words("given", "2024-04-01", "s", published="2024-07-01"),
        words("sourced", "2024-04-01", "late", "s"),
        words("bare", "2024-04-01"),
    ]
    assert standing(events, known_by="2024-04") == []
    assert standing(events, known_by="2024-05-01") == ["sourced"]
    assert standing(events, known_by="2024-07-01") == ["sourced", "given"]
    assert standing(events, known_by="2025") == ["sourced", "given"]
    assert standing(events, known_by="2026-01-01") == ["bare", "sourced", "given"]


def test_what_corroborates_an_entry_dates_it_where_it_is_earlier_than_the_entrys_own() -> None:
    events = [
        words("bare", "2024-04-01"),
        words("sourced", "2024-04-01", "late"),
        words("given", "2024-04-01", published="2024-05-15"),
        words("earlier", "2024-04-01", "s"),
        *(
            tell("EntryCorroborated", f"k-{entry}", None, name, entry=entry, published="2024-05-02")
            for entry, name in (("bare", "s"), ("sourced", "s"), ("given", "s"), ("earlier", "late"))
        ),
    ]
    assert standing(events, known_by="2024-05-01") == ["earlier"]
    assert standing(events, known_by="2024-05-02") == ["bare", "earlier", "sourced"]
    assert standing(events, known_by="2024-05-15") == ["bare", "earlier", "sourced", "given"]


def test_what_an_earlier_report_makes_known_is_known_from_the_report_on() -> None:
    events = [words("e", "2024-04-01", "late"), tell("EntryCorroborated", "k", None, "s", entry="e")]
    assert standing(events, known_by="2024-04-30") == []
    assert standing(events, known_by="2024-05-01") == ["e"]
    (reading,) = at(events).standing
    assert reading.published_upper == Cut(known_by="2024-05-01").known


def test_the_fold_order_is_earliest_latest_told_and_id_whatever_the_order_of_recording() -> None:
    events = [
        words("month", "2024-05"),
        words("later", "2024-05-01", published="2024-05-09"),
        words("day", "2024-05-01"),
        words("again", "2024-05-01"),
        words("before", "2024-04-30"),
        words("by-then", "../2024-05-02"),
        words("span", "2024-05-01/2024-05-03"),
    ]
    assert standing(events) == ["before", "again", "day", "later", "span", "month", "by-then"]
    assert standing(events[::-1]) == standing(events)


def test_what_is_done_or_reported_is_not_known_before_it_happened() -> None:
    text = source("text", "1998-02-10")
    events = [text, *(words(modality, "1999-06-01", "text", modality=modality) for modality in ("done", "announced"))]
    assert standing(events, known_by="1999-05-31") == ["announced"]
    assert standing(events, known_by="1999-06-01") == ["announced", "done"]


def test_what_lasts_is_not_uncertain_within_its_time() -> None:
    events = [
        tell("RoundHeld", "round", "2024-05-06/2024-05-10", round="r", parties=["USA"]),
        tell("StatementMade", "said", "2024-05-06/2024-05-10", party="USA"),
    ]
    found = at(events, happened_by="2024-05-08").standing
    assert {reading.id: reading.uncertain for reading in found} == {"round": False, "said": True}


def test_registers_are_cut_by_what_is_recorded_only() -> None:
    found = at([words("e", "2024-05-01")], happened_by="1990", known_by="1990")
    assert set(found.registers.sources) == {"s", "late"}
    assert at([], recorded_by="#2").registers.sources == {}


@pytest.mark.long
@given(worlds())
def test_recorded_by_a_position_is_a_log_that_ends_there(events: list[Event]) -> None:
    loaded = history(*events)
    for position in range(len(events) + 1):
        last = loaded.entries[position - 1].recorded_at.date() if position else None
        ended = status(History("n", loaded.entries[:position]), "n", today=last).to_json()
        cut = status(loaded, "n", Cut(recorded_by=f"#{position}")).to_json()
        for shown in (ended, cut):
            del shown["cut"]
        assert cut == ended


@pytest.mark.long
@given(worlds())
def test_a_history_that_grows_reads_as_one_loaded_at_once(events: list[Event]) -> None:
    entries = history(*events).entries
    grown = History("n", [])
    for number, entry in enumerate(entries, 1):
        grown.add([entry])
        if number % 3 == 0 or number == len(entries):
            assert status(grown, "n").to_json() == status(History("n", entries[:number]), "n").to_json()
