"""A web server that gives every visitor a workspace of their own, by textual-serve.

It answers only those whom its address is meant for. A page from elsewhere could reach it through the browser that has
both open: by a WebSocket, to which the same-origin policy does not apply (RFC 6455, section 10.2), or under a name that
was made to point here (DNS rebinding). So the Host must be one that is let in (`tui.web.hosts`), and the Origin its
own. The page asks for nothing from anywhere else, and its policy (CSP) forbids it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sys
from contextlib import redirect_stdout, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import WSCloseCode, web
from aiohttp.http_exceptions import HttpProcessingError
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from tui.environment import DEBUG_VARIABLE
from tui.output import say
from tui.web.hosts import Doors, read_host

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE: Final = Path(__file__).parent / "page"
#: Seconds that a workspace has to end itself when it is told to.
_PATIENCE: Final = 2.0
#: The size of a screen whose visitor tells none.
_SIZE: Final = {"width": 80, "height": 24}
#: Columns and rows that a visitor's screen has at most.
_LARGEST: Final = 1000
#: Who tells of requests that could not be answered.
_LOGGERS: Final = ("aiohttp", "asyncio", "textual-serve")
#: What reading a message raises that is none of the page's.
_NO_MESSAGE: Final = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
_UNKNOWN_HOST: Final = (
    "This workspace is not open under this name: open it at the address that `communique serve` printed, "
    "or under another name that --allow-host gave.\n"
)
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class WorkspaceServer(Server):
    """Serve a command that runs the workspace to those whom `doors` let in."""

    def __init__(self, command: str, doors: Doors) -> None:
        super().__init__(command, title="communique")
        self._doors = doors
        self._visitors: set[web.WebSocketResponse] = set()

    def serve_on(self, listener: socket.socket) -> None:
        """Answer on a socket that is bound, until interrupted or told to end."""
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            logger.addHandler(_Teller())
            logger.propagate = False
        # What a workspace says when it fails is talk, and textual-serve prints it.
        with redirect_stdout(sys.stderr):
            web.run_app(self.application(), sock=listener, print=None, access_log=None, shutdown_timeout=3 * _PATIENCE)

    def application(self) -> web.Application:
        """Return the routes: our page, textual-serve's parts, and the connection to a workspace."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._page)
        app.router.add_get("/ws", self._visit)
        app.router.add_get("/download/{key}", self.handle_download)
        app.router.add_static("/static", self.statics_path)
        app.router.add_static("/page", PAGE)
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(self._send_away)
        return app

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _visit(self, request: web.Request) -> web.WebSocketResponse:
        visitor = web.WebSocketResponse(heartbeat=15, timeout=_PATIENCE)
        await visitor.prepare(request)
        self._visitors.add(visitor)
        workspace = _Workspace(
            self.command,
            write_bytes=visitor.send_bytes,
            write_str=visitor.send_str,
            close=partial(_close, visitor),
            download_manager=self.download_manager,
        )
        try:
            await workspace.start(*(_measure(request, name) for name in _SIZE))
            await self._process_messages(visitor, workspace)
        except _NO_MESSAGE:
            # What the page sends is lists of a word and what belongs to it; whoever sends something else is no page.
            await _close(visitor, WSCloseCode.UNSUPPORTED_DATA)
        finally:
            await workspace.stop()
            self._visitors.discard(visitor)
        return visitor

    async def _send_away(self, _: web.Application) -> None:
        await asyncio.gather(*(_close(visitor, WSCloseCode.GOING_AWAY) for visitor in self._visitors))

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what a page from elsewhere made a browser ask."""
        given = request.headers.getall("Host", ())
        host = read_host(given[0]) if len(given) == 1 else None
        # An address in place of a path is for a proxy, and would say another host than the header.
        if host is None or not request.raw_path.startswith("/"):
            raise web.HTTPBadRequest(text="This request names no host, or none that can be one.\n")
        if not self._doors.admits(host):
            raise web.HTTPForbidden(text=_UNKNOWN_HOST)
        origins = request.headers.getall("Origin", ())
        if len(origins) > 1 or not all(self._doors.admits_origin(origin, host) for origin in origins):
            raise web.HTTPForbidden(text="A page from elsewhere may not open this workspace.\n")
        try:
            return await handler(request)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise web.HTTPNotFound from None


class _Workspace(AppService):
    """One visitor's workspace, whose process ends with the visit, and the visit with the process."""

    async def run(self) -> None:
        await super().run()
        # A process that ended without a word, or never began, has not said good-bye.
        with suppress(ConnectionError, RuntimeError):
            await self.remote_close()

    async def stop(self) -> None:
        process, task = self._process, self._task
        if process is None or task is None:
            return
        self._task = None
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        await self.send_meta({"type": "quit"})
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await task


class _Teller(logging.Handler):
    """Tells of what went wrong with a request in one line; of what is wrong with the request itself, nothing.

    Whoever sends nonsense is told so in the answer. `COMMUNIQUE_DEBUG` shows the traceback of the rest.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError) or record.levelno < logging.WARNING:
            return
        kind = f": {type(error).__name__}: {error}" if error is not None else ""
        say(f"warning: {record.getMessage()}{kind}")
        if error is not None and os.environ.get(DEBUG_VARIABLE):
            for line in logging.Formatter().formatException((type(error), error, error.__traceback__)).splitlines():
                say(line)


def _measure(request: web.Request, name: str) -> int:
    """Return the columns or rows of a visitor's screen, as many as a screen can have."""
    return min(max(to_int(request.query.get(name, ""), _SIZE[name]), 1), _LARGEST)


async def _close(visitor: web.WebSocketResponse, code: int = WSCloseCode.OK) -> None:
    await visitor.close(code=code)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
