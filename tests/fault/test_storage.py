"""Places that cannot hold a log, or not at the moment: one clear line, exit code 3, nothing changed, no secret told."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest
from click.testing import CliRunner

from tests.fault import work
from tests.fault.children import Child
from tests.lengths import one_in
from tests.tracker.given import stage, statement, statements
from tracker.errors import LogError
from tracker.log import EventLog
from tracker.scripts.reading import seed_path
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.postgres_server import Cluster

pytestmark = pytest.mark.fault

SCRIPT: Final = str(seed_path("panama-canal"))
ADD: Final = ["add", "PartyAdded", "-n", "us-niger", "party=TCD"]
READING: Final = (["status"], ["log", "us-niger"], ["verify"], ["timeline", "us-niger"], ["search", "statement"])
WRITING: Final = (["record", SCRIPT], ["record", "--keep-going", SCRIPT], ADD)
#: Verbs that take a log as they find it, and put something else elsewhere.
TAKING: Final = (["backup", "elsewhere.db"], ["export", "bundle", "us-niger"])
SECRET: Final = "s3cr3t"  # noqa: S105 - to be looked for where it must not be


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log with some entries, in a folder of its own."""
    path = tmp_path / "desk" / "log.db"
    path.parent.mkdir()
    with EventLog.open(path, by="ada") as opened:
        opened.record([*stage(), *statements(20)])
    return path


