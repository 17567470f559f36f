"""Headless Chromium, driven through the Chrome DevTools Protocol over a pipe: no port, no driver, no library."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any, Final, Self

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds after which a browser that does not answer is given up.
PATIENCE: Final = 120
#: The opcode of a frame of bytes (RFC 6455, section 5.2).
_BINARY: Final = 2
#: Whatever could make the browser itself ask for something on the network is off.
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


class Chromium:
    """A browser of its own, with an empty profile; a context manager that ends it."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("chromium")
        if program is None:
            pytest.skip("no chromium on this machine: what a browser makes of a page is not tested here")
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        command = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        arguments = ("bash", "-c", command, "bash", program, *_FLAGS, f"--user-data-dir={profile}", "about:blank")
        self._process = subprocess.Popen(
            arguments, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers = 0
        self._buffer = b""
        self._events: list[dict[str, Any]] = []

    def open(self, address: str, width: int, height: int, *, media: dict[str, str] | None = None) -> Page:
        """Return a page, loaded, in a window of that many pixels; `media` sets media features."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.resize(width, height)
        features = [{"name": name, "value": value} for name, value in (media or {}).items()]
        page.call("Emulation.setEmulatedMedia", features=features)
        page.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired", session)
        return page

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Call a method of the protocol and return its result."""
        self._numbers += 1
        message: dict[str, Any] = {"id": self._numbers, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._numbers:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def wait(self, event: str, session: str) -> None:
        """Wait for an event of a page."""
        while not any(found["method"] == event for found in self.events(session)):
            self._events.append(self._read())

    def events(self, session: str) -> list[dict[str, Any]]:
        """Return what a page has told so far."""
        return [event for event in self._events if event.get("sessionId") == session and "method" in event]

    def _read(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            block = os.read(self._from, 1 << 16) if ready else b""
            assert block, f"Chromium said nothing for {PATIENCE} s, or ended with {self._process.poll()}"
            self._buffer += block
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call("Browser.close")
        except (AssertionError, OSError):
            self._process.kill()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)


class Page:
    """A page that is open in the browser."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Call a method of the protocol on this page."""
        return self._browser.call(method, self._session, **parameters)

    def resize(self, width: int, height: int, *, scale: float = 1) -> None:
        """Give the page a window of that many pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the value of an expression of JavaScript in the page, where its policy does not reach."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def events(self) -> list[dict[str, Any]]:
        """Return all that the page has told."""
        return self._browser.events(self._session)

    def requests(self) -> list[str]:
        """Return every address that the page asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events()
            if event["method"] == "Network.requestWillBeSent"
        ]

    def received(self) -> list[bytes]:
        """Return every block of bytes that came to the page over a WebSocket so far."""
        self.evaluate("0")  # what has arrived is told before the answer
        frames = [
            event["params"]["response"]
            for event in self._browser.events(self._session)
            if event["method"] == "Network.webSocketFrameReceived"
        ]
        return [base64.b64decode(frame["payloadData"]) for frame in frames if frame["opcode"] == _BINARY]

    def complaints(self) -> list[str]:
        """Return what the browser wrote to the console of the page, and the exceptions in it."""
        told = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}
        return [json.dumps(event["params"]) for event in self._browser.events(self._session) if event["method"] in told]

    def picture(self, path: Path, *, of: str = "body", tallest: int = 16_000) -> None:
        """Write what a selector finds, as wide as the window and so many pixels tall at most, as PNG."""
        top, height = self.evaluate(
            f"(({{top, height}}) => [top + scrollY, height])(document.querySelector({of!r}).getBoundingClientRect())"
        )
        width = self.evaluate("innerWidth")
        clip = {"x": 0, "y": top, "width": width, "height": min(height, tallest), "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(data))

    def paper(self, path: Path) -> None:
        """Write the page as it prints, as PDF."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        path.write_bytes(base64.b64decode(data))
