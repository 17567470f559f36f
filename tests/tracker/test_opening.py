"""What is at a place and is no log is told in words, and left as it is."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.given import stage, statement
from tracker.errors import LogBusyError, LogError, LogMissingError, LogTooNewError, NameUnknownError, NotALogError
from tracker.log import EventLog
from tracker.scripts.script import record_file
from tracker.stores.sqlite.file import APPLICATION_ID, FORMAT_VERSION
from tracker.transfer.bundle import take_in


def files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def foreign_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE stored_events (mine TEXT)")
    connection.execute("INSERT INTO stored_events VALUES ('all mine')")
    connection.commit()
    connection.close()


def made_by_another_program(path: Path) -> None:
    foreign_sqlite(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA application_id=252006673")
    connection.close()


def text(path: Path) -> None:
    path.write_text("Dear diary,\n" * 1000, encoding="utf-8")


def short_text(path: Path) -> None:
    path.write_text("x", encoding="utf-8")


def cut_off_log(path: Path) -> None:
    with EventLog.open(path) as log:
        log.record(stage())
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


@pytest.mark.parametrize("make", [foreign_sqlite, made_by_another_program, text, short_text, cut_off_log])
@pytest.mark.parametrize("read_only", [False, True])
def test_another_file_is_refused_and_not_touched(make: object, read_only: bool, tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    assert callable(make)
    make(path)
    before = files(tmp_path)
    with pytest.raises(NotALogError, match=r"file\.db"):
        EventLog.open(path, read_only=read_only)
    assert files(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_log_of_a_newer_version_is_refused_and_not_touched(log_path: Path, read_only: bool) -> None:
    EventLog.open(log_path).close()
    connection = sqlite3.connect(log_path)
    connection.execute(f"PRAGMA user_version={FORMAT_VERSION + 1}")
    connection.close()
    before = files(log_path.parent)
    with pytest.raises(LogTooNewError, match=r"has format 2, made by a newer communique; .*: upgrade communique"):
        EventLog.open(log_path, read_only=read_only)
    assert files(log_path.parent) == before


def test_a_directory_is_refused_with_a_name_that_would_do(tmp_path: Path) -> None:
    with pytest.raises(NotALogError, match=r"is a directory; name a file, as in --log .*negotiations\.db"):
        EventLog.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["missing/log.db", "file/log.db", "x" * 300, "y" * 300 + "/log.db"])
def test_a_place_that_cannot_hold_a_file_is_told(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="; "):
        EventLog.open(tmp_path / where)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_or_a_device_is_no_log(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(NotALogError, match="is not an SQLite file"):
            EventLog.open(place)


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}])
def test_no_log_is_made_where_none_is_to_be_made(options: dict[str, Any], log_path: Path) -> None:
    with pytest.raises(LogMissingError, match=r"there is no log at .*; `communique record FILE` makes one"):
        EventLog.open(log_path, **options)
    assert not log_path.exists()
    log_path.touch()
    with pytest.raises(LogMissingError):
        EventLog.open(log_path, **options)
    assert log_path.stat().st_size == 0


def test_an_empty_file_becomes_a_log(log_path: Path) -> None:
    log_path.touch()
    with EventLog.open(log_path) as log:
        assert log.record(stage()).count == 12


@pytest.mark.parametrize(
    "name",
    [
        "with space.db",
        "100%.db",
        "a?mode=ro#b.db",
        "négociation-谈判.db",
        "'\";--.db",
        "%41.db",
        "file:x.db",
        ":memory:",
        "two\nlines.db",
        os.fsdecode(b"no \xff text.db"),
        "x" * 247,
    ],
)
def test_any_name_of_a_file_will_do(name: str, tmp_path: Path) -> None:
    with EventLog.open(tmp_path / name) as log:
        log.record(stage())
    with EventLog.open(tmp_path / name, read_only=True) as log:
        assert len(list(log.read())) == 12
        assert log.follow(should_stop=lambda: True) is not None
        assert log.store.change_mark() == log.store.change_mark()
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in tmp_path.iterdir()} == {name}


def test_a_log_is_named_by_url_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("sqlite:///relative.db") as log:
        log.record(stage())
    with EventLog.open(f"sqlite:///{tmp_path / 'relative.db'}") as log:
        assert len(list(log.read())) == 12
    with EventLog.open("relative.db") as log:
        assert len(list(log.read())) == 12


@pytest.mark.parametrize("name", ["file:x.db", "FILE:x.db", "file:///x.db", "file:x.db?mode=memory", ":memory:"])
def test_an_address_of_sqlite_is_no_log(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for read_only in (False, True):
        with pytest.raises(LogError, match="is an address of SQLite's own, and no file; write a path"):
            EventLog.open(name, read_only=read_only)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["file:x.db", ":memory:"])
def test_a_file_may_have_such_a_name_all_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (f"./{name}", f"sqlite:///{name}", Path(name), tmp_path / name):
        with EventLog.open(place) as log:
            log.record(stage())
            # Whatever is put beside it has a path that SQLite takes for one.
            assert Path(log.location).is_absolute()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_log_stays_where_it_is_when_the_process_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with EventLog.open("n.db") as log:
        monkeypatch.chdir("elsewhere")
        log.record(stage())
        assert log.verify().ok
        log.store.change_mark()
    assert not list(Path().iterdir())


def test_a_log_is_written_ahead_synced_and_marked_as_ours(log: EventLog, log_path: Path) -> None:
    log.record(stage())
    connection = sqlite3.connect(log_path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT_VERSION,)
    connection.close()
    assert APPLICATION_ID.to_bytes(4, "big") == b"cmnq"


def test_a_closed_log_leaves_one_file(log_path: Path) -> None:
    with EventLog.open(log_path) as log:
        log.record(stage())
        list(log.follow(after=0, should_stop=iter([False] * 13 + [True]).__next__))
    assert [path.name for path in log_path.parent.iterdir()] == [log_path.name]


def test_a_log_held_by_another_is_told_as_busy(
    staged: EventLog, log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = sqlite3.connect(log_path, isolation_level=None)
    monkeypatch.setattr("tracker.stores.sqlite.file.LOCK_TIMEOUT", 1)
    monkeypatch.setattr("tracker.stores.sqlite.recorder.LOCK_TIMEOUT", 1)
    with EventLog.open(log_path) as waiting:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogBusyError, match="held by another process"):
            waiting.record(stage("us-chad"))
        holder.execute("ROLLBACK")
        assert waiting.record(stage("us-chad")).count == 12
    holder.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write any file")
def test_a_file_that_may_not_be_written_is_read(log_path: Path) -> None:
    with EventLog.open(log_path) as log:
        log.record(stage())
    log_path.chmod(0o444)
    with EventLog.open(log_path, read_only=True) as log:
        assert len(list(log.read())) == 12


def test_whoever_makes_a_log_in_the_same_moment_is_not_told_that_it_is_held(tmp_path: Path) -> None:
    together = threading.Barrier(6)

    def make(path: Path) -> str:
        together.wait()
        with EventLog.open(path, by="tester") as log:
            return log.identity

    with ThreadPoolExecutor(6) as pool:
        for number in range(20):
            assert len(set(pool.map(make, [tmp_path / f"{number}.db"] * 6))) == 1


_ANOTHER_WRITER = """
import sys
from tests.tracker.given import statement
from tracker.log import EventLog
with EventLog.open(sys.argv[1]) as log:
    log.record([statement(int(sys.argv[2]))])
