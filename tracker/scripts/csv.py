"""CSV (RFC 4180): the first row names the columns, each further row is an entry, and an empty cell is no value.

A column's name is a dotted path, ``evidence.0.source``. A list may stand in one cell with semicolons, or in a column an
item (``toward.0``); ``[]`` is a list of nothing. In the columns of ``changes`` the word ``null`` removes a field, and a
column ``changes`` or ``votes`` may hold a JSON object. In a column whose name begins with an apostrophe, one that
begins a cell is no part of the text, which may be empty. A spreadsheet that separates cells with semicolons or tabs is
understood by its first row.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from tracker.errors import Problem
from tracker.events.parsing import field_names
from tracker.events.registry import event_types, find_event_type
from tracker.scripts import jsonl
from tracker.scripts.formats import MAX_LINE, ScriptItem, StopReadingError, text_lines
from tracker.scripts.paths import list_fields, mapping_fields, nest
from tracker.spelling import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SEPARATORS: Final = (",", ";", "\t")
_LIST_SEPARATOR: Final = ";"
#: What a spreadsheet writes before the first row to say what separates cells.
_SEPARATOR_LINE: Final = re.compile(r"""["']?sep=(.)["']?""", re.IGNORECASE)
#: Codes of states or ids with commas between them.
_WITH_COMMAS: Final = re.compile(r"(?:[A-Z]{3}|[a-z0-9][a-z0-9-]*)(?:\s*,\s*(?:[A-Z]{3}|[a-z0-9][a-z0-9-]*))+")
_NO_ITEMS: Final = "[]"
#: As many as a spreadsheet has.
_MOST_COLUMNS: Final = 1 << 14
#: What stands before a column's name and before texts in it that a spreadsheet would take for formulas.
MARK: Final = "'"
_QUOTING: Final = (
    "put a cell with a quotation mark, a separator or a line break in quotes, and write a mark in it twice"
)


class _Column(NamedTuple):
    """A column: its name as a path and in parts, and whether apostrophes before its cells are no part of them."""

    name: str
    parts: list[str]
    marked: bool


class _Source:
    """The lines of a script as text, for the reader of rows."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = text_lines(stream)
        #: The line read last, the one where the row being read begins, and that row's bytes so far.
        self.line = 0
        self.row = 1
        self.pending = 0

    def __iter__(self) -> Iterator[str]:
        for number, line, text in self._lines:
            self.line = number
            self.pending += len(line)
            if self.pending > 2 * MAX_LINE:
                raise StopReadingError(self.row, "the row goes on for more than 2 MiB; close the quotation mark in it")
            # A line break within a cell is one of the script's own, which an editor may have made CRLF with all others.
            yield f"{text[:-2]}\n" if text.endswith("\r\n") else text


def read(stream: IO[bytes]) -> Iterator[ScriptItem]:
    """Yield an item for each row that is not empty; what cannot be read is the last one."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    try:
        yield from _items(_Source(stream))
    except StopReadingError as stop:
        yield stop.item


def _items(source: _Source) -> Iterator[ScriptItem]:
    lines = iter(source)
    first = next((line for line in lines if line.strip()), None)
    given = _SEPARATOR_LINE.fullmatch(first.strip("\ufeff\r\n")) if first else None
    if given is not None:
        first = next((line for line in lines if line.strip()), None)
    if first is None:
        return
    separator = (
        given[1] if given else min(_SEPARATORS, key=lambda mark: first.find(mark) if mark in first else len(first))
    )
    try:
        written = [name.strip() for name in next(csv.reader([first], delimiter=separator, strict=True))]
    except csv.Error as error:
        yield _broken(source.line, error)
        return
    columns = [name.removeprefix(MARK) for name in written]
    problems = _problems_of(columns)
    if problems:
        yield ScriptItem(source.line, None, problems)
        return
    header = [_Column(name, name.split("."), name != cell) for name, cell in zip(columns, written, strict=True)]
    rows = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        source.row, source.pending = source.line + 1, 0
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield _broken(source.row, error)
            if "field limit" in str(error):
                return
            continue
        if row is None:
            return
        if any(row):
            yield _item(source.row, header, row)


def _broken(line: int, error: csv.Error) -> ScriptItem:
    """Return the reader's message so that it makes sense to somebody who never heard of the reader."""
    message = str(error)
    if "field limit" in message:
        message = "a cell goes on for more than 1 MiB, as where a quotation mark is not closed"
    elif "end of data" in message:
        message = "a quotation mark in the row is not closed"
    elif "new-line" in message:
        message = "a carriage return stands alone"
    return ScriptItem(line, None, (Problem(f"is not CSV: {message}; {_QUOTING}"),))


def _problems_of(columns: Sequence[str]) -> tuple[Problem, ...]:
    if not any(map(_is_event, columns)):
        # What else looks like a field in a table of somebody's own is none.
        hint = Words(columns).hint("event") or "; it names the columns, such as event,negotiation,party"
        other = "of any other table, `communique import table FILE --guess` makes a first map"
        return (Problem(f"the first row has no column event{hint}; {other}"),)
    misnamed = tuple(_misnamed(columns))
    if misnamed:
        return misnamed
    if len(columns) > _MOST_COLUMNS:
        return (Problem(f"the first row names {len(columns):,} columns; a table has {_MOST_COLUMNS:,} at most"),)
    twice = (name for name, count in Counter(columns).items() if name and count > 1)
    return tuple(Problem("names two columns; keep one of them", name) for name in twice)


def _is_event(column: str) -> bool:
    """Say whether a column is that of event types, but for its capitals, spaces or hyphens."""
    return "".join(filter(str.isalnum, column.casefold())) == "event"


def _misnamed(columns: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each column that would be a field but for its capitals, spaces or hyphens."""
    known = ["event", *dict.fromkeys(name for kind in event_types().values() for name in field_names(kind))]
    meant = {name.replace("_", ""): name for name in known}
    for column in columns:
        name = column.partition(".")[0]
        found = meant.get("".join(filter(str.isalnum, name.casefold())))
        if name not in known and found is not None and found not in columns:
            yield Problem(f"is no column's name in the first row; did you mean {found!r}?", column)


def _item(line: int, header: Sequence[_Column], row: Sequence[str]) -> ScriptItem:
    if len(row) != len(header):
        problem = Problem(f"has {len(row)} cells, but the first row names {len(header)} columns")
        return ScriptItem(line, None, (problem,))
    cells: list[tuple[str, list[str], Any]] = []
    problems: list[Problem] = []
    whole: dict[str, Any] = {}
    kind = find_event_type(next(text for column, text in zip(header, row, strict=True) if column.name == "event"))
    lists = list_fields(kind) if kind is not None else frozenset()
    mappings = mapping_fields(kind) if kind is not None else frozenset({"changes"})
    for (name, parts, marked), text in zip(header, row, strict=True):
        if not text:
            continue
        if not name:
            problems.append(Problem(f"the cell {text[:40]!r} is in a column without a name; name it in the first row"))
        elif marked and text.startswith(MARK):
            cells.append((name, parts, text.removeprefix(MARK)))
        elif name in lists or (name == "evidence" and text == _NO_ITEMS):
            items = [] if text == _NO_ITEMS else [item.strip() for item in text.split(_LIST_SEPARATOR)]
            if len(items) == 1 and _WITH_COMMAS.fullmatch(text):
                better = re.sub(r"\s*,\s*", _LIST_SEPARATOR, text)
                problems.append(Problem(f"a list stands in one cell with semicolons: write {better}", name))
                continue
            cells.append((name, parts, items))
        elif name in mappings and text.startswith("{"):
            (found,) = jsonl.items([(line, text.encode(), None)])
            problems += [Problem(problem.message, name) for problem in found.problems]
            whole[name] = found.data
            cells.append((name, parts, None))
        else:
            cells.append((name, parts, None if text == "null" and parts[0] == "changes" else text))
    data = nest(cells, problems) | whole
    return ScriptItem(line, data, tuple(problems))
