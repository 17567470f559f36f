"""Two logs that grew apart are joined both ways: the same conclusions, origins kept, collisions told, chains whole."""

from __future__ import annotations

import itertools
import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections import status
from tests.fault.tampering import unguarded
from tracker import EventLog
from tracker.codec import decode, digest_of, sealed
from tracker.errors import EntryRejectedError, LogError
from tracker.events import NegotiationOpened, PartyAdded, SourceRegistered, StatementMade
from tracker.events.agreements import AgreementRevoked, AgreementSigned
from tracker.events.knowledge import EntryCorrected, EntryDisputed, EntryRetracted
from tracker.events.parsing import parse
from tracker.transfer import bundle
from tracker.transfer.merge import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.events import Event

STAGE = (
    NegotiationOpened(negotiation="lake", title="Lake accord"),
    PartyAdded(negotiation="lake", party="NOR", name="Norway"),
    PartyAdded(negotiation="lake", party="SWE"),
    SourceRegistered(negotiation="lake", source="gazette", published="2021-05-03", reliability="B"),
)


def ticking(start: datetime) -> Callable[[], datetime]:
    moments = (start + timedelta(minutes=minute) for minute in itertools.count())
    return moments.__next__


def opened(path: Path, by: str, day: int = 1) -> EventLog:
    return EventLog.open(path, by=by, clock=ticking(datetime(2026, 1, day, tzinfo=UTC)))


def said(entry: str, text: str, **fields: object) -> Event:
    return StatementMade(negotiation="lake", id=entry, party="NOR", text=text, **fields)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[tuple[EventLog, EventLog]]:
    """Give a log and a copy of it, each to be gone on with by another person."""
    with opened(tmp_path / "a.db", "ana") as log:
        log.record(STAGE)
    shutil.copy(tmp_path / "a.db", tmp_path / "b.db")
    with opened(tmp_path / "a.db", "ana", 2) as one, opened(tmp_path / "b.db", "bob", 3) as other:
        yield one, other


def concluded(log: EventLog) -> dict[str, Any]:
    """Return what stands, without the log's own number of entries and head."""
    found = status(log, "lake").to_json()
    return {name: value for name, value in found.items() if name not in {"head", "entries"}}


def joined(one: EventLog, other: EventLog, **options: Any) -> None:  # noqa: ANN401 - those of `merge`
    """Join both ways, the second way from what the first has become; what is then joined again is nothing."""
    merge(one, other, **options)
    merge(other, one, **options)
    assert concluded(one) == concluded(other)
    for log, theirs in ((one, other), (other, one)):
        assert merge(log, theirs, **options).count == 0
        assert log.verify().ok


