"""The database itself refuses to be changed, and puts in order whoever adds: the owner, a writer, a reader, anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from psycopg import errors

from tests.tracker.given import stage, statement
from tests.tracker.stores.given import eventually
from tracker.log import EventLog
from tracker.stores.postgres_admin import set_up
from tracker.stores.postgres_schema import OUT_OF_ORDER, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import Cluster

pytestmark = pytest.mark.postgres

Connection = psycopg.Connection[tuple[object, ...]]
TABLES: Final = ("stored_events", "stored_snapshots", "entry_ids", "log_properties")
CHANGES: Final = (
    "UPDATE communique.stored_events SET state = 'x' WHERE originator_version = 3",
    "UPDATE communique.stored_events SET notification_id = notification_id + 100",
    "DELETE FROM communique.stored_events",
    "DELETE FROM communique.stored_events WHERE originator_version = 13",
    "DELETE FROM ONLY communique.stored_events WHERE false",
    "INSERT INTO communique.stored_events SELECT * FROM communique.stored_events"
    " ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = 'x'",
    "MERGE INTO communique.stored_events AS old USING (SELECT 1) AS new ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM communique.stored_events RETURNING *) SELECT * FROM gone",
    *(f"DELETE FROM communique.{table}" for table in TABLES),
    *(f"TRUNCATE communique.{table}" for table in TABLES),
    "TRUNCATE communique.stored_events, communique.entry_ids CASCADE",
    "UPDATE communique.entry_ids SET version = 1",
    "UPDATE communique.log_properties SET value = 'x'",
    "UPDATE communique.stored_snapshots SET state = 'x'",
)
#: What a role may try besides, to get at the log by another way.
DETOURS: Final = (
    "ALTER TABLE communique.stored_events DISABLE TRIGGER ALL",
    "DROP TRIGGER stored_events_refuses_change ON communique.stored_events",
    "CREATE OR REPLACE FUNCTION communique.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "DROP SCHEMA communique CASCADE",
    "DROP TABLE communique.entry_ids",
    "ALTER TABLE communique.stored_events DROP COLUMN state",
    "ALTER TABLE communique.stored_events RENAME TO gone",
    "CREATE TABLE communique.other (x int)",
    "CREATE TRIGGER other BEFORE INSERT ON communique.stored_events EXECUTE FUNCTION communique.take_turn()",
    "CREATE RULE other AS ON INSERT TO communique.stored_events DO INSTEAD NOTHING",
    "CREATE INDEX ON communique.stored_events (topic)",
    "SELECT * FROM communique.stored_events FOR UPDATE",
    "LOCK TABLE communique.stored_events IN ACCESS EXCLUSIVE MODE",
    "GRANT ALL ON communique.stored_events TO CURRENT_USER",
    "ALTER TABLE communique.stored_events OWNER TO CURRENT_USER",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET ROLE communique_writers",
    "COPY communique.log_properties FROM '/etc/hostname'",
    "INSERT INTO communique.log_properties VALUES ('other', 'x')",
)


@pytest.fixture
def shared_log(shared_place: str) -> Iterator[EventLog]:
    """Return a shared log with entries in it, set up for a team."""
    set_up(shared_place, writers="communique_writers", readers="communique_readers")
    with EventLog.open(shared_place, by="ada") as log:
        log.record([*stage(), statement(1)])
        yield log


@pytest.fixture
def people(cluster: Cluster, shared_log: EventLog) -> None:
    """Let ada write and ben read; eve may do nothing."""
    for name in ("ada", "ben", "eve"):
        if not cluster.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):
            cluster.sql(f"CREATE ROLE {name} LOGIN")
    cluster.sql("GRANT communique_writers TO ada")
    cluster.sql("GRANT communique_readers TO ben")


def connect(cluster: Cluster, database: str, user: str) -> Connection:
    return psycopg.connect(cluster.address(database, user=user), autocommit=True)


def rows(cluster: Cluster, database: str) -> list[object]:
    """Return everything that the log's tables hold."""
    return [cluster.sql(f"TABLE communique.{table}", database) for table in TABLES]


@pytest.mark.parametrize("sql", CHANGES)
def test_changes_are_refused_to_the_owner(shared_log: EventLog, cluster: Cluster, database: str, sql: str) -> None:
    before = rows(cluster, database)
    with pytest.raises(psycopg.DatabaseError, match="append-only") as caught:
        cluster.sql(sql, database)
    assert caught.value.sqlstate == REFUSED
    assert rows(cluster, database) == before
    assert shared_log.verify().ok


