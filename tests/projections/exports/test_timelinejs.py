"""TimelineJS: the shape that it reads, dates as they were given, and no markup but ours."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from projections import Cut, claims
from projections.exports import Tally
from projections.exports.text import plain
from projections.exports.timelinejs import write
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE, texts
from tests.projections.telling import history, party, source, tell
from tracker.events.registry import UnknownEvent
from tracker.unseen import UNSEEN

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events import Event


def document(*events: Event, cut: Cut | None = None) -> tuple[dict[str, Any], Tally]:
    tally = Tally()
    found = json.loads(b"".join(write(claims(history(*events), "n", cut), tally)))
    assert tally.written == len(found["events"])
    return found, tally


def only(*events: Event, cut: Cut | None = None) -> Any:  # noqa: ANN401 - any JSON
    (event,) = document(*events, cut=cut)[0]["events"]
    return event


def ymd(*numbers: int) -> dict[str, str]:
    units = ("year", "month", "day", "hour", "minute", "second", "millisecond")
    return {name: str(number) for name, number in zip(units, numbers, strict=False)}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-05-06", ymd(2024, 5, 6), None),
        ("2024-05-06~", ymd(2024, 5, 6), None),
        ("2024-05", ymd(2024, 5), None),
        ("2024-05?", ymd(2024, 5), None),
        ("2024", ymd(2024), None),
        ("2024-XX-XX", ymd(2024), None),
        # ISO 8601 counts a year 0000, TimelineJS prints -44 as 44 BCE.
        ("-0043-03-15", ymd(-44, 3, 15), None),
        ("0000-06-01", ymd(-1, 6, 1), None),
        ("-0001/0001", ymd(-2, 1, 1), ymd(1, 12, 31)),
        ("198X", ymd(1980, 1, 1), ymd(1989, 12, 31)),
        ("2024-05-06/2024-05-10", ymd(2024, 5, 6), ymd(2024, 5, 10)),
        ("[2024-05-10..2024-05-12]", ymd(2024, 5, 10), ymd(2024, 5, 12)),
        ("2024-09-15/..", ymd(2024, 9, 15), None),
        ("../2024-09", ymd(2024, 9, 30), None),
        ("2024-05-06T14:30+01:00", ymd(2024, 5, 6, 13, 30), None),
        ("2024-05-06T14:30:15.25Z", ymd(2024, 5, 6, 14, 30, 15, 250), None),
        ("2024-05-06T14:00/2024-05-06T15:29", ymd(2024, 5, 6, 14, 0, 0), ymd(2024, 5, 6, 15, 29, 59, 999)),
    ],
)
def test_a_date_is_as_it_was_given(text: str, start: object, end: object) -> None:
    event = only(tell("StatementMade", "said", text, party="NER"))
    assert (event["start_date"], event.get("end_date")) == (start, end)
    assert event.get("display_date") == (None if re.fullmatch(r"-?\d{4}-\d\d-\d\d", text) else text)


@pytest.mark.parametrize(
    ("text", "said"), [("-0043", None), ("-0043-03-15", None), ("-0043~", "-0043~"), ("2024-05", "2024-05")]
)
def test_a_year_before_the_first_is_said_by_timelinejs_itself(text: str, said: str | None) -> None:
    assert only(tell("StatementMade", "said", text, party="NER")).get("display_date") == said


def test_what_is_not_dated_stands_where_it_was_published_or_nowhere() -> None:
    found, tally = document(
        source("wire", "2024-03"),
        tell("StatementMade", "said", None, "wire", party="NER"),
        tell("StatementMade", "lost", party="NER"),
        tell("StatementMade", "own", party="NER", published="2024-04-02"),
    )
    assert [(event["unique_id"], event["start_date"], event["display_date"]) for event in found["events"]] == [
        ("said", ymd(2024, 3), "published 2024-03"),
        ("own", ymd(2024, 4, 2), "published 2024-04-02"),
    ]
    assert tally.remarks == ["1 left out: it is not known when they happened, nor when they became public"]


def test_an_event_tells_what_is_claimed_and_who_says_it() -> None:
    evidence = {"source": "wire", "attributed_to": "A. Minister", "quote": "No <b>.", "credibility": 2}
    event = only(
        party("NER", name="Niger & co"),
        source("wire", publisher="The <Wire>", url="https://example.org/?a=1&b=2", reliability="B"),
        tell("StatementMade", "said", "2024-05-06", evidence, party="NER", text="x", note="Said\ntwice"),
    )
    assert event == {
        "start_date": ymd(2024, 5, 6),
        "text": {
            "headline": "Niger &amp; co states: x.",
            "text": "<p>Said twice</p>"
            '<p><a href="https://example.org/?a=1&amp;b=2">The &lt;Wire&gt;</a>, citing A. Minister (B2): '
            "“No &lt;b&gt;.”</p>",
        },
        "group": "acts",
        "unique_id": "said",
    }


def test_what_is_retracted_is_not_shown_and_what_is_corrected_reads_as_corrected() -> None:
    found, _ = document(*river())
    events = {event["unique_id"]: event for event in found["events"]}
    assert not {"wrong", "retraction", "correction"} & events.keys()
    assert events["order"]["display_date"] == "2024-04-03/2024-04-05"
    assert "<p><em>Corrected.</em></p>" in events["order"]["text"]["text"]
    older, _ = document(*river(), cut=Cut(known_by="2024-03-15"))
    assert "wrong" in {event["unique_id"] for event in older["events"]}


def test_the_title_and_the_analysts_summary_which_knows_no_cut() -> None:
    found, _ = document(*river())
    assert found["title"] == {"text": {"headline": "Water of the river", "text": "Who may take how much."}}
    older, _ = document(*river(), cut=Cut(known_by="2024-04"))
    assert older["title"] == {"text": {"headline": "Water of the river", "text": ""}}


def test_a_withdrawal_that_is_completed_is_an_era() -> None:
    order = tell("WithdrawalOrdered", "order", "2024-04-30", party="USA", withdrawal="force")
    done = tell("WithdrawalCompleted", "done", "2024-09-15/2024-09-17", withdrawal="force")
    found, _ = document(party("USA"), order, done)
    assert found["eras"] == [
        {"start_date": ymd(2024, 4, 30), "end_date": ymd(2024, 9, 17), "text": {"headline": "Withdrawal force"}}
    ]
    open_end = tell("WithdrawalCompleted", "done", "2024-09-15/..", withdrawal="force")
    for events in ((order,), (done,), (order, open_end)):
        assert document(party("USA"), *events)[0]["eras"] == []


class Tags(HTMLParser):
    """Collects the tags of a piece of HTML, and what it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.shown = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.shown += data


