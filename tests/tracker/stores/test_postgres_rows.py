"""With any SQL a writer adds to a shared log only what the program would add."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.postgres_server import shared_cluster
from tests.tracker.given import stage, statement
from tests.tracker.stores.given import STAMP, TOPIC, Writer, make_team
from tests.tracker.strategies import entries, texts
from tracker.codec import GENESIS, decode, digest_of, encode, head_of, quote_name
from tracker.entry import MAX_CONTENT, prepare
from tracker.events.parsing import parse
from tracker.log import EventLog
from tracker.negotiation import Negotiation
from tracker.stores.postgres.schema import MALFORMED, OUT_OF_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.postgres_server import Cluster
    from tracker.stores.store import Row

pytestmark = [pytest.mark.postgres, pytest.mark.long]

Connection = psycopg.Connection[tuple[Any, ...]]
NAME: Final = "us-niger"
EVENT: Final = "INSERT INTO communique.stored_events VALUES (%s, %s, %s, %s, %s)"
ID: Final = "INSERT INTO communique.entry_ids VALUES (%s, %s, %s)"
CONTENT: Final = b'"party":"NER","text":"one"'
FAR: Final = "9" * 20


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return shared_cluster()


@pytest.fixture(scope="module")
def shared_log(cluster: Cluster) -> Iterator[EventLog]:
    """Return a shared log with 13 entries in it, to which nothing is added for good here."""
    with cluster.database() as database:
        make_team(cluster, database)
        with EventLog.open(cluster.address(database), by="owner") as log:
            log.record([*stage(), statement(1)])
            yield log


@pytest.fixture(scope="module")
def ada(shared_log: EventLog) -> Iterator[Connection]:
    """Return a writer's connection; whoever uses it undoes what was done."""
    with psycopg.connect(shared_log.location.replace("postgres@", "ada@", 1)) as connection:
        yield connection


@pytest.fixture(scope="module")
def last(shared_log: EventLog) -> Row:
    row = shared_log.store.last(NAME)
    assert row is not None
    return row


def sealed(body: bytes) -> bytes:
    return body + b',"crc32":"%08x"}' % zlib.crc32(body)


def made(last: Row, content: bytes = CONTENT, entry: str = "new", by: str = '"ada"', stamp: str = FAR) -> bytes:
    """Return the bytes of the entry that may come next."""
    head = head_of(TOPIC, NAME, last.version + 1, digest_of(last.state))
    stamp = (
        decode(TOPIC, last.state, 1).recorded_at.isoformat(timespec="microseconds")[:26] + "Z"
        if stamp == FAR
        else stamp
    )
    return encode(head, entry, content, recorded_at=stamp, recorded_by=by)


def add(
    connection: Connection,
    *events: tuple[str, int, str, bytes, int],
    ids: Sequence[tuple[str, str, int]] = (),
    ids_first: bool = True,
) -> str | None:
    """Insert rows, have all be checked, undo it, and return the SQLSTATE with which that was refused."""
    try:
        with connection.transaction(force_rollback=True), connection.cursor() as cursor:
            if ids_first:
                cursor.executemany(ID, ids)
            cursor.executemany(EVENT, events)
            if not ids_first:
                cursor.executemany(ID, ids)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.DatabaseError as error:
        return error.sqlstate
    return None


def add_next(connection: Connection, last: Row, state: bytes, entry: str = "new", topic: str = TOPIC) -> str | None:
    """Do so with some bytes as the next entry."""
    version = last.version + 1
    return add(connection, (NAME, version, topic, state, last.position + 1), ids=[(NAME, entry, version)])


def test_the_server_is_that_of_the_wheel_and_new_enough(
    cluster: Cluster, record_property: Callable[[str, object], None]
) -> None:
    ((version,),) = cluster.sql("SHOW server_version")
    record_property("PostgreSQL", version)
    assert f"(PostgreSQL) {version}" in cluster.run("postgres", "--version").stdout
    assert int(version.partition(".")[0]) >= 14


def test_what_the_program_would_add_is_taken_in_whichever_order(ada: Connection, last: Row) -> None:
    assert add_next(ada, last, made(last)) is None
    event = (NAME, last.version + 1, TOPIC, made(last), last.position + 1)
    assert add(ada, event, ids=[(NAME, "new", last.version + 1)], ids_first=False) is None


