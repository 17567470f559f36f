"""Whatever is done to a stored log is found, with the place where it was done."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.fault.tampering import unguarded
from tests.tracker.given import NEGOTIATION, entry, stage, statement
from tracker.errors import DamageError
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.verify import Verification


@pytest.fixture
def tamper(staged: EventLog, log_path: Path) -> Callable[..., Verification]:
    """Return a way to run SQL on a log of 16 entries of one negotiation and 12 of another, and verify it."""
    staged.record([statement(number) for number in range(1, 5)])
    staged.record(stage("us-chad"))

    def run(*statements: str | tuple[str, tuple[Any, ...]], heads: tuple[str, ...] = ()) -> Verification:
        with unguarded(log_path) as connection:
            for sql in statements:
                connection.execute(*((sql,) if isinstance(sql, str) else sql))
        return staged.verify(heads)

    return run


def test_an_untouched_log_is_whole(tamper: Callable[..., Verification], staged: EventLog) -> None:
    result = tamper(heads=tuple(staged.heads().values()))
    assert result.ok
    assert result.entries == 28
    assert {name: (chain.ok, chain.entries, chain.head) for name, chain in result.chains.items()} == {
        name: (True, count, staged.heads()[name]) for name, count in staged.negotiations().items()
    }
    assert result.missing_heads == []


def test_an_empty_log_is_whole(log: EventLog) -> None:
    assert log.verify().ok
    assert log.verify().entries == 0


@pytest.mark.long
@pytest.mark.parametrize("position", [1, 7, 16])
def test_every_single_changed_byte_is_found_with_its_position(staged: EventLog, log_path: Path, position: int) -> None:
    staged.record([statement(number, note="é") for number in range(1, 5)])
    with unguarded(log_path) as connection:
        (state,) = connection.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()
        for index in range(len(state)):
            for flip in (0x01, 0x80):
                changed = state[:index] + bytes([state[index] ^ flip]) + state[index + 1 :]
                connection.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (changed, position))
                result = staged.verify()
                assert not result.ok
                assert result.chains[NEGOTIATION].broken_at == position, (index, flip)
        connection.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (state, position))
    assert staged.verify().ok


@pytest.mark.parametrize(
    ("sql", "broken_at", "reason"),
    [
        ("DELETE FROM stored_events WHERE rowid = 5", 6, "version 5 is missing"),
        ("DELETE FROM stored_events WHERE rowid = 1", 2, "version 1 is missing"),
        ("DELETE FROM stored_events WHERE rowid IN (5, 6, 7)", 8, "version 5 is missing"),
        (
            "UPDATE stored_events SET topic = 'StatementMade.v2' WHERE rowid = 13",
            13,
            "its column says StatementMade.v2",
        ),
        (
            "UPDATE stored_events SET topic = 'DenialIssued.v1' WHERE rowid = 13",
            13,
            "its bytes say type StatementMade.v1",
        ),
        ("UPDATE stored_events SET topic = 'nothing' WHERE rowid = 13", 13, "its column says nothing"),
        ("UPDATE stored_events SET topic = x'00' WHERE rowid = 13", 13, "its columns"),
        ("UPDATE stored_events SET originator_version = 99 WHERE rowid = 16", 16, "version 16 is missing"),
        ("UPDATE stored_events SET originator_version = 'x' WHERE rowid = 16", 16, "its columns"),
        ("UPDATE stored_events SET state = x'' WHERE rowid = 4", 4, "its bytes were changed"),
        ("UPDATE stored_events SET state = 'text' WHERE rowid = 4", 4, "its columns"),
        ("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 4", 4, "its columns"),
        ("UPDATE stored_events SET state = state || x'20' WHERE rowid = 4", 4, "its "),
        ("UPDATE stored_events SET state = zeroblob(100) WHERE rowid = 4", 4, "its bytes were changed"),
        (
            "UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE rowid = 14) WHERE rowid = 13",
            13,
            "its bytes say version 14, its column says 13",
        ),
        ("UPDATE stored_events SET rowid = 100 WHERE rowid = 7", 8, "version 7 is missing"),
    ],
)
def test_what_sql_can_do_to_an_entry_is_found(
    tamper: Callable[..., Verification], sql: str, broken_at: int, reason: str
) -> None:
    result = tamper(sql)
    chain = result.chains[NEGOTIATION]
    assert not result.ok
    assert (chain.ok, chain.broken_at) == (False, broken_at)
    assert reason in str(chain.reason)
    assert result.chains["us-chad"].ok


def test_an_entry_moved_to_another_negotiation_is_found(tamper: Callable[..., Verification]) -> None:
    result = tamper("UPDATE stored_events SET originator_id = 'us-mali' WHERE rowid = 16")
    assert result.chains["us-mali"].broken_at == 16
    result = tamper("UPDATE stored_events SET originator_id = 'us-mali', originator_version = 1 WHERE rowid = 16")
    assert "its bytes say negotiation us-niger, its column says us-mali" in str(result.chains["us-mali"].reason)


@pytest.mark.parametrize(("first", "second"), [(13, 14), (13, 16), (2, 15)])
def test_two_swapped_entries_are_found(tamper: Callable[..., Verification], first: int, second: int) -> None:
    move = "UPDATE stored_events SET state = (SELECT state FROM kept WHERE position = ?) WHERE rowid = ?"
    result = tamper(
        "CREATE TEMP TABLE kept AS SELECT rowid AS position, state FROM stored_events",
        (move, (first, second)),
        (move, (second, first)),
    )
    assert result.chains[NEGOTIATION].broken_at == first


def test_two_entries_with_swapped_positions_are_found(tamper: Callable[..., Verification]) -> None:
    result = tamper(
        "UPDATE stored_events SET rowid = 100 WHERE rowid = 13",
        "UPDATE stored_events SET rowid = 13 WHERE rowid = 14",
        "UPDATE stored_events SET rowid = 14 WHERE rowid = 100",
    )
    assert result.chains[NEGOTIATION].broken_at == 13


def test_two_entries_swapped_with_their_versions_are_found(tamper: Callable[..., Verification]) -> None:
    result = tamper(
        "UPDATE stored_events SET originator_version = 100 WHERE rowid = 13",
        "UPDATE stored_events SET originator_version = 13 WHERE rowid = 14",
        "UPDATE stored_events SET originator_version = 14 WHERE rowid = 100 OR originator_version = 100",
    )
    assert result.chains[NEGOTIATION].broken_at == 13


INSERT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"


def forged(state: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """Return stored bytes with changes, and with a check sum that fits them."""
    body = state[: -len(b',"crc32":"00000000"}')]
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return body + b',"crc32":"%08x"}' % zlib.crc32(body)


def stored(path: Path, position: int) -> bytes:
    with unguarded(path) as connection:
        (state,) = connection.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()
        assert isinstance(state, bytes)
        return state


def test_an_entry_put_in_is_found(tamper: Callable[..., Verification], log_path: Path) -> None:
    state = stored(log_path, 16)
    copied = forged(state, (b'"version":16', b'"version":17'))
    result = tamper((INSERT, (NEGOTIATION, 17, "StatementMade.v1", copied)))
    assert result.chains[NEGOTIATION].broken_at == 29
    assert "but the entry before it is" in str(result.chains[NEGOTIATION].reason)


def test_an_entry_put_in_between_is_found(tamper: Callable[..., Verification], log_path: Path) -> None:
    state = stored(log_path, 14)
    sql = "UPDATE stored_events SET originator_version = originator_version + 1 WHERE rowid = ?"
    shifts = [(sql, (position,)) for position in (16, 15)]
    result = tamper(*shifts, (INSERT, (NEGOTIATION, 15, "StatementMade.v1", state)))
    assert result.chains[NEGOTIATION].broken_at == 15


def test_an_entry_rewritten_with_its_check_sum_is_found_by_the_next(
    tamper: Callable[..., Verification], log_path: Path
) -> None:
    state = forged(stored(log_path, 14), (b"Statement number 2", b"Statement number 9"))
    result = tamper(("UPDATE stored_events SET state = ? WHERE rowid = 14", (state,)))
    assert result.chains[NEGOTIATION].broken_at == 15


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"event":1}', b"\xff"])
def test_bytes_that_are_sealed_but_no_entry_are_found(
    tamper: Callable[..., Verification], staged: EventLog, body: bytes
) -> None:
    state = body + b',"crc32":"%08x"}' % zlib.crc32(body)
    result = tamper(("UPDATE stored_events SET state = ? WHERE rowid = 14", (state,)))
    assert result.chains[NEGOTIATION].broken_at == 14
    with pytest.raises(DamageError, match=r"entry #14 .* cannot be read back.*; `communique verify` tells more"):
        list(staged.read())


@pytest.mark.parametrize("value", [None, "text", 7, 1.5])
def test_what_is_no_bytes_is_damage(tamper: Callable[..., Verification], staged: EventLog, value: object) -> None:
    result = tamper(("UPDATE stored_events SET state = ? WHERE rowid = 14", (value,)))
    assert result.chains[NEGOTIATION].broken_at == 14
    with pytest.raises(DamageError, match="entry #14"):
        list(staged.read())


def test_a_deleted_last_entry_is_found_by_a_head_that_was_kept(tamper: Callable[..., Verification]) -> None:
    head = tamper().chains["us-chad"].head
    assert "28 ids for 27 entries" in str(tamper("DELETE FROM stored_events WHERE rowid = 28").reason)
    assert tamper("DELETE FROM entry_ids WHERE negotiation = 'us-chad' AND version = 12").ok
    for written in (head, head.upper(), f"us-chad={head}"):
        result = tamper(heads=(written,))
        assert not result.ok
        assert result.missing_heads == [written]
    chain = tamper(heads=(f"us-chad={head}",)).chains["us-chad"]
    assert (chain.ok, chain.broken_at) == (False, 27)
    assert f"does not hold the head {head}" in str(chain.reason)


def test_a_deleted_negotiation_is_found_by_a_head_that_was_kept(tamper: Callable[..., Verification]) -> None:
    head = tamper().chains["us-chad"].head
    result = tamper("DELETE FROM stored_events WHERE originator_id = 'us-chad'", heads=(head,))
    assert not result.ok
    assert result.missing_heads == [head]
    assert "us-chad" not in result.chains


def test_a_head_behind_a_break_does_not_count(tamper: Callable[..., Verification]) -> None:
    before = tamper()
    head = before.chains[NEGOTIATION].head
    result = tamper("UPDATE stored_events SET topic = 'X.v1' WHERE rowid = 3", heads=(head,))
    assert result.missing_heads == [head]


def test_any_earlier_head_of_a_chain_counts(tamper: Callable[..., Verification], staged: EventLog) -> None:
    assert tamper(heads=tuple(recorded.digest for recorded in staged.read())).ok


def test_only_the_first_break_of_a_chain_is_told(tamper: Callable[..., Verification]) -> None:
    result = tamper(
        "DELETE FROM stored_events WHERE rowid IN (5, 9)", "UPDATE stored_events SET topic = '' WHERE rowid = 12"
    )
    assert result.chains[NEGOTIATION].broken_at == 6


def test_ids_that_were_taken_away_are_found(tamper: Callable[..., Verification]) -> None:
    result = tamper("DELETE FROM entry_ids WHERE entry = 'statement-1'")
    assert not result.ok
    assert result.reason == (
        "its index has 27 ids for 28 entries: ids were deleted or put in ('statement-1' of us-niger at version 13 is "
        "not in it); `communique verify --repair-derived` makes it anew"
    )


@pytest.mark.parametrize("version", [3, 99])
def test_an_id_that_points_elsewhere_is_damage(
    tamper: Callable[..., Verification], staged: EventLog, version: int
) -> None:
    tamper(("UPDATE entry_ids SET version = ? WHERE entry = 'statement-1'", (version,)))
    for use in (
        lambda: staged.entry(NEGOTIATION, "statement-1"),
        lambda: staged.record([statement(1)]),
        lambda: staged.record([statement(1, text="other")]),
        lambda: staged.record([entry("EntryCorrected", entry="statement-1", changes={"note": "x"})]),
    ):
        with pytest.raises(DamageError, match="'statement-1' of us-niger is not where the index of ids puts it"):
            use()


def test_a_file_with_overwritten_pages_is_told(tmp_path: Path) -> None:
    path = tmp_path / "torn.db"
    with EventLog.open(path) as log:
        log.record(stage())
        log.record([statement(number, text="x" * 2000) for number in range(200)])
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(size // 4096 // 3, size // 4096 // 2):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    with EventLog.open(path) as log:
        result = log.verify()
    assert not result.ok
    assert result.reason is not None or not all(chain.ok for chain in result.chains.values())