@pytest.mark.parametrize("sql", ["DELETE FROM communique.stored_events", "TRUNCATE communique.entry_ids"])
def test_a_superuser_who_switches_triggers_off_for_a_session_is_refused_all_the_same(
    shared_log: EventLog, cluster: Cluster, database: str, sql: str
) -> None:
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        cluster.sql(f"SET session_replication_role = replica; {sql}", database)
    assert shared_log.verify().ok


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("user", ["ada", "ben", "eve"])
@pytest.mark.parametrize("sql", [*CHANGES, *DETOURS])
def test_nobody_else_changes_anything_in_any_way(
    shared_log: EventLog, cluster: Cluster, database: str, user: str, sql: str
) -> None:
    if (user, sql) == ("ada", "SET ROLE communique_writers"):
        pytest.skip("ada is a member of the role: it lets her do no more than she may already")
    before = rows(cluster, database)
    refused = (errors.InsufficientPrivilege, errors.InsufficientPrivilege)
    with connect(cluster, database, user) as connection, pytest.raises((*refused, errors.DatabaseError)) as caught:
        connection.execute(sql.encode())
    assert caught.value.sqlstate in {"42501", REFUSED}, caught.value
    assert rows(cluster, database) == before
    assert shared_log.verify().ok


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("user", ["ben", "eve"])
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO communique.stored_events VALUES ('us-chad', 1, 'x', 'x', 14)",
        "INSERT INTO communique.entry_ids VALUES ('us-chad', 'x', 1)",
        "INSERT INTO communique.stored_snapshots VALUES ('us-chad', 1, 'x', 'x')",
        "INSERT INTO communique.stored_events VALUES ('us-niger', 1, 'x', 'x', 14) ON CONFLICT DO NOTHING",
        "COPY communique.stored_events FROM STDIN",
        "MERGE INTO communique.entry_ids AS old USING (SELECT 1) AS new ON false"
        " WHEN NOT MATCHED THEN INSERT VALUES ('us-chad', 'x', 1)",
    ],
)
def test_who_may_only_read_adds_nothing(
    shared_log: EventLog, cluster: Cluster, database: str, user: str, sql: str
) -> None:
    before = rows(cluster, database)
    with connect(cluster, database, user) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.encode())
    assert rows(cluster, database) == before


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("position", "version", "previous", "problem"),
    [
        (13, 14, "right", "unique"),
        (15, 14, "right", "positions do not follow"),
        (12, 14, "right", "unique"),
        (0, 14, "right", "positions do not follow"),
        (14, 15, "right", "versions do not follow"),
        (14, 13, "right", "unique"),
        (14, 0, "right", "versions do not follow"),
        (14, 14, "0" * 64, "entry does not follow"),
        (14, 14, "", "entry does not follow"),
    ],
)
def test_what_does_not_follow_the_last_entry_is_refused_to_a_writer(  # noqa: PLR0917 - one row of the table each
    shared_log: EventLog, cluster: Cluster, database: str, position: int, version: int, previous: str, problem: str
) -> None:
    head = shared_log.heads()["us-niger"] if previous == "right" else previous
    state = f'{{"event":"StatementMade","version":{version},"previous":"{head}"}}'
    insert = "INSERT INTO communique.stored_events VALUES ('us-niger', %s, 'StatementMade.v1', %s, %s)"
    with connect(cluster, database, "ada") as connection:
        with pytest.raises(psycopg.DatabaseError, match=problem) as caught:
            connection.execute(insert, (version, state.encode(), position))
        assert caught.value.sqlstate in {OUT_OF_ORDER, "23505"}
        connection.execute(
            insert,
            (14, f'{{"previous":"{shared_log.heads()["us-niger"]}"}}'.encode(), shared_log.store.max_position() + 1),
        )
    assert shared_log.store.max_position() == 14


@pytest.mark.usefixtures("people")
def test_who_adds_by_other_means_waits_for_the_turn_too(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    """A follower that has seen a position never finds a lower one later."""
    insert = b"INSERT INTO communique.stored_events VALUES ('us-chad', 1, 'x', 'x', 15)"
    with connect(cluster, database, "ada") as connection, ThreadPoolExecutor(1) as pool:
        with shared_log.transaction():
            adding = pool.submit(connection.execute, insert)
            waiting = "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'ada' AND wait_event = 'advisory'"
            assert eventually(lambda: cluster.sql(waiting) == [(True,)])
            shared_log.record([statement(2)])
            assert shared_log.store.max_position() == 14
        adding.result(30)
    assert [row.position for row in shared_log.store.scan(12)] == [13, 14, 15]


@pytest.mark.usefixtures("people")
def test_a_writer_and_a_reader_do_what_they_are_for(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    with EventLog.open(cluster.address(database, user="ada"), by="ada", create=False) as log:
        assert log.record([statement(2)]).count == 1
    with EventLog.open(cluster.address(database, user="ben"), read_only=True) as log:
        assert [recorded.id for recorded in log.read(after=13)] == ["statement-2"]
        assert log.verify().ok
        assert log.identity == shared_log.identity
    # Who may only read is told so, though the log was opened for writing.
    with EventLog.open(cluster.address(database, user="ben"), create=False) as log:
        from tracker.errors import LogReadOnlyError

        with pytest.raises(LogReadOnlyError, match="GRANT communique_writers"):
            log.record([statement(3)])
    assert shared_log.store.max_position() == 14
