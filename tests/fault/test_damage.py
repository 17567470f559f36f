"""Whatever is changed behind the log's back: `verify` finds it and names the position, and no verb breaks down."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from click.testing import CliRunner

from tests.fault.tampering import rewrite
from tests.tracker.given import NEGOTIATION, stage, statement
from tracker.codec import GENESIS, digest_of
from tracker.log import EventLog
from tui.cli import cli

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from tracker.stores.store import Row
    from tracker.verify import Verification

pytestmark = [pytest.mark.fault, pytest.mark.long]

OTHER: Final = "us-chad"
#: Verbs that read a log in ways of their own.
READING: Final = (
    ["verify"],
    ["verify", "--json"],
    ["status"],
    ["status", NEGOTIATION],
    ["log", "--jsonl"],
    ["timeline", NEGOTIATION],
    ["show", NEGOTIATION, "statement-3"],
    ["search", "statement"],
    ["export", "bundle", NEGOTIATION],
)


@pytest.fixture
def rows(place: str) -> list[Row]:
    """Return what a log of two negotiations holds whose entries take turns."""
    with EventLog.open(place, by="ada") as log:
        log.record([event for pair in zip(stage(), stage(OTHER), strict=True) for event in pair])
        for number in range(1, 7):
            log.record([statement(number, note="é" * number), statement(number, OTHER)])
        return list(log.store.scan())


def verified(place: str, *heads: str) -> Verification:
    with EventLog.open(place, create=False, read_only=True) as log:
        return log.verify(heads)


def of_chain(rows: list[Row]) -> list[int]:
    """Return where in a list the entries of the first negotiation are."""
    return [index for index, row in enumerate(rows) if row.negotiation == NEGOTIATION]


def test_every_flipped_byte_of_an_entry(
    place: str, rows: list[Row], chance: random.Random, rounds: Callable[[int, int], int]
) -> None:
    for _ in range(rounds(40, 1000)):
        index = chance.randrange(len(rows))
        row = rows[index]
        at = chance.randrange(len(row.state))
        state = bytearray(row.state)
        state[at] ^= 1 << chance.randrange(8)
        rewrite(place, [*rows[:index], row._replace(state=bytes(state)), *rows[index + 1 :]])
        found = verified(place)
        assert not found.ok, (row.position, at)
        assert found.chains[row.negotiation].broken_at == row.position, (row.position, at)
        assert [name for name, chain in found.chains.items() if not chain.ok] == [row.negotiation]
    rewrite(place, rows)
    assert verified(place).ok


def test_every_deletion_within_a_chain(place: str, rows: list[Row]) -> None:
    indexes = of_chain(rows)
    for index, after in pairwise(indexes):
        rewrite(place, rows[:index] + rows[index + 1 :])
        assert verified(place).chains[NEGOTIATION].broken_at == rows[after].position


def test_every_insertion_within_a_chain(place: str, rows: list[Row]) -> None:
    """An entry that stands elsewhere, put in with the version that is next, and all that follow moved up by one."""
    indexes = of_chain(rows)
    copied = rows[indexes[-1]]
    for index in indexes[:-1]:
        at = rows[index]
        moved = [
            row._replace(position=row.position + 1, version=row.version + (row.negotiation == NEGOTIATION))
            for row in rows[index:]
        ]
        rewrite(place, [*rows[:index], copied._replace(position=at.position, version=at.version), *moved])
        found = verified(place)
        assert found.chains[NEGOTIATION].broken_at == at.position
        assert found.chains[OTHER].ok


@pytest.mark.parametrize("with_versions", [True, False])
def test_every_reordering_within_a_chain(place: str, rows: list[Row], with_versions: bool) -> None:
    indexes = of_chain(rows)
    for one in range(len(indexes) - 1):
        for other in {one + 1, len(indexes) - 1}:
            first, second = rows[indexes[one]], rows[indexes[other]]
            changed = list(rows)
            changed[indexes[one]] = second._replace(position=first.position)
            changed[indexes[other]] = first._replace(position=second.position)
            if with_versions:
                changed[indexes[one]] = changed[indexes[one]]._replace(version=first.version)
                changed[indexes[other]] = changed[indexes[other]]._replace(version=second.version)
            rewrite(place, changed)
            assert verified(place).chains[NEGOTIATION].broken_at == first.position, (one, other)


def test_an_entry_moved_to_another_negotiation(place: str, rows: list[Row]) -> None:
    indexes = of_chain(rows)
    last = rows[indexes[-1]]
    version = 1 + sum(row.negotiation == OTHER for row in rows)
    rewrite(
        place, [*(row for row in rows if row != last), last._replace(position=99, negotiation=OTHER, version=version)]
    )
    assert verified(place).chains[OTHER].broken_at == 99


def test_a_tail_that_was_cut_off_and_a_negotiation_that_is_gone(place: str, rows: list[Row]) -> None:
    heads = {row.negotiation: digest_of(row.state) for row in rows}
    kept = [f"{name}={head}" for name, head in heads.items()]
    assert verified(place, *kept).ok
    indexes = of_chain(rows)
    for cut in range(1, len(indexes)):
        gone = {rows[index].position for index in indexes[-cut:]}
        rewrite(place, [row for row in rows if row.position not in gone])
        found = verified(place, *kept)
        assert found.missing_heads == [kept[0]]
        assert found.chains[NEGOTIATION].broken_at == rows[indexes[-cut - 1]].position
        assert found.chains[OTHER].ok
    rewrite(place, [row for row in rows if row.negotiation == OTHER])
    found = verified(place, *kept)
    assert (found.ok, found.missing_heads) == (False, [kept[0]])


def test_what_no_chain_can_show_is_shown_by_a_head_that_was_kept(place: str, rows: list[Row]) -> None:
    """An owner who makes the whole chain anew, check sums and all, is caught by nothing else."""
    import zlib

    heads = {row.negotiation: digest_of(row.state) for row in rows}
    forged, previous = [], GENESIS
    for row in rows:
        if row.negotiation != NEGOTIATION:
            forged.append(row)
            continue
        state = row.state.replace(b"Statement number 2", b"Something else")
        at = state.index(b'"previous":"') + 12
        body = state[:at] + previous.encode() + state[at + 64 : -len(',"crc32":"00000000"}')]
        state = body + b',"crc32":"%08x"}' % zlib.crc32(body)
        previous = digest_of(state)
        forged.append(row._replace(state=state))
    rewrite(place, forged)
    assert verified(place).ok
    found = verified(place, heads[NEGOTIATION], heads[OTHER])
    assert (found.ok, found.missing_heads) == (False, [heads[NEGOTIATION]])


#: What SQLite takes in the columns of a log, and no log holds.
COLUMNS: Final = (
    *(("stored_events", f"state = {value}") for value in ("CAST(state AS TEXT)", "5", "'text'", "x'ff'", "x'7b7d'")),
    *(("stored_events", f"state = CAST('{text}' AS BLOB)") for text in ("[]", "null", '{"event":[1],"version":"x"}')),
    *(("stored_events", f"topic = {value}") for value in ("x'ff'", "CAST(x'ff' AS TEXT)", "''")),
    ("stored_events", "originator_id = CAST(originator_id || 'x' AS BLOB)"),
    *(("stored_events", f"originator_version = {value}") for value in ("'x'", "x'31'", "1.5", "9223372036854775807")),
    *(("stored_snapshots", f"state = {value}") for value in ("CAST(state AS TEXT)", "x'5b5d'")),
    ("entry_ids", "version = 'x'"),
    *(("log_properties", f"value = {value}") for value in ("x'ff'", "'../../elsewhere'", "''")),
)
WRITING: Final = (["add", "PartyAdded", "-n", NEGOTIATION, "party=TCD"], ["status", "--health"], ["since"])


@pytest.mark.parametrize(
    "where", ["", " WHERE rowid = (SELECT MAX(rowid) FROM stored_events)"], ids=["all", "the last"]
)
def test_columns_that_hold_something_else(where: str, tmp_path: Path, chance: random.Random) -> None:
    kept = tmp_path / "kept"
    with EventLog.open(kept, by="ada") as log:
        log.record([*stage(), *(statement(number) for number in range(1, 10))])
    for table, change in COLUMNS:
        if where and table != "stored_events":
            continue
        sql = f"UPDATE OR IGNORE {table} SET {change}{where}"  # noqa: S608 - from above
        # What verify says of them has tests of its own.
        for words in chance.sample([*READING[2:], *WRITING], 4):
            path = shutil.copy(kept, tmp_path / f"{len(list(tmp_path.iterdir()))}.db")
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                    connection.execute(f"DROP TRIGGER {name}")
                connection.execute(sql)
            done = CliRunner().invoke(cli, ["--log", str(path), *words])
            assert done.exit_code in {0, 1, 2, 3}, (sql, words, done.output, done.exception)
            assert "Traceback" not in done.output
            assert done.exit_code != 3 or done.stderr.count("\n") == 1, (sql, words, done.stderr)


def test_a_flipped_byte_anywhere_in_the_file(
    tmp_path: Path, chance: random.Random, rounds: Callable[[int, int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an entry, an index, a free page or the header: it is told in one line, or nothing that is read has changed."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "log.db"
    with EventLog.open(path, by="ada") as log:
        log.record([*stage(), *stage(OTHER), *(statement(number) for number in range(1, 60))])
        before = list(log.store.scan())
    said = {tuple(words): CliRunner().invoke(cli, ["--log", str(path), *words]).stdout for words in READING}
    data = path.read_bytes()
    found = 0
    for _ in range(rounds(60, 1000)):
        flipped = bytearray(data)
        at = chance.randrange(len(data))
        flipped[at] ^= 1 << chance.randrange(8)
        for name in ("log.db-wal", "log.db-shm", "log.db.readmodel"):
            (tmp_path / name).unlink(missing_ok=True)
        path.write_bytes(flipped)
        words = chance.choice(READING[1:])
        is_whole = False
        for arguments in (["verify"], words):
            done = CliRunner().invoke(cli, ["--log", str(path), *arguments])
            assert done.exit_code in {0, 1, 2, 3}, (at, arguments, done.output, done.exception)
            assert "Traceback" not in done.output
            if done.exit_code == 3:
                assert done.stderr.startswith("error: "), (at, arguments)
                assert done.stderr.count("\n") == 1, (at, arguments, done.stderr)
            if arguments == ["verify"] and done.exit_code == 0:
                with EventLog.open(path, create=False, read_only=True) as log:
                    assert list(log.store.scan()) == before, at
                is_whole = True
            elif arguments == ["verify"]:
                is_whole = False
            elif is_whole:
                assert done.stdout == said[tuple(arguments)], (at, arguments)
            found += done.exit_code in {1, 3}
    assert found
