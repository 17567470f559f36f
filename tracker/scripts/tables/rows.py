"""The rows of a table as they stand in its file: CSV, TSV, JSON Lines as they come, JSON at once."""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from tracker.errors import ContentError, NameUnknownError
from tracker.scripts.formats import MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.scripts.tables.model import TableMap

_DELIMITERS: Final = (",", ";", "\t", "|")
_ENDINGS: Final = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "tsv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
#: Columns that stand before those of a table in a file of rejected rows.
MARKS: Final = ("_file", "_row", "_reason")
#: The largest table in JSON, which is read at once.
_MOST_JSON: Final = 512 << 20


class RawRow(NamedTuple):
    """A row as it was: its number from one, the line on which it begins, and its cells, or its object in JSON."""

    number: int
    line: int
    cells: Any
    #: Of a row that was rejected once: the file in which it stood.
    file: str = ""


class Shape(NamedTuple):
    """How a file is written: what rejected rows of it are written alike with."""

    format: str
    encoding: str
    delimiter: str
    header: list[str] | None


class Table(NamedTuple):
    """A table that was opened: how it is written, and its rows as they come."""

    shape: Shape
    rows: Iterator[RawRow]


def delimiter_of(line: str) -> str:
    """Return what divides the cells of a first row: the mark that stands there most often outside of quotes."""
    plain = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=plain.count)


#: Endings of what spreadsheets keep their sheets in.
_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


