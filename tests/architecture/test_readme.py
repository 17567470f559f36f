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
from click.testing import CliRunner

from tui.cli import cli

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


@pytest.fixture(autouse=True)
def _reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder in which a reader tries things: the histories are there, and no log yet."""
    (tmp_path / "seeds").symlink_to(CHECKOUT / "seeds")
    monkeypatch.chdir(tmp_path)


def test_every_command_of_the_tour_works_in_its_order() -> None:
    assert len(COMMANDS) > 5
    printed = set()
    for command in COMMANDS:
        done = CliRunner().invoke(cli, shlex.split(command)[1:])
        assert done.exit_code == 0, f"{command}\n{done.output}"
        assert done.output, command
        assert "Traceback" not in done.stderr
        printed |= set(done.output.splitlines())
    assert len(SHOWN) > 5
    assert [line for line in SHOWN if line not in printed] == []


def test_the_python_example_prints_the_state() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    recorded = CliRunner().invoke(cli, ["--log", "us-niger.db", "record", "seeds/us-niger.jsonl"])
    assert recorded.exit_code == 0, recorded.stderr
    done = subprocess.run(
        [sys.executable, "-c", example],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("denunciation-announced\n", "")


def test_every_link_leads_to_a_file() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
