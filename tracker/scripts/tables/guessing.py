"""A first map of a table, guessed by its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def guessed_map(path: Path) -> str:
    """Return a first map of a table as TOML."""
    return f"# {path}\n"
