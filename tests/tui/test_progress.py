"""How far a long run is, by a clock that the test holds."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tui.output import ELSEWHERE, PATIENCE, Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that is put forward by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_short_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Progress(100, clock=clock) as progress:
        progress.done(50)
        clock.now = ELSEWHERE - 0.1
        progress.done(100)
    assert tuple(capsys.readouterr()) == ("", "")


def test_a_long_run_speaks_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Progress(100_000, clock=clock) as progress:
        for clock.now in range(25):
            progress.done(round(clock.now * 1000))
    assert capsys.readouterr().err.splitlines() == [
        "10,000 entries, 1,000 a second, about 1:30 left",
        "20,000 entries, 1,000 a second, about 1:20 left",
    ]


def test_on_a_terminal_one_line_is_written_over_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, clock = Terminal(), Clock()
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress(clock=clock) as progress:
        clock.now = PATIENCE
        progress.done(2000)
    assert terminal.getvalue() == "\r\x1b[K2,000 entries, 2,000 a second\r\x1b[K"


def test_more_than_was_guessed_has_no_time_left() -> None:
    assert Progress(10).words(20, 0) == "20 entries"
