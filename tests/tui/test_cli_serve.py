"""`communique serve`: who gets in, what is served, and the workspace in a real browser."""

from __future__ import annotations

import base64
import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.chromium import Chromium
from tests.tui.served import PATIENCE, Screen, Server
from tui.commands.serve import served_command
from tui.environment import LOG_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.tui.conftest import Invoke
    from tests.tui.served import Serve

#: The status with which a WebSocket begins (RFC 6455, section 4.2.2).
SWITCHED: Final = 101


@pytest.fixture
def serve(environment: Callable[..., dict[str, str]]) -> Serve:
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed: no browser can be served")

    def run(log: Path, *options: str) -> AbstractContextManager[Server]:
        return Server(log, *options, variables=environment())

    return run


class Answer(NamedTuple):
    """What came back for a request."""

    status: int
    policy: str
    body: str


def ask(address: str, path: str = "/", *, at: str | None = None, **headers: str) -> Answer:
    """Return the answer to a request, to the server's own address or to another one of this machine."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(at or parts.hostname or "", parts.port, timeout=PATIENCE)) as connection:
        connection.putrequest("GET", path, skip_host=True)
        for name, value in {"Host": parts.netloc, **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        with connection.getresponse() as response:
            policy = response.getheader("Content-Security-Policy") or ""
            # A connection that goes on as a WebSocket has no body.
            body = "" if response.status == SWITCHED else response.read().decode("utf-8", "replace")
            return Answer(response.status, policy, body)


HANDSHAKE: Final = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": base64.b64encode(bytes(16)).decode(),
}


# ── who gets in ──


def test_it_answers_on_loopback_only(serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        assert served.address.startswith("http://127.0.0.1:")
        assert served.said.count("\n") == 1
        assert ask(served.address).status == 200
        # 127.0.0.2 is this machine, too, but another address of it: what listens on every address answers there.
        for elsewhere in ("127.0.0.2", "::1"):
            with pytest.raises(OSError, match=r"refused|assign|unreachable"):
                ask(served.address, at=elsewhere)


@pytest.mark.parametrize(("options", "may"), [((), "look, and record in your name"), (("--read-only",), "can look\n")])
def test_another_host_is_warned_of(options: tuple[str, ...], may: str, serve: Serve, bundled: Path) -> None:
    with serve(bundled, "--host", "0.0.0.0", *options) as served:  # noqa: S104 - that is what the test is about
        warning, address = served.said.splitlines(keepends=True)
        assert warning.startswith("warning: 0.0.0.0 is not this machine alone; there is no password")
        assert may in warning
        assert f"http://{socket.gethostname()}:" in address
        assert ask(served.address, at="127.0.0.2").status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.7", "[::", ""])
def test_on_loopback_no_other_name_is_answered(host: str, serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        answer = ask(served.address, Host=host)
        assert answer.status in {400, 403}
        assert "static" not in answer.body
        assert ask(served.address, Host=f"localhost:{urlsplit(served.address).port}").status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null"])
def test_a_page_from_elsewhere_opens_no_workspace(origin: str, serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        assert ask(served.address, "/ws", **HANDSHAKE, Origin=origin).status == 403
        own = served.address.rstrip("/")
        assert ask(served.address, "/ws", **HANDSHAKE, Origin=own).status == SWITCHED


def test_the_page_may_ask_for_nothing_from_elsewhere(serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        answer = ask(served.address)
        assert "default-src 'none'" in answer.policy
        assert "textual.js" in answer.body
        assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", answer.body) == []
        assert ask(served.address, "/page/page.js").status == 200
        assert ask(served.address, "/static/js/textual.js").status == 200
        assert ask(served.address, "/page/../server.py").status in {403, 404}


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


@pytest.mark.browser
@pytest.mark.slow
def test_the_workspace_in_a_browser(serve: Serve, own: Path, chromium: Chromium, tmp_path: Path) -> None:
    with serve(own, "us-niger") as served:
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until(lambda: screen.has("-first-byte"), "the first byte")
        screen.until_drawn("United States and Niger")
        screen.until_drawn("Evidence")
        opened = screen.picture_at_rest(tmp_path / "opened.png")

        screen.press("?")
        screen.until_drawn("esc closes")
        picture = tmp_path / "picture.png"
        screen.until(lambda: screen.picture(picture) != opened, "another picture")
        screen.press("Escape")
        screen.until(lambda: screen.picture(picture) == opened, "the screen as it was opened")

        assert {urlsplit(url).netloc for url in screen.page.requests()} == {urlsplit(served.address).netloc}
        assert [told for told in screen.page.complaints() if '"error"' in told] == []

        screen.press("q")
        screen.until(lambda: screen.has("-closed"), "the end", though_closed=True)
        screen.page.evaluate("document.getElementById('again').click()")
        screen.until(
            lambda: screen.has("-first-byte") and not screen.has("-closed"), "the workspace again", though_closed=True
        )


@pytest.mark.browser
@pytest.mark.slow
def test_a_workspace_that_cannot_begin_is_told_and_closes(serve: Serve, own: Path, chromium: Chromium) -> None:
    with serve(own, "us-niger") as served:
        own.unlink()
        screen = Screen(chromium.open(served.address, 1280, 800))
        screen.until(lambda: screen.has("-closed"), "the end", though_closed=True)
        assert screen.page.evaluate("getComputedStyle(document.querySelector('.closed')).display") == "block"
    assert "is no log yet" in served.ended or "no log" in served.ended


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
