"""Bundles taken into a log: bytes and chains stay as they are, all or nothing, and only where they go on."""

from __future__ import annotations

import json
import shutil
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.tracker.given import NEGOTIATION, stage, statement, statements
from tracker.codec import GENESIS
from tracker.errors import EntryRejectedError
from tracker.log import EventLog
from tracker.transfer import bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the log of somebody else, with two negotiations that take turns."""
    path = tmp_path_factory.mktemp("recorded") / "theirs.db"
    with EventLog.open(path, by="zoë") as log:
        log.record([event for pair in zip(stage(), stage("us-chad"), strict=True) for event in pair])
        log.record(statements(1100))
    return path


@pytest.fixture
def theirs(recorded: Path, tmp_path: Path) -> Iterator[EventLog]:
    """Return a copy of it, to do anything with."""
    with EventLog.open(shutil.copy(recorded, tmp_path / "theirs.db"), by="zoë") as log:
        yield log


@pytest.fixture
def ours(place: str) -> Iterator[EventLog]:
    with EventLog.open(place, by="ada") as log:
        log.record(stage("us-mali"))
        yield log


def written(log: EventLog, folder: Path, negotiation: str | None = None, count: int | None = None) -> Path:
    """Write a bundle, or the beginning of one, and return its path."""
    path = folder / "handed-on.bundle"
    path.write_bytes(b"".join(list(bundle.lines(log, negotiation))[:count]))
    return path


def states(log: EventLog, negotiation: str) -> list[bytes]:
    return [row.state for row in log.store.stream(negotiation)]


@pytest.mark.long
def test_the_bytes_and_the_chains_stay_as_they_are(theirs: EventLog, ours: EventLog, tmp_path: Path) -> None:
    path = written(theirs, tmp_path)
    before = ours.store.max_position()
    told: list[int] = []
    taken = bundle.take_in(ours, path, progress=told.append)
    assert (taken.count, taken.already, taken.heads) == (1124, 0, theirs.heads())
    assert told == [1000, 1124]
    for name in theirs.negotiations():
        assert states(ours, name) == states(theirs, name)
    assert ours.verify(theirs.heads().values()).ok
    assert [row.position for row in ours.store.scan(before)] == list(range(before + 1, before + 1125))
    assert {recorded.recorded_by for recorded in ours.read(NEGOTIATION)} == {"zoë"}
    # What is long is quick to go on with.
    assert ours.store.snapshot(NEGOTIATION) is not None
    assert ours.record([statement(5000)]).count == 1
    again = bundle.take_in(ours, path)
    assert (again.count, again.already) == (0, 1124)
    assert ours.verify(theirs.heads().values()).ok


def test_a_bundle_goes_on_where_the_log_holds_its_beginning(theirs: EventLog, ours: EventLog, tmp_path: Path) -> None:
    assert bundle.take_in(ours, written(theirs, tmp_path, NEGOTIATION, 20)).count == 20
    taken = bundle.take_in(ours, written(theirs, tmp_path, NEGOTIATION))
    assert (taken.count, taken.already) == (1092, 20)
    assert states(ours, NEGOTIATION) == states(theirs, NEGOTIATION)


def test_where_the_log_goes_on_in_another_way_nothing_is_taken(
    theirs: EventLog, ours: EventLog, tmp_path: Path
) -> None:
    bundle.take_in(ours, written(theirs, tmp_path, NEGOTIATION, 20))
    ours.record([statement(9000)])
    before = ours.heads()
    with pytest.raises(EntryRejectedError, match="the log holds another entry as version 21 of us-niger") as caught:
        bundle.take_in(ours, written(theirs, tmp_path, NEGOTIATION))
    assert caught.value.problems[0].line == 21
    # Those of the other negotiation that come before it are not taken, either.
    with pytest.raises(EntryRejectedError, match="another entry"):
        bundle.take_in(ours, written(theirs, tmp_path))
    assert ours.heads() == before
    assert ours.record([statement(9001)]).count == 1
    assert ours.verify(before.values()).ok


def test_a_trial_takes_nothing(theirs: EventLog, ours: EventLog, place: str, tmp_path: Path) -> None:
    path = written(theirs, tmp_path)
    assert bundle.take_in(ours, path, dry_run=True).count == 1124
    with EventLog.open(place, read_only=True) as reading:
        assert bundle.take_in(reading, path, dry_run=True).count == 1124
    assert ours.negotiations() == {"us-mali": len(stage())}


def forged(*entries: dict[str, Any]) -> bytes:
    """Return the lines of a bundle whose chain and check sums are right, whatever its entries say."""
    from tracker.codec import digest_of

    lines, previous = [], GENESIS
    for version, entry in enumerate(entries, 1):
        fields = {
            "event": "PartyAdded",
            "event_version": 1,
            "negotiation": "us-togo",
            "version": version,
            "previous": previous,
            "recorded_at": "2026-01-01T00:00:00.000000Z",
            "recorded_by": "eve",
            "id": f"e{version}",
            **entry,
        }
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
        lines.append(body + b',"crc32":"%08x"}' % zlib.crc32(body))
        previous = digest_of(lines[-1])
    return b"\n".join(lines) + b"\n"


RIGHT: dict[str, Any] = {"party": "TGO", "name": "Togo", "role": "principal"}


def test_a_bundle_made_by_another_program_is_taken(ours: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "made.bundle"
    path.write_bytes(forged(RIGHT, {"event": "SummitHeld", "event_version": 7, "city": "Lomé"}))
    assert bundle.take_in(ours, path).count == 2
    assert [recorded.event.event for recorded in ours.read("us-togo")] == ["PartyAdded", "SummitHeld"]
    assert ours.verify().ok


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({**RIGHT, "role": "\x1b[2J"}, "role: "),
        ({**RIGHT, "party": ""}, "party: "),
        ({"name": "Togo"}, "party: is required"),
        ({**RIGHT, "negotiation": "../us-togo"}, "it is no entry as a log holds it"),
        ({**RIGHT, "negotiation": 7}, "it is no entry as a log holds it"),
        ({**RIGHT, "id": "E 1"}, "it is no entry as a log holds it"),
        ({**RIGHT, "event": 'X","y":"'}, "it is no entry as a log holds it"),
        ({**RIGHT, "event_version": "1"}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_at": "yesterday"}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_at": "2026-01-01T00:00:00"}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_at": "2026-02-30T00:00:00.000000Z"}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_at": "2026-02-03T24:00:00.000000Z"}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_at": "2025-12-31T23:59:59.999999Z"}, "which is before the entry that it follows"),
        ({**RIGHT, "recorded_by": 7}, "it is no entry as a log holds it"),
        ({**RIGHT, "recorded_by": None}, "it is no entry as a log holds it"),
        ({**RIGHT, "note": float("nan")}, "it is no entry as a log holds it"),
        ({**RIGHT, "version": True}, "it is no entry as a log holds it"),
        ({**RIGHT, "version": 3}, "version 2 of us-togo is missing"),
        ({**RIGHT, "id": "e1"}, "the id 'e1' is another entry's of us-togo"),
        ({**RIGHT, "previous": "0" * 64}, "it follows 000000000000…"),
    ],
)
def test_what_nobody_can_have_recorded_is_refused_with_its_line(
    entry: dict[str, Any], reason: str, ours: EventLog, tmp_path: Path
) -> None:
    path = tmp_path / "forged.bundle"
    path.write_bytes(forged(RIGHT, entry))
    before = ours.heads()
    with pytest.raises(EntryRejectedError, match="2: ") as caught:
        bundle.take_in(ours, path)
    assert reason in str(caught.value)
    assert [problem.line for problem in caught.value.problems] == [2] * len(caught.value.problems)
    assert ours.heads() == before


@pytest.mark.long
@pytest.mark.parametrize("spoil", [lambda state: state[:-9] + b"!" + state[-8:], lambda _: b"\xff" * 3_000_000])
def test_a_line_that_is_no_entry_undoes_all(
    spoil: Callable[[bytes], bytes], theirs: EventLog, ours: EventLog, tmp_path: Path
) -> None:
    lines = [*bundle.lines(theirs, NEGOTIATION)]
    path = tmp_path / "spoilt.bundle"
    path.write_bytes(b"".join([*lines[:1050], spoil(lines[1050].rstrip()) + b"\n", *lines[1051:]]))
    with pytest.raises(EntryRejectedError, match=r"spoilt\.bundle:1051: its bytes were changed"):
        bundle.take_in(ours, path)
    assert ours.negotiations() == {"us-mali": len(stage())}