def fingerprint(folder: Path) -> dict[str, str]:
    """Return what every file of a folder holds, but those that come and go with whoever reads."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
        if not path.name.endswith(("-wal", "-shm", ".readmodel")) and not path.is_fifo()
    }


def assert_refused(code: int, output: str, errors: str, words: object) -> None:
    """Check that a run ended with one clear line and exit code 3."""
    assert code == 3, (words, output, errors)
    assert output == "", words
    assert errors.startswith("error: "), words
    assert errors.count("\n") == 1, (words, errors)
    assert len(errors) < 500
    assert "Traceback" not in errors
    assert SECRET not in errors


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE stored_events (x)")


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")


def make_text(path: Path) -> None:
    path.write_text("notes of a meeting\n" * 1000)


def make_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def make_headless(path: Path) -> None:
    path.write_bytes(bytes(100) + path.read_bytes()[100:])


@pytest.mark.parametrize("spoil", [make_directory, make_foreign, make_newer, make_text, make_truncated, make_headless])
def test_what_is_no_log_of_this_version(
    spoil: Callable[[Path], None], log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spoil(log)
    before = fingerprint(tmp_path)
    for words in (*READING, *WRITING, *TAKING, ["restore", SCRIPT], ["copy"], ["rebuild"]):
        arguments = ["copy", str(log), "elsewhere.db"] if words == ["copy"] else ["--log", str(log), *words]
        done = CliRunner().invoke(cli, arguments)
        assert_refused(done.exit_code, done.stdout, done.stderr, arguments)
        assert fingerprint(tmp_path) == before, words


def test_a_place_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for where in ("missing.db", "missing/log.db", str(tmp_path / "missing" / "log.db"), "sqlite:///missing/log.db"):
        for words in (*READING, *TAKING, *(WRITING if "/log.db" in where else ())):
            done = CliRunner().invoke(cli, ["--log", where, *words])
            assert_refused(done.exit_code, done.stdout, done.stderr, (where, words))
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_another_holds(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.stores.sqlite.file.LOCK_TIMEOUT", 0.05)
    monkeypatch.setattr("tracker.stores.sqlite.recorder.LOCK_TIMEOUT", 0.05)
    with closing(sqlite3.connect(log, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for words in WRITING:
            done = CliRunner().invoke(cli, ["--log", str(log), *words])
            assert_refused(done.exit_code, done.stdout, done.stderr, words)
            assert "held by another process" in done.stderr
        for words in (["status"], ["verify"], ["log", "us-niger"]):
            assert CliRunner().invoke(cli, ["--log", str(log), *words]).exit_code == 0
        holder.execute("ROLLBACK")
    assert CliRunner().invoke(cli, ["--log", str(log), *ADD]).exit_code == 0


def as_nobody(lines: Sequence[list[str]], folder: Path) -> list[tuple[int, str, str]]:
    """Run verbs as somebody without rights, in a process of its own; skips where we are not free to be one."""
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    return outcomes_of(Child(work.run_verbs, lines, str(folder), user))


def outcomes_of(child: Child) -> list[tuple[int, str, str]]:
    """Return the exit codes of verbs in a process of its own, and what they printed."""
    found = []
    for outcome in child.finish():
        match outcome:
            case (int(code), str(output), str(errors)):
                found.append((code, output, errors))
            case said:
                pytest.fail(f"it said {said!r}")
    return found


@pytest.fixture
def common(log: Path) -> Iterator[Path]:
    """Return a folder with a log that everybody may look into; that of pytest is its user's alone."""
    with TemporaryDirectory(prefix="communique-common-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "desk").mkdir()
        shutil.copy(log, folder / "desk" / "log.db")
        # Nobody may not look into the checkout, either, where it is in somebody's own folder.
        shutil.copy(SCRIPT, folder / "script.jsonl")
        yield folder


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "readable"),
    one_in(
        3,
        [
            (0o444, 0o777, True),
            (0o000, 0o777, False),
            (0o644, 0o555, True),
            (0o644, 0o000, False),
            (0o444, 0o555, True),
        ],
    ),
)
def test_a_log_without_the_rights_to_it(file_mode: int, folder_mode: int, readable: bool, common: Path) -> None:
    folder = common / "desk"
    log, new = folder / "log.db", folder / "new.db"
    log.chmod(file_mode)
    before = fingerprint(folder)
    folder.chmod(folder_mode)
    reading = (["status"], ["verify"], ["log", "us-niger"], ["export", "bundle", "us-niger"])
    trying = (["record", "--dry-run", SCRIPT], [*ADD, "--dry-run"])
    try:
        lines = [["--log", str(log), *words] for words in (*WRITING, *reading, *trying)]
        lines.append(["--log", str(new), "record", SCRIPT])
        lent = str(common / "script.jsonl")
        outcomes = as_nobody([[lent if word == SCRIPT else word for word in words] for words in lines], common)
        assert len(outcomes) == len(lines)
        for words, (code, output, errors) in zip((*WRITING, *reading, *trying), outcomes, strict=False):
            if words in WRITING or not readable:
                assert_refused(code, output, errors, words)
            else:
                assert (code, errors) == (0, ""), words
        if folder_mode == 0o777:
            assert outcomes[-1][0] == 0
        else:
            assert_refused(*outcomes[-1], "new")
    finally:
        folder.chmod(0o755)
        log.chmod(0o644)
        new.unlink(missing_ok=True)
    assert fingerprint(folder) == before


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Give a folder on a disk of so many bytes; skips where none can be had."""
    disk = folder / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("a small disk can be made by the superuser only")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=False)
    if made.returncode:
        pytest.skip("this machine lets nobody make a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def long_script(tmp_path: Path) -> Path:
    """Return a script of some 3 MB."""
    path = tmp_path / "long.jsonl"
    line = '{{"event":"StatementMade","negotiation":"us-niger","id":"long-{}","party":"NER","text":"{}"}}\n'
    path.write_text("".join(line.format(number, "x" * 900) for number in range(3000)))
    return path


@pytest.mark.long
def test_a_disk_that_is_full(log: Path, long_script: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path, "1m") as disk:
        full = shutil.copy(log, disk / "log.db")
        for options in ([], ["--keep-going"]):
            done = CliRunner().invoke(cli, ["--log", str(full), "record", *options, str(long_script)])
            assert_refused(done.exit_code, done.stdout, done.stderr, options)
            assert "full" in done.stderr
            with EventLog.open(full, create=False, read_only=True) as opened:
                assert opened.verify().ok
                # Nothing of all or nothing; of the other what was committed before.
                there = len(list(opened.read())) - len(stage()) - 20
                assert there % 1000 == 0
                assert options or there == 0
        elsewhere = tmp_path / "elsewhere.db"
        with EventLog.open(elsewhere, by="ada") as opened:
            opened.record([*stage(), *statements(4000)])
        for words in (
            ["--log", str(elsewhere), "backup", str(disk / "backup.db")],
            ["--log", str(disk / "restored.db"), "restore", str(elsewhere)],
        ):
            done = CliRunner().invoke(cli, words)
            assert_refused(done.exit_code, done.stdout, done.stderr, words)
        assert {path.name for path in disk.iterdir()} <= {"log.db", "log.db-wal", "log.db-shm"}
        # With room again all goes on.
        for path in disk.iterdir():
            shutil.move(path, tmp_path / path.name)
    assert CliRunner().invoke(cli, ["--log", str(tmp_path / "log.db"), "record", str(long_script)]).exit_code == 0


@pytest.mark.parametrize("size", ["4k", "24k", "60k"])
def test_a_log_that_is_made_where_there_is_no_room(size: str, tmp_path: Path) -> None:
    with small_disk(tmp_path, size) as disk:
        path = disk / "log.db"
        with pytest.raises(LogError, match="the disk may be full"):
            EventLog.open(path)
        done = CliRunner().invoke(cli, ["--log", str(path), "status"])
        assert_refused(done.exit_code, done.stdout, done.stderr, size)
        for left in disk.iterdir():
            shutil.move(left, tmp_path / left.name)
    path = tmp_path / "log.db"
    done = CliRunner().invoke(cli, ["--log", str(path), "status"])
    assert_refused(done.exit_code, done.stdout, done.stderr, size)
    assert "`communique record FILE` makes" in done.stderr
    with EventLog.open(path) as opened:
        opened.record(stage())
        assert opened.verify().ok


@pytest.mark.long
def test_a_disk_that_has_no_room_for_the_tables(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.commands.status.LONG", 1)
    with EventLog.open(log) as opened:
        opened.record([statement(number, note="long " * 40) for number in range(100, 600)])
    with small_disk(tmp_path, f"{log.stat().st_size // 1024 + 80}k") as disk:
        full = shutil.copy(log, disk / "log.db")
        for words in (["search", "statement"], ["rebuild"], ["status"]):
            done = CliRunner().invoke(cli, ["--log", str(full), *words])
            assert_refused(done.exit_code, done.stdout, done.stderr, words)
            assert "the read model" in done.stderr
            assert {path.name for path in disk.iterdir()} <= {"log.db", "log.db-wal", "log.db-shm"}
        assert CliRunner().invoke(cli, ["--log", str(full), "status", "us-niger"]).exit_code == 0


@pytest.mark.long
def test_a_quota_that_is_used_up(log: Path, long_script: Path) -> None:
    lines = long_script.read_text().splitlines(keepends=True)
    long_script.write_text("".join(lines[:1500]))
    words = ["--log", str(log), "record", str(long_script)]
    (outcome,) = outcomes_of(Child(work.run_verbs, [words], ".", None, largest=200_000))
    assert_refused(*outcome, "record")
    with EventLog.open(log, create=False) as opened:
        assert opened.verify().ok
        assert len(list(opened.read())) == len(stage()) + 20


@pytest.mark.postgres
def test_a_server_that_does_not_let_us_in(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = f"postgresql://ada:{SECRET}@127.0.0.1:1/desk"
    wrong = cluster.tcp_address("postgres", password=SECRET)
    twice = f"postgresql://ada:{SECRET}@127.0.0.1:1,127.0.0.1:{cluster.port}/desk"
    unreadable = f"postgresql://ada:{SECRET}@{SECRET}@127.0.0.1/desk"
    for where in (nowhere, wrong, twice, unreadable):
        for words in (*READING, *WRITING, *TAKING, ["admin", "init"], ["restore", SCRIPT]):
            done = CliRunner().invoke(cli, ["--log", where, *words])
            assert_refused(done.exit_code, done.stdout, done.stderr, (where, words))
        for words in (["copy", where, "elsewhere.db"], ["copy", SCRIPT, where]):
            done = CliRunner().invoke(cli, words)
            assert_refused(done.exit_code, done.stdout, done.stderr, words)
    assert list(tmp_path.iterdir()) == []
