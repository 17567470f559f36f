"""Readers of a file see what is there, whether somebody has it open, opens it, closes it, or moves it away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statement, statements
from tests.tracker.stores.beside import ENDINGS, KINDS, OTHERS, leave_as_killed, leave_with_journal
from tracker.errors import LogError, LogMissingError, NotALogError
from tracker.log import EventLog
from tracker.stores.sqlite.readers import Readers
from tracker.transfer.copy import back_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a log in a folder of its own."""
    path = tmp_path / "desk" / "n.db"
    path.parent.mkdir()
    with EventLog.open(path) as log:
        log.record(stage())
    return path


@pytest.fixture(params=[True, False], ids=["just changed", "changed long ago"])
def _age(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file count as just changed, whose time may not tell the next change, and as changed long ago."""
    after = 10**18 if request.param else -(10**18)
    monkeypatch.setattr("tracker.stores.sqlite.readers._SETTLED", (after, after))


def record(path: Path, *numbers: int) -> None:
    with EventLog.open(path) as log:
        log.record([statement(number) for number in numbers])


def test_reading_leaves_nothing_beside_a_log(path: Path) -> None:
    with EventLog.open(path, create=False, read_only=True) as log:
        assert log.verify().ok
        assert len(list(log.read())) == len(stage())
        log.store.change_mark()
    back_up(str(path), path.with_name("backup.db"))
    assert {found.name for found in path.parent.iterdir()} == {"n.db", "backup.db"}


@pytest.mark.usefixtures("_age")
def test_a_reader_sees_each_entry_whoever_opens_and_closes_the_log(path: Path) -> None:
    with EventLog.open(path, create=False, read_only=True) as reader:
        marks = [reader.store.change_mark()]

        def is_seen(number: int) -> bool:
            marks.append(reader.store.change_mark())
            return [recorded.id for recorded in reader.read()][len(stage()) :] == [
                f"statement-{each}" for each in range(1, number + 1)
            ]

        record(path, 1)
        assert is_seen(1)
        with EventLog.open(path) as log:
            assert is_seen(1)
            for number in (2, 3):
                log.record([statement(number)])
                assert is_seen(number)
        assert is_seen(3)
        record(path, 4)
        assert is_seen(4)
        noticed = [marks[at] for at in (0, 1, 3, 4, 6)]
        assert noticed == sorted(set(noticed))
        assert reader.verify().ok


@pytest.mark.long
@pytest.mark.usefixtures("_age")
def test_readers_beside_writers_that_come_and_go(path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        try:
            for number in range(1, 41):
                record(path, number)
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    expected = [*(event.id for event in stage()), *(event.id for event in statements(40))]
    last = 0
    try:
        while not done.is_set():
            with EventLog.open(path, create=False, read_only=True) as log:
                for _ in range(3):
                    there = [recorded.id for recorded in log.read()]
                    assert there == expected[: len(there)]
                    assert len(there) >= last
                    last = len(there)
    finally:
        writer.join()
    with EventLog.open(path, create=False, read_only=True) as log:
        assert [recorded.id for recorded in log.read()] == expected


_ANOTHER = """
import sys
from tests.tracker.given import statement
from tracker.log import EventLog
with EventLog.open(sys.argv[1]) as log:
    log.record([statement(int(sys.argv[2]))])
"""


@pytest.mark.long
def test_a_reader_that_began_before_the_writer_lets_go_of_no_lock_of_its_process(path: Path) -> None:
    with EventLog.open(path, create=False, read_only=True) as reader:
        reader.store.change_mark()
        with EventLog.open(path) as log:
            log.record([statement(1)])
            reader.close()
            # Had closing it let go of the locks, this one would take itself for the last and tidy away what is in use.
            subprocess.run([sys.executable, "-c", _ANOTHER, str(path), "2"], check=True)
            assert path.with_name("n.db-wal").exists()
            log.record([statement(3)])
            there = [recorded.id for recorded in log.read()]
    assert there[-3:] == ["statement-1", "statement-2", "statement-3"]
    with EventLog.open(path) as log:
        assert [recorded.id for recorded in log.read()] == there
        assert log.verify().ok


@pytest.mark.parametrize("replace", [False, True], ids=["moved away", "replaced"])
@pytest.mark.parametrize("is_open", [False, True], ids=["alone", "while it is open"])
def test_a_log_that_is_another_one_by_now_is_told(replace: bool, is_open: bool, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copy(path, other)
    with EventLog.open(path) as writer, EventLog.open(path, create=False, read_only=True) as reader:
        if is_open:
            writer.record([statement(1)])
        assert reader.store.change_mark() == reader.store.change_mark()
        path.rename(tmp_path / "moved.db")
        if replace:
            other.rename(path)
        said = "is another file than it was" if replace else "is not there any more"
        for look in (reader.store.change_mark, reader.store.max_position, lambda: list(reader.read())):
            with pytest.raises(LogError, match=f"{said}.*; open the log again"):
                look()
        for events in ([statement(2)], [statement(3), statement(4)]):
            # Nobody would find it where they look for it.
            with pytest.raises(LogError, match=f"{said}.*; open the log again"):
                writer.record(events)


def put_into_the_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def restore_by_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as other, closing(sqlite3.connect(target)) as log:
        other.backup(log)


@pytest.mark.long
@pytest.mark.parametrize("put", [put_into_the_file, restore_by_sqlite])
@pytest.mark.parametrize("kind", ["another log", "an older one", "one that went on otherwise"])
def test_a_log_that_is_put_into_the_very_file_is_told(
    put: Callable[[Path, Path], None], kind: str, path: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    if kind != "another log":
        shutil.copyfile(path, other)
    record(path, 1, 2)
    if kind == "another log":
        with EventLog.open(other) as log:
            log.record(stage())
    if kind != "an older one":
        record(other, 3, 4, 5)
    with EventLog.open(path) as writer, EventLog.open(path, create=False, read_only=True) as reader:
        if put is restore_by_sqlite:
            # With a writer that has it open SQLite takes no notice of what is copied over the file.
            writer.record([statement(6)])
        put_in = iter([put])
        followed = reader.follow(wait=lambda _: next(put_in)(other, path))
        with pytest.raises(LogError, match=r"is another log than it was|holds another entry #.* than it did"):
            next(followed)
        if kind == "another log":
            for look in (lambda: writer.record([statement(7)]), reader.store.change_mark):
                with pytest.raises(LogError, match="is another log than it was; open it again"):
                    look()
        else:
            # It is the same log still, and what comes is chained to what it holds.
            writer.record([statement(7)])
    with EventLog.open(path) as log:
        assert log.verify().ok


def test_what_a_killed_writer_left_is_read_by_every_name(path: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed" / "n.db"
    killed.parent.mkdir()
    there = leave_as_killed(path, killed)
    for name in links(killed, tmp_path / "links"):
        with EventLog.open(name, create=False, read_only=True) as log:
            assert [recorded.id for recorded in log.read()] == there, name


def links(path: Path, folder: Path) -> list[Path]:
    """Return a file's name, and others that lead to it through links of each kind."""
    folder.mkdir()
    (folder / "relative").symlink_to(os.path.relpath(path, folder))
    (folder / "absolute").symlink_to(path)
    (folder / "chain").symlink_to("relative")
    (folder / "desk").symlink_to(path.parent)
    (folder / "twice").symlink_to(folder / "desk" / path.name)
    return [path, *(folder / name for name in ("relative", "absolute", "chain", "twice")), folder / "desk" / path.name]


def test_a_log_is_one_by_whatever_name_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "n.db"
    path.parent.mkdir()
    names = links(path, tmp_path / "links")
    # The link leads to nothing yet: the log is made where it leads to.
    with EventLog.open(names[1]) as log:
        log.record(stage())
        for number, name in enumerate(names):
            with EventLog.open(name) as other:
                assert other.identity == log.identity
                other.record([statement(number)])
            with EventLog.open(name, create=False, read_only=True) as other:
                assert len(list(other.read())) == len(stage()) + number + 1
        assert log.verify().ok
    assert [found.name for found in path.parent.iterdir()] == ["n.db"]
    assert {found.name for found in (tmp_path / "links").iterdir()} == {
        "relative",
        "absolute",
        "chain",
        "desk",
        "twice",
    }


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("back")
    (tmp_path / "back").symlink_to("circle")
    (tmp_path / "missing").symlink_to("nowhere/n.db")
    for read_only in (False, True):
        with pytest.raises(NotALogError, match="leads round in a circle"):
            EventLog.open(tmp_path / "circle", read_only=read_only)
        with pytest.raises(LogMissingError, match="there is no"):
            EventLog.open(tmp_path / "missing", read_only=read_only)
    assert {found.name for found in tmp_path.iterdir()} == {"circle", "back", "missing"}


@pytest.mark.parametrize("name", ["desk/hard.db", "hard.db"])
def test_a_log_with_two_names_is_refused_by_both(name: str, path: Path, tmp_path: Path) -> None:
    os.link(path, tmp_path / name)
    for place in (path, tmp_path / name):
        for read_only in (False, True):
            with pytest.raises(LogError, match=r"has another name as well .*; remove the other"):
                EventLog.open(place, read_only=read_only)
    (tmp_path / name).unlink()
    record(path, 1)


def test_an_empty_file_with_two_names_becomes_no_log(tmp_path: Path) -> None:
    (tmp_path / "n.db").touch()
    os.link(tmp_path / "n.db", tmp_path / "other.db")
    with pytest.raises(LogError, match="has another name as well"):
        EventLog.open(tmp_path / "n.db")
    assert (tmp_path / "n.db").stat().st_size == 0


def test_a_change_that_was_cut_off_is_undone_for_a_reader_who_may_write(path: Path, tmp_path: Path) -> None:
    back_up(str(path), tmp_path / "backup.db")
    cut_off = tmp_path / "cut.db"
    leave_with_journal(tmp_path / "backup.db", cut_off)
    with EventLog.open(cut_off, create=False, read_only=True) as log:
        assert log.verify().ok
        assert len(list(log.read())) == len(stage())


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_in_the_way_of_reading_is_told_or_does_not_matter(kind: str, ending: str, path: Path) -> None:
    KINDS[kind](path.with_name(f"n.db{ending}"))
    said = ""
    try:
        with EventLog.open(path, create=False, read_only=True) as log:
            assert len(list(log.read())) == len(stage())
    except LogError as error:
        said = str(error)
    assert said == "" or f"n.db{ending} is no file of SQLite, and in the way of" in said
    assert "\n" not in said


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_cannot_be_of_sqlite_beside_a_log_is_told_and_not_touched(kind: str, ending: str, path: Path) -> None:
    put, why = OTHERS[kind]

    def there() -> dict[str, object]:
        return {file.name: (os.lstat(file)[:7], file.is_file() and file.read_bytes()) for file in path.parent.iterdir()}

    with EventLog.open(path) as writer, EventLog.open(path, create=False, read_only=True) as reader:
        put(path.with_name(f"n.db{ending}"))
        before = there()
        said = rf"n\.db{ending} is no file of SQLite, and in the way of .*n\.db: {why}.*; move it away"
        for read_only in (True, False):
            with pytest.raises(LogError, match=said):
                EventLog.open(path, read_only=read_only)
        with pytest.raises(LogError, match=said):
            writer.record([statement(1)])
        # Who has it open reads on while that is in nobody's way.
        with suppress(LogError):
            reader.store.change_mark()
            assert len(list(reader.read())) == len(stage())
        assert there() == before


def test_a_file_that_never_rests_is_told(path: Path) -> None:
    with closing(Readers(path, "n.db")) as readers, pytest.raises(LogError, match="is changed all the time by others"):
        readers.use(lambda _: os.utime(path))
