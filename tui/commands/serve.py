"""`communique serve`: the workspace in a browser."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

import tui
from tui.commands.options import Invocation, negotiation_argument, verb
from tui.environment import LOG_VARIABLE
from tui.output import say

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000


@verb(
    "serve",
    examples=[
        ("In a browser on this machine, at http://127.0.0.1:8000", "communique serve"),
        ("One negotiation, to look at only", "communique serve us-niger --read-only"),
        ("For others in the same network, who may look", "communique serve --host 0.0.0.0 --port 8080 --read-only"),
    ],
)
@negotiation_argument(required=False)
@click.option(
    "--host",
    metavar="ADDRESS",
    default=DEFAULT_HOST,
    show_default=True,
    help="Where to answer. Any but an address of this machine's own lets others in, and there is no password.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=DEFAULT_PORT,
    show_default=True,
    help="At which port; 0 takes a free one.",
)
@click.option("--read-only", is_flag=True, help="Look, and record nothing.")
@click.pass_obj
def serve_command(invocation: Invocation, *, negotiation: str | None, host: str, port: int, read_only: bool) -> None:
    """Show the workspace in a browser on this machine, one for each tab that opens it, until interrupted.

    Nothing is asked of the network. Whoever can reach the address can use the workspace, for which there is no
    password: on loopback that is everyone who can run programs on this machine.
    """
    with invocation.reading() as log:
        if negotiation is not None:
            log.require(negotiation)
    try:
        from tui.web.server import WorkspaceServer, is_loopback
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"aiohttp", "textual_serve"}:
            raise
        raise click.UsageError(
            "the workspace in a browser needs the extra `serve`, which is not installed: "
            "pip install 'communique[serve]'"
        ) from None
    with _listener(host, port) as listener:
        address, port = listener.getsockname()[:2]
        loopback = is_loopback(address)
        if not loopback:
            may = "look" if read_only else "look, and record in your name"
            say(f"warning: {host} is not this machine alone; there is no password, and anyone who reaches it can {may}")
        say(f"the workspace is at http://{_name(address)}:{port}/ until you press ctrl+c")
        command = served_command(invocation.where, negotiation, read_only=read_only)
        WorkspaceServer(command, loopback=loopback).serve_on(listener)


def served_command(where: str, negotiation: str | None, *, read_only: bool) -> str:
    """Return the line for the shell that opens the workspace once; its environment is set, too, for what it needs."""
    from tracker.stores.where import is_shared

    # The program is this one, wherever it was started: not whatever else is called `tui` in the present folder.
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(tui.__file__).resolve().parent.parent), os.environ.get("PYTHONPATH")])
    )
    words = [sys.executable, "-P", "-m", "tui"]
    if is_shared(where):
        # The address of a database may hold a password, and everyone on the machine can see a command line.
        os.environ[LOG_VARIABLE] = where
    else:
        words += ["--log", where]
    words += ["tui", *([negotiation] if negotiation is not None else []), *(["--read-only"] if read_only else [])]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _name(address: str) -> str:
    """Return an address as a browser takes it; for one that means every address, the machine's name."""
    if address in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return socket.gethostname()
    return f"[{address}]" if ":" in address else address


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address; raises `click.UsageError` where that cannot be."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise click.UsageError(f"{host}, port {port}: {why}; name another one with --host or --port") from None
