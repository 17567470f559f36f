"""What verbs write for others takes neither the place nor the name of anything that they have not written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.tracker.stores.beside import ENDINGS
from tracker import EventLog
from tracker.transfer import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tui.conftest import Invoke

BRIEF = ("brief", "us-niger", "--output")
EXPORTS = tuple(("export", form, "us-niger", "--output") for form in ("bundle", "script", "csv", "timelinejs"))
BACKUP = ("backup",)


def contents(folder: Path) -> dict[str, object]:
    return {
        path.name: (path.is_symlink() and path.readlink(), path.read_bytes() if path.is_file() else None)
        for path in folder.iterdir()
    }


def assert_refused(invoke: Invoke, folder: Path, words: tuple[str, ...], name: str) -> str:
    """Check that a verb ends with one line about a file that it was to write, and leaves all as it was."""
    before = contents(folder)
    done = invoke("--log", "own.db", *words, name)
    assert done.exit_code in {2, 3}, (words, name, done.output)
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert contents(folder) == before
    return str(done.stderr)


@pytest.mark.parametrize("words", [BRIEF, *EXPORTS, BACKUP], ids=" ".join)
def test_no_file_of_the_log_is_written_to(words: tuple[str, ...], invoke: Invoke, own: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("own.db")
    (tmp_path / "folder").symlink_to(".")
    for name in ("own.db", "./own.db", str(own), "link.db", "folder/own.db"):
        assert "is the log itself" in assert_refused(invoke, tmp_path, words, name) or words == BACKUP
    for ending in (*ENDINGS, ".readmodel", *(f".readmodel{ending}" for ending in ENDINGS)):
        # Under the name of a link there would be none of the log's; they are refused all the same.
        for name in (f"own.db{ending}", f"folder/own.db{ending}", f"link.db{ending}"):
            assert "beside" in assert_refused(invoke, tmp_path, words, name) or ending in ENDINGS
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection:
        connection.execute("CREATE TABLE notes (x)")
        connection.commit()
    assert_refused(invoke, tmp_path, words, "theirs.db-wal")


@pytest.mark.parametrize("words", [BRIEF, *EXPORTS, BACKUP], ids=" ".join)
def test_no_file_of_another_is_written_over(words: tuple[str, ...], invoke: Invoke, own: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine; head 1\n")
    (tmp_path / "notes link").symlink_to("notes")
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection:
        connection.execute("CREATE TABLE notes (x)")
        connection.commit()
    (tmp_path / "desk").mkdir()
    for name in ("notes", "notes link", "theirs.db", "desk"):
        assert_refused(invoke, tmp_path, words, name)
    # With a log's name two letters are enough of a hint; its hard link is a second name of the log.
    os.link(own, tmp_path / "hard.db")
    assert_refused(invoke, tmp_path, words, "hard.db")


@pytest.mark.long
@pytest.mark.parametrize("form", [(), ("--html",)], ids=["text", "page"])
def test_a_brief_takes_the_place_of_an_earlier_one(form: tuple[str, ...], invoke: Invoke, own: Path) -> None:
    assert own.is_file()
    file = own.with_name("brief")
    for earlier in (None, (), ("--html",), ("--known-by", "2024-05-01")):
        if earlier is None:
            file.touch()
        else:
            assert invoke("--log", "own.db", *BRIEF, "brief", *earlier).exit_code == 0
        file.chmod(0o640)
        done = invoke("--log", "own.db", *BRIEF, "brief", *form)
        assert (done.exit_code, done.stderr) == (0, "wrote brief\n")
        assert file.stat().st_mode & 0o777 == 0o640
        assert file.read_text("utf-8").startswith("<!DOCTYPE html>" if form else "# United States and Niger")
    assert not list(own.parent.glob(".*"))


def test_a_brief_whose_name_is_taken_meanwhile_is_not_written(
    invoke: Invoke, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def somebody_else(part: Path, path: Path) -> None:
        path.write_text("first")
        os.link(part, path)

    monkeypatch.setattr("tracker.system.publish", somebody_else)
    done = invoke("--log", "own.db", *BRIEF, "brief")
    assert (done.exit_code, done.stderr) == (3, "error: brief: File exists\n")
    assert own.with_name("brief").read_text() == "first"


@pytest.mark.parametrize("words", [BRIEF, *EXPORTS, BACKUP], ids=" ".join)
@pytest.mark.parametrize("name", ["trip-journal", "x" * 240, "😀" * 60])
def test_any_other_name_will_do(words: tuple[str, ...], name: str, invoke: Invoke, own: Path) -> None:
    own.with_name("trip").write_text("notes")
    done = invoke("--log", "own.db", *words, name)
    assert (done.exit_code, words) == (3 if words == BACKUP and name == "trip-journal" else 0, words), done.output


TABLES = (("export", "tables"), ("export", "sqlite"), ("fleet", "status", ".", "--output"))


@pytest.mark.parametrize("words", [BRIEF, EXPORTS[0], BACKUP, *TABLES], ids=" ".join)
def test_an_empty_name_is_not_that_of_the_present_folder(
    words: tuple[str, ...], invoke: Invoke, own: Path, tmp_path: Path
) -> None:
    assert_refused(invoke, tmp_path, words, "")
    assert invoke("--log", "own.db", *words, "").exit_code == 2


def test_a_name_of_two_lines_is_told_in_one(invoke: Invoke, own: Path) -> None:
    assert own.is_file()
    for words in (("status",), ("verify",), ("backup", "x\ny"), ("restore", "x\ny")):
        done = invoke("--log", "no\nlog\x1b[2J.db", *words)
        assert done.exit_code == 3
        assert len(done.stderr.splitlines()) == 1
        assert "\x1b" not in done.stderr


def test_a_log_is_restored_where_what_it_left_was_moved_away(invoke: Invoke, own: Path) -> None:
    desk = own.parent
    assert invoke("--log", "own.db", "backup", "monday.db").exit_code == 0
    own.rename(desk / "damaged.db")
    (desk / "own.db-wal").write_bytes(b"the last entries")
    done = invoke("--log", "own.db", "restore", "monday.db")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "own.db-wal is left of a log that was at own.db, and may hold its last entries: move it" in done.stderr
    (desk / "own.db-wal").rename(desk / "damaged.db-wal")
    assert invoke("--log", "own.db", "restore", "monday.db").exit_code == 0
    assert (desk / "damaged.db-wal").read_bytes() == b"the last entries"


@pytest.mark.parametrize(
    "words",
    [
        ("record", "first.jsonl"),
        ("record", "--dry-run", "--format", "jsonl"),
        ("import", "script"),
        ("import", "bundle"),
        ("verify", "--bundle"),
        BRIEF,
        EXPORTS[0],
    ],
    ids=" ".join,
)
def test_no_file_of_the_log_is_opened(words: tuple[str, ...], invoke: Invoke, own: Path, tmp_path: Path) -> None:
    (tmp_path / "first.jsonl").write_text("{}\n")
    with EventLog.open(own) as log:
        log.require_writable()
        for ending in ("", "-wal", "-shm"):
            (tmp_path / f"soft{ending}").symlink_to(f"own.db{ending}")
            os.link(f"{own}{ending}", tmp_path / f"hard{ending}")
            for name in (f"./own.db{ending}", f"soft{ending}", f"hard{ending}"):
                done = invoke("--log", "own.db", *words, name)
                assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.output
            (tmp_path / f"hard{ending}").unlink()
        done = invoke("copy", "own.db", "own.db-shm")
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (3, "", 1), done.output


def test_an_export_has_its_name_once_it_is_whole(
    invoke: Invoke, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(bundle.lines(EventLog.open(own, read_only=True), "us-niger"))

    def killed(*_: object) -> Iterator[bytes]:
        yield from whole[:-1]
        # Whoever is killed here leaves this behind.
        assert [path.suffix for path in tmp_path.iterdir() if path != own] == [".part"]
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.transfer.bundle.lines", killed)
    assert invoke("--log", "own.db", *EXPORTS[0], "x.bundle").exit_code == 130
    assert [path.name for path in tmp_path.iterdir()] == ["own.db"]


def test_a_bundle_without_its_last_line_break_is_refused(invoke: Invoke, own: Path, tmp_path: Path) -> None:
    assert invoke("--log", "own.db", *EXPORTS[0], "x.bundle").exit_code == 0
    (tmp_path / "x.bundle").write_bytes((tmp_path / "x.bundle").read_bytes().removesuffix(b"\n"))
    for words in (("verify", "--bundle"), ("import", "bundle")):
        done = invoke("--log", own, *words, "x.bundle")
        assert done.exit_code == 1
        assert "it ends without a line break, so the bundle may have been cut off; get it anew" in done.stderr