def markup(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the tags in all that TimelineJS takes for HTML."""
    slides = [found["title"], *found["events"], *found["eras"]]
    pieces = [text for slide in slides for text in (*slide["text"].values(), slide.get("display_date", ""))]
    return [tag for piece in pieces for tag in Tags(piece).found]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_markup_of_a_source_survives(text: str) -> None:
    found, _ = document(*river(text))
    assert {(tag, *names) for tag, names in markup(found)} <= {("p",), ("em",), ("a", "href")}
    addresses = re.findall(r'href="([^"]*)"', json.dumps(found).replace('\\"', '"'))
    assert [address for address in addresses if not address.startswith("https://example.org/")] == []
    written = b"".join(write(claims(history(*river(text)), "n"), Tally())).decode()
    assert re.search(f"(?!\n)[{UNSEEN}]", written.replace("\u200c", "").replace("\u200d", "")) is None


@given(texts)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    event = only(party("NER"), tell("StatementMade", "said", "2024-05-06", party="NER", note=f"x{text}"))
    assert Tags(event["text"]["text"]).shown == f"No source.{plain(f'x{text}')}"


def test_an_entry_of_an_unknown_type_and_a_negotiation_without_claims() -> None:
    opened = tell("NegotiationOpened", "opened", title="t")
    assert document(opened)[0] == {"title": {"text": {"headline": "t", "text": ""}}, "events": [], "eras": []}
    unknown = UnknownEvent(name="SummitHeld", negotiation="n", id="summit", occurred="2024-05-08", stored={})
    event = only(opened, unknown)
    assert (event["group"], event["unique_id"]) == ("unknown", "summit")
    assert "not known here" in event["text"]["headline"]


def test_the_shape_is_that_of_timelines_which_timelinejs_reads(shared: Path) -> None:
    theirs = [json.loads(path.read_text("utf-8")) for path in sorted((shared / "data" / "shapes").glob("timelinejs-*"))]
    assert len(theirs) == 2
    done = tell("WithdrawalCompleted", "done", "2024-09-15/2024-09-17", withdrawal="engineers")
    ours, _ = document(*river(), done)
    assert ours["eras"]
    assert ours.keys() <= set().union(*theirs)
    for part in ("events", "eras"):
        dates = [event["start_date"] for other in theirs for event in other.get(part, ())]
        assert {type(value) for value in dates[0].values()} == {str}
        for event in ours[part]:
            assert event["start_date"].keys() <= {"year", "month", "day"}
            assert {type(value) for value in event["start_date"].values()} == {str}
            assert event["text"].keys() <= {"headline", "text"}
