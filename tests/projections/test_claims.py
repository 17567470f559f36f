"""Which claims stand at a cut, and how they read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from projections import Cut, History, claims, status
from tests.projections.telling import history, party, source, tell
from tests.projections.worlds import worlds
from tracker.errors import NameUnknownError

if TYPE_CHECKING:
    from projections import Claims
    from tracker.events import Event

STAGE = [party("USA"), party("NER"), source("s", "2024-05-01"), source("late", "2024-06-01")]


def at(events: list[Event], **cut: str) -> Claims:
    return claims(history(*STAGE, *events), "n", Cut(**cut))


def standing(events: list[Event], **cut: str) -> list[str]:
    return [reading.id for reading in at(events, **cut).standing]


def words(entry: str, occurred: str | None = None, /, *said_by: str, **fields: object) -> Event:
    return tell("StatementMade", entry, occurred, *said_by, party="USA", **fields)


# ── the three cuts ──


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
    assert standing(events, known_by="2024-07-01") == ["given", "sourced"]
    assert standing(events, known_by="2025") == ["given", "sourced"]
    assert standing(events, known_by="2026-01-01") == ["given", "sourced", "bare"]


def test_corroboration_dates_an_entry_only_where_it_has_no_source_of_its_own() -> None:
    events = [
        words("bare", "2024-04-01"),
        words("sourced", "2024-04-01", "late"),
        tell("EntryCorroborated", "c1", None, "s", entry="bare", published="2024-05-02"),
        tell("EntryCorroborated", "c2", None, "s", entry="sourced", published="2024-05-02"),
    ]
    assert standing(events, known_by="2024-05-01") == []
    assert standing(events, known_by="2024-05-02") == ["bare"]
    assert standing(events, known_by="2024-06-01") == ["bare", "sourced"]


def test_the_fold_order_is_earliest_latest_position() -> None:
    events = [
        words("month", "2024-05"),
        words("day", "2024-05-01"),
        words("again", "2024-05-01"),
        words("before", "2024-04-30"),
        words("span", "2024-05-01/2024-05-03"),
    ]
    assert standing(events) == ["before", "day", "again", "span", "month"]


def test_registers_are_cut_by_what_is_recorded_only() -> None:
    found = at([words("e", "2024-05-01")], happened_by="1990", known_by="1990")
    assert set(found.registers.sources) == {"s", "late"}
    assert at([], recorded_by="#2").registers.sources == {}


# ── knowing better ──


def correct(entry: str, target: str, published: str, /, **changes: object) -> Event:
    return tell("EntryCorrected", entry, None, entry=target, changes=changes, published=published)


def retract(entry: str, target: str, published: str) -> Event:
    return tell("EntryRetracted", entry, None, entry=target, published=published)


def text_of(events: list[Event], **cut: str) -> list[str | None]:
    return [reading.event.__dict__["text"] for reading in at(events, **cut).standing]


def test_a_correction_is_known_from_its_own_time_on() -> None:
    events = [words("e", "2024-05-01", text="one", published="2024-05-01"), correct("c", "e", "2024-05-05", text="two")]
    assert text_of(events, known_by="2024-05-04") == ["one"]
    assert text_of(events, known_by="2024-05-05") == ["two"]
    assert text_of(events, recorded_by="#5") == ["one"]
    assert text_of(events, happened_by="2024-05-01") == ["two"]
    assert at(events).standing[0].corrected_by == ("c",)


def test_a_correction_replaces_whole_fields_and_null_removes_one() -> None:
    event = words("e", "2024-05-01", "s", text="one", note="mine", published="2024-05-01")
    (reading,) = at([event, correct("c", "e", "2024-05-02", evidence=[{"source": "late"}], note=None)]).standing
    assert [item.source for item in reading.evidence] == ["late"]
    assert reading.event.note is None
    assert reading.recorded.event == event


def test_corrections_apply_in_the_order_in_which_they_became_known() -> None:
    event = words("e", "2024-05-01", text="one", published="2024-05-01")
    ninth, fifth = correct("c1", "e", "2024-05-09", text="ninth"), correct("c2", "e", "2024-05-05", text="fifth")
    later_first = [event, ninth, fifth]
    assert text_of(later_first) == ["ninth"]
    assert text_of(later_first, known_by="2024-05-06") == ["fifth"]
    assert at(later_first).standing[0].corrected_by == ("c2", "c1")
    same_day = [event, correct("c1", "e", "2024-05-05", text="first"), correct("c2", "e", "2024-05-05", text="second")]
    assert text_of(same_day) == ["second"]


def test_a_correction_may_put_an_entry_off_and_bring_it_forward() -> None:
    events = [words("e", "2024-05-01", published="2024-05-01"), correct("c", "e", "2024-05-03", published="2024-05-09")]
    assert standing(events, known_by="2024-05-02") == ["e"]
    assert standing(events, known_by="2024-05-05") == []
    assert standing(events, known_by="2024-05-09") == ["e"]
    moved = [words("e", "2024-05-20", published="2024-05-01"), correct("c", "e", "2024-05-03", occurred="2024-04-01")]
    assert standing(moved, happened_by="2024-05-01") == ["e"]
    assert standing(moved, happened_by="2024-05-01", known_by="2024-05-02") == []


def test_a_corrected_correction_reads_as_corrected() -> None:
    events = [
        words("e", "2024-05-01", text="one", published="2024-05-01"),
        correct("c", "e", "2024-05-02", text="two"),
        correct("cc", "c", "2024-05-04", changes={"text": "three"}),
    ]
    assert text_of(events, known_by="2024-05-03") == ["two"]
    assert text_of(events) == ["three"]


def test_a_correction_put_off_is_not_known_until_then() -> None:
    events = [
        words("e", "2024-05-01", text="one", published="2024-05-01"),
        correct("c", "e", "2024-05-02", text="two"),
        correct("cc", "c", "2024-05-04", published="2024-05-20"),
    ]
    assert text_of(events, known_by="2024-05-03") == ["two"]
    assert text_of(events, known_by="2024-05-10") == ["one"]
    assert text_of(events, known_by="2024-05-20") == ["two"]


def test_a_retracted_correction_restores_the_older_reading() -> None:
    events = [
        words("e", "2024-05-01", text="one", published="2024-05-01"),
        correct("c", "e", "2024-05-02", text="two"),
        retract("r", "c", "2024-05-04"),
    ]
    assert text_of(events, known_by="2024-05-03") == ["two"]
    assert text_of(events) == ["one"]
    assert [reading.id for reading in at(events).retracted] == ["c"]


def test_a_retraction_counts_from_its_own_time_and_a_retracted_one_restores() -> None:
    events = [
        words("e", "2024-05-01", published="2024-05-01"),
        retract("r", "e", "2024-05-03"),
        retract("rr", "r", "2024-05-05"),
        retract("rrr", "rr", "2024-05-07"),
    ]
    for day, stands in (("02", True), ("03", False), ("05", True), ("07", False)):
        assert standing(events, known_by=f"2024-05-{day}") == (["e"] if stands else [])
    (reading,) = (reading for reading in at(events).retracted if reading.id == "e")
    assert reading.retracted_by == ("r",)


def test_a_long_chain_of_retractions_is_followed_to_its_end() -> None:
    events = [words("e", "2024-05-01", published="2024-05-01")]
    events += [retract(f"r{number}", f"r{number - 1}" if number else "e", "2024-05-02") for number in range(2000)]
    assert standing(events) == ["e"]
    assert standing(events[:-1]) == []


def test_a_correction_that_no_longer_fits_changes_nothing() -> None:
    events = [
        words("e", "2024-05-01", text="one", published="2024-05-01"),
        correct("c", "e", "2024-05-02", text="two"),
        correct("cc", "c", "2024-05-03", changes={"party": "nobody at all"}),
    ]
    assert text_of(events) == ["one"]


def test_disputes_corroborations_and_assessments_join_the_reading() -> None:
    events = [
        words("e", "2024-05-01", "s", published="2024-05-01"),
        tell("EntryDisputed", "d", None, entry="e", party="NER", published="2024-05-02"),
        tell("EntryCorroborated", "k", None, "late", entry="e", published="2024-05-03"),
        tell("AssessmentChanged", "a", None, entry="e", credibility=2, published="2024-05-04"),
    ]
    (reading,) = at(events).standing
    assert (reading.disputed_by, reading.corroborated_by, reading.assessed_by) == (("d",), ("k",), ("a",))
    assert [item.source for item in reading.evidence] == ["s", "late"]
    assert reading.credibility_of(reading.evidence[0]) == 2
    (before,) = at(events, known_by="2024-05-03").standing
    assert before.credibility_of(before.evidence[0]) == 6


# ── sources ──


def test_a_corrected_source_dates_what_rests_on_it_from_then_on() -> None:
    events = [words("e", "2024-04-01", "s"), correct("c", "src-s", "2024-05-03", published="2024-05-10")]
    assert standing(events, known_by="2024-05-02") == ["e"]
    assert standing(events, known_by="2024-05-09") == []
    assert standing(events, known_by="2024-05-10") == ["e"]


def test_a_source_whose_registration_is_retracted_dates_and_grades_nothing() -> None:
    events = [words("e", "2024-04-01", "s", "late"), retract("r", "src-s", "2024-05-20")]
    assert standing(events, known_by="2024-05-19") == ["e"]
    assert standing(events, known_by="2024-05-20") == []
    assert standing(events, known_by="2024-06-01") == ["e"]
    assert "s" not in at(events).registers.sources
    assert at(events).registers.grade("s", 2) == "F2"


def test_of_two_registrations_the_later_counts_until_it_is_retracted() -> None:
    again = source("s", "2024-05-20").model_copy(update={"id": "again"})
    events = [words("e", "2024-04-01", "s"), again, retract("r", "again", "2024-05-25")]
    assert standing(events[:2], known_by="2024-05-19") == []
    assert standing(events, known_by="2024-05-24") == ["e"]
    (reading,) = at(events).standing
    assert reading.published_upper == Cut(known_by="2024-05-01").known
    assert at(events[:2], recorded_by="#5", known_by="2024-05-01").standing != ()


def test_a_source_regraded_grades_from_then_on() -> None:
    events = [tell("AssessmentChanged", "a", None, source="s", reliability="A", published="2024-05-02")]
    assert at(events, known_by="2024-05-01").registers.grade("s", 3) == "F3"
    assert at(events).registers.grade("s", 3) == "A3"


def test_a_source_that_dates_the_correction_of_its_own_date_is_taken_as_registered() -> None:
    correction = tell("EntryCorrected", "c", None, "s", entry="src-s", changes={"published": "2024-05-10"})
    events = [correction, words("e", "2024-04-01", "s"), tell("EntryDisputed", "d", None, "s", entry="e")]
    assert standing(events, known_by="2024-04-30") == []
    assert [reading.id for reading in at(events, known_by="2024-05-01").knowledge] == ["c"]
    assert standing(events, known_by="2024-05-09") == []
    assert standing(events, known_by="2024-05-10") == ["e"]
    assert [reading.id for reading in at(events, known_by="2024-05-10").knowledge] == ["c", "d"]


# ── without ──


def test_without_a_source_go_its_evidence_its_relays_and_what_that_leaves_bare() -> None:
    stage = [
        *(party(name) for name in ("USA", "NER")),
        source("root", "2024-05-01"),
        source("other", "2024-05-01"),
        source("relay", "2024-05-02", "root"),
        source("both", "2024-05-02", "root", "other"),
        source("far", "2024-05-03", "relay"),
    ]
    events = [
        words("by-root", "2024-04-01", "root"),
        words("by-far", "2024-04-02", "far", "relay"),
        words("by-both", "2024-04-03", "both"),
        words("by-two", "2024-04-04", "root", "other"),
        words("bare", "2024-04-05"),
        tell("EntryRetracted", "r", None, "relay", entry="bare"),
    ]
    loaded = history(*stage, *events)
    found = claims(loaded, "n", without=["root"])
    assert [reading.id for reading in found.standing] == ["by-both", "by-two", "bare"]
    assert {reading.id for reading in found.dropped} == {"by-root", "by-far", "r"}
    (reading,) = (reading for reading in found.standing if reading.id == "by-two")
    assert [item.source for item in reading.evidence] == ["other"]
    assert [reading.id for reading in claims(loaded, "n", without=["root", "other"]).standing] == ["bare"]
    assert [reading.id for reading in claims(loaded, "n").standing] == ["by-root", "by-far", "by-both", "by-two"]


def test_sources_that_repeat_one_another_stay_where_only_a_third_is_left_out() -> None:
    stage = [party("USA"), source("a", "2024-05-01"), source("b", "2024-05-01", "a"), source("c", "2024-05-01")]
    circle = correct("k", "src-a", "2024-05-02", relays=["b"])
    loaded = history(*stage, circle, words("e", "2024-04-01", "a"))
    assert [reading.id for reading in claims(loaded, "n", without=["c"]).standing] == ["e"]
    assert claims(loaded, "n", without=["b"]).standing == ()


def test_a_source_that_does_not_exist_is_told_with_the_nearest() -> None:
    with pytest.raises(NameUnknownError, match="did you mean 'late'"):
        claims(history(*STAGE), "n", without=["lade"])


# ── the recorded prefix ──


@given(worlds())
def test_recorded_by_a_position_is_a_log_that_ends_there(events: list[Event]) -> None:
    loaded = history(*events)
    for position in range(len(events) + 1):
        ended = status(History("n", loaded.entries[:position]), "n").to_json()
        cut = status(loaded, "n", Cut(recorded_by=f"#{position}")).to_json()
        for shown in (ended, cut):
            del shown["cut"]
            # A cut by what is recorded has a day, which a log that ends has not.
            shown["findings"] = [
                found
                for found in shown["findings"]
                if found["kind"] != "overdue" and "not said to have been" not in found["message"]
            ]
        assert cut == ended


@given(worlds())
def test_a_history_that_grows_reads_as_one_loaded_at_once(events: list[Event]) -> None:
    entries = history(*events).entries
    grown = History("n", [])
    for number, entry in enumerate(entries, 1):
        grown.add([entry])
        if number % 3 == 0 or number == len(entries):
            assert status(grown, "n").to_json() == status(History("n", entries[:number]), "n").to_json()
