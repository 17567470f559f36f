"""A network that fails when it matters most: it passes bytes on, and cuts a connection around a commit when told to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMIT: Final = b"COMMIT\0"


class Proxy:
    """Stands between a client and a server of PostgreSQL on this machine.

    Each time that a client says COMMIT, `decide` is asked what to do: ``pass``, ``before`` (cut before the server
    hears of it) or ``after`` (let it commit, and cut before the client hears of that).
    """

    def __init__(self, port: int, decide: Callable[[], str]) -> None:
        self._to = port
        self._decide = decide
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: set[socket.socket] = set()
        self.cuts: dict[str, int] = {"before": 0, "after": 0}

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            _close(one)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                for one in (client, server):
                    # Otherwise each small message waits for the answer to the last one.
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open |= {client, server}
                silent = threading.Event()
                for work in (self._forth, self._back):
                    thread = threading.Thread(target=work, args=(client, server, silent), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _forth(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(1 << 16):
                what = self._decide() if _COMMIT in data else "pass"
                if what == "before":
                    self.cuts[what] += 1
                    break
                if what == "after":
                    self.cuts[what] += 1
                    silent.set()
                server.sendall(data)
        if not silent.is_set():
            _close(client, server)

    def _back(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                if silent.is_set():
                    break
                client.sendall(data)
        _close(client, server)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
