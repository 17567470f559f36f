"""A first map of a table, guessed by its first rows; each guess is a line that a person reads and mends."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
#: One cell in so many may be wrong in a column of dates or numbers.
_LEAST: Final = 4
#: Forms of dates that are tried, alone and together.
_FORMS: Final[tuple[tuple[str, ...], ...]] = (("ymd",), ("dmy",), ("mdy",), ("ymd", "dmy"), ("ymd", "mdy"))
_EIGHT: Final = len("20240501")
#: Serial numbers that are days of the years 1954 to 2119, in a column that is called after days.
_SERIALS: Final = range(20_000, 80_400)
_DAYS: Final = ("date", "day", "dat", "datum", "fecha", "jour", "signed", "when")
_SHOWN: Final = 60
_TOLD: Final = 3
_KEY: Final = re.compile(r"(?:^|[^a-z])(?:id|no|nr|num|number|key|code|ref|uuid)(?:$|[^a-z])|id$")
#: What tables write for a cell without a value.
_NULLS: Final = ("-", "NA", "N/A", "n/a", "NULL", "None", "..")
_PARTY: Final = 'squeeze = true, lookup = "iso3166", default = "{}", slug = true'


class _Dates(NamedTuple):
    """Forms in which cells are dates, another one in which as many are, and the cells that are none, by their lines."""

    forms: list[str]
    other: str
    wrong: dict[int, str]


@dataclass
class _Column:
    """A column: its cells that are not empty, with their lines, and what most of them can be read as."""

    name: str
    lines: list[int] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    def _wrong(self, read: Callable[[str], object]) -> dict[int, str] | None:
        """Return the cells that cannot be read so, by their lines; None if that are not the least of them."""
        found = {line: cell for line, cell in zip(self.lines, self.cells, strict=True) if not _is_read(read, cell)}
        return found if self.cells and len(found) * _LEAST <= len(self.cells) else None

    @cached_property
    def dates(self) -> _Dates | None:
        """How the cells are dates, if nearly all of them are."""
        if self._wrong(_read_whole) is not None:
            # A year, or any number, is a date as well; the number of a day is one in a column that says so.
            is_named = any(word in self.name.casefold() for word in _DAYS)
            wrong = self._wrong(_read_serial) if is_named else None
            return None if wrong is None else _Dates(["excel"], "", wrong)
        found = ((forms, self._wrong(partial(read_date, forms=forms))) for forms in _FORMS)
        tried = {forms: wrong for forms, wrong in found if wrong is not None}
        if not tried:
            return None
        best = min(tried, key=lambda forms: len(tried[forms]))
        turned = tried.get(tuple(form.replace("dmy", "mdy") for form in best)) if "dmy" in best else None
        is_open = turned is not None and len(turned) == len(tried[best])
        return _Dates([*best], "mdy" if is_open else "", tried[best])

    @cached_property
    def number(self) -> tuple[str, dict[int, str]] | None:
        """The mark before decimals with which nearly all cells are numbers, empty without any, and the others."""
        for mark in (".", ","):
            wrong = self._wrong(partial(read_number, decimal=mark, thousands=""))
            if wrong is not None:
                return mark if mark == "," or any("." in cell for cell in self.cells) else "", wrong
        return None

    @property
    def wrong(self) -> dict[int, str]:
        """The cells that are not what the column is made of, by their lines."""
        return self.dates.wrong if self.dates else self.number[1] if self.number else {}

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


def _is_read(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except CellError:
        return False
    return True


def _read_whole(cell: str) -> None:
    if not cell.strip().isdecimal() or len(cell.strip()) == _EIGHT:
        raise CellError("is no whole number, or is a day in eight digits")


def _read_serial(cell: str) -> None:
    _read_whole(cell)
    if int(cell.strip()[:_EIGHT]) not in _SERIALS:
        raise CellError("is no number of a day")


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
                    column.lines.append(raw.line)
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
    name = _quoted(slug_of(path.stem, "table"))
    yield f"# A first map of {path.name}, guessed by its first rows. Read each line, mend what is wrong, and look at"
    yield f"# what it makes: communique import table {path.name} --map THIS-FILE --preview 3"
    yield from (f"negotiation = {name}", f"title = {_quoted(path.stem)}", f"source = {name}")
    yield f"format = {_quoted(shape.format)}"
    if shape.delimiter:
        yield f"delimiter = {_quoted(shape.delimiter)}"
    if not shape.encoding.startswith("utf-8"):
        yield f"encoding = {_quoted(shape.encoding)}"
    if any(column.number and column.number[0] == "," and not column.dates for column in columns):
        yield 'decimal = ","'
    if nulls:
        yield f"null = {json.dumps(nulls)}"
    yield from ("", "[[register]]", 'event = "SourceRegistered"', f"source = {name}", 'kind = "dataset"')
    used: list[str] = []
    yield from _entry(columns, used)
    left = [column for column in columns if column.name not in used]
    if left:
        yield from ("", "# Columns of which nothing is made yet:")
    for column in left:
        kind = _date(column.dates.forms) if column.dates else "number = true" if column.number else ""
        first = " ".join(column.cells[0].split())[:_SHOWN] if column.cells else "empty in the first rows"
        yield f"# {{ from = {_quoted(column.name)}{', ' + kind if kind else ''} }}: {first}"
        yield from _told(column)


def _told(column: _Column) -> Iterator[str]:
    """Yield a line of the cells of a column that the first rows have otherwise, as a comment."""
    if not column.wrong:
        return
    told = [f"line {line} has {_quoted(' '.join(cell.split())[:_SHOWN])}" for line, cell in column.wrong.items()]
    more = f", and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    what = "date" if column.dates else "number"
    yield f"# No {what} so: {', '.join(told[:_TOLD])}{more}. Mend such cells, or their rows are rejected."


def _entry(columns: list[_Column], used: list[str]) -> Iterator[str]:
    """Yield the lines of the entry that a row makes, and of the party that it names; note the columns that are used."""
    party = next((column for column in columns if column.has_states), None)
    keys = [column for column in columns if column.is_key and not column.dates]
    key = next((column for column in keys if _KEY.search(column.name.casefold())), None)
    others = [column for column in columns if column.cells and not column.dates and not column.number]
    dated = next((column for column in columns if column.dates), None)
    text = max(
        (column for column in others if column not in (party, key)),
        key=lambda column: sum(map(len, column.cells)),
        default=None,
    )
    used += [column.name for column in (party, key, text, dated) if column is not None]
    acts = f"{{ from = {_quoted(party.name)}, {_PARTY} }}" if party is not None else ""
    if party is not None:
        yield from ("", "[[register]]", 'event = "PartyAdded"', f"party = {acts}")
        yield f"name = {{ from = {_quoted(party.name)}, squeeze = true }}"
    yield from ("", "# The event is a guess, too: `communique schema --list` lists all of them.", "[[entry]]")
    yield f"event = {_quoted('StatementMade' if party else 'AgreementNegotiated')}"
    if key is not None:
        yield f"id = {_quoted('r{' + key.name + '}')}"
    if dated is not None and dated.dates is not None:
        forms, other, _ = dated.dates
        doubt = f" # or {_quoted(other)}: no cell of the first rows tells" if other else ""
        yield from _told(dated)
        yield f"occurred = {{ from = {_quoted(dated.name)}, {_date(forms)} }}{doubt}"
    own = key or text
    yield f"party = {acts}" if party else f"agreement = {{ from = {_quoted(own.name if own else 'row')}, slug = true }}"
    if text is not None:
        yield f"{'text' if party else 'title'} = {{ from = {_quoted(text.name)}, squeeze = true }}"


def _date(forms: list[str]) -> str:
    return f"date = {_quoted(forms[0]) if len(forms) == 1 else json.dumps(forms)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
