"""Addresses of documents: which texts are one, and which two are the same."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from tracker.unseen import visible

_LONGEST: Final = 4000
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?")
#: Endings of names that look like a host, and are files.
_PAGES: Final = (
    *(".html", ".htm", ".shtml", ".xhtml", ".php", ".asp", ".aspx", ".jsp", ".cfm", ".cgi", ".do", ".pdf", ".xml"),
)
_SUBSITES: Final = ("www.", "m.", "amp.", "mobile.")


def whole(text: str | None, base: str | None = None) -> str | None:
    """Return an address on the web, resolved against another; None if it is none, relative without one, or a bare host.

    What follows ``#`` names a place in the document and is left out.
    """
    written = (text or "").strip()
    if not written or len(written) > _LONGEST or visible(written) != written or " " in written:
        return None
    if _is_host(written, base):
        return None
    try:
        parts = urlsplit(urljoin(base, written) if base else written)
        named = parts.hostname and parts.port != 0
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not named or (parts.path in {"", "/"} and not parts.query):
        return None
    if parts.username or parts.password:
        return None
    return urlunsplit(parts._replace(fragment=""))


def _is_host(written: str, base: str | None) -> bool:
    """Say whether a text without a scheme begins with a host, ``example.org``, and is no page beside another one."""
    first, _, rest = written.partition("/")
    if not _HOST.fullmatch(first):
        return False
    bare = first.lower().removeprefix("www.")
    if first.lower() != bare or (base and bare == host(base)):
        return True
    return not rest and not first.lower().endswith(_PAGES)


def host(url: str) -> str:
    """Return the name of an address's host, without ``www.``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def same_host(one: str, other: str) -> bool:
    """Say whether two addresses are of one host, its pages for small screens counted as its own."""
    return _bare(one) == _bare(other)


def _bare(url: str) -> str:
    name = host(url)
    for prefix in _SUBSITES:
        name = name.removeprefix(prefix)
    return name


def key(url: str) -> str:
    """Return what two addresses of one document have in common: not the scheme, nor a slash at the end."""
    try:
        parts = urlsplit(url.strip())
        return urlunsplit(("", host(url), parts.path.rstrip("/"), parts.query, "")).removeprefix("//")
    except ValueError:
        return url
