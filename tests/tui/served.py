"""What the tests of `communique serve` are given: a server that runs, and a workspace in a page of a browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.chromium import Page

#: Seconds for a server or a screen to come.
PATIENCE: Final = 60
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
            out, err = self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
        assert (self._process.returncode, out) == (0, ""), err
        assert "Traceback" not in err, err


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

    def until(self, is_so: Callable[[], object], what: str) -> None:
        """Wait for something to become so."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{what} did not come; drawn: {self.drawn()[-2000:]}"
            time.sleep(0.02)

    def until_drawn(self, words: str) -> None:
        self.until(lambda: words in self.drawn(), repr(words))

    def has(self, mark: str) -> bool:
        """Say whether the page's body bears a mark of textual-serve's."""
        return bool(self.page.evaluate(f"document.body?.classList.contains('{mark}')"))

    def picture(self, path: Path) -> bytes:
        """Return what is on the screen when it has stopped changing."""
        before = b""
        for _ in range(100):
            self.page.picture(path)
            now = path.read_bytes()
            if now == before:
                return now
            before = now
        raise AssertionError("the screen does not come to rest")
