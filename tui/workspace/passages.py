"""Passages of an outside text: how it is broken into lines, and how each character is seen."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.text import clean_lines
from tui.workspace.widgets.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Lines broken between two looks at whether anybody waits for them.
_BATCH: Final = 4096
_JOINERS: Final = frozenset("\u200c\u200d")
#: What pages hold by the hundred: a soft hyphen is seen as word processors show it.
_SIGNS: Final = {"\xad": "¬"}
_KEPT: Final = 8192


class Passage(NamedTuple):
    """A part of a text: where it begins, and where what comes after it does."""

    start: int
    end: int

    def meets(self, other: Passage) -> bool:
        """Say whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


def broken(text: str, columns: int, is_over: Callable[[], bool] = lambda: False) -> Iterator[Passage]:
    """Yield the lines of a text of at most so many columns, between words where that can be; touches no widget.

    A blank at which a line is broken belongs to neither line, nor does what ends a line in the text.
    """
    start = 0
    count = 0
    while True:
        found = text.find("\n", start)
        end = len(text) if found < 0 else found
        last = end - 1 if found > start and text[end - 1] == "\r" else end
        for line in _wrapped(text, start, last, columns):
            count += 1
            if count % _BATCH == 0 and is_over():
                return
            yield line
        if found < 0:
            return
        start = end + 1


def _wrapped(text: str, start: int, end: int, columns: int) -> Iterator[Passage]:
    while True:
        stop = _fitting(text, start, end, columns)
        if stop >= end:
            yield Passage(start, end)
            return
        blank = text.rfind(" ", start + 1, stop + 1)
        yield Passage(start, stop if blank < 0 else blank)
        start = stop if blank < 0 else blank + 1
        if start >= end:
            return


def _fitting(text: str, start: int, end: int, columns: int) -> int:
    """Return where what fits into so many columns ends, a character at least."""
    piece = text[start : min(start + columns, end)]
    if piece.isascii() and piece.isprintable():
        return start + len(piece)
    room = columns
    for place in range(start, end):
        room -= columns_of(text, place)
        if room < 0:
            return max(place, start + 1)
    return end


def seen(text: str, start: int, end: int) -> str:
    """Return a part of a text as it is shown: what is unseen or obeyed is made visible, character by character."""
    piece = text[start:end]
    if piece.isascii() and piece.isprintable():
        return piece
    return "".join(_seen(text, place) for place in range(start, end))


def _seen(text: str, place: int) -> str:
    character = text[place]
    if character in _JOINERS and character in clean_lines(text[max(place - 1, 0) : place + 2]):
        return character
    return _shown(character)[0]


def columns_of(text: str, place: int) -> int:
    """Return how many columns the character at a place takes."""
    character = text[place]
    return cell_len(_seen(text, place)) if character in _JOINERS else _shown(character)[1]


@lru_cache(maxsize=_KEPT)
def _shown(character: str) -> tuple[str, int]:
    """Return what stands for a character, and its columns."""
    shown = _SIGNS.get(character) or clean_lines(character)
    return shown, cell_len(shown)
