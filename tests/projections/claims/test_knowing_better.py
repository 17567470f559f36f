"""Corrections, retractions and regradings: known from their own time on, and themselves corrected and retracted."""

from __future__ import annotations

from projections import Cut
from tests.projections.sayings import at, correct, retract, standing, text_of, words
from tests.projections.telling import source, tell


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


def test_a_source_may_corroborate_its_own_registration() -> None:
    events = [
        source("u", None),
        tell("EntryCorroborated", "k", None, "u", entry="src-u", published="2024-05-20"),
        words("e", "2024-04-01", "u", published="2024-05-01"),
    ]
    assert standing(events) == standing(events, known_by="2024-05-20") == ["e"]
    (registration,) = (reading for reading in at(events).stage if reading.id == "src-u")
    assert [item.source for item in registration.evidence] == ["u"]
    assert standing([*events, retract("r", "k", "2024-05-25")], known_by="2024-05-20") == ["e"]


def test_sources_may_corroborate_one_another() -> None:
    events = [
        source("u", None),
        source("v", None),
        tell("EntryCorroborated", "k1", None, "u", "v", entry="src-u", published="2024-05-20"),
        tell("EntryCorroborated", "k2", None, "u", "s", entry="src-v"),
        words("e", "2024-04-01", "u", "s"),
    ]
    assert standing(events, known_by="2024-04-30") == []
    assert standing(events, known_by="2024-05-01") == ["e"]
    assert [reading.id for reading in at(events, known_by="2024-05-20").knowledge] == ["k2", "k1"]


def test_a_source_brought_in_by_correcting_a_corroboration_may_date_what_is_said_of_it() -> None:
    events = [
        tell("EntryRetracted", "r", None, entry="src-s"),
        tell("EntryCorroborated", "k", None, "late", entry="r", published="2024-05-20"),
        correct("c", "k", "2024-05-21", evidence=[{"source": "s"}]),
        words("e", "2024-04-01", "s"),
    ]
    # The retraction is dated by what it retracts, which for that is taken as registered.
    assert [reading.id for reading in at(events, known_by="2024-05-21").knowledge] == ["r", "k", "c"]
    assert standing(events, known_by="2024-05-21") == []


def test_a_long_row_of_sources_that_date_one_another_is_followed_to_its_end() -> None:
    row = [source(f"t{number}", "2024-05-01") for number in range(400)]
    row += [
        tell("EntryCorrected", f"c{number}", None, f"t{number + 1}", entry=f"src-t{number}", changes={"language": "fr"})
        for number in range(399)
    ]
    row.append(correct("last", "src-t399", "2024-05-02", published="2024-05-09"))
    events = [*row, words("e", "2024-04-01", "t0")]
    assert standing(events, known_by="2024-05-01") == ["e"]
    assert len(at(events, known_by="2024-05-08").knowledge) == 399
    assert len(at(events, known_by="2024-05-09").knowledge) == 400