@contextmanager
def opened_table(path: Path, spec: TableMap, encoding: str | None = None) -> Iterator[Table]:
    """Open a table; raises `NameUnknownError` where there is none, `ContentError` where it cannot be read on."""
    format_name = spec.format or _ENDINGS.get(path.suffix.lower())
    if path.suffix.lower() in _WORKBOOKS:
        raise NameUnknownError(f"{path} is a workbook; save its sheet as CSV, and import that")
    if format_name is None:
        raise NameUnknownError(f"{path}: the ending tells no format; say `format` in the map: csv, tsv, json or jsonl")
    try:
        binary = path.open("rb")
    except OSError as error:
        raise NameUnknownError(f"{path} cannot be read: {error.strerror}; check its name and permissions") from None
    with binary:
        start = binary.read(4)
        binary.seek(0)
        name = encoding or spec.encoding or ("utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
        try:
            stream = io.TextIOWrapper(binary, name, newline="")
        except LookupError:
            raise NameUnknownError(f"there is no encoding {name!r}; write utf-8, cp1252 or the like") from None
        try:
            if format_name in {"csv", "tsv"}:
                yield _cells(path, stream, format_name, name, spec)
            else:
                objects = _json(path, stream, spec) if format_name == "json" else _json_lines(path, stream)
                yield Table(Shape(format_name, name, "", None), objects)
        except UnicodeDecodeError as error:
            what = f"byte 0x{error.object[error.start]:02x} is not {name.removesuffix('-sig')}"
            raise ContentError(f"{path}: {what}; give the table's --encoding, as in cp1252") from None
        except UnicodeError:
            raise ContentError(f"{path}: cannot be read as {name}; give the table's --encoding, as in cp1252") from None


class _Lines:
    """The lines of a table, of which the one read last is known; a cell that never ends is told."""

    def __init__(self, path: Path, stream: IO[str]) -> None:
        self._path, self._stream = path, stream
        self.number = 0
        self.begins = 1
        self.pending = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(MAX_LINE + 1):
            self.number += 1
            self.pending += len(line)
            if self.pending > 2 * MAX_LINE:
                raise ContentError(f"{self._path}:{self.begins}: the row goes on for more than 2 MiB; close its quotes")
            yield line


def _cells(path: Path, stream: IO[str], format_name: str, encoding: str, spec: TableMap) -> Table:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    source = _Lines(path, stream)
    lines = iter(source)
    first = next((line for line in lines if line.strip()), "")
    given = first.strip("\ufeff\r\n\"' ")
    told = None
    if given.lower().startswith("sep=") and len(given) == len("sep=;"):
        told, first = given[-1], next((line for line in lines if line.strip()), "")
    elif given.lower() == "sep=":
        told, first = "\t", next((line for line in lines if line.strip()), "")
    delimiter = spec.delimiter or told or ("\t" if format_name == "tsv" else delimiter_of(first))
    source.begins = source.number
    rows = csv.reader(chain([first] if first else [], lines), delimiter=delimiter, strict=True)
    header = _next(path, source, rows)
    if header is None:
        raise ContentError(f"{path}: there is nothing in it; a table has a row or more")
    names = [name.strip().removeprefix("\ufeff") for name in header]
    was_rejected = tuple(names[: len(MARKS)]) == MARKS
    held: list[tuple[int, list[str]]] = []
    if spec.columns and not was_rejected and not _is_header(names, spec.columns):
        held, names = [(source.begins, header)], list(spec.columns)
    shape = Shape(format_name, encoding, delimiter, names[len(MARKS) :] if was_rejected else names)
    return Table(shape, _numbered(path, source, rows, held, was_rejected=was_rejected))


def _is_header(names: list[str], columns: list[str]) -> bool:
    """Say whether a first row names columns, of a table that has often no such row."""
    return not {*names}.isdisjoint(columns) or all(name and not name[0].isdigit() and " " not in name for name in names)


def _numbered(
    path: Path, source: _Lines, rows: Iterator[list[str]], held: list[tuple[int, list[str]]], *, was_rejected: bool
) -> Iterator[RawRow]:
    for number, (line, row) in enumerate(chain(held, _each(path, source, rows)), 1):
        if was_rejected and len(row) >= len(MARKS):
            file, at = row[0], row[1]
            yield RawRow(int(at) if at.isdecimal() else number, line, row[len(MARKS) :], file)
        else:
            yield RawRow(number, line, row)


def _each(path: Path, source: _Lines, rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    while True:
        source.begins, source.pending = source.number + 1, 0
        row = _next(path, source, rows)
        if row is None:
            return
        if any(row):
            yield source.begins, row


def _next(path: Path, source: _Lines, rows: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        message = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
        advice = "put a cell with a quotation mark in quotes, and write it twice"
        raise ContentError(f"{path}:{source.begins}: is not CSV: {message}; {advice}") from None


def _json(path: Path, stream: IO[str], spec: TableMap) -> Iterator[RawRow]:
    text = stream.read(_MOST_JSON + 1)
    if len(text) > _MOST_JSON:
        raise ContentError(f"{path}: has more than 512 MiB; write it as JSON Lines, which are read as they come")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{path}:{getattr(error, 'lineno', 1)}: is not JSON: {_why(error)}") from None
    del text
    for name in spec.rows.split(".") if spec.rows else ():
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict) and not spec.rows:
        found = [found]
    if not isinstance(found, list):
        where = f"at {spec.rows}" if spec.rows else "in it"
        raise ContentError(f"{path}: there is no list of rows {where}; say in the map's `rows` where it is")
    for number, row in enumerate(found, 1):
        yield _marked(number, number, row)


def _why(error: ValueError | RecursionError) -> str:
    """Return what is wrong with a text as JSON; what Python says of its own bounds helps nobody."""
    if isinstance(error, json.JSONDecodeError):
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "a number in it has more digits than are read"


def _json_lines(path: Path, stream: IO[str]) -> Iterator[RawRow]:
    number = 0
    for line, text in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), ""), 1):
        if len(text) > MAX_LINE:
            raise ContentError(f"{path}:{line}: the line is longer than 1 MiB; put each row on a line of its own")
        if not text.strip():
            continue
        number += 1
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ContentError(f"{path}:{line}: is not JSON: {_why(error)}; put one object on each line") from None
        yield _marked(number, line, row)


def _marked(number: int, line: int, row: Any) -> RawRow:  # noqa: ANN401 - any JSON
    if isinstance(row, dict) and {*MARKS} <= row.keys():
        at = row["_row"]
        plain = {name: value for name, value in row.items() if name not in MARKS}
        return RawRow(at if isinstance(at, int) else number, line, plain, str(row["_file"]))
    return RawRow(number, line, row)
