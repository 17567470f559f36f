"""What a map looks up: tables of its own, files beside it, and the codes of states (ISO 3166-1 alpha-3)."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tracker.scripts.shorthands import folded, slug_of
from tracker.scripts.tables.functions import template
from tracker.scripts.tables.rows import delimiter_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tracker.scripts.tables.model import Join

ISO3166: Final = "iso3166"
#: Names under which the tables of publishers have states, beside those of the standard.
_ALSO: Final = {
    "bolivia": "BOL", "brunei": "BRN", "burma": "MMR", "cape verde": "CPV", "congo-brazzaville": "COG",
    "republic of congo": "COG", "republic of the congo": "COG", "congo-kinshasa": "COD", "czech republic": "CZE",
    "democratic people's republic of korea": "PRK", "democratic republic of congo": "COD", "dr congo": "COD",
    "democratic republic of the congo": "COD", "east timor": "TLS", "great britain": "GBR", "holy see": "VAT",
    "iran": "IRN", "ivory coast": "CIV", "cote d'ivoire": "CIV", "laos": "LAO", "macedonia": "MKD",
    "micronesia": "FSM", "moldova": "MDA", "netherlands": "NLD", "north korea": "PRK", "palestine": "PSE",
    "republic of korea": "KOR", "republic of moldova": "MDA", "russia": "RUS", "south korea": "KOR",
    "state of palestine": "PSE", "swaziland": "SWZ", "syria": "SYR", "taiwan": "TWN", "tanzania": "TZA",
    "the gambia": "GMB", "turkey": "TUR", "turkiye": "TUR", "united kingdom": "GBR",
    "united republic of tanzania": "TZA", "united states": "USA", "vatican city": "VAT", "venezuela": "VEN",
    "vietnam": "VNM", "viet nam": "VNM",
}  # fmt: skip


#: Letters of a name that may be one of a state with a slip in it, and from how many on there may be two.
_SHORTEST: Final = 4
_LONGEST: Final = 80
_TWO_SLIPS: Final = 8


class Lookup:
    """Texts, each with what stands for it; one that is written with other case, accents or blanks is found, too."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._exact = dict(table)
        self._folded = {folded(text): value for text, value in table.items()}

    def texts(self) -> Iterable[str]:
        """Return the texts for which something stands."""
        return self._exact

    def get(self, text: str) -> str | None:
        """Return what stands for a text, None if nothing does."""
        found = self._exact.get(text)
        return self._folded.get(folded(text)) if found is None else found


@cache
def states() -> Lookup:
    """Return the alpha-3 codes of states by their names and codes."""
    from iso3166 import countries_by_alpha3

    found = dict(_ALSO)
    for country in countries_by_alpha3.values():
        names = (country.name, country.apolitical_name, country.alpha2, country.alpha3, country.numeric)
        found.update(dict.fromkeys(names, country.alpha3))
        # "Iran, Islamic Republic of" stands elsewhere as "Iran (Islamic Republic of)", or the other way round.
        short, comma, form = country.name.partition(", ")
        if comma:
            found.update(dict.fromkeys((f"{short} ({form})", f"{form} {short}"), country.alpha3))
    return Lookup(found)


def lookup_of(given: Mapping[str, Any], folder: Path) -> Lookup:
    """Return a lookup as a map has it; raises `ValueError` and `OSError` where it cannot be had."""
    if not isinstance(given.get("file"), str):
        wrong = next((name for name, value in given.items() if not isinstance(value, str)), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} must have a text that stands for it")
        return Lookup(given)
    unknown = sorted({*given} - {"file", "key", "value"})
    if unknown or not {"key", "value"} <= {*given}:
        raise ValueError("a lookup in a file has the keys file, key and value, and no others")
    key, value = str(given["key"]), str(given["value"])
    rows = read_rows(folder / given["file"], [key, value])
    return Lookup({row[key]: row[value] for row in rows if row[value]})


def joined_rows(join: Join, folder: Path) -> tuple[list[str], dict[str, dict[str, str | None]]]:
    """Return the columns of a joined table and its rows by their keys; raises `ValueError` and `OSError`."""
    key = template(join.key) if "{" in join.key else None
    rows = read_rows(folder / join.file, [join.key] if key is None else list(key.names))
    found: dict[str, dict[str, str | None]] = {}
    for row in rows:
        cells: dict[str, str | None] = {name: cell if cell.strip() else None for name, cell in row.items()}
        name = cells[join.key] if key is None else key(cells)
        if name is not None:
            found.setdefault(slug_of(name, "") if join.slug else str(name), cells)
    return list(rows[0]) if rows else [], found


def read_rows(path: Path, needed: list[str]) -> list[dict[str, str]]:
    """Return the rows of a table beside a map by their columns; raises `ValueError` and `OSError`."""
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is no file; name a CSV")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8; save it as UTF-8") from None
    lines = text.splitlines(keepends=True)
    rows = csv.reader(lines, delimiter=delimiter_of(lines[0]) if lines else ",", strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        missing = [name for name in needed if name not in header]
        if missing:
            raise ValueError(f"{path} has no column {missing[0]}; it has {', '.join(header) or 'none'}")
        return [dict(zip(header, row, strict=False)) for row in rows if len(row) == len(header)]
    except csv.Error as error:
        raise ValueError(f"{path} is not CSV: {error}") from None


def state_like(name: str) -> str | None:
    """Return what the state is called that somebody may have meant by a name, by a slip or two; None if none is.

    >>> state_like("Rusia"), state_like("Kirgizstan"), state_like("Northern Front")
    ('Russia', 'Kyrgyzstan', None)
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    sought = folded(name)
    if not _SHORTEST <= len(sought) <= _LONGEST:
        return None
    slips = 1 if len(sought) < _TWO_SLIPS else 2
    found = process.extractOne(sought, _called(), scorer=OSA.distance, score_cutoff=slips)
    return found[2] if found else None


@cache
def _called() -> dict[str, str]:
    """Return the names of states as they are compared, by how they are written; codes are none."""
    names = states().texts()
    called = {name.title() if name in _ALSO else name: folded(name) for name in names}
    return {name: plain for name, plain in called.items() if len(plain) >= _SHORTEST}
