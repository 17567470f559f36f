"""Characters that deceive: those that are obeyed, or that nobody sees, each made visible and none dropped.

What a source or a script says may hold escape sequences and marks that turn the order of characters round. Every door
through which outside text leaves, to a terminal or into a document, uses what is here.
"""

from __future__ import annotations

import re
from typing import Final

#: What a terminal obeys or nobody sees: C0 and C1 controls, the default ignorable code points of Unicode (UAX #44) with
#: the bidirectional controls of UAX #9 and the tag characters among them, line separators, halves of surrogate pairs.
UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: Arabic to Sinhala: the scripts whose spelling needs the two zero-width joiners between letters, as Persian does.
JOINING: Final = "\u0620-\u0dff"
_TO_SHOW: Final = re.compile(f"(?<=[{JOINING}])[\u200c\u200d](?=[{JOINING}])|([{UNSEEN}])")
_CONTROL_PICTURES: Final = 0x2400
_LAST_CONTROL: Final = 0x1F
_DELETE: Final = "\x7f"
_IN_JSON: Final = re.compile(f"(?![\n])[{UNSEEN}]")
_BEYOND_PLANE: Final = 0xFFFF
#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full width, too.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def visible(text: str) -> str:
    r"""Return a text with what is unseen or obeyed made visible, line breaks and tabs too.

    A control character becomes its picture (``␛``, a line break ``␊``), any other such character its number
    (``⟨U+202E⟩``). Zero-width joiners stay where the spelling of a script needs them.

    >>> visible("a\x1b[2Jb")
    'a␛[2Jb'
    """
    return text if text.isascii() and text.isprintable() else _TO_SHOW.sub(as_seen, text)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet may take a cell for a formula, blanks before it or not."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def as_seen(match: re.Match[str]) -> str:
    """Return what stands for a character that was found, in the first group; without one, what was found."""
    character = match[1]
    if character is None:  # a joiner where it belongs
        return match[0]
    number = ord(character)
    if number <= _LAST_CONTROL:
        return chr(_CONTROL_PICTURES + number)
    return "␡" if character == _DELETE else f"⟨U+{number:04X}⟩"


def escape_json(document: str) -> str:
    r"""Return a JSON document that means the same, with what a terminal obeys or nobody sees as ``\uXXXX``."""
    return document if document.isascii() and _DELETE not in document else _IN_JSON.sub(_as_escape, document)


def _as_escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number > _BEYOND_PLANE:
        high, low = divmod(number - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{number:04x}"
