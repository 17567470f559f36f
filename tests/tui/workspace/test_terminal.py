"""The workspace in a real terminal, through tmux: it opens, steps, records, and leaves the terminal as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tui.environment import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.tmux,
    pytest.mark.skipif(
        shutil.which("tmux") is None, reason="no tmux here: the workspace is not tried in a real terminal"
    ),
]
#: Seconds until a terminal is given up; how often it is looked at.
_PATIENCE: Final = 60
_LOOK: Final = 0.05


class Terminal:
    """A terminal of a size with a shell in it, driven through tmux."""

    def __init__(self, environment: dict[str, str], folder: Path, size: tuple[int, int] = (120, 40)) -> None:
        self._tmux = ["tmux", "-L", f"communique-{uuid.uuid4().hex[:8]}", "-f", os.devnull]
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "sh"],
            cwd=folder,
            env={**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TMUX": ""},
            check=True,
        )

    def begin(self) -> None:
        """Wait for the shell."""
        self.keys("PS1='rea''dy> '", "Enter")
        self.shows("ready>")

    def keys(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def text(self) -> str:
        done = subprocess.run([*self._tmux, "capture-pane", "-p"], capture_output=True, check=True)
        return done.stdout.decode()

    def modes(self) -> str:
        """Return what a program may have left switched on: the alternate screen, the mouse, a hidden cursor."""
        wanted = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"
        done = subprocess.run([*self._tmux, "display-message", "-p", wanted], capture_output=True, check=True)
        return done.stdout.decode().strip()

    def shows(self, *words: str) -> str:
        """Wait until the terminal shows some words; fail with what it shows instead."""
        end = time.monotonic() + _PATIENCE
        while True:
            shown = self.text()
            if all(word in shown for word in words):
                return shown
            if time.monotonic() > end:
                pytest.fail(f"the terminal never showed {words}; it shows:\n{shown}")
            time.sleep(_LOOK)

    def hides(self, word: str) -> None:
        """Wait until the terminal shows a word no more."""
        end = time.monotonic() + _PATIENCE
        while word in self.text():
            assert time.monotonic() < end, f"the terminal never stopped showing {word!r}"
            time.sleep(_LOOK)

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def terminal(environment: Callable[..., dict[str, str]], river: Path) -> Iterator[Terminal]:
    opened = Terminal(environment(COMMUNIQUE_LOG=str(river)), river.parent)
    try:
        opened.begin()
        yield opened
    finally:
        opened.close()


def start(terminal: Terminal, prefix: str = "") -> None:
    terminal.keys(f"{prefix}{sys.executable} -m tui tui; echo left with $?", "Enter")
    terminal.shows("1 Status", "● LIVE", "river-treaty")


def left(terminal: Terminal, code: int | None = None) -> None:
    terminal.shows("ready>" if code is None else f"left with {code}", "ready>")
    assert terminal.modes() == "0 0 1"
    terminal.keys("clear; echo ty''ped", "Enter")
    terminal.shows("typed")


def test_it_opens_steps_compares_records_and_leaves_a_clean_terminal(terminal: Terminal, river: Path) -> None:
    start(terminal)
    terminal.keys("[", "[", "[", "[", "[")
    terminal.shows("REPLAY", "known ≤ 2024-03-20")
    terminal.keys("d")
    terminal.shows("What changed", "ordered  →  under way")
    terminal.keys("Escape")
    terminal.shows("2 Events")
    terminal.keys("L")
    terminal.shows("● LIVE")
    _begin_a_statement(terminal)
    terminal.keys("-l", "NTH")
    terminal.keys("Tab")
    terminal.keys("-l", "Said in a terminal.")
    terminal.shows("^s records it")
    terminal.keys("C-s")
    terminal.shows("Recorded statement-made-", "a adds another")
    terminal.keys("q")
    left(terminal, 0)


@pytest.mark.long
def test_it_plays_by_itself(terminal: Terminal) -> None:
    start(terminal)
    terminal.keys("+", "+", "+", "+", "Space")
    terminal.shows("REPLAY", "16×")
    terminal.shows("● LIVE", "❚❚")
    terminal.keys("q")
    left(terminal, 0)


@pytest.mark.long
def test_keys_come_from_the_terminal_while_standard_input_is_something_else(terminal: Terminal) -> None:
    start(terminal, prefix="echo nothing | ")
    terminal.keys("[")
    terminal.shows("REPLAY")
    terminal.keys("q")
    left(terminal, 0)


@pytest.mark.long
def test_told_to_end_it_leaves_a_clean_terminal(terminal: Terminal) -> None:
    terminal.keys(f"{sys.executable} -m tui tui & echo $! > pid; fg; echo left with $?", "Enter")
    terminal.shows("1 Status", "● LIVE")
    subprocess.run(["sh", "-c", "kill -TERM $(cat pid)"], cwd=_folder(terminal), check=True)
    terminal.shows("left with", "ready>")
    assert terminal.modes() == "0 0 1"


def _begin_a_statement(terminal: Terminal) -> None:
    """Open the form of a statement."""
    terminal.keys("a")
    terminal.shows("Add an entry")
    terminal.keys("-l", "statementmade")
    terminal.keys("Enter")
    terminal.shows("Add  StatementMade")


@pytest.mark.long
@pytest.mark.parametrize("signal", ["TERM", "HUP"])
def test_what_was_typed_just_before_a_signal_is_kept(signal: str, terminal: Terminal) -> None:
    terminal.keys(f"{sys.executable} -m tui tui & echo $! > pid; fg; echo left with $?", "Enter")
    terminal.shows("1 Status", "● LIVE")
    _begin_a_statement(terminal)
    terminal.keys("-l", "NTH\tTyped and then gone")
    subprocess.run(["sh", "-c", f"kill -{signal} $(cat pid)"], cwd=_folder(terminal), check=True)
    terminal.shows("left with", "ready>")
    (draft,) = state_folder().rglob("drafts/*/*.json")
    assert json.loads(draft.read_text())["values"] == {"party": "NTH", "text": "Typed and then gone"}


#: What is sent to the terminal at once, what it shows then, and the keys that lead back with what each of them hides.
BURSTS: Final = (
    (("-l", "g2024-03-20"), ("known:2024-03-20: ", "entries stand"), {"Enter": "entries stand", "L": "REPLAY"}),
    (("g", *"2024-02-02", "Enter"), ("REPLAY", "known ≤ 2024-02-02"), {"L": "REPLAY"}),
    (("-l", "aBaseRequestRefused"), ("BaseRequestRefused", "enter chooses"), {"Escape": "enter chooses"}),
    (("-l", "fparty:NTH"), ("Filter", "party:NTH"), {"Escape": "party:NTH"}),
    (("-l", "?diff"), ("Help", "What changed between the marks"), {"Escape": "What changed"}),
    (("-l", "/treaty\r"), ("2 found", "»"), {"Escape": "»"}),
    (("C-p", *"export"), ("Save what the pane shows",), {"Escape": "Save what"}),
    (
        ("m", "g", *"2024-02-02", "Enter", "m", "d"),
        ("What changed", "≤ 2024-02-02"),
        {"Escape": "What changed", "L": "REPLAY"},
    ),
    (("P", "-", "?", *"sort"), ("Help", "Sort entries by"), {"Escape": "Sort entries", "Enter": "1 negotiation"}),
    (("F", "/", *"rests", "Enter", "w"), ("Why", "voices"), {"Escape": "voices"}),
)


@pytest.mark.long
def test_keys_that_come_together_arrive_in_order(terminal: Terminal) -> None:
    terminal.keys(f"{sys.executable} -m tui tui; echo left with $?", "Enter")
    terminal.keys("-l", "g2024-03-20\r3")
    terminal.shows("known ≤ 2024-03-20", "▶ The use of the river")
    terminal.keys("L", "2")
    terminal.shows("● LIVE")
    for keys, seen, back in BURSTS:
        terminal.keys(*keys)
        terminal.shows(*seen)
        for key, gone in back.items():
            # By itself: what follows escape at once is one key with it, alt and that letter.
            terminal.keys(key)
            terminal.hides(gone)
    terminal.keys("q")
    left(terminal, 0)


@pytest.mark.long
def test_the_first_claim_is_made_without_a_shell(terminal: Terminal) -> None:
    terminal.keys(f"COMMUNIQUE_LOG=begun.db {sys.executable} -m tui; echo left with $?", "Enter")
    terminal.shows("Welcome", "New negotiation")
    terminal.keys("a")
    terminal.shows("made from the title")
    terminal.keys("-l", "River talks\r\rNiger, USA\r")
    terminal.shows("River talks", "1 Status", "● LIVE")
    terminal.keys("-l", "astatementmade\r")
    terminal.shows("Add  StatementMade")
    terminal.keys("-l", "NER\rWe begin.")
    terminal.shows("^s records it")
    terminal.keys("C-s")
    terminal.shows("2 Events", "StatementMade")
    terminal.keys("q")
    left(terminal, 0)


_CRASH: Final = """
import tui.workspace.screens.help
from tui.cli import main