def test_what_both_recorded_gives_the_same_conclusions(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    one.record(
        [AgreementSigned(negotiation="lake", id="signed", agreement="a", by=("NOR", "SWE"), occurred="2021-05-01")]
    )
    one.record([said("both", "we fish"), said("undated", "first")])
    other.record([AgreementRevoked(negotiation="lake", id="revoked", agreement="a", party="NOR", occurred="2021-06")])
    other.record([said("both", "we fish"), said("undated-too", "second")])
    other.record([EntryRetracted(negotiation="lake", entry="both", reason="misread")])
    joined(one, other)
    assert status(one, "lake").agreements["a"].state == "denunciation-announced"
    assert {recorded.id for recorded in one.read("lake")} == {recorded.id for recorded in other.read("lake")}


def test_an_entry_keeps_its_origin(logs: tuple[EventLog, EventLog], tmp_path: Path) -> None:
    one, other = logs
    other.record([said("t", "we fish")])
    theirs = other.entry("lake", "t")
    assert merge(one, other, by="cy").count == 1
    ours = one.entry("lake", "t")
    assert ours.origin == {
        "log": other.identity,
        "position": theirs.position,
        "recorded_at": "2026-01-03T00:00:00.000000Z",
        "recorded_by": "bob",
        "digest": theirs.digest,
    }
    assert (ours.recorded_by, ours.event, ours.first_recorded_at) == ("cy", theirs.event, theirs.recorded_at)
    assert theirs.origin is None
    # It stays that of the first log, in a third one, in a bundle and in a copy of that.
    with opened(tmp_path / "c.db", "cy") as third:
        assert merge(third, one).count == len(STAGE) + 1
        assert third.entry("lake", "t").origin == ours.origin
        assert third.verify().ok
        path = tmp_path / "bundle.jsonl"
        path.write_bytes(b"".join(bundle.lines(third)))
    with opened(tmp_path / "d.db", "dee") as fourth:
        bundle.take_in(fourth, path)
        assert fourth.entry("lake", "t").origin == ours.origin
        assert fourth.verify().ok


def test_the_bytes_of_entries_without_origin_are_as_they_were(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    other.record([said("t", "we fish")])
    before = [row.state for row in one.store.scan()]
    merge(one, other)
    rows = [row.state for row in one.store.scan()]
    assert rows[: len(before)] == before
    assert b'"origin"' not in b"".join(before)
    assert list(json.loads(rows[-1]))[-2:] == ["origin", "crc32"]
    assert one.entry("lake", "t").digest == digest_of(rows[-1])


def test_no_script_sets_an_origin() -> None:
    with pytest.raises(EntryRejectedError, match="origin: is set by the log; leave it out"):
        parse({"event": "StatementMade", "negotiation": "lake", "party": "NOR", "origin": {"log": "x"}})


def test_the_same_id_with_other_content_is_left_out_with_what_rests_on_it(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    one.record([said("x", "one")])
    other.record([said("x", "two"), said("y", "three")])
    other.record([EntryCorrected(negotiation="lake", id="c", entry="x", changes={"text": "four"})])
    other.record(
        [EntryDisputed(negotiation="lake", id="d", entry="c"), EntryDisputed(negotiation="lake", id="e", entry="y")]
    )
    merged = merge(one, other)
    assert [(left.entry, left.position) for left in merged.left] == [("x", 5), ("c", 7), ("d", 8)]
    assert (merged.count, merged.already) == (2, len(STAGE))
    assert "rests on 'x', which was left out" in merged.left[1].why
    assert str(merged.problems[0]).startswith(f"{other.location}:5: id: 'x' is the id of another entry here")
    assert one.entry("lake", "x").event == said("x", "one")
    assert one.verify().ok


def test_with_a_suffix_both_are_kept_and_known_again(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    one.record([said("x", "one")])
    other.record([said("x", "two")])
    other.record([EntryCorrected(negotiation="lake", id="c", entry="x", changes={"text": "four"})])
    merged = merge(one, other, suffix="-b")
    assert (merged.count, merged.left, merged.renamed) == (2, [], {"lake": {"x": "x-b"}})
    assert one.entry("lake", "c").event.entry == "x-b"  # type: ignore[attr-defined]
    assert merge(one, other, suffix="-b").count == 0
    one.record([EntryDisputed(negotiation="lake", id="d", entry="x-b")])
    # It comes back as what it was.
    back = merge(other, one, suffix="-a")
    assert back.renamed == {"lake": {"x": "x-a"}}
    assert other.entry("lake", "d").event.entry == "x"  # type: ignore[attr-defined]
    assert {recorded.id for recorded in other.read("lake")} >= {"x", "x-a", "c", "d"}
    assert merge(other, one, suffix="-a").count == merge(one, other, suffix="-b").count == 0
    assert one.verify().ok
    assert other.verify().ok


def test_a_source_that_both_registered_otherwise_is_told(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    for log, grade in ((one, "A"), (other, "D")):
        log.record([SourceRegistered(negotiation="lake", id=grade.lower(), source="wire", reliability=grade)])
    merged = merge(one, other)
    assert [left.entry for left in merged.left] == ["d"]
    assert "registered already by a" in merged.left[0].why


def test_trying_records_nothing(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    other.record([said("t", "we fish")])
    heads = one.heads()
    assert merge(one, other, dry_run=True).count == 1
    assert one.heads() == heads


def test_a_log_that_was_changed_is_not_joined(logs: tuple[EventLog, EventLog], tmp_path: Path) -> None:
    one, other = logs
    other.record([said("t", "we fish")])
    other.close()
    with unguarded(tmp_path / "b.db") as connection:
        connection.execute("UPDATE stored_events SET state = replace(state, 'we fish', 'we dish')")
    with EventLog.open(tmp_path / "b.db", read_only=True) as damaged, pytest.raises(LogError, match="was not joined"):
        merge(one, damaged)


#: What one may record: what it says, which may be about what was recorded before.
WORDS = st.lists(st.tuples(st.sampled_from("srcd"), st.integers(0, 5), st.integers(0, 3)), max_size=8)


@given(mine=WORDS, theirs=WORDS)
@settings(max_examples=settings().max_examples // 2)
def test_whatever_each_records_joining_both_ways_agrees(
    mine: Sequence[tuple[str, int, int]],
    theirs: Sequence[tuple[str, int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("joined")
    with opened(folder / "a.db", "ana") as log:
        log.record([*STAGE, said("base", "at first")])
    shutil.copy(folder / "a.db", folder / "b.db")
    with opened(folder / "a.db", "ana", 2) as one, opened(folder / "b.db", "bob", 3) as other:
        for log, name, words in ((one, "a", mine), (other, "b", theirs)):
            known = ["base"]
            for number, (what, about, day) in enumerate(words):
                entry, target = f"{name}{number}", known[about % len(known)]
                fields = {"occurred": f"2021-05-0{day}"} if day else {}
                log.record([_event(what, entry, target, fields)])
                if what == "s":
                    known.append(entry)
        joined(one, other)


def _event(what: str, entry: str, target: str, fields: dict[str, str]) -> Event:
    if what == "s":
        return said(entry, f"said {entry}", **fields)
    if what == "r":
        return EntryRetracted(negotiation="lake", id=entry, entry=target)
    if what == "c":
        changes = {"text": entry, **fields}
        return EntryCorrected(negotiation="lake", id=entry, entry=target, changes=changes)
    return AgreementSigned(negotiation="lake", id=entry, agreement="deal", by=("NOR",), **fields)


@pytest.mark.parametrize("origin", ['"a text"', '{"log":"x"}', "[1]", "7"])
def test_a_field_of_another_package_that_is_called_so_stays_what_it_was(origin: str) -> None:
    head = '{"event":"Voyage","event_version":1,"negotiation":"lake","version":1,"previous":"' + "0" * 64
    stamp = '","recorded_at":"2026-01-01T00:00:00.000000Z","recorded_by":"ana","id":"v",'
    recorded = decode("Voyage.v1", sealed(f'{head}{stamp}"origin":{origin}'.encode()), 1)
    assert recorded.origin is None
    assert recorded.event.stored["origin"] == json.loads(origin)  # type: ignore[attr-defined]


def test_who_drafted_an_entry_is_kept_with_its_origin(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    other.record([said("s1", "We agree")], drafted_by="converter")
    merge(one, other)
    origin = one.entry("lake", "s1").origin
    assert origin is not None
    assert (origin["recorded_by"], origin["drafted_by"]) == ("bob", "converter")
    assert one.verify().ok


def cited(entry: str, source: str) -> Event:
    return said(entry, entry, evidence=[{"source": source}])


def test_two_documents_of_one_name_stay_two(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    for log, title in ((one, "Nets"), (other, "Ferries")):
        log.record([SourceRegistered(negotiation="lake", source="post", title=title, published="2021-05-04")])
    one.record([cited("ours", "post")])
    other.record([cited("theirs", "post"), cited("else", "gazette")])
    other.record(
        [parse({"event": "SameAs", "negotiation": "lake", "kind": "source", "keep": "post", "same": ["gazette"]})]
    )
    merged = merge(one, other)
    # What cites the other document does not come to rest on this one.
    assert [left.why.partition(";")[0] for left in merged.left] == [
        "source: 'post' is another document here",
        "rests on source 'post', which was left out",
        "rests on source 'post', which was left out",
    ]
    assert merged.count == 1
    merged = merge(one, other, suffix="-b")
    assert (merged.count, merged.left, merged.renamed) == (3, [], {"lake": {"source:post": "source:post-b"}})
    assert one.entry("lake", "theirs").event.evidence[0].source == "post-b"
    (said_same,) = [recorded.event for recorded in one.read("lake") if recorded.event.event == "SameAs"]
    assert (said_same.keep, said_same.same) == ("post-b", ("gazette",))  # type: ignore[attr-defined]
    for suffix in (None, "-b", "-c"):
        again = merge(one, other, suffix=suffix)
        assert (again.count, again.left, again.renamed) == (0, [], {})
    # It comes back as what it was, and ours under a name of its own.
    merge(other, one, suffix="-a")
    assert other.entry("lake", "theirs").event.evidence[0].source == "post"
    assert other.entry("lake", "ours").event.evidence[0].source == "post-a"
    assert merge(other, one).count == merge(one, other).count == 0
    assert one.verify().ok
    assert other.verify().ok


def test_one_document_that_is_described_otherwise_is_one(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    for log, grade in ((one, "A"), (other, "D")):
        url = "https://www.example.org/post"
        log.record([SourceRegistered(negotiation="lake", source="post", url=url, reliability=grade)])
    other.record([cited("theirs", "post")])
    merged = merge(one, other)
    assert [left.why.partition(" by ")[0] for left in merged.left] == ["source: 'post' is registered already"]
    assert one.entry("lake", "theirs").event.evidence[0].source == "post"


def test_what_came_under_another_id_is_known_again(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    one.record([said("x", "one")])
    other.record([said("x", "two"), EntryDisputed(negotiation="lake", id="d", entry="x")])
    merge(one, other, suffix="-b")
    other.record([EntryDisputed(negotiation="lake", id="e", entry="x")])
    merged = merge(one, other)
    assert (merged.count, merged.left, merged.renamed) == (1, [], {})
    assert one.entry("lake", "e").event.entry == "x-b"  # type: ignore[attr-defined]


def test_registrations_that_read_alike_are_one(logs: tuple[EventLog, EventLog]) -> None:
    one, other = logs
    one.record([PartyAdded(negotiation="lake", id="here", party="FIN", name="Finnland")])
    other.record([PartyAdded(negotiation="lake", id="there", party="FIN", name="Finland")])
    assert [left.entry for left in merge(one, other).left] == ["there"]
    wrong = EntryCorrected(negotiation="lake", id="wrong", entry="here", changes={"name": "Suomi"})
    one.record([EntryCorrected(negotiation="lake", entry="here", changes={"name": "Finland"}), wrong])
    one.record([EntryRetracted(negotiation="lake", entry="wrong")])
    # What is said of the other one is then said of this one.
    other.record([EntryDisputed(negotiation="lake", id="d", entry="there")])
    merged = merge(one, other)
    assert (merged.count, merged.left) == (1, [])
    assert one.entry("lake", "d").event.entry == "here"  # type: ignore[attr-defined]
