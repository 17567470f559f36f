"""The portfolio: a line a negotiation, the same from the tables and from the log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from projections.readmodel.model import ReadModel, beside
from projections.readmodel.portfolio import Outline, Portfolio
from tracker import EventLog
from tracker.events.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2024, 6, 1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog.open(tmp_path / "log.db", clock=lambda: datetime(2024, 5, 1, tzinfo=UTC), by="tests") as log:
        log.record(
            [
                parse(entry)
                for name in ("north", "south")
                for entry in (
                    {"event": "NegotiationOpened", "negotiation": name, "title": f"The {name}"},
                    {"event": "PartyAdded", "negotiation": name, "party": "NTH"},
                    {
                        "event": "WithdrawalOrdered",
                        "negotiation": name,
                        "occurred": "2024-03-10",
                        "published": "2024-03-11",
                        "withdrawal": "garrison",
                        "party": "NTH",
                    },
                    {
                        "event": "AgreementEnteredIntoForce",
                        "negotiation": name,
                        "occurred": "2024-02-01",
                        "published": "2024-02-02",
                        "agreement": "truce",
                    },
                )
            ]
        )
        yield log


def outlines(log: EventLog, today: date | None = TODAY) -> dict[str, Outline]:
    with Portfolio(log, today=today) as portfolio:
        return {outline.negotiation: outline for outline in portfolio.outlines(log.negotiations())}


def test_a_line_tells_what_moved_last_first(log: EventLog) -> None:
    found = outlines(log)["north"]
    assert found.title == "The north"
    assert found.states == ("garrison ordered", "truce in force")
    assert (found.last_event, found.last_occurred) == ("WithdrawalOrdered", "2024-03-10")
    assert found.questions > 0


def test_the_tables_and_the_log_tell_the_same(log: EventLog) -> None:
    folded = outlines(log)
    ReadModel.open(log, today=TODAY).close()
    assert outlines(log) == folded


def test_a_thing_is_told_once_by_its_title(log: EventLog) -> None:
    event = {"event": "AgreementSigned", "agreement": "accord", "title": "The Accord", "occurred": "2024-05-01"}
    log.record([parse({"negotiation": "north", "by": ["NTH"], **event})])
    for _ in range(2):
        assert outlines(log)["north"].states == ("The Accord signed", "truce in force", "garrison ordered")
        ReadModel.open(log, today=TODAY).close()


def test_what_the_tables_do_not_know_yet_is_folded(log: EventLog) -> None:
    ReadModel.open(log, today=TODAY).close()
    log.record([parse({"event": "WithdrawalCompleted", "negotiation": "south", "withdrawal": "garrison"})])
    found = outlines(log)
    assert found["south"].states[0] == "garrison completed"
    assert found["north"].states[0] == "garrison ordered"


def test_what_the_tables_know_of_another_day_is_folded(log: EventLog) -> None:
    log.record(
        [
            parse(
                {
                    "event": "WithdrawalTimetableSet",
                    "negotiation": "north",
                    "withdrawal": "garrison",
                    "deadline": "2024-07-01",
                    "occurred": "2024-03-12",
                    "published": "2024-03-12",
                }
            )
        ]
    )
    ReadModel.open(log, today=TODAY).close()
    later = date(2024, 8, 1)
    folded = outlines(log, later)["north"]
    assert folded.findings + folded.questions != outlines(log)["north"].findings + outlines(log)["north"].questions
    ReadModel.open(log, today=later).close()
    assert outlines(log, later)["north"] == folded


@pytest.mark.parametrize("content", [b"", b"no tables at all", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_of_tables_is_done_without(log: EventLog, content: bytes) -> None:
    folded = outlines(log)
    beside(log).write_bytes(content)
    assert outlines(log) == folded
    assert beside(log).read_bytes() == content


def test_tables_are_read_and_never_written(log: EventLog) -> None:
    assert not beside(log).exists()
    outlines(log)
    assert not beside(log).exists()


def test_what_is_overdue_is_open(log: EventLog) -> None:
    log.record(
        [
            parse(
                {
                    "event": "WithdrawalTimetableSet",
                    "negotiation": "north",
                    "withdrawal": "garrison",
                    "occurred": "2024-03-20",
                    "published": "2024-03-20",
                    "deadline": "2024-05-15",
                }
            )
        ]
    )
    for day, open_ in ((date(2024, 5, 15), 0), (TODAY, 1)):
        with Portfolio(log, today=day) as portfolio:
            (north,) = portfolio.outlines({"north": 5})
        assert (north.questions, north.findings) == (open_, 0)
