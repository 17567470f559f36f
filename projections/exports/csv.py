"""CSV: every entry as recorded, one a row, in columns with the dotted names that scripts take (RFC 4180).

`tracker.scripts.csv` reads it back. A column whose name begins with an apostrophe has cells in which an apostrophe at
the beginning is no part of the text: it keeps a spreadsheet from taking a text for a formula, and tells an empty text
from no value. As in every CSV of the program, what a terminal obeys or nobody sees is made visible, and CRLF becomes
LF, which no reader can undo: a script in JSON Lines is the exact form.
"""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tracker.codec import as_written
from tracker.events.base import Event, Evidence, Figure
from tracker.scripts.csv import MARK
from tracker.unseen import JOINING, UNSEEN, as_seen, escape_json, is_formula, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from projections.exports import Tally
    from tracker.codec import Recorded

_ROWS: Final = 256
_FIRST: Final = ("event", *(name for name in Event.model_fields if name not in {"evidence", "note"}))
_LAST: Final = ("evidence", "note")
_KNOWN: Final = frozenset({*_FIRST, *_LAST})
_INNER: Final = {name: rank for rank, name in enumerate((*Evidence.model_fields, *Figure.model_fields))}
#: Fields whose cells hold JSON: what they hold is of no type that a reader could give back to a text.
_JSON: Final = frozenset({"changes"})
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: What is unseen or obeyed, but for tabs and line breaks.
_TO_SHOW: Final = re.compile(f"(?<=[{JOINING}])[\u200c\u200d](?=[{JOINING}])|((?![\n\t])[{UNSEEN}])")


def write(read: Callable[[], Iterable[Recorded]], tally: Tally) -> Iterator[bytes]:
    """Yield the rows of a negotiation below the names of their columns, in UTF-8.

    `read` gives the entries, and is called twice: the columns are known once all have been seen. Entries that come in
    between are left for the next time.
    """
    columns, count = _columns(read())
    changed = 0
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([MARK + visible(name) if marked else name for name, marked in columns.items()])
    for recorded in islice(read(), count):
        cells = cells_of(recorded)
        row = [_cell(cells.get(name), marked=marked) for name, marked in columns.items()]
        changed += any(_shown(text) != text for text in cells.values())
        writer.writerow(row)
        tally.written += 1
        if tally.written % _ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
    if changed:
        tally.remarks.append(
            f"{changed:,} of {count:,} entries hold characters that a terminal obeys or nobody sees, which were made "
            "visible, or CRLF, which became LF; export script is exact"
        )


def cells_of(recorded: Recorded) -> dict[str, str]:
    """Return an entry's texts by the names of their columns, as they are."""
    return {
        path: text
        for name, value in as_written(recorded).items()
        for path, text in _flat(name if _PLAIN_NAME.fullmatch(name) else escape_json(json.dumps(name)), value)
    }


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Yield what a field holds as pairs of a dotted path and a text; a list or mapping without items is its JSON."""
    if value is None:
        return
    if path in _JSON or value in ({}, []) or not _has_paths(value):
        yield path, value if isinstance(value, str) else escape_json(json.dumps(value, ensure_ascii=False))
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        yield from _flat(f"{path}.{name}", inner)


def _has_paths(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether what a value holds can be written in columns of its own."""
    return isinstance(value, list) or (isinstance(value, dict) and all(map(_PLAIN_NAME.fullmatch, value)))


def _columns(entries: Iterable[Recorded]) -> tuple[dict[str, bool], int]:
    """Return the columns in order, each with whether it is marked, and the number of entries."""
    found = dict.fromkeys(("event", "negotiation"), False)
    count = 0
    for recorded in entries:
        count += 1
        for name, text in cells_of(recorded).items():
            found[name] = found.get(name, False) or _is_doubtful(text)
    seen = {name.partition(".")[0]: None for name in found}
    ranks = {name: rank for rank, name in enumerate((*_FIRST, *(name for name in seen if name not in _KNOWN), *_LAST))}
    # A name that is no word comes from an unknown type, and may be anything.
    return {
        name: found[name] or _is_doubtful(name) for name in sorted(found, key=lambda name: _place(name, ranks))
    }, count


def _place(name: str, ranks: Mapping[str, int]) -> tuple[int, list[int]]:
    """Return where a column stands: what every entry has first, then what its type adds, then evidence and note."""
    first, *rest = name.split(".")
    return ranks[first], [int(part) if part.isdigit() else _INNER.get(part, len(_INNER)) for part in rest]


def _is_doubtful(text: str) -> bool:
    """Say whether a cell of this text could be taken for a formula, for no value, or for another text with a mark."""
    return not text or text.startswith(MARK) or is_formula(text)


def _cell(text: str | None, *, marked: bool) -> str:
    if text is None:
        return ""
    return MARK + _shown(text) if marked and _is_doubtful(text) else _shown(text)


def _shown(text: str) -> str:
    """Return a text with what is unseen or obeyed made visible; tabs stay, and line breaks are LF."""
    return text if text.isascii() and text.isprintable() else _TO_SHOW.sub(as_seen, text.replace("\r\n", "\n"))