@pytest.mark.parametrize(
    ("by", "content"),
    [
        ('"ada"', b""),
        ('""', CONTENT),
        (json.dumps('a"\\,"id":"x', ensure_ascii=False), CONTENT),
        (json.dumps('\\","id":"x\\'), CONTENT),
        (json.dumps("\u00e9\u202e\U0001f54a\x01\n", ensure_ascii=False), CONTENT),
        ('"ada"', b'"text":"' + b"x" * (MAX_CONTENT - 9) + b'"'),
        ('"ada"', b'"text":"a\\u0000b\\\\u0000","changes":{"id":"x","event":"y","crc32":1}'),
        ('"ada"', b'"changes":{"text":' + b"[" * 199 + b"]" * 199 + b"}"),
        ('"ada"', b'"changes":{"text":"' + b"[{" * 500 + b'\\""}'),
        ('"ada"', b'"changes":{"text":' + b"1" * 4300 + b"}"),
        ('"ada"', b'"changes":{"text":"' + b"1" * 5000 + b'"}'),
        ('"ada"', b'"changes":{"text":[1e+300,5e-324,-1.5,0.1,"1e999"]}'),
    ],
)
def test_whatever_a_text_holds_is_taken(ada: Connection, last: Row, by: str, content: bytes) -> None:
    assert add_next(ada, last, made(last, content, by=by)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"event":"Stat', b'{ "event":"Stat'),
        (b'"event":"StatementMade"', b'"event":"DenialIssued"'),
        (b'"event_version":1', b'"event_version":2'),
        (b'"negotiation":"us-niger"', b'"negotiation":"us-chad"'),
        (b'"version":14', b'"version":15'),
        (b'"version":14', b'"version":"14"'),
        (b'"version":14,', b'"version":14,"x":1,'),
        (b'"recorded_at":"2', b'"recorded_at":"1'),
        (b'"recorded_at":"2', b'"recorded_at":"x'),
        (b'"recorded_by":"ada"', b'"recorded_by":7'),
        (b'"recorded_by":"ada"', b'"recorded_by":null'),
        (b'"recorded_by":"ada"', b'"recorded_by":["ada"]'),
        (b'"recorded_by":"ada"', b'"recorded_by":"ada","x":"y"'),
        (b'"recorded_by":"ada",', b""),
        (b'"recorded_by":"ada"', b'"recorded_by":"\\ud800"'),
        (b'"id":"new",', b""),
        (b'"id":"new"', b'"id":"New"'),
        (b'"id":"new"', b'"id":""'),
        (b'"id":"new"', b'"id":5'),
        (b'"id":"new"', b'"id":"other"'),
        (b'"id":"new"', b'"id":"' + b"n" * 65 + b'"'),
        (b'"id":"new"', b'"id":"new","id":"new"'),
        (b'"text":"one"', b'"text":"one","event":"StatementMade"'),
        (b'"text":"one"', b'"text":"one","version":14'),
        (b'"text":"one"', b'"text":"one","recorded_at":5'),
        (b'"text":"one"', b'"text":"one","\\u0069d":"other"'),
        (b'"text":"one"', b'"text":"one","crc32":"0"'),
        (b'"text":"one"', b'"text":"\xff"'),
        (b'"text":"one"', b'"text":"\xed\xa0\x80"'),
        (b'"text":"one"', b'"text":"\x00"'),
        (b'"text":"one"', b'"text":"\n"'),
        (b'"text":"one"', b'"text":\n"one"'),
        (b'"text":"one"', b'"text":\t"one"'),
        (b'"text":"one"', b'"text":"\\ud83d"'),
        (b'"text":"one"', b'"text":"\\x"'),
        (b'"text":"one"', b'"text":NaN'),
        (b'"text":"one"', b'"text":1e400'),
        (b'"text":"one"', b'"text":-' + b"9" * 400 + b".5"),
        (b'"text":"one"', b'"text":' + b"9" * 4301),
        (b'"text":"one"', b'"text":01'),
        (b'"text":"one"', b'"text":' + b"[" * 201 + b"]" * 201),
        (b'"text":"one"', b'"text":' + b'{"a":[' * 101 + b"]}" * 101),
        (b'"text":"one"', b'"text":' + b"[" * 9000 + b"]" * 9000),
        (b'"text":"one"', b'"text":"one",'),
        (b'"text":"one"', b'"text":"one"}'),
        (b'"text":"one"', b'"text":"' + b"x" * MAX_CONTENT + b'"'),
        (b'"recorded_by":"ada"', b'"recorded_by":"' + b"a" * (MAX_CONTENT + 65_536) + b'"'),
    ],
)
def test_bytes_that_are_no_entry_are_refused(ada: Connection, last: Row, old: bytes, new: bytes) -> None:
    body = made(last)[: -len(',"crc32":"00000000"}')]
    assert old in body
    refused = add_next(ada, last, sealed(body.replace(old, new, 1)))
    assert refused in {OUT_OF_ORDER, MALFORMED, "54001"}


