"""Whatever single thing is changed in either store: `verify` tells, or nothing that any verb prints is another.

Where a chain cannot tell, as of the order between negotiations, `--head` with the log's head must.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fault.tampering import unguarded, unguarded_shared
from tests.postgres_server import shared_cluster
from tests.tracker.printed import READING, fill, printed, run
from tracker.errors import LogError
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hypothesis.strategies import DataObject

_TABLES: Final = {
    "stored_events": ("rowid", "originator_id", "originator_version", "topic", "state"),
    "stored_snapshots": ("originator_id", "originator_version", "topic", "state"),
    "entry_ids": ("negotiation", "entry", "version"),
    "log_properties": ("name", "value"),
}
_INTEGERS: Final = st.sampled_from([-(2**63), -5, -1, 0, 1, 2, 2**62, 2**62 + 1, 2**63 - 1]) | st.integers(-9, 60)
_TEXTS: Final = st.sampled_from(["", "us-niger", "us-chad", "statement-1", "x\0y", "StatementMade.v1", "1", "é"])
_VALUES: Final = st.none() | _INTEGERS | _TEXTS | st.floats(width=32) | st.binary(max_size=5)

#: Each example looks at a whole log.
pytestmark = pytest.mark.long
_EXAMPLES: Final = max(6, settings().max_examples // 4)
Found = list[tuple[Any, ...]]


class Log:
    """A log of which single things are changed, as its owner could."""

    def __init__(self, place: str, head: str, before: list[Any]) -> None:
        self.place = place
        self.head = head
        self.before = before

    def is_told(self) -> bool:
        """Say whether `verify` tells that something was changed, or the log is not even opened."""
        try:
            with EventLog.open(self.place, create=False, read_only=True) as log:
                return not log.verify().ok or not log.verify([self.head]).ok
        except LogError:
            return True

    def check(self, data: DataObject, what: object) -> None:
        """Hold the log against what it was before something was done to it."""
        words = data.draw(st.none() | st.sampled_from(READING))
        if self.is_told():
            if words is not None:
                run(self.place, words)
        else:
            assert printed(self.place) == self.before, what


def value(data: DataObject, rows: Found, row: tuple[Any, ...], at: int) -> Any:  # noqa: ANN401 - whatever a column holds
    """Draw another value for a column: of any type, of another row, the same in another type, or with a bit flipped."""
    old = row[at]
    kind = data.draw(st.sampled_from(["any", "any", "other row", "other type", "bit"]))
    if kind == "other row":
        return data.draw(st.sampled_from(rows))[at]
    if kind == "other type":
        return old.decode() if isinstance(old, bytes) else str(old).encode() if isinstance(old, str) else float(old)
    if kind == "bit" and isinstance(old, str | bytes) and old:
        flipped = bytearray(old.encode() if isinstance(old, str) else old)
        flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        return bytes(flipped) if isinstance(old, bytes) else flipped.decode("utf-8", "replace")
    return data.draw(_VALUES)


def mutated(data: DataObject, rows: Found) -> Found:
    """Return the rows of a table with one of them changed, added, removed, moved, or two exchanged in part."""
    index = data.draw(st.integers(0, len(rows) - 1))
    row = list(rows[index])
    what = data.draw(st.sampled_from(["change", "change", "add", "remove", "exchange"]))
    if what == "remove":
        return rows[:index] + rows[index + 1 :]
    at = data.draw(st.integers(0, len(row) - 1))
    if what == "exchange":
        other = data.draw(st.integers(0, len(rows) - 1))
        second = list(rows[other])
        row[at], second[at] = second[at], row[at]
        return [tuple(row) if n == index else tuple(second) if n == other else old for n, old in enumerate(rows)]
    row[at] = value(data, rows, rows[index], at)
    if what == "add":
        for more in range(len(row)):
            if data.draw(st.booleans()):
                row[more] = value(data, rows, rows[index], more)
        return [*rows, tuple(row)]
    return [*rows[:index], tuple(row), *rows[index + 1 :]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[Any]]:
    """Return a log in a file, its head, and all that is printed of it."""
    path = tmp_path_factory.mktemp("verified") / "log.db"
    head = fill(str(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return path, head, printed(str(path))


@pytest.fixture(scope="module")
def file(made: tuple[Path, str, list[Any]]) -> Log:
    path, head, before = made
    return Log(str(path), head, before)


@pytest.fixture
def pristine(made: tuple[Path, str, list[Any]]) -> Iterator[Path]:
    """Return the file of that log, whose bytes are put back afterwards."""
    path = made[0]
    data = path.read_bytes()
    yield path
    path.write_bytes(data)


@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("table", _TABLES)
def test_a_single_row_of_any_table_of_a_file(data: DataObject, table: str, file: Log, pristine: Path) -> None:
    original = pristine.read_bytes()
    columns = ", ".join(_TABLES[table])
    try:
        with closing(sqlite3.connect(pristine)) as connection:
            rows = connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 - from above
        changed = mutated(data, rows)
        with unguarded(pristine) as connection:
            connection.execute("BEGIN")
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - from above
            marks = ", ".join("?" * len(_TABLES[table]))
            try:
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", changed)  # noqa: S608 - from above
            except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeEncodeError):
                connection.execute("ROLLBACK")
            else:
                connection.execute("COMMIT")
        file.check(data, (table, set(map(repr, changed)) ^ set(map(repr, rows))))
    finally:
        _clear(pristine)
        pristine.write_bytes(original)


@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_single_byte_of_a_file(data: DataObject, file: Log, pristine: Path) -> None:
    original = pristine.read_bytes()
    changed = bytearray(original)
    at = data.draw(st.integers(0, 120) | st.integers(0, len(original) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    pristine.write_bytes(changed)
    try:
        file.check(data, at)
    finally:
        _clear(pristine)
        pristine.write_bytes(original)


def _clear(path: Path) -> None:
    """Take away what lies beside a log, and was made from what it held."""
    for beside in path.parent.iterdir():
        if beside != path:
            shutil.rmtree(beside) if beside.is_dir() else beside.unlink()


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Log, str]]:
    """Return a shared log and its address."""
    with shared_cluster().database() as name:
        address = shared_cluster().address(name)
        head = fill(address)
        yield Log(address, head, printed(address)), address


@pytest.mark.postgres
@settings(max_examples=max(3, _EXAMPLES // 4))
@given(data=st.data())
@pytest.mark.parametrize("table", _TABLES)
def test_a_single_row_of_any_table_of_a_database(data: DataObject, table: str, shared: tuple[Log, str]) -> None:
    import psycopg

    log, address = shared
    columns = [name.replace("rowid", "notification_id") for name in _TABLES[table]]
    with psycopg.connect(address) as connection:
        rows = connection.execute(_select(table, columns)).fetchall()
    changed = mutated(data, rows)
    try:
        _replace(address, table, columns, changed)
        log.check(data, (table, set(map(repr, changed)) ^ set(map(repr, rows))))
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError):
        pass
    finally:
        _replace(address, table, columns, rows)


def _select(table: str, columns: Sequence[str]) -> bytes:
    return f"SELECT {', '.join(columns)} FROM communique.{table} ORDER BY 1, 2".encode()  # noqa: S608 - from above


def _replace(address: str, table: str, columns: Sequence[str], rows: Found) -> None:
    marks = ", ".join(["%s"] * len(columns))
    with unguarded_shared(address) as cursor:
        cursor.execute(f"DELETE FROM communique.{table}".encode())  # noqa: S608 - from above
        cursor.executemany(
            f"INSERT INTO communique.{table} ({', '.join(columns)}) VALUES ({marks})".encode(),  # noqa: S608 - from above
            rows,
        )
