"""What every store promises: one set of tests, run over each of them."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.stores.given import STAMP, TOPIC, Batch, Writer, count_ids, insert, is_told
from tracker.codec import digest_of
from tracker.entry import prepare
from tracker.errors import LogMissingError, LogReadOnlyError
from tracker.log import EventLog
from tracker.negotiation import project
from tracker.stores.opening import open_store
from tracker.stores.selecting import COLUMNS
from tracker.stores.store import IdTakenError, Row, VersionTakenError
from tracker.stores.where import is_shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.stores.store import Store

SNAPSHOT: Final = b'{"party": ["NER"], "matter": [], "source": []}'


@pytest.fixture
def writer() -> Writer:
    return Writer()


def test_positions_follow_one_another_and_tell_the_order(store: Store, writer: Writer) -> None:
    assert list(insert(store, writer.batch("b", "a", "b"))) == [1, 2, 3]
    assert list(insert(store, writer.batch("a"))) == [4]
    assert [(row.position, row.negotiation, row.version) for row in store.scan()] == [
        (1, "b", 1),
        (2, "a", 1),
        (3, "b", 2),
        (4, "a", 2),
    ]
    assert store.max_position() == 4


def test_what_was_inserted_comes_back_byte_for_byte(store: Store, writer: Writer) -> None:
    every_character = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000, 97)]))
    texts = ["", "\x00", "\\", '\\"', every_character, "\u00e9\u202e\U0001f54a" * 20_000]
    for number, text in enumerate(texts):
        content = f'"party":"NER","text":{json.dumps(text, ensure_ascii=False)}'.encode()
        batch = writer.batch(f"n{number}", content=content)
        insert(store, batch)
        assert store.last(f"n{number}") == Row(number + 1, *batch.events[0])
    assert [type(row.state) for row in store.scan()] == [bytes] * len(texts)


def test_a_file_takes_whatever_bytes_it_is_given(tmp_path: Path) -> None:
    """There the program alone says what an entry is; a shared database says it, too."""
    every_byte = bytes(range(256))
    states = [b"", b"\x00", every_byte, "\u00e9\u202e\U0001f54a".encode(), b"\xff\xfe" * 50_000]
    events = [(f"n{number}", 1, TOPIC, state) for number, state in enumerate(states)]
    store = open_store(str(tmp_path / "negotiations.db"), create=True, read_only=False)
    insert(store, Batch(events, [(name, "e", 1) for name, *_ in events]))
    assert [row.state for row in store.scan()] == states
    assert {type(row.state) for row in store.scan()} == {bytes}
    assert store.last("n2") == Row(3, "n2", 1, TOPIC, every_byte)
    store.close()


def test_a_stream_is_one_negotiation_between_two_versions(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["a", "b"] * 5))
    assert [row.version for row in store.stream("a")] == [1, 2, 3, 4, 5]
    assert [row.version for row in store.stream("a", 2)] == [3, 4, 5]
    assert [row.version for row in store.stream("a", 2, 4)] == [3, 4]
    assert list(store.stream("c")) == []


def test_a_scan_is_the_log_between_two_positions(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["a", "b"] * 5))
    assert [row.position for row in store.scan(3, 6)] == [4, 5, 6]
    assert [row.position for row in store.scan(9)] == [10]
    assert list(store.scan(10)) == []


def test_scans_and_streams_go_on_over_many_blocks(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["a"] * 1500, *["b"] * 1500))
    assert [row.position for row in store.scan()] == list(range(1, 3001))
    assert [row.version for row in store.stream("b")] == list(range(1, 1501))


def test_the_last_entry(store: Store, writer: Writer) -> None:
    assert (store.last("a"), store.max_position()) == (None, 0)
    batch = writer.batch("a", "a", "b")
    insert(store, batch)
    assert store.last("a") == Row(2, *batch.events[1])


def test_versions_are_found_by_ids(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["a"] * 1200, "b"))
    wanted = [("a", f"e{number}") for number in range(1, 1301)] + [("b", "e1"), ("b", "e2"), ("c", "e1"), ("b", "e1")]
    found = store.versions(wanted)
    assert found == {**{("a", f"e{number}"): number for number in range(1, 1201)}, ("b", "e1"): 1}
    assert store.versions([]) == {}
    assert count_ids(store) == 1201


def test_digests_are_found_by_versions(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["b"] * 1100, "a"))
    there = {(row.negotiation, row.version): (row.position, digest_of(row.state)) for row in store.scan()}
    assert len(there) == 1101
    assert store.digests([*there, ("a", 2), ("nowhere", 1)]) == there
    assert store.digests([]) == {}


def test_negotiations_are_counted_by_name_in_the_order_of_bytes(store: Store, writer: Writer) -> None:
    assert store.negotiations() == []
    # A locale would put a-b after ab.
    names = ["b", "a-b", "a", "ab", "a--b", "b", "a1", "a-1"]
    if not is_shared(store.location):
        # A shared database takes no name that is no slug.
        names += ["a_b", "B"]
    insert(store, writer.batch(*names))
    assert store.negotiations() == sorted({name: names.count(name) for name in names}.items())


def test_snapshots_are_kept_and_the_newest_is_found(store: Store, writer: Writer) -> None:
    assert store.snapshot("a") is None
    parties = writer.batch("a", "a", "b", topic="PartyAdded.v1", content=b'"party":"NER"')
    one = b'{"party": ["NER"], "matter": [], "source": []}'
    insert(store, parties._replace(snapshots=[("a", 2, "Negotiation.v1", one)]))
    other = one.replace(b" ", b"")
    insert(store, Batch([], [], [("a", 1, "Negotiation.v1", other), ("b", 1, "Negotiation.v1", other)]))
    assert store.snapshot("a") == (2, one)
    assert store.snapshot("b") == (1, other)


def test_a_taken_id_is_refused_with_the_whole_batch(store: Store, writer: Writer) -> None:
    insert(store, writer.batch("a"))
    batch = writer.batch("b", "a")
    with pytest.raises(IdTakenError):
        insert(store, batch._replace(ids=[("b", "e1", 1), ("a", "e1", 2)]))
    assert store.max_position() == 1
    assert store.versions([("b", "e1")]) == {}
    assert list(insert(store, batch)) == [2, 3]


def test_a_taken_version_is_refused_with_the_whole_batch(store: Store, writer: Writer) -> None:
    insert(store, writer.batch("a"))
    batch = writer.batch("b", "a")
    taken = Batch([batch.events[0], ("a", 1, TOPIC, b"{}")], [("b", "e1", 1), ("a", "other", 1)])
    with pytest.raises(VersionTakenError):
        insert(store, taken)
    assert store.max_position() == 1
    assert count_ids(store) == 1
    assert list(insert(store, batch)) == [2, 3]


@pytest.mark.parametrize(
    ("version", "entry", "refusal"),
    [(2, "e1", IdTakenError), (1, "other", VersionTakenError)],
    ids=["id", "version"],
)
def test_an_entry_alone_is_refused_as_one_of_many_is(
    store: Store, writer: Writer, version: int, entry: str, refusal: type[Exception]
) -> None:
    insert(store, writer.batch("a"))
    with pytest.raises(refusal):
        insert(store, Batch([("a", version, TOPIC, b"{}")], [("a", entry, version)]))
    assert store.max_position() == 1
    assert count_ids(store) == 1
    assert list(insert(store, writer.batch("a"))) == [2]
    assert store.versions([("a", "e2")]) == {("a", "e2"): 2}


def test_the_position_of_an_entry_alone_stays_the_same(store: Store, writer: Writer) -> None:
    one, other, last = (writer.batch(name) for name in ("a", "b", "a"))
    first = insert(store, one)
    second = insert(store, other)
    with store.exclusive():
        assert list(insert(store, last)) == [3]
    assert store.versions([("a", "e1"), ("a", "e2"), ("b", "e1")]) == {("a", "e1"): 1, ("a", "e2"): 2, ("b", "e1"): 1}
    assert (list(first), list(second)) == ([1], [2])
    assert (first[-1], second[0], len(second)) == (1, 2, 1)


def test_what_is_inserted_together_is_committed_together(
    store: Store, reopen: Callable[..., Store], writer: Writer
) -> None:
    other = reopen()
    with store.exclusive():
        insert(store, writer.batch("a"))
        with store.exclusive():
            insert(store, writer.batch("a", "b"))
        assert store.max_position() == 3
        assert [row.version for row in store.stream("a")] == [1, 2]
        assert other.max_position() == 0
    assert other.max_position() == store.max_position() == 3


def test_an_exception_undoes_all_of_it(store: Store, writer: Writer) -> None:
    insert(store, writer.batch("a"))

    def fail() -> None:
        with store.exclusive():
            insert(store, writer.batch("a", "b"))
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        fail()
    assert (store.max_position(), count_ids(store)) == (1, 1)
    writer.heads = {"a": (1, writer.heads["a"][1])}
    assert list(insert(store, writer.batch("c"))) == [2]


def test_other_writers_wait_while_one_holds_the_log(store: Store, reopen: Callable[..., Store], writer: Writer) -> None:
    other = reopen()
    begun = threading.Event()

    def insert_there() -> list[int]:
        begun.set()
        return list(insert(other, Writer().batch("b")))

    with ThreadPoolExecutor(1) as pool:
        with store.exclusive():
            waiting = pool.submit(insert_there)
            begun.wait()
            insert(store, writer.batch("a"))
            assert not waiting.done()
        assert waiting.result(30) == [2]


def test_another_threads_reads_do_not_see_what_is_not_committed(store: Store, writer: Writer) -> None:
    with ThreadPoolExecutor(1) as pool:
        with store.exclusive():
            insert(store, writer.batch("a"))
            assert pool.submit(store.max_position).result(30) == 0
        assert pool.submit(store.max_position).result(30) == 1


def test_writers_at_once_leave_no_gap_and_no_double(reopen: Callable[..., Store]) -> None:
    stores = [reopen() for _ in range(4)]

    def write(number: int) -> list[int]:
        writer = Writer()
        return [position for _ in range(25) for position in insert(stores[number], writer.batch(f"n{number}"))]

    with ThreadPoolExecutor(4) as pool:
        positions = sorted(position for part in pool.map(write, range(4)) for position in part)
    assert positions == list(range(1, 101))
    assert [row.position for row in stores[0].scan()] == positions


def test_the_mark_changes_with_what_others_add(store: Store, reopen: Callable[..., Store], writer: Writer) -> None:
    other = reopen()
    mark = store.change_mark()
    assert store.change_mark() == mark
    for _ in range(3):
        insert(other, writer.batch("a"))
        assert is_told(store, mark)
        mark = store.change_mark()


def test_an_identity_lasts_and_no_other_log_has_it(reopen: Callable[..., Store]) -> None:
    first, second = reopen(), reopen(create=False, read_only=True)
    assert first.identity == second.identity
    assert len(first.identity) == 32


def test_a_store_opened_for_reading_reads_and_never_writes(
    store: Store, reopen: Callable[..., Store], writer: Writer
) -> None:
    insert(store, writer.batch("a"))
    reader = reopen(create=False, read_only=True)
    assert [row.position for row in reader.scan()] == [1]
    with pytest.raises(LogReadOnlyError):
        insert(reader, writer.batch("a"))
    assert store.max_position() == 1


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}])
def test_no_log_is_made_where_none_is_to_be_made(reopen: Callable[..., Store], options: dict[str, bool]) -> None:
    with pytest.raises(LogMissingError, match="there is no log"):
        reopen(**options)
    with pytest.raises(LogMissingError):
        reopen(**options)


def test_many_who_make_a_log_at_once_make_one(reopen: Callable[..., Store]) -> None:
    barrier = threading.Barrier(4)

    def make(_: int) -> str:
        barrier.wait()
        return reopen().identity

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(make, range(4)))) == 1


def test_the_plain_reader_reads_what_the_librarys_recorders_read(store: Store, writer: Writer) -> None:
    insert(store, writer.batch(*["a", "b"] * 700))
    parties = writer.batch("c", topic="PartyAdded.v1", content=b'"party":"NER"')
    insert(store, parties._replace(snapshots=[("c", 1, "Negotiation.v1", SNAPSHOT)]))
    # What they select by themselves, which ours do through the reader.
    entries, snapshots = (kind.__mro__[2] for kind in (type(store.recorder), type(store.recorder.snapshots)))
    assert entries.__module__ == snapshots.__module__
    assert entries.__module__ in {"eventsourcing.sqlite", "eventsourcing.postgres"}
    recorder: Any = store.recorder
    found = entries.select_notifications(recorder, 1, 2000)  # type: ignore[attr-defined]
    assert [(one.id, *COLUMNS(one)) for one in found] == [tuple(row) for row in store.scan()]
    assert list(found) == list(recorder.select_notifications(1, 2000))
    some = {"start": 3, "limit": 5, "stop": 6, "topics": [TOPIC], "inclusive_of_start": False}
    assert list(entries.select_notifications(recorder, **some)) == list(recorder.select_notifications(**some))  # type: ignore[attr-defined]
    for options in ({}, {"gt": 3, "lte": 9}, {"desc": True, "limit": 4}, {"gt": 690}):
        theirs = entries.select_events(recorder, "a", **options)  # type: ignore[attr-defined]
        assert list(map(COLUMNS, theirs)) == list(map(COLUMNS, recorder.select_events("a", **options)))
    assert [row[1:] for row in store.stream("a")] == list(map(COLUMNS, entries.select_events(recorder, "a")))  # type: ignore[attr-defined]
    assert recorder.max_notification_id() == store.max_position()
    kept: Any = store.recorder.snapshots
    for options in ({}, {"desc": True, "limit": 1}, {"desc": True, "limit": 1, "lte": 0}):
        assert list(snapshots.select_events(kept, "c", **options)) == list(kept.select_events("c", **options))  # type: ignore[attr-defined]
    (snapshot,) = kept.select_events("c", desc=True, limit=1)
    assert store.snapshot("c") == COLUMNS(snapshot)[1::2]


def test_the_librarys_own_way_of_saving_stores_the_same(place: str) -> None:
    """Ids are read from the bytes where nobody gives them, and the mapper reads back what was stored."""
    with EventLog.open(place, by="ada") as log:
        log.record(stage())
        negotiation = log.application.repository.get(NEGOTIATION, projector_func=project)
        assert (negotiation.id, negotiation.version) == (NEGOTIATION, 12)
        recordings = log.application.save(negotiation.append(prepare(statement(1)), STAMP, '"ada"'))
        assert [recording.notification.id for recording in recordings] == [13]
        assert log.entry(NEGOTIATION, "statement-1").event == statement(1)
        (event,) = log.application.events.get(NEGOTIATION, gt=12)
        assert event == log.entry(NEGOTIATION, "statement-1")
        assert [one.id for one in log.application.notification_log.select(13, 1)] == [13]
        assert log.record([statement(2)]).count == 1
        assert log.verify().ok