@pytest.mark.parametrize(
    "state",
    [
        lambda state: state[:-1],
        lambda state: state + b" ",
        lambda state: state[:-3] + bytes([state[-3] ^ 1]) + state[-2:],
        lambda state: state.replace(b"one", b"two"),
        lambda state: state[:-20],
        lambda state: state.replace(b'"crc32"', b'"CRC32"'),
        lambda state: state[:-20] + state[-20:].upper(),
        lambda _: b"",
        lambda _: b"x",
    ],
)
def test_a_wrong_check_sum_is_refused(ada: Connection, last: Row, state: Any) -> None:  # noqa: ANN401 - a function
    assert add_next(ada, last, state(made(last))) in {OUT_OF_ORDER, MALFORMED}


@pytest.mark.parametrize(
    "stamp",
    [
        *("2026-13-01T00:00:00.000000Z", "2026-02-30T00:00:00.000000Z", "9999-12-31T24:00:00.000000Z"),
        *("9999-12-31T23:60:00.000000Z", "9999-12-31T23:59:60.000000Z", "9999-12-31 23:59:00.000000Z"),
        *("9999-12-31T23:59:59.000000+", "9999-12-31T23:59:59.00000Z0", "0000-01-01T00:00:00.000000Z", STAMP),
    ],
)
def test_a_time_that_is_none_or_before_the_last_is_refused(ada: Connection, last: Row, stamp: str) -> None:
    assert add_next(ada, last, made(last, stamp=stamp)) == MALFORMED
    assert add_next(ada, last, made(last, stamp="9999-12-31T23:59:59.999999Z")) is None


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        *(("Chad", TOPIC), ("", TOPIC), ("-a", TOPIC), ("a" * 65, TOPIC), ('a","x":"y', TOPIC), ("a\n", TOPIC)),
        *(("a", "StatementMade"), ("a", "StatementMade.v0"), ("a", "StatementMade.v01"), ("a", "StatementMade.v1.v1")),
        *(
            ("a", "1Made.v1"),
            ("a", "Made\u202e.v1"),
            ("a", f"{'M' * 101}.v1"),
            ("a", f"Made.v{'1' * 10}"),
            ("a", ".v1"),
        ),
        ("a", 'A","b":"c.v1'),
    ],
)
def test_the_first_of_a_negotiation_is_checked_like_any_other(
    ada: Connection, last: Row, name: str, topic: str
) -> None:
    event, _, event_version = topic.rpartition(".v")
    opening = f'{{"event":"{event}","event_version":{event_version},"negotiation":"{name}","version":1,'
    head = f'{opening}"previous":"{GENESIS}",'.encode()
    state = encode(head, "new", CONTENT, recorded_at=STAMP, recorded_by='"ada"')
    assert add(ada, (name, 1, topic, state, last.position + 1), ids=[(name, "new", 1)]) in {MALFORMED, OUT_OF_ORDER}


def test_the_first_of_a_negotiation_follows_nothing(ada: Connection, last: Row) -> None:
    for version, previous, refused in ((1, GENESIS, None), (1, "1" * 64, OUT_OF_ORDER), (2, GENESIS, OUT_OF_ORDER)):
        head = head_of(TOPIC, "us-chad", version, previous)
        state = encode(head, "new", CONTENT, recorded_at=STAMP, recorded_by='"ada"')
        event = ("us-chad", version, TOPIC, state, last.position + 1)
        assert add(ada, event, ids=[("us-chad", "new", version)]) == refused


