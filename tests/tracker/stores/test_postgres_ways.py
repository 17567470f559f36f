"""By no way round does a writer get past the checks of a shared log; what is derived is checked, too."""

from __future__ import annotations

import json
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from tests.lengths import in_short
from tests.postgres_server import shared_cluster
from tests.tracker.given import NEGOTIATION, PARTIES, stage, statement, statements
from tests.tracker.stores.given import TOPIC, Batch, Writer, count_ids, insert, make_team
from tracker.codec import SEAL_LENGTH
from tracker.entry import MAX_CONTENT, prepare
from tracker.events.references import REGISTERED_BY
from tracker.log import EventLog
from tracker.negotiation import Negotiation
from tracker.stores.postgres.schema import (
    AT_THE_END,
    CHANNEL,
    FUNCTIONS,
    MALFORMED,
    OUT_OF_ORDER,
    REFUSED,
    TRIGGERS,
    WRITE_LOCK,
    WRONG_SNAPSHOT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]

#: What a log refuses with, or PostgreSQL itself: rights, a key that is taken, a syntax of a newer version.
REFUSALS: Final = {MALFORMED, OUT_OF_ORDER, WRONG_SNAPSHOT, "42501", "23505", "42601"}
#: A row that stands where it should, but holds no entry; `#` stands for it below.
INSERT: Final = "INSERT INTO communique.stored_events VALUES ('us-niger', 14, 'StatementMade.v1', 'x', 14)"
THROUGH_A_RULE: Final = """CREATE TEMP TABLE mine (LIKE communique.stored_events);
    CREATE RULE through AS ON INSERT TO mine DO INSTEAD INSERT INTO communique.stored_events VALUES (NEW.*);
    INSERT INTO mine VALUES ('us-niger', 14, 'StatementMade.v1', 'x', 14)"""
MERGE: Final = """MERGE INTO communique.stored_events USING (SELECT 1) AS x ON false
    WHEN NOT MATCHED THEN INSERT VALUES ('us-niger', 14, 'StatementMade.v1', 'x', 14)"""
THROUGH_A_VIEW: Final = """CREATE TEMP VIEW mine AS TABLE communique.stored_events;
    INSERT INTO mine VALUES ('us-niger', 14, 'StatementMade.v1', 'x', 14)"""
WAYS: Final = (
    "#",
    "# ON CONFLICT DO NOTHING",
    "# ON CONFLICT (notification_id) DO UPDATE SET state = 'x'",
    "# RETURNING *",
    "WITH one AS (# RETURNING *) SELECT * FROM one",
    "CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ # $$; SELECT pg_temp.f()",
    "PREPARE p AS #; EXECUTE p",
    "SET CONSTRAINTS ALL DEFERRED; #",
    "DO $$ BEGIN #; EXCEPTION WHEN division_by_zero THEN NULL; END $$",
    MERGE,
    THROUGH_A_RULE,
    THROUGH_A_VIEW,
    "CREATE TABLE mine () INHERITS (communique.stored_events)",
    "CREATE TEMP TABLE mine () INHERITS (communique.stored_events)",
    "SET session_replication_role = replica",
    "ALTER FUNCTION communique.check_order() RESET ALL",
    "DROP TRIGGER entry_ids_has_entry ON communique.entry_ids",
    "COMMENT ON TABLE communique.stored_events IS 'mine'",
    "INSERT INTO communique.entry_ids VALUES ('us-niger', 'squat', 99)",
    "INSERT INTO communique.entry_ids VALUES ('us-niger', 'squat', 13) ON CONFLICT DO NOTHING",
    "INSERT INTO communique.stored_snapshots VALUES ('us-niger', 99, 'x', 'x')",
)
#: What a session may be in when it inserts.
STATES: Final = (
    "SET search_path = pg_temp, public",
    "SET standard_conforming_strings = off; SET backslash_quote = on",
    "SET client_min_messages = error; SET bytea_output = escape; SET DateStyle = 'SQL, DMY'",
    "SET plpgsql.check_asserts = off; SET check_function_bodies = off; SET row_security = off",
    "SET transform_null_equals = on; SET array_nulls = off; SET extra_float_digits = -15",
    "SET default_transaction_isolation = serializable",
    "CREATE TEMP TABLE added (x int); CREATE TEMP TABLE stored_events (x int); CREATE TEMP TABLE entry_ids (x int)",
    """CREATE FUNCTION pg_temp.length(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION pg_temp.never(bytea, bytea) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE OPERATOR pg_temp.<> (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = pg_temp.never);
    SET search_path = pg_temp, pg_catalog""",
)


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return shared_cluster()


