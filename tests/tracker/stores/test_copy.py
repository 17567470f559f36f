"""Copying between places of every kind: bytes, chains and order stay, and what is not a copy is left alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import NEGOTIATION, entry, stage, statement, statements
from tests.tracker.stores.given import Batch, insert, tamper
from tracker.errors import LogConflictError, LogError
from tracker.log import EventLog
from tracker.transfer.copy import copy_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.stores.store import Row


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log of two negotiations whose entries take turns, some of them before a snapshot and some after."""
    path = tmp_path_factory.mktemp("recorded") / "source.db"
    with EventLog.open(path, by="ada") as log:
        log.record([event for pair in zip(stage(), stage("us-chad"), strict=True) for event in pair])
        log.record(statements(1500))
        log.record([statement(1, "us-chad"), statement(1501)])
    return path


@pytest.fixture
def source(recorded: Path, tmp_path: Path) -> Iterator[EventLog]:
    """Return a copy of it, to do anything with."""
    with EventLog.open(shutil.copy(recorded, tmp_path / "source.db"), by="ada") as log:
        yield log


@pytest.fixture
def target(place: str) -> Iterator[EventLog]:
    """Return an empty log of each kind in turn."""
    with EventLog.open(place, by="bob") as log:
        yield log


def contents(log: EventLog) -> list[tuple[object, ...]]:
    """Return everything that is recorded, in order."""
    return [row[1:] for row in log.store.scan()]


@pytest.mark.long
def test_a_copy_has_the_bytes_the_chains_and_the_order(source: EventLog, target: EventLog) -> None:
    done: list[int] = []
    outcome = copy_log(source, target, progress=done.append)
    assert (outcome.count, outcome.already, outcome.heads) == (1526, 0, source.heads())
    assert contents(target) == contents(source)
    assert [row.position for row in target.store.scan()] == list(range(1, 1527))
    assert list(target.read()) == list(source.read())
    assert target.verify(source.heads().values()).ok
    assert target.identity != source.identity
    assert done == [1000, 1526]


def test_a_copy_is_a_log_like_any_other(source: EventLog, target: EventLog) -> None:
    copy_log(source, target)
    again = target.record([statement(1), statement(1502), entry("StatementMade", id="last", party="NER")])
    assert (again.count, again.already) == (2, 1)
    snapshot = target.store.snapshot(NEGOTIATION)
    assert snapshot is not None
    assert snapshot[0] >= 1000
    assert target.store.snapshot("us-chad") is None
    assert target.verify(source.heads().values()).ok


@pytest.mark.long
def test_copying_goes_on_where_it_stopped_and_then_has_nothing_to_do(source: EventLog, target: EventLog) -> None:
    class StoppedError(Exception):
        pass

    def stop(_: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        copy_log(source, target, progress=stop)
    assert target.store.max_position() == 1000
    outcome = copy_log(source, target)
    assert (outcome.count, outcome.already) == (526, 1000)
    source.record([statement(2000)])
    assert copy_log(source, target).count == 1
    assert copy_log(source, target).count == 0
    assert contents(target) == contents(source)


@pytest.mark.parametrize("other", [[*stage("us-chad")], [*stage()], [*stage(), *stage("us-chad")]])
def test_a_log_with_other_entries_is_left_alone(source: EventLog, target: EventLog, other: list[object]) -> None:
    target.record(other)  # type: ignore[arg-type]
    before = contents(target)
    with pytest.raises(LogError, match=r"holds other entries than .*source\.db begins with"):
        copy_log(source, target)
    assert contents(target) == before


def test_a_copy_that_went_on_by_itself_is_left_alone(source: EventLog, target: EventLog) -> None:
    copy_log(source, target)
    target.record([statement(2001)])
    with pytest.raises(LogError, match="from #1527"):
        copy_log(source, target)
    source.record([statement(2002)])
    with pytest.raises(LogError, match="from #1527"):
        copy_log(source, target)
    assert target.store.max_position() == 1527


def test_a_damaged_log_is_not_copied(source: EventLog, target: EventLog, tmp_path: Path) -> None:
    position = tamper(tmp_path / "source.db", "number 700", "number 7OO")
    with pytest.raises(LogError, match=rf"source\.db is damaged and was not copied: us-niger: .* \(#{position}\)"):
        copy_log(source, target)
    assert contents(target) == []


def test_nobody_else_may_record_into_a_copy_in_the_making(source: EventLog, target: EventLog, place: str) -> None:
    def record(_: int) -> None:
        with EventLog.open(place) as other:
            other.record([statement(3000, party="USA")])

    with pytest.raises(LogConflictError, match="somebody else records in"):
        copy_log(source, target, progress=record)
    assert target.store.max_position() == 1001


def test_a_position_between_two_batches_cannot_be_taken(source: EventLog, target: EventLog, place: str) -> None:
    """Not even in a negotiation of its own, which no version or id would give away."""

    def record(_: int) -> None:
        with EventLog.open(place) as other:
            other.record(stage("us-mali"))

    with pytest.raises(LogConflictError, match="somebody else records in"):
        copy_log(source, target, progress=record)


@pytest.mark.long
def test_what_was_copied_back_and_forth_is_the_same(source: EventLog, target: EventLog, tmp_path: Path) -> None:
    copy_log(source, target)
    with EventLog.open(tmp_path / "back.db") as back:
        copy_log(target, back)
        assert list(back.store.scan()) == list(source.store.scan())


def test_an_entry_of_an_unknown_type_is_copied_as_it_is(
    tmp_path: Path, target: EventLog, write: Callable[[Path], Sequence[Row]]
) -> None:
    rows = write(tmp_path / "future.db")
    with EventLog.open(tmp_path / "future.db", read_only=True) as source:
        copy_log(source, target)
    assert [row[1:] for row in target.store.scan()] == [row[1:] for row in rows]
    assert target.read().__next__().event.event == "TreatyOpenedInOrbit"


@pytest.fixture
def write() -> Callable[[Path], Sequence[Row]]:
    """Return a function that makes a log with an entry of a type that this version does not know."""
    from tracker.codec import GENESIS, encode, head_of

    def run(path: Path) -> Sequence[Row]:
        with EventLog.open(path) as log:
            topic = "TreatyOpenedInOrbit.v3"
            state = encode(
                head_of(topic, "moon", 1, GENESIS),
                "e1",
                b'"depositary":"UN"',
                recorded_at="2026-01-01T00:00:00.000000Z",
                recorded_by='"ada"',
            )
            insert(log.store, Batch([("moon", 1, topic, state)], [("moon", "e1", 1)]))
            return list(log.store.scan())

    return run
