"""The README tells the truth: its commands, its Python and its links are tried as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
README: Final = (CHECKOUT / "README.md").read_text(encoding="utf-8")
SHOWN: Final = [
    line
    for block in re.findall(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
COMMANDS: Final = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.startswith("communique ")
]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """Return a folder in which a reader tries things: the histories are there, and no log yet."""
    (tmp_path / "seeds").symlink_to(CHECKOUT / "seeds")
    return tmp_path


@pytest.mark.slow
def test_every_command_of_the_tour_works_in_its_order(reader: Path) -> None:
    assert len(COMMANDS) > 5
    printed = set()
    for command in COMMANDS:
        done = run(reader, "-m", "tui", *shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert done.stdout + done.stderr, command
        assert "Traceback" not in done.stderr
        printed |= set((done.stdout + done.stderr).splitlines())
    assert len(SHOWN) > 5
    assert [line for line in SHOWN if line not in printed] == []


@pytest.mark.slow
def test_the_python_example_prints_the_state(reader: Path) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    recorded = run(reader, "-m", "tui", "--log", "us-niger.db", "record", "seeds/us-niger.jsonl")
    assert recorded.returncode == 0, recorded.stderr
    done = run(reader, "-c", example)
    assert (done.stdout, done.stderr) == ("denunciation-announced\n", "")


def test_every_link_leads_to_a_file() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
