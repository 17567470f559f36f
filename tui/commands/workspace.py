"""`communique tui`, `serve` and `demo`: the workspace in a terminal, in a browser, and on the bundled history."""

from __future__ import annotations

import ipaddress
import os
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

import tui
from tui.commands.options import Invocation, NamedPath, negotiation_argument, styles, verb
from tui.environment import LOG_VARIABLE, is_in_browser
from tui.output import is_terminal, say
from tui.web.hosts import Doors, Host, is_loopback, written_host


@verb(
    "tui",
    examples=[
        ("The log's negotiations", "communique tui"),
        ("One of them", "communique tui us-niger"),
        ("A log that must not be written", "communique --log shared.db tui --read-only"),
    ],
)
@negotiation_argument(required=False)
@click.option("--read-only", is_flag=True, help="Look, and record nothing.")
@click.pass_obj
def tui_command(invocation: Invocation, *, negotiation: str | None, read_only: bool) -> int:
    """Open the workspace, which plays through history and follows what others record. Without a verb it opens, too."""
    return open_workspace(invocation, negotiation, read_only=read_only)


def open_workspace(invocation: Invocation, negotiation: str | None, *, read_only: bool = False) -> int:
    """Open the workspace on a log that exists, and return its exit code; a terminal or a browser is needed."""
    if not (is_terminal(sys.stdout) or is_in_browser()):
        raise click.UsageError("the workspace needs a terminal; `communique status` prints where things stand")
    from tui.workspace.app import run

    return run(invocation.where, negotiation, read_only=read_only)


DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000


@verb(
    "serve",
    examples=[
        ("In a browser on this machine, at http://127.0.0.1:8000", "communique serve"),
        ("One negotiation, to look at only", "communique serve us-niger --read-only"),
        (
            "For others in the same network, who may look",
            "communique serve --host 0.0.0.0 --port 8080 --allow-host desk.example.org --read-only",
        ),
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
@click.option(
    "--allow-host",
    "allowed",
    metavar="NAME[:PORT]",
    multiple=True,
    help="Answer under this name, too, as a browser's address has it; repeatable. Needed where --host lets others in.",
)
@click.option("--read-only", is_flag=True, help="Look, and record nothing.")
@click.pass_obj
def serve_command(
    invocation: Invocation, *, negotiation: str | None, host: str, port: int, allowed: tuple[str, ...], read_only: bool
) -> None:
    """Show the workspace in a browser on this machine, one for each tab that opens it, until interrupted.

    Nothing is asked of the network. Whoever can reach the address can use the workspace, for which there is no
    password: on loopback that is everyone who can run programs on this machine. There it answers under the names of
    loopback, elsewhere under those of `--allow-host` alone: a site whose name is pointed at this machine could
    otherwise write with your name through the browser of whoever opens it.
    """
    hosts = [_allowed(name) for name in allowed]
    with invocation.reading() as log:
        if negotiation is not None:
            log.require(negotiation)
    try:
        from tui.web.server import WorkspaceServer
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"aiohttp", "textual_serve"}:
            raise
        raise click.UsageError(
            "the workspace in a browser needs the extra `serve`, which is not installed: "
            "pip install 'communique[serve]'"
        ) from None
    family, address = _resolved(host, port)
    loopback = is_loopback(address[0])
    may = "look" if read_only else "look, and record in your name"
    if not loopback and not hosts:
        raise click.UsageError(
            f"{host} is not this machine alone: name with --allow-host NAME[:PORT] under which names it may be opened; "
            "under any name, a page on a site whose name is pointed at this machine (DNS rebinding) would be let in, "
            f"and could {may.replace('record in', 'write with')}"
        )
    with _listener(host, family, address) as listener:
        port = listener.getsockname()[1]
        if not loopback:
            say(
                f"warning: {host} is not this machine alone, and there is no password: whoever reaches it can {may}; "
                "so can a page on a site whose name you let in, if that name is pointed at this machine (DNS rebinding)"
            )
        name, shown_port = address[0], port
        if not loopback:
            name, shown_port = hosts[0].name, hosts[0].port or port
        say(f"the workspace is at http://{f'[{name}]' if ':' in name else name}:{shown_port}/ until you press ctrl+c")
        command = served_command(invocation.where, negotiation, read_only=read_only)
        WorkspaceServer(command, Doors(hosts, loopback=loopback)).serve_on(listener)


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


def _allowed(text: str) -> Host:
    """Return a name to answer under; raises `click.UsageError` where it is none."""
    found = written_host(text)
    if found is None:
        raise click.UsageError(
            f"--allow-host {text!r} is no name; write it as in a browser's address, without http:// and path: "
            "desk.example.org, desk.example.org:8080, 192.0.2.7, [2001:db8::7]:8000"
        )
    return found


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the address that a host means; raises `click.UsageError` where it means none."""
    with suppress(ValueError):
        # An address has nothing to be looked up.
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
        return family, (host, port)
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise _no_address(host, port, error) from None
    return family, (str(address[0]), port)


def _listener(host: str, family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    """Return a socket that is bound to an address; raises `click.UsageError` where that cannot be."""
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        raise _no_address(host, address[1], error) from None


def _no_address(host: str, port: int, error: Exception) -> click.UsageError:
    why = getattr(error, "strerror", None) or str(error)
    return click.UsageError(f"{host}, port {port}: {why}; name another one with --host or --port")


@verb(
    "demo",
    examples=[
        ("Look at it", "communique demo"),
        ("In a folder of your choice, and in words", "communique demo --dir /tmp/demo --plain"),
    ],
)
@click.option(
    "--dir",
    "folder",
    type=NamedPath(file_okay=False),
    help="Where to make the log.  [default: your folder for data]",
)
@styles("json", "plain")
@click.pass_context
def demo_command(ctx: click.Context, *, folder: Path | None, style: str | None) -> int:
    """Make a log of the bundled history of Washington and Niamey, 2023-24, and open the workspace on it.

    Without a terminal, or where --json or --plain asks for it, print where things stand. The log is made once and used
    again; what you add to it stays.
    """
    from tui.commands.status import print_status
    from tui.demonstration import HISTORY, fill, log_in

    invocation = ctx.ensure_object(Invocation)
    if folder is not None and invocation.given:
        raise click.UsageError("--log and --dir both say where the log is; give one of them", ctx)
    if not invocation.given:
        invocation.given = str(log_in(folder))
    with invocation.writing() as log:
        if not fill(log):
            say(f"{log.location} holds an earlier form of this history, which stays as it is; --dir makes a new log")
        say(f"the log of this demonstration is {log.location}")
    if style is None and is_terminal(sys.stdin) and is_terminal(sys.stdout):
        return open_workspace(invocation, HISTORY)
    with invocation.reading() as log:
        print_status(log, HISTORY, style=style)
    return 0
