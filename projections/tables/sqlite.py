"""The tables as a file of SQLite, with foreign keys and the words of their texts, made for Datasette."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from projections.tables.columns import TABLES
from projections.tables.datasette import metadata_of
from projections.tables.rows import chosen, histories, rows_of
from tracker.codec import timestamp
from tracker.dates import DateError, from_instant
from tracker.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from projections.tables.recorded import Row
    from tracker.log import EventLog

_TYPES: Final[dict[str, Any]] = {
    "text": str,
    "integer": int,
    "number": float,
    "flag": int,
    "texts": str,
    "instant": str,
    "bytes": bytes,
}
#: Names that stand in an address as they are.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
#: Rows that are written at once.
_GROUP: Final = 2000


def metadata_beside(file: Path) -> Path:
    """Return where the metadata for Datasette are."""
    return file.with_name(f"{file.name}.metadata.yaml")


def require_name(file: Path) -> None:
    """Raise `LogError` where Datasette could not make an address of a file's name."""
    if not NAME.fullmatch(file.stem):
        raise LogError(
            f"{file.name}: Datasette makes an address of the name; write it with letters, digits, - and _, as in log.db"
        )


def export(
    log: EventLog,
    file: Path,
    negotiations: Iterable[str] = (),
    *,
    progress: Callable[[int], object] | None = None,
) -> dict[str, int]:
    """Fill an empty file with the tables of some negotiations, or of all, and return how many rows each has.

    A negotiation is in memory at a time. Raises `NameUnknownError` for one that does not exist, and `LogError`.
    """
    names, until = chosen(log, negotiations), log.store.max_position()
    try:
        with closing(sqlite3.connect(file)) as connection:
            # The file has no name yet: should anything go wrong, it is thrown away.
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            database = _create(connection)
            writing = _Writing(database)
            done = 0
            for history in histories(log, names, until):
                for table, row in rows_of(history):
                    writing.put(table, row)
                done += len(history.entries)
                if progress is not None:
                    progress(done)
            writing.flush()
            _index(database)
            connection.commit()
    except sqlite3.Error as error:
        raise LogError(f"{file} cannot be written: {error}") from None
    return writing.counts


def metadata(file: Path) -> str:
    """Return the metadata for Datasette of a file, as YAML."""
    import yaml

    return yaml.safe_dump(metadata_of(file.stem), sort_keys=False, allow_unicode=True, width=120)


class _Writing:
    """Rows on their way into the tables."""

    def __init__(self, database: Any) -> None:  # noqa: ANN401 - of sqlite-utils, which is imported where it is used
        self._tables = {name: database.table(name) for name in TABLES}
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.counts = dict.fromkeys(TABLES, 0)

    def put(self, table: str, row: Row) -> None:
        rows = self._rows[table]
        rows.append(
            {column.name: _cell(column.kind, value) for column, value in zip(TABLES[table].columns, row, strict=True)}
        )
        if len(rows) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what is held, those tables first to which others lead."""
        for name, rows in self._rows.items():
            self._tables[name].insert_all(rows)
            self.counts[name] += len(rows)
            rows.clear()


def _create(connection: sqlite3.Connection) -> Any:  # noqa: ANN401 - as above
    from sqlite_utils import Database

    database = Database(connection)
    for table in TABLES.values():
        leads = [
            (columns[0], other, columns[0]) if len(columns) == 1 else (columns, other, columns)
            for columns, other in table.leads
        ]
        database.table(table.name).create(
            {column.name: _TYPES[column.kind] for column in table.columns},
            pk=(table.key[0] if len(table.key) == 1 else table.key) or None,
            foreign_keys=leads,
            not_null=[column.name for column in table.columns if not column.is_null],
        )
    return database


def _index(database: Any) -> None:  # noqa: ANN401 - as above
    """Make the indexes, and take in the words, once all rows are there."""
    database.table("entries").create_index(["negotiation", "id"], unique=True)
    database.table("evidence").create_index(["negotiation", "source"])
    for table in TABLES.values():
        if table.names[-1] == "valid_to":
            database.table(table.name).create_index(["negotiation", "axis", "valid_from", "valid_to"])
        if table.searched:
            database.table(table.name).enable_fts(list(table.searched), tokenize="unicode61 remove_diacritics 2")


def _cell(kind: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return None
    if kind == "texts":
        return json.dumps(value, ensure_ascii=False)
    return _instant(value) if kind == "instant" else value


def _instant(moment: int) -> str | None:
    """Return an instant as text; None outside the years 1 to 9999, of which the date as written tells."""
    try:
        return timestamp(from_instant(moment))
    except DateError:
        return None
