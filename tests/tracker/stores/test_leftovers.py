"""What another log has left beside a name is not played into what is made under that name, and stays as it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statement, statements
from tests.tracker.stores.beside import ENDINGS, JOURNAL, KINDS, leave_as_killed
from tracker.errors import LogError
from tracker.log import EventLog
from tracker.system import part_of, publish
from tracker.transfer.copy import back_up, copy_log, restore

if TYPE_CHECKING:
    from collections.abc import Callable


def ids(where: str | Path) -> list[str]:
    with EventLog.open(where, create=False, read_only=True) as log:
        assert log.verify().ok
        return [recorded.id for recorded in log.read()]


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of a log with a few entries, not to be written to, in a folder with the log itself."""
    folder = tmp_path_factory.mktemp("monday")
    with EventLog.open(folder / "source.db") as log:
        log.record([*stage(), *statements(60)])
    back_up(str(folder / "source.db"), folder / "monday.db")
    return folder / "monday.db"


def copy(source: Path, target: Path) -> None:
    with EventLog.open(source, create=False, read_only=True) as log, EventLog.open(target) as other:
        copy_log(log, other)


def record(_: Path, target: Path) -> None:
    with EventLog.open(target) as log:
        log.record(stage())


#: Everything that makes a log under a name.
MAKERS: list[Callable[[Path, Path], object]] = [
    lambda monday, target: restore(monday, str(target)),
    lambda monday, target: back_up(str(monday), target),
    copy,
    record,
]


