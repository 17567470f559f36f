"""Logs that earlier versions have made: read as they were, gone on with, and not a stored byte touched."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.fault.make_format import FORMATS, PRESENT, entries
from tests.tracker.given import statement
from tracker.events.registry import UnknownEvent
from tracker.log import EventLog
from tracker.stores.sqlite.file import FORMAT_VERSION
from tracker.transfer import bundle
from tracker.transfer.copy import copy_log, restore
from tui.output import entry

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fault

VERSIONS = sorted(path.stem for path in FORMATS.glob("*.db"))


@pytest.fixture(params=VERSIONS)
def kept(request: pytest.FixtureRequest) -> Path:
    """Return the path of each log that is kept."""
    return FORMATS / f"{request.param}.db"


def stored(kept: Path) -> list[bytes]:
    return kept.with_name(f"{kept.stem}.bundle.jsonl").read_bytes().splitlines()


def test_every_version_is_kept() -> None:
    assert {name.split(".")[0] for name in VERSIONS} == {f"v{version}" for version in range(1, FORMAT_VERSION + 1)}
    assert PRESENT in VERSIONS


def test_it_reads_as_it_did(kept: Path) -> None:
    before = kept.read_bytes()
    with EventLog.open(kept, create=False, read_only=True) as log:
        assert [row.state for row in log.store.scan()] == stored(kept)
        assert log.verify(bundle.heads(kept.with_name(f"{kept.stem}.bundle.jsonl")).values()).ok
        read = list(log.read())
    assert not [recorded for recorded in read if isinstance(recorded.event, UnknownEvent)]
    lines = kept.with_name(f"{kept.stem}.read.jsonl").read_text("utf-8").splitlines()
    assert [entry(recorded) for recorded in read] == [json.loads(line) for line in lines]
    assert kept.read_bytes() == before
    assert not list(FORMATS.glob("*.db-*"))


def test_the_present_one_has_every_event_type() -> None:
    from tracker.events import EVENT_TYPES

    with EventLog.open(FORMATS / f"{PRESENT}.db", create=False, read_only=True) as log:
        assert {recorded.event.event for recorded in log.read()} == set(EVENT_TYPES)
    assert {fields["event"] for fields in entries()} == set(EVENT_TYPES)


def test_it_is_gone_on_with(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    shutil.copy(kept, path)
    with EventLog.open(path, by="ada") as log:
        heads = log.heads()
        assert log.record([statement(1), statement(1, "us-chad")]).count == 2
        assert [row.state for row in log.store.scan()][:-2] == stored(kept)
        assert log.verify(heads.values()).ok


def test_it_is_copied_and_restored(kept: Path, place: str, tmp_path: Path) -> None:
    with EventLog.open(kept, create=False, read_only=True) as log, EventLog.open(place) as target:
        copy_log(log, target)
        assert [row.state for row in target.store.scan()] == stored(kept)
    restore(kept, str(tmp_path / "restored.db"))
    with EventLog.open(tmp_path / "restored.db", create=False) as log:
        assert [row.state for row in log.store.scan()] == stored(kept)