def test_each_row_of_a_statement_is_checked(ada: Connection, last: Row) -> None:
    """One statement whose rows do not follow one another, in every way in which the second may be wrong."""
    batch = Writer().batch("a", "b", "a", "b", "a")
    rows = [(*event, last.position + number) for number, event in enumerate(batch.events, 1)]
    statement = f"INSERT INTO communique.stored_events VALUES {', '.join(['(%s, %s, %s, %s, %s)'] * len(rows))}"  # noqa: S608 - no value

    def insert(changed: Sequence[tuple[Any, ...]]) -> str | None:
        try:
            with ada.transaction(force_rollback=True), ada.cursor() as cursor:
                cursor.executemany(ID, batch.ids)
                cursor.execute(statement.encode(), [value for row in changed for value in row])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.DatabaseError as error:
            return error.sqlstate
        return None

    assert insert(rows) is None
    assert insert(rows[::-1]) is None, "the order of rows in a statement is none"
    places = [row[4] for row in rows]
    for at in range(len(rows)):
        for other in range(at):
            swapped = list(places)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            # Two negotiations may come in either order, a negotiation's own entries in one alone.
            fine = {at, other} in ({0, 1}, {1, 2}, {2, 3}, {3, 4})
            moved = [(*row[:4], place) for row, place in zip(rows, swapped, strict=True)]
            assert (insert(moved) is None) == fine, (at, other)
        forged = (*rows[at][:3], rows[at][3].replace(b'"NER"', b'"USA"'), rows[at][4])
        assert insert([*rows[:at], forged, *rows[at + 1 :]]) in {MALFORMED, OUT_OF_ORDER}


def test_every_id_has_its_entry_and_every_entry_its_id(ada: Connection, last: Row) -> None:
    version = last.version + 1
    event = (NAME, version, TOPIC, made(last), last.position + 1)
    right = (NAME, "new", version)
    assert add(ada, event, ids=[right]) is None
    for ids in (
        [],
        [(NAME, "new", version + 1)],
        [(NAME, "new", last.version)],
        [(NAME, "ne", version)],
        [(NAME, 'new","party', version)],
        [("us-chad", "new", version)],
        [right, (NAME, "squat", 99)],
        [right, (NAME, "squat", version)],
        [right, (NAME, "squat", last.version)],
        [right, (NAME, "", last.version)],
        [right, ("us-chad", "squat", 1)],
    ):
        assert add(ada, event, ids=ids) == MALFORMED, ids
        assert add(ada, event, ids=ids, ids_first=False) == MALFORMED, ids
    assert add(ada, ids=[(NAME, "squat", 99)]) == MALFORMED


@given(st.data())
def test_what_the_database_takes_can_be_read_back(ada: Connection, last: Row, data: st.DataObject) -> None:
    """Bytes that were changed anywhere after their head, with a check sum that is right."""
    body = bytearray(made(last, b'"party":"NER","text":"\xc3\xa9","n":[1.5e10,{"a":null}]')[:-20])
    begin = len(head_of(TOPIC, NAME, last.version + 1, GENESIS))
    pieces = st.sampled_from(
        [b'"', b"\\", b",", b"{", b"}", b"[", b"]", b":", b"\\u0000", b"e999", b'"id":"new",', b"\n"]
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(begin, len(body)))
        end = min(at + data.draw(st.integers(0, 2)), len(body))
        body[at:end] = data.draw(pieces | st.binary(max_size=3))
    state = sealed(bytes(body))
    if add_next(ada, last, state) is None:
        recorded = decode(TOPIC, state, 1)
        assert (recorded.id, recorded.version) == ("new", last.version + 1)
        json.dumps(recorded.event.model_dump(mode="json"), allow_nan=False)
        assert b"\n" not in state


@given(entries, texts)
def test_what_the_program_writes_is_taken(ada: Connection, last: Row, fields: dict[str, Any], by: str) -> None:
    entry = prepare(parse(fields))
    assume(entry.negotiation != NAME)
    stored = Negotiation(entry.negotiation).append(entry, STAMP, quote_name(by))
    assert add(ada, (*stored[:4], last.position + 1), ids=[(entry.negotiation, entry.id, 1)]) is None