def contents(folder: Path) -> dict[str, bytes | str]:
    return {path.name: path.read_bytes() if path.is_file() else str(path.lstat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize("make", MAKERS, ids=["restore", "backup", "copy", "record"])
def test_nothing_is_made_beside_what_is_left(
    make: Callable[[Path, Path], object], monday: Path, tmp_path: Path
) -> None:
    target = tmp_path / "n.db"
    for ending, kind in product(ENDINGS, KINDS):
        left = tmp_path / f"n.db{ending}"
        KINDS[kind](left)
        before = contents(tmp_path)
        with pytest.raises(
            LogError, match=rf"n\.db{ending} is left of a log that was at .*n\.db, .*: move it"
        ) as caught:
            make(monday, target)
        assert "\n" not in str(caught.value)
        assert contents(tmp_path) == before
        left.rmdir() if kind == "folder" else left.unlink()
    make(monday, target)
    assert ids(target)


@pytest.mark.parametrize("empty", [False, True], ids=["no file", "an empty file"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_log_is_not_made_of_an_empty_file_beside_what_is_left(ending: str, empty: bool, tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    if empty:
        path.touch()
    KINDS["journal"](tmp_path / f"n.db{ending}")
    before = contents(tmp_path)
    with pytest.raises(LogError, match="is left of a log"):
        record(path, path)
    assert contents(tmp_path) == before


def test_who_was_killed_while_making_a_log_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE notes (x)")
        connection.execute("PRAGMA cache_spill=1")
        # As it is now, before its end, a process of its own would leave it.
        left = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.name != "n.db"}
        connection.execute("ROLLBACK")
    path.write_bytes(b"")
    for name, data in left.items():
        (tmp_path / name).write_bytes(data)
    assert left
    record(path, path)
    assert len(ids(path)) == len(stage())


@pytest.mark.parametrize("data", [b"", bytes(15), bytes(64), JOURNAL + b"\xff" * 8 + bytes(48)])
def test_a_journal_that_undoes_the_making_is_no_hindrance(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    path.touch()
    (tmp_path / "n.db-journal").write_bytes(data)
    record(path, path)
    assert len(ids(path)) == len(stage())


@pytest.mark.parametrize("data", [b"hi\n", b"a text of somebody's", b"\xff" * 16 + bytes(48)])
def test_a_log_is_not_made_of_an_empty_file_beside_what_is_no_journal(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    path.touch()
    (tmp_path / "n.db-journal").write_bytes(data)
    before = contents(tmp_path)
    with pytest.raises(LogError, match=r"n\.db-journal is .*move it"):
        record(path, path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("alone", [True, False], ids=["the file alone", "all of it"])
def test_a_damaged_log_is_moved_away_and_its_last_entries_are_kept(alone: bool, monday: Path, tmp_path: Path) -> None:
    desk, damaged = tmp_path / "desk", tmp_path / "damaged"
    desk.mkdir()
    damaged.mkdir()
    shutil.copy(monday.with_name("source.db"), tmp_path)
    there = leave_as_killed(tmp_path / "source.db", desk / "n.db", count=30)
    before = ids(monday)
    names = ["n.db"] if alone else [path.name for path in desk.iterdir()]
    for name in names:
        (desk / name).rename(damaged / name)
    if alone:
        with pytest.raises(LogError, match=r"n\.db-wal is left of a log"):
            restore(monday, str(desk / "n.db"))
        for name in ("n.db-wal", "n.db-shm"):
            (desk / name).rename(damaged / name)
    assert restore(monday, str(desk / "n.db")).count == len(before)
    assert ids(desk / "n.db") == before
    assert ids(damaged / "n.db") == there
    assert len(there) == len(before) + 30


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_log_is_made_under_a_name_of_sqlite(ending: str, monday: Path, tmp_path: Path) -> None:
    for make in MAKERS:
        with pytest.raises(LogError, match="cannot be made: SQLite keeps files of its own under such names"):
            make(monday, monday.with_name(f"source.db{ending}"))
    assert not monday.with_name(f"source.db{ending}").exists()


def test_an_empty_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version=7")
    before = path.read_bytes()
    with pytest.raises(LogError, match="is an empty SQLite file, not a log"):
        record(path, path)
    assert path.read_bytes() == before


def test_what_gets_the_name_meanwhile_keeps_it(monday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "n.db"

    def somebody_else(part: Path, path: Path) -> None:
        path.write_text("first")
        publish(part, path)

    monkeypatch.setattr("tracker.transfer.copy.publish", somebody_else)
    for make in (MAKERS[0], MAKERS[1]):
        with pytest.raises(LogError, match="is there already and is never overwritten"):
            make(monday, target)
        assert target.read_text() == "first"
        target.unlink()
    assert not list(tmp_path.glob(".*"))


def test_what_is_left_meanwhile_is_seen(monday: Path, tmp_path: Path) -> None:
    target = tmp_path / "n.db"

    def leave(_: int) -> None:
        (tmp_path / "n.db-wal").touch()

    with pytest.raises(LogError, match=r"n\.db-wal is left of a log"):
        restore(monday, str(target), progress=leave)
    assert not target.exists()
    assert not list(tmp_path.glob(".*"))


def refuse(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_file_system_without_hard_links(monday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "n.db"
    restore(monday, str(target))
    assert ids(target) == ids(monday)
    with pytest.raises(FileExistsError):
        publish(monday, target)
    assert ids(target) == ids(monday)


def test_what_holds_a_name_until_it_has_its_content_is_no_place_for_a_log(
    monday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "n.db"

    def be_killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", be_killed)
    with pytest.raises(KeyboardInterrupt):
        restore(monday, str(target))
    assert b"delete it, and run the same again" in target.read_bytes()
    with pytest.raises(LogError, match="is not an SQLite file"):
        record(target, target)


def test_who_was_killed_when_the_backup_had_its_name_leaves_it_usable(monday: Path, tmp_path: Path) -> None:
    backup = Path(shutil.copy(monday, tmp_path))
    os.link(backup, part_of(backup))
    assert len(ids(backup)) == len(stage()) + 60
    with EventLog.open(backup) as log:
        log.record([statement(1000)])
    os.link(backup, tmp_path / "again.db")
    with pytest.raises(LogError, match="has another name as well"):
        ids(backup)


@pytest.mark.parametrize("name", ["x" * 247, "y" * 180, "😀" * 61, "n.db"])
def test_a_backup_may_have_as_long_a_name_as_a_log(name: str, monday: Path, tmp_path: Path) -> None:
    back_up(str(monday), tmp_path / name)
    assert ids(tmp_path / name) == ids(monday)
    assert restore(tmp_path / name, str(tmp_path / "restored.db")).count == len(ids(monday))


def test_a_name_without_room_for_what_is_beside_it_is_told(monday: Path, tmp_path: Path) -> None:
    before = contents(tmp_path)
    for make in MAKERS:
        with pytest.raises(LogError, match=r"is too long a name: .* at most 247 bytes") as caught:
            make(monday, tmp_path / ("z" * 248))
        assert len(str(caught.value)) < 300
        deep = tmp_path.joinpath(*["d" * 100] * 5)
        deep.mkdir(parents=True, exist_ok=True)
        with pytest.raises(LogError, match="is at too long a path: SQLite takes 504 bytes"):
            make(monday, deep / "n.db")
        assert not list(deep.iterdir())
    assert {name for name in contents(tmp_path) if name != "d" * 100} == set(before)
