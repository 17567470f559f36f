"""A primary with a synchronous standby is stopped hard while people write: nothing acknowledged is lost; all go on."""

from __future__ import annotations

import time
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from tests.fault import work
from tests.fault.children import Child
from tests.postgres_server import PASSWORD, Cluster
from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.stores.given import eventually
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.slow, pytest.mark.long]

STANDBY: Final = "second"
WRITERS: Final = 4
LAST: Final = "statement-999999"


@contextmanager
def make_pair() -> Iterator[tuple[Cluster, Cluster]]:
    """Give a primary that acknowledges nothing before its standby has it, and that standby."""
    primary = Cluster.make(fsync="on").start()
    primary.sql("CREATE DATABASE desk")
    standby = primary.standby(STANDBY, fsync="on").start()
    primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
    primary.sql("SELECT pg_reload_conf()")
    assert eventually(lambda: primary.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)])
    yield primary, standby
    for cluster in (standby, primary):
        cluster.stop("immediate", check=False)


def of_both(pair: tuple[Cluster, Cluster]) -> str:
    """Return the address that names both servers, as a team's members have it."""
    hosts = ",".join(f"127.0.0.1:{cluster.port}" for cluster in pair)
    return f"postgresql://postgres:{quote(PASSWORD, safe='')}@{hosts}/desk"


def test_the_standby_takes_over(rounds: Callable[[int, int], int], figure: Callable[[str], None]) -> None:
    for turn in range(rounds(1, 6)):
        with make_pair() as pair:
            figure(take_over(pair, rounds(80, 2000), hard=turn % 2 == 0))


def take_over(pair: tuple[Cluster, Cluster], count: int, *, hard: bool) -> str:
    """Stop a primary under four writers and a follower, let the standby take over, and say how long that took."""
    primary, standby = pair
    where = of_both(pair)
    work.stage_all(where, NEGOTIATION, "talks-1")
    follower = Child(work.follow, where, LAST)
    numbers = [range(writer * count, (writer + 1) * count) for writer in range(WRITERS)]
    writers = [
        Child(work.record, where, numbers[writer], negotiation=[NEGOTIATION, "talks-1"][writer % 2])
        for writer in range(WRITERS)
    ]
    for writer in writers:
        for _ in range(count // 4):
            writer.next()
    stopped = time.time()
    if hard:
        primary.kill()
    else:
        primary.stop("immediate")
    standby.promote()
    promoted = time.time()
    for writer in writers:
        assert len(writer.finish()) == count - count // 4
    with EventLog.open(where, create=False) as log:
        log.record([statement(999_999)])
        entries = list(log.read())
        assert log.verify().ok
    expected = [f"statement-{number}" for each in numbers for number in each]
    stages = [str(event.id) for event in stage() * 2]
    assert sorted(recorded.id for recorded in entries) == sorted([*expected, LAST, *stages])
    assert [recorded.position for recorded in entries] == list(range(1, len(entries) + 1))
    assert follower.finish() == [(recorded.position, recorded.id) for recorded in entries]
    times = [recorded.recorded_at.timestamp() for recorded in entries]
    after = sum(moment > promoted for moment in times)
    assert after > count, "the writers were done before the primary was stopped"
    outage = max(later - earlier for earlier, later in pairwise(times))
    assert outage < 60
    how = "killed" if hard else "stopped at once"
    return (
        f"primary {how}: {outage:.1f} s without an entry, {promoted - stopped:.1f} s of them to stop and promote; "
        f"{len(entries) - after:,} entries before, {after:,} after, none lost"
    )


def test_nothing_is_acknowledged_that_the_standby_does_not_have() -> None:
    with make_pair() as (primary, standby):
        where = of_both((primary, standby))
        work.stage_all(where, NEGOTIATION)
        # Whoever sets that would have the server keep the one thing to itself that must be heard.
        primary.sql("ALTER DATABASE desk SET client_min_messages = error")
        standby.stop("fast")
        writer = Child(work.record_or_tell, where, 7)
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        assert eventually(lambda: len(primary.sql(waiting)) == 1)
        with pytest.raises(TimeoutError):
            writer.next(0.5)
        # Somebody cuts the wait short: the server says that it has committed, and we do not call that recorded.
        primary.sql(f"SELECT pg_cancel_backend(({waiting}))")
        (said,) = writer.finish()
        assert "the server committed without waiting for its standby" in str(said)
        standby.start()
        assert Child(work.record, where, range(7, 8)).finish() == [7]
        with EventLog.open(where, read_only=True) as log:
            assert [recorded.id for recorded in log.read(after=len(stage()))] == ["statement-7"]
