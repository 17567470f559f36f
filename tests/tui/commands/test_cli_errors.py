"""Exit codes, and one clear line for whatever goes wrong; never a traceback."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lengths import in_short
from tracker.errors import (
    ContentError,
    DamageError,
    EntryRejectedError,
    LogBusyError,
    LogError,
    NameUnknownError,
    Problem,
)
from tui.cli import run
from tui.commands import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tui.conftest import Invoke, Run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "error: there is no verb 'frobnicate'"),
        (["stauts"], "error: there is no verb 'stauts'; did you mean 'status'?"),
        (["--wat"], "error: No such option '--wat'"),
        (["status", "--wat"], "error: No such option '--wat'"),
        (["status", "--known-by", "2024-13"], "error: --known-by: 2024-13 is no month of the calendar"),
        (["status", "--recorded-by", "#x"], "error: --recorded-by: '#x' is no position"),
        (["status", "us-niger", "--recorded-by", "#" + "9" * 5000], "error: "),
        (["status", "us-nigr"], "did you mean 'us-niger'?"),
        (["status", "us-niger", "--without", "nobody"], "error: there is no source 'nobody'"),
        (["status", "--without", "x"], "error: --without needs a negotiation"),
        (["status", "us-niger", "--jsonl"], "error: --jsonl is for all negotiations"),
        (["log", "nowhere"], "has no negotiation 'nowhere'"),
        (["log", "--party", "NEE"], "error: there is no party 'NEE'; did you mean 'NER'?"),
        (["log", "--matter", "x"], "error: there is no matter 'x'"),
        (["log", "--source", "x"], "error: there is no source 'x'"),
        (["log", "--type", "BaseRequestRefuse"], "did you mean 'BaseRequestRefused'?"),
        (["log", "--since", "someday"], "error: --since: someday is no date"),
        (["log", "-n", "-1"], "error: Invalid value for '-n'"),
        (["log", "-n", "9" * 30], "error: Invalid value for '-n'"),
        (["show", "us-niger", "nothing"], "us-niger has no entry 'nothing'"),
        (["diff", "us-niger", "known:x", "now"], "error: known_by: x is no date"),
        (["diff", "us-niger", "heard:2024", "now"], "error: 'heard:2024' is no cut"),
        (["replay", "us-niger", "--by", "guess"], "error: Invalid value for '--by'"),
        (["replay", "us-niger", "--from", "x"], "x is no date"),
        (["findings", "us-niger", "--kind", "x"], "error: Invalid value for '--kind'"),
        (["findings", "us-niger", "--kind", "denail"], "did you mean 'denial'?"),
        (
            ["status", "us-niger", "--recorded-by", "12"],
            "--recorded-by: 12 is no year; write #12 for a position",
        ),
        (["status", "us-niger", "--known-by", "5/6/2024"], "write 2024-06-05 or 2024-05-06"),
        (["completion"], "error: Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish"),
        (["schema", "Nothing"], "error: unknown event type 'Nothing'"),
        (["schema", "--csv"], "error: --csv goes with --list"),
        (["record"], "error: Missing argument 'FILE…'"),
        (["tui"], "error: the workspace needs a terminal"),
        (["completion", "tcsh"], "error: Invalid value"),
        (["demo", "--dir", "."], "error: --log and --dir both say where the log is"),
    ],
    ids=" ".join,
)
def test_wrong_usage_and_unknown_names_are_2(arguments: list[str], said: str, invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, *arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["status"], 3),
        (["log"], 3),
        (["verify"], 3),
        (["show", "us-niger", "x"], 3),
        (["--log", ".", "status"], 3),
        (["--log", "notes.txt", "status"], 3),
        (["--log", "notes.txt", "record", "-"], 3),
        (["--log", "other.db", "status"], 3),
        (["--log", "missing/new.db", "record", "-"], 3),
        (["--log", "postgresql://user:secret@localhost:1/x", "status"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_log_that_cannot_be_had_is_3(arguments: list[str], code: int, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no log " * 1000)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE t (x)")
    done = invoke(*arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr
    assert not (tmp_path / "negotiations.db").exists()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ContentError("wrong"), 1, "error: wrong"),
        (EntryRejectedError([Problem("is required", "party", "a.jsonl", 3)]), 1, "a.jsonl:3: party: is required"),
        (NameUnknownError("no such name"), 2, "error: no such name"),
        (LogError("no log"), 3, "error: no log"),
        (LogBusyError("held"), 3, "error: held"),
        (DamageError("damaged"), 3, "error: damaged"),
        (MemoryError(), 3, "error: this machine has no memory left"),
        (OSError(28, "No space left on device", "x.db"), 3, "error: x.db: No space left on device"),
        (
            RuntimeError("two\nlines \x1b[0m"),
            70,
            "internal error: RuntimeError: two lines ␛[0m; run with COMMUNIQUE_DEBUG=1",
        ),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenPipeError(32, "Broken pipe"), 0, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_every_error_has_its_exit_code_and_its_line(
    error: BaseException, code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert run(fail) == code
    shown = capfd.readouterr().err
    assert shown.startswith(said)
    assert len(shown.splitlines()) == bool(said)


def test_the_traceback_is_there_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_DEBUG", "1")

    def fail() -> None:
        raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        run(fail)


def test_without_a_verb_and_a_terminal_the_help_goes_to_stderr(communique: Run) -> None:
    done = communique()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: communique")


@pytest.mark.long
def test_a_reader_that_goes_away_is_no_error(bundled: Path, environment: Callable[..., dict[str, str]]) -> None:
    command = f"'{sys.executable}' -m tui --log '{bundled}' log --jsonl | head -n 1 | wc -l; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), check=True)
    assert done.stdout.split() == [b"1", b"0"]
    assert done.stderr == b""


@pytest.mark.parametrize("streams", in_short([">&-", "2>&-", ">&- 2>&-", "2>/dev/full"], ">&-", "2>/dev/full"))
def test_closed_streams_are_no_error(streams: str, bundled: Path, environment: Callable[..., dict[str, str]]) -> None:
    command = f"'{sys.executable}' -m tui --log '{bundled}' status {streams} </dev/null"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here to stand for a full disk")
def test_output_that_finds_no_space_is_3(bundled: Path, environment: Callable[..., dict[str, str]]) -> None:
    command = f"'{sys.executable}' -m tui --log '{bundled}' log >/dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), check=False)
    assert done.returncode == 3
    assert done.stderr.decode() == "error: No space left on device\n"


def test_an_interrupt_is_130_and_nothing_of_the_script_is_recorded(
    environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "record", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    assert process.stdin is not None
    process.stdin.write(b'{"event": "PartyAdded", "negotiation": "talks", "party": "USA"}\n')
    process.stdin.flush()
    # The log is made before the first line is read, so from then on the verb is at work.
    while not (tmp_path / "negotiations.db").exists():
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=200)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


@pytest.mark.long
@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONUTF8": "0"},
    ],
)
def test_output_is_utf_8_whatever_the_locale(variables: dict[str, str], communique: Run) -> None:
    added = communique("add", "PartyAdded", "-n", "talks", "party=côte", variables=variables)
    assert (added.returncode, "'côte' is not right" in added.stderr) == (1, True)
    added = communique(
        "add", "PartyAdded", "-n", "talks", "party=CIV", "name=Côte d’Ivoire — كوت ديفوار", variables=variables
    )
    assert (added.returncode, added.stderr) == (0, "")
    assert "Côte d’Ivoire — كوت ديفوار" in communique("log", variables=variables).stdout
    assert "Côte d’Ivoire — كوت ديفوار" in communique("log", "--jsonl", variables=variables).stdout


@pytest.mark.long
def test_an_argument_that_is_no_text_is_wrong_usage(bundled: Path, environment: Callable[..., dict[str, str]]) -> None:
    arguments = [os.fsencode(sys.executable), b"-m", b"tui", b"--log", os.fsencode(bundled), b"status", b"\xff"]
    done = subprocess.run(arguments, capture_output=True, env=environment(), check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.long
def test_a_closed_standard_input_is_wrong_usage(environment: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m tui record - <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=tmp_path, env=environment(), check=False)
    assert (done.returncode, done.stderr.decode().startswith("error: standard input is closed")) == (2, True)


def test_an_empty_variable_is_unset_and_the_option_goes_before_it(
    invoke: Invoke, bundled: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNIQUE_LOG", "")
    assert "negotiations.db" in invoke("status").stderr
    monkeypatch.setenv("COMMUNIQUE_LOG", "nowhere.db")
    assert "nowhere.db" in invoke("status").stderr
    assert invoke("--log", bundled, "status").exit_code == 0
    assert invoke("status", "--log", bundled).exit_code == 0
    assert invoke("--log", "nowhere.db", "status", "--log", f"sqlite:///{own}").exit_code == 0


@pytest.mark.parametrize("now", ["tomorrow", "2024-13-01"])
def test_a_clock_that_is_none_is_wrong_usage(now: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_NOW", now)
    done = invoke("status")
    assert (done.exit_code, done.stderr.startswith("error: COMMUNIQUE_NOW is")) == (2, True)


#: Verbs that write elsewhere, or serve until they are stopped.
_NOT_TRIED: Final = {"demo", "serve"}
_words = st.sampled_from(
    [
        *(verb for verb in VERBS if verb not in _NOT_TRIED),
        *("us-niger", "panama-canal", "sofa-revoked", "known:2024-05", "#3", "now", "-n", "3", "NER", "2024-05~"),
        *("--json", "--jsonl", "--csv", "--plain", "--known-by", "--happened-by", "--recorded-by", "--without"),
        *(
            "--by",
            "known",
            "--from",
            "--to",
            "--head",
            "--fail",
            "--reverse",
            "--since",
            "--until",
            "--party",
            "--list",
        ),
        *("--type", "PartyAdded", "--source", "--matter", "--help", "--version", "--dry-run", "party=NER", "--", "-"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(words=st.lists(_words | st.text(max_size=12), max_size=6))
def test_no_line_of_arguments_is_an_internal_error(words: list[str], invoke: Invoke, own: Path) -> None:
    words = [word for word in words if word not in _NOT_TRIED]
    done = invoke("--log", own, *words)
    assert done.exit_code in {0, 1, 2, 3}, (words, done.output)
    assert "Traceback" not in done.output


def test_a_null_character_in_the_name_of_a_file_is_told(invoke: Invoke) -> None:
    done = invoke("record", "\0")
    assert done.exit_code == 2
    assert "holds no null character" in done.stderr