def broken(*_):
    raise RuntimeError("what nobody thought of")

tui.workspace.screens.help.found = broken
main()
"""


@pytest.mark.long
def test_after_a_crash_the_terminal_is_clean_and_nothing_typed_is_lost(terminal: Terminal) -> None:
    Path(_folder(terminal), "crash.py").write_text(_CRASH, encoding="utf-8")
    terminal.keys(f"{sys.executable} crash.py tui; echo left with $?", "Enter")
    terminal.shows("1 Status", "● LIVE")
    _begin_a_statement(terminal)
    terminal.keys("-l", "NTH")
    terminal.shows("^s records it")
    terminal.keys("C-p")
    terminal.keys("-l", "help")
    terminal.shows("All keys, searched")
    terminal.keys("Down", "Enter")
    shown = terminal.shows("internal error: RuntimeError: what nobody thought of", "left with", "ready>")
    assert "Traceback" not in shown
    assert terminal.modes() == "0 0 1"
    terminal.keys("clear", "Enter")
    start(terminal)
    terminal.keys("a")
    terminal.shows("Drafts, begun and not recorded")
    terminal.keys("Enter")
    terminal.shows("NTH", "^s records it")
    terminal.keys("Escape")
    terminal.shows("2 Events")
    terminal.keys("q")
    left(terminal, 0)


@pytest.mark.long
def test_it_is_suspended_and_comes_back_as_it_was(terminal: Terminal) -> None:
    terminal.keys(f"{sys.executable} -m tui tui", "Enter")
    terminal.shows("1 Status", "● LIVE")
    terminal.keys("[", "[", "[")
    before = terminal.shows("known ≤ 2024-04-02")
    terminal.keys("C-z")
    terminal.shows("ready>", "Stopped")
    assert terminal.modes() == "0 0 1"
    terminal.keys("clear; echo ty''ped", "Enter")
    terminal.shows("typed")
    terminal.keys("fg", "Enter")
    assert terminal.shows("1 Status", "known ≤ 2024-04-02") == before
    terminal.keys("/")
    terminal.shows("words, in any field")
    terminal.keys("C-z")
    terminal.shows("ready>", "Stopped")
    terminal.keys("fg", "Enter")
    terminal.shows("words, in any field")
    terminal.keys("Enter")
    terminal.hides("words, in any field")
    terminal.keys("q")
    left(terminal)


@pytest.mark.long
def test_it_ends_with_its_terminal(terminal: Terminal) -> None:
    """Nothing is left behind that would go on reading keys from a terminal that is gone."""
    terminal.keys(f"{sys.executable} -m tui tui & echo $! > pid; fg", "Enter")
    terminal.shows("1 Status", "● LIVE")
    pid = int((Path(_folder(terminal)) / "pid").read_text())
    terminal.close()
    end = time.monotonic() + _PATIENCE
    while _is_running(pid):
        assert time.monotonic() < end, "it goes on without a terminal"
        time.sleep(_LOOK)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _folder(terminal: Terminal) -> str:
    done = subprocess.run(
        [*terminal._tmux, "display-message", "-p", "#{pane_current_path}"],  # noqa: SLF001 - its own helper
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()
