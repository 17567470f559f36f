"""Pieces of a page: tables for a notebook, in which text from outside is only text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tracker.unseen import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def html_text(value: object) -> str:
    """Return a value as text of a page: escaped, with what is unseen or obeyed made visible; lists in a row."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(html_text, value))
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return escape(visible(str(value)))


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return rows as a table of HTML under the names of their columns."""
    head = "".join(f"<th>{html_text(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{html_text(value)}</td>' for value in row)}</tr>" for row in rows)
    told = f"<caption>{html_text(caption)}</caption>" if caption else ""
    return f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
