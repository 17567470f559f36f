"""Parts of documents that are made from the program, between two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put(document: Path, begin: str, text: str, end: str) -> None:
    """Put a text between two marks of a document, in the place of what is there."""
    before, _, rest = document.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    document.write_text(f"{before}{begin}\n{text}{end}{after}", "utf-8")
