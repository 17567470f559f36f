"""What the tests of `communique serve` are given: a server that runs, and a workspace in a page of a browser."""

from __future__ import annotations

import base64
import http.client
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tests.chromium import Page

#: Seconds for a server or a screen to come.
PATIENCE: Final = 120
#: Pictures that must be the same for the screen to be at rest.
_STILL: Final = 3
#: What tells a terminal how to draw (ECMA-48).
_COMMANDS: Final = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[$]?[a-zA-Z]|\][^\x07]*\x07|.)")


class Serve(Protocol):
    """Serve a log with some options, for as long as the block runs."""

    def __call__(self, log: Path, *options: str) -> AbstractContextManager[Server]: ...


class Server:
    """`communique serve` in a process of its own; ends as at ctrl+c, and must then have ended well."""

    def __init__(self, log: Path, *options: str, variables: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tui", "--log", str(log), "serve", "--port", "0", *options],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        #: What it said when it began.
        self.said = ""
        self.address = ""
        #: What it said from then on, when it has ended.
        self.ended = ""

    def __enter__(self) -> Self:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said += line
            if found := re.search(r"http://\S+", line):
                self.address = found.group()
                return self
        self._process.communicate()
        raise AssertionError(f"no server: {self.said}")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            out, self.ended = self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
        assert (self._process.returncode, out) == (0, ""), self.ended
        assert "Traceback" not in self.ended, self.ended

    def children(self) -> list[int]:
        """Return the processes that it started and that still run (Linux)."""
        of_process = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(number) for number in of_process.read_text("ascii").split()]


class Screen:
    """A workspace in a page of a browser: its keys, its picture, and the words that were drawn on its canvas."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        """Press a key: a character, Escape or Enter."""
        named = {"Escape": 27, "Enter": 13}.get(key)
        extra = {"windowsVirtualKeyCode": named, "code": key} if named else {"text": key}
        self.page.call("Input.dispatchKeyEvent", type="keyDown", key=key, **extra)
        self.page.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def drawn(self) -> str:
        """Return the words that the workspace has drawn so far, without its commands to the terminal."""
        return _COMMANDS.sub(b" ", b"".join(self.page.received())).decode("utf-8", "replace")

    def until(self, is_so: Callable[[], object], what: str, *, though_closed: bool = False) -> None:
        """Wait for something to become so, in vain where the workspace has ended; or though it has."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{what} did not come; drawn: {self.drawn()[-2000:]}"
            assert though_closed or not self.has("-closed"), f"the workspace ended before {what}"
            # Asking without a pause would take the time in which it is to come.
            time.sleep(0.1)

    def until_drawn(self, words: str) -> None:
        self.until(lambda: words in self.drawn(), repr(words))

    def has(self, mark: str) -> bool:
        """Say whether the page's body bears a mark of textual-serve's."""
        return bool(self.page.evaluate(f"document.body?.classList.contains('{mark}')"))

    def picture(self, path: Path) -> bytes:
        """Return what is on the screen, and keep it as a file."""
        self.page.picture(path)
        return path.read_bytes()

    def picture_at_rest(self, path: Path) -> bytes:
        """Return what is on the screen when it has stopped changing."""
        pictures = [b""]
        for _ in range(100):
            pictures.append(self.picture(path))
            if len(pictures) > _STILL and len(set(pictures[-_STILL:])) == 1:
                return pictures[-1]
            time.sleep(0.1)
        raise AssertionError("the screen does not come to rest")


#: The status with which a WebSocket begins (RFC 6455, section 4.2.2).
SWITCHED: Final = 101


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
