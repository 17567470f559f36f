"""A long negotiation is as quick to append to as a short one, and remembers as much."""

from __future__ import annotations

import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import NEGOTIATION, entry, stage, statement, statements
from tracker.errors import EntryRejectedError
from tracker.log import EventLog
from tracker.negotiation import SNAPSHOT_INTERVAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from tracker.events import Event


def history(count: int) -> list[Event]:
    """Return a stage and many claims, with more parties, matters and sources registered on the way."""
    events = list(stage())
    for number in range(count):
        if number % 97 == 5:
            events.append(entry("PartyAdded", id=f"party-{number}", party=f"party-{number}"))
            events.append(entry("MatterAdded", id=f"matter-{number}", matter=f"matter-{number}"))
            relays = [f"source-{number - 97}"] if number > 97 else []
            events.append(entry("SourceRegistered", id=f"s-{number}", source=f"source-{number}", relays=relays))
        events.append(statement(number))
    return events


def snapshots(path: Path) -> list[tuple[str, int]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT originator_id, originator_version FROM stored_snapshots").fetchall()
    connection.close()
    return found


@pytest.fixture(scope="module", params=[3, 10_000], ids=lambda size: f"batches of {size}")
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log of a long negotiation beside short ones, recorded in batches of one size."""
    size = request.param
    events = history(2200) if size > 3 else history(1100)
    path = tmp_path_factory.mktemp("recorded") / "long.db"
    with EventLog.open(path) as log:
        log.record(stage("us-chad"))
        for start in range(0, len(events), size):
            log.record(events[start : start + size])
    return path


@pytest.fixture
def long(recorded: Path, log_path: Path) -> Iterator[EventLog]:
    """Return a copy of it, to do anything with."""
    with EventLog.open(shutil.copy(recorded, log_path)) as log:
        yield log


def test_a_snapshot_is_kept_each_time_the_interval_is_passed(long: EventLog, log_path: Path) -> None:
    count = long.negotiations()[NEGOTIATION]
    found = snapshots(log_path)
    assert {name for name, _ in found} == {NEGOTIATION}
    assert all(version <= count for _, version in found)
    assert 1 <= len(found) <= count // SNAPSHOT_INTERVAL
    assert found[-1][1] >= count - 2 * SNAPSHOT_INTERVAL


def test_a_snapshot_says_what_reading_everything_says(long: EventLog, log_path: Path) -> None:
    with_snapshot = long.application.negotiation(NEGOTIATION)
    connection = sqlite3.connect(log_path)
    connection.executescript("DROP TRIGGER stored_snapshots_refuses_delete; DELETE FROM stored_snapshots;")
    connection.close()
    with EventLog.open(log_path) as again:
        assert again.application.negotiation(NEGOTIATION) == with_snapshot


@pytest.mark.long
def test_a_negotiation_opened_again_takes_and_refuses_the_same(long: EventLog, log_path: Path) -> None:
    right = [
        entry("StatementMade", id="x1", party="party-5", evidence=[{"source": "source-5"}, {"source": "wire"}]),
        entry("PositionTaken", id="x2", party="NER", matter="matter-1072"),
        entry("EntryRetracted", id="x3", entry="statement-3"),
        entry("EntryCorrected", id="x4", entry="statement-1090", changes={"party": "party-1072"}),
    ]
    wrong = [
        entry("StatementMade", party="party-6"),
        entry("StatementMade", party="NER", evidence=[{"source": "source-6"}]),
        entry("EntryRetracted", entry="statement-99999"),
        statement(4, text="other"),
    ]
    with EventLog.open(log_path) as fresh:
        for log in (fresh, long):
            assert log.record(right, dry_run=True).count == 4
            with pytest.raises(EntryRejectedError) as caught:
                log.record(wrong)
            assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 4]
        assert fresh.record(right).count == 4
        assert fresh.record(history(1100)).already == len(history(1100))
        assert fresh.verify().ok
    assert long.record(right).already == 4


def test_registering_after_a_snapshot_is_seen_after_opening_again(long: EventLog, log_path: Path) -> None:
    long.record([entry("PartyAdded", party="TCD")])
    with EventLog.open(log_path) as fresh:
        fresh.record([entry("StatementMade", id="from-chad", party="TCD")])
    long.record([entry("EntryRetracted", entry="from-chad")])
    assert long.verify().ok


def test_a_log_recorded_in_random_batches_by_two_writers_equals_one_recorded_at_once(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    events = history(1500)
    with EventLog.open(tmp_path / "whole.db") as whole:
        whole.record(events)
        expected = [recorded.event for recorded in whole.read()]
    source = random.Random(7)
    with (
        EventLog.open(tmp_path / "parts.db", clock=clock) as one,
        EventLog.open(tmp_path / "parts.db", clock=clock) as two,
    ):
        at = 0
        while at < len(events):
            size = source.choice([1, 2, 50, 400])
            source.choice([one, two]).record(events[at : at + size])
            at += size
        assert [recorded.event for recorded in two.read()] == expected
        assert one.verify().ok


def test_appending_reads_no_more_of_a_long_negotiation_than_of_a_short_one(long: EventLog, log_path: Path) -> None:
    connection = sqlite3.connect(log_path)
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?", (NEGOTIATION,)
    ).fetchall()
    connection.close()
    assert "SEARCH" in str(plan)
    assert "SCAN" not in str(plan)
    assert long.record(statements(0)).count == 0
