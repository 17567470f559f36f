"""What a server, a database or a role has set changes nothing, and what the server undoes is done again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from tests.lengths import in_short, one_in
from tests.tracker.given import NEGOTIATION, stage, statement, statements
from tests.tracker.stores.given import eventually, make_team
from tracker.errors import LogBusyError, LogError
from tracker.log import EventLog
from tracker.stores.postgres.schema import WRITE_LOCK
from tracker.stores.postgres.store import PostgresStore
from tracker.stores.store import TurnLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]

SETTINGS: Final = (
    "default_transaction_isolation = 'serializable'",
    "default_transaction_isolation = 'repeatable read'",
    "default_transaction_read_only = on",
    "default_transaction_deferrable = on",
    "client_min_messages = 'debug5'",
    "client_min_messages = 'error'",
    "statement_timeout = '2ms'",
    "lock_timeout = '1ms'",
    "idle_in_transaction_session_timeout = '1ms'",
    "idle_session_timeout = '500ms'",
    "transaction_timeout = '20ms'",
    "bytea_output = 'escape'",
    "datestyle = 'German, DMY'",
    "intervalstyle = 'sql_standard'",
    "timezone = 'Pacific/Apia'",
    "search_path = 'elsewhere', 'pg_catalog'",
    "standard_conforming_strings = off",
    "row_security = off",
    "plpgsql.extra_errors = 'all'",
    "plpgsql.extra_warnings = 'all'",
    "synchronous_commit = off",
    "client_encoding = 'LATIN1'",
    "array_nulls = off",
    "transform_null_equals = on",
    "enable_indexscan = off",
    "default_tablespace = 'nowhere'",
)
#: Raises as often as it is told to: what a sequence counts is not undone.
FLAKY: Final = """CREATE SCHEMA flaky; GRANT USAGE ON SCHEMA flaky TO PUBLIC;
    CREATE SEQUENCE flaky.tries; GRANT ALL ON SEQUENCE flaky.tries TO PUBLIC;
    CREATE FUNCTION flaky.fail() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN IF nextval('flaky.tries') <= {times} THEN RAISE 'undone' USING ERRCODE = '{state}'; END IF;
    RETURN true; END $$;
    CREATE FUNCTION flaky.fails() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM flaky.fail(); RETURN NULL; END $$;"""
AT_ONCE: Final = "CREATE TRIGGER flaky AFTER INSERT ON communique.entry_ids EXECUTE FUNCTION flaky.fails()"
AT_COMMIT: Final = """CREATE CONSTRAINT TRIGGER flaky AFTER INSERT ON communique.stored_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION flaky.fails()"""
AT_READING: Final = """ALTER TABLE communique.stored_events ENABLE ROW LEVEL SECURITY;
    CREATE POLICY flaky ON communique.stored_events USING (flaky.fail())"""

#: What the server says, and when.
UNDOING: Final = one_in(3, [("40001", AT_ONCE), ("40001", AT_COMMIT), ("40P01", AT_ONCE), ("40P01", AT_COMMIT)])


@pytest.fixture
def team(cluster: Cluster, database: str) -> Iterator[str]:
    """Return a database that is set up for a team; what is set for it is forgotten at the end."""
    make_team(cluster, database)
    yield database
    cluster.sql(f"ALTER DATABASE {database} RESET ALL; ALTER ROLE ada RESET ALL")
    cluster.sql("DROP SCHEMA IF EXISTS flaky CASCADE", database)


def restless(where: str, *, patience: float = 60) -> EventLog:
    """Open a log that does not pause before it tries again."""
    store = PostgresStore(where, create=False, read_only=False, patience=patience, pause=lambda _: None)
    return EventLog(store, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), by="ada")


def use(where: str) -> list[object]:
    """Record in all ways, read and verify, and return what is there and what was said."""
    with restless(where) as log:
        said: list[object] = [log.record(stage()), log.record([statement(5000, note="é")])]
        with log.transaction():
            said += [log.record([statement(number)]) for number in (2, 3)]
        said += [
            log.record(statements(1200)),
            log.record([statement(1)]),
            log.verify(),
            log.store.snapshot(NEGOTIATION),
        ]
        mark = log.store.change_mark()
        assert log.store.change_mark() == mark
    with EventLog.open(where, read_only=True) as log:
        return [*said, list(log.read()), log.negotiations(), log.heads()]


@pytest.fixture(scope="module")
def usual() -> list[object]:
    """Return what is there and was said where nothing was set."""
    from tests.postgres_server import shared_cluster

    with shared_cluster().database() as database:
        make_team(shared_cluster(), database)
        return use(shared_cluster().address(database, user="ada"))


@pytest.mark.parametrize("settings", [SETTINGS[::2], SETTINGS[1::2]], ids=["even", "odd"])
@pytest.mark.parametrize("of", ["DATABASE", pytest.param("ROLE", marks=pytest.mark.long)])
def test_what_is_set_for_everybody_changes_nothing(
    cluster: Cluster, team: str, usual: list[object], settings: tuple[str, ...], of: str
) -> None:
    for setting in settings:
        name = setting.partition(" ")[0]
        if "." in name or cluster.sql(f"SELECT FROM pg_settings WHERE name = lower('{name}')"):
            cluster.sql(f"ALTER {of} {team if of == 'DATABASE' else 'ada'} SET {setting}")
    assert use(cluster.address(team, user="ada")) == usual


def test_a_setting_of_the_owners_does_not_matter_for_setting_up(cluster: Cluster, team: str) -> None:
    for setting in SETTINGS:
        if "transaction_timeout" not in setting or cluster.sql(
            "SELECT FROM pg_settings WHERE name = 'transaction_timeout'"
        ):
            cluster.sql(f"ALTER DATABASE {team} SET {setting}")
    assert not make_team(cluster, team).was_made


@pytest.mark.parametrize(("state", "when"), UNDOING)
def test_what_the_server_undoes_is_done_again(cluster: Cluster, team: str, state: str, when: str) -> None:
    with restless(cluster.address(team, user="ada")) as log:
        log.record(stage())
        cluster.sql(FLAKY.format(times=3, state=state) + when, team)
        assert log.record([statement(1)]).count == 1
        assert log.record(statements(5)).count == 4
        assert log.store.max_position() == len(stage()) + 5
        cluster.sql("DROP SCHEMA flaky CASCADE", team)
        assert log.verify().ok


@pytest.mark.parametrize(("state", "when"), UNDOING)
def test_a_transaction_of_the_callers_is_undone_and_said_to_be(
    cluster: Cluster, team: str, state: str, when: str
) -> None:
    with restless(cluster.address(team, user="ada")) as log:
        log.record(stage())
        cluster.sql(FLAKY.format(times=1, state=state) + when, team)

        def record() -> None:
            with log.transaction():
                log.record(statements(3))

        with pytest.raises(TurnLostError, match="nothing was recorded: run the same again"):
            record()
        assert log.store.max_position() == len(stage())
        record()
        assert log.store.max_position() == len(stage()) + 3
        cluster.sql("DROP SCHEMA flaky CASCADE", team)
        assert log.verify().ok


def test_a_turn_that_is_undone_is_taken_again(cluster: Cluster, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some tries a writer takes its turn before it looks."""
    monkeypatch.setattr("tracker.application._OPTIMISTIC_TRIES", 0)
    with restless(cluster.address(team, user="ada")) as log:
        log.record(stage())
        cluster.sql(FLAKY.format(times=2, state="40001") + AT_COMMIT, team)
        assert log.record(statements(2)).count == 2


