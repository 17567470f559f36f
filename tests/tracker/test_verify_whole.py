"""What no chain shows: rows before the first position and after the last, keys that stand twice, the order of a log."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from contextlib import closing
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.fault.tampering import unguarded
from tests.tracker.given import NEGOTIATION, statement
from tests.tracker.printed import fill, run
from tracker.errors import LogError
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.verify import Verification


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log of three negotiations."""
    path = tmp_path_factory.mktemp("whole") / "log.db"
    fill(str(path))
    return path


@pytest.fixture
def place(whole: Path, log_path: Path) -> str:
    """Return the place of a copy of it, to do anything with."""
    return str(shutil.copy(whole, log_path))


@pytest.fixture
def verified(place: str) -> Callable[..., Verification]:
    def verify(*heads: str) -> Verification:
        with EventLog.open(place, create=False, read_only=True) as log:
            return log.verify(heads)

    return verify


@pytest.mark.parametrize("position", [-(2**63), -5, 0, 2**62, 2**62 + 1, 2**63 - 1])
def test_an_entry_is_found_wherever_it_is_put_in(
    place: str, verified: Callable[..., Verification], position: int
) -> None:
    head = verified().head
    with unguarded(place) as connection:
        connection.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "SELECT ?, originator_id, 21, topic, state FROM stored_events WHERE rowid = 37",
            (position,),
        )
    found = verified(head)
    assert not found.is_intact
    assert found.entries == 38
    assert f"#{position}" in str(found.reason) or "#38 is missing" in str(found.reason)
    assert run(place, ["verify", "--json"])[0] == 1


@pytest.mark.parametrize("name", [b"us-niger", None, 7, 1.5])
def test_an_entry_of_no_negotiation_is_told(place: str, verified: Callable[..., Verification], name: object) -> None:
    with unguarded(place) as connection:
        connection.execute("UPDATE stored_events SET originator_id = ? WHERE rowid = 37", (name,))
    assert not verified().ok
    for words in (["verify"], ["verify", "--json"], ["verify", "--csv"]):
        assert run(place, words)[0] == 1


@pytest.mark.parametrize(
    "more",
    [
        b',"negotiation":"us-chad"',
        b', "version":3',
        b',"versi\\u006fn":3',
        b',\n"id" :"x"',
        b',"recorded_at":"x"',
        b"}",
    ],
)
def test_bytes_that_are_read_otherwise_than_they_stand_are_told(
    place: str, verified: Callable[..., Verification], more: bytes
) -> None:
    with unguarded(place) as connection:
        ((state,),) = connection.execute("SELECT state FROM stored_events WHERE rowid = 37")
        body = state[: -len(',"crc32":"00000000"}')] + more
        changed = body + b',"crc32":"%08x"}' % zlib.crc32(body)
        connection.execute("UPDATE stored_events SET state = ? WHERE rowid = 37", (changed,))
    assert verified().chains[NEGOTIATION].broken_at == 37


def test_the_head_of_a_log_holds_after_it_has_grown(place: str, verified: Callable[..., Verification]) -> None:
    heads = [verified().head]
    for number in (50, 51):
        with EventLog.open(place) as log:
            log.record([statement(number)])
        heads.append(verified().head)
    assert len(set(heads)) == 3
    assert verified(*heads).ok
    assert verified("0" * 64).missing_heads == ["0" * 64]
    code, said = run(place, ["verify", "--head", heads[0]])
    assert (code, heads[-1] in said.decode()) == (0, True)


def test_only_the_head_of_a_log_tells_that_negotiations_changed_places(
    place: str, verified: Callable[..., Verification]
) -> None:
    head = verified().head
    with unguarded(place) as connection:
        for before, after in ((1, 99), (2, 1), (99, 2)):
            connection.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (after, before))
    assert verified().ok
    found = verified(head)
    assert (found.ok, found.missing_heads) == (False, [head])


def test_somebody_who_records_meanwhile_is_not_taken_for_damage(place: str) -> None:
    with EventLog.open(place) as log, EventLog.open(place) as other:
        read = log.store.id_blocks

        def recorded_meanwhile() -> object:
            for rows in read():
                other.record([statement(60)])
                yield rows

        log.store.id_blocks = recorded_meanwhile  # type: ignore[method-assign,assignment]
        assert log.verify().ok
        log.store.id_blocks = read  # type: ignore[method-assign]
        assert log.verify().entries == 38


def test_ids_are_found_whichever_two_have_exchanged_their_versions(
    place: str, verified: Callable[..., Verification]
) -> None:
    with EventLog.open(place, read_only=True) as log:
        ids = [
            (entry, version) for rows in log.store.id_blocks() for name, entry, version in rows if name == NEGOTIATION
        ]
    with unguarded(place) as connection:
        for (one, first), (other, second) in combinations(ids[8:16], 2):
            for versions in ((second, first), (first, second)):
                for entry, version in zip((one, other), versions, strict=True):
                    connection.execute(
                        "UPDATE entry_ids SET version = ? WHERE negotiation = ? AND entry = ?",
                        (version, NEGOTIATION, entry),
                    )
                if versions == (second, first):
                    assert "its index of ids" in str(verified().reason), (one, other)


@pytest.mark.parametrize("hiding", ["CREATE TABLE {} (x)", "CREATE VIEW {} AS SELECT 1"])
def test_a_guard_is_missed_and_a_trigger_told_whatever_bears_its_name(
    place: str, verified: Callable[..., Verification], hiding: str
) -> None:
    with unguarded(place) as connection:
        connection.execute("CREATE TRIGGER quiet AFTER INSERT ON entry_ids BEGIN SELECT 1; END")
        connection.execute(hiding.format("quiet"))
    assert "the trigger quiet on entry_ids is none of communique's" in str(verified().reason)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("DROP TRIGGER stored_events_refuses_update")
        connection.execute(hiding.format("stored_events_refuses_update"))
    assert "its guard stored_events_refuses_update is missing" in str(verified().reason)


@pytest.mark.parametrize("name", ["entry_ids", "log_properties", "stored_events_refuses_delete"])
def test_a_schema_that_is_no_text_is_told(place: str, name: str) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = CAST(sql AS BLOB) WHERE name = ?", (name,))
    assert run(place, ["verify", "--json"])[0] == 1
    assert run(place, ["backup", f"{place}.copy"])[0] == 3


@pytest.mark.parametrize("table", ["stored_events", "entry_ids"])
@pytest.mark.parametrize("count", [1, 2])
def test_nothing_is_called_recorded_that_a_trigger_keeps_out(place: str, table: str, count: int) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(f"CREATE TRIGGER quiet BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END")
    with EventLog.open(place) as log:
        entries = log.store.max_position()
        for _ in range(2):
            with pytest.raises(LogError):
                log.record([statement(900 + number) for number in range(count)])
        assert log.store.max_position() <= entries + count
