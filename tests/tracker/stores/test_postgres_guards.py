"""The database itself refuses to be changed, and puts in order whoever adds: the owner, a writer, a reader, anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from psycopg import errors

from tests.lengths import in_short
from tests.postgres_server import SUPERUSER, shared_cluster
from tests.tracker.given import stage, statement
from tests.tracker.stores.given import make_team
from tracker.log import EventLog
from tracker.stores.postgres.schema import OUT_OF_ORDER, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]

Connection = psycopg.Connection[tuple[object, ...]]
TABLES: Final = ("stored_events", "stored_snapshots", "entry_ids", "log_properties")
CHANGES: Final = (
    "UPDATE communique.stored_events SET state = 'x' WHERE originator_version = 3",
    "UPDATE communique.stored_events SET notification_id = notification_id + 100",
    "DELETE FROM communique.stored_events",
    "DELETE FROM communique.stored_events WHERE originator_version = 13",
    "DELETE FROM ONLY communique.stored_events WHERE false",
    "INSERT INTO communique.log_properties VALUES ('format', '9') ON CONFLICT (name) DO UPDATE SET value = '9'",
    "MERGE INTO communique.stored_events AS old USING (SELECT 1) AS new ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM communique.stored_events RETURNING *) SELECT * FROM gone",
    *(f"DELETE FROM communique.{table}" for table in TABLES),  # noqa: S608 - names from above
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
    "BEGIN; LOCK TABLE communique.stored_events IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE communique.stored_events OWNER TO CURRENT_USER",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET ROLE communique_writers",
    "COPY communique.log_properties FROM '/etc/hostname'",
    "INSERT INTO communique.log_properties VALUES ('other', 'x')",
)


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return shared_cluster()


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as name:
        yield name


@pytest.fixture(scope="module")
def shared_log(cluster: Cluster, database: str) -> Iterator[EventLog]:
    """Return a shared log with entries in it, set up for a team; nobody adds anything to it here."""
    make_team(cluster, database)
    with EventLog.open(cluster.address(database), by="owner") as log:
        log.record([*stage(), statement(1)])
        yield log


def connect(cluster: Cluster, database: str, user: str) -> Connection:
    return psycopg.connect(cluster.address(database, user=user), autocommit=True)


def rows(cluster: Cluster, database: str) -> list[object]:
    """Return everything that the log's tables hold."""
    with connect(cluster, database, SUPERUSER) as connection:
        return [connection.execute(f"TABLE communique.{table}".encode()).fetchall() for table in TABLES]


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


@pytest.mark.parametrize("user", in_short(["ada", "ben", "eve"], "ada"))
@pytest.mark.parametrize("sql", [*CHANGES, *DETOURS])
def test_nobody_else_changes_anything_in_any_way(
    shared_log: EventLog, cluster: Cluster, database: str, user: str, sql: str
) -> None:
    if (user, sql) == ("ada", "SET ROLE communique_writers"):
        return  # she is a member: it lets her do no more than she may already
    before = rows(cluster, database)
    with connect(cluster, database, user) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.encode())
    assert rows(cluster, database) == before
    assert shared_log.verify().ok


@pytest.mark.parametrize("user", ["ben", "eve"])
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO communique.stored_events VALUES ('us-chad', 1, 'x', 'x', 14)",
        "INSERT INTO communique.entry_ids VALUES ('us-chad', 'x', 1)",
        "INSERT INTO communique.stored_snapshots VALUES ('us-chad', 1, 'x', 'x')",
        "INSERT INTO communique.stored_events VALUES ('us-niger', 1, 'x', 'x', 14) ON CONFLICT DO NOTHING",
        "COPY communique.stored_events FROM STDIN",
        "MERGE INTO communique.entry_ids USING (SELECT 1) x ON false WHEN NOT MATCHED THEN INSERT VALUES ('', '', 1)",
    ],
)
def test_who_may_only_read_adds_nothing(
    shared_log: EventLog, cluster: Cluster, database: str, user: str, sql: str
) -> None:
    before = rows(cluster, database)
    with connect(cluster, database, user) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.encode())
    assert rows(cluster, database) == before


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
    with (
        connect(cluster, database, "ada") as connection,
        pytest.raises(psycopg.DatabaseError, match=problem) as caught,
    ):
        connection.execute(insert, (version, state.encode(), position))
    assert caught.value.sqlstate in {OUT_OF_ORDER, "23505"}
    assert shared_log.store.max_position() == 13


@pytest.mark.parametrize("user", ["ada", "ben"])
def test_nobody_else_hands_on_more_than_they_have(
    shared_log: EventLog, cluster: Cluster, database: str, user: str
) -> None:
    with connect(cluster, database, user) as connection:
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA communique TO PUBLIC")
        for name in (user, "eve"):
            for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
                asked = connection.execute(
                    "SELECT has_table_privilege(%s, 'communique.stored_events', %s)", (name, right)
                )
                assert asked.fetchone() == (False,), (name, right)
