"""HTML as a tree: its encoding, the pictures that it holds left out, and the text that a reader sees."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from tracker.documents.document import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

#: How deep elements may lie in one another.
MAX_DEPTH: Final = 1000
_PICTURE: Final = re.compile(rb"data:[\w.+-]{1,40}/[\w.+;=-]{1,80},[A-Za-z0-9+/=%]{100,}")
_CHARSET: Final = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEAD: Final = 4096
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: What begins on a line of its own.
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "td", "th", "title", "tr", "ul"),
    }
)
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "svg", "head", "iframe", "object", "math"})


def lean(content: bytes) -> bytes:
    """Return a page without the pictures and fonts that it holds as data."""
    return _PICTURE.sub(b"data:,", content)


def decoded(content: bytes, charset: str | None = None) -> str:
    """Return a page as text: by its byte order mark, by what was sent with it or what it says, else by trial."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace")
    said = _CHARSET.search(content[:_HEAD])
    names = [charset, said[1].decode("ascii") if said else None]
    for given in filter(None, names):
        try:
            # What pages call Latin-1 is Windows-1252 (WHATWG, Encoding).
            known = codecs.lookup(given).name
            if not known.startswith(("utf-16", "utf-32")):
                return content.decode("cp1252" if known in {"iso8859-1", "ascii"} else known)
        except (LookupError, ValueError):
            continue
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def tree_of(text: str) -> HtmlElement:
    """Return a page as a tree; raises `UnreadableError` if it is none, or nested too deep."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    try:
        tree: HtmlElement | None = html.document_fromstring(text.replace("\0", "").encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None:
        raise UnreadableError("holds no HTML that can be read; save the page again")
    depth = 0
    for step, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if step == "start" else -1
        if depth > MAX_DEPTH:
            raise UnreadableError(
                f"its elements lie more than {MAX_DEPTH:,} deep in one another; no reader's page does"
            )
    return tree


def seen_text(tree: HtmlElement) -> str:
    """Return the text that a reader of a page sees, a block a line."""
    return "\n".join(line for line in (" ".join(line.split()) for line in "".join(_parts(tree)).split("\n")) if line)


def _parts(tree: HtmlElement) -> Iterator[str]:
    from lxml import etree

    hidden = 0
    for step, element in etree.iterwalk(tree, events=("start", "end", "comment")):
        name = element.tag if isinstance(element.tag, str) else None
        # What a component shows stands in a template, as SingleFile saves it.
        is_shadow = name == "template" and element.get("shadowrootmode") is not None
        if step == "start":
            hidden += name in _UNSEEN and not is_shadow
            if not hidden:
                if name in _BLOCKS:
                    yield "\n"
                yield (element.text or "").replace("\n", " ")
            continue
        if step == "end":
            hidden -= name in _UNSEEN and not is_shadow
            if name in _BLOCKS and not hidden:
                yield "\n"
        if not hidden:
            yield (element.tail or "").replace("\n", " ")
