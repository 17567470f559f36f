"""The doors through which outside text enters a document: one for each format, and one for addresses.

Nothing that a source, a script or an analyst wrote is markup in what we write, and none of it can turn the order of
characters round or hide. Markdown takes `markdown` and HTML `html`; a template that escapes by itself takes `plain`.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Final
from urllib.parse import urlsplit

from tracker.unseen import UNSEEN, visible

_BLANK: Final = re.compile(r"[ \t\r\n\f\v]+")
#: What Markdown reads inside a line: CommonMark, and of its dialects tables, strikes, notes, mathematics, templates.
#: And what ends a heading: number signs after a blank, at the end.
_INLINE: Final = re.compile(r"[\\`*_\[\]{}<>|~&$^]|:(?=//)|(?<=[Ww]{3})\.|(?<= )#(?=#*\Z)")
#: What Markdown reads at the beginning of a block.
_BLOCK: Final = re.compile(r"[#+\-=:]|[0-9]+(?=[.)])")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
#: Isolates (UAX #9), written so that whoever reads the source of the document sees them.
_ISOLATED: Final = "&#x2068;{}&#x2069;"
#: What an address of the web has none of, or only with a percent sign; without them no document ends an address early.
_NOT_IN_ADDRESSES: Final = re.compile(rf"[\s<>\"'`\\{{}}|^{UNSEEN}]")
_SCHEMES: Final = frozenset({"http", "https"})


def plain(text: object) -> str:
    """Return a text on one line, with what nobody sees made visible; other blanks and line breaks become a space."""
    return visible(_BLANK.sub(" ", str(text)).strip())


def html(text: object) -> str:
    """Return a text on one line as HTML that shows it, whatever it holds, between tags or in a quoted attribute.

    >>> html('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return escape(plain(text))


def markdown(text: object) -> str:
    r"""Return a text as Markdown that shows it, whatever it holds, in the middle of a line or at its beginning.

    >>> print(markdown("1. <script> *x*"))
    1\. \<script\> \*x\*
    """
    shown = plain(text)
    start = _BLOCK.match(shown)
    escaped = _INLINE.sub(r"\\\g<0>", shown)
    if start:
        at = start.end() if start[0].isdigit() else 0
        # A colon before two slashes has its backslash already.
        escaped = escaped if escaped.startswith("\\") else f"{escaped[:at]}\\{escaped[at:]}"
    return _ISOLATED.format(escaped) if _turns(shown) else escaped


def link(address: str | None) -> str | None:
    """Return an address where it may be a link: of the web, with a host, and with nothing that hides; else None."""
    if not address or _NOT_IN_ADDRESSES.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme.lower() in _SCHEMES and host else None


def _turns(text: str) -> bool:
    """Say whether a text holds letters that are read from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
