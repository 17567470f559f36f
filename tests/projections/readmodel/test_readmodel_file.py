"""The read model's file: nothing else is ever taken for it, and what takes its place is whole."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from projections.readmodel.file import APPLICATION_ID, new_file
from projections.readmodel.model import ReadModel, beside
from projections.readmodel.portfolio import Portfolio
from tests.tracker.given import stage, statement, statements
from tracker import EventLog
from tracker.errors import LogError
from tracker.transfer.copy import back_up
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

#: Verbs that use the read model, `status` of a log that is long.
VERBS: Final = (["search", "statement"], ["rebuild"], ["status"], ["status", "--json", "--health"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log to be copied, which is quicker than to make one."""
    path = tmp_path_factory.mktemp("made") / "made.db"
    with EventLog.open(path, by="tester") as opened:
        opened.record([*stage(), *statements(5)])
    return path


@pytest.fixture
def log(made: Path, log_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventLog]:
    monkeypatch.setattr("tui.commands.status.LONG", 1)
    with EventLog.open(shutil.copy(made, log_path), by="tester") as opened:
        yield opened


def run(log: EventLog, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--log", log.location, *words])


def found(log: EventLog, text: str) -> list[str]:
    with ReadModel.open(log) as model:
        return [hit.entry for hit in model.search(text)]


def fingerprint(path: Path) -> object:
    """Return what is at a path, without opening what is no file."""
    if path.is_symlink():
        return path.readlink(), path.exists() and path.read_bytes()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else os.lstat(path).st_mode


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def make_log(path: Path) -> None:
    with EventLog.open(path, by="other") as other:
        other.record(stage("other"))


def make_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE precious (x)")


def make_sqlite_with_an_id(path: Path) -> None:
    make_sqlite(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 42")


def make_tables_like_ours(path: Path) -> None:
    """Make what another program might: some of the names, and more."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in ("negotiations", "things", "positions", "findings", "entries", "words", "precious"):
            connection.execute(f"CREATE TABLE {name} (x)")
        connection.execute("CREATE TABLE properties (name, value)")
        connection.executemany("INSERT INTO properties VALUES (?, 1)", [("log",), ("version",), ("position",)])


def make_empty_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 3")


def make_link(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.write_text("of somebody")
    path.symlink_to(target)


def make_link_to_a_read_model(path: Path) -> None:
    with EventLog.open(path.with_name("third.db"), by="other") as other:
        other.record(stage("other"))
        ReadModel.open(other).close()
    path.symlink_to(path.with_name("third.db.readmodel"))


PLACES: Final[tuple[Callable[[Path], Any], ...]] = (
    make_log,
    make_sqlite,
    make_sqlite_with_an_id,
    make_tables_like_ours,
    make_empty_sqlite,
    make_link,
    make_link_to_a_read_model,
    lambda path: path.write_text("my notes\n" * 200),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000),
    lambda path: path.symlink_to("nowhere"),
    lambda path: path.mkdir(),
    os.mkfifo,
)


@pytest.mark.parametrize("make", PLACES)
def test_what_is_no_read_model_is_left_alone(make: Callable[[Path], Any], log: EventLog) -> None:
    path = beside(log)
    make(path)
    before = fingerprint(path), names_in(path.parent)
    for words in VERBS[:3]:
        done = run(log, *words)
        assert (done.exit_code, done.stdout) == (3, ""), (words, done.output)
        assert done.stderr.startswith(f"error: {path} is ")
        assert "left alone" in done.stderr
        assert done.stderr.count("\n") == 1
    health = run(log, *VERBS[3])
    assert health.exit_code == 0
    assert '"fits": false' in health.stdout
    # The workspace can do without.
    with Portfolio(log) as portfolio:
        assert len(list(portfolio.outlines(log.negotiations()))) == 1
    assert (fingerprint(path), names_in(path.parent)) == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("content", [b"", b"of somebody"])
def test_what_sqlite_would_play_into_a_new_file_is_left_alone(suffix: str, content: bytes, log: EventLog) -> None:
    other = beside(log).with_name(beside(log).name + suffix)
    other.write_bytes(content)
    for words in VERBS[:3]:
        done = run(log, *words)
        assert done.exit_code == 3
        assert done.stderr.startswith(f"error: {other} is there and does not belong")
        assert done.stderr.count("\n") == 1
    assert other.read_bytes() == content
    assert not beside(log).exists()
    other.unlink()
    assert found(log, "statement")


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_what_sqlite_would_play_into_the_file_is_left_alone(suffix: str, log: EventLog) -> None:
    ReadModel.open(log).close()
    other = beside(log).with_name(beside(log).name + suffix)
    other.write_bytes(b"of somebody")
    before = beside(log).read_bytes()
    for words in VERBS[:3]:
        assert run(log, *words).exit_code == 3
    assert (beside(log).read_bytes(), other.read_bytes()) == (before, b"of somebody")


def test_a_journal_of_another_file_does_no_harm(log: EventLog, tmp_path: Path) -> None:
    """One that SQLite plays into the tables, since it cannot know better, leaves tables that are made anew."""
    ReadModel.open(log).close()
    path = beside(log)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE precious (x)")
        connection.execute(
            "INSERT INTO precious WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 100) "
            "SELECT printf('%01000d', i) FROM n"
        )
        connection.execute("BEGIN")
        connection.execute("UPDATE precious SET x = 'y' || x")
        shutil.copy(f"{other}-journal", f"{path}-journal")
    assert Path(f"{path}-journal").stat().st_size
    assert len(found(log, "statement")) == 5
    with ReadModel.open(log) as model:
        assert model.fits()
    assert not Path(f"{path}-journal").exists()


def test_tables_of_an_earlier_version_are_made_anew(log: EventLog) -> None:
    ReadModel.open(log).close()
    path = beside(log)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA application_id = 0")
        connection.execute("PRAGMA user_version = 0")
        connection.execute("UPDATE properties SET value = '3' WHERE name = 'version'")
        connection.execute("ALTER TABLE negotiations DROP COLUMN position")
        for table in ("readings", "parties", "acting"):
            connection.execute(f"DROP TABLE {table}")
    assert len(found(log, "statement")) == 5
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_log_that_was_put_back_has_its_tables_made_anew(log: EventLog, tmp_path: Path) -> None:
    """By its own means it keeps its identity, and may hold the same entry at the checkpoint as the lost one."""
    with EventLog.open(tmp_path / "colleague.db", by="ben") as other:
        other.record([*stage("talks"), statement(1, "talks")])
    colleague = tmp_path / "talks.bundle"
    done = CliRunner().invoke(
        cli, ["--log", str(tmp_path / "colleague.db"), "export", "bundle", "talks", "--output", str(colleague)]
    )
    assert done.exit_code == 0, done.output
    back_up(log.location, tmp_path / "kept")
    log.record([statement(6, note="lost")])
    assert run(log, "import", "bundle", str(colleague)).exit_code == 0
    assert found(log, "lost") == ["statement-6"]
    tables = beside(log)
    with EventLog.open(shutil.copy(tmp_path / "kept", tmp_path / "kept.db"), by="tester") as again:
        again.record([statement(6, note="new")])
        assert run(again, "import", "bundle", str(colleague)).exit_code == 0
        assert again.identity == log.identity
        position = log.store.max_position()
        assert again.store.max_position() == position
        assert next(again.read(after=position - 1)).digest == next(log.read(after=position - 1)).digest
        shutil.copy(tables, beside(again))
        with Portfolio(again) as portfolio:
            assert [outline.negotiation for outline in portfolio.outlines(again.negotiations())] == [
                "talks",
                "us-niger",
            ]
        assert (found(again, "lost"), found(again, "new")) == ([], ["statement-6"])
        assert [entry.split("-")[0] for entry in found(again, "statement")]
    # And the other way round, since it has gone on in the meantime.
    log.record(statements(3, "talks"))
    shutil.copy(tmp_path / "kept.db.readmodel", tables)
    assert (found(log, "lost"), found(log, "new")) == (["statement-6"], [])


#: What damage, or somebody with SQL, may do to the tables.
DAMAGE: Final = (
    "UPDATE properties SET value = 'x'",
    "UPDATE properties SET value = NULL WHERE name = 'position'",
    "UPDATE properties SET value = '٣' WHERE name = 'position'",
    "UPDATE properties SET value = printf('%05000d', 9)",
    "UPDATE properties SET value = x'ff' WHERE name = 'log'",
    "DELETE FROM negotiations",
    "UPDATE negotiations SET entries = 'x'",
    "UPDATE negotiations SET negotiation = NULL",
    "UPDATE negotiations SET negotiation = CAST(x'ff' AS TEXT)",
    "UPDATE negotiations SET title = x'00'",
    "UPDATE negotiations SET head = 'x'",
    "UPDATE numbered_entries SET position = NULL",
    "UPDATE numbered_entries SET position = 'x'",
    "UPDATE numbered_entries SET position = 9223372036854775807",
    "UPDATE numbered_entries SET position = position + 1",
    "UPDATE numbered_entries SET entry = NULL",
    "DELETE FROM words_docsize",
    *(f"DROP TABLE {name}" for name in ("words", "properties", "negotiations", "numbered_entries", "things")),
    *(f"DROP TABLE {name}" for name in ("readings", "parties", "acting")),
)


@pytest.mark.long
def test_damaged_tables_are_made_anew(log: EventLog) -> None:
    with ReadModel.open(log) as model:
        before = model.search("statement"), model.portfolio()
    data = beside(log).read_bytes()
    for sql in DAMAGE:
        beside(log).write_bytes(data)
        with closing(sqlite3.connect(beside(log), isolation_level=None)) as connection:
            connection.execute(sql)
        with Portfolio(log) as portfolio:
            assert [outline.negotiation for outline in portfolio.outlines(log.negotiations())] == ["us-niger"], sql
        with ReadModel.open(log) as model:
            assert (model.search("statement"), model.portfolio()) == before, sql
            assert model.fits(), sql


def test_damaged_tables_are_made_anew_while_they_are_brought_up_to_date(log: EventLog) -> None:
    with ReadModel.open(log) as model:
        with closing(sqlite3.connect(beside(log), isolation_level=None)) as connection:
            connection.execute("DROP TABLE things")
        log.record([statement(6)])
        model.catch_up()
        assert len(model.search("statement")) == 6
        assert model.fits()


@pytest.mark.long
def test_any_flipped_bit_is_told_in_one_line_or_mended(log: EventLog) -> None:
    ReadModel.open(log).close()
    path = beside(log)
    data = path.read_bytes()
    chance = random.Random(12)
    codes = set()
    for turn in range(60):
        flipped = bytearray(data[: chance.randrange(len(data)) if turn % 10 == 0 else len(data)])
        for _ in range(chance.choice([1, 8])):
            if flipped:
                flipped[chance.randrange(min(len(flipped), chance.choice([100, 5000, len(data)])))] ^= 1 << turn % 8
        path.write_bytes(flipped)
        done = run(log, *VERBS[turn % 3])
        codes.add(done.exit_code)
        assert done.exit_code in {0, 3}, (turn, done.output, done.exception)
        assert "Traceback" not in done.output
        assert done.exit_code == 0 or done.stderr.count("\n") == 1
        assert sorted(each.name for each in path.parent.glob(f"{path.name}*")) == [path.name]
    assert codes == {0, 3}


def test_a_name_that_leaves_no_room_is_kept_in_the_cache(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / ("x" * 245), by="tester") as log:
        log.record([*stage(), *statements(2)])
        assert beside(log).parent != tmp_path
        assert len(found(log, "statement")) == 2
        log.record([statement(3)])
        assert len(found(log, "statement")) == 3


def test_a_log_called_through_a_link_has_its_tables_beside_the_file(tmp_path: Path) -> None:
    link = tmp_path / "links" / "link.db"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "log.db")
    with EventLog.open(tmp_path / "log.db", by="tester") as log:
        log.record(stage())
    with EventLog.open(link, create=False, read_only=True) as linked:
        assert beside(linked) == tmp_path / "log.db.readmodel"


@pytest.mark.parametrize("name", ["file:x.db", "a?b#c%20.db", "é\udcff.db"])
def test_a_name_is_no_address(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: EventLog) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(f"{name}.readmodel")
    with ReadModel.open(log, path) as model:
        assert len(model.search("statement")) == 5
    assert os.path.exists(path)  # noqa: PTH110 - as it is asked for
    log.record([statement(6)])
    with ReadModel.open(log, path) as model:
        assert len(model.search("statement")) == 6


def test_whoever_has_the_old_file_open_goes_on_with_the_new_one(log: EventLog) -> None:
    with ReadModel.open(log) as old, ReadModel.open(log) as builder:
        builder.rebuild()
        log.record([statement(6)])
        assert old.catch_up() == 1
        assert len(old.search("statement")) == 6
        assert old.position == log.store.max_position()
        # What it took in is in the new file, and nothing is beside that.
        assert len(builder.search("statement")) == 6
    assert not list(beside(log).parent.glob("*-journal"))


def test_what_was_taken_in_is_found_though_another_began_to_build_before(log: EventLog) -> None:
    with ReadModel.open(log) as reader, ReadModel.open(log) as builder:

        def meanwhile(_: int) -> None:
            if len(reader.search("statement")) == 5:
                log.record([statement(6)])
                reader.catch_up()

        builder.rebuild(progress=meanwhile)
        assert builder.position < log.store.max_position()
        assert len(reader.search("statement")) == 6


def test_a_name_that_comes_while_it_is_looked_for_is_no_foreign_file(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = beside(log)
    ReadModel.open(log).close()
    journal = path.with_name(f"{path.name}-journal")
    journal.touch()
    away = path.rename(path.with_name("away"))
    lexists = os.path.lexists

    def come(name: str) -> bool:
        # Another process gives its file the name, just after we saw that there was none.
        if away.exists():
            away.rename(path)
        return lexists(name)

    monkeypatch.setattr(os.path, "lexists", come)
    with ReadModel.open(log) as model:
        assert len(model.search("statement")) == 5


def test_what_takes_the_place_meanwhile_is_not_replaced(log: EventLog) -> None:
    path = beside(log)

    def take(_: int) -> None:
        path.unlink(missing_ok=True)
        path.write_text("my notes")

    with ReadModel(log, path) as model, pytest.raises(LogError, match="left alone"):
        model.rebuild(progress=take)
    assert path.read_text() == "my notes"
    path.unlink()
    with ReadModel.open(log, path) as model, pytest.raises(LogError, match="left alone"):
        model.rebuild(progress=take)
    assert path.read_text() == "my notes"
    assert not list(path.parent.glob(".*"))


def test_several_build_at_once_while_others_read(log: EventLog) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(4):
                with ReadModel.open(log) as model:
                    if (number + turn) % 2:
                        model.rebuild()
                    log.record([statement(100 + 10 * number + turn)])
                    model.catch_up()
                    assert len(model.search(f"{100 + 10 * number + turn}")) == 1
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with ReadModel.open(log) as model:
        assert model.fits()
        assert len(model.search("statement", limit=1000)) == 5 + 12
    assert [path.name for path in beside(log).parent.glob("*readmodel*")] == [beside(log).name]
    assert not list(beside(log).parent.glob(".*"))


def test_what_a_killed_process_left_is_removed_and_what_is_at_work_is_not(log: EventLog) -> None:
    folder = beside(log).parent
    left = folder / ".communique-killed.tables"
    left.mkdir()
    (left / "readmodel").write_bytes(b"half")
    others = folder / ".communique-others.tables"
    others.mkdir()
    (others / "notes").write_text("of somebody")
    with new_file(beside(log)) as at_work:
        at_work.write_bytes(b"half")
        ReadModel.open(log).close()
        assert at_work.read_bytes() == b"half"
    assert sorted(path.name for path in folder.glob(".*")) == [others.name]
    assert (others / "notes").read_text() == "of somebody"
