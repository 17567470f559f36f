"""The timeline: every claim one line, in the order in which things happened, with what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from projections import Cut, History, claims, timeline
from tests.projections.telling import history, party, source, tell
from tests.projections.worlds import CUTS, worlds

if TYPE_CHECKING:
    from projections import Line
    from tracker.events import Event

STAGE = [
    party("NER", name="Niger"),
    source("good", "2024-05-06", reliability="B"),
    source("poor", "2024-05-01", reliability="D"),
]


def lines(*events: Event, pending: bool = False, **cut: str) -> dict[str, Line]:
    return {line.entry: line for line in timeline(history(*STAGE, *events), "n", Cut(**cut), pending=pending)}


def words(entry: str, occurred: str | None = None, /, *said_by: str | dict[str, Any], **fields: object) -> Event:
    return tell("StatementMade", entry, occurred, *said_by, party="NER", **fields)


def test_a_line_shows_an_entry_as_it_reads() -> None:
    line = lines(words("e", "2024-05-03", "good", text="We go on", note="seen"))["e"]
    assert line.to_json() == {
        "entry": "e",
        "event": "StatementMade",
        "position": 4,
        "occurred": "2024-05-03",
        "published": "2024-05-06",
        "party": "NER",
        "subject": None,
        "modality": "reported",
        "grade": "B6",
        "lag_days": 3,
        "lag_approximate": False,
        "uncertain": False,
        "retracted": False,
        "disputed": False,
        "corrected": False,
        "unsourced": False,
        "pending": False,
        "about": None,
        "summary": "Niger states: We go on.",
    }


def test_lines_come_in_fold_order_with_what_was_retracted_and_what_is_known_of_entries_at_its_time() -> None:
    loaded = history(
        *STAGE,
        words("second", "2024-05-02", published="2024-05-02"),
        words("first", "2024-05-01", published="2024-05-09"),
        tell("EntryRetracted", "undo", None, entry="second", published="2024-05-03"),
        words("last", "2024-05-08", published="2024-05-08"),
    )
    found = timeline(loaded, "n")
    assert [(line.entry, line.retracted) for line in found] == [
        ("first", False),
        ("second", True),
        ("undo", False),
        ("last", False),
    ]
    assert found[2].about == "second"


def test_pending_lines_are_there_when_asked_for_and_flagged() -> None:
    days = {"known": "2024-05-01", "later": "2024-05-20"}
    events = [words(name, "2024-05-01", published=day) for name, day in days.items()]
    assert list(lines(*events, known_by="2024-05-10")) == ["known"]
    asked = lines(*events, known_by="2024-05-10", pending=True)
    assert {name: line.pending for name, line in asked.items()} == {"known": False, "later": True}


def test_a_grade_is_the_best_of_the_evidence_reliability_first() -> None:
    event = words(
        "e",
        "2024-05-03",
        {"source": "poor", "credibility": 1},
        {"source": "good", "credibility": 4},
        {"source": "good", "credibility": 3},
    )
    assert lines(event)["e"].grade == "B3"
    assessed = tell("AssessmentChanged", "a", None, entry="e", credibility=2, published="2024-05-07")
    regraded = tell("AssessmentChanged", "g", None, source="poor", reliability="A", published="2024-05-08")
    assert lines(event, assessed)["e"].grade == "B2"
    assert lines(event, assessed, regraded)["e"].grade == "A2"
    assert lines(event, assessed, regraded, known_by="2024-05-06")["e"].grade == "B3"
    bare = lines(words("e", "2024-05-03"))["e"]
    assert (bare.grade, bare.unsourced) == ("", True)


@pytest.mark.parametrize(
    ("occurred", "published", "lag", "is_approximate"),
    [
        ("2024-05-03", "2024-05-06", 3, False),
        ("2024-05-03T23:00Z", "2024-05-04", 1, False),
        ("2024-04~", "2024-05-14", 14, True),
        ("2024-05-03~", "2024-05-06", 3, True),
        ("2024-05-03", "2024-05-06?", 3, True),
        ("2024-05-03", "2024-05", 28, True),
        ("2024-05", "2024-05-14", 0, True),
        ("2024-09-15", "2024-05-19", -119, False),
        ("2024-05-01/..", "2024-05-06", None, False),
        (None, "2024-05-06", None, False),
        ("2024-05-03", None, None, False),
    ],
)
def test_the_lag_is_in_days_from_the_last_day_it_can_have_happened(
    occurred: str | None, published: str | None, lag: int | None, *, is_approximate: bool
) -> None:
    line = lines(words("e", occurred, published=published))["e"]
    assert (line.lag_days, line.lag_approximate) == (lag, is_approximate)


def test_published_is_as_the_earliest_source_writes_it() -> None:
    assert lines(words("e", "2024-05-01", "good", "poor"))["e"].published == "2024-05-01"
    assert lines(words("e", "2024-05-01", "good", published="2024-05~"))["e"].published == "2024-05~"
    assert lines(words("e", "2024-05-01"))["e"].published is None


def test_flags_tell_what_is_said_of_an_entry() -> None:
    events = [
        words("e", "2024-05", published="2024-05-01"),
        tell("EntryDisputed", "d", None, entry="e", published="2024-05-02"),
        tell("EntryCorrected", "c", None, entry="e", changes={"text": "other"}, published="2024-05-03"),
    ]
    line = lines(*events, happened_by="2024-05-04")["e"]
    assert (line.disputed, line.corrected, line.uncertain) == (True, True, True)
    before = lines(*events, known_by="2024-05-01")["e"]
    assert (before.disputed, before.corrected, before.uncertain) == (False, False, False)


def test_what_is_of_a_whole_is_a_figure_and_not_an_entry() -> None:
    progress = tell("WithdrawalProgressReported", "p", "2024-06-07", withdrawal="w", departed=269, of=946)
    assert lines(progress)["p"].about is None
    assert lines(words("e", "2024-05-01"), tell("DenialIssued", "d", party="NER", of="e"))["d"].about == "e"


@given(worlds(), CUTS)
def test_the_timeline_has_one_line_for_each_claim_and_each_thing_known(events: list[Event], cut: Cut) -> None:
    loaded: History = history(*events)
    standing = claims(loaded, "n", cut)
    groups = (standing.standing, standing.retracted, standing.knowledge)
    expected = {reading.id for group in groups for reading in group}
    found = timeline(loaded, "n", cut)
    assert [line.entry for line in found] == list(dict.fromkeys(line.entry for line in found))
    assert {line.entry for line in found} == expected
    assert [(line.lower, line.upper) for line in found if not line.about] == sorted(
        (line.lower, line.upper) for line in found if not line.about
    )
    everything = timeline(loaded, "n", cut, pending=True)
    assert {line.entry for line in everything if line.pending} == {reading.id for reading in standing.pending}
    assert all(line.summary.endswith((".", "!", "?", "…")) for line in everything)