@pytest.fixture
def team(cluster: Cluster, database: str) -> str:
    make_team(cluster, database)
    return database


@pytest.fixture(scope="module")
def shared_log(cluster: Cluster) -> Iterator[EventLog]:
    """Return a shared log with 13 entries in it, to which nothing is added for good here."""
    with cluster.database() as database:
        make_team(cluster, database)
        with EventLog.open(cluster.address(database, user="ada"), by="ada") as log:
            log.record([*stage(), statement(1)])
            yield log


def refusal(where: str, *statements: str | tuple[str, Any]) -> str | None:
    """Run statements in one transaction, commit it, and return the SQLSTATE with which it was refused."""
    try:
        with closing(psycopg.connect(where)) as connection:
            for statement in statements:
                sql, values = (statement, None) if isinstance(statement, str) else statement
                connection.execute(sql.encode(), values)
            connection.commit()
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.mark.parametrize("sql", in_short(WAYS, *WAYS[::3]))
def test_no_way_of_inserting_gets_round(shared_log: EventLog, sql: str) -> None:
    assert refusal(shared_log.location, sql.replace("#", INSERT)) in REFUSALS
    assert shared_log.verify().ok
    assert (shared_log.store.max_position(), count_ids(shared_log.store)) == (13, 13)


@pytest.mark.parametrize("state", in_short(STATES, *STATES[::3]))
def test_no_state_of_a_session_makes_it_take_more_or_less(shared_log: EventLog, state: str) -> None:
    assert refusal(shared_log.location, state, INSERT) in REFUSALS
    batch = Writer().batch("us-chad", "us-chad")
    rows = [(*event, number) for number, event in enumerate(batch.events, 14)]
    ids = [("INSERT INTO communique.entry_ids VALUES (%s, %s, %s)", one) for one in batch.ids]
    events = [("INSERT INTO communique.stored_events VALUES (%s, %s, %s, %s, %s)", row) for row in rows]
    forged = (events[1][0], (*rows[1][:3], rows[1][3].replace(b"NER", b"USA"), 15))
    assert refusal(shared_log.location, state, *ids, events[0], forged) in REFUSALS
    assert refusal(shared_log.location, state, *ids, *events, "SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK") is None
    assert shared_log.store.max_position() == 13


def test_copy_is_checked_like_insert(shared_log: EventLog) -> None:
    with (
        closing(psycopg.connect(shared_log.location)) as connection,
        pytest.raises(psycopg.DatabaseError) as caught,
        connection.cursor().copy("COPY communique.stored_events FROM STDIN") as copy,
    ):
        copy.write_row(("us-niger", 14, TOPIC, b"x", 14))
    assert caught.value.sqlstate in REFUSALS
    assert shared_log.store.max_position() == 13


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_who_looks_at_an_old_state_adds_nothing_to_it(cluster: Cluster, team: str, level: str) -> None:
    where = cluster.address(team, user="ada")
    writer = Writer()
    with EventLog.open(where) as log, psycopg.connect(where) as connection:
        insert(log.store, writer.batch("a"))
        connection.execute(f"BEGIN ISOLATION LEVEL {level}; TABLE communique.stored_events".encode())
        old = Writer()
        old.heads = dict(writer.heads)
        insert(log.store, writer.batch("a"))
        (event,) = old.batch("a", content=b'"text":"other"').events
        for position in (2, 3):
            with pytest.raises(psycopg.DatabaseError) as caught, connection.transaction():
                connection.execute(
                    "INSERT INTO communique.stored_events VALUES (%s, %s, %s, %s, %s)", (*event, position)
                )
            assert caught.value.sqlstate in {"23505", "40001", OUT_OF_ORDER}
        connection.rollback()
        assert log.verify().ok


