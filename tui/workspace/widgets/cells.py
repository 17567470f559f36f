"""Text in a number of columns, from outside or from us, as the terminal counts them."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui.text import clean, clean_lines

__all__ = ["cell_len", "fit", "join", "pad", "some"]


def fit(text: object, columns: int) -> str:
    """Return a text in exactly so many columns: cleaned, cut with an ellipsis, filled with blanks."""
    # A text of which only a line can be seen is not looked at to its end.
    cleaned = clean(str(text)[: 4 * columns + 8])
    length = cell_len(cleaned)
    if length > columns:
        return (set_cell_size(cleaned, columns - 1) + "…") if columns > 0 else ""
    return cleaned + " " * (columns - length)


def some(text: str, most: int) -> str:
    """Return the beginning of a text of several lines, cleaned, and how much more there is."""
    if len(text) <= most:
        return clean_lines(text)
    return f"{clean_lines(text[:most])}… ({len(text) - most:,} more characters; y copies all)"


def pad(content: Content, columns: int) -> Content:
    """Return a line in exactly so many columns."""
    length = content.cell_length
    return content.truncate(columns) if length > columns else content.pad_right(columns - length)


def join(lines: list[Content]) -> Content:
    """Return lines below each other."""
    return Content("\n").join(lines)