"""


@pytest.mark.long
def test_a_log_opened_again_keeps_what_the_first_holds_of_the_file(log_path: Path) -> None:
    """On POSIX, whoever closes a file that it has open elsewhere lets go of all locks that its process has on it."""
    ids: list[str] = []
    with EventLog.open(log_path) as log:
        log.record(stage())
        for theirs in (1, 3, 5):
            with EventLog.open(log_path, create=False, read_only=True) as again:
                assert again.negotiations() == log.negotiations()
            # Had the first let go, this process would take itself for the last one, and tidy away what is still in use.
            subprocess.run([sys.executable, "-c", _ANOTHER_WRITER, str(log_path), str(theirs)], check=True)
            log.record([statement(theirs + 1)])
            ids = [recorded.id for recorded in log.read()]
            assert ids[-2:] == [f"statement-{theirs}", f"statement-{theirs + 1}"]
    with EventLog.open(log_path, create=False) as log:
        assert [recorded.id for recorded in log.read()] == ids
        assert log.verify().ok


@pytest.mark.long
def test_a_log_is_no_script_for_itself(log_path: Path) -> None:
    """Reading it and closing it would let go of the locks that the log is written under."""
    link = log_path.with_name("link.jsonl")
    with EventLog.open(log_path) as log:
        log.record(stage())
        for ending in ("", "-wal", "-shm"):
            link.symlink_to(f"{log_path}{ending}")
            for take in (record_file, take_in):
                with pytest.raises(NameUnknownError, match=r"is the log itself|is what SQLite keeps beside"):
                    take(log, link)
            link.unlink()
        subprocess.run([sys.executable, "-c", _ANOTHER_WRITER, str(log_path), "1"], check=True)
        log.record([statement(2)])
    with EventLog.open(log_path, create=False) as log:
        assert [recorded.id for recorded in log.read()][-2:] == ["statement-1", "statement-2"]
