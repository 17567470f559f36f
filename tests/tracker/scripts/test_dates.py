"""Dates of a script in an order that is given: wherever an entry has a date, in every format, with the same ids."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tracker.codec import written
from tracker.scripts.reading import read_script
from tracker.scripts.shorthands import Shorthands

LAKE = {"negotiation": "lake"}


def read(text: str, order: str | None, format_name: str = "jsonl", **defaults: str) -> list[dict[str, Any]]:
    """Return the entries of a script; what is wrong with one stands for it."""
    shorthands = Shorthands(None, defaults, order)
    lines = read_script(io.BytesIO(text.encode()), format=format_name, shorthands=shorthands)
    return [written(line.event) if line.event else {"wrong": [str(one) for one in line.problems]} for line in lines]


@pytest.mark.parametrize(
    ("format_name", "text"),
    [
        ("jsonl", '{"event": "StatementMade", "negotiation": "lake", "party": "NOR", "occurred": "%s"}\n'),
        ("yaml", "- {event: StatementMade, negotiation: lake, party: NOR, occurred: %s}\n"),
        ("csv", "event,negotiation,party,occurred\nStatementMade,lake,NOR,%s\n"),
        ("csv", "sep=;\nevent;negotiation;party;occurred\nStatementMade;lake;NOR;%s\n"),
    ],
)
def test_an_entry_is_the_one_that_says_the_same_in_edtf(format_name: str, text: str) -> None:
    for order, day in (("dmy", "2024-06-05"), ("mdy", "2024-05-06")):
        (found,) = read(text % "5/6/2024", order, format_name)
        assert found["occurred"] == day
        assert [found] == read(text % day, None, format_name) == read(text % day, order, format_name)
    (wrong,) = read(text % "5/6/2024", None, format_name)
    assert "write 2024-06-05 or 2024-05-06" in str(wrong)
    (wrong,) = read(text % "25/12/2024", "mdy", format_name)
    assert "puts the year last: write 2024-12-25" in str(wrong)


def test_each_date_of_an_entry_is_read_so() -> None:
    source = {"publisher": "Gazette", "published": "7/6/2024", "captured_at": "8/6/2024 10:00"}
    entries = [
        {"defaults": {**LAKE, "occurred": "1/2/2024"}},
        {
            "event": "WithdrawalTimetableRevised",
            "withdrawal": "all",
            "deadline": "5/6/2024 - 7/6/2024",
            "prior": "5-May-24",
            "note": "said on 1/2/2024",
            "evidence": [{"source": source}],
        },
        {"event": "EntryCorrected", **LAKE, "entry": "x", "changes": {"effective": "5/6/2024", "note": "5/6/2024"}},
        {"event": "EntryCorrected", **LAKE, "entry": "x", "changes": {"due": None, "until": 5, "title": "5/6/2024"}},
    ]
    registered, revised, corrected, other = read("".join(map("{}\n".format, map(json.dumps, entries))), "dmy")
    assert (registered["source"], registered["published"]) == ("gazette-2024-06-07", "2024-06-07")
    assert registered["captured_at"] == "2024-06-08T10:00Z"
    assert (revised["occurred"], revised["deadline"], revised["prior"]) == (
        "2024-02-01",
        "2024-06-05/2024-06-07",
        "2024-05-05",
    )
    assert (revised["note"], revised["evidence"][0]["source"]) == ("said on 1/2/2024", "gazette-2024-06-07")
    assert corrected["changes"] == {"effective": "2024-06-05", "note": "5/6/2024"}
    assert other["changes"] == {"due": None, "until": 5, "title": "5/6/2024"}


def test_what_is_wrong_is_told_as_ever() -> None:
    wrong = '{"event": "StatementMade", "negotiation": "lake", "occurred": 5, "evidence": [3, {"source": []}]}'
    assert read(wrong, "dmy") == read(wrong, None)
    assert read('{"event": "Nothing", "occurred": "5/6/2024"}', "dmy") == read('{"event": "Nothing"}', None)


def test_fields_for_all_claims_are_read_so_too() -> None:
    (found,) = read('{"event": "StatementMade", "negotiation": "lake", "party": "NOR"}', "mdy", occurred="5/6/2024")
    assert found["occurred"] == "2024-05-06"
