"""`communique serve`: what is served, and the workspace in a real browser."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.chromium import Chromium
from tests.tui.served import Screen
from tui.commands.workspace import served_command
from tui.environment import LOG_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tui.conftest import Invoke
    from tests.tui.served import Serve

# ── what is wrong ──


def test_without_the_extra_it_says_what_to_install(
    invoke: Invoke, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    monkeypatch.delitem(sys.modules, "tui.web.server", raising=False)
    done = invoke("--log", bundled, "serve")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "pip install 'communique[serve]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_log_and_the_negotiation_must_be_there(invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    assert invoke("--log", tmp_path / "none.db", "serve").exit_code == 3
    assert not (tmp_path / "none.db").exists()
    done = invoke("--log", bundled, "serve", "us-nigeria")
    assert done.exit_code == 2
    assert "did you mean" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "70000"], "70000"),
        (["--host", "999.999.999.999"], "999.999.999.999"),
        (["--host", "in valid"], "in valid"),
        (["--host", "192.0.2.1"], "192.0.2.1"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_one_line(
    options: list[str], words: str, invoke: Invoke, bundled: Path
) -> None:
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")
    done = invoke("--log", bundled, "serve", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_told(invoke: Invoke, bundled: Path) -> None:
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = invoke("--log", bundled, "serve", "--port", port)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: 127.0.0.1, port {port}: ")
    assert "name another one with --host or --port" in done.stderr


# ── what is served ──


def test_the_command_runs_this_program_whatever_lies_around(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    folder = tmp_path / "a folder"
    folder.mkdir()
    log = own.rename(folder / "$(touch made) 'and' \"b\" ; touch made;.db")
    (folder / "tui.py").write_text("raise SystemExit('the wrong program')", "utf-8")
    command = served_command(log.name, "us-niger", read_only=True)
    assert shlex.split(command) == [
        *(sys.executable, "-P", "-m", "tui", "--log", log.name),
        *("tui", "us-niger", "--read-only"),
    ]
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602 - as it is served
    assert done.stderr.startswith("error: the workspace needs a terminal")
    assert sorted(path.name for path in folder.iterdir()) == sorted([log.name, "tui.py"])


def test_a_password_is_not_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setenv(LOG_VARIABLE, "")
    where = "postgresql://ada:secret@db.example.org/desk"
    assert "secret" not in served_command(where, None, read_only=False)
    assert os.environ[LOG_VARIABLE] == where


# ── in a browser ──


@pytest.fixture
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.slow
def test_the_workspace_in_a_browser(serve: Serve, own: Path, chromium: Chromium) -> None:
    with serve(own, "us-niger") as served:
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until(lambda: screen.has("-first-byte"), "the first byte")
        screen.until_drawn("United States and Niger")
        screen.until_drawn("Evidence")
        screen.press("?")
        screen.until_drawn("esc closes")

        assert {urlsplit(url).netloc for url in screen.page.requests()} == {urlsplit(served.address).netloc}
        assert [told for told in screen.page.complaints() if '"error"' in told] == []


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.slow
def test_the_workspace_is_shown_as_it_was_and_opened_again(
    serve: Serve, own: Path, chromium: Chromium, tmp_path: Path
) -> None:
    with serve(own, "us-niger") as served:
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until_drawn("Evidence")
        opened = screen.picture_at_rest(tmp_path / "opened.png")

        screen.press("?")
        screen.until_drawn("esc closes")
        picture = tmp_path / "picture.png"
        screen.until(lambda: screen.picture(picture) != opened, "another picture")
        screen.press("Escape")
        screen.until(lambda: screen.picture(picture) == opened, "the screen as it was opened")
        screen.press("q")
        screen.until(lambda: screen.has("-closed"), "the end", though_closed=True)
        screen.page.evaluate("document.getElementById('again').click()")
        screen.until(
            lambda: screen.has("-first-byte") and not screen.has("-closed"), "the workspace again", though_closed=True
        )


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.slow
def test_a_workspace_that_cannot_begin_is_told_and_closes(serve: Serve, own: Path, chromium: Chromium) -> None:
    with serve(own, "us-niger") as served:
        own.unlink()
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until(lambda: screen.has("-closed"), "the end", though_closed=True)
        assert screen.page.evaluate("getComputedStyle(document.querySelector('.closed')).display") == "block"
    assert "is no log yet" in served.ended or "no log" in served.ended


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.slow
def test_no_workspace_outlives_the_server(serve: Serve, own: Path, chromium: Chromium) -> None:
    with serve(own, "us-niger") as served:
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until_drawn("United States and Niger")
        children = served.children()
        assert children
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    screen.until(lambda: screen.has("-closed"), "the end", though_closed=True)


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_that_may_only_look_records_nothing(serve: Serve, own: Path, chromium: Chromium) -> None:
    before = own.read_bytes()
    with serve(own, "us-niger", "--read-only") as served:
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until_drawn("United States and Niger")
        screen.press("a")
        screen.until_drawn("for reading only")
    assert own.read_bytes() == before
