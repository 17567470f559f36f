"""Languages as documents name them, as BCP 47 writes them."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?((?:-[A-Za-z0-9]{1,8})*)")
#: Names that pages write in place of a tag.
_NAMES: Final = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "italiano": "it",
    "russian": "ru",
    "arabic": "ar",
    "portuguese": "pt",
}


def language(text: str) -> str | None:
    """Return the first language that a text names, in the case that BCP 47 recommends; None if it names none.

    >>> language("en_us"), language("English"), language("und")
    ('en-US', 'en', None)
    """
    first = re.split(r"[,;\s]", text.strip(), maxsplit=1)[0].replace("_", "-")
    found = _TAG.fullmatch(first.rstrip("-"))
    if found is None:
        return _NAMES.get(first.lower())
    name, script, region, rest = found.groups()
    if name.lower() in {"und", "mul", "zxx", "mis"}:
        return None
    parts = [name.lower(), script.title() if script else None, region.upper() if region else None]
    return "-".join(part for part in parts if part) + rest
