"""On a terminal: colour, the width of the screen, the pager, and the workspace without a verb."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.tui.histories import ALL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS, COLUMNS = 24, 80


class OnTerminal(Protocol):
    """Run a verb on a terminal of its own and return its exit code and what the terminal was sent."""

    def __call__(self, *arguments: object, **variables: str) -> tuple[int, str]: ...


@pytest.fixture
def on_terminal(environment: Callable[..., dict[str, str]], tmp_path: Path) -> OnTerminal:
    def run(*arguments: object, **variables: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=tmp_path,
            env=environment(**{"TERM": "xterm-256color", "PAGER": "", **variables}),
            start_new_session=True,
        )
        os.close(theirs)
        sent = bytearray()
        while True:
            try:
                block = os.read(ours, 65536)
            except OSError:  # all of them have closed the other end
                break
            if not block:
                break
            sent += block
        os.close(ours)
        return process.wait(timeout=200), sent.decode()

    return run


@pytest.mark.long
def test_headings_are_bold_on_a_terminal_only(on_terminal: OnTerminal, bundled: Path) -> None:
    code, sent = on_terminal("--log", bundled, "status", "us-niger")
    assert code == 0
    assert "\x1b[1mAgreements\x1b[0m" in sent


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, pytest.param({"TERM": "dumb"}, marks=pytest.mark.long)])
def test_colour_can_be_turned_off(variables: dict[str, str], on_terminal: OnTerminal, bundled: Path) -> None:
    assert "\x1b" not in on_terminal("--log", bundled, "status", "us-niger", **variables)[1]


@pytest.mark.long
def test_a_table_fits_the_screen(on_terminal: OnTerminal, bundled: Path) -> None:
    _, sent = on_terminal("--log", bundled, "log", "us-niger", "-n", "20", NO_COLOR="1")
    lines = sent.splitlines()
    assert len(lines) > 20
    assert COLUMNS // 2 < max(map(len, lines)) <= COLUMNS


@pytest.mark.long
def test_what_is_longer_than_the_screen_goes_through_the_pager(on_terminal: OnTerminal, bundled: Path) -> None:
    pager = f"{sys.executable} -c \"import sys; print('PAGED', len(sys.stdin.readlines()))\""
    _, long = on_terminal("--log", bundled, "log", "us-niger", PAGER=pager)
    _, short = on_terminal("--log", bundled, "log", "us-niger", "-n", "3", PAGER=pager)
    _, unpaged = on_terminal("--log", bundled, "log", "us-niger")
    assert long.split() == ["PAGED", str(len(unpaged.splitlines()))]
    assert len(unpaged.splitlines()) > ROWS
    assert "PAGED" not in short
    assert len(short.splitlines()) < ROWS


@pytest.mark.long
def test_data_for_programs_is_never_paged(on_terminal: OnTerminal, bundled: Path) -> None:
    _, sent = on_terminal("--log", bundled, "log", "--jsonl", PAGER="false")
    assert len(sent.splitlines()) == ALL


@pytest.mark.long
def test_what_is_asked_for_of_no_log_is_told(on_terminal: OnTerminal) -> None:
    code, sent = on_terminal("tui", "river")
    assert code == 3
    assert "there is no log at negotiations.db" in sent


@pytest.mark.long
def test_an_export_that_is_no_text_needs_a_file_or_a_pipe(on_terminal: OnTerminal, bundled: Path) -> None:
    code, sent = on_terminal("--log", bundled, "export", "parquet", "us-niger")
    assert code == 2
    assert sent.startswith("error: parquet is nothing for a terminal; name a file with --output, or use a pipe")
    code, sent = on_terminal("--log", bundled, "export", "csv", "us-niger")
    assert code == 0
    assert sent.startswith("event,negotiation,id,")