def test_a_lock_that_somebody_holds_makes_others_wait_and_changes_nothing(cluster: Cluster, team: str) -> None:
    with EventLog.open(cluster.address(team, user="ada")) as log:
        log.record(stage())
        with psycopg.connect(cluster.address(team, user="ada")) as other:
            for mode in ("ACCESS SHARE", "ROW EXCLUSIVE"):
                other.execute(f"LOCK TABLE communique.stored_events IN {mode} MODE".encode())
            assert log.record([statement(1)]).count == 1
            for mode in ("SHARE", "EXCLUSIVE"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), other.transaction():
                    other.execute(f"LOCK TABLE communique.stored_events IN {mode} MODE".encode())


def test_whatever_is_told_on_the_channel_is_no_more_than_a_reason_to_look(cluster: Cluster, team: str) -> None:
    with EventLog.open(cluster.address(team, user="ada")) as log:
        log.record(stage())
        log.store.change_mark()
        cluster.sql(
            "SELECT pg_notify('communique_entries', n || repeat('\u202e\x1b', 1000)) FROM generate_series(1, 100) AS n",
            team,
            user="ben",
        )
        log.store.change_mark()
        assert log.verify().ok


def of_names(**names: list[str]) -> bytes:
    return json.dumps({"party": [], "matter": [], "source": []} | names).encode()


RIGHT: Final = {
    "party": list(PARTIES),
    "matter": ["combat-presence", "air-bases"],
    "source": ["wire", "daily", "gazette"],
}


@pytest.mark.parametrize(
    ("name", "version", "topic", "state", "is_right"),
    [
        (NEGOTIATION, 13, "Negotiation.v1", of_names(**RIGHT), True),
        (NEGOTIATION, 12, "Negotiation.v1", of_names(**RIGHT), True),
        (NEGOTIATION, 12, "Negotiation.v1", of_names(**{**RIGHT, "party": list(PARTIES[::-1])}), True),
        (NEGOTIATION, 1, "Negotiation.v1", of_names(), True),
        (NEGOTIATION, 2, "Negotiation.v1", of_names(party=["USA"]), True),
        (NEGOTIATION, 14, "Negotiation.v1", of_names(**RIGHT), False),
        (NEGOTIATION, 10**9, "Negotiation.v1", of_names(**RIGHT), False),
        (NEGOTIATION, 0, "Negotiation.v1", of_names(), False),
        (NEGOTIATION, -1, "Negotiation.v1", of_names(), False),
        ("us-chad", 1, "Negotiation.v1", of_names(), False),
        (NEGOTIATION, 13, "Other.v1", of_names(**RIGHT), False),
        (NEGOTIATION, 13, "Negotiation.v1", of_names(), False),
        (NEGOTIATION, 2, "Negotiation.v1", of_names(**RIGHT), False),
        (NEGOTIATION, 13, "Negotiation.v1", of_names(**{**RIGHT, "party": [*PARTIES, "XXX"]}), False),
        (NEGOTIATION, 13, "Negotiation.v1", of_names(**{**RIGHT, "party": [*PARTIES, "USA"]}), False),
        (NEGOTIATION, 13, "Negotiation.v1", of_names(**{**RIGHT, "party": list(PARTIES[1:])}), False),
        (NEGOTIATION, 13, "Negotiation.v1", of_names(**RIGHT, other=[]), False),
        (NEGOTIATION, 13, "Negotiation.v1", b'{"party":[],"matter":[]}', False),
        (NEGOTIATION, 1, "Negotiation.v1", b'{"party":[1],"matter":[],"source":[]}', False),
        (NEGOTIATION, 1, "Negotiation.v1", b'{"party":"","matter":[],"source":[]}', False),
        (NEGOTIATION, 1, "Negotiation.v1", b'{"party":null,"matter":[],"source":[]}', False),
        (NEGOTIATION, 1, "Negotiation.v1", b'{"party":{},"matter":[],"source":[]}', False),
        (NEGOTIATION, 2, "Negotiation.v1", b'{"party":[["USA"]],"matter":[],"source":[]}', False),
        (NEGOTIATION, 1, "Negotiation.v1", b"[]", False),
        (NEGOTIATION, 1, "Negotiation.v1", b"x", False),
        (NEGOTIATION, 1, "Negotiation.v1", b"", False),
        (NEGOTIATION, 1, "Negotiation.v1", b"\xff", False),
    ],
)
def test_a_snapshot_is_that_of_its_entries(  # noqa: PLR0917 - one row of the table each
    shared_log: EventLog, name: str, version: int, topic: str, state: bytes, is_right: bool
) -> None:
    insert = ("INSERT INTO communique.stored_snapshots VALUES (%s, %s, %s, %s)", (name, version, topic, state))
    found = refusal(shared_log.location, insert, "SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK")
    assert found == (None if is_right else WRONG_SNAPSHOT)
    assert shared_log.store.snapshot(NEGOTIATION) is None


