"""Fixtures for the command line: a log that holds the bundled histories, and two ways to run a verb."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest
from click.testing import CliRunner, Result

from tracker import EventLog
from tracker.scripts.reading import seed_path, seeds
from tracker.scripts.script import read_script, record_script
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tests.tui.served import Serve

CHECKOUT: Final = Path(__file__).resolve().parents[2]
RECORDED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Ask(Protocol):
    """Run a verb on the bundled histories and return its document, or its rows with `--jsonl`."""

    def __call__(self, *arguments: object) -> Any: ...  # noqa: ANN401 - any JSON


class Invoke(Protocol):
    """Run a verb in this process."""

    def __call__(self, *arguments: object, stdin: str | bytes | None = None) -> Result: ...


class Run(Protocol):
    """Run a verb in a process of its own, with more variables and what it reads."""

    def __call__(
        self, *arguments: object, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log with all bundled histories, not to be written to."""
    path = tmp_path_factory.mktemp("bundled") / "bundled.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        for name in seeds():
            record_script(log, read_script(seed_path(name)))
    return path


@pytest.fixture
def own(bundled: Path, tmp_path: Path) -> Path:
    """Return a copy of the log with the bundled histories, to do anything with."""
    return Path(shutil.copy(bundled, tmp_path / "own.db"))


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")

    def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)

    return run


@pytest.fixture
def ask(invoke: Invoke, bundled: Path) -> Ask:
    """Return a function that runs a verb and returns its document, or its rows with `--jsonl`."""

    def run(*arguments: object) -> Any:  # noqa: ANN401 - any JSON
        style = "--jsonl" if "--jsonl" in arguments else "--json"
        done = invoke("--log", bundled, *(word for word in arguments if word != style), style)
        assert (done.exit_code, done.stderr) == (0, "")
        if style == "--jsonl":
            return [json.loads(line) for line in done.stdout.splitlines()]
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def environment() -> Callable[..., dict[str, str]]:
    """Return the variables with which a process of its own finds this checkout; what is given comes on top."""

    def variables(**more: str) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(CHECKOUT), "COMMUNIQUE_NOW": "2026-01-02T12:00:00Z", **more}

    return variables


@pytest.fixture
def communique(tmp_path: Path, environment: Callable[..., dict[str, str]]) -> Run:
    def run(
        *arguments: object, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(**(variables or {})),
            timeout=200,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def serve(environment: Callable[..., dict[str, str]]) -> Serve:
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed: no browser can be served")
    from tests.tui.served import Server

    def run(log: Path, *options: str) -> AbstractContextManager[Server]:
        return Server(log, *options, variables=environment())

    return run
