"""The log as its callers use it: record, read, follow, look up; and what it says of itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import NEGOTIATION, entry, require_savepoints, stage, statement, statements
from tracker import EventLog
from tracker.codec import GENESIS
from tracker.errors import EntryRejectedError, LogReadOnlyError, NameUnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def test_what_was_recorded_is_read_back_in_order(log: EventLog) -> None:
    receipt = log.record([*stage(), statement(1)])
    read = list(log.read())
    assert tuple(read) == receipt.recorded
    assert [recorded.position for recorded in read] == list(range(1, 14))
    assert [recorded.version for recorded in read] == list(range(1, 14))
    assert {recorded.recorded_by for recorded in read} == {"ada"}
    assert {recorded.recorded_at for recorded in read} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert [recorded.event for recorded in read] == [*stage(), statement(1)]


def test_each_entry_follows_the_one_before_it_in_its_negotiation(log: EventLog) -> None:
    log.record([event for pair in zip(stage(), stage("us-chad"), strict=True) for event in pair])
    for name in (NEGOTIATION, "us-chad"):
        chain = list(log.read(name))
        assert [recorded.previous for recorded in chain] == [GENESIS, *(recorded.digest for recorded in chain[:-1])]
        assert log.heads()[name] == chain[-1].digest


def test_a_receipt_tells_what_was_done(staged: EventLog) -> None:
    receipt = staged.record([statement(1), statement(2), *stage()])
    assert (receipt.count, receipt.already, receipt.rejected, receipt.problems) == (2, len(stage()), 0, ())
    assert receipt.heads == {NEGOTIATION: list(staged.read())[-1].digest}


def test_nothing_is_recorded_of_nothing(log: EventLog) -> None:
    receipt = log.record([])
    assert (receipt.count, receipt.already, receipt.recorded, receipt.heads) == (0, 0, (), {})


def test_all_or_nothing_over_several_negotiations(staged: EventLog) -> None:
    staged.record(stage("us-chad"))
    before = list(staged.read())
    with pytest.raises(EntryRejectedError):
        staged.record([statement(1), statement(1, "us-chad"), statement(2, "us-chad", party="XYZ")])
    assert list(staged.read()) == before
    assert staged.verify().ok


def test_keep_going_leaves_out_what_is_wrong_and_what_rests_on_it(staged: EventLog) -> None:
    receipt = staged.record(
        [statement(1), statement(2, party="XYZ"), entry("EntryRetracted", id="r", entry="statement-2"), statement(3)],
        keep_going=True,
        places=[("a.jsonl", line) for line in (4, 5, 6, 9)],
    )
    assert [recorded.id for recorded in receipt.recorded] == ["statement-1", "statement-3"]
    assert receipt.rejected == 2
    assert [str(problem) for problem in receipt.problems] == [
        "a.jsonl:5: party: unknown party 'XYZ'; add it first with PartyAdded",
        "a.jsonl:6: entry: there is no entry 'statement-2' before this one; did you mean 'statement-1'?",
    ]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(staged: EventLog) -> None:
    before = list(staged.read())
    receipt = staged.record([statement(1), *stage()], dry_run=True)
    assert (receipt.count, receipt.already) == (1, len(stage()))
    with pytest.raises(EntryRejectedError):
        staged.record([statement(1, party="XYZ")], dry_run=True)
    assert list(staged.read()) == before
    assert staged.record([statement(1)]).count == 1


def test_a_log_opened_for_reading_is_read_and_never_written(staged: EventLog, log_path: Path) -> None:
    with EventLog.open(log_path, read_only=True) as reader:
        assert list(reader.read()) == list(staged.read())
        assert reader.record([statement(1)], dry_run=True).count == 1
        with pytest.raises(LogReadOnlyError, match="opened for reading only"):
            reader.record([statement(1)])
        assert list(reader.read()) == list(staged.read())


def test_reading_from_until_and_so_many(staged: EventLog) -> None:
    staged.record(stage("us-chad"))
    everything = list(staged.read())
    assert list(staged.read(after=3, until=7)) == everything[3:7]
    assert list(staged.read(limit=2)) == everything[:2]
    assert list(staged.read(after=20, limit=2)) == everything[20:22]
    assert list(staged.read("us-chad", after=14, limit=3)) == everything[14:17]
    assert list(staged.read("us-chad", until=14)) == everything[12:14]
    assert list(staged.read(after=24)) == []
    assert list(staged.read("nobody")) == []


def test_reading_crosses_blocks(log: EventLog) -> None:
    log.record([*stage(), *statements(2500)])
    assert len(list(log.read())) == len(list(log.read(NEGOTIATION))) == 2512
    assert [recorded.position for recorded in log.read(after=1000)] == list(range(1001, 2513))


def test_one_entry_is_found_by_its_id(staged: EventLog) -> None:
    assert staged.entry(NEGOTIATION, "party-ner").event == stage()[2]
    with pytest.raises(NameUnknownError, match=r"us-niger has no entry 'party-nir'; did you mean 'party-ner'"):
        staged.entry(NEGOTIATION, "party-nir")
    with pytest.raises(NameUnknownError, match=r"no negotiation 'us-nigr'; did you mean 'us-niger'"):
        staged.entry("us-nigr", "party-ner")


def test_negotiations_are_counted_and_asked_for_by_name(staged: EventLog) -> None:
    staged.record(stage("us-chad")[:2])
    assert staged.negotiations() == {"us-chad": 2, NEGOTIATION: 12}
    staged.require("us-chad")
    with pytest.raises(NameUnknownError, match=r"no negotiation 'x'; it has us-chad, us-niger"):
        staged.require("x")


def test_an_empty_log_says_so(log: EventLog) -> None:
    assert list(log.read()) == []
    assert log.negotiations() == {}
    assert log.heads() == {}
    with pytest.raises(NameUnknownError, match="it is empty"):
        log.require(NEGOTIATION)


def test_a_log_has_an_identity_that_lasts_and_no_other_has(log: EventLog, log_path: Path, tmp_path: Path) -> None:
    with EventLog.open(log_path) as again, EventLog.open(tmp_path / "other.db") as other:
        assert again.identity == log.identity
        assert other.identity != log.identity
    assert log.location == str(log_path)


def test_who_records_is_who_opened_the_log_or_who_is_named(staged: EventLog) -> None:
    staged.record([statement(1)], by='Grace "Amazing" Hopper\n\x1b[31m')
    assert [recorded.recorded_by for recorded in staged.read(after=11)] == ["ada", 'Grace "Amazing" Hopper\n\x1b[31m']


def test_a_name_that_is_no_text_is_recorded_legibly(staged: EventLog) -> None:
    staged.record([statement(1)], by="Ren\udce9")
    (recorded,) = staged.read(after=12)
    assert recorded.recorded_by.startswith("Ren")
    assert staged.verify().ok


def test_recorded_at_is_utc_whatever_the_clock_shows(log_path: Path) -> None:
    paris = datetime(2024, 5, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with EventLog.open(log_path, clock=lambda: paris) as log:
        log.record(stage()[:1])
        (recorded,) = log.read()
    assert recorded.recorded_at == paris
    assert recorded.recorded_at.utcoffset() == timedelta(0)


def test_recorded_at_never_goes_back_in_a_negotiation(log_path: Path) -> None:
    times = iter([datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)])
    now = [next(times)]
    with EventLog.open(log_path, clock=lambda: now[0]) as log:
        log.record(stage())
        for number, moment in enumerate(times):
            now[0] = moment
            log.record([statement(number)])
        stamps = [recorded.recorded_at.day for recorded in log.read(after=11)]
    assert stamps == [2, 2, 3]
    with EventLog.open(log_path, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as log:
        log.record([statement(9)])
        assert [recorded.recorded_at.day for recorded in log.read(after=14)] == [3]


@pytest.fixture
def writer(log_path: Path, staged: EventLog, clock: Callable[[], datetime]) -> Iterator[EventLog]:
    """Return the same log opened a second time."""
    with EventLog.open(log_path, clock=clock, by="bob") as writer:
        yield writer


def test_two_openings_of_a_log_see_each_others_entries(staged: EventLog, writer: EventLog) -> None:
    for number in range(6):
        (staged if number % 2 else writer).record([statement(number)])
    writer.record([entry("PartyAdded", party="TCD")])
    staged.record([entry("StatementMade", id="from-chad", party="TCD")])
    assert list(staged.read()) == list(writer.read())
    assert [recorded.version for recorded in staged.read()] == list(range(1, 21))
    assert staged.verify().ok


def test_a_follower_gets_what_others_record_from_when_it_was_asked(staged: EventLog, writer: EventLog) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) % 2 == 0:
            writer.record([statement(len(waits))])

    following = staged.follow(poll=0.25, wait=wait)
    writer.record([statement(0)])
    assert [next(following).id for _ in range(3)] == ["statement-0", "statement-2", "statement-4"]
    assert set(waits) == {0.25}


def test_a_follower_begins_where_it_is_told_and_stops_when_it_is_told(staged: EventLog) -> None:
    stop = iter([False] * 3 + [True])
    following = staged.follow(after=5, should_stop=lambda: next(stop))
    assert [recorded.position for recorded in following] == [6, 7, 8]
    assert list(staged.follow(should_stop=lambda: True)) == []


def test_two_followers_of_one_log_both_get_everything(staged: EventLog, writer: EventLog) -> None:
    waited = [0, 0]

    def waiter(which: int) -> Callable[[float], None]:
        def wait(_: float) -> None:
            waited[which] += 1
            assert waited[which] < 10, "a follower waits for what was recorded already"

        return wait

    first, second = staged.follow(wait=waiter(0)), staged.follow(wait=waiter(1))
    for number in range(3):
        writer.record([statement(number)])
        assert next(first).id == next(second).id == f"statement-{number}"


def test_a_transaction_is_kept_whole_or_not_at_all(staged: EventLog) -> None:
    with staged.transaction():
        for number in range(3):
            staged.record([statement(number)])
    before = list(staged.read())

    def fail() -> None:
        with staged.transaction():
            staged.record([statement(7)])
            staged.record([entry("PartyAdded", party="TCD")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with staged.transaction(commit=False):
        assert staged.record([statement(8)]).count == 1
    assert list(staged.read()) == before
    with pytest.raises(EntryRejectedError, match="unknown party 'TCD'"):
        staged.record([entry("StatementMade", party="TCD")])
    staged.record([statement(7)])
    assert staged.verify().ok


def test_a_transaction_inside_another_is_undone_alone(staged: EventLog) -> None:
    require_savepoints(staged)


def test_another_thread_waits_for_a_transaction_that_is_undone(staged: EventLog) -> None:
    def fail(other: threading.Thread) -> None:
        with staged.transaction():
            staged.record([statement(1), statement(2)])
            other.start()
            other.join(0.2)  # as far as it gets: it cannot end before the transaction does
            raise KeyboardInterrupt

    other = threading.Thread(target=lambda: staged.record([statement(3)]))
    with pytest.raises(KeyboardInterrupt):
        fail(other)
    other.join()
    assert [(recorded.version, recorded.id) for recorded in staged.read(after=12)] == [(13, "statement-3")]
    assert staged.verify().ok