def test_a_snapshot_goes_on_from_the_last_one(cluster: Cluster, team: str) -> None:
    where = cluster.address(team, user="ada")
    with EventLog.open(where) as log:
        log.record([*stage(), *statements(990)])
        log.record([statement(2000, note="\0")])
        assert log.store.snapshot(NEGOTIATION) == (1002, of_names(**RIGHT))
        added = stage()[1].model_copy(update={"id": "late", "party": "FRA"})
        log.record([added, *(statement(number) for number in range(3000, 4000))])
        version, state = log.store.snapshot(NEGOTIATION) or (0, b"")
        assert version == 2004
        assert json.loads(state)["party"] == [*PARTIES, "FRA"]
        insert = "INSERT INTO communique.stored_snapshots VALUES (%s, %s, 'Negotiation.v1', %s)"
        for names, expected in ((RIGHT, WRONG_SNAPSHOT), ({**RIGHT, "party": [*PARTIES, "FRA"]}, None)):
            assert refusal(where, (insert, (NEGOTIATION, 2003, of_names(**names)))) == expected


def test_what_somebody_put_in_that_is_no_party_costs_only_the_snapshot(cluster: Cluster, team: str) -> None:
    """The database counts a name by the bytes; the program, whose type the entry does not fit, does not."""
    with EventLog.open(cluster.address(team, user="ada")) as log:
        log.record(stage())
        negotiation = log.application.negotiation(NEGOTIATION)
        entry = prepare(stage()[1].model_copy(update={"id": "odd"}))
        odd = entry._replace(content=b'"party":"no such"')
        log.application.insert([negotiation.append(odd, negotiation.recorded_at, '"eve"')])
        assert log.record(statements(1000)).count == 1000
        assert log.store.snapshot(NEGOTIATION) is None
        with log.transaction():
            assert log.record([statement(2000)]).count == 1
        assert log.verify().ok
    with EventLog.open(cluster.address(team, user="ada")) as log:
        assert log.record([statement(2001)]).count == 1


def test_the_database_knows_what_the_program_does() -> None:
    functions = "\n".join(FUNCTIONS)
    for word in (REFUSED, OUT_OF_ORDER, MALFORMED, WRONG_SNAPSHOT, f"NOTIFY {CHANNEL};", f"lock({WRITE_LOCK});"):
        assert word in functions
    assert functions.count("CREATE OR REPLACE FUNCTION") == len(FUNCTIONS) == len({row[3] for row in TRIGGERS}) + 3
    assert f" > {MAX_CONTENT + SEAL_LENGTH}" in functions
    for kind, register in REGISTERED_BY.items():
        assert any(f"('{kind.__name__}', '{register}')" in function for function in FUNCTIONS)
    assert Negotiation("a").registers.keys() == set(REGISTERED_BY.values())


def test_what_older_servers_do_not_have_gives_the_same(cluster: Cluster, team: str) -> None:
    for bytes_ in (b"", b"a", bytes(range(256)), "\u00e9\u202e".encode() * 999):
        with psycopg.connect(cluster.address(team, user="ada")) as connection:
            found = connection.execute("SELECT communique.check_sum(%s)", (bytes_,)).fetchone()
        assert found == (zlib.crc32(bytes_),)
    text = 'a\\"\u00e9\\\\101\u202e\\u0000\x01'
    with psycopg.connect(cluster.address(team, user="ada")) as connection:
        found = connection.execute("SELECT communique.in_ascii(%s)", (text.encode(),)).fetchone()
    assert found == ('a\\"??\\\\101???\\u0000\x01',)