def test_what_is_undone_again_and_again_is_told(cluster: Cluster, team: str) -> None:
    with restless(cluster.address(team, user="ada"), patience=0) as log:
        log.record(stage())
        cluster.sql(FLAKY.format(times=9, state="40001") + AT_ONCE, team)
        with pytest.raises(LogBusyError, match=r"undid it for another's sake; try again \(undone\)"):
            log.record([statement(1)])
        assert log.store.max_position() == len(stage())


def test_a_reading_that_the_server_ends_is_done_again(cluster: Cluster, team: str) -> None:
    """As on a standby, when what comes from the primary is in the way."""
    with restless(cluster.address(team)) as log:
        log.record(stage())
    cluster.sql(FLAKY.format(times=3, state="40001") + AT_READING, team)
    with restless(cluster.address(team, user="ben")) as log:
        assert len(list(log.read())) == len(stage())


def test_in_a_deadlock_one_waits_for_the_other(cluster: Cluster, team: str) -> None:
    """Somebody has put in what the program is about to, and then waits for the turn that the program holds."""
    with (
        restless(cluster.address(team, user="ada")) as log,
        psycopg.connect(cluster.address(team)) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        log.record(stage())
        cluster.sql("ALTER TABLE communique.entry_ids DISABLE TRIGGER entry_ids_takes_turn", team)
        other.execute("INSERT INTO communique.entry_ids VALUES (%s, 'statement-1', 14)", (NEGOTIATION,))
        recording = pool.submit(log.record, [statement(1)])
        waiting = "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'ada' AND wait_event = 'transactionid'"
        assert eventually(lambda: cluster.sql(waiting) == [(True,)])
        other.execute("SET deadlock_timeout = '10s'")
        with suppress(psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):
            other.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
        other.rollback()
        assert recording.result(30).count == 1
        cluster.sql("ALTER TABLE communique.entry_ids ENABLE ALWAYS TRIGGER entry_ids_takes_turn", team)
        assert log.verify().ok


@pytest.mark.parametrize("level", in_short(["WARNING", "NOTICE", "INFO"], "WARNING"))
def test_what_the_server_says_besides_is_no_doubt(cluster: Cluster, team: str, level: str) -> None:
    with restless(cluster.address(team, user="ada")) as log:
        log.record(stage())
        cluster.sql(
            f"CREATE SCHEMA flaky; CREATE FUNCTION flaky.says() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE {level} 'canceling wait for synchronous replication'; RETURN NULL; END $$;"
            f" GRANT USAGE ON SCHEMA flaky TO PUBLIC; {AT_COMMIT.replace('fails', 'says')}",
            team,
        )
        assert log.record([statement(1)]).count == 1


def test_a_refusal_at_the_end_leaves_the_connection_of_use(cluster: Cluster, team: str) -> None:
    with restless(cluster.address(team, user="ada")) as log:
        log.record(stage())
        cluster.sql(FLAKY.format(times=1, state="23514") + AT_COMMIT, team)
        with pytest.raises(LogError, match="undone"):
            log.record([statement(1)])
        assert log.record([statement(1)]).count == 1
