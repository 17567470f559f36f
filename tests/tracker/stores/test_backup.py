"""Backups: made while others write, verified before they are called good, never in place of anything."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statement, statements
from tests.tracker.stores.given import tamper
from tracker.errors import LogError, LogMissingError, NotALogError
from tracker.log import EventLog
from tracker.transfer.copy import back_up, restore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def filled(place: str) -> str:
    """Return a place of each kind in turn that holds a log."""
    with EventLog.open(place, by="ada") as log:
        log.record([*stage(), *stage("us-chad"), *statements(50)])
    return place


def contents(where: str | Path) -> list[tuple[object, ...]]:
    with EventLog.open(where, create=False, read_only=True) as log:
        assert log.verify().ok
        return [row[1:] for row in log.store.scan()]


def test_a_backup_is_a_log_in_one_file_and_comes_back(filled: str, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file, restored = folder / "backup.db", folder / "restored.db"
    made = back_up(filled, file)
    assert (made.count, sorted(made.heads)) == (74, ["us-chad", "us-niger"])
    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    assert contents(file) == contents(filled)
    again = restore(file, str(restored))
    assert again.heads == made.heads
    assert {path.name for path in folder.iterdir()} == {"backup.db", "restored.db"}
    assert contents(restored) == contents(filled)
    with EventLog.open(restored) as log, EventLog.open(file, read_only=True) as backup:
        assert log.identity != backup.identity
        assert log.record([statement(51)]).count == 1
        assert log.verify(made.heads.values()).ok


def names(folder: Path) -> dict[str, int]:
    """Return the files of a folder with their times, but those that come and go with whoever reads a log."""
    found = (path for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm")))
    return {path.name: path.lstat().st_mtime_ns for path in found}


@pytest.mark.postgres
def test_a_shared_log_is_restored_into_an_empty_database_only(shared_place: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    with EventLog.open(tmp_path / "log.db") as log:
        log.record([*stage(), *statements(1200)])
    back_up(str(tmp_path / "log.db"), file)
    assert restore(file, shared_place).count == 1212
    assert contents(shared_place) == contents(file)
    with pytest.raises(LogError, match="a backup never overwrites one"):
        restore(file, shared_place)


def test_others_write_while_a_backup_is_made(filled: str, tmp_path: Path) -> None:
    stop = threading.Event()
    written = threading.Event()

    def write() -> None:
        with EventLog.open(filled, by="bob") as log:
            number = 1000
            while not stop.is_set():
                log.record([statement(number)])
                number += 1
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(200)
        for number in range(3):
            back_up(filled, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    everything = contents(filled)
    lengths = []
    for number in range(3):
        part = contents(tmp_path / f"{number}.db")
        assert part == everything[: len(part)]
        lengths.append(len(part))
    assert lengths == sorted(lengths)
    assert lengths[0] > 74


@pytest.mark.parametrize("kind", ["file", "log", "folder", "dangling link"])
def test_nothing_is_ever_overwritten(kind: str, filled: str, tmp_path: Path) -> None:
    there = tmp_path / "there"
    if kind == "file":
        there.write_text("notes")
    elif kind == "log":
        EventLog.open(there).close()
    elif kind == "folder":
        there.mkdir()
    else:
        there.symlink_to(tmp_path / "nowhere")
    back_up(filled, tmp_path / "backup.db")
    before = names(tmp_path)
    with pytest.raises(LogError, match="there already and is never overwritten"):
        back_up(filled, there)
    with pytest.raises(LogError, match="there already and is never overwritten"):
        restore(tmp_path / "backup.db", str(there))
    assert names(tmp_path) == before


def test_a_damaged_log_gives_no_backup_and_a_damaged_backup_no_log(tmp_path: Path) -> None:
    path, file = tmp_path / "log.db", tmp_path / "backup.db"
    with EventLog.open(path) as log:
        log.record([*stage(), *statements(50)])
    back_up(str(path), file)
    position = 0
    for damaged in (path, file):
        position = tamper(damaged, "number 7", "number 8")
    assert position == 19
    before = names(tmp_path)
    with pytest.raises(LogError, match=r"the backup of .*log\.db is damaged, .* was not kept: us-niger: .*\(#19\)"):
        back_up(str(path), tmp_path / "second.db")
    with pytest.raises(LogError, match=r"backup\.db is damaged and was not copied: us-niger: .*\(#19\)"):
        restore(file, str(tmp_path / "second.db"))
    assert names(tmp_path) == before


def test_a_file_with_overwritten_pages_gives_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with EventLog.open(path) as log:
        log.record([*stage(), *statements(500)])
    data = bytearray(path.read_bytes())
    for page in range(5, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = os.urandom(64)
    path.write_bytes(data)
    with pytest.raises(LogError) as caught:
        back_up(str(path), tmp_path / "backup.db")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "backup.db").exists()
    assert not list(tmp_path.glob(".*"))


def test_what_is_no_log_is_neither_backed_up_nor_restored(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("nothing of ours")
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE notes (x)")
    connection.close()
    for path in (notes, foreign):
        with pytest.raises(NotALogError):
            back_up(str(path), tmp_path / "backup.db")
        with pytest.raises(NotALogError):
            restore(path, str(tmp_path / "restored.db"))
    with pytest.raises(LogMissingError):
        back_up(str(tmp_path / "missing.db"), tmp_path / "backup.db")
    with pytest.raises(LogMissingError):
        restore(tmp_path / "missing.db", str(tmp_path / "restored.db"))
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "foreign.db"}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "log.db") as log:
        log.record(stage())
    with pytest.raises(LogError, match=r"missing/backup\.db cannot be written: No such file or directory"):
        back_up(str(tmp_path / "log.db"), tmp_path / "missing" / "backup.db")


def test_a_backup_is_no_more_open_than_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with EventLog.open(path) as log:
        log.record(stage())
    path.chmod(0o600)
    back_up(str(path), tmp_path / "backup.db")
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600


def test_an_empty_log_has_a_backup_too(place: str, tmp_path: Path) -> None:
    EventLog.open(place).close()
    assert back_up(place, tmp_path / "backup.db").count == 0
    assert contents(tmp_path / "backup.db") == []
    assert restore(tmp_path / "backup.db", str(tmp_path / "restored.db")).count == 0
    assert contents(tmp_path / "restored.db") == []
