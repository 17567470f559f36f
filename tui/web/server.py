"""A web server that gives every visitor a workspace of their own, by textual-serve.

It answers only those whom its address is meant for. A page from elsewhere could reach it through the browser that has
both open: by a WebSocket, to which the same-origin policy does not apply (RFC 6455, section 10.2), or under a name that
was made to point here (DNS rebinding). So the Origin must be the server's own, and on loopback the Host must name
loopback, too. The page asks for nothing from anywhere else, and its policy (CSP) forbids it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import sys
from contextlib import redirect_stdout, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE: Final = Path(__file__).parent / "page"
#: Seconds that a workspace has to end itself when it is told to.
_PATIENCE: Final = 2.0
#: The size of a screen whose visitor tells none.
_SIZE: Final = {"width": 80, "height": 24}
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
    """Serve a command that runs the workspace; `loopback` says that only this machine is meant to reach it."""

    def __init__(self, command: str, *, loopback: bool) -> None:
        super().__init__(command, title="communique")
        self._loopback = loopback
        self._visitors: set[web.WebSocketResponse] = set()

    def serve_on(self, listener: socket.socket) -> None:
        """Answer on a socket that is bound, until interrupted or told to end."""
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
        """Run a workspace for as long as its visitor stays."""
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
            await workspace.start(
                to_int(request.query.get("width", ""), 80), to_int(request.query.get("height", ""), 24)
            )
            await self._process_messages(visitor, workspace)
        finally:
            await workspace.stop()
            self._visitors.discard(visitor)
        return visitor

    async def _send_away(self, _: web.Application) -> None:
        await asyncio.gather(*(_close(visitor, WSCloseCode.GOING_AWAY) for visitor in self._visitors))

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what a page from elsewhere made a browser ask."""
        if self._loopback and not is_loopback(_host_of(f"//{request.host}")):
            raise web.HTTPForbidden(text="This workspace is for its own machine: open it as localhost or 127.0.0.1.\n")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
            raise web.HTTPForbidden(text="A page from elsewhere may not open this workspace.\n")
        return await handler(request)


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


def is_loopback(host: str) -> bool:
    """Say whether a name or an address is one that no other machine can reach."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _host_of(address: str) -> str:
    """Return the host of an address without its port; empty where it is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


async def _close(visitor: web.WebSocketResponse, code: int = WSCloseCode.OK) -> None:
    await visitor.close(code=code)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
