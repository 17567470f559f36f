"""docs/how-to/back-up.md can be followed where a killed writer has left its last entries beside the log."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import CHECKOUT, DOCS, follow, make_programs
from tests.tracker.stores.beside import leave_as_killed
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine: the page's commands are not run")
def test_the_page_can_be_followed_after_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    with EventLog.open(tmp_path / "log.db", by="analyst") as log:
        record_file(log, seed_path("us-niger"))
        there = leave_as_killed(tmp_path / "log.db", folder / "negotiations.db", count=0)
    assert (folder / "negotiations.db-wal").stat().st_size > 0
    make_programs(tmp_path / "bin", tmp_path / "site")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{CHECKOUT}",
        "COMMUNIQUE_NOW": "2026-01-02T12:00:00Z",
    }
    problems = follow(DOCS / "how-to" / "back-up.md", folder, environment)
    assert not problems, "\n\n".join(problems)
    for name in ("negotiations.db", "damaged/negotiations.db", "monday.db"):
        with EventLog.open(folder / name, create=False, read_only=True) as log:
            assert [recorded.id for recorded in log.read()] == there
            assert log.verify().ok
