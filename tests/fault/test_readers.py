"""Somebody who may not write a log, or its folder, or may not read all of it: the same entries, or one line."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.fault import work
from tests.fault.children import Child
from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.stores.beside import leave_as_killed, leave_with_journal
from tracker.log import EventLog
from tracker.transfer.copy import back_up

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.fault, pytest.mark.long]


@pytest.fixture
def desk() -> Iterator[Path]:
    """Return a folder into which everybody may look and only we may write; that of pytest is its user's alone."""
    with TemporaryDirectory(prefix="communique-desk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "links").mkdir()
        (folder / "links" / "l.db").symlink_to("../n.db")
        yield folder


@pytest.fixture
def nobody() -> int:
    """Return a user without rights; skips where we are not free to be one."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser can become somebody else")
    return pwd.getpwnam("nobody").pw_uid


def read_by(user: int, desk: Path, *names: str) -> list[tuple[int, str, str]]:
    """Return how `verify --json` ends for each name of the log, and what it prints."""
    found = []
    for outcome in Child(work.verify_as, [str(desk / name) for name in names], user).finish():
        match outcome:
            case (int(code), str(output), str(errors)):
                found.append((code, output, errors))
            case said:
                pytest.fail(f"it said {said!r}")
    return found


NAMES = ("n.db", "links/l.db")


def test_everybody_reads_the_same_while_a_writer_comes_and_goes(desk: Path, nobody: int) -> None:
    def counted() -> list[int]:
        outcomes = read_by(nobody, desk, *NAMES)
        assert [outcome[0] for outcome in outcomes] == [0, 0], outcomes
        return [json.loads(output)["entries"] for _, output, _ in outcomes]

    path, length = desk / "n.db", len(stage())
    with EventLog.open(path) as log:
        log.record(stage())
        # All of it is beside the file still.
        assert counted() == [length] * 2
    assert counted() == [length] * 2
    with EventLog.open(path) as log:
        log.record([statement(1)])
        assert counted() == [length + 1] * 2
    leave_as_killed(path, desk / "killed.db")
    for ending in ("", "-wal", "-shm"):
        (desk / f"killed.db{ending}").replace(desk / f"n.db{ending}")
    assert counted() == [length + 4] * 2


@pytest.mark.parametrize("name", NAMES)
def test_who_follows_from_before_the_first_writer_sees_what_comes(name: str, desk: Path, nobody: int) -> None:
    path = desk / "n.db"
    work.stage_all(str(path), NEGOTIATION)
    child = Child(work.follow_as, str(desk / name), "statement-4", nobody)
    assert child.next() == ("there", len(stage()))
    for numbers in ((1, 2), (3, 4)):
        with EventLog.open(path) as log:
            for number in numbers:
                log.record([statement(number)])
    seen = [said[1] for said in child.finish() if isinstance(said, tuple)]
    assert seen[-4:] == [f"statement-{number}" for number in range(1, 5)]
    assert len(seen) == len(stage()) + 4


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
@pytest.mark.parametrize("missing", [False, True], ids=["not for everybody", "gone"])
def test_what_is_beside_the_log_cannot_be_used(ending: str, missing: bool, desk: Path, nobody: int) -> None:
    path = desk / "n.db"
    there = leave_as_killed(path, desk / "killed.db")
    beside = desk / f"killed.db{ending}"
    beside.unlink() if missing else beside.chmod(0o600)
    ((code, output, errors),) = read_by(nobody, desk, "killed.db")
    if ending == "-wal" and missing:
        # Somebody has thrown the last entries away: what is in the file is all there is.
        assert code == 3 or json.loads(output)["entries"] <= len(there)
    elif code == 0:
        assert json.loads(output)["entries"] == len(there)
    else:
        assert (code, output) == (3, "")
        assert errors.count("\n") == 1
        assert "killed.db" in errors
    # With the right to, all is there.
    if not missing:
        ((code, output, errors),) = read_by(0, desk, "killed.db")
        assert json.loads(output)["entries"] == len(there)


def test_a_change_that_was_cut_off_is_told_to_who_may_not_undo_it(desk: Path, nobody: int) -> None:
    path = desk / "n.db"
    work.stage_all(str(path), NEGOTIATION)
    back_up(str(path), desk / "backup.db")
    leave_with_journal(desk / "backup.db", desk / "cut.db")
    ((code, output, errors),) = read_by(nobody, desk, "cut.db")
    assert (code, output) == (3, "")
    assert "was left by a writer that was cut off" in errors
    ((code, output, _),) = read_by(0, desk, "cut.db")
    assert (code, json.loads(output)["entries"]) == (0, len(stage()))
    ((code, output, _),) = read_by(nobody, desk, "cut.db")
    assert (code, json.loads(output)["entries"]) == (0, len(stage()))
