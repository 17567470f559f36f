"""Answers for an assistant: a document made safe, in pages under a budget of bytes that joined are the whole."""

from __future__ import annotations

import copy
import json
from itertools import islice
from typing import Any, Final

from tracker.unseen import visible

#: Characters of one text that are given.
LONGEST: Final = 10_000
#: Fields whose text is other people's words: those of the vocabulary that take any text, and what is made from them.
QUOTED: Final = frozenset(
    {
        *("actor", "alias", "aliases", "attributed_to", "author", "authority", "basis", "body", "candidates"),
        *("changes", "code", "consequence", "content", "destination", "force", "ground", "heads", "keep", "label"),
        *("legislature", "locator", "measure", "name", "note", "outcome", "paraphrase", "person", "publisher"),
        *("quantity", "question", "quote", "reason", "role", "same", "scope", "site", "summary", "target", "terms"),
        *("text", "title", "unit", "url", "venue", "message", "says", "before", "after"),
    }
)
#: How texts and lists of one item are shortened, step by step, if it alone is above the budget: characters, items.
_STEPS: Final = ((2000, 100), (500, 30), (200, 10), (50, 3), (20, 1))
#: Bytes for what stands around an answer but the names of its fields.
_AROUND: Final = 120


def safe(value: Any, longest: int = LONGEST, most: int | None = None) -> Any:  # noqa: ANN401 - any JSON
    """Return a document with control characters made visible, and long texts cut, with how much is left out.

    With `most`, lists and mappings are cut to so many items, too.
    """
    if isinstance(value, str):
        rest = len(value) - longest
        return visible(value[:longest]) + (f"… and {rest} more characters" if rest > 0 else "")
    if not isinstance(value, dict | list):
        return value
    rest = 0 if most is None else max(0, len(value) - most)
    if isinstance(value, dict):
        kept = {visible(name): safe(inner, longest, most) for name, inner in islice(value.items(), most)}
        return {**kept, "…": f"and {rest} more"} if rest else kept
    shorter = [safe(inner, longest, most) for inner in value[:most]]
    return [*shorter, f"… and {rest} more"] if rest else shorter


def quoted(document: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return the names of a document's fields whose text is other people's words."""
    found: set[str] = set()
    rest = [document]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            found.update(name for name, inner in value.items() if name in QUOTED and _has_text(inner))
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return sorted(found)


def _has_text(value: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(value, dict | list):
        return any(map(_has_text, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str)


def size(value: object) -> int:
    """Return how many bytes a value takes in JSON (UTF-8)."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def most_of(value: object) -> int:
    """Return the most bytes that a value takes in JSON, however characters beyond ASCII are written."""
    return len(json.dumps(value))


def pages(document: object, budget: int) -> list[Any]:
    """Return a document in pages, each with what stands around it under the budget; see `safe`.

    Lists and mappings at the top are cut between items, and every page has all keys. An item that is above the budget
    by itself is shortened, and says so. Pages are filled as if all characters beyond ASCII were written as escapes,
    which a client may do.
    """
    room = budget - _AROUND - size(quoted(document))
    whole = safe(document)
    if most_of(whole) <= room:
        return [whole]
    if not isinstance(document, dict):
        return [page[""] for page in _cut({"": document}, room)]
    return _cut(document, room)


def _cut(document: dict[str, Any], room: int) -> list[Any]:
    frame = {name: type(value)() if isinstance(value, dict | list) else value for name, value in document.items()}
    frame = fitted(frame, room // 2)
    found = [copy.deepcopy(frame)]
    left = empty = room - most_of(frame)
    for key, value in document.items():
        if not isinstance(value, dict | list):
            continue
        name = visible(key)
        for inner, item in value.items() if isinstance(value, dict) else enumerate(value):
            here: dict[str, Any] | list[Any] = {visible(inner): None} if isinstance(inner, str) else []
            # What separates it from the others, and its key.
            beside = 4 + size(here) + (0 if name in frame else size(name))
            part = fitted(item, room - size(frame) - beside)
            taken = most_of(part) + beside
            if taken > left < empty:
                found.append(copy.deepcopy(frame))
                left = empty
            left -= taken
            there = found[-1].setdefault(name, type(value)())
            if isinstance(there, dict):
                there[visible(str(inner))] = part
            else:
                there.append(part)
    return found


def fitted(value: object, most: int) -> Any:  # noqa: ANN401 - any JSON
    """Return a value made safe, in at most so many bytes; its texts, lists and mappings are shortened if need be."""
    whole = safe(value)
    for longest, items in _STEPS:
        if size(whole) <= most:
            return whole
        whole = safe(value, longest, items)
    return whole if size(whole) <= most else f"… and {size(value)} more characters"
