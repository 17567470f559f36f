"""A map: what a table is, and what entries its rows make (TOML, checked by pydantic); all faults are told at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tracker.errors import EntryRejectedError, NameUnknownError, Problem, nearest
from tracker.scripts.tables.places import line_of, lines_of_keys

MAPS: Final = Path(__file__).parent / "maps"
FORMATS: Final = ("csv", "tsv", "json", "jsonl")
_MOST_BYTES: Final = 1 << 20
#: What pydantic says, in the words of a map.
_SAID: Final = {
    "missing": "is required",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


#: What stands for a registration or an entry that cannot be read.
_STAND_INS: Final = {"register": {"event": "MatterAdded"}, "entry": {"event": "NegotiationConcluded"}}


def _as_list(value: Any) -> Any:  # noqa: ANN401 - whatever was written
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_as_list)]
Condition = dict[str, Any]


class MapTable(BaseModel):
    """A table of a map, which refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueSpec(MapTable):
    """A value that is more than a template: where it comes from, and what is done with it, in this order."""

    from_: str = Field(alias="from")
    default: Any = None
    split: Texts = []
    squeeze: bool = False
    lookup: str | None = None
    slug: bool = False
    lower: bool = False
    cut: Annotated[int, Field(ge=1)] | None = None
    date: Texts = []
    precision: str | None = None
    number: bool = False
    when: Condition = {}
    repeated: Literal["suffix"] | None = None


class Unpivot(MapTable):
    """How each column but some becomes a row of its own, with the column's name and its cell."""

    keep: list[str]
    name: str
    value: str


class Cells(MapTable):
    """Columns made of the named groups of a pattern that is found in a value: a column, a template, or a table."""

    from_: str | dict[str, Any] = Field(alias="from")
    match: str


class Join(MapTable):
    """Columns of another table: of the row whose `key` is the value `on` of this row."""

    file: str
    key: str
    on: str
    slug: bool = False


class Register(BaseModel):
    """What is registered when it is first needed; with `each`, one for each item of a list."""

    model_config = ConfigDict(extra="allow", frozen=True)

    event: Literal["PartyAdded", "MatterAdded", "SourceRegistered"]
    when: Condition = {}
    each: bool = False


class MapEntry(BaseModel):
    """An entry that a row makes, with its fields as values."""

    model_config = ConfigDict(extra="allow", frozen=True)

    event: str
    when: Condition = {}
    repeated: Literal["suffix"] | None = None


class TableMap(MapTable):
    """A map as it is written."""

    negotiation: Any = None
    title: Any = None
    source: str | None = None
    format: Literal["csv", "tsv", "json", "jsonl"] | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    null: list[str] = []
    columns: list[str] = []
    rows: str | None = None
    where: Condition = {}
    unpivot: Unpivot | None = None
    cells: dict[str, Cells] = {}
    lookup: dict[str, dict[str, Any]] = {}
    join: dict[str, Join] = {}
    register_: list[Register] = Field(default=[], alias="register")
    common: dict[str, Any] = {}
    entry: list[MapEntry] = []


class LoadedMap:
    """A map that was read: how it is called, what it says, and on which line."""

    def __init__(self, name: str, text: str, folder: Path) -> None:
        self.name, self.text, self.folder = name, text, folder
        self._lines = lines_of_keys(text)
        try:
            self.raw = _plain(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+)", str(error))
            message = str(error).partition(" (at ")[0]
            raise EntryRejectedError(
                [Problem(f"is not TOML: {message}", "", name, int(place[1]) if place else 0)]
            ) from None
        #: What is wrong with keys and kinds; told together with what is wrong with columns, names and lookups.
        self.faults: list[Problem] = []
        #: The registrations and entries that cannot be read, as (key, number).
        self.unread: set[tuple[int | str, ...]] = set()
        try:
            self.spec = TableMap.model_validate(self.raw)
        except ValidationError as error:
            self.spec = self._without_faults(error)

    def _without_faults(self, error: ValidationError) -> TableMap:
        """Return a map without what is wrong, so that the rest can be looked through; raises if that cannot be."""
        readable = dict(self.raw)
        for details in error.errors():
            path = _path(details["loc"])
            self.faults.append(self.fault(path, _message(dict(details), TableMap)))
            if len(path) > 1 and path[0] in _STAND_INS:
                self.unread.add(path[:2])
            elif len(path) == 1 and details["type"] == "extra_forbidden":
                readable.pop(str(path[0]), None)
        for key, stand_in in _STAND_INS.items():
            if isinstance(items := readable.get(key), list):
                readable[key] = [stand_in if (key, n) in self.unread else item for n, item in enumerate(items)]
        try:
            return TableMap.model_validate(readable)
        except ValidationError:
            raise EntryRejectedError(self.faults) from None

    def fault(self, path: tuple[str | int, ...], message: str) -> Problem:
        """Return what is wrong with a map, with its place in it."""
        return Problem(message, ".".join(map(str, path)), self.name, line_of(self._lines, path))


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return tuple(loc)


def _message(details: dict[str, Any], model: type[BaseModel]) -> str:
    code, given = details["type"], details["input"]
    if code == "extra_forbidden":
        known = _known(model, details["loc"])
        return f"unknown key{nearest(str(details['loc'][-1]), known) or '; there are ' + ', '.join(known)}"
    if code == "literal_error":
        words = re.findall(r"'([^']*)'", str(details["ctx"]["expected"]))
        return f"{str(given)[:40]!r} is not one of {', '.join(words)}{nearest(str(given), words)}"
    return _SAID.get(code) or str(details["msg"])


def _known(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand where an unknown one does."""
    tables: dict[str, type[BaseModel]] = {"unpivot": Unpivot, "cells": Cells, "join": Join}
    kind = tables.get(str(loc[0]), model) if len(loc) > 1 else model
    return [info.alias or name for name, info in kind.model_fields.items()]


def value_spec(given: dict[str, Any]) -> ValueSpec | list[tuple[tuple[str | int, ...], str]]:
    """Return a value that is a table, or what is wrong with it, each with its place in it."""
    try:
        return ValueSpec.model_validate(given)
    except ValidationError as error:
        return [(_path(details["loc"]), _message(dict(details), ValueSpec)) for details in error.errors()]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any TOML
    """Return TOML with its dates as text, as entries have them."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def shipped() -> dict[str, str]:
    """Return the maps that come with communique: each name with what its first line says."""
    found = sorted(MAPS.glob("*.toml"))
    return {path.stem: path.read_text("utf-8").partition("\n")[0].lstrip("# ").rstrip() for path in found}


def load_map(name: str) -> LoadedMap:
    """Return a map by the name of a shipped one, or a file's.

    Raises `NameUnknownError` where there is none, and `EntryRejectedError` with all of its faults.
    """
    path = Path(name)
    known = shipped()
    if name in known and not path.is_file():
        path = MAPS / f"{name}.toml"
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        hint = nearest(name, known) or "; `communique import table --list-maps` lists those that come with it"
        raise NameUnknownError(f"there is no map {name}{hint}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise NameUnknownError(f"the map {name} cannot be read: {why}; name a file of TOML") from None
    shown = path.name if path.parent == MAPS else name
    if len(data) > _MOST_BYTES:
        raise EntryRejectedError([Problem("is longer than 1 MiB; put lookups into files of their own", file=shown)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EntryRejectedError([Problem("is not UTF-8; save the map as UTF-8", file=shown)]) from None
    return LoadedMap(shown, text.replace("\r\n", "\n"), path.parent)
