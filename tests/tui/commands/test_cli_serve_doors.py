"""`communique serve`: who gets in, and what no browser sends."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest

from tests.tui.served import HANDSHAKE, PATIENCE, SWITCHED, ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tui.conftest import Invoke
    from tests.tui.served import Serve, Server

# ── who gets in ──


@pytest.fixture(scope="module")
def served(serve: Serve, bundled: Path) -> Iterator[Server]:
    """Serve the bundled histories as they are without an option, to several tests."""
    with serve(bundled) as server:
        yield server


def test_it_answers_on_loopback_only(served: Server) -> None:
    assert served.address.startswith("http://127.0.0.1:")
    assert served.said.count("\n") == 1
    assert ask(served.address).status == 200
    # 127.0.0.2 is this machine, too, but another address of it: what listens on every address answers there.
    for elsewhere in ("127.0.0.2", "::1"):
        with pytest.raises(OSError, match=r"refused|assign|unreachable"):
            ask(served.address, at=elsewhere)


@pytest.mark.long
@pytest.mark.parametrize(("options", "may"), [((), "look, and record in your name"), (("--read-only",), "can look; ")])
def test_another_host_is_warned_of(options: tuple[str, ...], may: str, serve: Serve, bundled: Path) -> None:
    everywhere = ("--host", "0.0.0.0", "--allow-host", "desk.example")  # noqa: S104 - that is what the test is about
    with serve(bundled, *everywhere, *options) as served:
        warning, address = served.said.splitlines(keepends=True)
        assert warning.startswith("warning: 0.0.0.0 is not this machine alone, and there is no password")
        assert "whose name you let in, if that name is pointed at this machine" in warning
        assert may in warning
        assert "http://desk.example:" in address
        assert ask(served.address, at="127.0.0.2").status == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - that is what the test is about
def test_another_host_wants_the_names_that_are_let_in(host: str, invoke: Invoke, bundled: Path) -> None:
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")
    done = invoke("--log", bundled, "serve", "--port", "0", "--host", host)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--allow-host NAME[:PORT]" in done.stderr
    assert "would be let in, and could look, and write with your name" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["http://desk.example", "desk.example/", "", "*", "desk:99999", "a b", "ada@desk", "[::1"]
)
def test_what_can_be_no_name_is_not_let_in(name: str, invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "serve", "--allow-host", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--allow-host" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.long
def test_beyond_loopback_only_the_names_given_are_answered(serve: Serve, bundled: Path) -> None:
    given = ("--allow-host", "Desk.Example", "--allow-host", "desk.example.org:8080", "--allow-host", "2001:db8::7")
    with serve(bundled, "--host", "0.0.0.0", *given) as served:  # noqa: S104 - that is what the test is about

        def status(host: str, *, origin: str | None = None, path: str = "/") -> int:
            headers = {"Host": host, **({"Origin": origin} if origin else {}), **(HANDSHAKE if path == "/ws" else {})}
            return ask(served.address, path, at="127.0.0.1", **headers).status

        for host in ("desk.example", "DESK.example.:1", "desk.example.org:8080", "[2001:DB8:0::7]:80"):
            assert status(host) == 200, host
            assert status(host, origin=f"http://{host}", path="/ws") == SWITCHED, host
            assert status(host, origin="http://evil.example", path="/ws") == 403, host
        for host in (
            "evil.example",
            "localhost",
            "127.0.0.1",
            "desk.example.org",
            "desk.example.org:81",
            "x.desk.example",
        ):
            assert status(host) == 403, host
            assert status(host, origin=f"http://{host}", path="/ws") == 403, host
        # Other ports of the same name are other origins; a proxy before it may speak TLS.
        assert status("desk.example:8080", origin="http://desk.example:3000") == 403
        assert status("desk.example", origin="https://desk.example") == 200


@pytest.mark.long
def test_on_loopback_a_name_can_be_let_in_as_well(serve: Serve, bundled: Path) -> None:
    with serve(bundled, "--allow-host", "desk.example") as served:
        assert served.address.startswith("http://127.0.0.1:")
        for host, status in {"desk.example": 200, "localhost": 200, "evil.example": 403}.items():
            assert ask(served.address, Host=host).status == status


@pytest.mark.long
def test_on_loopback_no_other_name_is_answered(served: Server) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "192.0.2.7", "[::", ""):
        answer = ask(served.address, Host=host)
        assert answer.status in {400, 403}, host
        assert "static" not in answer.body
    port = urlsplit(served.address).port
    for host in ("localhost", "LocalHost.", f"127.0.0.1:{port}", "[::1]", "127.9.9.9"):
        assert ask(served.address, Host=host).status == 200, host


@pytest.mark.long
def test_a_page_from_elsewhere_opens_no_workspace(served: Server) -> None:
    own = served.address.rstrip("/")
    elsewhere = ("http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null", "", "http://[::1")
    for origin in (
        *elsewhere,
        "http://",
        "127.0.0.1",
        own.replace("http", "ftp"),
        f"{own}/",
        f"{own}@evil.example",
    ):
        assert ask(served.address, Origin=origin).status == 403, origin
        assert ask(served.address, "/ws", **HANDSHAKE, Origin=origin).status == 403, origin
    assert ask(served.address, Origin=own).status == 200
    assert ask(served.address, "/ws", **HANDSHAKE, Origin=own).status == SWITCHED


#: What no browser sends: the request, as bytes, where HOST is the server's own; and the answers that are right.
_ODD: Final = {
    "no host": (b"GET / HTTP/1.1\r\n\r\n", {400}),
    "no host in 1.0": (b"GET / HTTP/1.0\r\n\r\n", {400}),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n", {400}),
    "an empty host": (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", {400}),
    "half an address": (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", {400}),
    "a name in brackets": (b"GET / HTTP/1.1\r\nHost: [beef]\r\n\r\n", {400}),
    "a person": (b"GET / HTTP/1.1\r\nHost: ada@HOST\r\n\r\n", {400}),
    "no port": (b"GET / HTTP/1.1\r\nHost: localhost:99999\r\n\r\n", {400}),
    "a long host": (b"GET / HTTP/1.1\r\nHost: " + b"a" * 7000 + b"\r\n\r\n", {400}),
    "a host beyond ASCII": (b"GET / HTTP/1.1\r\nHost: b\xc3\xbccher\xff\r\n\r\n", {400}),
    "a blank host": (b"GET / HTTP/1.1\r\nHost: local host\r\n\r\n", {400}),
    "another host as path": (b"GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n", {400}),
    "half an address as path": (b"GET http://[::1/ HTTP/1.1\r\nHost: HOST\r\n\r\n", {400}),
    "two origins": (b"GET / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nOrigin: http://evil\r\n\r\n", {400, 403}),
    "an origin beyond ASCII": (b"GET / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://\xff\r\n\r\n", {403}),
    "a folded origin": (b"GET / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\n evil\r\n\r\n", {400, 403}),
    "no method": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", {400}),
    "a wrong method": (b"BREW / HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 405}),
    "a post": (b"POST /ws HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\nxx", {405}),
    "a star": (b"OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 404, 405}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 404, 405}),
    "a lot of headers": (b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"X: y\r\n" * 9000 + b"\r\n", {200, 400}),
    "a long header": (b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"y" * 99999 + b"\r\n\r\n", {400}),
    "a long path": (b"GET /" + b"y" * 99999 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", {400}),
    "no number": (b"GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n", {400}),
    "nothing of a file": (b"GET /page/%00 HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 403, 404}),
    "a path beyond UTF-8": (b"GET /page/%ff%fe HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 403, 404}),
    "a long file": (b"GET /page/" + b"y" * 5000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 403, 404}),
    "no download": (b"GET /download/%0d%0a HTTP/1.1\r\nHost: HOST\r\n\r\n", {400, 404}),
    "no range": (b"GET /page/page.js HTTP/1.1\r\nHost: HOST\r\nRange: bytes=9-1\r\n\r\n", {200, 416}),
    "half a handshake": (b"GET /ws HTTP/1.1\r\nHost: HOST\r\nUpgrade: websocket\r\n\r\n", {400}),
    "no key": (
        b"GET /ws HTTP/1.1\r\nHost: HOST\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n",
        {400},
    ),
}


@pytest.mark.long
def test_no_request_brings_forth_a_traceback(serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        host = urlsplit(served.address).netloc
        found = {name: _answer(host, request) for name, (request, _) in _ODD.items()}
        assert ask(served.address).status == 200
    assert {name: status for name, status in found.items() if status not in _ODD[name][1]} == {}
    assert served.ended == ""


def _answer(host: str, request: bytes) -> int:
    """Return the status of the answer to a request as it is, 0 where none comes."""
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=PATIENCE) as connection:
        # Of a request that is too long, the end may meet a closed door.
        with suppress(OSError):
            connection.sendall(request.replace(b"HOST", host.encode()))
        try:
            found = re.match(rb"HTTP/1.[01] ([0-9]{3})", connection.recv(4096))
        except OSError:
            return 0
    return int(found[1]) if found else 0


@pytest.mark.long
def test_what_is_no_message_of_the_page_ends_the_visit(serve: Serve, bundled: Path) -> None:
    with serve(bundled) as served:
        parts = urlsplit(served.address)
        names = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in HANDSHAKE.items())
        request = f"GET /ws?width=-7&height=999999999999 HTTP/1.1\r\nHost: {parts.netloc}\r\n{names}\r\n"
        for message in (b"{", b"7", b"[]", b'["stdin", 7]', b'["resize", []]'):
            with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as connection:
                connection.sendall(request.encode())
                # A text in one frame, under a mask of zeros; 1003 says that it was none (RFC 6455, 5.2 and 7.4.1).
                connection.sendall(bytes([0x81, 0x80 | len(message), 0, 0, 0, 0]) + message)
                came = b""
                while b"\x88\x02" + (1003).to_bytes(2) not in came:
                    more = connection.recv(65536)
                    assert more, (message, came)
                    came += more
    assert "Traceback" not in served.ended
    assert "warning: " not in served.ended
