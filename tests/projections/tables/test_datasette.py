"""Real Datasette answers every canned question, finds texts, and has sane addresses; it lives in a place of its own.

It is no dependency: where `DATASETTE` names one or more programs (separated as in `PATH`), or one is found on the path,
it is asked, and elsewhere the test skips.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from projections.tables.datasette import QUESTIONS
from projections.tables.sqlite import export, metadata, metadata_beside
from tests.ports import free_port
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAMS: Final = [
    program for program in os.environ.get("DATASETTE", shutil.which("datasette") or "").split(os.pathsep) if program
]
_PATIENCE: Final = 60


@contextmanager
def serving(program: str, option: str, file: Path) -> Iterator[str]:
    """Serve a file on this machine, and give the address of its database."""
    port = free_port()
    words = [program, str(file), option, str(metadata_beside(file)), "-p", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield f"http://127.0.0.1:{port}/{file.stem}"
        finally:
            server.terminate()


def get(address: str) -> str:
    """Return what an address answers, once somebody answers there."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(address) as answer:  # noqa: S310 - an address of this machine
                return str(answer.read().decode())
        except URLError as error:
            if not isinstance(error.reason, OSError) or time.monotonic() > until:
                raise


@pytest.mark.long
@pytest.mark.skipif(not PROGRAMS, reason="no Datasette: DATASETTE names none, and none is on the path")
@pytest.mark.parametrize("program", PROGRAMS)
def test_datasette_answers_every_question(program: str, tmp_path: Path) -> None:
    file = tmp_path / "us-niger_2024.db"
    with EventLog.open(tmp_path / "log.db") as log:
        record_file(log, seed_path("us-niger"))
        export(log, file)
    metadata_beside(file).write_text(metadata(file), "utf-8")
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    with serving(program, "-m" if " 0." in told else "-c", file) as base:

        def rows(path: str, **asked: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = json.loads(
                get(f"{base}/{path}.json?{urlencode({**asked, '_shape': 'array'})}")
            )
            return found

        for name in QUESTIONS:
            assert rows(name, negotiation="us-niger", day="2024-06-01"), name
        assert all("agadez" in row["content"].casefold() for row in rows("entries", _search="agadez"))
        assert rows("entries", _search="agadez")
        assert "Where things stood on a day" in get(base)
