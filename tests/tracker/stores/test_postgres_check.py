"""What an owner does to a shared log beside its entries: `verify` tells, and making it anew puts it right."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.lengths import one_in
from tests.tracker.given import stage, statement, statements
from tracker.errors import LogError
from tracker.log import EventLog
from tracker.negotiation import SNAPSHOT_INTERVAL
from tracker.stores.postgres.store import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.long]

_OFF = """ALTER TABLE communique.{0} DISABLE TRIGGER {0}_refuses_change; {1};
    ALTER TABLE communique.{0} ENABLE ALWAYS TRIGGER {0}_refuses_change"""
_REFUSES_NOTHING = """CREATE OR REPLACE FUNCTION communique.refuse_change() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RETURN NULL; END $$"""
#: What is done, and what is said of it.
_DONE = [
    (_OFF.format("entry_ids", "UPDATE communique.entry_ids SET entry = 'z-' || entry"), "index of ids"),
    (_OFF.format("entry_ids", "UPDATE communique.entry_ids SET version = version + 1"), "index of ids"),
    (_OFF.format("entry_ids", "DELETE FROM communique.entry_ids WHERE version > 9"), "its index has 9 ids"),
    (
        _OFF.format("stored_snapshots", "UPDATE communique.stored_snapshots SET state = '[]'"),
        "the snapshot of us-niger",
    ),
    (_OFF.format("stored_snapshots", "UPDATE communique.stored_snapshots SET originator_version = 7"), "the snapshot"),
    ("DROP TRIGGER stored_events_refuses_change ON communique.stored_events", "stored_events is missing"),
    ("ALTER TABLE communique.stored_events DISABLE TRIGGER ALL", "is off"),
    ("ALTER TABLE communique.log_properties ENABLE TRIGGER log_properties_refuses_change", "is off"),
    (
        _REFUSES_NOTHING,
        "its guard function refuse_change is off, or not as communique makes it",
    ),
    (
        "CREATE TRIGGER more AFTER INSERT ON communique.entry_ids EXECUTE FUNCTION communique.refuse_change()",
        "the trigger more on entry_ids is none of communique's",
    ),
    ("CREATE RULE more AS ON INSERT TO communique.entry_ids DO ALSO NOTHING", "the rule more on entry_ids"),
    ("ALTER TABLE communique.stored_events ENABLE ROW LEVEL SECURITY", "row security is on for its table"),
]
#: What only another hand can mend.
_LEFT = [
    ("CREATE TABLE public.more () INHERITS (communique.stored_events)", "its table stored_events is not as"),
    ("ALTER TABLE communique.entry_ids ALTER version DROP NOT NULL", "its table entry_ids is not as"),
    ("DROP INDEX communique.stored_events_notification_id_idx; SELECT 1", "its table stored_events is not as"),
    (_OFF.format("log_properties", "UPDATE communique.log_properties SET value = '7' || value"), "its identity"),
]


@pytest.fixture
def log(shared_place: str) -> Iterator[EventLog]:
    """Return a shared log of one negotiation with a snapshot."""
    with EventLog.open(shared_place, by="ada") as log:
        log.record([*stage(), *statements(SNAPSHOT_INTERVAL)])
        yield log


@pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.long) for first in (1, 2))])
def test_what_an_owner_does_beside_the_entries_is_told_and_put_right(
    first: int, log: EventLog, cluster: Cluster, database: str
) -> None:
    head = log.verify().head
    rows = list(log.store.scan())
    for sql, said in _DONE[first::3]:
        cluster.sql(sql, database)
        found = log.verify()
        assert (found.ok, found.is_intact) == (False, True), sql
        assert said in str(found.reason), sql
        after, repair = log.repair_derived([head])
        assert after.ok, sql
        assert repair is not None
        assert (repair.ids, repair.snapshots) == (len(rows), 1)
        assert log.verify([head]).ok
        assert list(log.store.scan()) == rows
    assert log.record([statement(1), statement(5000)]).already == 1
    assert log.repair_derived()[1] is None


@pytest.mark.parametrize(("sql", "said"), one_in(3, _LEFT))
def test_what_cannot_be_put_right_is_told(
    shared_place: str, cluster: Cluster, database: str, sql: str, said: str
) -> None:
    with EventLog.open(shared_place) as log:
        log.record(stage())
        cluster.sql(sql, database)
        assert said in str(log.verify().reason)


def test_setting_up_again_puts_the_guards_back(
    log: EventLog, shared_place: str, cluster: Cluster, database: str
) -> None:
    cluster.sql("ALTER TABLE communique.entry_ids DISABLE TRIGGER ALL", database)
    assert "`communique admin init`" in str(log.verify().reason)
    set_up(shared_place, writers="communique_writers", readers="communique_readers")
    assert log.verify().ok


def test_only_the_owner_makes_anything_anew(log: EventLog, cluster: Cluster, database: str, shared_place: str) -> None:
    set_up(shared_place, writers="communique_writers", readers="communique_readers")
    if not cluster.sql("SELECT 1 FROM pg_roles WHERE rolname = 'mender'"):
        cluster.sql("CREATE ROLE mender LOGIN; GRANT communique_writers TO mender")
    cluster.sql("ALTER TABLE communique.stored_events ENABLE ROW LEVEL SECURITY", database)
    cluster.sql("CREATE POLICY everything ON communique.stored_events USING (true)", database)
    with EventLog.open(cluster.address(database, user="mender")) as theirs, pytest.raises(LogError):
        theirs.repair_derived()
    assert "row security" in str(log.verify().reason)


@pytest.mark.parametrize(("table", "entries"), one_in(3, itertools.product(["stored_events", "entry_ids"], [1, 3])))
def test_what_a_foreign_trigger_keeps_out_is_not_called_recorded(
    table: str, entries: int, log: EventLog, cluster: Cluster, database: str
) -> None:
    rows = list(log.store.scan())
    swallow = f"""CREATE FUNCTION communique.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER swallow BEFORE INSERT ON communique.{table} FOR EACH ROW EXECUTE FUNCTION communique.swallow()"""
    cluster.sql(swallow, database)
    # Of an id, the database itself tells.
    said = "keeps out a part of what was to be recorded" if table == "stored_events" else "not among the ids"
    with pytest.raises(LogError, match=said):
        log.record([statement(6000 + number) for number in range(entries)])
    assert list(log.store.scan()) == rows
    assert "the trigger swallow" in str(log.verify().reason)
