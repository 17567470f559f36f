"""Without a source go its evidence, its relays, and what that leaves bare."""

from __future__ import annotations

from datetime import date

import pytest

from projections import Cut, Replay, claims, status
from projections.views.diff import Difference
from projections.views.what_if import fallen
from tests.projections.sayings import STAGE, correct, retract, words
from tests.projections.telling import history, party, source, tell
from tracker.errors import NameUnknownError


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


def test_a_source_that_is_not_registered_yet_leaves_nothing_out() -> None:
    events = [words("e", "2024-04-01", "s"), source("later", "2024-05-01"), words("f", "2024-04-02", "later")]
    loaded = history(*STAGE, *events)
    before, after = Cut(recorded_by=f"#{len(STAGE) + 1}"), Cut()
    assert [reading.id for reading in claims(loaded, "n", before, without=["later"]).standing] == ["e"]
    assert [reading.id for reading in claims(loaded, "n", after, without=["later"]).standing] == ["e"]
    assert Replay(loaded, without=["later"]).diff(before, after) == Difference((), (), (), ())
    assert fallen(loaded, "n", ["later"], before).entries == ()


def test_a_source_whose_registration_is_retracted_can_still_be_left_out() -> None:
    events = [words("e", "2024-04-01", "s"), words("f", "2024-04-02", "late"), retract("r", "src-s", "2024-05-02")]
    loaded = history(*STAGE, *events)
    assert [reading.id for reading in claims(loaded, "n", without=["s"]).standing] == ["f"]
    assert fallen(loaded, "n", ["s"]).entries == ("e",)
    assert Replay(loaded, without=["s"]).at(Cut()).to_json() == status(loaded, "n", without=["s"]).to_json()


def test_a_source_that_does_not_exist_is_told_with_the_nearest() -> None:
    with pytest.raises(NameUnknownError, match="did you mean 'late'"):
        claims(history(*STAGE), "n", without=["lade"])
    with pytest.raises(NameUnknownError, match="did you mean 'late'"):
        fallen(history(*STAGE), "n", ["lade"])


def test_what_falls_is_judged_on_a_day_as_a_status_is() -> None:
    held = tell("RoundHeld", "held", "2019-05-01", "s", round="r", parties=["USA", "NER"])
    loaded = history(*(party(name) for name in ("USA", "NER")), source("s", "2019-05-02"), held)
    (fall,) = fallen(loaded, "n", ["s"], today=date(2026, 1, 1)).falls
    assert (fall.subject, fall.before, fall.after) == ("round:r", "held", None)
