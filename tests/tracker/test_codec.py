"""Stored bytes: every entry comes back as it went in, from older versions too, and what is not known is kept."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.strategies import fields_of
from tracker import codec
from tracker.codec import GENESIS, decode, digest_of, encode, head_of, is_sealed, quote_name, timestamp, topic_of
from tracker.entry import prepare
from tracker.errors import EntryRejectedError
from tracker.events import EVENT_TYPES, Event, UnknownEvent, parse
from tracker.log import EventLog

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)

_NAMES: Final = st.sampled_from(sorted(EVENT_TYPES))
#: Some for each type.
_EXAMPLES: Final = 10 * settings().max_examples


def stored(event: Event) -> tuple[str, bytes]:
    """Return the topic and the bytes of an event as the first entry of its negotiation."""
    ready = prepare(event)
    head = head_of(ready.topic, ready.negotiation, 1, GENESIS)
    by = quote_name('Ada "L." é')
    return ready.topic, encode(head, ready.id, ready.content, recorded_at=timestamp(MOMENT), recorded_by=by)


@settings(max_examples=_EXAMPLES)
@given(data=st.data())
def test_every_event_comes_back_as_it_went_in_and_a_script_may_hold_it(data: st.DataObject) -> None:
    name = data.draw(_NAMES)
    event = parse(data.draw(fields_of(EVENT_TYPES[name])))
    topic, state = stored(event)
    recorded = decode(topic, state, 7)
    assert recorded.event == event.model_copy(update={"id": recorded.id})
    assert recorded.event.canonical() == event.canonical()
    assert recorded.event.default_id() == event.default_id()
    assert (recorded.position, recorded.version, recorded.recorded_at) == (7, 1, MOMENT)
    assert (recorded.recorded_by, recorded.previous) == ('Ada "L." é', GENESIS)
    assert recorded.digest == digest_of(state)
    assert is_sealed(state)
    written = {"event": name, "negotiation": event.negotiation, **json.loads(event.canonical())}
    if event.id is not None:
        written["id"] = event.id
    assert parse(written) == event
    assert parse(written).canonical() == event.canonical()


def test_stored_bytes_have_the_layout_that_is_promised() -> None:
    topic, state = stored(statement(1, occurred="2024-05~", text="été"))
    body, seal = state[:-20], state[-20:]
    assert topic == "StatementMade.v1"
    assert body.decode() == (
        '{"event":"StatementMade","event_version":1,"negotiation":"us-niger","version":1,"previous":"' + "0" * 64 + '",'
        '"recorded_at":"2026-01-02T03:04:05.000678Z","recorded_by":"Ada \\"L.\\" é","id":"statement-1",'
        '"occurred":"2024-05~","party":"NER","text":"été"'
    )
    assert seal == b',"crc32":"%08x"}' % zlib.crc32(body)
    assert list(json.loads(state))[:8] == ["event", "event_version", *list(codec.HEADER[2:]), "id"]


def test_who_drafted_it_stands_behind_what_its_author_wrote() -> None:
    entry = prepare(statement(1))
    head = head_of(entry.topic, entry.negotiation, 1, GENESIS)
    state = encode(
        head, entry.id, entry.content, recorded_at=timestamp(MOMENT), recorded_by='"ada"', drafted_by='"mcp:x"'
    )
    assert list(json.loads(state))[-2:] == ["drafted_by", "crc32"]
    recorded = decode(entry.topic, state, 1)
    assert (recorded.drafted_by, recorded.event) == ("mcp:x", statement(1))


def test_digests_that_were_given_out_stay_true() -> None:
    """Bytes recorded by any version must be made again by every later one: a change here breaks chains and ids."""
    (_, state) = stored(statement(1, occurred="2024-05~", evidence=[{"source": "wire", "credibility": 3}]))
    assert digest_of(state) == "8b0462de891b9aebaea1fb8a06cef6a43958a5e7b54e810b2c52cb9dbde33bd1"
    assert statement(1).default_id() == "statement-made-ccb19437a944"


# Two versions of one event type, as a package might have them: `city` became `venue`.


class SummitHeld(Event):
    """A summit, as it was first recorded."""

    city: str


class SummitHeldNow(Event):
    """A summit, as it is recorded now."""

    event_version: ClassVar[int] = 2

    venue: str


SummitHeldNow.__name__ = "SummitHeld"


def rename_city(data: dict[str, Any]) -> dict[str, Any]:
    """Return the stored form of version 1 as version 2."""
    return {("venue" if name == "city" else name): value for name, value in data.items()}


@pytest.fixture
def with_summit(staged: EventLog, monkeypatch: pytest.MonkeyPatch) -> EventLog:
    """Return a log that holds a summit of version 1 among others."""
    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", SummitHeld)
    staged.record([SummitHeld(negotiation=NEGOTIATION, id="summit", city="Niamey", occurred="2024-03"), statement(1)])
    return staged


@pytest.fixture
def upgraded(with_summit: EventLog, monkeypatch: pytest.MonkeyPatch) -> EventLog:
    """Return the same log, read by a program that has version 2."""
    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", SummitHeldNow)
    monkeypatch.setattr(codec, "UPCASTS", dict(codec.UPCASTS))
    codec.UPCASTS["SummitHeld", 1] = rename_city
    return with_summit


def test_an_older_version_is_read_as_the_present_one(upgraded: EventLog) -> None:
    event = upgraded.entry(NEGOTIATION, "summit").event
    assert isinstance(event, SummitHeldNow)
    assert event.venue == "Niamey"
    assert str(event.occurred) == "2024-03"


def test_stored_bytes_of_an_older_version_are_not_touched(upgraded: EventLog) -> None:
    before = upgraded.heads()
    assert upgraded.verify(before.values()).ok
    upgraded.record([SummitHeldNow(negotiation=NEGOTIATION, id="second", venue="Abuja")])
    assert [topic_of(recorded.event) for recorded in upgraded.read(after=12)] == [
        "SummitHeld.v2",
        "StatementMade.v1",
        "SummitHeld.v2",
    ]
    assert upgraded.verify(before.values()).ok


def test_the_same_entry_in_the_present_version_is_there_already(upgraded: EventLog) -> None:
    same = SummitHeldNow(negotiation=NEGOTIATION, id="summit", venue="Niamey", occurred="2024-03")
    assert upgraded.record([same]).already == 1


def assert_unknown(log: EventLog, version: int) -> None:
    """Check that the summit is unknown but kept, and that nothing else suffers."""
    read = list(log.read(NEGOTIATION))
    event = read[12].event
    assert isinstance(event, UnknownEvent)
    assert (event.event, event.stored["event_version"], event.id) == ("SummitHeld", version, "summit")
    assert str(event.occurred) == "2024-03"
    assert event.subject is None
    assert read[13].event == statement(1)
    assert log.verify().ok
    assert log.record([statement(2), *stage()]).count == 1


def test_a_type_that_is_not_known_is_kept_as_unknown(with_summit: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(EVENT_TYPES, "SummitHeld")
    assert_unknown(with_summit, 1)


def test_a_newer_version_of_a_type_is_kept_as_unknown(staged: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", SummitHeldNow)
    staged.record(
        [SummitHeldNow(negotiation=NEGOTIATION, id="summit", venue="Niamey", occurred="2024-03"), statement(1)]
    )
    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", SummitHeld)
    assert_unknown(staged, 2)


def test_an_older_version_without_a_way_to_the_present_one_is_kept_as_unknown(
    with_summit: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", SummitHeldNow)
    assert_unknown(with_summit, 1)


def test_content_that_no_longer_fits_its_type_is_kept_as_unknown(
    with_summit: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stricter(Event):
        city: int

    monkeypatch.setitem(EVENT_TYPES, "SummitHeld", Stricter)
    assert_unknown(with_summit, 1)


def test_an_unknown_entry_may_be_retracted(with_summit: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(EVENT_TYPES, "SummitHeld")
    retraction = parse({"event": "EntryRetracted", "negotiation": NEGOTIATION, "entry": "summit"})
    assert with_summit.record([retraction]).count == 1


def test_an_unknown_entry_is_not_corrected_blindly(with_summit: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(EVENT_TYPES, "SummitHeld")
    correction = {
        "event": "EntryCorrected",
        "negotiation": NEGOTIATION,
        "entry": "summit",
        "changes": {"city": "Abuja"},
    }
    with pytest.raises(EntryRejectedError, match="no such field"):
        with_summit.record([parse(correction)])


def test_a_negotiation_whose_registers_come_from_an_older_version_is_written_to(log_path: Path) -> None:
    with EventLog.open(log_path) as log:
        log.record(stage())
    with EventLog.open(log_path) as log:
        assert log.record([statement(1)]).count == 1
