"""Colours: a dark and a light theme of our own, and the terminal's own colours, dark and light."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="communique-dark",
    primary="#7aa2c8",
    secondary="#9d8fc4",
    accent="#e0b458",
    warning="#e0b458",
    error="#e07a6a",
    success="#84b87a",
    foreground="#d8dbe0",
    background="#14171c",
    surface="#1a1e25",
    panel="#242a33",
    dark=True,
    variables={"text-muted": "#8d95a1", "text-disabled": "#636b78"},
)
LIGHT: Final = Theme(
    name="communique-light",
    primary="#215a8e",
    secondary="#5b4a91",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a8291a",
    success="#2c6e2f",
    foreground="#1d2126",
    background="#f7f5f0",
    surface="#fbfaf7",
    panel="#e6e2d8",
    dark=False,
    variables={"text-muted": "#666a70", "text-disabled": "#92959a"},
)
_FAINT: Final = {"text-muted": "ansi_bright_black", "text-disabled": "ansi_bright_black"}


def _with_faint(name: str) -> Theme:
    """Return one of Textual's themes in the terminal's own colours, with a colour for what matters less."""
    theme = BUILTIN_THEMES[name]
    return replace(theme, name=f"communique-{name}", variables={**theme.variables, **_FAINT})


#: In the order in which a person goes through them; the last two use the terminal's own colours.
THEMES: Final = (DARK, LIGHT, _with_faint("ansi-dark"), _with_faint("ansi-light"))
NAMES: Final = tuple(theme.name for theme in THEMES)
