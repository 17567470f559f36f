"""Hosts and origins: under which names `communique serve` answers, and to pages of which origins.

A Host is a name or an address and perhaps a port (RFC 9110, section 7.2), an Origin a scheme before that (RFC 6454,
section 6.2). Anything else is none: what a browser never sends is not guessed at.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The ports that an address leaves out, by its scheme.
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
#: A name in the DNS is no longer (RFC 1035, section 2.3.4); with a port, a few characters more.
_LONGEST: Final = 262
_LAST_PORT: Final = 65535
_HOST: Final = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[0-9A-Za-z._-]+))(?::(?P<port>[0-9]{0,5}))?")
_ORIGIN: Final = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#@]+)", re.IGNORECASE)


class Host(NamedTuple):
    """A name or an address in one spelling, and the port, or None where it is left out."""

    name: str
    port: int | None

    def is_met_by(self, other: Host) -> bool:
        """Say whether another one is this one; without a port, any port is right."""
        if self.name != other.name:
            return False
        ports = _DEFAULT_PORTS.values() if other.port is None else (other.port,)
        return self.port is None or self.port in ports


def read_host(text: str) -> Host | None:
    """Return the host that a text names, as in the header of that name; None where it names none."""
    found = _HOST.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else None
    name = _spelled(found["address"] or found["name"])
    if not name or (port is not None and port > _LAST_PORT) or (found["address"] and ":" not in name):
        return None
    return Host(name, port)


def written_host(text: str) -> Host | None:
    """Return the host that a person names: also with letters beyond ASCII, and an address in IPv6 without brackets."""
    try:
        text = f"[{ipaddress.IPv6Address(text)}]"
    except ValueError:
        try:
            text = text if text.isascii() else text.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return read_host(text)


def is_loopback(name: str) -> bool:
    """Say whether a name or an address is one that no other machine can reach."""
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


class Doors:
    """Who is let in: `hosts` are the names that are answered, and with `loopback` those of this machine alone, too."""

    def __init__(self, hosts: Iterable[Host] = (), *, loopback: bool) -> None:
        self._hosts = tuple(hosts)
        self._loopback = loopback

    def admits(self, host: Host) -> bool:
        """Say whether what is asked for under a host is answered."""
        return (self._loopback and is_loopback(host.name)) or any(own.is_met_by(host) for own in self._hosts)

    def admits_origin(self, text: str, host: Host) -> bool:
        """Say whether a page of an origin may ask under a host: only the pages of that very host may, its port too."""
        found = _ORIGIN.fullmatch(text)
        origin = read_host(found["host"]) if found is not None else None
        if found is None or origin is None:
            return False
        default = _DEFAULT_PORTS[found["scheme"].lower()]
        full = Host(origin.name, default if origin.port is None else origin.port)
        return full.is_met_by(host) and self.admits(host)


def _spelled(name: str) -> str:
    """Return a name in the one spelling in which names are compared; empty where it is none."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return "" if ":" in name else name.lower().removesuffix(".")
