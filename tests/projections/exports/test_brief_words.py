"""Dates, cuts and values as a reader meets them."""

from __future__ import annotations

from datetime import date

import pytest

from projections.claims.cut import Cut
from projections.exports.brief import words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, ""),
        ("", ""),
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06T14:30+01:00", "2024-05-06T14:30+01:00"),
        ("2024-04", "2024-04"),
        ("2024-04~", "about 2024-04"),
        ("2024-04?", "2024-04 (doubtful)"),
        ("2024-04%", "about 2024-04 (doubtful)"),
        ("2024-05-XX", "a day in 2024-05"),
        ("2024-XX-XX", "a day in 2024"),
        ("2024-XX", "a month in 2024"),
        ("201X", "the 2010s"),
        ("19XX", "a year from 1900 to 1999"),
        ("2024-05-06/2024-05-10", "2024-05-06 to 2024-05-10"),
        ("2024-05~/2024-06?", "about 2024-05 to 2024-06 (doubtful)"),
        ("2024-09-15/..", "2024-09-15 or later"),
        ("2024-09-15/", "2024-09-15 or later"),
        ("../2024", "2024 or earlier"),
        ("/2024", "2024 or earlier"),
        ("[2024-05-06,2024-05-08]", "2024-05-06 or 2024-05-08"),
        ("[2024-05-06..2024-05-08]", "some time from 2024-05-06 to 2024-05-08"),
        ("[..2024-05]", "2024-05 or earlier"),
        ("[2024-05..]", "2024-05 or later"),
        ("-0043-03-15", "-0043-03-15"),
    ],
)
def test_a_date_in_words(text: str | None, said: str) -> None:
    assert words.when(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, ""),
        ("2024-03-16", "since 2024-03-16"),
        ("2024-04~", "since about 2024-04"),
        ("2024-05-06/2024-05-10", "since some time from 2024-05-06 to 2024-05-10"),
        ("[2024-05-06..2024-05-08]", "since some time from 2024-05-06 to 2024-05-08"),
        ("2024-09-15/..", "since 2024-09-15 or later"),
    ],
)
def test_since_when(text: str | None, said: str) -> None:
    assert words.since(text) == said


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("now", "all that is recorded, on 2024-06-01"),
        ("known:2024-05-11", "what was public by 2024-05-11"),
        ("recorded:#412", "what was recorded up to entry #412 of the log"),
        (
            "known:2024-05,happened:2024-04,recorded:2024-06",
            "what had happened by 2024-04, was public by 2024-05 and was recorded by 2024-06",
        ),
    ],
)
def test_a_cut_in_words(cut: str, said: str) -> None:
    assert words.as_of(Cut.parse(cut), date(2024, 6, 1)) == said


def test_an_open_cut_without_a_day_names_none() -> None:
    assert words.as_of(Cut(), None) == "all that is recorded"


@pytest.mark.parametrize(
    ("aspect", "given", "said"),
    [
        ("state", None, "nothing"),
        ("stance", None, "nothing"),
        ("state", "denunciation-announced", "denunciation announced"),
        ("deadline", None, "not known"),
        ("deadline", "2024-09~", "about 2024-09"),
        ("terms", "as-is", "as-is"),
        ("terms", "  ", "not known"),
        ("contested", True, "yes"),
        ("contested", False, "no"),
        ("sites", (), "not known"),
        ("sites", ("101", "201"), "101, 201"),
        ("strength", {"low": 650, "high": 1000, "unit": "personnel", "scope": None}, "650–1,000"),
        ("strength", {"low": 600, "high": None, "unit": "vehicles", "scope": "north"}, "at least 600 vehicles (north)"),
    ],
)
def test_a_value_in_words(aspect: str, given: object, said: str) -> None:
    assert words.value(aspect, given) == said


def test_every_kind_of_finding_has_its_heading() -> None:
    from projections.judgement.findings import KINDS
    from projections.wording.kinds import HEADINGS, heading_of

    assert set(HEADINGS) == set(KINDS)
    assert heading_of("something-new") == "Something new"
