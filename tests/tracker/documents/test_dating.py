"""A day of publication needs two readings that agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.dating import GivenDay, agreed
from tracker.documents.days import day_in_address, days_in

DAY = "2024-03-16"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024-03-16T23:30:00-05:00", [DAY]),
        ("2024-03-16 23:30", [DAY]),
        ("2024/3/16", [DAY]),
        ("20240316", [DAY]),
        ("20240316T233000Z", [DAY]),
        ("Sat, 16 Mar 2024 23:30:00 GMT", [DAY]),
        ("Sat Mar 16 2024 23:30:00 GMT+0100", [DAY]),
        ("March 16th, 2024", [DAY]),
        ("16 de marzo de 2024", [DAY]),
        ("Samstag, 16. März 2024, 8:00 Uhr", [DAY]),
        ("16.03.2024 08:15", [DAY]),
        ("2024年3月16日", [DAY]),
        ("1710574200", [DAY]),
        ("1710574200000", [DAY]),
        ("05/03/2024", ["2024-05-03", "2024-03-05"]),
        ("2024-02-31", []),
        ("yesterday", []),
        ("", []),
    ],
)
def test_days_are_read_as_they_are_written(text: str, days: list[str]) -> None:
    assert sorted(days_in(text)) == sorted(days)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.org/2024/03/16/x", DAY),
        ("https://a.org/x-2024-03-16.html", DAY),
        ("https://a.org/2024/mar/16/x", DAY),
        ("https://a.org/2024/0316/x", DAY),
        ("https://a.org/t20240316_7.html", DAY),
        ("https://a.org/16-03-2024/x", DAY),
        ("https://a.org/2024/world/3/16/x", DAY),
        ("https://a.org/talks-saturday-march-16-2024", DAY),
        ("https://a.org/2024/03/x", "2024-03"),
        ("https://a.org/2024/x", None),
        ("https://a.org/article/202403160001", None),
    ],
)
def test_days_stand_in_addresses(url: str, day: str | None) -> None:
    assert day_in_address(url) == day


@given(st.text("0123456789-/.,:TZ+ abMayrch年月日é", max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    for day in (*days_in(text), *filter(None, [day_in_address(text)])):
        assert days_in(day) in {(day,), ()}


def head(day: str = DAY) -> GivenDay:
    return GivenDay("meta", day, "meta date")


def body(day: str = DAY, *, weak: bool = False) -> GivenDay:
    return GivenDay("time", day, "<time>", weak)


SEEN = GivenDay("text", DAY, "htmldate", weak=True)
MONTH = GivenDay("address", "2024-03", "address")


@pytest.mark.parametrize(
    ("readings", "day"),
    [
        ([], None),
        ([head()], None),
        ([head(), head()], None),
        ([head(), body()], DAY),
        ([head(), body(weak=True)], DAY),
        ([head(), MONTH], DAY),
        ([SEEN, MONTH], DAY),
        ([body(weak=True), MONTH], None),
        # What may be about another page, and what a reader sees of that, are one.
        ([body(weak=True), SEEN], None),
        ([body(), SEEN], DAY),
        ([head("2024-03-15"), body(), SEEN], None),
        ([head("2024-03-15"), body("2024-03-15", weak=True), body(), SEEN], "2024-03-15"),
    ],
)
def test_two_readings_must_agree(readings: list[GivenDay], day: str | None) -> None:
    assert agreed(readings) == agreed(readings[::-1]) == day
