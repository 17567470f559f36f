"""A shared log in use: people with their roles, followers who miss nothing, connections that die."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.tracker.given import entry, require_savepoints, stage, statement, statements
from tests.tracker.stores.given import Writer, eventually, is_told, make_team
from tracker.errors import LogReadOnlyError
from tracker.log import EventLog
from tracker.stores.postgres.connections import HEARTBEAT, Connections, Listener
from tracker.stores.postgres.store import PostgresStore
from tracker.stores.where import read_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eventsourcing.persistence import StoredEvent

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]


@pytest.fixture
def shared_log(cluster: Cluster, database: str) -> Iterator[EventLog]:
    """Return a shared log with entries in it, set up for a team."""
    make_team(cluster, database)
    with EventLog.open(cluster.address(database), by="owner") as log:
        log.record([*stage(), statement(1)])
        yield log


def cut_all(cluster: Cluster, database: str) -> None:
    """End every connection to a database, as a server does that goes down."""
    cluster.sql(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"  # noqa: S608 - a name from the fixture
        f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    )


def test_writers_who_use_other_means_wait_for_their_turn_too(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    """Whoever has read up to a position never finds a lower one later."""
    (entry,) = Writer().batch("us-chad").events
    insert = """WITH ids AS (INSERT INTO communique.entry_ids VALUES ('us-chad', 'e1', 1))
        INSERT INTO communique.stored_events VALUES (%s, %s, %s, %s, 15)"""
    address = cluster.address(database, user="ada")
    with psycopg.connect(address, autocommit=True) as connection, ThreadPoolExecutor(1) as pool:
        with shared_log.transaction():
            adding = pool.submit(connection.execute, insert, entry)
            waiting = "SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'ada' AND wait_event = 'advisory'"
            assert eventually(lambda: cluster.sql(waiting) == [(True,)])
            shared_log.record([statement(2)])
            assert shared_log.store.max_position() == 14
        adding.result(30)
    assert [row.position for row in shared_log.store.scan(12)] == [13, 14, 15]


def test_a_writer_and_a_reader_do_what_they_are_for(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    before = shared_log.store.max_position()
    with EventLog.open(cluster.address(database, user="ada"), by="ada", create=False) as log:
        assert log.record([statement(20)]).count == 1
    with EventLog.open(cluster.address(database, user="ben"), read_only=True) as log:
        assert [recorded.id for recorded in log.read("us-niger", after=before)] == ["statement-20"]
        assert log.identity == shared_log.identity
    # Who may only read is told so when it comes to it, though the log was opened for writing.
    with (
        EventLog.open(cluster.address(database, user="ben"), create=False) as log,
        pytest.raises(LogReadOnlyError, match="GRANT communique_writers"),
    ):
        log.record([statement(21)])
    assert shared_log.store.max_position() == before + 1


def test_two_followers_of_one_log_both_get_everything(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    patience = threading.Event()
    first, second = (shared_log.follow(poll=0.01, wait=patience.wait) for _ in range(2))
    with EventLog.open(cluster.address(database), by="ada") as writer:
        for number in range(10, 13):
            writer.record([statement(number)])
            assert next(first).id == next(second).id == f"statement-{number}"


def test_recording_and_reading_go_on_when_connections_die(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    for number in range(10, 13):
        cut_all(cluster, database)
        assert shared_log.record([statement(number)]).count == 1
        cut_all(cluster, database)
        assert [recorded.id for recorded in shared_log.read(after=number + 3)] == [f"statement-{number}"]
    assert shared_log.verify().ok


@pytest.mark.long
def test_a_follower_goes_on_when_its_connection_dies(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    patience = threading.Event()
    following = shared_log.follow(poll=0.01, wait=patience.wait)
    with EventLog.open(cluster.address(database), by="ada") as writer:
        for number in range(10, 14):
            writer.record([statement(number)])
            assert next(following).id == f"statement-{number}"
            cut_all(cluster, database)


def test_what_was_added_while_nobody_listened_is_looked_for(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    mark = shared_log.store.change_mark()
    cut_all(cluster, database)
    assert is_told(shared_log.store, mark)


def test_a_transaction_whose_connection_dies_is_undone_and_said_to_be(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    def record() -> None:
        with shared_log.transaction():
            shared_log.record([statement(10)])
            cut_all(cluster, database)
            shared_log.record([statement(11)])

    with pytest.raises(Exception, match="nothing was recorded: run the same again"):
        record()
    assert shared_log.store.max_position() == 13
    assert shared_log.record([statement(10)]).count == 1
    assert shared_log.verify().ok


def test_what_a_failover_took_is_forgotten(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    """A standby that had not got everything has another entry where the writer remembers its own."""
    shared_log.record([statement(10)])
    with EventLog.open(cluster.address(database), by="ada") as other:
        for table, version in (("stored_events", "originator_version"), ("entry_ids", "version")):
            cluster.sql(
                f"BEGIN; ALTER TABLE communique.{table} DISABLE TRIGGER {table}_refuses_change;"  # noqa: S608 - as above
                f"DELETE FROM communique.{table} WHERE {version} = 14;"
                f"ALTER TABLE communique.{table} ENABLE ALWAYS TRIGGER {table}_refuses_change; COMMIT",
                database,
            )
        other.record([statement(20)])
    assert shared_log.record([statement(30)]).count == 1
    assert [recorded.id for recorded in shared_log.read(after=13)] == ["statement-20", "statement-30"]
    assert shared_log.verify().ok


def test_a_log_is_as_the_library_expects_it(shared_log: EventLog, cluster: Cluster, database: str) -> None:
    """Its recorder reads the notifications from any position, and its subscription those that are there."""
    recorder = shared_log.store.recorder
    assert recorder.max_notification_id() == 13
    assert [found.id for found in recorder.select_notifications(start=3, limit=2)] == [3, 4]
    assert len(recorder.select_events("us-niger", gt=10)) == 3
    with recorder.subscribe(gt=12) as subscription:
        assert next(subscription).id == 13


def test_a_commit_is_durable_whatever_the_servers_default(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    for default, used in (("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")):
        cluster.sql(f"ALTER DATABASE {database} SET synchronous_commit = {default}")
        store = PostgresStore(cluster.address(database), create=False, read_only=False)
        with store.exclusive():
            assert store.setting("synchronous_commit") == used
        store.close()
    cluster.sql(f"ALTER DATABASE {database} RESET synchronous_commit")


@pytest.mark.long
def test_a_long_negotiation_keeps_snapshots(shared_log: EventLog) -> None:
    shared_log.record(statements(1200))
    snapshot = shared_log.store.snapshot("us-niger")
    assert snapshot is not None
    assert snapshot[0] == 1212
    with EventLog.open(shared_log.store.location) as again:
        assert again.record([entry("StatementMade", id="late", party="NER")]).count == 1


def test_a_look_is_taken_now_and_then_though_nobody_said_anything(
    shared_log: EventLog, cluster: Cluster, database: str
) -> None:
    now = [0.0]
    connections = Connections(read_place(cluster.address(database)), read_only=True)
    listener = Listener(connections, lambda: 0, clock=lambda: now[0])
    first = listener.mark(60)
    assert listener.mark(60) == first
    now[0] = HEARTBEAT
    assert listener.mark(60) == first + 1
    assert listener.mark(60) == first + 1
    listener.close()


def test_a_listener_gives_up_when_its_patience_is_at_its_end(shared_log: EventLog, database: str) -> None:
    now = [0.0]
    connections = Connections(read_place(shared_log.location), read_only=True)
    listener = Listener(connections, lambda: 0, clock=lambda: now[0])
    mark = listener.mark(60)
    connections.conninfo = "host=127.0.0.1 port=1"
    assert listener._connection is not None  # noqa: SLF001 - as when the server has gone
    listener._connection.close()  # noqa: SLF001 - as when the server has gone
    assert listener.mark(60) == mark
    now[0] = 60.0
    assert listener.mark(60) == mark
    now[0] = 60.1
    with pytest.raises(psycopg.OperationalError):
        listener.mark(60)


@pytest.mark.long
def test_a_turn_that_is_lost_while_others_press_is_taken_again(
    shared_log: EventLog, cluster: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some tries the turn comes before the look, and a connection may die in between."""
    monkeypatch.setattr("tracker.application._OPTIMISTIC_TRIES", 0)
    insert = shared_log.application.recorder.insert_events
    cuts = iter([True, True, False, True])
    lost = []

    def cut_and_insert(events: Sequence[StoredEvent], **kwargs: object) -> Sequence[int] | None:
        if next(cuts, False):
            cut_all(cluster, database)
            lost.append(events)
        return insert(events, **kwargs)

    monkeypatch.setattr(shared_log.application.recorder, "insert_events", cut_and_insert)
    for number in range(10, 13):
        with EventLog.open(cluster.address(database), by="ada") as other:
            other.record([statement(number)])
        assert shared_log.record([statement(number + 100)]).count == 1
    assert len(lost) == 3
    assert shared_log.verify().ok
    assert len(list(shared_log.read())) == 19


def test_a_transaction_inside_another_is_undone_alone(shared_log: EventLog) -> None:
    require_savepoints(shared_log)
