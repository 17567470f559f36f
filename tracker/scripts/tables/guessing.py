"""A first map of a table, guessed by its first rows; each guess is a line that a person reads and mends."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import ContentError
from tracker.scripts.shorthands import slug_of
from tracker.scripts.tables.cells import CellError, read_date, read_number
from tracker.scripts.tables.lookups import states
from tracker.scripts.tables.model import TableMap
from tracker.scripts.tables.rows import opened_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tracker.scripts.tables.rows import Shape

_ROWS: Final = 500
#: As many cells out of a hundred are names of states in a column of states.
_STATES: Final = 80
#: Serial numbers that are days of the years 1954 to 2119, in a column that is called after days.
_SERIALS: Final = range(20_000, 80_400)
_DAYS: Final = ("date", "day", "dat", "datum", "fecha", "jour", "signed", "when")
_SHOWN: Final = 60
_KEY: Final = re.compile(r"(?:^|[^a-z])(?:id|no|nr|num|number|key|code|ref|uuid)(?:$|[^a-z])|id$")
#: What tables write for a cell without a value.
_NULLS: Final = ("-", "NA", "N/A", "n/a", "NULL", "None", "..")
_PARTY: Final = 'squeeze = true, lookup = "iso3166", default = "{}", slug = true'


@dataclass
class _Column:
    """A column: its cells that are not empty, and what all of them can be read as."""

    name: str
    cells: list[str] = field(default_factory=list)

    def all_are(self, read: Callable[[str], object]) -> bool:
        """Say whether each cell can be read so, and there is one."""
        try:
            for cell in self.cells:
                read(cell)
        except CellError:
            return False
        return bool(self.cells)

    @property
    def dates(self) -> tuple[list[str], str]:
        """The forms in which each cell is a date, and another one in which each is, too; nothing if there is none."""
        read = [form for form in ("ymd", "dmy", "mdy") if self._is_dated(form)]
        if all(cell.strip().isdecimal() and len(cell.strip()) != len("20240501") for cell in self.cells):
            is_named = any(word in self.name.casefold() for word in _DAYS)
            return (["excel"] if is_named and self.cells and self._are_serial else []), ""
        if read:
            return read[:1], read[1] if len(read) > 1 and read[0] != "ymd" else ""
        mixed = [last for last in ("dmy", "mdy") if self._is_dated("ymd", last)]
        return (["ymd", mixed[0]] if mixed else []), mixed[1] if len(mixed) > 1 else ""

    def _is_dated(self, *forms: str) -> bool:
        return self.all_are(lambda cell: read_date(cell, forms))

    @property
    def _are_serial(self) -> bool:
        return all(int(cell) in _SERIALS for cell in self.cells)

    @property
    def decimal(self) -> str | None:
        """The mark before decimals with which each cell is a number, if they are numbers with decimals."""
        if self.all_are(lambda cell: read_number(cell, ".", "")):
            return "." if any("." in cell for cell in self.cells) else ""
        return "," if self.all_are(lambda cell: read_number(cell, ",", "")) else None

    @property
    def has_states(self) -> bool:
        """Whether most cells name states."""
        names = [" ".join(cell.split()) for cell in self.cells]
        # Codes of two letters are too like other words.
        found = sum(
            len(name) >= len("NOR") and states().get(name) is not None and not name.isdecimal() for name in names
        )
        return bool(self.cells) and found * 100 >= _STATES * len(self.cells)

    @property
    def is_key(self) -> bool:
        """Whether each cell is another one, and like an id."""
        short = all(len(cell) <= _SHOWN and cell.strip() and slug_of(cell, "") for cell in self.cells)
        return short and len({*self.cells}) == len(self.cells) > 1


def guessed_map(path: Path, encoding: str | None = None) -> str:
    """Return a first map of a table as TOML; raises as `opened_table` does."""
    for tried in [encoding] if encoding else ["utf-8-sig", "cp1252"]:
        try:
            shape, columns, nulls = _columns(path, tried)
        except ContentError:
            if tried == "cp1252" or encoding:
                raise
        else:
            return "\n".join(_lines(path, shape, columns, nulls)) + "\n"
    raise ContentError(f"{path} cannot be read")


def _columns(path: Path, encoding: str | None) -> tuple[Shape, list[_Column], list[str]]:
    columns: dict[str, _Column] = {}
    nulls: dict[str, None] = {}
    with opened_table(path, TableMap(), encoding if encoding != "utf-8-sig" else None) as table:
        header = table.shape.header
        for raw in islice(table.rows, _ROWS):
            cells = zip(header, raw.cells, strict=False) if header is not None else _flat(raw.cells)
            for name, cell in cells:
                column = columns.setdefault(name, _Column(name))
                if cell.strip() in _NULLS:
                    nulls[cell.strip()] = None
                elif cell.strip():
                    column.cells.append(cell)
        for name in header or ():
            columns.setdefault(name, _Column(name))
        return table.shape, [column for column in columns.values() if column.name], list(nulls)


def _flat(row: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    for name, cell in row.items() if isinstance(row, dict) else ():
        if isinstance(cell, str | int | float):
            yield name, str(cell)


def _lines(path: Path, shape: Shape, columns: list[_Column], nulls: list[str]) -> Iterator[str]:
    """Yield the lines of a map."""
    dates = {column.name: column.dates for column in columns if column.dates[0]}
    marks = {name: mark for name, mark in ((column.name, column.decimal) for column in columns) if mark is not None}
    name = _quoted(slug_of(path.stem, "table"))
    yield f"# A first map of {path.name}, guessed by its first rows. Read each line, mend what is wrong, and look at"
    yield f"# what it makes: communique import table {path.name} --map THIS-FILE --preview 3"
    yield from (f"negotiation = {name}", f"title = {_quoted(path.stem)}", f"source = {name}")
    yield f"format = {_quoted(shape.format)}"
    if shape.delimiter:
        yield f"delimiter = {_quoted(shape.delimiter)}"
    if not shape.encoding.startswith("utf-8"):
        yield f"encoding = {_quoted(shape.encoding)}"
    if "," in [mark for column, mark in marks.items() if column not in dates]:
        yield 'decimal = ","'
    if nulls:
        yield f"null = {json.dumps(nulls)}"
    yield from ("", "[[register]]", 'event = "SourceRegistered"', f"source = {name}", 'kind = "dataset"')
    used: list[str] = []
    yield from _entry(columns, dates, marks, used)
    left = [column for column in columns if column.name not in used]
    if left:
        yield from ("", "# Columns of which nothing is made yet:")
    for column in left:
        kind = _date(dates[column.name][0]) if column.name in dates else ""
        kind = kind or ("number = true" if column.name in marks else "")
        first = " ".join(column.cells[0].split())[:_SHOWN] if column.cells else "empty in the first rows"
        yield f"# {{ from = {_quoted(column.name)}{', ' + kind if kind else ''} }}: {first}"


def _entry(
    columns: list[_Column], dates: dict[str, tuple[list[str], str]], marks: dict[str, str], used: list[str]
) -> Iterator[str]:
    """Yield the lines of the entry that a row makes, and of the party that it names; note the columns that are used."""
    party = next((column for column in columns if column.has_states), None)
    keys = [column for column in columns if column.is_key and column.name not in dates]
    key = next((column for column in keys if _KEY.search(column.name.casefold())), None)
    others = [column for column in columns if column.cells and column.name not in {*dates, *marks}]
    text = max(
        (column for column in others if column not in (party, key)),
        key=lambda column: sum(map(len, column.cells)),
        default=None,
    )
    used += [column.name for column in (party, key, text) if column is not None] + list(dates)[:1]
    acts = f"{{ from = {_quoted(party.name)}, {_PARTY} }}" if party is not None else ""
    if party is not None:
        yield from ("", "[[register]]", 'event = "PartyAdded"', f"party = {acts}")
        yield f"name = {{ from = {_quoted(party.name)}, squeeze = true }}"
    yield from ("", "# The event is a guess, too: `communique schema --list` lists all of them.", "[[entry]]")
    yield f"event = {_quoted('StatementMade' if party else 'AgreementNegotiated')}"
    if key is not None:
        yield f"id = {_quoted('r{' + key.name + '}')}"
    for dated, (forms, other) in islice(dates.items(), 1):
        doubt = f" # or {_quoted(other)}: no cell of the first rows tells" if other else ""
        yield f"occurred = {{ from = {_quoted(dated)}, {_date(forms)} }}{doubt}"
    own = key or text
    yield f"party = {acts}" if party else f"agreement = {{ from = {_quoted(own.name if own else 'row')}, slug = true }}"
    if text is not None:
        yield f"{'text' if party else 'title'} = {{ from = {_quoted(text.name)}, squeeze = true }}"


def _date(forms: list[str]) -> str:
    return f"date = {_quoted(forms[0]) if len(forms) == 1 else json.dumps(forms)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
