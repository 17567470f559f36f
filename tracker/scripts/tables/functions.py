"""Functions of a row, of which the values of a map are made: templates, constants, lists, made columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tracker.scripts.shorthands import slug_of
from tracker.scripts.tables.cells import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.scripts.tables.cells import Pattern

Row: TypeAlias = dict[str, Any]
Value: TypeAlias = "Callable[[Row], Any]"
_LONGEST: Final = 64
_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


class Template:
    """A text with columns in it, called with a row's cells by their names."""

    __slots__ = ("_first", "_parts", "is_open", "names")

    def __init__(self, parts: list[str], names: list[str]) -> None:
        #: The texts before, between and behind the columns; one more than there are columns.
        self._parts = parts
        self.names = tuple(names)
        #: Whether a brace is opened and not closed.
        self.is_open = False
        self._first = names[0] if len(names) == 1 and not any(parts) else None

    def __call__(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cell of JSON may be a list
        """Return the text with the cells of a row, or None; a cell that stands alone is given as it is."""
        if self._first is not None:
            return row[self._first]
        found = self._parts[0]
        for name, after in zip(self.names, self._parts[1:], strict=True):
            cell = row[name]
            if cell is None:
                return None
            found += f"{'; '.join(cell) if isinstance(cell, list) else cell}{after}"
        return found


def template(text: str) -> Template:
    """Return a text as a template; doubled braces are braces."""
    parts, names, at = [""], [], 0
    for found in _PART.finditer(text):
        parts[-1] += text[at : found.start()]
        at = found.end()
        if found[1] is None:
            parts[-1] += found[0][0]
        else:
            names.append(found[1])
            parts.append("")
    parts[-1] += text[at:]
    made = Template(parts, names)
    made.is_open = "{" in _PART.sub("", text)
    return made


class Suffixes:
    """Ids that were used, and those that get a suffix since they were used before: ``a1``, ``a1-2``."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], int] = {}
        #: Whether any was needed.
        self.any = False

    def new(self, negotiation: str, base: str) -> str:
        """Return an id like another one that was not yet used in a negotiation."""
        found, number = base, self._used.get((negotiation, base), 0)
        if number:
            self.any = True
        while number:
            number += 1
            found = f"{base[: _LONGEST - len(str(number)) - 1]}-{number}"
            if (negotiation, found) not in self._used:
                self._used[negotiation, base] = number
                break
        self._used[negotiation, found] = max(self._used.get((negotiation, found), 0), 1)
        return found


class Constant:
    """A value that is the same for each row."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - any TOML
        self.value = value

    def __call__(self, _: Row) -> Any:  # noqa: ANN401 - any TOML
        """Return it."""
        return self.value


def always(_: Row) -> bool:
    """Say that something holds of each row."""
    return True


def listed(cell: Any) -> list[Any]:  # noqa: ANN401 - a text or a list of them
    """Return a list as it is, and anything else as a list of it."""
    return cell if isinstance(cell, list) else [cell]


def through(steps: list[Callable[[Any, Row], Any]], item: Any, row: Row) -> Any:  # noqa: ANN401 - as its steps leave it
    """Return what a row of steps makes of an item."""
    for step in steps:
        item = step(item, row)
    return item


def split_at(cell: Any, marks: list[str]) -> list[str]:  # noqa: ANN401 - a text or a list of them
    """Return the items between some marks, those that are empty left out."""
    parts = [str(item) for item in listed(cell)]
    for mark in marks:
        parts = [part for text in parts for part in text.split(mark)]
    return [part.strip() for part in parts if part.strip()]


def slugged(item: Any) -> str:  # noqa: ANN401 - text or a number
    """Return a text as an id; raises `CellError`."""
    found = slug_of(str(item), "")
    if not found:
        raise CellError(f"{str(item)[:40]!r} has nothing that an id is made of; map it by a lookup")
    return found


def cell_of(name: str) -> Value:
    """Return a column."""
    return lambda row: row[name]


def items_of(values: list[Value]) -> Value:
    """Return values as one list, without those that are none."""

    def run(row: Row) -> list[Any] | None:
        found: list[Any] = []
        for value in values:
            item = value(row)
            if isinstance(item, list):
                found += item
            elif item is not None:
                found.append(item)
        return found or None

    return run


def mapping_of(values: dict[str, Value]) -> Value:
    """Return values by their names, without those that are none."""

    def run(row: Row) -> dict[str, Any] | None:
        found = {name: item for name, value in values.items() if (item := value(row)) is not None}
        return found or None

    return run


def finder(name: str, source: Value, pattern: Pattern) -> Callable[[Row], None]:
    """Return what makes columns of the groups of a pattern that is found in a value."""

    def find(row: Row) -> None:
        cell = source(row)
        found = pattern.search(str(cell)) if cell is not None else None
        for group in pattern.groups:
            row[f"{name}.{group}"] = (found[group] or None) if found is not None else None

    return find


def joiner(
    name: str, columns: list[str], rows: dict[str, dict[str, str | None]], on: Value, *, slug: bool
) -> Callable[[Row], None]:
    """Return what makes columns of those of a joined row."""

    def join(row: Row) -> None:
        key = on(row)
        found = rows.get(slug_of(str(key), "") if slug else str(key)) if key is not None else None
        for column in columns:
            row[f"{name}.{column}"] = found.get(column) if found is not None else None

    return join
