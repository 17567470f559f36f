"""CloudEvents: each line is an event that the specification allows, and holds the entry as it was recorded."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given

from projections.exports import Tally
from projections.exports.cloudevents import event_of, write
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE, texts
from tests.projections.telling import recorded, tell
from tests.tracker.strategies import entries
from tracker.codec import as_written
from tracker.events import parse
from tracker.events.registry import UnknownEvent
from tracker.unseen import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.events import Event

REQUIRED: Final = {"id", "source", "specversion", "type"}
OPTIONAL: Final = {"datacontenttype", "dataschema", "subject", "time"}
_URI_REFERENCE: Final = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+")
_RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_UNSEEN: Final = re.compile(f"(?!\n)[{UNSEEN}]")


def lines(events: Iterable[Event]) -> list[str]:
    tally = Tally()
    found = [line.decode() for line in write(recorded(events), tally)]
    assert tally.written == len(found)
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in found)
    return found


def is_allowed(event: dict[str, Any]) -> bool:
    """Say whether an object keeps to sections 3 of CloudEvents 1.0.2 and of its JSON event format."""
    attributes = {name: value for name, value in event.items() if name != "data"}
    return (
        attributes.keys() >= REQUIRED
        and all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in attributes)
        and all(isinstance(value, str | bool) or _is_integer(value) for value in attributes.values())
        and all(isinstance(attributes[name], str) and attributes[name] for name in REQUIRED | OPTIONAL - {"dataschema"})
        and attributes["specversion"] == "1.0"
        and _URI_REFERENCE.fullmatch(attributes["source"]) is not None
        and _RFC_3339.fullmatch(attributes["time"]) is not None
    )


def _is_integer(value: object) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_line_is_an_event_that_the_specification_allows(text: str) -> None:
    found = [json.loads(line) for line in lines(river(text))]
    assert [event for event in found if not is_allowed(event)] == []
    assert len({(event["source"], event["id"]) for event in found}) == len(found)


def test_an_event_says_who_recorded_what_and_when() -> None:
    (one,) = recorded([tell("StatementMade", "said", "2024-05-06", party="NER", text="x")])
    assert event_of(one._replace(recorded_by="Ada L. <ada@example.org>")) == {
        "specversion": "1.0",
        "id": one.digest,
        "source": "Ada%20L.%20%3Cada%40example.org%3E",
        "type": "communique.StatementMade.v1",
        "subject": "n",
        "time": "2026-01-01T00:00:01.000000Z",
        "datacontenttype": "application/json",
        "position": 1,
        "version": 1,
        "previous": one.previous,
        "data": as_written(one),
    }


@given(texts)
def test_any_recorder_is_a_source(name: str) -> None:
    (one,) = recorded([tell("NegotiationOpened", "opened", title="t")])
    assert is_allowed(event_of(one._replace(recorded_by=name)))


@given(entries)
def test_any_entry_can_be_read_back(fields: dict[str, Any]) -> None:
    event = parse(fields)
    (line,) = lines([event])
    assert parse(json.loads(line)["data"]) == event


def test_text_that_a_terminal_obeys_is_escaped() -> None:
    assert _UNSEEN.search("".join(lines(river("\x1b[2J\x9b\u202e\x7f")))) is None


def test_what_is_corrected_and_retracted_stays_as_it_was_recorded() -> None:
    found = {event["data"]["id"]: event["data"] for event in map(json.loads, lines(river()))}
    assert found["order"]["occurred"] == "2024-04-02/2024-04-05"
    assert found["wrong"]["text"] == "We agree."
    assert found["correction"]["changes"] == {"occurred": "2024-04-03/2024-04-05"}


def test_an_entry_of_an_unknown_type_is_written_as_it_is_stored() -> None:
    event = UnknownEvent(
        name="SummitHeld", negotiation="n", id="summit", stored={"negotiation": "n", "event_version": 3, "city": "X"}
    )
    found = json.loads(lines([event])[0])
    assert is_allowed(found)
    assert found["type"] == "communique.SummitHeld.v3"
    assert found["data"] == {"event": "SummitHeld", "negotiation": "n", "event_version": 3, "city": "X"}
    assert datetime.fromisoformat(found["time"]).tzinfo is not None