def test_a_database_of_another_encoding_takes_all_texts(cluster: Cluster) -> None:
    cluster.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        make_team(cluster, "latin")
        with EventLog.open(cluster.address("latin", user="ada"), by="\u00e9\u0644") as log:
            log.record([*stage(), statement(1, text='\u0644\U0001f54a\\ "\0', note="\x07")])
            log.record(statements(1000)[1:])
            assert log.verify().ok
            (event,) = Writer().batch("a", content=b'"text":"\xff"').events
            insert = ("INSERT INTO communique.stored_events VALUES (%s, %s, %s, %s, 1013)", event)
            assert refusal(cluster.address("latin", user="ada"), insert) == MALFORMED
    finally:
        cluster.sql("DROP DATABASE latin WITH (FORCE)")


def test_a_log_of_the_version_before_goes_on_and_gets_the_new_guards(cluster: Cluster, team: str) -> None:
    """It had none at the end of a transaction, and one turn."""
    where = cluster.address(team)
    new = [name for name, _, when, _ in TRIGGERS if when == AT_THE_END]
    for name, table, when, _ in TRIGGERS:
        if when == AT_THE_END or name in {"entry_ids_takes_turn", "stored_snapshots_takes_turn"}:
            cluster.sql(f"DROP TRIGGER {name} ON communique.{table}", team)
    for function in ("check_sum(bytea)", "in_ascii(bytea)", "can_be_read_back(text)", "check_id()", "check_entry()"):
        cluster.sql(f"DROP FUNCTION communique.{function}", team)
    cluster.sql("DROP FUNCTION communique.check_snapshot()", team)
    cluster.sql(
        "CREATE OR REPLACE FUNCTION communique.check_order() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NOTIFY communique_entries; RETURN NULL; END $$",
        team,
    )
    with EventLog.open(cluster.address(team, user="ada")) as log:
        log.record([*stage(), *statements(1000)])
        # What is missing of the guards is told.
        assert log.verify().is_intact
        assert log.store.snapshot(NEGOTIATION) is not None
    squat = "INSERT INTO communique.entry_ids VALUES ('us-niger', 'squat', 99999)"
    make_team(cluster, team)
    assert refusal(cluster.address(team, user="ada"), squat) == MALFORMED
    enabled = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    assert {name for (name,) in cluster.sql(enabled, team)} == {name for name, *_ in TRIGGERS}
    assert len(new) == 3
    with EventLog.open(where) as log:
        assert log.record([statement(5000)]).count == 1
        assert log.verify().ok


def test_adding_costs_the_same_however_long_the_log_is(cluster: Cluster, team: str) -> None:
    """Rows that the server reads for 20 entries one by one and 100 at once, at n, 2n, 4n."""
    writer = Writer()
    costs = []
    with EventLog.open(cluster.address(team, user="ada")) as log:

        def read() -> int:
            counted = "coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            tables = "SELECT sum({})::bigint FROM pg_stat_xact_user_tables WHERE schemaname = 'communique'"
            return int(log.store.query(tables.format(counted))[0][0])

        for fill in (500, 500, 1000):
            insert(log.store, writer.batch(*["a", "b"] * (fill // 2)))
            with log.store.exclusive():
                before = read()
                for _ in range(20):
                    insert(log.store, writer.batch("a"))
                insert(log.store, writer.batch(*["a"] * 100))
                costs.append(read() - before)
    assert max(costs) <= min(costs) + 20, costs


def test_a_batch_is_taken_as_it_comes(cluster: Cluster, team: str) -> None:
    with EventLog.open(cluster.address(team, user="ada")) as log:
        writer = Writer()
        insert(log.store, writer.batch(*["a", "b", "c"] * 50))
        insert(log.store, Batch([], []))
        assert log.store.max_position() == 150
