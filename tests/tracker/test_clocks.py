"""A clock that is far ahead: warned of when something is recorded under it, and by all that follows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import pytest

from tests.conftest import CLOCK_START
from tracker import EventLog
from tracker.events.parsing import parse
from tracker.scripts.script import read_script, record_script
from tracker.stores.opening import open_store
from tracker.transfer.bundle import lines, take_in

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events.base import Event

_DAY: Final = timedelta(days=1)


def opened(negotiation: str = "river") -> Event:
    return parse({"event": "NegotiationOpened", "negotiation": negotiation, "id": "o", "title": "The river"})


def matter(name: str, negotiation: str = "river") -> Event:
    return parse({"event": "MatterAdded", "negotiation": negotiation, "matter": name, "title": name})


def log_at(path: Path, moment: datetime, system: datetime = CLOCK_START) -> EventLog:
    return EventLog(
        open_store(path, create=True, read_only=False), clock=lambda: moment, by="tests", system=lambda: system
    )


@pytest.mark.parametrize(
    ("ahead", "is_told"),
    [(timedelta(0), False), (_DAY, False), (_DAY + timedelta(microseconds=1), True), (-400 * _DAY, False)],
)
def test_what_is_recorded_more_than_a_day_ahead_is_told(ahead: timedelta, is_told: bool, log_path: Path) -> None:
    with log_at(log_path, CLOCK_START + ahead) as log:
        assert bool(log.record([opened()], dry_run=True).warnings) is is_told
        assert bool(log.record([opened()]).warnings) is is_told
        # The shorter way of a negotiation that is known already.
        assert bool(log.record([matter("ford")]).warnings) is is_told
        assert log.record([matter("ford")]).warnings == ()


def test_a_zone_is_no_clock_that_is_ahead(log_path: Path) -> None:
    with log_at(log_path, CLOCK_START.astimezone(timezone(timedelta(hours=14)))) as log:
        assert log.record([opened()]).warnings == ()


def test_the_warning_names_both_times_and_what_to_do(log_path: Path) -> None:
    with log_at(log_path, CLOCK_START + 2 * _DAY) as log:
        (warning,) = log.record([opened(), opened("lake"), opened("hill")]).warnings
    assert "2026-01-03T00:00:00Z" in warning
    assert "(2026-01-01T00:00:00Z)" in warning
    assert "and 2 more negotiations" in warning
    assert "cannot be taken back" in warning
    assert "see which clock is wrong" in warning


def test_who_records_after_an_entry_that_is_ahead_is_told_though_the_clock_is_right(log_path: Path) -> None:
    with log_at(log_path, CLOCK_START + 30 * _DAY) as log:
        log.record([opened()])
    with log_at(log_path, CLOCK_START) as log:
        assert log.record([opened("lake")]).warnings == ()
        (warning,) = log.record([matter("ford")]).warnings
        assert "2026-01-31T00:00:00Z" in warning
    later = CLOCK_START + 30 * _DAY
    with log_at(log_path, later, later) as log:
        assert log.record([matter("garrison")]).warnings == ()


def test_a_log_that_was_left_alone_is_no_clock_that_is_ahead(log_path: Path) -> None:
    with log_at(log_path, CLOCK_START) as log:
        log.record([opened()])
    later = CLOCK_START + 4000 * _DAY
    with log_at(log_path, later, later) as log:
        assert log.record([matter("ford")]).warnings == ()


def test_a_script_is_warned_of_once(log_path: Path, tmp_path: Path) -> None:
    script = tmp_path / "river.jsonl"
    entries: list[dict[str, str]] = [{"event": "NegotiationOpened", "title": "The river"}]
    entries += [{"event": "MatterAdded", "matter": f"m{number}", "title": "A matter"} for number in range(5)]
    script.write_text("".join(json.dumps(entry | {"negotiation": "river"}) + "\n" for entry in entries), "utf-8")
    with log_at(log_path, CLOCK_START + 2 * _DAY) as log:
        receipt = record_script(log, read_script(script), batch=2)
    assert (receipt.count, len(receipt.warnings)) == (6, 1)


def test_a_bundle_that_is_ahead_is_warned_of_as_it_is_taken_in(tmp_path: Path) -> None:
    bundle = tmp_path / "river.bundle"
    with log_at(tmp_path / "there.db", CLOCK_START + 2 * _DAY) as log:
        log.record([opened(), matter("ford")])
        bundle.write_bytes(b"".join(lines(log)))
    with log_at(tmp_path / "here.db", CLOCK_START) as log:
        assert len(take_in(log, bundle, dry_run=True).warnings) == 1
        assert len(take_in(log, bundle).warnings) == 1
        assert take_in(log, bundle).warnings == ()
    with log_at(tmp_path / "later.db", CLOCK_START, CLOCK_START + 2 * _DAY) as log:
        assert take_in(log, bundle).warnings == ()
