"""Colours: a dark and a light theme of our own, and the terminal's own colours, dark and light."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

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
)
#: In the order in which a person goes through them; the last two use the terminal's own colours.
NAMES: Final = (DARK.name, LIGHT.name, "ansi-dark", "ansi-light")
