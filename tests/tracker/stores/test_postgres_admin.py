"""Setting up a shared log: once, again, by who may, and after somebody has meddled with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from tests.tracker.given import stage
from tests.tracker.stores.given import make_team
from tracker.errors import LogError, LogReadOnlyError
from tracker.log import EventLog
from tracker.stores.postgres.store import set_up

if TYPE_CHECKING:
    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]

NAMES: Final = {"writers": "desk writers", "readers": 'desk"readers'}


def test_it_makes_a_log_and_two_roles_and_the_second_time_nothing(cluster: Cluster, database: str) -> None:
    where = cluster.address(database)
    first = set_up(where, **NAMES)
    assert (first.was_made, first.roles_made) == (True, list(NAMES.values()))
    with EventLog.open(where, create=False) as log:
        log.record(stage())
    second = set_up(where, **NAMES)
    assert (second.was_made, second.roles_made, second.identity) == (False, [], first.identity)
    with EventLog.open(where, create=False) as log:
        assert len(list(log.read())) == len(stage())
        assert log.verify().ok
    cluster.sql('DROP OWNED BY "desk writers", "desk""readers"; DROP ROLE "desk writers", "desk""readers"', database)


def test_it_makes_the_log_that_a_member_of_the_role_then_uses(cluster: Cluster, database: str) -> None:
    setup = make_team(cluster, database)
    assert setup.location == cluster.address(database)
    rights = cluster.sql(
        "SELECT grantee, privilege_type, count(*) FROM information_schema.role_table_grants"
        " WHERE table_schema = 'communique' AND grantee LIKE 'communique%' GROUP BY 1, 2 ORDER BY 1, 2",
        database,
    )
    assert rights == [
        ("communique_readers", "SELECT", 4),
        ("communique_writers", "INSERT", 3),
        ("communique_writers", "SELECT", 4),
    ]
    public = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = "
    assert cluster.sql(public + "'communique'", database) == [(0,)]


def test_it_warns_of_a_server_that_would_lose_entries(cluster: Cluster, database: str) -> None:
    warnings = make_team(cluster, database).warnings
    assert [warning.partition(":")[0] for warning in warnings] == [
        "the server has fsync = off",
        "the server has no synchronous standby",
    ]


def test_it_puts_right_what_was_taken_away(cluster: Cluster, database: str) -> None:
    make_team(cluster, database)
    with EventLog.open(cluster.address(database)) as log:
        log.record(stage())
    cluster.sql(
        "DROP TRIGGER stored_events_refuses_change ON communique.stored_events;"
        "DROP FUNCTION communique.check_order() CASCADE;"
        "ALTER TABLE communique.entry_ids DISABLE TRIGGER ALL;"
        "GRANT ALL ON ALL TABLES IN SCHEMA communique TO communique_readers, PUBLIC;"
        "REVOKE INSERT ON communique.stored_events FROM communique_writers",
        database,
    )
    make_team(cluster, database)
    for sql in (
        "DELETE FROM communique.stored_events",
        "DELETE FROM communique.entry_ids",
        "INSERT INTO communique.stored_events VALUES ('x', 1, 'x', 'x', 99)",
    ):
        with pytest.raises(psycopg.DatabaseError, match=r"append-only|do not follow"):
            cluster.sql(sql, database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cluster.sql("INSERT INTO communique.entry_ids VALUES ('x', 'x', 1)", database, user="ben")
    with EventLog.open(cluster.address(database, user="ada"), create=False) as log:
        assert log.record(stage("us-chad")).count == len(stage())


def test_only_the_owner_sets_a_log_up(cluster: Cluster, database: str) -> None:
    make_team(cluster, database)
    for user in ("ada", "ben"):
        with pytest.raises(LogReadOnlyError, match="only the owner"):
            set_up(cluster.address(database, user=user), writers="communique_writers", readers="communique_readers")


def test_an_owner_who_may_make_no_roles_is_told_what_to_ask_for(cluster: Cluster, database: str) -> None:
    cluster.sql("DROP ROLE IF EXISTS olga; CREATE ROLE olga LOGIN")
    cluster.sql(f"GRANT ALL ON DATABASE {database} TO olga")
    theirs = cluster.address(database, user="olga")
    with pytest.raises(LogError, match="let an administrator of the server make olgas and guests with CREATE ROLE"):
        set_up(theirs, writers="olgas", readers="guests")
    cluster.sql("CREATE ROLE olgas; CREATE ROLE guests")
    assert set_up(theirs, writers="olgas", readers="guests").roles_made == []
    cluster.sql("DROP OWNED BY olga CASCADE; DROP OWNED BY olgas, guests", database)
    cluster.sql("DROP ROLE olga, olgas, guests")
